"""What the chosen accounts hold and what it is worth together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from domain.accounts import UserId
from domain.filters import LedgerFilter
from domain.holdings import Holding
from domain.valuation import Valuation, value_together
from services.holdings import QUOTED
from services.portfolio import PortfolioService
from services.quotes import QuoteService


class ValuationService:
    """Reads positions and cached prices; writes nothing."""

    def __init__(self, portfolio: PortfolioService, quotes: QuoteService) -> None:
        self._portfolio = portfolio
        self._quotes = quotes

    def valuation(self, owner: UserId, chosen: LedgerFilter) -> Valuation:
        """Return every open position of the filter's accounts with totals in one currency.

        The currency is the filter's; without one, that of its trades, or the commonest of the positions when none is in
        that.
        """
        rows = self._portfolio.holdings(owner, chosen)
        currency = chosen.currency or self._currency(owner, chosen, rows)
        return value_together(rows, currency)

    def _currency(self, owner: UserId, chosen: LedgerFilter, rows: Sequence[Holding]) -> str:
        usual = self._portfolio.summary(owner, chosen).currency
        held = Counter(item.position.instrument.currency for item in rows)
        return usual if usual in held or not held else held.most_common(1)[0][0]

    def names(self, symbols: Sequence[str]) -> list[str]:
        """Return what instruments are called, "" where nobody knows."""
        return [self._quotes.profile(symbol).name for symbol in symbols]

    @staticmethod
    def has_market(item: Holding) -> bool:
        """Whether the instrument of a position can be looked up on the Market page."""
        return item.position.instrument.asset_class in QUOTED
