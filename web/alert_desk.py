"""The alerts' part of the frame: the bell and what it tells on every page, what buttons ask for, the dialog."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, ctx, no_update
from dash.exceptions import PreventUpdate

from components import alerts, feedback, journal_forms
from components import format as fmt
from domain.errors import FillwiseError, InvalidInputError
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.page import CallbackRecorder
from web.shell import Shell

if TYPE_CHECKING:
    from decimal import Decimal

    from domain.alerts import AlertDraft, AlertEvent, AlertKind

DESK = CallbackRecorder()
LISTED = 20
MOST_TOASTS = 3
CHANGED = Output(Shell.ALERTED, "data", allow_duplicate=True)


@DESK.callback(
    Output(Shell.ALERT_COUNT, "children"),
    Output(Shell.ALERT_LIST, "children"),
    Output(Shell.ALERT_TOLD, "data"),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    CHANGED,
    Input(Shell.ALERT_NEWS, "data"),
    Input(Shell.FALLBACK, "n_intervals"),
    State(Shell.ALERT_TOLD, "data"),
    prevent_initial_call="initial_duplicate",
)
def tell_news(_: Any, __: int | None, before: Any) -> tuple[Any, ...]:
    """Tell what alerts have said since the last time; on a new page only count it."""
    told = before if isinstance(before, int) else None
    owner, found = current_owner(), services().alerts
    events = found.events(owner, limit=LISTED)
    newest = events[0].id if events else 0
    if told is not None and newest <= told:
        raise PreventUpdate
    count = alerts.new_mark(found.unread(owner))
    if told is None:
        return count, listed(events), newest, no_update, no_update
    fresh = [item for item in events if item.id > told]
    return count, listed(events), newest, toasts(fresh), {"told": newest}


def listed(events: list[AlertEvent]) -> Any:
    """Return what the bell lists."""
    return alerts.event_list(events, zone=current_profile().timezone, now=services().clock())


def toasts(events: list[AlertEvent]) -> list[Any]:
    """Return a message for each of a few events; of many, how many there are."""
    zone, now = current_profile().timezone, services().clock()
    shown = [alerts.toast(item, zone=zone, now=now) for item in events[:MOST_TOASTS]]
    more = len(events) - len(shown)
    return [*shown, feedback.toast("info", f"{more} more alerts", "The bell lists them.")] if more > 0 else shown


@DESK.callback(
    CHANGED,
    Output(Shell.ALERT_COUNT, "children", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Shell.ALERT_ASKED, "data"),
    prevent_initial_call=True,
)
def answer_button(asked: Any) -> tuple[Any, Any, Any]:
    """Arm or pause an alert, or note that what was told has been read."""
    do, key = wish_of(asked)
    owner, found = current_owner(), services().alerts
    if do == "read":
        events = found.events(owner, limit=1)
        if not events or events[0].read_at is not None:
            raise PreventUpdate
        found.mark_read(owner, events[0].id)
        return no_update, "", no_update
    if do not in ("on", "off"):
        raise PreventUpdate
    done = found.switch(owner, alert_number(key), is_on=do == "on")
    words = "armed" if do == "on" else "paused"
    return {"id": done.id, "version": done.version}, no_update, [feedback.toast("ok", f"Alert {words}")]


@DESK.callback(
    Output(Shell.ALERT_FORM, "data-fw-open"),
    Output(Shell.ALERT_TITLE, "children"),
    Output(Shell.ALERT_EDITED, "data"),
    Output(Shell.ALERT_SYMBOL, "value"),
    Output(Shell.ALERT_SYMBOL, "disabled"),
    Output(Shell.ALERT_KIND, "value"),
    Output(Shell.ALERT_LEVEL, "value"),
    Output(Shell.ALERT_REPEATS, "value"),
    Output(Shell.ALERT_ENDS, "options"),
    Output(Shell.ALERT_ENDS, "value"),
    Output(Shell.ALERT_NOTE, "value"),
    Output(Shell.ALERT_DELETE, "hidden"),
    Output(Shell.ALERT_ERROR, "children"),
    Input(Shell.ALERT_ASKED, "data"),
    prevent_initial_call=True,
)
def open_form(asked: Any) -> tuple[Any, ...]:
    """Open the dialog, for a new alert at the last price or for one that is changed."""
    do, key = wish_of(asked)
    if do == "new":
        stamp, symbol = asked.get("at"), key[:64]
        level = last_price(symbol)
        return (
            f"new {stamp}", "New alert", None, symbol, False, "crosses", level, "once", alerts.end_options(""), "never",
            "", True, [],
        )  # fmt: skip
    if do != "edit":
        raise PreventUpdate
    item, stamp = services().alerts.get(current_owner(), alert_number(key)), f"edit {asked.get('at')}"
    end = "" if item.expires_at is None else fmt.instant(item.expires_at, current_profile().timezone)
    level = f"{100 * item.level:f}" if item.kind.is_of_day else f"{item.level:f}"
    return (
        stamp, "Change the alert", {"id": item.id}, item.symbol, True, item.kind.value, trimmed(level),
        "always" if item.repeats else "once", alerts.end_options(end), alerts.KEPT_END if end else "never", item.note,
        False, [],
    )  # fmt: skip


@DESK.callback(
    CHANGED,
    Output(Shell.ALERT_FORM, "data-fw-open", allow_duplicate=True),
    Output(Shell.ALERT_ERROR, "children", allow_duplicate=True),
    Input(Shell.ALERT_SAVE, "n_clicks"),
    Input(Shell.ALERT_DELETE, "n_clicks"),
    Input(Shell.ALERT_LEVEL, "n_submit"),
    State(Shell.ALERT_EDITED, "data"),
    State(Shell.ALERT_SYMBOL, "value"),
    State(Shell.ALERT_KIND, "value"),
    State(Shell.ALERT_LEVEL, "value"),
    State(Shell.ALERT_REPEATS, "value"),
    State(Shell.ALERT_ENDS, "value"),
    State(Shell.ALERT_NOTE, "value"),
    prevent_initial_call=True,
)
def save_form(saved: int | None, deleted: int | None, entered: int | None, edited: Any, *typed: Any) -> tuple[Any, ...]:
    """Keep or delete the alert of the dialog."""
    if not (saved or deleted or entered):
        raise PreventUpdate
    owner, found = current_owner(), services().alerts
    number = edited.get("id") if isinstance(edited, dict) else None
    try:
        if ctx.triggered_id == Shell.ALERT_DELETE:
            found.delete(owner, alert_number(number))
        elif number is None:
            found.create(owner, typed_draft(*typed))
        else:
            change_alert(alert_number(number), *typed)
    except FillwiseError as error:
        return no_update, no_update, journal_forms.error(error.message, error.hint)
    return {"saved": [saved, deleted, entered, number]}, "", []


DESK.clientside(
    ClientsideFunction("fillwise_alerts", "changed"), Input(Shell.ALERTED, "data"), prevent_initial_call=True
)


def typed_draft(symbol: Any, kind: Any, level: Any, repeats: Any, ends: Any, note: Any) -> AlertDraft:
    """Return the alert that was typed; InvalidInputError names what cannot be read."""
    from domain.alerts import AlertDraft

    days = str(ends) if str(ends).isdigit() else ""
    chosen = read_kind(kind)
    return AlertDraft(
        symbol=str(symbol or ""),
        kind=chosen,
        level=read_level(level, is_percent=chosen.is_of_day),
        note=" ".join(str(note or "").split()),
        repeats=repeats == "always",
        expires_at=services().clock() + timedelta(days=int(days)) if days else None,
    )


def change_alert(number: int, *typed: Any) -> None:
    """Change an alert to what was typed; an end that was kept stays."""
    draft, kept = typed_draft(*typed), typed[4] == alerts.KEPT_END
    changes = {name: getattr(draft, name) for name in ("kind", "level", "note", "repeats")}
    if not kept:
        changes["expires_at"] = draft.expires_at
    services().alerts.change(current_owner(), number, **changes)


def read_kind(value: Any) -> AlertKind:
    """Return the condition that was chosen."""
    from domain.alerts import AlertKind

    if value not in set(AlertKind):
        raise InvalidInputError("Choose a condition.", field="kind")
    return AlertKind(value)


def read_level(text: Any, *, is_percent: bool) -> Decimal:
    """Return a typed price, or a typed percentage as a fraction; InvalidInputError when it is no number."""
    from decimal import Decimal, InvalidOperation

    plain = str(text or "").replace(",", "").replace("%", "").replace("\u2212", "-").strip()
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        hint = "Such as 2.5 for a move of 2.5 %." if is_percent else "Such as 431.50."
        raise InvalidInputError("The level is not a number.", field="level", hint=hint)
    return abs(number) / 100 if is_percent else number


def last_price(symbol: str) -> str:
    """Return the last price of a symbol as it is typed, "" without one."""
    from decimal import Decimal

    quote = services().quotes.quotes([symbol]).get(symbol) if symbol else None
    return "" if quote is None else trimmed(f"{Decimal(f'{quote.price:.7g}'):f}")


def trimmed(text: str) -> str:
    """Return a decimal without zeros at its end."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def wish_of(asked: Any) -> tuple[str, str]:
    """Return what a button asks for and of what; nothing for what is no button's wish."""
    return (str(asked.get("do")), str(asked.get("key") or "")) if isinstance(asked, dict) else ("", "")


def alert_number(value: Any) -> int:
    """Return the id that a browser names; what cannot be one is an id that nobody has."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
