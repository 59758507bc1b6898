"""Components as HTML."""

from __future__ import annotations

import pytest
from dash import dcc, html

from components.markup import late, to_html


def test_properties_become_attributes() -> None:
    """Names are those of HTML; true stands alone, false and nothing are left out, a style is written out."""
    made = html.Button(
        "Go", id="go", className="a b", tabIndex=0, disabled=True, hidden=False, title=None, **{"data-x": "1"}
    )
    assert to_html(made) == '<button id="go" class="a b" disabled tabindex="0" data-x="1">Go</button>'
    assert to_html(html.Div(style={"--w": "1px", "height": "2px"})) == '<div style="--w:1px;height:2px"></div>'
    assert to_html(html.Div(id="", title="", **{"data-fw-open": ""})) == '<div data-fw-open=""></div>'


def test_texts_and_values_are_escaped() -> None:
    """What a person typed is never read as HTML."""
    made = to_html(html.P(["<script>", html.B("&")], title='"><script>'))
    assert made == '<p title="&#34;&gt;&lt;script&gt;">&lt;script&gt;<b>&amp;</b></p>'


def test_lists_links_and_empty_elements() -> None:
    """A link of Dash is an anchor; an element without content is not closed; nothing is nothing."""
    made = to_html([dcc.Link("Trades", href="/trades"), html.Hr(), None, 3])
    assert made == '<a href="/trades">Trades</a><hr>3'


def test_what_only_a_browser_can_draw_is_refused() -> None:
    """A component without HTML of its own is named."""
    with pytest.raises(TypeError, match="Graph cannot be written as HTML"):
        to_html(html.Div(dcc.Graph()))


def test_late_content_travels_as_an_attribute() -> None:
    """It is escaped once more as an attribute, so reading it gives the HTML back."""
    held = html.Div(**late([html.B("a & b")]))
    assert to_html(held) == '<div data-fw-late="&lt;b&gt;a &amp;amp; b&lt;/b&gt;"></div>'
