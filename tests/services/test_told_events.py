"""What the words of a file suggest about a corporate action it does not fully tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.accounts import Account, AccountId, LotMethod
from domain.corporate_actions import ActionId, ActionKind, CorporateAction, ToldEvent
from services.told_events import find_told_events

pytestmark = pytest.mark.sqlite

DAY = datetime(2026, 4, 1, 4, tzinfo=UTC)
ACCOUNT = Account(
    id=AccountId(7),
    name="Main",
    broker="",
    currency="USD",
    timezone="America/New_York",
    lot_method=LotMethod.FIFO,
    starting_balance="",
    revision=1,
)


def event(label: str, symbol: str, quantity: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a row of the ledger of other rows."""
    plain = {
        "id": 1, "account_id": 7, "kind": "corporate_action", "label": label, "symbol": symbol, "occurred_at": DAY,
        "quantity": None if quantity is None else Decimal(quantity), "amount": None, "currency": "USD",
        "description": "", "ratio_new": None, "ratio_old": None,
    }  # fmt: skip
    return {**plain, **more}


def told(*events: dict[str, Any], held: str = "0", known: tuple[CorporateAction, ...] = ()) -> list[ToldEvent]:
    """Return what is found in some events."""
    return find_told_events(events, known, ACCOUNT, lambda _symbol, _at: Decimal(held))


def only(*events: dict[str, Any], held: str = "0") -> CorporateAction:
    """Return the one proposal that some events make."""
    (found,) = told(*events, held=held)
    return found.proposal


def terms(action: CorporateAction) -> tuple[str, str, list[Any]]:
    """Return symbols and ratio of an action."""
    return action.symbol, action.new_symbol, [action.ratio_new, action.ratio_old]


def test_units_that_come_to_those_held_make_a_ratio() -> None:
    """Nine units beside one held are ten for one; beside none nothing is said."""
    split = event("Stock Split", "AVGO", "9", kind="split")
    assert terms(only(split, held="1"))[2] == [10, 1]
    assert terms(only(split))[2] == [None, None]
    assert terms(only(event("Stock Div Dist", "AMC", "4"), held="40"))[2] == [11, 10]


def test_an_odd_number_of_units_makes_no_ratio() -> None:
    """What is near no plain ratio is left to be asked."""
    assert terms(only(event("Split", "X", "3.14159", kind="split"), held="7.77"))[2] == [None, None]


def test_a_reverse_split_in_two_rows() -> None:
    """Thirty units leave and three come: one for ten, under the symbol that comes."""
    rows = (
        event("Reverse Split", "890260854", "-30", kind="split"),
        event("Reverse Split", "TNXP", "3", kind="split"),
    )
    proposal = only(*rows)
    assert proposal.kind is ActionKind.REVERSE_SPLIT
    assert terms(proposal) == ("TNXP", "", [1, 10])


def test_rounded_units_do_not_tell_a_reverse_split() -> None:
    """One unit for one says nothing of the ratio: it stays open."""
    rows = (event("Reverse Split", "A", "-1", kind="split"), event("Reverse Split", "B", "1", kind="split"))
    assert terms(only(*rows))[2] == [None, None]


def test_pairs_of_rows_are_changes_of_symbol_or_mergers() -> None:
    """As many units under a new symbol are a new name; another number is an exchange."""
    renamed = only(event("Name Change", "OLDCO", "-1000"), event("Name Change", "NEWH", "1000"))
    assert renamed.kind is ActionKind.SYMBOL_CHANGE
    assert terms(renamed) == ("OLDCO", "NEWH", [None, None])
    merged = only(event("Stock Merger", "CCIV", "-50"), event("Stock Merger", "LCID", "25"))
    assert merged.kind is ActionKind.STOCK_MERGER
    assert terms(merged) == ("CCIV", "LCID", [1, 2])


def test_cash_for_units_is_a_merger_for_cash() -> None:
    """The cash per unit is what came divided by what left."""
    proposal = only(event("MERGER", "ABC", "-40", amount=Decimal("810.00")))
    assert proposal.kind is ActionKind.CASH_MERGER
    assert proposal.cash == Decimal("20.25")


def test_a_spin_off_asks_for_its_terms() -> None:
    """Neither parent nor share of the cost is assumed."""
    proposal = only(event("Spin-off", "APE", "344"), held="0")
    assert proposal.kind is ActionKind.SPIN_OFF
    assert proposal.cost_share is None


def test_what_is_entered_is_no_longer_told() -> None:
    """An action of the symbol within some days accounts for the row; one of another account does not."""
    row = event("Stock Split", "AVGO", "9", kind="split")
    action = CorporateAction(
        id=ActionId(3),
        kind=ActionKind.SPLIT,
        symbol="AVGO",
        effective_at=DAY + timedelta(days=3),
        ratio_new=Decimal(10),
        ratio_old=Decimal(1),
    )
    assert told(row, known=(action,)) == []
    elsewhere = CorporateAction(
        kind=ActionKind.SPLIT,
        symbol="AVGO",
        effective_at=DAY,
        account_id=AccountId(8),
        ratio_new=Decimal(10),
        ratio_old=Decimal(1),
    )
    assert len(told(row, known=(elsewhere,))) == 1


def test_the_other_half_of_a_split_that_is_applied_is_passed_over() -> None:
    """Of the two rows of one split, the one with the ratio is applied and the other says nothing more."""
    rows = (
        event("Corporate Action", "US0378331005", "2", description="Stock split Apple"),
        event("Corporate Action", "US0378331005", "8", kind="split", ratio_new=Decimal(8), ratio_old=Decimal(2)),
    )
    assert told(*rows) == []
