"""Portfolios: accounts looked at together in one currency, with a benchmark, targets and rules for gains."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.accounts import AccountId
from domain.errors import InvalidInputError
from domain.tax import CostMethod, TaxRegime

FIXED = "fixed"
"""Source of a rate that holds from its day on, however long: a peg."""
SIMULATED = "demo"
"""Source of invented rates."""
CASH = "Cash"
ALL_ACCOUNTS = "All accounts"
MOST_PARTS = 12


class Dimension(StrEnum):
    """How a portfolio is divided."""

    CLASS = "class"
    SECTOR = "sector"
    CURRENCY = "currency"
    ACCOUNT = "account"
    SYMBOL = "symbol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Wanted share of one part, 0 to 1."""

    dimension: Dimension
    name: str
    weight: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioPlan:
    """A portfolio as it is computed.

    Attributes:
        id: None for what a filter chose without being a saved portfolio.
        account_ids: Empty stands for all of the owner's.
        currency: Reporting currency.
        benchmark: "SPY", or "60 SPY + 40 BND"; "" for the default, "none" for none.
        rate_days: So many days an exchange rate may be old.
    """

    id: int | None
    name: str
    currency: str
    account_ids: tuple[AccountId, ...] = ()
    benchmark: str = ""
    regime: TaxRegime = TaxRegime.US
    method: CostMethod = CostMethod.FIFO
    rate_days: int = 7
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FxRate:
    """Units of `quote` for one `base` on a day."""

    day: date
    base: str
    quote: str
    rate: Decimal
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkPart:
    """One symbol of a benchmark and its weight; weights add up to 1."""

    symbol: str
    weight: float


NO_BENCHMARK = "none"
_PART = re.compile(r"\s*(?:(\d{1,3}(?:\.\d+)?)\s*%?\s+)?([A-Za-z0-9.^=/-]{1,32})\s*", re.ASCII)


def choose_benchmark(saved: Iterable[tuple[frozenset[AccountId], str]], accounts: Iterable[AccountId]) -> str:
    """Return the benchmark of some accounts: of the smallest portfolio that holds them all, "" where none has one.

    Args:
        saved: Accounts and benchmark of each portfolio; of several of one size the first counts.
        accounts: What is looked at.
    """
    wanted = frozenset(accounts)
    holding = [(members, text) for members, text in saved if text.strip() and wanted and wanted <= members]
    return min(holding, key=lambda item: len(item[0]), default=(frozenset(), ""))[1]


def parse_benchmark(text: str) -> tuple[BenchmarkPart, ...]:
    """Read "SPY", "60 SPY + 40 BND" or "AAPL + MSFT" (equal weights); () for an empty text and for "none".

    Raises:
        InvalidInputError: If it is none of these.
    """
    if text.strip().lower() in ("", NO_BENCHMARK):
        return ()
    found = [_PART.fullmatch(part) for part in text.split("+")]
    matches = [item for item in found if item is not None]
    if len(matches) < len(found) or len(found) > MOST_PARTS:
        raise InvalidInputError(
            f"{text[:60]!r} is not a benchmark.", field="benchmark", hint="Write SPY, or 60 SPY + 40 BND."
        )
    weighted = [bool(item[1]) for item in matches]
    if any(weighted) and not all(weighted):
        raise InvalidInputError(
            "Either every part of a benchmark has a weight or none has.", field="benchmark", hint="60 SPY + 40 BND"
        )
    weights = [float(item[1]) if item[1] else 1.0 for item in matches]
    total = sum(weights)
    if total <= 0:
        raise InvalidInputError("The weights of a benchmark add up to nothing.", field="benchmark")
    pairs = zip(matches, weights, strict=True)
    return tuple(BenchmarkPart(symbol=item[2].upper(), weight=weight / total) for item, weight in pairs)
