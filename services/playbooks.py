"""Setups as playbooks: their rules, whether trades followed them, and what following them is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analytics.selection import frame_pnl
from analytics.tallies import tally
from data.db import accounts as account_table
from data.db import journal as journal_table
from data.db import playbooks as table
from data.db.engine import Database
from domain.accounts import UserId
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.filters import LedgerFilter
from domain.periods import Clock
from domain.playbooks import (
    DESCRIPTION_LIMIT,
    RULE_LIMIT,
    RULES_LIMIT,
    Playbook,
    Rule,
    RuleAnswer,
    RuleResult,
    Setup,
    Tally,
)
from services.accounts import check_name
from services.trade_sets import TradeSet, TradeSets

if TYPE_CHECKING:
    from domain.columns import Bools


class PlaybookService:
    """Reads and writes setups, rules and answers, and adds up the trades behind them."""

    def __init__(self, db: Database, sets: TradeSets, clock: Clock) -> None:
        self._db = db
        self._sets = sets
        self._clock = clock

    def setups(self, owner: UserId) -> list[Setup]:
        """Return the owner's setups by name."""
        with self._db.read() as session:
            return table.list_setups(session, owner)

    def setup(self, owner: UserId, setup_id: int) -> Setup:
        """Return one setup; NotFoundError when it is not the owner's."""
        with self._db.read() as session:
            return table.get_setup(session, owner, setup_id)

    def save(self, owner: UserId, setup: Setup) -> Setup:
        """Add a setup (id 0) or change one; rules keep their answers by their id.

        Raises:
            InvalidInputError: If a text is empty or too long.
            ConflictError: If another setup has the name.
            NotFoundError: If the setup is not the owner's.
        """
        checked = _check(setup)
        with self._db.begin() as session:
            account_table.lock_owner(session, owner)
            named = [item for item in table.list_setups(session, owner) if item.name == checked.name]
            if any(item.id != setup.id for item in named):
                raise ConflictError(f"There is a setup called {checked.name!r} already.", hint="Choose another name.")
            number = setup.id or table.add_setup(session, owner, checked.name)
            known = {rule.id for rule in table.get_setup(session, owner, number).rules}
            rules = tuple(Rule(id=rule.id if rule.id in known else 0, text=rule.text) for rule in checked.rules)
            made = Setup(id=number, name=checked.name, description=checked.description, rules=rules)
            table.write_setup(session, owner, made, now=self._clock())
            journal_table.touch(session, owner)
            return table.get_setup(session, owner, number)

    def delete(self, owner: UserId, setup_id: int) -> Setup:
        """Remove a setup with its rules; its trades stay, without a setup."""
        with self._db.begin() as session:
            found = table.get_setup(session, owner, setup_id)
            table.delete_setup(session, owner, setup_id)
            journal_table.touch(session, owner)
        return found

    def checklist(self, owner: UserId, account_id: int, trade_id: int, name: str) -> list[tuple[Rule, bool | None]]:
        """Return the rules of a trade's setup, each with whether it was followed; None is not answered."""
        with self._db.read() as session:
            account = account_table.get_account(session, owner, account_id)
            found = next((item for item in table.list_setups(session, owner) if item.name == name), None)
            answers = table.trade_answers(session, account.id, trade_id)
        return [(rule, answers.get(rule.id)) for rule in found.rules] if found else []

    def answer(self, owner: UserId, account_id: int, trade_id: int, rule_id: int, *, is_followed: bool | None) -> None:
        """Say whether a trade followed a rule; None takes the answer back.

        Raises:
            NotFoundError: If the account or the rule is not the owner's.
        """
        with self._db.begin() as session:
            account = account_table.get_account(session, owner, account_id, lock=True)
            rules = {rule.id for item in table.list_setups(session, owner) for rule in item.rules}
            if rule_id not in rules:
                raise NotFoundError("There is no such rule.")
            table.write_answer(session, account.id, trade_id, rule_id, is_followed=is_followed)
            journal_table.touch(session, owner, is_rebuilt=False)

    def answer_many(self, owner: UserId, account_id: int, answers: Mapping[int, Mapping[int, bool]]) -> int:
        """Answer rules of many trades of one account that have no answers yet; returns how many answers.

        Args:
            owner: Whose trades.
            account_id: Their account.
            answers: Whether each rule was followed, by trade and rule; rules that are not the owner's are left out.
        """
        with self._db.begin() as session:
            account = account_table.get_account(session, owner, account_id, lock=True)
            rules = {rule.id for item in table.list_setups(session, owner) for rule in item.rules}
            mine = {trade: {r: kept for r, kept in items.items() if r in rules} for trade, items in answers.items()}
            table.write_answers(session, account.id, mine)
            journal_table.touch(session, owner, is_rebuilt=False)
        return sum(map(len, mine.values()))

    def results(self, owner: UserId, chosen: LedgerFilter) -> list[Playbook]:
        """Return every setup with what its closed trades made, those that kept to its rules apart from the others.

        Money is that of the filter's accounts and currency; a filter on setups, tags or days holds as everywhere.
        """
        found = self._sets.load(owner, chosen.with_(status="closed"))
        with self._db.read() as session:
            setups = table.list_setups(session, owner)
            answers = table.list_answers(session, [account.id for account in found.accounts])
        closed = _Closed(found)
        return [_playbook(setup, [item for item in answers if item.setup_id == setup.id], closed) for setup in setups]


class _Closed:
    """The chosen closed trades as columns: ids, P&L in the filter's basis, initial risk, name of the setup."""

    def __init__(self, found: TradeSet) -> None:
        frame = found.frame
        rows = found.rows[~frame.is_open[found.rows]]
        self.ids = frame.id[rows]
        self.profit = frame_pnl(frame, found.filter.basis)[rows]
        self.risk = frame.risk[rows]
        self.setup = frame.setup[rows]
        self.codes = {name: code for code, name in enumerate(frame.setups)}
        self.currency = found.currency

    def of_setup(self, name: str) -> Bools:
        """Return which trades carry a setup."""
        mask: Bools = self.setup == self.codes.get(name, -2)
        return mask

    def tally(self, mask: Bools) -> Tally:
        """Add up some of them."""
        return tally(self.profit[mask], self.risk[mask])


def _playbook(setup: Setup, answers: Sequence[RuleAnswer], closed: _Closed) -> Playbook:
    mine = closed.of_setup(setup.name)
    answered = np.isin(closed.ids, [item.trade_id for item in answers]) & mine
    broken = np.isin(closed.ids, [item.trade_id for item in answers if not item.is_followed]) & mine
    return Playbook(
        setup=setup,
        all=closed.tally(mine),
        followed=closed.tally(answered & ~broken),
        broken=closed.tally(broken),
        unanswered=int(np.count_nonzero(mine & ~answered)),
        rules=tuple(_rule_result(rule, answers, mine, closed) for rule in setup.rules),
        currency=closed.currency,
    )


def _rule_result(rule: Rule, answers: Sequence[RuleAnswer], mine: Bools, closed: _Closed) -> RuleResult:
    def part(*, is_followed: bool) -> Bools:
        ids = [item.trade_id for item in answers if item.rule_id == rule.id and item.is_followed is is_followed]
        mask: Bools = np.isin(closed.ids, ids) & mine
        return mask

    followed, broken = part(is_followed=True), part(is_followed=False)
    return RuleResult(
        rule=rule,
        followed=closed.tally(followed),
        broken=closed.tally(broken),
        unanswered=int(np.count_nonzero(mine & ~followed & ~broken)),
    )


def _check(setup: Setup) -> Setup:
    description = setup.description.strip()
    if len(description) > DESCRIPTION_LIMIT:
        message = f"A description holds at most {DESCRIPTION_LIMIT:,} characters."
        raise InvalidInputError(message, field="description")
    rules = tuple(Rule(id=rule.id, text=" ".join(rule.text.split())) for rule in setup.rules if rule.text.strip())
    if len(rules) > RULES_LIMIT:
        raise InvalidInputError(f"A setup has at most {RULES_LIMIT} rules.", field="rules")
    if any(len(rule.text) > RULE_LIMIT for rule in rules):
        raise InvalidInputError(f"A rule holds at most {RULE_LIMIT} characters.", field="rules")
    return Setup(id=setup.id, name=check_name(setup.name), description=description, rules=rules)
