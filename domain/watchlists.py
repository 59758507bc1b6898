"""What somebody watches: lists of symbols, and the marks on a symbol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.charts import check_symbol
from domain.errors import InvalidInputError

MOST_LISTS = 50
MOST_SYMBOLS = 250
MOST_TILES = 12
NAME_LIMIT = 256
NOTE_LIMIT = 4_000
FIRST_NAME = "Watchlist"
DEFAULT_SYMBOLS = ("AAPL", "MSFT", "GOOG", "IBM", "FB")
COLOURS: Mapping[str, str] = MappingProxyType(
    {"": "No flag", "red": "Red", "amber": "Amber", "green": "Green", "blue": "Blue", "violet": "Violet"}
)
TILES: Mapping[str, str] = MappingProxyType(
    {
        "^NSEI": "NIFTY 50",
        "^NSEBANK": "BANK NIFTY",
        "^GSPC": "S&P 500",
        "^NDX": "NASDAQ 100",
        "^DJI": "Dow Jones",
        "^GDAXI": "DAX",
        "^FTSE": "FTSE 100",
        "^BSESN": "SENSEX",
        "^VIX": "VIX",
        "^DMI": "Demo market",
        "BTC-USD": "Bitcoin",
        "ETH-USD": "Ether",
    }
)
"""Indices by symbol with the names people know them by."""
DEFAULT_TILES = ("^NSEI", "^NSEBANK", "^GSPC", "^NDX", "^DJI", "BTC-USD")
"""Shown as far as they have a price, until somebody chooses."""
_EXCHANGE_ENDS: Mapping[str, str] = MappingProxyType({"NSE": ".NS", "BSE": ".BO", "LSE": ".L", "XETR": ".DE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """A named list of symbols in order.

    Attributes:
        id: 0 for the list that somebody who has none sees; it is kept with the first change.
        is_in_bar: Whether its prices run along the foot of every page.
    """

    id: int
    name: str
    symbols: tuple[str, ...] = ()
    description: str = ""
    is_in_bar: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolMark:
    """What somebody has noted about a symbol; `colour` is a key of `COLOURS`."""

    symbol: str
    colour: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListImport:
    """What became of the lines of a file: symbols added, symbols that were there, and sentences about the rest.

    Attributes:
        without_room: Number of symbols for which the list had no room.
    """

    added: tuple[str, ...]
    present: tuple[str, ...]
    without_room: int = 0
    problems: tuple[str, ...]


def check_name(text: str) -> str:
    """Return the name of a list.

    Raises:
        InvalidInputError: If it is empty, too long or not printable.
    """
    name = " ".join(text.split())
    if not name or len(name) > NAME_LIMIT or not name.isprintable():
        raise InvalidInputError(f"A list needs a name of 1 to {NAME_LIMIT} characters.", field="name")
    return name


def read_symbol(text: str) -> str:
    """Return a symbol as providers write it; "NSE:INFY", as some programs export, is INFY.NS.

    Raises:
        InvalidInputError: If it is not a symbol.
    """
    exchange, colon, rest = text.strip().upper().partition(":")
    plain = f"{rest}{_EXCHANGE_ENDS.get(exchange, '')}" if colon and rest else text
    symbol = check_symbol(plain)
    if not symbol:
        raise InvalidInputError("Type a symbol to watch.", field="symbol", hint="For example AAPL or BTC-USD.")
    return symbol.replace("/", "-")
