"""Trades: every round trip of the filter, sorted and paged on the server."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dash import ALL, ClientsideFunction, dcc, html
from dash.exceptions import PreventUpdate

from components import controls, feedback, fill_forms, forms, picker, tables, trade_bulk, trade_filters, trade_grid
from components import format as fmt
from components.icons import icon
from components.trade_filters import CHIPS
from domain.trade_order import read_sort, write_sort
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell, import_name, read_filter

if TYPE_CHECKING:
    from domain.filters import LedgerFilter

CARDS = 30


class Ids(StrEnum):
    """Ids of this page."""

    BODY = "trades-body"
    EMPTY = "trades-empty"
    VIEWS = "trades-views"
    EXPORT = "trades-export"
    CHIP = "trades-chip"
    CHOICES = "trades-choices"
    EXTRA = "trades-extra"
    SEARCH = "trades-search"
    TABLE = "trades-table"
    GRID = "trades-grid"
    TOTALS = "trades-totals"
    BULK = "trades-bulk"
    SUMMARY = "trades-summary"
    TAG_LIST = "trades-tag-list"
    TAG_PICK = "trades-tag-pick"
    SETUP_LIST = "trades-setup-list"
    SETUP_PICK = "trades-setup-pick"
    CHANGED = "trades-changed"
    MERGE = "trades-merge"
    UNDO = "trades-undo"
    CARD_WISH = "trades-card-wish"
    CARDS = "trades-cards"
    MORE = "trades-more"
    SHOWN = "trades-shown"


BULK = trade_bulk.BulkIds(
    **{name: Ids[name.upper()] for name in trade_bulk.BulkIds.__slots__ if name != "bar"}, bar=Ids.BULK
)


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    chips = [
        trade_filters.chip_picker(
            chip, chip_id={"type": Ids.CHIP, "key": chip.name}, list_id={"type": Ids.CHOICES, "key": chip.name}
        )
        for chip in CHIPS
    ]
    stores = (Ids.TAG_PICK, Ids.SETUP_PICK, Ids.CHANGED, Ids.CARD_WISH, Ids.SHOWN, Ids.MERGE, Ids.UNDO)
    return html.Div(
        [
            _view_bar(),
            html.Div([*chips, html.Div(id=Ids.EXTRA, className="row-f")], className="fw-chips"),
            html.Div(id=Ids.EMPTY, className="fw-trades-empty", hidden=True),
            _table(),
            *(dcc.Store(id=name) for name in stores),
            html.Button(id=Ids.MORE, hidden=True),
        ],
        id=Ids.BODY,
        className="page",
    )


def _view_bar() -> html.Div:
    """Return the views with the search box and the export at their right."""
    export = html.A(
        [icon("download"), "Export"],
        id=Ids.EXPORT,
        href="/export/trades.csv",
        download="",
        className="fw-btn",
        title="CSV of exactly these rows in this order",
    )
    tabs = html.Div(html.Nav(className="fw-tabs"), id=Ids.VIEWS, className="fw-views")
    search = forms.search_input(Ids.SEARCH, "Symbol, setup, tag, note")
    return html.Div([tabs, html.Div([search, export], className="acts")], className="fw-viewbar")


def _table() -> html.Section:
    """Return the grid with its bulk bar, the cards that phones show in its place, and the totals."""
    grid = tables.grid(
        Ids.GRID,
        trade_grid.columns(),
        selection="multiple",
        options={"maxConcurrentDatasourceRequests": 1, "infiniteInitialRowCount": 1, "suppressMultiSort": False},
    )
    desktop = [html.Div(grid, className="fw-grid-frame"), trade_bulk.bulk_bar(BULK)]
    return html.Section(
        [
            html.Div(desktop, className="fw-trades-grid hide-m"),
            html.Div(feedback.skeleton_table(8), id=Ids.CARDS, className="fw-trade-cards only-m"),
            html.Div(id=Ids.TOTALS, className="fw-totals fw-num"),
        ],
        id=Ids.TABLE,
        className="fw-card fw-trades fill",
    )


PAGE = Page(module=__name__, path="/trades", title="Trades", order=20, icon="list", key="T", layout=layout)


def look_of(chosen: LedgerFilter, *, query: str = "", balance: float | None = None) -> trade_grid.TradeLook:
    """Return how the signed-in person reads trades under a filter."""
    person = current_profile()
    return trade_grid.TradeLook(
        timezone=person.timezone,
        now=services().clock(),
        basis=chosen.basis,
        unit=chosen.unit,
        currency=chosen.currency,
        balance=balance,
        query=query,
        tag_groups=services().tagging.looks(person.id),
    )


def with_sort(query: str | None, sort: Sequence[tuple[str, bool]]) -> str:
    """Return a query text with the order of the grid behind it."""
    text = write_sort(sort)
    return "&".join(part for part in (query or "", f"sort={text}" if text else "") if part)


@PAGE.callback(
    Output(Ids.GRID, "getRowsResponse"),
    Output(Ids.EXPORT, "href"),
    Input(Ids.GRID, "getRowsRequest"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def fill_rows(request: dict[str, Any] | None, query: str | None) -> tuple[dict[str, Any], str]:
    """Answer one block of rows of the grid."""
    wanted, chosen, owner = request or {}, read_filter(query), current_owner()
    sort = read_sort(",".join(f"{item['colId']}:{item['sort']}" for item in wanted.get("sortModel") or ()))
    start, end = int(wanted.get("startRow") or 0), int(wanted.get("endRow") or CARDS)
    found = services().portfolio.trades(owner, chosen, start=start, end=min(end, start + 1_000), sort=sort)
    balance = services().trade_list.views(owner, chosen).starting_balance
    carried = with_sort(query, sort)
    rows = trade_grid.rows(found.rows, look_of(chosen, query=carried, balance=balance))
    return {"rowData": rows, "rowCount": found.total}, f"/export/trades.csv?{carried}".rstrip("?")


@PAGE.callback(
    Output(Ids.VIEWS, "children"),
    Output(Ids.TOTALS, "children"),
    Output(Ids.EMPTY, "children"),
    Output(Ids.EMPTY, "hidden"),
    Output(Ids.TABLE, "hidden"),
    Input(Shell.FILTER, "data"),
    Input(Ids.CHANGED, "data"),
)
def fill_frame(query: str | None, _: Any) -> tuple[Any, ...]:
    """Count the views, add up the filter, and say so when there is nothing to show."""
    chosen, owner = read_filter(query), current_owner()
    views = services().trade_list.views(owner, chosen)
    found = services().portfolio.trades(owner, chosen, end=0)
    tabs = trade_filters.view_tabs(chosen, views.counts, views.today)
    totals = trade_grid.totals(found, look_of(chosen.with_(currency=found.currency), balance=views.starting_balance))
    return tabs, totals, trade_filters.nothing(chosen, views.trades_at_all), found.total > 0, found.total == 0


@PAGE.callback(
    Output({"type": Ids.CHIP, "key": ALL}, "children"),
    Output({"type": Ids.CHIP, "key": ALL}, "className"),
    Output({"type": Ids.CHOICES, "key": ALL}, "children"),
    Output(Ids.EXTRA, "children"),
    Input(Shell.FILTER, "data"),
    Input(Ids.CHANGED, "data"),
)
def fill_chips(query: str | None, _: Any) -> tuple[Any, ...]:
    """Show what each chip is set to, and what it can be set to."""
    chosen = read_filter(query)
    owner = current_owner()
    found, conditions = services().trade_list.choices(owner, chosen), services().analysis.conditions(owner, chosen)
    counted: dict[str, Any] = {
        "symbols": found.symbols,
        "setups": found.setups,
        "tags": found.tags,
        "weekday": found.weekdays,
        "hour": found.hours,
        "rules": found.rules,
    }
    names = found.rule_names
    texts = [trade_filters.chip_text(chip, chosen, names) for chip in CHIPS]
    contents = [
        trade_filters.chip_content(chip, text or trade_filters.ANY, is_set=bool(text))
        for chip, text in zip(CHIPS, texts, strict=True)
    ]
    classes = ["fw-chip on" if text else "fw-chip" for text in texts]
    choices = [trade_filters.chip_choices(chip, chosen, counted.get(chip.name, ()), names) for chip in CHIPS]
    return contents, classes, choices, trade_filters.extra_chips(chosen, import_name(chosen), conditions)


@PAGE.callback(Output(Ids.GRID, "columnDefs"), Input(Shell.FILTER, "data"))
def name_columns(query: str | None) -> Any:
    """Name the zone of the times and the basis of the P&L in the headings."""
    return trade_grid.columns(current_profile().timezone, read_filter(query).basis)


@PAGE.callback(
    Output(Ids.CARDS, "children"),
    Input(Ids.CARD_WISH, "data"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def fill_cards(wish: dict[str, Any] | None, query: str | None) -> Any:
    """List the first trades as cards; only phones wish for them."""
    chosen, owner = read_filter(query), current_owner()
    number = min(int((wish or {}).get("cards") or CARDS), 1_000)
    found = services().portfolio.trades(owner, chosen, end=number)
    balance, more = services().trade_list.views(owner, chosen).starting_balance, None
    if found.total > number:
        more = controls.button(f"Show {CARDS} more", attributes={"data-fw-more-cards": ""}, size="md")
    look = look_of(chosen.with_(currency=found.currency), query=query or "", balance=balance)
    return trade_grid.cards(found.rows, look, more=more)


@PAGE.callback(
    Output(Ids.BULK, "hidden"),
    Output(Ids.SUMMARY, "children"),
    Output(Ids.TAG_LIST, "children"),
    Output(Ids.SETUP_LIST, "children"),
    Input(Ids.GRID, "selectedRows"),
    Input(Ids.CHANGED, "data"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def show_bulk(selected: list[dict[str, Any]] | None, _: Any, query: str | None) -> tuple[Any, ...]:
    """Say how many trades are selected, what they made, and which tags they carry."""
    if not selected:
        return True, None, [], []
    owner, chosen = current_owner(), read_filter(query)
    counts = services().journal.tag_counts(owner, services().trade_list.selected(selected))
    names = [tag.name for tag in services().journal.tags(owner)]
    net = sum(float(row.get(chosen.basis.value) or 0) for row in selected)
    currency = services().portfolio.sets.load(owner, chosen).currency
    summary = trade_grid.selection_summary(len(selected), net, chosen.basis, currency)
    return False, summary, picker.shares(names, counts, len(selected)), picker.names(services().journal.setups(owner))


def _user_pick(pick: dict[str, Any] | None) -> dict[str, Any]:
    """Return what was picked; Dash also calls when the empty store joins the page."""
    if not pick:
        raise PreventUpdate
    return pick


@PAGE.callback(
    Output(Ids.CHANGED, "data"),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.TAG_PICK, "data"),
    State(Ids.GRID, "selectedRows"),
    prevent_initial_call=True,
)
def tag_selected(pick: dict[str, Any] | None, selected: list[dict[str, Any]] | None) -> tuple[Any, Any]:
    """Give the picked tag to the selected trades, or take it away when all of them have it."""
    picked = _user_pick(pick)
    trades = services().trade_list.selected(selected)
    name = str(picked.get("value") or "").strip()
    done = services().trade_list.toggle_tag(current_owner(), trades, name)
    verb, place = ("Added", "to") if done.added else ("Removed", "from")
    said = f"{verb} “{name}” {place} {fmt.plural(done.trades, 'trade')}"
    tone = trade_grid.tag_tone(name, {})
    change = {"at": picked.get("at"), "tag": name, "tone": tone, "added": done.added}
    return change, [feedback.toast("ok", said, key=str(picked.get("at")))]


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.SETUP_PICK, "data"),
    State(Ids.GRID, "selectedRows"),
    prevent_initial_call=True,
)
def set_selected(pick: dict[str, Any] | None, selected: list[dict[str, Any]] | None) -> tuple[Any, Any]:
    """Give the selected trades one setup; "" takes it away."""
    picked = _user_pick(pick)
    trades = services().trade_list.selected(selected)
    setup = str(picked.get("value") or "").strip()
    number = services().journal.set_setup(current_owner(), trades, setup)
    said = f"{f'Setup “{setup}”' if setup else 'No setup'} for {fmt.plural(number, 'trade')}"
    return {"at": picked.get("at"), "setup": setup}, [feedback.toast("ok", said, key=str(picked.get("at")))]


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.MERGE, "data"),
    State(Ids.GRID, "selectedRows"),
    prevent_initial_call=True,
)
def merge_selected(pick: dict[str, Any] | None, selected: list[dict[str, Any]] | None) -> tuple[Any, Any]:
    """Tell the selected trades as one."""
    at = str(_user_pick(pick).get("at"))
    change = services().fills.join(current_owner(), services().trade_list.selected(selected))
    return {"at": at, "reload": True}, [fill_forms.done_toast(change, Ids.UNDO, key=at)]


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.UNDO, "data"),
    prevent_initial_call=True,
)
def undo_merge(pick: dict[str, Any] | None) -> tuple[Any, Any]:
    """Take a merge back."""
    picked = _user_pick(pick)
    change, at = services().fills.undo(current_owner(), int(picked["value"])), str(picked.get("at"))
    return {"at": at, "reload": True}, [feedback.toast("ok", "Taken back", change.summary, key=at)]


PAGE.clientside(
    ClientsideFunction("fillwise_trades", "refresh"),
    Output(Ids.SHOWN, "data"),  # without an output it would run on every page
    Input(Shell.FILTER, "data"),
    Input(Ids.CHANGED, "data"),
)
PAGE.clientside(
    ClientsideFunction("fillwise_trades", "keepSort"),
    Input(Ids.GRID, "getRowsRequest"),
    prevent_initial_call=True,
)
PAGE.clientside(
    ClientsideFunction("fillwise_trades", "search"),
    Input(Ids.SEARCH, "value"),
    prevent_initial_call=True,
)
PAGE.clientside(
    ClientsideFunction("fillwise_trades", "showSearch"),
    Output(Ids.SEARCH, "value"),
    Input(Shell.FILTER, "data"),
)
PAGE.clientside(
    ClientsideFunction("fillwise_trades", "wishCards"),
    Output(Ids.CARD_WISH, "data"),
    Input(Shell.FILTER, "data"),
    Input(Ids.MORE, "n_clicks"),
)
