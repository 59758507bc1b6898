"""Cards, the chart's menu and the KPI strip."""

from __future__ import annotations

from dash import dcc, html

from components import cards, charts
from tests.components.markup import find, property_of, text_of, walk


def test_a_card_without_title_has_no_header() -> None:
    """An empty title leaves the header out."""
    assert not find(cards.card("", "body"), "fw-card-h")
    assert text_of(find(cards.card("Equity", "body", subtitle="USD"), "fw-card-h")) == "EquityUSD"


def test_flush_tables_run_to_the_edge() -> None:
    """The body of a flush card has no padding class."""
    assert find(cards.card("Trades", html.Div(), flush=True), "flush")


def _actions(card: html.Section) -> list[str]:
    return [value for each in walk(card) if (value := property_of(each, "data-fw-chart"))]


def test_every_chart_card_offers_its_exports() -> None:
    """PNG, SVG, CSV, the table, full screen and the explanation are always there, and the mark that explains it."""
    told = cards.chart_card("Equity", html.Div(), explain="Sum of realised P&L.")
    assert _actions(told) == ["png", "svg", "csv", "table", "full", "explain"]
    marks = [each for each in walk(told) if property_of(each, "data-fw-why-chart") is not None]
    assert [property_of(mark, "aria-label") for mark in marks] == ["Why this number? Equity"]
    assert "Sum of realised P&L." in text_of(told)


def test_an_exact_csv_replaces_the_plotted_points() -> None:
    """With a download address the menu links to it."""
    card = cards.chart_card("Equity", html.Div(), explain="A sum.", csv_href="/files/equity.csv")
    assert "csv" not in _actions(card)
    assert [each.href for each in walk(card) if isinstance(each, html.A)] == ["/files/equity.csv"]


def test_a_graph_never_offers_to_upload_the_data() -> None:
    """plotly.js asks by default to send the chart to a cloud; every graph says no."""
    drawing = charts.graph("equity", label="Equity ends at +$14,180.67")
    (plot,) = [each for each in walk(drawing) if isinstance(each, dcc.Graph)]
    assert plot.config["showSendToCloud"] is False
    assert plot.config["displaylogo"] is False
    assert property_of(drawing, "aria-label") == "Equity ends at +$14,180.67"


def test_only_the_market_zooms_with_the_wheel() -> None:
    """The wheel scrolls the page everywhere else."""
    plots = [charts.graph("a", label="x").children, charts.graph("b", label="x", market=True).children]
    assert [plot.config["scrollZoom"] for plot in plots] == [False, True]


def test_an_empty_graph_draws_no_axes() -> None:
    """Before the first figure there is a skeleton, not an empty plot."""
    figure = charts.graph("a", label="x").children.figure
    assert figure["layout"]["xaxis"]["visible"] is False


def test_kpi_cells() -> None:
    """A cell has label, value, small print, delta and context; with an address it is a link."""
    cell = cards.kpi(
        "Win rate",
        "54.5%",
        small="n 202",
        delta=cards.delta("2.1 pts", "up"),
        context=["110 W", "92 L"],
        href="/trades",
    )
    assert isinstance(cell, dcc.Link)
    assert text_of(cell) == "Win rate54.5% n 202better by2.1 pts110 W92 L"
    strip = cards.kpi_strip([cell, cards.kpi("R", "n/a", info="No stops recorded")])
    assert find(strip, "fw-kpis")[0].style == {"--n": "2"}


def test_a_reason_is_reachable_by_keyboard() -> None:
    """The (i) of a KPI can be focused and is spoken."""
    cell = cards.kpi("Expectancy", "n/a", info="No stops recorded")
    (mark,) = [each for each in walk(cell) if property_of(each, "aria-label") == "No stops recorded"]
    assert mark.tabIndex == "0"


def test_legend_roles() -> None:
    """A swatch is a line, a dashed line or a square in the colour of its role."""
    swatches = [
        each
        for each in walk(cards.legend([("P&L", "accent"), ("SPY", "bench-dash"), ("A", "c3-sq"), ("T", "text-2")]))
        if isinstance(each, html.I)
    ]
    assert [(each.className, each.style["--c"]) for each in swatches] == [
        ("", "var(--fw-accent)"),
        ("dash", "var(--fw-bench)"),
        ("sq", "var(--fw-c3)"),
        ("", "var(--fw-text-2)"),
    ]


def test_key_values_alternate() -> None:
    """Labels and values stand in turn."""
    lines = cards.key_values([("Captured of best", "74%"), ("Left", "$153.00")])
    assert [type(each).__name__ for each in lines.children] == ["Dt", "Dd", "Dt", "Dd"]
