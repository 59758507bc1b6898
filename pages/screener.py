"""Screener: which watched symbols meet conditions on price, day, volume and indicators."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dash import ALL, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import feedback, journal_forms, market_tools, screener
from domain.errors import FillwiseError, InvalidInputError, NotFoundError
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell

if TYPE_CHECKING:
    from domain.screens import Screen


class Ids(StrEnum):
    """Ids of this page."""

    QUERY = "screener-query"
    UNIVERSE = "screener-universe"
    CONDITIONS = "screener-conditions"
    LEFT = "screener-left"
    SIGN = "screener-sign"
    RIGHT = "screener-right"
    ADD = "screener-add"
    ERROR = "screener-error"
    EXAMPLE = "screener-example"
    REMOVE = "screener-remove"
    SAVED = "screener-saved"
    NAME = "screener-name"
    SAVE = "screener-save"
    FORGET = "screener-forget"
    CSV = "screener-csv"
    ABOUT = "screener-about"
    BODY = "screener-body"
    LAST = "screener-last"
    DAY = "screener-day"
    SORT = "screener-sort"


GO = Output(Shell.URL, "search", allow_duplicate=True)


def _by_key(kind: Ids) -> screener.IdOf:
    return lambda key: {"type": kind, "key": key}


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    ids = screener.FrameIds(**{name: Ids[name.upper()] for name in screener.FrameIds.__slots__})
    return html.Div([dcc.Store(id=Ids.QUERY), *screener.frame(ids)], className="page")


PAGE = Page(
    module=__name__,
    path="/screener",
    title="Screener",
    order=62,
    icon="filter",
    key="Q",
    group="Markets",
    layout=layout,
    filters=False,
)


@PAGE.callback(
    Output(Ids.UNIVERSE, "options"),
    Output(Ids.SAVED, "options"),
    Output(Ids.QUERY, "data"),
    Output(Ids.UNIVERSE, "value"),
    Output(Ids.ERROR, "children"),
    Input(Shell.URL, "search"),
)
def open_page(search: str | None) -> tuple[Any, ...]:
    """Offer the lists and the saved screens, and read the screen of the address."""
    from domain.screens import Screen

    lists, saved = services().watchlists.lists(current_owner()), services().screener.screens(current_owner())
    screen, problem = Screen(), None
    try:
        screen = Screen.from_address(search)
    except InvalidInputError as error:
        problem = journal_forms.error(f"The address holds no screen: {error.message}", error.hint)
    if screen.list_id not in {None, *(item.id for item in lists)}:
        problem = journal_forms.error("The list of this screen is no longer there: choose another one.", "")
        screen = with_universe(screen, None)
    universe = screener.EVERYTHING if screen.list_id is None else screen.list_id
    offered = screener.universe_options(lists), screener.saved_options(saved)
    return *offered, screen.to_query(), universe, problem


@PAGE.callback(
    GO,
    Output(Ids.RIGHT, "value"),
    Output(Ids.ERROR, "children", allow_duplicate=True),
    Input(Ids.ADD, "n_clicks"),
    Input(Ids.RIGHT, "n_submit"),
    Input({"type": Ids.EXAMPLE, "key": ALL}, "n_clicks"),
    Input({"type": Ids.REMOVE, "key": ALL}, "n_clicks"),
    Input({"type": Ids.SORT, "key": ALL}, "n_clicks"),
    Input(Ids.UNIVERSE, "value"),
    State(Ids.LEFT, "value"),
    State(Ids.SIGN, "value"),
    State(Ids.RIGHT, "value"),
    State(Ids.QUERY, "data"),
    prevent_initial_call=True,
)
def change_screen(
    _: int | None,
    __: int | None,
    _examples: list[int | None],
    _removed: list[int | None],
    _sorted: list[int | None],
    universe: int | None,
    left: str | None,
    sign: str | None,
    right: str | None,
    query: str | None,
) -> tuple[Any, Any, Any]:
    """Add or remove a condition, sort, or choose what is screened: the address changes, and the page follows it."""
    from domain.screens import Screen

    cause, screen = ctx.triggered_id, Screen.from_address(query)
    if isinstance(cause, dict) and not ctx.triggered[0]["value"]:
        raise PreventUpdate  # buttons that have just been made
    try:
        if isinstance(cause, dict):
            after = pressed(screen, str(cause["type"]), str(cause["key"]))
        elif cause == Ids.UNIVERSE:
            after = with_universe(screen, universe)
        else:
            after = with_condition(screen, typed_condition(left, sign, right))
    except FillwiseError as error:
        return no_update, no_update, journal_forms.error(error.message, error.hint)
    if after == screen and cause == Ids.UNIVERSE:
        raise PreventUpdate  # the address has said so
    return address_of(after.to_query()), "" if cause in (Ids.ADD, Ids.RIGHT) else no_update, []


def address_of(query: str) -> str:
    """Return the search part of the page's address."""
    return f"?{query}" if query else ""


def pressed(screen: Screen, kind: str, key: str) -> Screen:
    """Return the screen after a press on an example, the cross of a condition, or the head of a column."""
    if kind == Ids.SORT:
        return with_order(screen, key)
    return with_condition(screen, key, is_removed=kind == Ids.REMOVE)


def typed_condition(left: str | None, sign: str | None, right: str | None) -> str:
    """Return the condition of the three controls; InvalidInputError names the one that is wrong."""
    from domain.screens import HINT, SIGNS, parse_term

    if sign not in SIGNS:
        raise InvalidInputError("Choose how the two are compared.", field="conditions")
    if not (right or "").strip():
        raise InvalidInputError("Type what it is compared with.", field="conditions", hint=HINT)
    return f"{parse_term(left or '').code} {sign} {parse_term(right or '').code}"


def with_condition(screen: Screen, text: str, *, is_removed: bool = False) -> Screen:
    """Return the screen with one condition more or less; InvalidInputError when it cannot be read."""
    from dataclasses import replace

    from domain.screens import parse_condition, parse_conditions

    changed = parse_condition(text)
    kept = [item for item in screen.conditions if item.code != changed.code]
    codes = [item.code for item in kept] + ([] if is_removed else [changed.code])
    after = replace(screen, conditions=parse_conditions("; ".join(codes)))
    is_gone = is_removed and after.order and after.order.key in {changed.left.base, changed.right.base}
    return replace(after, order=None) if is_gone else after


def with_universe(screen: Screen, universe: int | None) -> Screen:
    """Return the screen over one list, or over everything."""
    from dataclasses import replace

    number = universe if isinstance(universe, int) and universe >= 0 else None
    return replace(screen, list_id=number)


def with_order(screen: Screen, key: str) -> Screen:
    """Return the screen sorted by a column, then the other way round, then as the lists are."""
    from dataclasses import replace

    from domain.screens import NAMED, parse_order

    first = key if key in NAMED else f"-{key}"
    second = f"-{key}" if key in NAMED else key
    before = screen.order.code if screen.order else ""
    return replace(screen, order=parse_order({first: second, second: ""}.get(before, first)))


@PAGE.callback(
    Output(Ids.CONDITIONS, "children"),
    Output(Ids.BODY, "children"),
    Output(Ids.ABOUT, "children"),
    Output(Ids.CSV, "href"),
    Input(Ids.QUERY, "data"),
)
def run_screen(query: str | None) -> tuple[Any, ...]:
    """Show what meets the conditions."""
    from domain.screens import Screen

    screen = Screen.from_address(query)
    found = services().screener.run(current_owner(), screen)
    quotes = services().quotes.quotes([row.symbol for row in found.matches])
    ids = {"last": _by_key(Ids.LAST), "day": _by_key(Ids.DAY), "sort": _by_key(Ids.SORT)}
    rows = screener.found_rows(found, quotes, ids)
    chips = screener.condition_chips(screen, _by_key(Ids.REMOVE))
    return chips, rows, screener.about(found), f"/export/screen.csv?{screen.to_query()}"


@PAGE.callback(
    GO,
    Output(Ids.NAME, "value"),
    Input(Ids.SAVED, "value"),
    prevent_initial_call=True,
)
def open_saved(chosen: int | None) -> tuple[Any, ...]:
    """Load a saved screen."""
    if chosen is None:
        raise PreventUpdate
    saved = next((item for item in services().screener.screens(current_owner()) if item.id == chosen), None)
    if saved is None:
        raise NotFoundError("No such screen.")
    return address_of(saved.query), saved.name


@PAGE.callback(
    Output(Ids.SAVED, "options", allow_duplicate=True),
    Output(Ids.SAVED, "value"),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.SAVE, "n_clicks"),
    Input(Ids.FORGET, "n_clicks"),
    State(Ids.NAME, "value"),
    State(Ids.QUERY, "data"),
    State(Ids.SAVED, "value"),
    prevent_initial_call=True,
)
def keep_screen(
    saved: int | None, forgotten: int | None, name: str | None, query: str | None, chosen: int | None
) -> tuple[Any, ...]:
    """Save the screen under its name, or delete the one that is open."""
    from domain.screens import Screen

    if not (saved or forgotten):
        raise PreventUpdate
    owner, kept = current_owner(), services().screener
    if ctx.triggered_id == Ids.FORGET:
        kept.delete(owner, chosen if isinstance(chosen, int) else 0)
        opened, said = None, feedback.toast("ok", "Screen deleted", "")
    else:
        made = kept.save(owner, name or "", Screen.from_address(query))
        opened, said = made.id, feedback.toast("ok", "Screen saved", made.name)
    return screener.saved_options(kept.screens(owner)), opened, [said]


@PAGE.callback(
    Output({"type": Ids.LAST, "key": ALL}, "children"),
    Output({"type": Ids.DAY, "key": ALL}, "children"),
    Output({"type": Ids.DAY, "key": ALL}, "className"),
    Input(Shell.FALLBACK, "n_intervals"),
    State({"type": Ids.LAST, "key": ALL}, "id"),
    prevent_initial_call=True,
)
def renew_prices(_: int | None, rows: Sequence[dict[str, str]]) -> tuple[list[str], ...]:
    """Renew the prices in place; the stream does it while there is one."""
    symbols = [row["key"] for row in rows]
    quotes = services().quotes.quotes(symbols)
    found = [quotes.get(symbol) for symbol in symbols]
    return (
        [market_tools.last_text(quote) for quote in found],
        [market_tools.day_text(quote) for quote in found],
        [market_tools.day_class(quote) for quote in found],
    )
