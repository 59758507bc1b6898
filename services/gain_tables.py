"""What tax rules made of one instrument, as columns: a million disposals are one array, and a row is read on demand.

The numbers are exact: units of the column's decimal places in 64 bits, and as digits where they do not fit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Context, Decimal
from itertools import accumulate
from typing import Any, overload

import numpy as np
from typing_extensions import override

from analytics.tax import tax_year
from data.db.storage import INT64_MAX
from domain.money import ZERO, decimal_text, from_units
from domain.portfolio_figures import GainsTotal
from domain.tax import Disposal, Gains, HeldLot, TaxInstrument, TaxRegime, Term

EPOCH = date(1970, 1, 1)
POOL = np.int32(2**31 - 1)
"""Stands for the day of a pool, behind all days."""
AMOUNTS = ("quantity", "proceeds", "cost", "adjustment")
DIGITS = "S64"
TERMS: Mapping[Term, str] = {Term.SHORT: "Short term", Term.LONG: "Long term", Term.NONE: "Other"}
_TERMS = tuple(Term)
_EXACT = Context(prec=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRows:
    """The rows of one tax year and what they add up to, by group."""

    start: int
    end: int
    groups: Mapping[str, GainsTotal]


@dataclass(frozen=True, slots=True, kw_only=True)
class GainPart:
    """Everything that was disposed of one instrument by one set of rules, and what is left.

    Attributes:
        rows: One row a disposal, ordered by tax year, day of sale, sale and day of purchase.
        places: Decimal places of `AMOUNTS`.
        words: What the codes of `account`, `rule`, `category` and `code` stand for.
        years: Where the rows of a tax year are.
    """

    instrument: TaxInstrument
    rows: Any
    places: tuple[int, ...]
    words: Mapping[str, tuple[str, ...]]
    years: Mapping[int, YearRows]
    held: tuple[HeldLot, ...]

    def disposal(self, row: int) -> Disposal:
        """Return one row."""
        values, words = self.rows[row], self.words
        amounts = {
            name: from_units(int(values[name]), places) for name, places in zip(AMOUNTS, self.places, strict=True)
        }
        return Disposal(
            instrument=self.instrument,
            account=words["account"][values["account"]],
            acquired=None if values["acquired"] == POOL else EPOCH + timedelta(days=int(values["acquired"])),
            sold=EPOCH + timedelta(days=int(values["sold"])),
            rule=words["rule"][values["rule"]],
            term=_TERMS[values["term"]],
            code=words["code"][values["code"]],
            category=words["category"][values["category"]],
            is_short=bool(values["is_short"]),
            sale_ref=int(values["sale_ref"]),
            lot_ref=int(values["lot_ref"]),
            **amounts,
        )


def group_name(regime: TaxRegime, item: Disposal) -> str:
    """Return the group of a disposal on its tax return: its term, rule or head."""
    if regime is TaxRegime.US:
        return TERMS[item.term]
    return item.rule.capitalize() if regime is TaxRegime.UK else item.category


def make_part(instrument: TaxInstrument, gains: Gains, regime: TaxRegime) -> GainPart:
    """Return the gains of one instrument as columns.

    Args:
        instrument: What they are of.
        gains: What the rules found.
        regime: Whose tax years and groups.
    """
    items = sorted(gains.disposals, key=_order)
    columns: dict[str, Any] = {}
    places = []
    for name in AMOUNTS:
        units, count = to_column([getattr(item, name) for item in items])
        columns[name] = units
        places.append(count)
    words: dict[str, tuple[str, ...]] = {}
    for name in ("account", "rule", "category", "code"):
        words[name], columns[name] = _codes([getattr(item, name) for item in items])
    columns |= {
        "sale_ref": np.array([item.sale_ref for item in items], dtype=np.int64),
        "lot_ref": np.array([item.lot_ref for item in items], dtype=np.int64),
        "acquired": np.array([_day(item.acquired) for item in items], dtype=np.int32),
        "sold": np.array([_day(item.sold) for item in items], dtype=np.int32),
        "term": np.array([_TERMS.index(item.term) for item in items], dtype=np.uint8),
        "is_short": np.array([item.is_short for item in items], dtype=np.bool_),
    }
    rows = np.zeros(len(items), dtype=[(name, values.dtype) for name, values in columns.items()])
    for name, values in columns.items():
        rows[name] = values
    years = _years(items, rows, places, regime)
    return GainPart(instrument=instrument, rows=rows, places=tuple(places), words=words, years=years, held=gains.held)


def _order(item: Disposal) -> tuple[object, ...]:
    return (item.sold, item.sale_ref, _day(item.acquired))


def _day(day: date | None) -> int:
    return int(POOL) if day is None else (day - EPOCH).days


def to_column(values: Sequence[Decimal]) -> tuple[Any, int]:
    """Return exact numbers as units and their decimal places; as digits where a unit does not fit 64 bits."""
    # The common case is tried first: amounts need no more places than a lot's share is kept with.
    places, units = 8, _to_units(values, 8)
    if units is None:
        places = max(-int(value.as_tuple().exponent) for value in values)
        units = _to_units(values, places) or []
    if any(abs(unit) > INT64_MAX for unit in units):
        return np.array([str(unit) for unit in units], dtype=DIGITS), places
    return np.array(units, dtype=np.int64), places


def _to_units(values: Sequence[Decimal], places: int) -> list[int] | None:
    """Return values x 10**places; None when one of them needs more places."""
    scaled = [value.scaleb(places, _EXACT) for value in values]
    units = [int(value) for value in scaled]
    return units if units == scaled else None


def _codes(values: Sequence[str]) -> tuple[tuple[str, ...], Any]:
    words = tuple(dict.fromkeys(values))
    at = {word: code for code, word in enumerate(words)}
    return words, np.array([at[value] for value in values], dtype=np.uint16)


def add_up(units: Any) -> int:
    """Return the exact sum of a column of units, however large."""
    if units.dtype.kind == "S":
        return sum(int(value) for value in units.tolist())
    # Halves of 32 bits cannot overflow before four thousand million rows.
    return (int((units >> 32).sum()) << 32) + int((units & 0xFFFFFFFF).sum())


def _years(items: Sequence[Disposal], rows: Any, places: Sequence[int], regime: TaxRegime) -> dict[int, YearRows]:
    years = np.array([tax_year(regime, item.sold) for item in items], dtype=np.int64)
    names, codes = _codes([group_name(regime, item) for item in items])
    found = {}
    for year in dict.fromkeys(years.tolist()):
        start, end = np.searchsorted(years, [year, year + 1]).tolist()
        groups = {}
        for code in np.unique(codes[start:end]).tolist():
            chosen = rows[start:end][codes[start:end] == code]
            groups[names[code]] = _total(names[code], chosen, places)
        found[year] = YearRows(start=start, end=end, groups=groups)
    return found


def _total(name: str, rows: Any, places: Sequence[int]) -> GainsTotal:
    sums = {item: from_units(add_up(rows[item]), count) for item, count in zip(AMOUNTS, places, strict=True)}
    return make_total(name, len(rows), proceeds=sums["proceeds"], cost=sums["cost"], adjustment=sums["adjustment"])


def make_total(name: str, count: int, *, proceeds: Decimal, cost: Decimal, adjustment: Decimal) -> GainsTotal:
    """Return the sums of a group."""
    return GainsTotal(
        name=name, count=count, proceeds=proceeds, cost=cost, adjustment=adjustment, gain=proceeds - cost + adjustment
    )


def join_totals(name: str, parts: Sequence[GainsTotal]) -> GainsTotal:
    """Return the sums of several groups together."""
    return make_total(
        name,
        sum(item.count for item in parts),
        proceeds=sum((item.proceeds for item in parts), ZERO),
        cost=sum((item.cost for item in parts), ZERO),
        adjustment=sum((item.adjustment for item in parts), ZERO),
    )


@dataclass(frozen=True, slots=True)
class YearDisposals(Sequence[Disposal]):
    """The disposals of a tax year over all instruments, by day of sale, symbol and sale; built row by row.

    Attributes:
        parts: By symbol.
        place: Number of a part's row, counted through all parts, in the order of the year.
    """

    parts: tuple[GainPart, ...]
    place: Any
    firsts: tuple[int, ...] = field(default=())

    @override
    def __len__(self) -> int:
        return len(self.place)

    @overload
    def __getitem__(self, at: int) -> Disposal: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Disposal, ...]: ...
    @override
    def __getitem__(self, at: int | slice) -> Disposal | tuple[Disposal, ...]:
        if isinstance(at, slice):
            return tuple(self._disposal(place) for place in self.place[at].tolist())
        return self._disposal(int(self.place[at]))

    @override
    def __iter__(self) -> Iterator[Disposal]:
        return (self._disposal(place) for place in self.place.tolist())

    def _disposal(self, place: int) -> Disposal:
        number = bisect_right(self.firsts, place) - 1
        return self.parts[number].disposal(place - self.firsts[number])


def year_disposals(parts: Sequence[GainPart], year: int | None) -> YearDisposals:
    """Return the disposals of a tax year; None for no year."""
    chosen = [(part, part.years[year]) for part in parts if year in part.years] if year is not None else []
    firsts = tuple(accumulate((len(part.rows) for part, _ in chosen), initial=0))
    place, sold, symbol, sale = [], [], [], []
    for number, (part, span) in enumerate(chosen):
        rows = part.rows[span.start : span.end]
        place.append(np.arange(span.start, span.end) + firsts[number])
        sold.append(rows["sold"])
        sale.append(rows["sale_ref"])
        symbol.append(np.full(len(rows), number))
    if not chosen:
        return YearDisposals((), np.zeros(0, dtype=np.int64))
    # The sort is stable, and within a part the rows are in order already.
    order = np.lexsort([np.concatenate(sale), np.concatenate(symbol), np.concatenate(sold)])
    return YearDisposals(tuple(part for part, _ in chosen), np.concatenate(place)[order], firsts[:-1])


def dump_head(part: GainPart) -> dict[str, Any]:
    """Return everything about a part but its rows, as plain JSON values."""
    item = part.instrument
    return {
        "instrument": [item.symbol, item.asset_class, item.name, item.isin, item.currency],
        "places": list(part.places),
        "words": {name: list(words) for name, words in part.words.items()},
        "years": {
            str(year): [
                span.start,
                span.end,
                [
                    [each.name, each.count, *map(str, (each.proceeds, each.cost, each.adjustment))]
                    for each in span.groups.values()
                ],
            ]
            for year, span in part.years.items()
        },
        "held": [
            [lot.account, decimal_text(lot.quantity), _day(lot.acquired), decimal_text(lot.cost), lot.is_short, lot.ref]
            for lot in part.held
        ],
    }


def load_part(head: Mapping[str, Any], rows: Any) -> GainPart:
    """Return the part that `dump_head` and its rows tell.

    Raises:
        KeyError, TypeError, ValueError, IndexError: If they tell none.
    """
    symbol, asset_class, name, isin, currency = head["instrument"]
    instrument = TaxInstrument(symbol=symbol, asset_class=asset_class, name=name, isin=isin, currency=currency)
    return GainPart(
        instrument=instrument,
        rows=rows,
        places=tuple(head["places"]),
        words={key: tuple(words) for key, words in head["words"].items()},
        years={int(year): _load_year(*values) for year, values in head["years"].items()},
        held=tuple(_load_lot(instrument, *values) for values in head["held"]),
    )


def _load_year(start: int, end: int, groups: Sequence[Sequence[Any]]) -> YearRows:
    totals = [
        make_total(name, count, proceeds=Decimal(proceeds), cost=Decimal(cost), adjustment=Decimal(adjustment))
        for name, count, proceeds, cost, adjustment in groups
    ]
    return YearRows(start=start, end=end, groups={item.name: item for item in totals})


def _load_lot(instrument: TaxInstrument, account: str, quantity: str, *rest: Any) -> HeldLot:
    acquired, cost, is_short, ref = rest
    return HeldLot(
        instrument=instrument,
        account=account,
        quantity=Decimal(quantity),
        acquired=None if acquired == int(POOL) else EPOCH + timedelta(days=acquired),
        cost=Decimal(cost),
        is_short=is_short,
        ref=ref,
    )
