"""The price chart: one component of ours around a canvas, drawn in the browser by `assets/chart/`.

A page mounts `price_chart`, keeps a `chart_request` in a store and gives that to the browser through the clientside
function `fillwise_chart.show` (`assets/js/chart.js`). The bars themselves never pass through Dash: the browser fetches
them as bytes. Nothing here knows of a page.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from domain.chart_indicators import DEFAULT_INDICATORS, INDICATORS
from domain.periods import to_micros

if TYPE_CHECKING:
    from datetime import datetime

    from domain.charts import OwnFill, PriceLevel
    from domain.market import BarInterval


def chart_request(
    chart_id: str,
    symbol: str,
    interval: BarInterval,
    *,
    span: tuple[datetime, datetime] | None = None,
    marks: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return what a chart shows, for a store that feeds `fillwise_chart.show`.

    Args:
        chart_id: Id of the `price_chart`.
        symbol: The instrument.
        interval: Width of its candles.
        span: Only this time; everything that is kept by default, and the live candle with it.
        marks: What stands on the prices (`given_marks`); the reader's own fills, average, stop and target by default.
        more: `studies` ("sma20,rsi14"), `style`, `scale`, `compare`, `fills`, `profile`, `volume`; `trade`, whose marks
            are shown; `changed`, another value of which makes the same chart read its marks again.
    """
    shown = {"span": [to_micros(at) // 1_000 for at in span]} if span else {}
    given = {"marks": marks} if marks is not None else {}
    return {"id": chart_id, "symbol": symbol, "interval": interval.value, **shown, **given, **more}


def given_marks(
    fills: Sequence[OwnFill] = (),
    levels: Sequence[PriceLevel] = (),
    *,
    holding: tuple[datetime, datetime] | None = None,
    places: int = 2,
    zone: str = "UTC",
) -> dict[str, Any]:
    """Return marks that do not come from the reader's book, such as those of a backtest.

    Args:
        fills: Triangles at their candles.
        levels: Lines with a label; kinds "average", "stop", "target".
        holding: A time that is shaded.
        places: Decimals of a price.
        zone: Zone of the clock.
    """
    sides = {1: "buy", -1: "sell"}
    return {
        "fills": [
            {
                "at": fill.at.isoformat(),
                "price": fill.price,
                "quantity": fill.quantity,
                "side": sides[fill.side],
                "account": fill.account_name,
            }
            for fill in fills
        ],
        "levels": [
            {"kind": item.kind, "price": item.price, "label": item.label, "since": item.since.isoformat()}
            for item in levels
        ],
        "holding": [at.isoformat() for at in holding] if holding else None,
        "places": places,
        "zone": zone,
        "session_zone": "UTC",
    }


def study_specs() -> dict[str, dict[str, Any]]:
    """Return what the browser must know of each indicator, by its word in an address."""
    return {
        kind.value: {
            "title": spec.title,
            "short": spec.short,
            "parameters": [
                {"name": item.name, "usual": item.usual, "least": item.least, "most": item.most, "whole": item.whole}
                for item in spec.parameters
            ],
            "outputs": list(spec.outputs),
            "most": spec.most,
            "band": spec.is_band,
            "pane": spec.has_pane,
            "bars": spec.has_bars,
            "levels": list(spec.levels) if spec.levels else None,
            "span": list(spec.span) if spec.span else None,
        }
        for kind, spec in INDICATORS.items()
    }


def price_chart(
    chart_id: str,
    *,
    label: str = "Price chart",
    tools: bool = False,
    stand_in: bool = False,
    height: str = "100%",
    first_for: tuple[str, dict[str, Any]] | None = None,
) -> html.Div:
    """Return an empty price chart.

    Args:
        chart_id: Its id; scripts open it by that name.
        label: What it is called for screen readers, until a sentence about its bars takes its place.
        tools: Whether it has the rail of drawing tools.
        stand_in: Whether the page has another chart for browsers without WebAssembly; else they draw this one in plain
            JavaScript.
        height: CSS height.
        first_for: Where the chart is part of a first paint: the id of the frame it goes on in, and what it shows.
    """
    look = {"className": "fw-pc", "role": "application", "aria-label": label, "tabIndex": 0}
    data = {
        **({"data-fw-pc-stand-in": ""} if stand_in else {}),
        "data-fw-pc": "tools" if tools else "",
        "data-fw-pc-usual": ",".join(item.code for item in DEFAULT_INDICATORS),
        "data-fw-pc-specs": json.dumps(study_specs(), separators=(",", ":")),
    }
    if first_for:
        data |= {"data-fw-first-for": first_for[0], "data-fw-first-spec": json.dumps(first_for[1])}
    return html.Div(id=chart_id, style={"height": height}, **look, **data)
