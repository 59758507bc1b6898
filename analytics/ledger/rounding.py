"""Showing quantities that do not fit 64 bits: rounded after matching, which was exact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from domain.columns import CloseTable, TradeTable

if TYPE_CHECKING:
    from domain.columns import Ints


def round_quantities(trades: TradeTable, closes: CloseTable, *, drop: int) -> tuple[TradeTable, CloseTable]:
    """Drop decimal places from one instrument's quantities.

    The running total of each trade's closes is rounded, so they still add up to the trade's exit
    quantity; a piece smaller than a unit may show as 0.

    Args:
        trades: Trades of one instrument, quantities as Python ints.
        closes: Their closes.
        drop: Decimal places to drop, > 0.
    """
    step = 10**drop
    values: dict[str, Any] = {item.name: getattr(trades, item.name) for item in fields(TradeTable)}
    for name in ("quantity", "entry_quantity", "exit_quantity"):
        values[name] = np.array([_round(int(units), step) for units in values[name]], dtype=np.int64)
    close_values: dict[str, Any] = {item.name: getattr(closes, item.name) for item in fields(CloseTable)}
    close_values["quantity"] = _round_running(closes.trade.tolist(), closes.quantity.tolist(), step)
    return TradeTable(**values), CloseTable(**close_values)


def _round(units: int, step: int) -> int:
    return (units + step // 2) // step


def _round_running(trades: Iterable[int], quantities: Iterable[int], step: int) -> Ints:
    totals: dict[int, int] = {}
    result: list[int] = []
    for trade, units in zip(trades, quantities, strict=True):
        before = totals.get(trade, 0)
        totals[trade] = before + int(units)
        result.append(_round(totals[trade], step) - _round(before, step))
    return np.array(result, dtype=np.int64)
