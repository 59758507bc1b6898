"""Frames for tests, from a list of P&L values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.metrics import MetricInput
from domain.columns import ExitFrame, TradeFrame

if TYPE_CHECKING:
    from domain.columns import Floats

DAY = 86_400_000_000


def trades(pnl: Sequence[float], **columns: Any) -> TradeFrame:
    """Closed long trades, one a weekday from Monday 5 January 2026, gross = net unless given."""
    n = len(pnl)
    net = np.array(pnl, dtype=np.float64)
    day = np.array([20_458 + row // 5 * 7 + row % 5 for row in range(n)], dtype=np.int32)
    base: dict[str, Any] = {
        "id": np.arange(1, n + 1),
        "account": np.ones(n, dtype=np.int64),
        "row": np.arange(n),
        "instrument": np.zeros(n, dtype=np.int32),
        "side": np.ones(n, dtype=np.int8),
        "is_open": np.zeros(n, dtype=np.bool_),
        "opened_at": day.astype(np.int64) * DAY,
        "closed_at": day.astype(np.int64) * DAY + 60_000_000,
        "net": net,
        "gross": net,
        "fees": np.zeros(n),
        "risk": np.full(n, np.nan),
        "entry_day": day,
        "exit_day": day,
        "entry_minute": np.full(n, 570, dtype=np.int32),
        "held_seconds": np.full(n, 60.0),
        "quantity": np.ones(n),
        "entry_price": np.full(n, 100.0),
        "exit_price": 100 + net,
        "entry_value": np.full(n, 100.0),
        "exit_value": 100 + net,
        "tag_mask": np.zeros(n, dtype=np.int64),
        "setup": np.full(n, -1, dtype=np.int32),
        "symbols": ("AAA", "BBB"),
        "asset_classes": ("stock", "option"),
        "currency": "USD",
        "tags": ("early", "late"),
        "setups": ("gap", "trend"),
    }
    base.update(columns)
    return TradeFrame(**base)


def exits(frame: TradeFrame) -> ExitFrame:
    """One exit a trade."""
    return ExitFrame(
        trade_id=frame.id,
        account=frame.account,
        closed_at=frame.closed_at,
        day=frame.exit_day,
        net=frame.net,
        gross=frame.gross,
        fees=frame.fees,
        currency=frame.currency,
    )


def figures(pnl: Sequence[float] | Floats, **columns: Any) -> MetricInput:
    """Input of the metrics for trades that each end in one exit on a day of its own."""
    values = np.array(pnl, dtype=np.float64)
    base: dict[str, Any] = {
        "pnl": values,
        "gross": values,
        "fees": np.zeros(len(values)),
        "risk": np.full(len(values), np.nan),
        "held_seconds": np.full(len(values), 60.0),
        "days": 20_458 + np.arange(len(values)),
        "day_pnl": values,
    }
    base.update(columns)
    base = {"exit_pnl": base["pnl"], "exit_gross": base["gross"], "exit_fees": base["fees"], **base}
    return MetricInput(**base)
