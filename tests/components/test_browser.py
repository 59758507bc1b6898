"""The parts in a real browser, under the content security policy of the app."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from dash import Dash, Input, Output, dcc, html
from flask import Response, jsonify, request
from playwright.sync_api import expect
from waitress.server import create_server

from components import cards, charts, feedback, forms, shell, shell_parts, tables
from components.figures import allocation, bars, distribution, equity, heatmap
from components.figures.theme import palette, template_name
from components.shell import NavItem, ShellIds
from domain.columns import Series

pytestmark = pytest.mark.browser
IDS = ShellIds(**{field.name: f"id-{field.name}" for field in fields(ShellIds)})
NAV = [
    NavItem(path="/", title="Overview", icon="layout-dashboard", key="O", mobile=True),
    NavItem(path="/trades", title="Trades", icon="list", key="T", mobile=True),
    NavItem(path="/settings", title="Settings", icon="settings", key="S", place="foot", filters=False),
]
INDEX = (
    '<!DOCTYPE html><html lang="en" data-bs-theme="dark"><head>{%metas%}<title>{%title%}</title>'
    '<script src="/assets/js/theme.js"></script>{%css%}</head>'
    "<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body></html>"
)


def _page() -> html.Div:
    drawn = go.Figure(go.Scatter(x=[1, 2, 3], y=[1, 3, 2], line={"color": palette("dark").resolve("accent")}))
    drawn.update_layout(template=template_name("dark"))
    rows = [{"id": k, "net": -k, "net_text": f"−${k}.00", "side": "long", "tags": ["A+"], "r": 1.0} for k in (1, 2)]
    columns = [tables.money_column("net", "Net"), tables.side_column(), tables.r_column(), tables.tags_column()]
    return html.Div(
        [
            dcc.Interval(id="tick", interval=60_000),
            html.Div(html.Span("100.00", id="price", **{"data-fw-live": "X"}), **{"data-fw-interval": "tick"}),
            cards.chart_card("Equity", charts.graph("equity", label="Equity", figure=drawn), explain="Sum of P&L."),
            html.Section(tables.grid("grid", columns, rows=rows), className="fw-card"),
            forms.drop_zone(result_id="upload", title="Drop a file", text="CSV"),
            html.Pre(id="answer"),
            forms.button("Open", id="open"),
            forms.dialog("drawer", "Day note", "body", side=True),
            forms.segmented("unit", [("$", "$"), ("R", "R")], "$", label="Unit of the page"),
            html.Span(id="chosen"),
        ],
        className="page",
    )


def _app() -> Dash:
    app = Dash(__name__, assets_folder=str(Path(__file__).resolve().parents[2] / "assets"), index_string=INDEX)
    app.layout = html.Div([dcc.Location(id="url"), shell.shell(IDS, NAV, html.Div(_page(), id="holder"))])
    app.callback(Output("answer", "children"), Input("upload", "data"), prevent_initial_call=True)(str)
    app.callback(Output("drawer", "data-fw-open"), Input("open", "n_clicks"), prevent_initial_call=True)(str)
    app.callback(Output("chosen", "children"), Input("unit", "value"))(lambda value: f"unit {value}")
    app.callback(Output(IDS.toasts, "children"), Input("open", "n_clicks"), prevent_initial_call=True)(
        lambda clicks: [feedback.toast("ok", "Opened", seconds=0.4, key=str(clicks))]
    )
    app.callback(Output(IDS.title, "children"), Input("url", "pathname"))(shell_parts.page_title)
    server = app.server

    @server.get("/api/internal/search")
    def _search() -> Response:
        item = {"title": "NVDA", "sub": "NVIDIA Corp", "href": "/trades", "kind": "symbol", "value": "214.87"}
        return jsonify({"groups": [{"title": "Symbol", "items": [item]}]})

    @server.post("/files/import")
    def _import() -> Response:
        return jsonify({"rows": request.get_data().count(b"\n"), "token": request.headers.get("X-CSRFToken")})

    @server.after_request
    def _policy(response: Response) -> Response:
        hashes = " ".join(app.csp_hashes())
        response.headers["Content-Security-Policy"] = (
            f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'"
        )
        return response

    return app


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A running app on a free port."""
    server = create_server(_app().server, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=60)


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The page, drawn; afterwards nothing may have been refused or complained about."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.add_cookies([{"name": "_csrf_token", "value": "token-1", "url": address}])
    tab = context.new_page()
    trouble: list[str] = []
    tab.on("console", lambda message: trouble.append(message.text) if message.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.goto(address)
    tab.locator(".fw-graph[data-fw-drawn] .js-line").wait_for(state="attached")
    yield tab
    context.close()
    assert trouble == []


LINE_COLOUR = "getComputedStyle(document.querySelector('.js-line')).stroke"


def _until(page: Any, script: str, wanted: Any) -> None:
    """Wait until a script gives a value."""
    end = time.monotonic() + 60
    while (found := page.evaluate(script)) != wanted:
        assert time.monotonic() < end, found
        page.wait_for_timeout(50)


def test_the_theme_switch_repaints_the_charts(page: Any) -> None:
    """T changes page and figures without asking the server; the choice is kept in a cookie."""
    _until(page, LINE_COLOUR, "rgb(142, 139, 255)")
    page.keyboard.press("t")
    _until(page, LINE_COLOUR, "rgb(75, 69, 214)")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"
    assert {"name": "fw_theme", "value": "light"}.items() <= page.context.cookies()[-1].items()
    page.keyboard.press("t")
    _until(page, LINE_COLOUR, "rgb(142, 139, 255)")


def _figures(theme: str) -> dict[str, Any]:
    x = np.array([1.7e12 + k * 86_400_000.0 for k in range(12)], dtype=np.float64)
    y = np.linspace(-300.0, 800.0, 12)
    drawdown = Series(name="Drawdown", x=x, y=-np.abs(y) / 9000)
    curve = Series(name="Net P&L", x=x, y=y)
    made = {
        "equity": equity.equity_figure(curve, drawdown, theme=theme, benchmark=curve),
        "bars": bars.pl_bars(["Mon", "Tue"], [120.0, -80.0], theme=theme),
        "distribution": distribution.distribution_figure([-1.0, 0.0, 1.0], [3, 5], mean=0.2, theme=theme),
        "heatmap": heatmap.heatmap_figure([[1.0, -2.0]], ["a", "b"], ["c"], chosen=(0, 1), theme=theme),
        "treemap": allocation.treemap_figure(["NVDA", "XLE"], [0.7, 0.3], changes=[0.012, -0.02], theme=theme),
    }
    return {name: json.loads(figure.to_json()) for name, figure in made.items()}


@pytest.mark.parametrize(("here", "there"), [("dark", "light"), ("light", "dark")])
def test_a_repainted_figure_is_the_one_of_the_other_theme(page: Any, here: str, there: str) -> None:
    """Every colour of every kind of figure comes out as if the server had drawn it in that theme."""
    script = """([figure, from, to]) => fw.chartColours.repaint(
        figure, {theme: from, palette: "teal"}, {theme: to, palette: "teal"})"""
    wanted = _figures(there)
    for name, figure in _figures(here).items():
        painted = page.evaluate(script, [figure, here, there])
        assert _plain(painted["data"]) == _plain(wanted[name]["data"]), name
        assert _plain(painted["layout"]) == _plain(wanted[name]["layout"]), name


def _plain(node: Any) -> Any:
    """Return a figure without the differences that mean nothing: blanks in colours, 1.0 for 1."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node.replace(" ", "") if isinstance(node, str) and node.startswith("rgba") else node


def test_the_palette_searches_and_goes(page: Any) -> None:
    """Ctrl K, a word, Enter: the first result of the server opens without a reload."""
    page.evaluate("window.stillHere = true")
    page.keyboard.press("Control+k")
    page.keyboard.type("nvda")
    row = page.locator(".fw-cmd .it.hi")
    expect(row).to_contain_text("NVIDIA Corp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/trades")
    expect(page.locator(".fw-nav[aria-current]")).to_contain_text("Trades")
    assert page.evaluate("window.stillHere") is True


def test_keys_go_to_pages_but_not_while_typing(page: Any) -> None:
    """G S opens Settings, where the global filter is gone; a letter in a field is a letter."""
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.locator("h1")).to_have_text("/settings")
    expect(page.locator(".fw-filters")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("t")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_panels_open_and_close(page: Any) -> None:
    """A opens the accounts, Escape closes them and gives the focus back."""
    panel = page.locator(".fw-panel", has_text="Manage accounts")
    page.keyboard.press("a")
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.dataset.fwFilterKey") == "accounts"
    page.keyboard.press("d")
    page.mouse.click(640, 850)
    expect(page.locator(".fw-pop:not([hidden])")).to_have_count(0)


def test_a_callback_opens_the_drawer_again_and_again(page: Any) -> None:
    """After closing, the same answer of the server opens it once more; the toast leaves by itself."""
    drawer = page.locator("#drawer")
    for _ in range(2):
        page.locator("#open").click()
        expect(drawer).to_be_visible()
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
    expect(page.locator(".fw-toast")).to_be_hidden()


def test_an_upload_streams_and_reports(page: Any) -> None:
    """The raw bytes arrive with the CSRF token and the answer is in the store; other endings are refused."""
    for name, body in (("a.csv", b"a,b\n1,2\n"), ("a.exe", b"x")):
        with page.expect_file_chooser() as chooser:
            page.locator(".fw-drop .browse").click()
        chooser.value.set_files([{"name": name, "mimeType": "text/csv", "buffer": body}])
    expect(page.locator("#answer")).to_contain_text("'rows': 2")
    expect(page.locator("#answer")).to_contain_text("token-1")
    expect(page.locator(".fw-drop .err")).to_contain_text("a.exe: this ending is not read")


@pytest.mark.parametrize(
    ("item", "ending", "start"),
    [("CSV", "csv", b"x,trace 0\r\n1,1"), ("PNG", "png", b"\x89PNG"), ("SVG", "svg", b"<svg")],
)
def test_a_chart_is_saved(page: Any, tmp_path: Path, item: str, ending: str, start: bytes) -> None:
    """The menu of a chart saves its points and its picture."""
    page.locator(".fw-chart-card [data-fw-open]").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=f"Save as {item}").click()
    target = tmp_path / "chart"
    download.value.save_as(target)
    assert download.value.suggested_filename.startswith("fillwise-equity-")
    assert download.value.suggested_filename.endswith(ending)
    assert target.read_bytes().startswith(start)


def test_the_grid_shows_texts_and_tones(page: Any) -> None:
    """Cells show the text of the row in the colour of its number; figures are at the right."""
    cell = page.locator("#grid .ag-cell[col-id=net]").first
    expect(cell).to_have_text("−$1.00")
    expect(cell.locator(".fw-loss")).to_have_count(1)
    assert cell.evaluate("cell => getComputedStyle(cell).justifyContent") == "flex-end"
    expect(page.locator("#grid .fw-tag").first).to_have_text("A+")


def test_a_live_price_flashes_in_its_direction(page: Any) -> None:
    """A higher price flashes up, for a moment."""
    page.evaluate(
        """() => {
            const price = document.getElementById("price");
            window.flashes = [];
            const note = () => window.flashes.push(price.dataset.fwFlash ?? "");
            new MutationObserver(note).observe(price, {attributeFilter: ["data-fw-flash"]});
            price.firstChild.nodeValue = "100.25";
        }"""
    )
    _until(page, "window.flashes.join()", "up,")


def test_intervals_rest_in_a_hidden_tab(page: Any) -> None:
    """The interval stops while the tab is hidden and goes on after, whatever its callbacks do with `disabled`."""
    for hidden, intervals in (("true", 0), ("false", -1)):
        page.evaluate(f"Object.defineProperty(document, 'hidden', {{value: {hidden}, configurable: true}})")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        _until(page, "dash_component_api.getLayout('tick').props.max_intervals", intervals)


def test_segmented_controls_reach_callbacks(page: Any) -> None:
    """A click on an option is the value of the radio items."""
    page.locator('[aria-label="Unit of the page"] label', has_text="R").click()
    expect(page.locator("#chosen")).to_have_text("unit R")


@pytest.mark.parametrize("width", [320, 390])
def test_phones_scroll_only_down(page: Any, width: int) -> None:
    """At 320 and 390 px nothing sticks out to the side, and the pages are behind More."""
    page.set_viewport_size({"width": width, "height": 844})
    _until(page, "document.documentElement.scrollWidth", width)
    page.locator(".fw-tab", has_text="More").click()
    expect(page.locator(".fw-side")).to_be_visible()
