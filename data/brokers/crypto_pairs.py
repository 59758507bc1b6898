"""Crypto markets: which coin a pair trades, in which currency, and what a fee in either is worth."""

from __future__ import annotations

import re
from decimal import Decimal

from data.brokers.cells import CellError
from domain.instruments import AssetClass, Instrument

QUOTES: tuple[str, ...] = (
    "FDUSD", "RLUSD", "PYUSD", "IDRT", "BIDR", "BVND", "AEUR", "EURT", "EURC", "EURQ", "EURR", "EURI", "USDT", "USDC",
    "BUSD", "TUSD", "USDP", "USDD", "USDE", "USDS", "USDQ", "USDR", "GUSD", "USD1", "XUSD", "DAI", "PAX", "VAI",
    "EUR", "USD", "GBP", "JPY", "AUD", "CAD", "CHF", "TRY", "BRL", "RUB", "UAH", "PLN", "ZAR", "NGN", "MXN", "ARS",
    "COP", "CZK", "RON", "INR", "KRW", "HKD", "SGD", "DKK", "SEK", "NOK", "HUF", "AED", "KZT", "IDR",
    "BTC", "XBT", "ETH", "BNB", "TRX", "XRP", "DOGE", "SOL", "DOT",
)  # fmt: skip
"""Currencies and coins that markets are quoted in. A name is matched by the longest that ends it."""

FIAT = frozenset(
    (
        "EUR", "USD", "GBP", "JPY", "AUD", "CAD", "CHF", "TRY", "BRL", "RUB", "UAH", "PLN", "ZAR", "NGN", "MXN", "ARS",
        "COP", "CZK", "RON", "INR", "KRW", "HKD", "SGD", "DKK", "SEK", "NOK", "HUF", "AED", "KZT", "IDR", "NZD", "ILS",
        "THB", "PHP", "VND", "CNY", "TWD", "MYR",
    )
)  # fmt: skip
"""State currencies, to tell money from coins."""

_SEPARATOR = re.compile(r"[/\-_:]")


def split_pair(pair: str) -> tuple[str, str] | None:
    """Return (base, quote) of a market such as "LTCBTC", "XBT/EUR" or "ltc_usdt"; None when it cannot be told."""
    parts = _SEPARATOR.split(pair.strip().upper())
    if len(parts) == 2 and all(parts):
        return parts[0], parts[1]
    if len(parts) != 1:
        return None
    whole = parts[0]
    fits = [quote for quote in QUOTES if whole.endswith(quote) and len(whole) > len(quote)]
    quote = max(fits, key=len, default="")
    return (whole[: -len(quote)], quote) if quote else None


def require_pair(pair: str, *, column: str) -> tuple[str, str]:
    """Return (base, quote).

    Raises:
        CellError: If the pair cannot be split.
    """
    parts = split_pair(pair)
    if parts is None:
        hint = "Expected a market such as BTCEUR or BTC/EUR."
        raise CellError(column, pair, f"{pair[:40]!r} cannot be split into a coin and its currency.", hint)
    return parts


def spot(symbol: str, quote: str, *, name: str = "") -> Instrument:
    """Return the instrument of a spot market or coin, priced in `quote`."""
    return Instrument(symbol=symbol, asset_class=AssetClass.CRYPTO, currency=quote, name=name)


def fee_rate(fee_currency: str, *, base: str, quote: str, price: Decimal) -> Decimal | None:
    """Return units of `quote` per unit of the fee's coin: 1, the fill's own price, or unknown."""
    if fee_currency == quote:
        return Decimal(1)
    return price if fee_currency == base else None
