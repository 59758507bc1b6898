"""Column tables: the shape in which many rows travel between layers.

One numpy array a column, all of one length, so that a million rows are a handful of objects.
numpy is named for the type checker only; this package imports nothing but the standard library.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from domain.money import from_units

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from domain.instruments import Instrument

    Ints = NDArray[np.int64]
    Codes = NDArray[np.int32]
    Bytes = NDArray[np.int8]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Decimals:
    """Exact decimals of one column: value = units / 10**places.

    Attributes:
        units: int64, or an object array of Python ints when a value does not fit 64 bits.
        places: Decimal places shared by the whole column, >= 0.
    """

    units: Ints
    places: int

    def __len__(self) -> int:
        return len(self.units)

    def at(self, row: int) -> Decimal:
        """Return one value."""
        return from_units(int(self.units[row]), self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRows:
    """What fees were for, as columns: (row of the batch, kind, amount) of each part; n parts, by row."""

    row: Ints
    kind: Bytes
    amount: Decimals

    def __len__(self) -> int:
        return len(self.row)

    def __iter__(self) -> Iterator[tuple[int, int, Decimal]]:
        for at in range(len(self.row)):
            yield int(self.row[at]), int(self.kind[at]), self.amount.at(at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionBatch:
    """Executions read from one file, in file order, not yet stored; n rows.

    Attributes:
        instruments: The instruments the rows point into.
        instrument: Code of the row's instrument, int32.
        side: +1 buy, -1 sell, int8.
        quantity, price, fees: Exact; quantity > 0, fees > 0 cost and < 0 rebate.
        fee_currencies, fee_currency: Table of currency codes and the row's code into it.
        fee_rate: Instrument currency per unit of fee currency; None is unknown. An empty tuple
            means 1 for every row whose fee currency is its instrument's, unknown otherwise.
        executed_at: Microseconds since 1970 UTC.
        kind: `ExecutionKind` value, int8.
        line: 1-based line in the file.
        identity: Broker id, or "#"-fingerprint; unique in the batch.
        charges: What fees were for, as (row, kind, amount), for the rows whose file says so.
    """

    instruments: tuple[Instrument, ...]
    instrument: Codes
    side: Bytes
    quantity: Decimals
    price: Decimals
    fees: Decimals
    fee_currencies: tuple[str, ...]
    fee_currency: Codes
    fee_rate: tuple[Decimal | None, ...] = ()
    executed_at: Ints
    kind: Bytes
    line: Ints
    identity: Sequence[str]
    charges: Sequence[tuple[int, int, Decimal]] | ChargeRows = ()

    def __len__(self) -> int:
        return len(self.identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionTable:
    """Stored executions of one account, the input of matching; n rows in any order.

    Attributes:
        id: Execution ids, int64, unique; ties in time are broken by (order, id).
        instrument: Code into the account's instrument table, int32.
        side: +1 buy, -1 sell, int8.
        quantity, price: Exact.
        cost: Fees in the instrument's currency, exact; 0 where `cost_known` is false.
        cost_known: False when a fee is in a currency without a rate.
        executed_at: Microseconds since 1970 UTC, int64.
        kind: `ExecutionKind` value, int8.
        order: Order inside the source (trade id when numeric, else line), int64.
    """

    id: Ints
    instrument: Codes
    side: Bytes
    quantity: Decimals
    price: Decimals
    cost: Decimals
    cost_known: Bools
    executed_at: Ints
    kind: Bytes
    order: Ints

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeTable:
    """Parts of executions' fees by kind, ordered by execution; n rows.

    Attributes:
        kind: `ChargeKind` value, int8.
        amount: In the instrument's currency; those of an execution add up to `cost`.
        cost: All fees of the execution, as its file said.
    """

    execution_id: Ints
    kind: Bytes
    amount: Floats
    cost: Floats

    def __len__(self) -> int:
        return len(self.execution_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTable:
    """Closed lots: quantity of one opening execution closed by one closing execution; n rows.

    Ordered by (instrument, close time, order). Money columns are units of
    10**-money_places[instrument]; quantities of 10**-quantity_places[instrument].

    Attributes:
        trade: Row of the trade in the `TradeTable` this belongs to, int64.
        open_id, close_id: Execution ids.
        quantity: Closed quantity, > 0, int64 units.
        gross: (exit - entry) x quantity x multiplier x direction, int64 money units.
        fees: Share of both executions' costs, int64 money units.
        closed_at: Microseconds since 1970 UTC.
    """

    trade: Ints
    instrument: Codes
    open_id: Ints
    close_id: Ints
    quantity: Ints
    gross: Ints
    fees: Ints
    closed_at: Ints

    def __len__(self) -> int:
        return len(self.open_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeTable:
    """Round trips, flat to flat; n rows ordered by (instrument, opening time).

    Attributes:
        id: Id of the opening execution: an execution opens at most one trade, so it is unique,
            and it survives later fills.
        side: +1 long, -1 short.
        is_open: True while quantity remains.
        opened_at, closed_at: Microseconds UTC; `closed_at` is the last exit so far, and equals
            `opened_at` when there is none.
        quantity: Largest absolute position, units.
        entry_quantity, exit_quantity: Sums of entries and exits, units.
        entry_value, exit_value: Sums of price x quantity (no multiplier), units of
            10**-(quantity_places + price_places): average price = value / quantity.
        gross, fees: Realised so far, money units; net = gross - fees.
        open_cost: Entry price x quantity of what is still open (no multiplier, unsigned), units as
            `entry_value`; 0 when closed.
        open_fees: Fees of the part still open, money units.
        executions: Number of executions that touch the trade (a flip counts in both).
        fees_known: False when a fee had no rate into the instrument's currency.
    """

    id: Ints
    instrument: Codes
    side: Bytes
    is_open: Bools
    opened_at: Ints
    closed_at: Ints
    quantity: Ints
    entry_quantity: Ints
    exit_quantity: Ints
    entry_value: Ints
    exit_value: Ints
    gross: Ints
    fees: Ints
    open_cost: Ints
    open_fees: Ints
    executions: Codes
    fees_known: Bools

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What matching returns: trades, closed lots and the scale of each instrument's integers.

    Attributes:
        quantity_places, price_places, money_places: int64 arrays indexed by instrument code.
    """

    trades: TradeTable
    closes: CloseTable
    quantity_places: Ints
    price_places: Ints
    money_places: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFrame:
    """Trades of all chosen accounts as float64 statistics need them; n rows, ordered by (closed_at, id).

    The one filtered trade set behind every page, API answer and export. Money is in `currency`.

    Attributes:
        row: Row in the book's table of its account, to get back to exact values.
        account: Account id.
        instrument: Code into `symbols`.
        tag_mask, setup: Journal columns: bit mask over the owner's tags (bit i = tags[i]), setup code (-1 none).
        net, gross, fees: float64 money of the realised part.
        risk: Initial risk in money, NaN when no stop was planned.
        entry_day, exit_day: Trading days in the account's zone, days since 1970, int32.
        entry_minute: Minute of the local day of the entry, int32.
        held_seconds: float64.
        quantity, entry_price, exit_price: float64, for sorting and display.
        entry_value, exit_value: Money of all entries and all exits: price x quantity x multiplier, > 0.
    """

    id: Ints
    account: Ints
    row: Ints
    instrument: Codes
    side: Bytes
    is_open: Bools
    opened_at: Ints
    closed_at: Ints
    net: Floats
    gross: Floats
    fees: Floats
    risk: Floats
    entry_day: Codes
    exit_day: Codes
    entry_minute: Codes
    held_seconds: Floats
    quantity: Floats
    entry_price: Floats
    exit_price: Floats
    entry_value: Floats
    exit_value: Floats
    tag_mask: Ints
    setup: Codes
    symbols: tuple[str, ...] = ()
    asset_classes: tuple[str, ...] = ()
    currency: str = ""
    tags: tuple[str, ...] = ()
    setups: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitFrame:
    """Realised P&L by exit (partial exits included), ordered by closed_at; n rows.

    The base of the equity curve and of the calendar: P&L is dated at each exit.
    """

    trade_id: Ints
    account: Ints
    closed_at: Ints
    day: Codes
    net: Floats
    gross: Floats
    fees: Floats
    currency: str = ""

    def __len__(self) -> int:
        return len(self.closed_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class CandleTable:
    """OHLCV bars over half-open [start, start + interval), ascending, unique; n rows.

    Attributes:
        start: Microseconds since 1970 UTC.
        open, high, low, close, volume: float64; low <= open, close <= high.
    """

    start: Ints
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.start)


def take(table: Any, rows: Any) -> Any:
    """Return the same kind of table with the chosen rows (a mask, a slice or positions).

    Every array attribute of the table's length is indexed; the rest is kept.
    """
    n = len(table)
    if getattr(getattr(rows, "dtype", None), "kind", "") == "b":
        rows = rows.nonzero()[0]  # numpy follows positions five times as fast as a mask
    values: dict[str, Any] = {}
    for item in fields(table):
        value = getattr(table, item.name)
        if isinstance(value, Decimals):
            value = Decimals(value.units[rows], value.places)
        elif hasattr(value, "dtype") and len(value) == n:
            value = value[rows]
        values[item.name] = value
    return type(table)(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A named line over time for a chart: x as float64 epoch milliseconds, y float64."""

    name: str
    x: Floats
    y: Floats
    unit: str = ""
    extra: dict[str, Floats] = field(default_factory=dict)
