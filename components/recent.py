"""Short tables of trades, as on Overview and in the day panel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dash import html

from components import feedback, marks, tables
from components import format as fmt
from domain.filters import Basis

if TYPE_CHECKING:
    from domain.ledger import Trade

COLUMNS = (
    tables.Column(key="closed", title="Closed", muted=True),
    tables.Column(key="symbol", title="Symbol", strong=True),
    tables.Column(key="side", title="Side", muted=True),
    tables.Column(key="setup", title="Setup", muted=True, hide_mobile=True),
    tables.Column(key="quantity", title="Qty", align="right", hide_mobile=True),
    tables.Column(key="held", title="Held", align="right", muted=True, hide_mobile=True),
    tables.Column(key="r", title="R", align="right"),
    tables.Column(key="pnl", title="Net P&L", align="right"),
)


def recent_table(
    trades: Sequence[Trade], *, timezone: str, now: datetime, basis: Basis, is_one_symbol: bool = False
) -> Any:
    """Return the trades newest first, or the empty state.

    Args:
        trades: Closed trades.
        timezone: Zone of the times shown.
        now: For "Today".
        basis: Net or gross.
        is_one_symbol: All are of a symbol that is named elsewhere.
    """
    if not trades:
        return feedback.empty("list", "No closed trades here", "Widen the period or the accounts, or import a file.")
    rows = [_row(trade, timezone, now, gross=basis is Basis.GROSS) for trade in trades]
    columns = [*COLUMNS[:-1], tables.Column(key="pnl", title=f"{basis.value.capitalize()} P&L", align="right")]
    shown = [column for column in columns if not (is_one_symbol and column.key == "symbol")]
    return tables.table(shown, rows, caption="Recent trades")


def _closed(trade: Trade, timezone: str, now: datetime) -> str:
    """Return the time of the last exit; of an earlier year only the day."""
    if trade.closed_at is not None and trade.closed_at.year != now.year:
        return fmt.day(trade.closed_at.astimezone(ZoneInfo(timezone)).date())
    return fmt.instant(trade.closed_at, timezone, now=now)


def _row(trade: Trade, timezone: str, now: datetime, *, gross: bool) -> dict[str, Any]:
    profit = trade.gross if gross else trade.net
    held = None if trade.closed_at is None else (trade.closed_at - trade.opened_at).total_seconds()
    r_multiple = trade.r_multiple
    return {
        "_href": f"/trade/{trade.id}",
        "closed": _closed(trade, timezone, now),
        "symbol": html.Span(trade.instrument.symbol, className="ell", title=trade.instrument.symbol),
        "side": marks.side(trade.side > 0),
        "setup": html.Span(trade.setup or fmt.MISSING, className="ell", title=trade.setup),
        "quantity": fmt.quantity(trade.quantity),
        "held": fmt.duration(held),
        "r": fmt.MISSING if r_multiple is None else marks.signed(fmt.r_multiple(r_multiple), r_multiple),
        "pnl": marks.signed(fmt.pnl(profit, trade.instrument.currency), profit, strong=True),
    }
