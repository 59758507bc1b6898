"""Journal, Missed trades: what was seen and not taken, kept out of every figure."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import cards, controls, feedback, forms, journal_forms, journal_frame, missed_view
from domain.errors import FillwiseError
from domain.money import decimal_text
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell, read_filter

PATH = "/journal/missed"
FIELDS = ("symbol", "side", "seen_at", "until", "planned_entry", "planned_stop", "planned_target", "setup", "reason")


class Ids(StrEnum):
    """Ids of this page."""

    LIST = "missed-list"
    TOTAL = "missed-total"
    CHANGED = "missed-changed"
    EDIT = "missed-edit"
    NEW = "missed-new"
    FORM = "missed-form"
    TITLE = "missed-title"
    EDITED = "missed-edited"
    FIELD = "missed-field"
    SAVE = "missed-save"
    DELETE = "missed-delete"
    ERROR = "missed-error"


def field_id(name: str) -> dict[str, str]:
    """Return the id of a field of the form."""
    return {"type": Ids.FIELD, "field": name}


def price_input(name: str) -> dcc.Input:
    """Return the field of a price, as text, so that no digit is lost."""
    return forms.text_input(field_id(name), attributes={"inputMode": "decimal", "maxLength": 40})


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    text, label = forms.text_input, journal_forms.labelled
    sides = forms.segmented(field_id("side"), [("long", "Long"), ("short", "Short")], "long", label="Side", small=False)
    when = "2026-11-19 10:30"
    fields = [
        html.Div(
            [label("Symbol", text(field_id("symbol"), placeholder="NVDA")), label("Side", sides)],
            className="fw-form two",
        ),
        html.Div(
            [
                label("Seen at", text(field_id("seen_at"), placeholder=when)),
                label("Over at", text(field_id("until"), placeholder="a day later")),
            ],
            className="fw-form two",
        ),
        html.Div(
            [
                label("Entry", price_input("planned_entry")),
                label("Stop", price_input("planned_stop")),
                label("Target", price_input("planned_target")),
            ],
            className="fw-form three",
        ),
        label("Setup", text(field_id("setup"), placeholder="Opening range breakout")),
        label("Why not", forms.text_area(field_id("reason"), rows=3, placeholder="What kept you out?")),
    ]
    form = journal_forms.form_dialog(
        Ids.FORM, Ids.TITLE, fields, save_id=Ids.SAVE, delete_id=Ids.DELETE, error_id=Ids.ERROR
    )
    new = controls.button("Log a missed trade", id=Ids.NEW, icon_name="plus", kind="primary")
    bar = html.Div([html.Span(id=Ids.TOTAL, className="fw-weak fw-num"), new], className="fw-journal-bar")
    rows = cards.card("", html.Div(feedback.skeleton_table(5), id=Ids.LIST), flush=True)
    return journal_frame.frame(PATH, [dcc.Store(id=Ids.CHANGED), dcc.Store(id=Ids.EDITED), bar, rows, form])


PAGE = Page(module=__name__, path=PATH, title="Missed", order=38, layout=layout)


@PAGE.callback(
    Output(Ids.LIST, "children"),
    Output(Ids.TOTAL, "children"),
    Input(Shell.FILTER, "data"),
    Input(Ids.CHANGED, "data"),
)
def fill_missed(query: str | None, _: Any) -> tuple[Any, list[Any]]:
    """Show the missed trades of the period with what would have become of them."""
    zone, period = current_profile().timezone, read_filter(query).period
    found = services().missed_trades.judged(current_owner(), period=period, timezone=zone)
    rows = missed_view.missed_list(found, timezone=zone, edit_type=Ids.EDIT)
    return rows, missed_view.total(found)


@PAGE.callback(
    Output(Ids.FORM, "data-fw-open"),
    Output(Ids.TITLE, "children"),
    Output(Ids.EDITED, "data"),
    Output({"type": Ids.FIELD, "field": ALL}, "value"),
    Output(Ids.DELETE, "hidden"),
    Output(Ids.ERROR, "children"),
    Input({"type": Ids.EDIT, "missed": ALL}, "n_clicks"),
    Input(Ids.NEW, "n_clicks"),
    prevent_initial_call=True,
)
def open_form(clicks: list[int | None], new: int | None) -> tuple[Any, ...]:
    """Open the form, empty or with a missed trade."""
    if not ctx.triggered[0]["value"]:
        raise PreventUpdate
    names = [item["id"]["field"] for item in ctx.outputs_list[3]]
    stamp = f"open {new} {clicks}"
    if ctx.triggered_id == Ids.NEW:
        return stamp, "A missed trade", 0, ["long" if name == "side" else "" for name in names], True, []
    values = form_values(int(ctx.triggered_id["missed"]))
    return stamp, "Change a missed trade", int(ctx.triggered_id["missed"]), [values[name] for name in names], False, []


def form_values(number: int) -> dict[str, str]:
    """Return a missed trade as texts of the form, times in the reader's zone."""
    from zoneinfo import ZoneInfo

    item, zone = services().missed_trades.one(current_owner(), number), ZoneInfo(current_profile().timezone)
    times = {"seen_at": item.seen_at, "until": item.until}
    prices = {name: getattr(item, name) for name in ("planned_entry", "planned_stop", "planned_target")}
    return {
        "symbol": item.symbol,
        "side": "long" if item.side > 0 else "short",
        **{name: f"{when.astimezone(zone):%Y-%m-%d %H:%M}" if when else "" for name, when in times.items()},
        **{name: "" if price is None else decimal_text(price) for name, price in prices.items()},
        "setup": item.setup,
        "reason": item.reason,
    }


@PAGE.callback(
    Output(Ids.CHANGED, "data"),
    Output(Ids.FORM, "data-fw-open", allow_duplicate=True),
    Output(Ids.ERROR, "children", allow_duplicate=True),
    Input(Ids.SAVE, "n_clicks"),
    State({"type": Ids.FIELD, "field": ALL}, "value"),
    State(Ids.EDITED, "data"),
    prevent_initial_call=True,
)
def save_missed(clicks: int | None, _: list[Any], edited: Any) -> tuple[Any, ...]:
    """Save the missed trade of the form."""
    if not clicks:
        raise PreventUpdate
    typed = {item["id"]["field"]: str(item.get("value") or "") for item in ctx.states_list[0]}
    fields = {name: typed.get(name, "") for name in FIELDS}
    number, zone = edited if isinstance(edited, int) else 0, current_profile().timezone
    try:
        services().missed_trades.save(current_owner(), number, fields, timezone=zone)
    except FillwiseError as error:
        return no_update, no_update, journal_forms.error(error.message, error.hint)
    return {"saved": clicks}, "", []


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Ids.FORM, "data-fw-open", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.DELETE, "n_clicks"),
    State(Ids.EDITED, "data"),
    prevent_initial_call=True,
)
def delete_missed(clicks: int | None, edited: Any) -> tuple[Any, ...]:
    """Remove the missed trade of the form."""
    if not clicks or not isinstance(edited, int) or not edited:
        raise PreventUpdate
    services().missed_trades.delete(current_owner(), edited)
    return {"gone": clicks}, "", [feedback.toast("ok", "Missed trade deleted", key=f"{edited}-{clicks}")]
