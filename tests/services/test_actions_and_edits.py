"""Corporate actions together with what people do to fills: edits, deletions, parts, lanes and merged trades."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.accounts import AccountId, User
from domain.corporate_actions import ActionKind, CorporateAction
from domain.errors import FillwiseError
from domain.filters import LedgerFilter
from services.container import Services
from services.fill_pages import FillQuery
from services.imports import ImportRequest
from tests.services.samples import trades_csv

FILLS = (
    "1,2026-03-02 09:31:05,OLD,Buy,60,10.00,0.60,USD",
    "2,2026-03-03 09:31:05,OLD,Sell,60,12.00,0.40,USD",
    "3,2026-03-04 09:31:05,OLD,Buy,40,12.50,0.40,USD",
    "4,2026-03-05 09:31:05,OLD,Sell,10,15.00,0.20,USD",
    "5,2026-03-06 09:31:05,OLD,Buy,40,11.25,0.40,USD",
    "6,2026-03-09 09:31:05,OLD,Sell,30,9.00,0.20,USD",
    "7,2026-03-10 09:31:05,NEW,Buy,16,20.00,0.20,USD",
    "8,2026-03-11 09:31:05,NEW,Sell,20,21.00,0.20,USD",
)
KINDS = (ActionKind.SPLIT, ActionKind.SYMBOL_CHANGE, ActionKind.STOCK_MERGER, ActionKind.SPIN_OFF)
TERMS: dict[str, Any] = {"ratio_new": Decimal(2), "ratio_old": Decimal(1), "new_symbol": "NEW"}
NUMBERS = itertools.count(1)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Desk:
    """One account, what is done to it by hand, and what it comes to."""

    def __init__(self, services: Services, user: User) -> None:
        self.services, self.owner = services, user.id
        name = f"Account {next(NUMBERS)}"
        rows = [row.replace(",", f"-{name[8:]},", 1) for row in FILLS]
        request = ImportRequest(filename="a.csv", payload=trades_csv(rows), account=name, timezone="America/New_York")
        self.account = AccountId(services.imports.commit(self.owner, request).account_id)
        self.chosen = LedgerFilter(accounts=(self.account,))
        self.changes: list[int] = []
        self.actions: list[int] = []

    @property
    def fills(self) -> list[Any]:
        """The fills as they are now, oldest first."""
        query = FillQuery(chosen=self.chosen, sort=(("time", False),))
        return [row.execution for row in self.services.fills.page(self.owner, query, end=200).rows]

    def state(self) -> tuple[Any, Any]:
        """What the book says: trades and positions."""
        trades = self.services.portfolio.every_trade(self.owner, self.chosen)
        held = self.services.portfolio.positions(self.owner, self.chosen)
        return (
            sorted((item.instrument.symbol, item.is_open, item.gross, item.fees, item.opened_at) for item in trades),
            sorted((item.instrument.symbol, item.quantity, item.cost) for item in held),
        )

    def wealth(self) -> Decimal:
        """What is held at cost less what was realised before fees."""
        trades, held = self.state()
        return sum((cost for *_, cost in held), Decimal(0)) - sum((item[2] for item in trades), Decimal(0))

    def spent(self) -> Decimal:
        """What the fills cost less what they brought."""
        return sum((item.quantity * item.price * int(item.side) for item in self.fills), Decimal(0))

    def change(self, do: Callable[[], Any]) -> None:
        """Do something by hand that may be refused."""
        with suppress(FillwiseError):
            self.changes.append(do().id)

    def do(self, step: tuple[str, int, int]) -> None:
        """Do one step: what, with which fill, and how much or which kind."""
        what, place, number = step
        desk, ids = self.services.fills, [item.id for item in self.fills]
        if not ids:
            return
        key = ids[place % len(ids)]
        match what:
            case "edit":
                self.change(lambda: desk.edit(self.owner, key, {"price": f"{number + 5}.5"}))
            case "resize":
                self.change(lambda: desk.edit(self.owner, key, {"quantity": str(8 * (number + 1))}))
            case "delete":
                self.change(lambda: desk.delete(self.owner, [key]))
            case "part":
                self.change(lambda: desk.split(self.owner, key, "8"))
            case "apart":
                self.change(lambda: desk.set_apart(self.owner, sorted({key, ids[number % len(ids)]})))
            case "join":
                trades = self.services.portfolio.every_trade(self.owner, self.chosen)
                pair = [(int(self.account), int(item.id)) for item in trades[:2]]
                self.change(lambda: desk.join(self.owner, pair))
            case _:
                self.act(KINDS[number % len(KINDS)], date(2026, 3, 1 + place % 14))

    def act(self, kind: ActionKind, day: date) -> None:
        """Enter a corporate action of OLD in this account."""
        actions = self.services.corporate_actions
        at = actions.day_start(self.owner, day, "OLD", self.account)
        action = CorporateAction(
            kind=kind, symbol="OLD", effective_at=at, account_id=self.account, cost_share=Decimal("0.25"), **TERMS
        )
        with suppress(FillwiseError):
            self.actions.append(actions.save(self.owner, action).id)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["edit", "resize", "delete", "part", "apart", "join", "act", "act"]),
        st.integers(0, 13),
        st.integers(0, 7),
    ),
    min_size=2,
    max_size=7,
)


@on_sqlite
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
def test_actions_and_changes_by_hand_never_make_or_lose_money(services: Services, steps: list[Any]) -> None:
    """After every step the book in memory is what a new process builds and worth what was spent; all can be undone."""
    user = services.users.find("maya") or services.users.register("maya", "four unrelated words")
    desk = Desk(services, user)
    before = desk.state()
    for step in steps:
        desk.do(step)
        known = desk.state()
        services.ledger.forget()
        assert known == desk.state(), step
        assert desk.wealth() == desk.spent(), step
    for change in reversed(desk.changes):
        services.fills.undo(user.id, change)
    for action in desk.actions:
        services.corporate_actions.delete(user.id, action)
    assert desk.state() == before
    services.ledger.forget()
    assert desk.state() == before
