"""The price chart that the server draws, for browsers that cannot draw ours: a figure, then patches of its arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Patch, no_update

from components import format as fmt
from components.figures.window import describe_window, tick_patch, window_figure, window_memo, window_patch
from domain.chart_windows import WindowAsk
from domain.periods import from_micros

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.chart_windows import ChartWindow

_BAR_PIXELS, _FEWEST_BARS, _MOST_BARS = 7.0, 40, 260


def read_ask(said: Mapping[str, Any]) -> WindowAsk:
    """Return what the browser wants to see: `rows` in view, an instant `at` (ms), or the latest bars for its width."""
    rows, at = said.get("rows"), said.get("at")
    return WindowAsk(
        rows=(float(rows[0]), float(rows[1])) if rows else None,
        at=from_micros(int(at) * 1_000) if at else None,
        visible=max(_FEWEST_BARS, min(_MOST_BARS, int(said["width"] / _BAR_PIXELS))),
    )


def draw_window(
    window: ChartWindow, said: Mapping[str, Any], memo: Mapping[str, Any] | None, *, zone: str, theme: str
) -> tuple[Any, dict[str, Any], str]:
    """Return the figure of a window, what a later tick must know of it, and a sentence.

    Args:
        window: What is in view, with at least one candle.
        said: What the browser asked for: `rows` where a drawn chart was moved, `width` and `height` in pixels.
        memo: Of the figure that is drawn; of the same choice, a patch of its arrays is enough.
        zone: Zone of the clock.
        theme: "dark" or "light".
    """
    places = price_places(float(window.last.close[-1]), window.profile.asset_class)
    size = int(said["width"]), int(said["height"])
    figure: Any = window_figure(window, zone=zone, size=size, places=places, theme=theme)
    asked = {"address": said["query"], "size": list(size), "ask": said.get("ask")}
    new = {**window_memo(window), "places": places, **asked}
    figure["layout"]["meta"] = new  # the browser waits for the answer to its question before it asks again
    is_moved = (
        bool(said.get("rows")) and memo is not None and (memo["query"], memo["size"]) == (new["query"], new["size"])
    )
    return _patch(window_patch(figure)) if is_moved else figure, new, describe_window(window, zone=zone, places=places)


def is_known_tick(memo: Mapping[str, Any] | None, said: Mapping[str, Any]) -> bool:
    """Whether a tick changes at most the last candle of the figure that is drawn."""
    bar = said.get("bar")
    if not memo or not bar or memo["address"] != said["query"]:
        return False
    if memo["last"] is None:  # the last bar is not in view
        return True
    low, high = (10**edge if memo["is_log"] else edge for edge in memo["range"])
    return bool(memo["last"] == bar["start"] and low <= bar["low"] and bar["high"] <= high)


def draw_tick(memo: Mapping[str, Any], bar: Mapping[str, Any], *, theme: str) -> Any:
    """Return the changes of a tick as a patch: the last candle and the last price."""
    return no_update if memo["last"] is None else _patch(tick_patch(memo, bar, places=memo["places"], theme=theme))


def price_places(last: float, asset_class: str) -> int:
    """Return the decimals with which prices like the last one are written."""
    return len(fmt.price(last, asset_class=asset_class).partition(".")[2])


def _patch(changes: Iterable[tuple[tuple[str | int, ...], Any]]) -> Patch:
    patch = Patch()
    for path, value in changes:
        part = patch
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value
    return patch
