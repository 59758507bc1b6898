"""Fills of a portfolio as tax rules see them: restated for splits, money in one currency at the rate of their day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np

from analytics.fx import RateBook
from analytics.sessions import trading_days
from domain.instruments import ONE, Instrument
from domain.tax import TaxFill, TaxInstrument
from services.book import Book

EPOCH = date(1970, 1, 1)
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FillsOf:
    """All fills of one instrument over the accounts."""

    instrument: TaxInstrument
    fills: tuple[TaxFill, ...]


def collect_fills(books: Sequence[Book], rates: RateBook, currency: str) -> list[FillsOf]:
    """Return the fills of every instrument, by symbol.

    Args:
        books: Of the portfolio's accounts.
        rates: Exchange rates.
        currency: In which gains are told.

    Raises:
        CurrencyError: If a fill's day has no rate.
    """
    found: dict[Key, list[TaxFill]] = defaultdict(list)
    names: dict[Key, Instrument] = {}
    for book in books:
        days = trading_days(book.executions.executed_at, book.account.timezone).astype(np.int64)
        money = _rates_of(book, days, rates, currency)
        for code, item in enumerate(book.instruments):
            names.setdefault(item.key, item)
            found[item.key] += _fills(book, code, days, money)
    return [
        FillsOf(instrument=_instrument(names[key]), fills=tuple(fills)) for key, fills in sorted(found.items()) if fills
    ]


def _rates_of(book: Book, days: np.ndarray, rates: RateBook, currency: str) -> np.ndarray:
    """Return the rate of every execution's day; the same text as the stored rate, so that money stays exact."""
    money = np.ones(len(days))
    names = np.array([item.currency for item in book.instruments], dtype=object)
    for name in set(names.tolist()) - {currency}:
        rows = (names == name)[book.executions.instrument]
        if rows.any():
            money[rows] = rates.require(name, currency, days[rows])
    return money


def _fills(book: Book, code: int, days: np.ndarray, money: np.ndarray) -> list[TaxFill]:
    table = book.executions
    start, end = np.searchsorted(table.instrument, [code, code + 1])
    multiplier = book.instruments[code].multiplier or ONE
    splits = [item for item in book.splits if item.instrument == code]
    found = []
    for row in range(int(start), int(end)):
        at, side = int(table.executed_at[row]), int(table.side[row])
        factor = Fraction(1)
        for split in splits:
            factor *= split.factor if split.effective_at > at else 1
        quantity, cost = table.quantity.at(row), table.cost.at(row)
        amount = quantity * table.price.at(row) * multiplier + side * cost
        rate = money[row]
        found.append(
            TaxFill(
                ref=int(table.id[row]),
                day=EPOCH + timedelta(days=int(days[row])),
                at=at,
                side=side,
                quantity=quantity if factor == 1 else quantity * factor.numerator / factor.denominator,
                amount=amount if rate == 1.0 else amount * Decimal(repr(float(rate))),
                account=book.account.name,
            )
        )
    return found


def _instrument(item: Instrument) -> TaxInstrument:
    return TaxInstrument(
        symbol=item.symbol,
        asset_class=item.asset_class.value,
        name=item.name,
        isin=item.isin,
        currency=item.currency,
    )
