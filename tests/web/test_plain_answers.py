"""Answers as plain data say the same as Dash would have written."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import orjson
import plotly.graph_objects as go
import pytest
from dash import Patch, dcc, html, no_update
from dash._utils import to_json

from web.plain_answers import answer_plainly, plain


def _answers() -> dict[str, Any]:
    row = html.Tr(
        [html.Td("a", className="n"), html.Td(["b", None, 1.5, html.Span("c", title="c")], **{"data-x": "1"})]
    )
    patch = Patch()
    patch["layout"]["title"] = "new"
    return {
        "components": [html.Table(row, id={"type": "t", "by": 1}), dcc.Store(id="s", data={"a": [1, (2, 3)]})],
        "wildcards": html.Div("x", **{"aria-label": "y", "data-kind": "z"}),
        "figure": go.Figure(data=[go.Bar(x=np.arange(3.0), y=[1, None, 3])], layout={"height": 300}),
        "drawing": {"data": [{"x": np.array([1.0, np.nan])}], "layout": {}},
        "patch": [patch, html.Div("beside")],
        "date": {"on": date(2026, 1, 1), "in": html.B("bold")},
        "several": ("text", [html.I("i")], None, True),
    }


@pytest.mark.parametrize("name", _answers())
def test_plain_data_is_written_as_dash_writes_it(name: str) -> None:
    """Components, figures, patches and dates come out as the same JSON as without."""
    value = _answers()[name]
    assert json.loads(to_json(plain(value))) == json.loads(to_json(value))


def test_no_component_is_left_for_dash_to_copy() -> None:
    """What was made plain is written as JSON at the first try, components at any depth included."""
    value = _answers()
    written = [plain(value[name]) for name in ("components", "wildcards", "figure", "several")]
    assert orjson.loads(orjson.dumps(written, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS))


def test_no_update_stays_what_it_is() -> None:
    """A callback that leaves an output alone still does."""

    @answer_plainly
    def callback() -> Any:
        """Answer."""
        return no_update, [html.Div()]

    first, second = callback()
    assert first is no_update
    assert second == [{"props": {"children": None}, "type": "Div", "namespace": "dash_html_components"}]
    assert callback.__name__ == "callback"
