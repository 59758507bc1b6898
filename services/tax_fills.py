"""Fills of a portfolio as tax rules see them: restated for splits, money in one currency at the rate of their day."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.fx import RateBook
from analytics.sessions import trading_days
from domain.instruments import ONE, Instrument
from domain.tax import TaxFill, TaxInstrument
from services.book import Book

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

EPOCH = date(1970, 1, 1)
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRows:
    """The rows of one instrument in one account; a fill is made of them when the rules ask for it.

    Attributes:
        start, end: Rows of the book's executions.
        days: Trading day of every execution of the book, days since 1970.
        money: Rate into the tax currency of every execution of the book.
    """

    book: Book
    code: int
    start: int
    end: int
    days: Ints
    money: Floats

    def __len__(self) -> int:
        return self.end - self.start

    def fills(self) -> Iterator[TaxFill]:
        """Yield the fills."""
        table, multiplier = self.book.executions, self.book.instruments[self.code].multiplier or ONE
        splits = [item for item in self.book.splits if item.instrument == self.code]
        for row in range(self.start, self.end):
            at, side = int(table.executed_at[row]), int(table.side[row])
            factor = Fraction(1)
            for split in splits:
                factor *= split.factor if split.effective_at > at else 1
            quantity, cost, rate = table.quantity.at(row), table.cost.at(row), self.money[row]
            carried = self.book.carried.notional.get(int(table.id[row]))
            value = quantity * table.price.at(row) if carried is None else _exact(carried)
            amount = value * multiplier + side * cost
            transfer, acquired = self.book.moved.get(int(table.id[row]), (0, None))
            # What a transfer takes away closes something: only what it brings has a day of acquisition.
            brings = acquired is not None and self._brings(transfer)
            yield TaxFill(
                transfer=transfer,
                acquired=self._day_of(acquired) if brings and acquired is not None else None,
                ref=int(table.id[row]),
                day=EPOCH + timedelta(days=int(self.days[row])),
                at=at,
                side=side,
                quantity=quantity if factor == 1 else quantity * factor.numerator / factor.denominator,
                amount=amount if rate == 1.0 else amount * Decimal(repr(float(rate))),
                account=self.book.account.name,
                factor=ONE if factor == 1 else Decimal(factor.numerator) / factor.denominator,
            )

    def _brings(self, transfer: int) -> bool:
        return any(item.id == transfer and not item.is_out for item in self.book.moves)

    def _day_of(self, at: int) -> date:
        return EPOCH + timedelta(days=int(trading_days(np.array([at]), self.book.account.timezone)[0]))

    def latest(self, closings: int) -> AccountRows:
        """Return the rows from the last flat moment on after which at least so many fills close something.

        Those fills are the same as over all rows, because nothing was held then. Rows under a split are not cut.
        """
        if self.book.moved or any(item.instrument == self.code for item in self.book.splits):
            return self
        table, rows = self.book.executions, slice(self.start, self.end)
        moved = table.side[rows] * table.quantity.units[rows]
        before = np.concatenate([[0], np.cumsum(moved)[:-1]])
        later = np.cumsum((before * moved < 0)[::-1])[::-1]  # closing fills from each row on
        at = table.executed_at[rows]
        is_apart = np.concatenate([[True], at[1:] > at[:-1]])
        starts = np.flatnonzero((before == 0) & is_apart & (later >= closings))
        return replace(self, start=self.start + int(starts[-1])) if len(starts) else self

    def stamp(self) -> Iterator[bytes]:
        """Yield everything that `fills` is made of, as bytes: equal bytes mean equal fills."""
        table, rows = self.book.executions, slice(self.start, self.end)
        splits = [item for item in self.book.splits if item.instrument == self.code]
        multiplier = self.book.instruments[self.code].multiplier
        yield repr((self.book.account.name, len(self), str(multiplier), splits)).encode()
        known = self.book.moved, self.book.carried.notional
        if any(known):
            ids = self.book.executions.id[self.start : self.end].tolist()
            yield repr([(place, [item.get(key) for item in known]) for place, key in enumerate(ids)
                        if any(key in item for item in known)]).encode()  # fmt: skip
        for column in (table.quantity, table.price, table.cost):
            yield _plain_units(column.units[rows], column.places)
        for values in (table.id, table.executed_at, table.side, self.days, self.money):
            yield values[rows].tobytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class FillsOf:
    """All fills of one instrument over the accounts."""

    instrument: TaxInstrument
    parts: tuple[AccountRows, ...]

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def fills(self) -> list[TaxFill]:
        """Return the fills, account by account."""
        return [fill for part in self.parts for fill in part.fills()]

    def refs(self) -> set[int]:
        """Return what the fills are called by: ids of executions, and minus the ids of the transfers among them."""
        ids = {item for part in self.parts for item in part.book.executions.id[part.start : part.end].tolist()}
        moved = {key: transfer for part in self.parts for key, (transfer, _) in part.book.moved.items()}
        return ids | {-transfer for key, transfer in moved.items() if key in ids}

    def digest(self, rules: str) -> str:
        """Return a name for what these rules make of these fills: equal names mean equal gains."""
        found = hashlib.sha256(f"{rules} {self.instrument!r}".encode())
        for part in self.parts:
            for piece in part.stamp():
                found.update(piece)
        return found.hexdigest()


def _exact(value: Fraction) -> Decimal:
    """Return a fraction that has a finite decimal."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def _plain_units(units: Any, places: int) -> bytes:
    """Return exact numbers as bytes that are the same however many decimal places their column has."""
    while places and not (units % 10).any():
        units, places = units // 10, places - 1
    is_large = units.dtype == object
    return f"{places}:{is_large}".encode() + (repr(units.tolist()).encode() if is_large else units.tobytes())


def collect_fills(books: Sequence[Book], rates: RateBook, currency: str) -> list[FillsOf]:
    """Return the fills of every instrument, by symbol; none of them is built yet.

    Args:
        books: Of the portfolio's accounts.
        rates: Exchange rates.
        currency: In which gains are told.

    Raises:
        CurrencyError: If a fill's day has no rate.
    """
    found: dict[Key, list[AccountRows]] = defaultdict(list)
    names: dict[Key, Instrument] = {}
    for book in books:
        days = trading_days(book.executions.executed_at, book.account.timezone).astype(np.int64)
        money = _rates_of(book, days, rates, currency)
        bounds = np.searchsorted(book.executions.instrument, np.arange(len(book.instruments) + 1)).tolist()
        for code, item in enumerate(book.instruments):
            names.setdefault(item.key, item)
            rows = AccountRows(book=book, code=code, start=bounds[code], end=bounds[code + 1], days=days, money=money)
            if len(rows):
                found[item.key].append(rows)
    return [FillsOf(instrument=_instrument(names[key]), parts=tuple(parts)) for key, parts in sorted(found.items())]


def _rates_of(book: Book, days: np.ndarray, rates: RateBook, currency: str) -> np.ndarray:
    """Return the rate of every execution's day; the same text as the stored rate, so that money stays exact."""
    money = np.ones(len(days))
    names = np.array([item.currency for item in book.instruments], dtype=object)
    for name in set(names.tolist()) - {currency}:
        rows = (names == name)[book.executions.instrument]
        if rows.any():
            money[rows] = rates.require(name, currency, days[rows])
    return money


def _instrument(item: Instrument) -> TaxInstrument:
    return TaxInstrument(
        symbol=item.symbol,
        asset_class=item.asset_class.value,
        name=item.name,
        isin=item.isin,
        currency=item.currency,
    )
