"""Positions at their latest price: value, unrealised P&L, day change, weight."""

from __future__ import annotations

from collections.abc import Sequence

from domain.holdings import Holding
from domain.instruments import ONE, AssetClass
from domain.ledger import Position
from domain.market import Quote
from domain.money import to_float
from services.quotes import QuoteService

QUOTED = frozenset({AssetClass.STOCK, AssetClass.FUND, AssetClass.CRYPTO, AssetClass.INDEX, AssetClass.FOREX})


def value_positions(positions: Sequence[Position], quotes: QuoteService) -> list[Holding]:
    """Return the positions with their quotes, in the same order."""
    symbols = {item.instrument.symbol for item in positions if item.instrument.asset_class in QUOTED}
    found = quotes.quotes(sorted(symbols)) if symbols else {}
    return [value_position(item, _usable(found.get(item.instrument.symbol), item)) for item in positions]


def _usable(quote: Quote | None, position: Position) -> Quote | None:
    """A quote in another currency than the instrument's is no price for it."""
    if quote is None or position.instrument.asset_class not in QUOTED:
        return None
    return quote if quote.currency == position.instrument.currency else None


def value_position(position: Position, quote: Quote | None) -> Holding:
    """Return one position at a quote."""
    if quote is None:
        return Holding(position=position, quote=None, value=None, unrealised=None, day_change=None, r_multiple=None)
    size = to_float(position.quantity * (position.instrument.multiplier or ONE))
    value = size * quote.price
    unrealised = value - to_float(position.cost)
    risk = to_float(position.risk) if position.risk else 0.0
    return Holding(
        position=position,
        quote=quote,
        value=value,
        unrealised=unrealised,
        day_change=None if quote.change is None else size * quote.change,
        r_multiple=unrealised / risk if risk else None,
    )
