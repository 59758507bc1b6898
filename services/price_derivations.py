"""Why a price of the market is what it is: who sent it, when, what it was checked for, what its change is against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.quotes.gate import QUOTE_CHECKS
from domain.accounts import UserId
from domain.periods import Clock, from_micros
from services.companies import CompanyService
from services.quotes import QuoteService

if TYPE_CHECKING:
    from domain.companies import Company
    from domain.quote_feeds import Refusal

RECENT = timedelta(days=7)
MOST_REFUSALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDerivation:
    """What the price of a symbol rests on.

    Attributes:
        found: Quote, profile, daily bars, the year and the market of the symbol.
        title: Name of the provider of the price, "" without a price.
        age_seconds: Age of the price at its provider, None without one.
        bars_from, bars_to: Labels of the first and the last daily bar of the 52 weeks, None without bars.
        checks: What the price was checked for before it was taken; empty for a simulated one.
        refused: Answers about the symbol that were put aside in the last week, newest first.
    """

    found: Company
    title: str
    age_seconds: float | None
    bars_from: datetime | None
    bars_to: datetime | None
    checks: tuple[str, ...]
    refused: tuple[Refusal, ...]


class PriceDerivationService:
    """Tells what prices rest on; writes nothing."""

    def __init__(self, companies: CompanyService, quotes: QuoteService, clock: Clock) -> None:
        self._companies = companies
        self._quotes = quotes
        self._clock = clock

    def derive(self, owner: UserId, symbol: str) -> PriceDerivation:
        """Return what the price of a symbol rests on.

        Raises:
            InvalidInputError: If it is not a symbol.
        """
        found = self._companies.company(owner, symbol)
        quote, year = found.quote, found.year
        days = found.candles.start[-year.days :] if year is not None else found.candles.start[:0]
        return PriceDerivation(
            found=found,
            title="" if quote is None else self._title(quote.provider),
            age_seconds=None if quote is None else (self._clock() - quote.as_of).total_seconds(),
            bars_from=from_micros(int(days[0])) if len(days) else None,
            bars_to=from_micros(int(days[-1])) if len(days) else None,
            checks=() if quote is None or quote.simulated else QUOTE_CHECKS,
            refused=self._refused(found.symbol),
        )

    def _title(self, slug: str) -> str:
        return next((item.title for item in self._quotes.provider_status() if item.slug == slug), slug)

    def _refused(self, symbol: str) -> tuple[Refusal, ...]:
        since = self._clock() - RECENT
        name = self._quotes.normal(symbol)
        mine = [item for item in self._quotes.refusals() if item.symbol in (symbol, name) and item.refused_at >= since]
        return tuple(mine[:MOST_REFUSALS])
