"""A price chart before Dash: the browser draws it from the index of the page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from web.first_paint import FirstPaint

if TYPE_CHECKING:
    from domain.charts import ChartChoice

FOLDER = "/assets/chart/"
_MODULES = (
    *("first", "main", "alerts", "axes", "chart", "drawings", "future", "input", "kernel", "legend", "look", "marks"),
    *("paint", "picture", "rail", "replay", "scene", "source", "studies"),
)
FILES = (*(f"{FOLDER}{name}.mjs" for name in _MODULES), f"{FOLDER}kernel.wasm")
"""What the first module asks for; tests/web/test_first_paint.py reads the modules' imports."""


def paint_chart(choice: ChartChoice, body: Any) -> FirstPaint:
    """Return the first paint of a page with a `chart.price_chart(first_for=...)` of that choice in its body."""
    query = urlencode({"symbol": choice.symbol, "interval": choice.interval.value})
    bars = (f"/api/v1/candles/chunks?{query}", *([f"/api/v1/candles/binary?{query}"] if _comes_whole(choice) else []))
    return FirstPaint(body=body, module=FILES[0], preload=(*FILES, *bars))


def _comes_whole(choice: ChartChoice) -> bool:
    """Whether the chart asks for all bars before it knows how many there are (assets/chart/source.mjs)."""
    return choice.interval.width >= timedelta(hours=1)
