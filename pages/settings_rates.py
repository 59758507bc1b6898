"""Settings, Exchange rates: pairs, one rate by hand, a file of rates."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ctx, dcc, html, no_update

from components import feedback, settings
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell

PATH = "/settings/rates"


class Ids(StrEnum):
    """Ids of this page."""

    CHANGED = "settings-rates-changed"
    LIST = "settings-rates-list"
    BASE = "settings-rates-base"
    QUOTE = "settings-rates-quote"
    DAY = "settings-rates-day"
    RATE = "settings-rates-rate"
    FIXED = "settings-rates-fixed"
    SAVE = "settings-rates-save"
    REMOVE = "settings-rates-remove"
    FILE = "settings-rates-file"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    from components import rates

    ids = {
        "base": Ids.BASE,
        "quote": Ids.QUOTE,
        "day": Ids.DAY,
        "rate": Ids.RATE,
        "fixed": Ids.FIXED,
        "save": Ids.SAVE,
        "remove": Ids.REMOVE,
    }
    pairs = rates.pair_card(html.Div(feedback.skeleton_table(3, row_height=34), id=Ids.LIST))
    body = [dcc.Store(id=Ids.CHANGED), pairs, rates.rate_form(ids), rates.file_card(Ids.FILE)]
    return settings.frame(PATH, body)


PAGE = Page(module=__name__, path=PATH, title="Exchange rates", order=954, layout=layout, filters=False)


@PAGE.callback(Output(Ids.LIST, "children"), Input(Ids.CHANGED, "data"))
def fill_pairs(_: str | None) -> Any:
    """List the pairs."""
    from components import rates

    return rates.pair_table(services().portfolios.rates.pairs(current_owner()))


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.SAVE, "n_clicks"),
    Input(Ids.REMOVE, "n_clicks"),
    Input(Ids.FILE, "contents"),
    State(Ids.BASE, "value"),
    State(Ids.QUOTE, "value"),
    State(Ids.DAY, "value"),
    State(Ids.RATE, "value"),
    State(Ids.FIXED, "value"),
    prevent_initial_call=True,
)
def change_rates(
    _: int | None, __: int | None, contents: str | None, base: str, quote: str, day: str | None, rate: str | None,
    fixed: list[str] | None,
) -> tuple[Any, Any]:  # fmt: skip
    """Save one rate, remove those of a pair, or import a file."""
    if not ctx.triggered or not ctx.triggered[0]["value"]:
        return no_update, no_update
    book, owner, stamp = services().portfolios.rates, current_owner(), services().clock().isoformat()
    if ctx.triggered_id == Ids.FILE:
        said = f"{book.import_upload(owner, contents or ''):,} rates imported"
    elif ctx.triggered_id == Ids.REMOVE:
        said = f"{book.delete(owner, base, quote):,} rates removed"
    else:
        kept = book.save_text(owner, base, quote, day=day or "", rate=rate or "", is_fixed=bool(fixed))
        said = f"{kept.base} → {kept.quote} saved for {kept.day.isoformat()}"
    return stamp, settings.saved(said, key=stamp)
