"""The index tiles of a page: drawn when others are chosen, and renewed in place while no stream brings their prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import ALL

from components import market_tools, watchlists
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import CallbackRecorder
from web.shell import Shell


def ids_of(kind: str) -> Callable[[str, str], dict[str, str]]:
    """Return the ids of a tile's parts, by symbol and part."""
    return lambda key, part: {"type": kind, "key": key, "part": part}


def record(page: CallbackRecorder, *, place: Any, kind: str, is_bar: bool = False) -> None:
    """Add tiles to a page.

    Args:
        page: The page.
        place: Id of what holds them.
        kind: Type of the ids of their parts.
        is_bar: Whether they are one line, whose symbols open in the chart of the page.
    """

    def draw(_: Any) -> Any:
        """Draw the tiles."""
        rows = services().market.tiles(current_owner())
        return watchlists.tile_bar(rows, ids_of(kind)) if is_bar else watchlists.tiles(rows, ids_of(kind))

    page.callback(Output(place, "children"), Input(Shell.WATCHED, "data"))(draw)
    record_prices(page, kind=kind)


def record_prices(page: CallbackRecorder, *, kind: str) -> None:
    """Renew the prices of tiles of a page, for when no stream does."""
    last, day = ({"type": kind, "key": ALL, "part": part} for part in ("last", "day"))
    page.callback(
        Output(last, "children"),
        Output(day, "children"),
        Output(day, "className"),
        Input(Shell.FALLBACK, "n_intervals"),
        State(last, "id"),
        prevent_initial_call=True,
    )(renew_prices)


def renew_prices(_: int | None, tiles: Sequence[dict[str, str]]) -> tuple[list[str], ...]:
    """Renew last price and day change of every tile in place."""
    symbols = [tile["key"] for tile in tiles]
    quotes = services().quotes.quotes(symbols)
    found = [quotes.get(symbol) for symbol in symbols]
    return (
        [market_tools.last_text(quote) for quote in found],
        [market_tools.day_text(quote) for quote in found],
        [market_tools.day_class(quote) for quote in found],
    )
