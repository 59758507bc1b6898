"""Company: one symbol with its profile, price, year, chart, one's own trades in it, and notes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from dash import ClientsideFunction, dcc, html
from dash.exceptions import PreventUpdate

from components import cards, chart, company, controls, feedback, forms
from domain.errors import InvalidInputError
from web import alert_panel
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell

if TYPE_CHECKING:
    from domain.companies import Company

TRADES = 8


class Ids(StrEnum):
    """Ids of this page."""

    ASKED = "company-asked"
    HEAD = "company-head"
    BODY = "company-body"
    PRICES = "company-prices"
    SPEC = "company-spec"
    INTERVAL = "company-interval"
    NO_PRICES = "company-no-prices"
    PRICE_BOX = "company-price-box"
    CHART = "company-chart"
    ALERT_HEAD = "company-alert-head"
    ALERTS = "company-alerts"
    FACTS = "company-facts"
    TRADES = "company-trades"
    LISTS = "company-lists"
    WATCH = "company-watch"
    NOTE = "company-note"
    NOTE_SAVED = "company-note-saved"
    LAST = "company-last"
    CHANGE = "company-change"
    DAY = "company-day"
    AGE = "company-age"
    RANGE = "company-range"


LIVE = {"last": Ids.LAST, "change": Ids.CHANGE, "day": Ids.DAY, "age": Ids.AGE}


def layout(symbol: str = "", **_: str) -> html.Div:
    """Return the skeleton."""
    price = price_card()
    note = [
        forms.text_area(Ids.NOTE, placeholder="Why you watch it, what you wait for", rows=5),
        html.Div(id=Ids.NOTE_SAVED, className="fw-help", **{"aria-live": "polite"}),
        html.Div(id=Ids.LISTS, className="fw-weak"),
    ]
    watch = controls.button("Watch", id=Ids.WATCH, icon_name="plus", size="xs")
    left = html.Div([price, html.Div(feedback.skeleton_card(260), id=Ids.TRADES)], className="fw-stack")
    facts = html.Div(feedback.skeleton_card(320), id=Ids.FACTS)
    told = [html.Div(id=Ids.ALERT_HEAD, className="fw-al-head"), html.Div(feedback.skeleton_table(2), id=Ids.ALERTS)]
    alerts = html.Section(told, className="fw-card", **{"aria-label": "Alerts"})
    right = html.Div([facts, alerts, cards.card("Notes", note, controls=watch)], className="fw-stack")
    body = html.Div([left, right], id=Ids.BODY, className="fw-co")
    head = html.Div(feedback.skeleton_card(84), id=Ids.HEAD)
    stores = [dcc.Store(id=Ids.ASKED, data=unquote(symbol)), dcc.Store(id=Ids.SPEC)]
    return html.Div([*stores, head, body], className="page")


def price_card() -> html.Section:
    """Return the card of the chart: that of the Market page, with one's own fills and alerts, without its tools."""
    frame = chart.price_chart(Ids.PRICES, label="Candles", height="380px")
    link = dcc.Link("Open the chart", href="/market", id=Ids.CHART, className="fw-btn ghost xs")
    widths = forms.segmented(Ids.INTERVAL, company.WIDTHS, "1d", label="Width of a candle")
    empty = html.Div(id=Ids.NO_PRICES, className="fw-no-chart", hidden=True)
    return cards.chart_card(
        "Price",
        html.Div([html.Div(frame, id=Ids.PRICE_BOX), empty]),
        controls=[widths, link],
        explain="Your fills stand at their price and time. Lines: average entry, planned stop and target of what is "
        "open, and your alerts, which you can drag.",
    )


PAGE = Page(
    module=__name__, path_template="/company/<symbol>", title="Company", order=962, layout=layout, filters=False
)


@PAGE.callback(
    Output(Ids.HEAD, "children"),
    Output(Ids.BODY, "hidden"),
    Output(Ids.FACTS, "children"),
    Output(Ids.LISTS, "children"),
    Output(Ids.WATCH, "hidden"),
    Output(Ids.CHART, "href"),
    Output(Ids.NOTE, "value"),
    Input(Ids.ASKED, "data"),
    Input(Shell.WATCHED, "data"),
)
def show_company(asked: str | None, _: Any) -> tuple[Any, ...]:
    """Show what is known of the symbol."""
    try:
        found = services().companies.company(current_owner(), asked or "")
    except InvalidInputError as error:
        return company.unknown(asked or "", error.message, error.hint), True, None, None, True, "/market", ""
    return (
        company.head(found, LIVE, now=services().clock()),
        False,
        company.facts(found, Ids.RANGE),
        company.lists_words(found),
        bool(found.lists),
        f"/market?symbol={found.symbol}",
        found.mark.note,
    )


@PAGE.callback(
    Output(Ids.SPEC, "data"),
    Output(Ids.NO_PRICES, "children"),
    Output(Ids.NO_PRICES, "hidden"),
    Output(Ids.PRICE_BOX, "hidden"),
    Input(Ids.ASKED, "data"),
    Input(Ids.INTERVAL, "value"),
)
def open_chart(asked: str | None, width: str | None) -> tuple[Any, Any, bool, bool]:
    """Say what the chart shows, or that there are no prices."""
    found = known(asked)
    if not len(found.candles):
        return None, company.no_prices(found), False, True
    return company.chart_spec(Ids.PRICES, found, width or "1d"), None, True, False


PAGE.clientside(ClientsideFunction("fillwise_chart", "show"), Input(Ids.SPEC, "data"), prevent_initial_call=True)


def known(asked: str | None) -> Company:
    """Return the company of the page, or leave the page as it is."""
    try:
        return services().companies.company(current_owner(), asked or "")
    except InvalidInputError as error:
        raise PreventUpdate from error


@PAGE.callback(Output(Ids.TRADES, "children"), Input(Ids.ASKED, "data"))
def show_trades(asked: str | None) -> Any:
    """Show what the owner made with it."""
    from services.companies import own_filter

    found, owner, person = known(asked), current_owner(), current_profile()
    now, zone = services().clock(), person.timezone
    if not found.own_symbols:
        return company.own_trades(found, {}, (), net=0.0, currency="", total=0, timezone=zone, now=now)
    chosen = own_filter(found.own_symbols)
    page = services().portfolio.trades(owner, chosen, end=1)
    last = services().portfolio.trades(owner, chosen.with_(status="closed"), end=TRADES, sort=[("closed_at", True)])
    figures = dict(services().portfolio.metrics(owner, chosen)[1])
    return company.own_trades(
        found, figures, last.rows, net=page.net, currency=page.currency, total=page.total, timezone=zone, now=now
    )


@PAGE.callback(
    Output(Ids.NOTE_SAVED, "children"),
    Input(Ids.NOTE, "n_blur"),
    State(Ids.NOTE, "value"),
    State(Ids.ASKED, "data"),
    prevent_initial_call=True,
)
def save_note(blurred: int | None, note: str | None, asked: str | None) -> Any:
    """Keep the note when the box is left."""
    if not blurred:
        raise PreventUpdate
    found = services().watchlists.marks(current_owner()).get(known(asked).symbol)
    if (found.note if found else "") == (note or "").strip():
        raise PreventUpdate
    services().watchlists.mark(current_owner(), asked or "", note=note or "")
    return "Saved."


@PAGE.callback(
    Output(Shell.WATCHED, "data", allow_duplicate=True),
    Input(Ids.WATCH, "n_clicks"),
    State(Ids.ASKED, "data"),
    prevent_initial_call=True,
)
def watch_it(clicks: int | None, asked: str | None) -> Any:
    """Add the symbol to the first list."""
    if not clicks:
        raise PreventUpdate
    return {"added": services().market.watch(current_owner(), asked or "")}


alert_panel.record(PAGE, head_id=Ids.ALERT_HEAD, body_id=Ids.ALERTS, symbol=Input(Ids.ASKED, "data"), alone=True)
