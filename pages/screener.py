"""Screener: which watched symbols meet conditions on price, day, volume and indicators."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import feedback, journal_forms, market_tools, screener
from domain.errors import FillwiseError, InvalidInputError, NotFoundError
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell


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
    KEPT = "screener-kept"
    NAME = "screener-name"
    SAVE = "screener-save"
    FORGET = "screener-forget"
    CSV = "screener-csv"
    ABOUT = "screener-about"
    BODY = "screener-body"
    LAST = "screener-last"
    DAY = "screener-day"


def _by_key(kind: Ids) -> screener.IdOf:
    return lambda key: {"type": kind, "key": key}


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    ids = screener.FrameIds(**{name: Ids[name.upper()] for name in screener.FrameIds.__slots__})
    return html.Div([dcc.Store(id=Ids.QUERY), dcc.Store(id=Ids.KEPT), *screener.frame(ids)], className="page")


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
    Output(Ids.QUERY, "data"),
    Output(Ids.UNIVERSE, "value"),
    Input(Shell.URL, "search"),
)
def open_page(search: str | None) -> tuple[Any, ...]:
    """Offer the lists; an address may name a screen."""
    from domain.screens import Screen

    owner = current_owner()
    screen = Screen.from_address(search)
    lists = services().watchlists.lists(owner)
    universe = screener.EVERYTHING if screen.list_id is None else screen.list_id
    return screener.universe_options(lists), screen.to_query(), universe


@PAGE.callback(Output(Ids.SAVED, "options"), Input(Ids.KEPT, "data"))
def offer_saved(_: Any) -> Any:
    """Offer the saved screens."""
    return screener.saved_options(services().screener.screens(current_owner()))


@PAGE.callback(
    Output(Ids.QUERY, "data", allow_duplicate=True),
    Output(Ids.RIGHT, "value"),
    Output(Ids.ERROR, "children"),
    Input(Ids.ADD, "n_clicks"),
    Input(Ids.RIGHT, "n_submit"),
    Input({"type": Ids.EXAMPLE, "key": ALL}, "n_clicks"),
    Input({"type": Ids.REMOVE, "key": ALL}, "n_clicks"),
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
    universe: int | None,
    left: str | None,
    sign: str | None,
    right: str | None,
    query: str | None,
) -> tuple[Any, Any, Any]:
    """Add or remove a condition, or choose what is screened."""
    cause = ctx.triggered_id
    if isinstance(cause, dict) and not ctx.triggered[0]["value"]:
        raise PreventUpdate  # chips that have just been made
    try:
        if isinstance(cause, dict):
            after = with_condition(query, str(cause["key"]), is_removed=cause["type"] == Ids.REMOVE)
        elif cause == Ids.UNIVERSE:
            after = with_universe(query, universe)
        else:
            after = with_condition(query, typed_condition(left, sign, right))
    except FillwiseError as error:
        return no_update, no_update, journal_forms.error(error.message, error.hint)
    return after, "" if cause in (Ids.ADD, Ids.RIGHT) else no_update, []


def typed_condition(left: str | None, sign: str | None, right: str | None) -> str:
    """Return the condition of the three controls; InvalidInputError names the one that is wrong."""
    from domain.screens import HINT, SIGNS, parse_term

    if sign not in SIGNS:
        raise InvalidInputError("Choose how the two are compared.", field="conditions")
    if not (right or "").strip():
        raise InvalidInputError("Type what it is compared with.", field="conditions", hint=HINT)
    return f"{parse_term(left or '').code} {sign} {parse_term(right or '').code}"


def with_condition(query: str | None, text: str, *, is_removed: bool = False) -> str:
    """Return the query with one condition more or less; InvalidInputError when it cannot be read."""
    from dataclasses import replace

    from domain.screens import Screen, parse_condition, parse_conditions

    screen, changed = Screen.from_address(query), parse_condition(text)
    kept = [item for item in screen.conditions if item.code != changed.code]
    codes = [item.code for item in kept] + ([] if is_removed else [changed.code])
    return replace(screen, conditions=parse_conditions("; ".join(codes))).to_query()


def with_universe(query: str | None, universe: int | None) -> str:
    """Return the query that screens one list, or everything."""
    from dataclasses import replace

    from domain.screens import Screen

    number = universe if isinstance(universe, int) and universe >= 0 else None
    return replace(Screen.from_address(query), list_id=number).to_query()


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
    rows = screener.found_rows(found, quotes, {"last": _by_key(Ids.LAST), "day": _by_key(Ids.DAY)})
    chips = screener.condition_chips(screen, _by_key(Ids.REMOVE))
    return chips, rows, screener.about(found), f"/export/screen.csv?{screen.to_query()}"


@PAGE.callback(
    Output(Ids.QUERY, "data", allow_duplicate=True),
    Output(Ids.NAME, "value"),
    Output(Ids.UNIVERSE, "value", allow_duplicate=True),
    Input(Ids.SAVED, "value"),
    prevent_initial_call=True,
)
def open_saved(chosen: int | None) -> tuple[Any, ...]:
    """Load a saved screen."""
    if chosen is None:
        raise PreventUpdate
    from domain.screens import Screen

    saved = next((item for item in services().screener.screens(current_owner()) if item.id == chosen), None)
    if saved is None:
        raise NotFoundError("No such screen.")
    number = Screen.from_address(saved.query).list_id
    return saved.query, saved.name, screener.EVERYTHING if number is None else number


@PAGE.callback(
    Output(Ids.KEPT, "data"),
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
        return {"gone": chosen}, None, [feedback.toast("ok", "Screen deleted", "")]
    made = kept.save(owner, name or "", Screen.from_address(query))
    return {"kept": made.id, "n": saved}, made.id, [feedback.toast("ok", "Screen saved", made.name)]


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
