"""The fast path's middle: from Arrow columns to sides, exact numbers and instruments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from data.brokers import cells
from data.brokers import fast_columns as columns
from data.brokers.arrow_table import (
    CODED,
    ISO,
    ISO_ZONED,
    TEXT,
    ColumnTypeError,
    DecimalKind,
    Kind,
)
from data.brokers.batch import to_decimals
from data.brokers.cells import CellError
from data.brokers.content import Content
from data.brokers.decimal_mark import decide_decimal_comma
from data.brokers.fast_spec import FastSpec
from data.brokers.fast_times import read_times, to_instants
from data.brokers.sizes import sized_always
from data.brokers.typed_table import TypedTable, read_table
from data.brokers.words import HUNDREDTHS, fold_currency
from domain.columns import Decimals
from domain.instruments import Instrument

if TYPE_CHECKING:
    from domain.columns import Bools, Bytes, Codes, Ints

MOST_PLACES = 18
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?(Z|[+-]\d\d:?\d\d)?")
_PLAIN = re.compile(r"[+-]?\d*(?:[.,](\d*))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Every row of the table, and which of them are executions; n rows in file order.

    Attributes:
        good: Whether the row came out clean.
        backwards: Whether the file prints the newest row first.
        rows: Picks the clean rows in chronological order out of any column.
        executed_at: UTC microseconds.
        quantity: Absolute, with the sign in `side`.
        fees: As the file has them.
        charges: The columns they are the sum of, where the file tells what each is for.
    """

    good: Bools
    backwards: bool
    rows: Any
    executed_at: Ints
    side: Bytes
    quantity: Decimals
    price: Decimals
    fees: Decimals
    fees_negative: bool
    instruments: tuple[Instrument, ...]
    instrument: Codes
    fee_currencies: tuple[str, ...]
    fee_currency: Codes
    accounts: tuple[str, ...]
    day_first: bool
    repeated: int
    charges: tuple[Decimals, ...] = ()


def read_typed(payload: Content, spec: FastSpec) -> tuple[TypedTable | None, dict[int, Kind]]:
    """Read the spec's columns; a column whose cells do not fit its type is read as text instead."""
    kinds = choose_kinds(spec)
    for _ in range(3 * len(kinds)):
        try:
            return read_table(payload, spec.layout, kinds), kinds
        except ColumnTypeError as error:
            if error.column not in kinds or kinds[error.column] == CODED:
                break
            kinds[error.column] = _relax(kinds[error.column])
    return None, kinds


def _relax(kind: Kind) -> Kind:
    if isinstance(kind, DecimalKind) and kind.places < 8:
        return DecimalKind(kind.places + 6)
    return CODED


def choose_kinds(spec: FastSpec) -> dict[int, Kind]:
    """Return how to read each column, judged by the sample."""
    coded = [spec.side, spec.fee_currency, spec.account, spec.status[0] if spec.status else None]
    kinds: dict[int, Kind] = {
        column: CODED for column in (*coded, *spec.instrument, *spec.moment) if column is not None
    }
    for column in (spec.quantity, spec.price, *spec.fees):
        kinds[column] = _number_kind(_cells(spec.sample, column))
    if len(spec.moment) == 1:
        kinds[spec.moment[0]] = _moment_kind(_cells(spec.sample, spec.moment[0]))
    if spec.identity is not None:
        kinds[spec.identity] = TEXT
    return kinds


def _cells(sample: Sequence[Sequence[str]], column: int) -> list[str]:
    texts = [row[column] for row in sample if column < len(row)]
    return [text for text in texts if text and text not in cells.EMPTY_MARKS]


def _number_kind(texts: list[str]) -> Kind:
    matches = [_PLAIN.fullmatch(text) for text in texts]
    places = [len(match[1] or "") for match in matches if match]
    if sum(match is None for match in matches) > len(texts) // 10 or max(places, default=0) > MOST_PLACES:
        return CODED
    return DecimalKind(max(places, default=0))


def _moment_kind(texts: list[str]) -> Kind:
    matches = [match for text in texts if (match := _ISO.fullmatch(text))]
    if not matches or len(matches) < 0.9 * len(texts):
        return CODED
    return ISO_ZONED if sum(bool(match[1]) for match in matches) * 2 > len(matches) else ISO


def measure(table: TypedTable, kinds: Mapping[int, Kind], spec: FastSpec) -> Measures | None:
    """Turn the columns into what executions need; None where only the row reader can.

    Raises:
        ImportFileError: If the order of day and month cannot be told.
    """
    numbers = [_numbers(table, kinds, column, spec) for column in (spec.quantity, spec.price, *spec.fees)]
    if any(number is None for number in numbers):
        return None
    quantity, price, *costs = (number for number in numbers if number is not None)
    fees = _add(costs, len(table))
    times = read_times(table, kinds, spec)
    executed_at, exists, repeated = to_instants(times, spec.timezone)
    side, has_side = _sides(table, quantity, spec)
    instruments, instrument, below_zero = _instruments(table, spec)
    good = quantity.read & ~quantity.empty & price.read & ~price.empty & fees.read & times.read & exists & has_side
    good &= (quantity.units != 0) & ((price.units >= 0) | below_zero) & (instrument >= 0) & _is_fill(table, spec)
    currencies, currency = _fee_currencies(table, instruments, instrument, spec)
    if set(currencies) & set(HUNDREDTHS):
        good &= ~np.isin(currency, [code for code, name in enumerate(currencies) if name in HUNDREDTHS])
    up, down = columns.count_signs(fees.units)
    backwards = columns.runs_backwards(times.local[times.read])
    return Measures(
        good=good,
        backwards=backwards,
        rows=columns.select(good, backwards=backwards),
        executed_at=executed_at,
        side=side,
        quantity=Decimals(np.abs(quantity.units), quantity.places),
        price=Decimals(price.units, price.places),
        fees=Decimals(fees.units, fees.places),
        fees_negative=down > up if spec.is_fee_negative is None else spec.is_fee_negative,
        instruments=instruments,
        instrument=instrument,
        fee_currencies=currencies,
        fee_currency=currency,
        accounts=_distinct(table, spec.account),
        day_first=times.day_first,
        repeated=repeated,
        charges=tuple(Decimals(cost.units, cost.places) for cost in costs) if spec.fee_kinds else (),
    )


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers: units of 10**-places, whether each cell could be read, whether it is empty."""

    units: Ints
    places: int
    read: Bools
    empty: Bools


def _add(costs: list[Numbers], n: int) -> Numbers:
    """Return the sum of fee columns, at the finest scale of them."""
    if len(costs) == 1:
        return costs[0]
    places = max((cost.places for cost in costs), default=0)
    units, read = np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.bool_)
    for cost in costs:
        units += cost.units * 10 ** (places - cost.places)
        read &= cost.read
    return Numbers(units, places, read, np.zeros(n, dtype=np.bool_))


def _numbers(table: TypedTable, kinds: Mapping[int, Kind], column: int, spec: FastSpec) -> Numbers | None:
    """Return a column of numbers; None beyond 64 bits or when the decimal mark is not what the sample said."""
    n = len(table)
    kind = kinds[column]
    if not isinstance(kind, DecimalKind):
        return _read_numbers(*table.codes(column), spec)
    typed = table.units(column)
    if typed is None:
        return None
    units, filled = typed
    return Numbers(units, kind.places, np.ones(n, dtype=np.bool_), ~filled)


def _read_numbers(texts: list[str], codes: Codes, spec: FastSpec) -> Numbers | None:
    comma = spec.layout.decimal_comma
    cleaned = [cells.clean(text) for text in texts]
    if decide_decimal_comma(cleaned, spec.layout.delimiter) not in (None, comma):
        return None
    values = [_read_number(text, decimal_comma=comma) for text in cleaned]
    numbers = to_decimals([value or Decimal(0) for value in values])
    if numbers.units.dtype == object:
        return None
    empty = np.array([text in ("", *cells.EMPTY_MARKS) for text in cleaned], dtype=np.bool_)
    read = np.array([value is not None for value in values], dtype=np.bool_) | empty
    return Numbers(numbers.units[codes], numbers.places, read[codes], empty[codes])


def _read_number(text: str, *, decimal_comma: bool) -> Decimal | None:
    try:
        return cells.read_decimal(text, column="", decimal_comma=decimal_comma)
    except CellError:
        return None


def _sides(table: TypedTable, quantity: Numbers, spec: FastSpec) -> tuple[Bytes, Bools]:
    """Return (side, whether known); the sign of the quantity decides, or must not contradict the word."""
    if spec.side is None:
        return np.where(quantity.units < 0, -1, 1).astype(np.int8), np.ones(len(table), dtype=np.bool_)
    texts, codes = table.codes(spec.side)
    words = np.array([_side_sign(cells.clean(text), spec) for text in texts], dtype=np.int8)
    side = words[codes]
    return side, (side != 0) & ~((side > 0) & (quantity.units < 0))


def _side_sign(text: str, spec: FastSpec) -> int:
    try:
        return int(spec.read_side(text))
    except CellError:
        return 0


def _instruments(table: TypedTable, spec: FastSpec) -> tuple[tuple[Instrument, ...], Codes, Bools]:
    """Return (instruments, each row's code or -1, whether its price may be negative)."""
    coded = [table.codes(column) for column in spec.instrument]
    combinations, codes = columns.combine([([cells.clean(text) for text in texts], code) for texts, code in coded])
    known: dict[tuple[str, str, str], int] = {}
    instruments: list[Instrument] = []
    lookup = np.full(len(combinations), -1, dtype=np.int32)
    for position, texts in enumerate(combinations):
        instrument = _make_instrument(texts, spec)
        if instrument is None:
            continue
        lookup[position] = known.setdefault(instrument.key, len(known))
        if len(instruments) < len(known):
            instruments.append(instrument)
    below_zero = np.array(
        [item.asset_class.value.startswith("future") for item in instruments] or [False], dtype=np.bool_
    )
    rows = lookup[codes]
    return tuple(instruments), rows, below_zero[rows]


def _make_instrument(texts: tuple[str, ...], spec: FastSpec) -> Instrument | None:
    try:
        instrument = spec.make_instrument(texts)
    except CellError:
        return None
    # A size that depends on the day or none at all, and prices in pence, are for the row reader.
    if instrument.currency in HUNDREDTHS:
        return None
    known = sized_always(instrument)
    return known if known is not None and known.multiplier is not None else None


def _is_fill(table: TypedTable, spec: FastSpec) -> Any:
    if spec.status is None:
        return True
    column, accepts = spec.status
    texts, codes = table.codes(column)
    return np.array([accepts(cells.clean(text)) for text in texts], dtype=np.bool_)[codes]


def _fee_currencies(
    table: TypedTable, instruments: tuple[Instrument, ...], instrument: Codes, spec: FastSpec
) -> tuple[tuple[str, ...], Codes]:
    """Return (currencies, each row's code): the fee's own, else its instrument's."""
    known: dict[str, int] = {}
    own = np.array([known.setdefault(item.currency, len(known)) for item in instruments] or [0], dtype=np.int32)[
        instrument
    ]
    if spec.fee_currency is None:
        return tuple(known), own
    texts, codes = table.codes(spec.fee_currency)
    folded = [fold_currency(cells.clean(text)) for text in texts]
    lookup = np.array([known.setdefault(text, len(known)) if text else -1 for text in folded], dtype=np.int32)
    named = lookup[codes]
    return tuple(known), np.where(named >= 0, named, own)


def _distinct(table: TypedTable, column: int | None) -> tuple[str, ...]:
    if column is None:
        return ()
    return tuple(sorted({cells.clean(text) for text in table.codes(column)[0]} - {""}))
