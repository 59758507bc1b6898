"""Setups with their rules, and which rules a trade followed, in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from data.db.engine import Session
from data.db.journal_search import Document, remove_documents, write_document
from data.db.journal_tables import setup_rules, trade_rules
from data.db.tables import accounts, setups, trade_journal
from domain.accounts import AccountId, UserId
from domain.errors import NotFoundError
from domain.playbooks import Rule, RuleAnswer, Setup


def list_setups(session: Session, owner: UserId) -> list[Setup]:
    """Return the owner's setups by name, each with its rules in order."""
    rules: dict[int, list[Rule]] = defaultdict(list)
    mine = select(setup_rules).join(setups, setups.c.id == setup_rules.c.setup_id).where(setups.c.owner_id == owner)
    for row in session.execute(mine.order_by(setup_rules.c.position, setup_rules.c.id)):
        rules[row.setup_id].append(Rule(id=row.id, text=row.text))
    rows = session.execute(select(setups).where(setups.c.owner_id == owner).order_by(setups.c.name))
    return [
        Setup(id=row.id, name=row.name, description=row.description, rules=tuple(rules.get(row.id, ()))) for row in rows
    ]


def get_setup(session: Session, owner: UserId, setup_id: int) -> Setup:
    """Return one setup; NotFoundError when it is not the owner's."""
    row = session.execute(select(setups).where(setups.c.owner_id == owner, setups.c.id == setup_id)).first()
    if row is None:
        raise NotFoundError("There is no such setup.")
    query = select(setup_rules).where(setup_rules.c.setup_id == setup_id)
    rules = session.execute(query.order_by(setup_rules.c.position, setup_rules.c.id))
    return Setup(
        id=row.id,
        name=row.name,
        description=row.description,
        rules=tuple(Rule(id=item.id, text=item.text) for item in rules),
    )


def add_setup(session: Session, owner: UserId, name: str) -> int:
    """Add a setup; returns its id."""
    result = session.execute(insert(setups).values(owner_id=owner, name=name))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def write_setup(session: Session, owner: UserId, setup: Setup, *, now: datetime) -> None:
    """Change name, description and rules of a setup.

    Rules keep their id, and with it what trades answered; a rule of id 0 is new, and one that is not
    among them any more is removed with its answers.
    """
    session.execute(
        update(setups).where(setups.c.id == setup.id).values(name=setup.name, description=setup.description)
    )
    kept = [rule.id for rule in setup.rules if rule.id]
    gone = (setup_rules.c.setup_id == setup.id) & setup_rules.c.id.not_in(kept)
    session.execute(delete(setup_rules).where(gone))
    for position, rule in enumerate(setup.rules):
        values = {"setup_id": setup.id, "position": position, "text": rule.text}
        if rule.id:
            mine = (setup_rules.c.id == rule.id) & (setup_rules.c.setup_id == setup.id)
            session.execute(update(setup_rules).where(mine).values(**values))
        else:
            session.execute(insert(setup_rules).values(**values))
    body = "\n".join((setup.description, *(rule.text for rule in setup.rules)))
    write_document(
        session, owner, Document(kind="setup", ref=str(setup.id), title=setup.name, body=body.strip()), now=now
    )


def delete_setup(session: Session, owner: UserId, setup_id: int) -> None:
    """Remove a setup; its trades stay without one, and the answers to its rules go."""
    session.execute(update(trade_journal).where(trade_journal.c.setup_id == setup_id).values(setup_id=None))
    session.execute(delete(setups).where(setups.c.owner_id == owner, setups.c.id == setup_id))
    remove_documents(session, owner, "setup", [str(setup_id)])


def use_counts(session: Session, owner: UserId) -> dict[int, int]:
    """Return how many trades each setup of the owner is written on."""
    query = select(trade_journal.c.setup_id, func.count()).join(accounts, accounts.c.id == trade_journal.c.account_id)
    query = query.where(accounts.c.owner_id == owner, trade_journal.c.setup_id.is_not(None))
    return {int(key): int(number) for key, number in session.execute(query.group_by(trade_journal.c.setup_id))}


def trade_answers(session: Session, account_id: AccountId, trade_id: int) -> dict[int, bool]:
    """Return whether a trade followed each rule that was answered, by rule id."""
    mine = (trade_rules.c.account_id == account_id) & (trade_rules.c.trade_id == trade_id)
    rows = session.execute(select(trade_rules.c.rule_id, trade_rules.c.is_followed).where(mine))
    return {row.rule_id: row.is_followed for row in rows}


def write_answer(
    session: Session, account_id: AccountId, trade_id: int, rule_id: int, *, is_followed: bool | None
) -> None:
    """Say whether a trade followed a rule; None takes the answer back."""
    mine = (trade_rules.c.account_id == account_id) & (trade_rules.c.trade_id == trade_id)
    session.execute(delete(trade_rules).where(mine, trade_rules.c.rule_id == rule_id))
    if is_followed is not None:
        values = {"account_id": account_id, "trade_id": trade_id, "rule_id": rule_id, "is_followed": is_followed}
        session.execute(insert(trade_rules).values(**values))


def write_answers(session: Session, account_id: AccountId, answers: Mapping[int, Mapping[int, bool]]) -> None:
    """Add answers of many trades that have none yet: followed or not, by trade and rule."""
    rows = [
        {"account_id": account_id, "trade_id": trade, "rule_id": rule, "is_followed": followed}
        for trade, items in answers.items()
        for rule, followed in items.items()
    ]
    if rows:
        session.execute(insert(trade_rules), rows)


def list_answers(session: Session, account_ids: Sequence[AccountId]) -> list[RuleAnswer]:
    """Return every answer of trades that still carry the rule's setup."""
    query = (
        select(trade_rules.c.trade_id, trade_rules.c.rule_id, trade_rules.c.is_followed, setup_rules.c.setup_id)
        .join(setup_rules, setup_rules.c.id == trade_rules.c.rule_id)
        .join(
            trade_journal,
            (trade_journal.c.account_id == trade_rules.c.account_id)
            & (trade_journal.c.trade_id == trade_rules.c.trade_id)
            & (trade_journal.c.setup_id == setup_rules.c.setup_id),
        )
        .where(trade_rules.c.account_id.in_(account_ids))
    )
    return [
        RuleAnswer(trade_id=row.trade_id, setup_id=row.setup_id, rule_id=row.rule_id, is_followed=row.is_followed)
        for row in session.execute(query)
    ]
