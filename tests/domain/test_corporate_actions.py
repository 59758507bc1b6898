"""What a corporate action must say."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.corporate_actions import ActionKind, CorporateAction, check_action
from domain.errors import InvalidInputError

RATIO = {"ratio_new": Decimal(1), "ratio_old": Decimal(1)}


def action(kind: ActionKind, **values: Any) -> CorporateAction:
    """Return an action of OLD."""
    return CorporateAction(
        kind=kind, symbol=values.pop("symbol", " OLD "), effective_at=datetime(2026, 4, 1, tzinfo=UTC), **values
    )


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        (ActionKind.SPLIT, {}, "ratio_new"),
        (ActionKind.SPLIT, {"ratio_new": Decimal(0), "ratio_old": Decimal(1)}, "ratio_new"),
        (ActionKind.SPLIT, {"ratio_new": Decimal(1), "ratio_old": Decimal(4)}, "ratio_new"),
        (ActionKind.REVERSE_SPLIT, {"ratio_new": Decimal(4), "ratio_old": Decimal(1)}, "ratio_new"),
        (ActionKind.SYMBOL_CHANGE, {}, "new_symbol"),
        (ActionKind.SYMBOL_CHANGE, {"new_symbol": "OLD"}, "new_symbol"),
        (ActionKind.CASH_MERGER, {}, "cash"),
        (ActionKind.CASH_MERGER, {"cash": Decimal(-1)}, "cash"),
        (ActionKind.SPIN_OFF, {"new_symbol": "KID", **RATIO}, "cost_share"),
        (ActionKind.SPIN_OFF, {"new_symbol": "KID", "cost_share": Decimal(2), **RATIO}, "cost_share"),
        (ActionKind.STOCK_MERGER, {"new_symbol": "NEW"}, "ratio_new"),
        (ActionKind.SPLIT, {"symbol": " ", **RATIO}, "symbol"),
        (ActionKind.SPLIT, {"symbol": "X" * 161, **RATIO}, "symbol"),
    ],
)
def test_an_action_that_lacks_a_part_is_refused(kind: ActionKind, values: dict[str, Any], field: str) -> None:
    """The refusal names the part."""
    with pytest.raises(InvalidInputError) as caught:
        check_action(action(kind, **values))
    assert caught.value.field == field


def test_parts_a_kind_has_no_use_for_are_dropped() -> None:
    """A change of symbol keeps neither ratio nor cash; texts are trimmed."""
    kept = check_action(action(ActionKind.SYMBOL_CHANGE, new_symbol=" NEW ", cash=Decimal(3), **RATIO))
    assert (kept.symbol, kept.new_symbol) == ("OLD", "NEW")
    assert [kept.ratio_new, kept.ratio_old, kept.cash, kept.cost_share] == [None] * 4
