"""CSV exports: exactly what is on the screen, with plain numbers and safe text.

Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers never do.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.accounts import UserId
from domain.filters import LedgerFilter
from domain.imports import ImportBatch
from domain.ledger import Trade
from domain.money import decimal_text
from services.imports import ImportService
from services.portfolio import PortfolioService, TradeDetail

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
TRADE_HEADER = (
    "id", "account", "symbol", "asset_class", "side", "status", "opened_at", "closed_at", "quantity", "entry_price",
    "exit_price", "gross_pnl", "fees", "net_pnl", "currency", "r_multiple", "setup", "tags", "executions",
    "fees_estimated",
)  # fmt: skip
EXECUTION_HEADER = (
    "id", "executed_at", "symbol", "side", "kind", "quantity", "price", "fees", "position", "realised_net_pnl",
    "currency", "fees_estimated",
)  # fmt: skip
PRICE_DIGITS = 10


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield CSV text in pieces: UTF-8, comma, CRLF lines; a byte-order mark keeps Excel honest."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow(header)
    for count, row in enumerate(rows, 1):
        writer.writerow(row)
        if count % 1_000 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def trades_csv(
    portfolio: PortfolioService, owner: UserId, chosen: LedgerFilter, sort: Sequence[tuple[str, bool]] = ()
) -> Iterator[str]:
    """Yield the trades of a filter, in the order of the page, times with the account's offset."""
    zones = {account.id: ZoneInfo(account.timezone) for account in portfolio.sets.load(owner, chosen).accounts}
    rows = (trade_row(trade, zones[trade.account_id]) for trade in portfolio.every_trade(owner, chosen, sort))
    return write_csv(TRADE_HEADER, rows)


def trade_row(trade: Trade, zone: ZoneInfo) -> list[str]:
    """Return one trade as the texts of a CSV row."""
    return [
        str(trade.id),
        safe_text(trade.account_name),
        safe_text(trade.instrument.symbol),
        trade.instrument.asset_class.value,
        "long" if trade.side > 0 else "short",
        "open" if trade.is_open else "closed",
        moment(trade.opened_at, zone),
        moment(trade.closed_at, zone),
        decimal_text(trade.quantity),
        price(trade.entry_price),
        price(trade.exit_price),
        decimal_text(trade.gross),
        decimal_text(trade.fees),
        decimal_text(trade.net),
        trade.instrument.currency,
        "" if trade.r_multiple is None else decimal_text(round(trade.r_multiple, 4)),
        safe_text(trade.setup),
        safe_text("; ".join(trade.tags)),
        str(trade.executions),
        yes_no(trade.fees_estimated),
    ]


def executions_csv(detail: TradeDetail) -> Iterator[str]:
    """Yield the executions of one trade: running position, and net P&L realised so far."""
    zone = ZoneInfo(detail.timezone)
    rows = (
        [
            str(line.id),
            moment(line.executed_at, zone),
            safe_text(detail.trade.instrument.symbol),
            line.side.word,
            line.kind.name.lower(),
            decimal_text(line.quantity),
            price(line.price),
            decimal_text(line.fees),
            decimal_text(line.position),
            "" if line.realised is None else decimal_text(line.realised),
            detail.trade.instrument.currency,
            yes_no(line.fees_estimated),
        ]
        for line in detail.executions
    )
    return write_csv(EXECUTION_HEADER, rows)


def days_csv(portfolio: PortfolioService, owner: UserId, chosen: LedgerFilter) -> Iterator[str]:
    """Yield the calendar: one row a trading day."""
    days = portfolio.days(owner, chosen)
    rows = (
        [day.isoformat(), number(item.net), number(item.gross), number(item.fees), str(item.trades), str(item.wins)]
        for day, item in sorted(days.items())
    )
    return write_csv(("day", "net_pnl", "gross_pnl", "fees", "trades", "wins"), rows)


def curve_csv(portfolio: PortfolioService, owner: UserId, chosen: LedgerFilter) -> Iterator[str]:
    """Yield the equity curve as drawn."""
    curve = portfolio.curve(owner, chosen)
    rows = ([str(int(x)), number(y)] for x, y in zip(curve.equity.x.tolist(), curve.equity.y.tolist(), strict=True))
    return write_csv(("epoch_milliseconds", f"cumulative_{curve.unit}"), rows)


def holdings_csv(portfolio: PortfolioService, owner: UserId, chosen: LedgerFilter) -> Iterator[str]:
    """Yield the open positions at their latest prices."""
    header = (
        "account", "symbol", "quantity", "average_price", "cost", "currency", "last", "value", "unrealised_pnl",
        "price_source",
    )  # fmt: skip
    rows = (
        [
            safe_text(item.position.account_name),
            safe_text(item.position.instrument.symbol),
            decimal_text(item.position.quantity),
            price(item.position.average_price),
            decimal_text(item.position.cost),
            item.position.instrument.currency,
            "" if item.quote is None else number(item.quote.price),
            number(item.value),
            number(item.unrealised),
            "" if item.quote is None else item.quote.provider,
        ]
        for item in portfolio.holdings(owner, chosen)
    )
    return write_csv(header, rows)


def yes_no(value: bool) -> str:
    """Return a truth value as a word."""
    return "yes" if value else "no"


def moment(when: datetime | None, zone: ZoneInfo) -> str:
    """Return ISO 8601 with offset, "" for none."""
    return "" if when is None else when.astimezone(zone).isoformat()


def price(value: Decimal | None) -> str:
    """Return a price, averages rounded to ten decimals."""
    return "" if value is None else decimal_text(round(value, PRICE_DIGITS))


def number(value: float | None) -> str:
    """Return a float as plain text with up to eight decimals, "" for none."""
    return "" if value is None else decimal_text(round(Decimal(repr(float(value))), 8))


def problems_csv(batch: ImportBatch) -> Iterator[str]:
    """Yield the rows of an import that could not be used, with what to do about each."""
    header = ("line", "column", "value", "reason", "hint")
    return write_csv(header, ([safe_text(str(item.get(name, ""))) for name in header] for item in batch.problems))


class ExportService:
    """Downloads by name, so that the web layer needs to know none of the functions above."""

    def __init__(self, portfolio: PortfolioService, imports: ImportService) -> None:
        self._portfolio = portfolio
        self._imports = imports

    def trades(self, owner: UserId, chosen: LedgerFilter, sort: Sequence[tuple[str, bool]]) -> Iterator[str]:
        """Yield the trades of a filter in the order of the page."""
        return trades_csv(self._portfolio, owner, chosen, sort)

    def trade(self, owner: UserId, trade_id: int) -> Iterator[str]:
        """Yield the executions of one trade."""
        return executions_csv(self._portfolio.trade(owner, trade_id))

    def days(self, owner: UserId, chosen: LedgerFilter) -> Iterator[str]:
        """Yield the calendar."""
        return days_csv(self._portfolio, owner, chosen)

    def curve(self, owner: UserId, chosen: LedgerFilter) -> Iterator[str]:
        """Yield the equity curve."""
        return curve_csv(self._portfolio, owner, chosen)

    def holdings(self, owner: UserId, chosen: LedgerFilter) -> Iterator[str]:
        """Yield the open positions."""
        return holdings_csv(self._portfolio, owner, chosen)

    def problems(self, owner: UserId, import_id: int) -> Iterator[str]:
        """Yield what an import could not use."""
        return problems_csv(self._imports.batch(owner, import_id))
