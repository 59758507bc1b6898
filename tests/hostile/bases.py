"""The sound files that hostile ones are made from: our own fixtures, with the columns that matter named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from tests.hostile.mutations import FIXTURES


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A fixture in which every line below the header is one row.

    Attributes:
        slug: The format that reads it.
        path: Where it lies below the fixtures.
        row: 1-based line of an execution.
        quantity, price, symbol, time: Names of its columns; `time` holds the day.
        stamp: How the day's column is written, as `strftime` has it; "" for files with a zone of their own.
        clock: Column and layout of the time of day where it stands apart.
        zone: Zone of its naive times.
        header: 1-based line of the header.
    """

    slug: str
    path: str
    row: int
    quantity: str
    price: str
    symbol: str
    time: str
    stamp: str = ""
    clock: tuple[str, str] = ("", "")
    zone: str = "America/New_York"
    header: int = 1

    @property
    def stem(self) -> str:
        """The fixture's path as part of a name."""
        return self.path.replace("/", "-").removesuffix(".csv")

    @property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return _text(self.path).splitlines()

    @property
    def payload(self) -> bytes:
        """The file with plain line ends, the last one ended."""
        return to_payload(self.lines)

    @property
    def delimiter(self) -> str:
        """The delimiter of the header."""
        return max(",;\t|", key=self.lines[self.header - 1].count)

    @property
    def names(self) -> list[str]:
        """The header."""
        return self.cells(self.header)

    def cells(self, line: int) -> list[str]:
        """Return the cells of a line, quotes kept; no cell of a base holds the delimiter."""
        return self.lines[line - 1].split(self.delimiter)

    def column(self, name: str) -> int:
        """Return the 1-based position of a column."""
        return [item.strip('"') for item in self.names].index(name) + 1

    def with_cells(self, texts: Mapping[str, str], *, line: int = 0) -> bytes:
        """Return the file with other texts in some columns of a line (`row` by default), quoted where needed."""
        at = line or self.row
        cells = self.cells(at)
        for name, text in texts.items():
            needs = self.delimiter in text or '"' in text or "\n" in text or cells[self.column(name) - 1][:1] == '"'
            cells[self.column(name) - 1] = '"' + text.replace('"', '""') + '"' if needs else text
        return self.with_line(at, self.delimiter.join(cells))

    def with_line(self, line: int, text: str) -> bytes:
        """Return the file with another text in a line."""
        lines = self.lines
        lines[line - 1] = text
        return to_payload(lines)

    def without_line(self, line: int = 0) -> bytes:
        """Return the file without a line (`row` by default)."""
        lines = self.lines
        del lines[(line or self.row) - 1]
        return to_payload(lines)

    def each_row(self, change: Callable[[int, list[str]], list[str]]) -> bytes:
        """Return the file with the cells of every line from the header on changed by (line, cells)."""
        lines = self.lines
        for line in range(self.header, len(lines) + 1):
            lines[line - 1] = self.delimiter.join(change(line, self.cells(line)))
        return to_payload(lines)

    def at(self, moment: datetime) -> bytes:
        """Return the file with another time in `row`."""
        texts = {self.time: moment.strftime(self.stamp)}
        if self.clock[0]:
            texts[self.clock[0]] = moment.strftime(self.clock[1])
        return self.with_cells(texts)


def to_payload(lines: list[str]) -> bytes:
    """Return lines as a file."""
    return ("\n".join(lines) + "\n").encode()


@cache
def _text(path: str) -> str:
    return (FIXTURES / path).read_text(encoding="utf-8-sig")


BASES = (
    Base(slug="lightspeed", path="lightspeed/trades.csv", row=3, quantity="Qty", price="Price", symbol="Symbol",
         time="Trade Date", stamp="%m/%d/%Y", clock=("Execution Time", "%H:%M:%S")),
    Base(slug="tradezero", path="tradezero/trades.csv", row=3, quantity="Qty", price="Price", symbol="Symbol",
         time="T/D", stamp="%m/%d/%Y", clock=("Exec Time", "%H:%M:%S")),
    Base(slug="tradestation", path="tradestation/trades.csv", row=3, quantity="Qty", price="Price", symbol="Symbol",
         time="T/D", stamp="%m/%d/%Y", clock=("Exec Time", "%H:%M:%S")),
    Base(slug="questrade", path="questrade/orders.csv", row=2, quantity="Fill Qty", price="Fill Price",
         symbol="Symbol", time="Exec Time", stamp="%m/%d/%Y %H:%M:%S", zone="America/Toronto"),
    Base(slug="tradestation", path="tradestation/orders.csv", row=2, quantity="Filled quantity",
         price="Avg fill price", symbol="Symbol", time="Close time", stamp="%Y-%m-%d %H:%M:%S"),
    Base(slug="zerodha-tradebook", path="zerodha-tradebook/equity.csv", row=3, quantity="quantity", price="price",
         symbol="symbol", time="order_execution_time", stamp="%Y-%m-%dT%H:%M:%S", zone="Asia/Kolkata"),
    Base(slug="kucoin-fills", path="kucoin-fills/older.csv", row=3, quantity="size", price="price", symbol="symbol",
         time="tradeCreatedAt", stamp="%Y-%m-%d %H:%M:%S", zone="UTC"),
    Base(slug="coinbasepro-fills", path="coinbasepro-fills/fills.csv", row=3, quantity="size", price="price",
         symbol="product", time="created at", zone="UTC"),
    Base(slug="kraken-trades", path="kraken-trades/trades.csv", row=3, quantity="vol", price="price", symbol="pair",
         time="time", stamp="%Y-%m-%d %H:%M:%S", zone="UTC"),
    Base(slug="binance-trades", path="binance-trades/older.csv", row=3, quantity="Amount", price="Price",
         symbol="Market", time="Date(UTC)", stamp="%Y-%m-%d %H:%M:%S", zone="UTC"),
    Base(slug="quantower", path="quantower/trades.csv", row=3, quantity="Quantity", price="Price", symbol="Symbol",
         time="Date/Time"),
    Base(slug="etrade", path="etrade/transactions.csv", row=2, quantity="Quantity", price="Price", symbol="Symbol",
         time="Transaction Date", stamp="%m/%d/%Y"),
    Base(slug="generic-csv", path="generic-csv/plain.csv", row=3, quantity="Filled Qty", price="Avg Price",
         symbol="Ticker", time="Date/Time", stamp="%Y-%m-%d %H:%M:%S", zone="UTC"),
)  # fmt: skip
