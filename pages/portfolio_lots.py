"""Portfolio, Lots: which lots a sale closes or a transfer takes, chosen by hand, with a history and undo."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import controls, feedback, forms, portfolio_frame
from domain.errors import FillwiseError
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.portfolio import body_or_trouble, current_plan, portfolio_menu
from web.shell import Shell

PATH = "/portfolio/lots"


class Ids(StrEnum):
    """Ids of this page."""

    MENU = "portfolio-lots-menu"
    SYMBOL = "portfolio-lots-symbol"
    NOTICE = "portfolio-lots-notice"
    USE = "portfolio-lots-use"
    SALES = "portfolio-lots-sales"
    OPEN = "portfolio-lots-open"
    CURRENT = "portfolio-lots-current"
    LOTS = "portfolio-lots-lots"
    FIELD = "portfolio-lots-field"
    ACT = "portfolio-lots-act"
    HISTORY = "portfolio-lots-history"
    UNDO = "portfolio-lots-undo"
    CHANGED = "portfolio-lots-changed"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    pick = html.Div(
        forms.select(Ids.SYMBOL, [], placeholder="Symbol"), className="fw-pf-year", **{"aria-label": "Symbol"}
    )
    skeleton = feedback.skeleton_table(6, row_height=36)
    right = [html.Div(feedback.skeleton_table(4), id=Ids.LOTS), html.Div(id=Ids.HISTORY)]
    rows = html.Div(
        [html.Div(skeleton, id=Ids.SALES), html.Div(right, className="fw-stack")], className="g two top fw-lots"
    )
    stores = [dcc.Store(id=Ids.CURRENT), dcc.Store(id=Ids.CHANGED)]
    body = [*stores, html.Div(pick, className="fw-pf-controls"), html.Div(id=Ids.NOTICE), rows]
    return portfolio_frame.frame(PATH, body, menu_id=Ids.MENU)


PAGE = Page(module=__name__, path=PATH, title="Specific lots", order=707, layout=layout)


def _keyed(kind: str, key: object) -> dict[str, Any]:
    return {"type": kind, "key": key}


@PAGE.callback(
    Output(Ids.SYMBOL, "options"),
    Output(Ids.SYMBOL, "value"),
    Output(Ids.NOTICE, "children"),
    Output(Ids.MENU, "children"),
    Input(Shell.FILTER, "data"),
    Input(Ids.CHANGED, "data"),
    State(Ids.SYMBOL, "value"),
)
def list_symbols(query: str | None, _: str | None, symbol: str | None) -> tuple[Any, ...]:
    """List the symbols that were traded, and say whether choices count."""
    from components import portfolio_lots

    plan = current_plan(query)
    names = body_or_trouble(lambda: services().lot_choices.symbols(current_owner(), plan))
    names = names if isinstance(names, list) else []
    kept = symbol if symbol in names else next(iter(names), None)
    prescribed = plan.regime.value != "us"
    said = portfolio_lots.notice(plan.method.value, is_prescribed=prescribed, use_id=_keyed(Ids.USE, "specific"))
    # The same symbol again would close the sale that is open.
    return names, no_update if kept == symbol else kept, said, portfolio_menu(query, PATH)


@PAGE.callback(
    Output(Ids.SALES, "children"),
    Input(Ids.SYMBOL, "value"),
    Input(Ids.CURRENT, "data"),
    Input(Ids.CHANGED, "data"),
    State(Shell.FILTER, "data"),
)
def list_sales(symbol: str | None, current: int | None, _: str | None, query: str | None) -> Any:
    """List the sales and transfers of the symbol."""
    from components import portfolio_lots

    plan, owner = current_plan(query), current_owner()

    def make() -> Any:
        sales = services().lot_choices.sales(owner, plan, symbol) if symbol else []
        return portfolio_lots.sale_card(
            sales, currency=plan.currency, open_id=lambda ref: _keyed(Ids.OPEN, ref), current=current
        )

    return body_or_trouble(make)


@PAGE.callback(
    Output(Ids.CURRENT, "data"),
    Input({"type": Ids.OPEN, "key": ALL}, "n_clicks"),
    Input(Ids.SYMBOL, "value"),
    prevent_initial_call=True,
)
def open_sale(_: Any, __: str | None) -> int | None:
    """Remember which sale is open; another symbol closes it."""
    if ctx.triggered_id == Ids.SYMBOL:
        return None
    if not ctx.triggered_id or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    return int(ctx.triggered_id["key"])


@PAGE.callback(
    Output(Ids.LOTS, "children"),
    Input(Ids.CURRENT, "data"),
    Input(Ids.CHANGED, "data"),
    State(Shell.FILTER, "data"),
)
def show_lots(current: int | None, _: str | None, query: str | None) -> Any:
    """Show the lots that were open before the sale or the transfer."""
    from components import portfolio_lots

    plan = current_plan(query)
    buttons = [
        controls.button("Leave it to the method", id=_keyed(Ids.ACT, "clear"), kind="ghost"),
        controls.button("Choose these lots", id=_keyed(Ids.ACT, "save"), kind="primary"),
    ]
    found = services().lot_choices.lots(current_owner(), plan, int(current)) if current else None
    return portfolio_lots.lot_card(
        found, currency=plan.currency, field_id=lambda ref: _keyed(Ids.FIELD, ref), buttons=buttons
    )


@PAGE.callback(
    Output(Ids.HISTORY, "children"),
    Input(Shell.FILTER, "data"),
    Input(Ids.CHANGED, "data"),
)
def show_history(query: str | None, _: str | None) -> Any:
    """List what was chosen."""
    from components import format as fmt
    from components import portfolio_lots

    zone = current_profile().timezone
    found = services().lot_choices.history(current_owner(), current_plan(query))
    return portfolio_lots.history_card(
        found, undo_id=lambda key: _keyed(Ids.UNDO, key), when=lambda at: fmt.instant(at, zone)
    )


@PAGE.callback(
    Output(Ids.CHANGED, "data"),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": Ids.ACT, "key": ALL}, "n_clicks"),
    State({"type": Ids.FIELD, "key": ALL}, "value"),
    State({"type": Ids.FIELD, "key": ALL}, "id"),
    State(Ids.CURRENT, "data"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def choose(_: Any, values: list[Any], ids: list[Any], current: int | None, query: str | None) -> tuple[Any, Any]:
    """Keep the choice that was written, or leave the sale to the method."""
    pressed: Any = ctx.triggered_id
    if not pressed or not ctx.triggered[0]["value"] or not current:
        raise PreventUpdate
    written = zip(ids, values, strict=True) if pressed["key"] == "save" else ()
    lots = {int(each["key"]): str(value) for each, value in written if str(value or "").strip()}
    stamp = services().clock().isoformat()
    try:
        made = services().lot_choices.choose(current_owner(), current_plan(query), int(current), lots)
    except FillwiseError as error:
        return no_update, [feedback.toast("error", error.message, error.hint, key=stamp)]
    return stamp, [feedback.toast("ok", "Lots chosen" if lots else "Left to the method", made.summary, key=stamp)]


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": Ids.UNDO, "key": ALL}, "n_clicks"),
    Input({"type": Ids.USE, "key": ALL}, "n_clicks"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def undo_or_use(_: Any, __: Any, query: str | None) -> tuple[Any, Any]:
    """Take a choice back, or let the portfolio follow chosen lots."""
    pressed: Any = ctx.triggered_id
    if not pressed or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    owner, stamp = current_owner(), services().clock().isoformat()
    try:
        if pressed["type"] == Ids.USE:
            book = services().portfolios
            book.plans.save(owner, book.keep(owner, current_plan(query)).id, method="specific")
            said = "This portfolio follows chosen lots"
        else:
            said = f"Taken back: {services().lot_choices.undo(owner, int(pressed['key'])).summary}"
    except FillwiseError as error:
        return no_update, [feedback.toast("error", error.message, error.hint, key=stamp)]
    return stamp, [feedback.toast("ok", said, key=stamp)]
