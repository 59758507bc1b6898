"""Cash: the account statement with its running balance, held against the balances the broker prints."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from dash import ALL, ClientsideFunction, ctx, dcc, html, no_update

from components import cards, cash, charts, feedback, tables
from components.icons import icon
from components.why_mark import Note
from web.charts import theme
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell, read_filter

if TYPE_CHECKING:
    from domain.cash import CashQuery, CashStatement

CARDS = 100
HOW = (
    "Paid in full, a trade moves its price times its size when it is made, less its fees; of futures, CFDs and "
    "margin currency pairs only the realised result and the fees move cash. Coin pairs move both coins. The step is "
    "the balance at the end of each day in the account's time zone."
)


class Ids(StrEnum):
    """Ids of this page."""

    BODY = "cash-body"
    EMPTY = "cash-empty"
    CHOICE = "cash-choice"
    EXPORT = "cash-export"
    BANNER = "cash-banner"
    CURVE = "cash-curve"
    CURVE_LABEL = "cash-curve-label"
    TOTALS = "cash-totals"
    DIVIDENDS = "cash-dividends"
    CHIPS = "cash-chips"
    CHIP = "cash-chip"
    KINDS = "cash-kinds"
    GRID = "cash-grid"
    SHOWN = "cash-shown"
    CARDS = "cash-cards"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    export = html.A([icon("download"), "Export"], id=Ids.EXPORT, href="/export/cash.csv", download="",
                    className="fw-btn", title="CSV of exactly these lines")  # fmt: skip
    bar = html.Div([html.Div(cash.selector(Ids.CHOICE), className="pick"), html.Div(export, className="acts")])
    bar.className = "fw-viewbar fw-cash-bar"
    curve = cards.chart_card(
        "Balance",
        charts.graph(Ids.CURVE, label="Cash balance", label_id=Ids.CURVE_LABEL, height=280),
        subtitle="at the end of each day",
        explain=Note(
            formula="balanceₜ = Σ amounts booked up to the end of day t",
            about=HOW,
            href="/cash",
            list_name="cash events",
        ),
    )
    totals = cards.card("Period", html.Div(feedback.skeleton_table(6), id=Ids.TOTALS), subtitle="by kind", flush=True)
    paid = cards.card("Dividends", html.Div(feedback.skeleton_table(3), id=Ids.DIVIDENDS), flush=True)
    grid = tables.grid(Ids.GRID, cash.columns(), options={"maxConcurrentDatasourceRequests": 1,
                                                          "infiniteInitialRowCount": 1})  # fmt: skip
    lines = html.Section(
        [
            html.Div(id=Ids.CHIPS, className="fw-chips fw-cash-chips"),
            html.Div(html.Div(grid, className="fw-grid-frame"), className="fw-cash-grid hide-m"),
            html.Div(feedback.skeleton_table(8), id=Ids.CARDS, className="only-m"),
        ],
        className="fw-card fw-cash-lines",
        **{"aria-label": "Account statement"},
    )
    body = [bar, html.Div(id=Ids.BANNER), html.Div([curve, totals], className="g fw-pf fill"), lines, paid]
    stores = [dcc.Store(id=Ids.KINDS, data=[]), dcc.Store(id=Ids.SHOWN)]
    empty = html.Div(id=Ids.EMPTY, className="fw-trades-empty", hidden=True)
    return html.Div([*stores, html.Div(body, id=Ids.BODY, className="fw-stack"), empty], className="page")


PAGE = Page(module=__name__, path="/cash", title="Cash", order=75, icon="wallet", key="B", group="Markets",
            layout=layout)  # fmt: skip


def query_of(choice: str | None, filter_text: str | None, kinds: Sequence[str] = (), **window: int) -> CashQuery:
    """Return what the page asks for: the selector's account and currency, the filter's period."""
    from domain.cash import CashKind, CashQuery

    chosen = read_filter(filter_text)
    account, _, currency = (choice or "").partition(":")
    return CashQuery(
        account=int(account) if account.isdigit() else None,
        currency=currency,
        accounts=chosen.accounts,
        period=chosen.period,
        kinds=tuple(kind for kind in CashKind if kind.value in kinds),
        **window,
    )


def kinds_of(search: str | None) -> list[str]:
    """Return the kinds that an address names ("?kinds=dividend,tax"); unknown ones are left out."""
    from domain.cash_kinds import CashKind

    named = parse_qs((search or "").lstrip("?")).get("kinds", [""])[0].split(",")
    return [kind.value for kind in CashKind if kind.value in named]


@PAGE.callback(
    Output(Ids.CHOICE, "options"),
    Output(Ids.CHOICE, "value"),
    Output(Ids.EMPTY, "children"),
    Output(Ids.EMPTY, "hidden"),
    Output(Ids.BODY, "hidden"),
    Input(Shell.FILTER, "data"),
    State(Ids.CHOICE, "value"),
)
def fill_choices(filter_text: str | None, value: str | None) -> tuple[Any, ...]:
    """Offer the accounts of the filter; its currency comes first where one is chosen."""
    chosen = read_filter(filter_text)
    found = cash.options(services().cash.choices(current_owner(), chosen.accounts))
    values = [item["value"] for item in found]
    wanted = next((item for item in values if chosen.currency and item.endswith(f":{chosen.currency}")), None)
    kept = wanted or (value if value in values else next(iter(values), None))
    return found, kept, None if found else cash.nothing(), bool(found), not found


@PAGE.callback(
    Output(Ids.BANNER, "children"),
    Output(Ids.CURVE, "figure"),
    Output(Ids.CURVE_LABEL, "aria-label"),
    Output(Ids.TOTALS, "children"),
    Output(Ids.DIVIDENDS, "children"),
    Output(Ids.GRID, "columnDefs"),
    Input(Ids.CHOICE, "value"),
    Input(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def fill_statement(choice: str | None, filter_text: str | None) -> tuple[Any, ...]:
    """Show the status of the printed balances, the balance over time and the totals of the period."""
    from components.figures.cash import balance_series, cash_figure, describe_cash

    owner, found = current_owner(), _statement(choice, filter_text, end=0)
    if found is None:
        return (no_update,) * 6
    first = found.check.first
    day = services().cash.of_day(owner, found.choice, first.at) if first else ()
    series, breaks = balance_series(found)
    unit = found.choice.currency
    figure = cash_figure(series, unit=unit, breaks=breaks, theme=theme(), uirevision=f"{choice}{filter_text}")
    heads, chosen = cash.columns(unit, found.timezone), read_filter(filter_text)
    tables_ = cash.totals(found, chosen), cash.dividends(found, chosen)
    return cash.banner(found, day), figure, describe_cash(series, unit=unit), *tables_, heads


@PAGE.callback(
    Output(Ids.CHIPS, "children"),
    Output(Ids.EXPORT, "href"),
    Output(Ids.CARDS, "children"),
    Input(Ids.CHOICE, "value"),
    Input(Shell.FILTER, "data"),
    Input(Ids.KINDS, "data"),
    prevent_initial_call=True,
)
def fill_chips(choice: str | None, filter_text: str | None, kinds: list[str]) -> tuple[Any, Any, Any]:
    """Count the kinds, link the export, and list the first lines for phones."""
    found = _statement(choice, filter_text, kinds=kinds, end=CARDS)
    if found is None:
        return None, "/export/cash.csv", None
    chips = cash.kind_chips(found, kinds, lambda kind: {"type": Ids.CHIP, "key": kind})
    account, _, currency = (choice or "").partition(":")
    asked = {"account": account, "currency": currency, "period": read_filter(filter_text).period,
             "kinds": ",".join(kinds)}  # fmt: skip
    return chips, f"/export/cash.csv?{urlencode({key: text for key, text in asked.items() if text})}", cash.cards(found)


@PAGE.callback(
    Output(Ids.KINDS, "data"),
    Input({"type": Ids.CHIP, "key": ALL}, "n_clicks"),
    Input(Ids.CHOICE, "value"),
    Input(Shell.URL, "search"),
    State(Ids.KINDS, "data"),
    prevent_initial_call=True,
)
def toggle_kind(clicks: Sequence[int | None], _: str | None, search: str | None, kinds: list[str]) -> Any:
    """Show a kind's lines, or stop narrowing to them; another account, currency or address starts with its own."""
    if ctx.triggered_id in (Ids.CHOICE, Shell.URL):
        named = kinds_of(search)
        return no_update if kinds == named else named
    if not any(clicks) or not ctx.triggered_id:
        return no_update
    kind = ctx.triggered_id["key"]
    return [item for item in kinds if item != kind] if kind in kinds else [*kinds, kind]


@PAGE.callback(
    Output(Ids.GRID, "getRowsResponse"),
    Input(Ids.GRID, "getRowsRequest"),
    State(Ids.CHOICE, "value"),
    State(Shell.FILTER, "data"),
    State(Ids.KINDS, "data"),
    prevent_initial_call=True,
)
def fill_rows(request: dict[str, Any] | None, choice: str | None, filter_text: str | None, kinds: list[str]) -> Any:
    """Answer one block of lines of the grid."""
    wanted = request or {}
    start, end = int(wanted.get("startRow") or 0), int(wanted.get("endRow") or CARDS)
    found = _statement(choice, filter_text, kinds=kinds, start=start, end=min(end, start + 1_000))
    return {"rowData": cash.rows(found) if found else [], "rowCount": found.total if found else 0}


def _statement(choice: str | None, filter_text: str | None, **asked: Any) -> CashStatement | None:
    if not choice:
        return None
    return services().cash.statement(current_owner(), query_of(choice, filter_text, **asked))


PAGE.clientside(
    ClientsideFunction("fillwise_cash", "refresh"),
    Output(Ids.SHOWN, "data"),
    Input(Ids.CHOICE, "value"),
    Input(Shell.FILTER, "data"),
    Input(Ids.KINDS, "data"),
)
