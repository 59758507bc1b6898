"""The frame of the Import page: its three steps and the controls that stay while the file is read again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from dash import dcc, html

from components import cards, feedback, forms

AUTO = "auto"
NEW = "new:"
ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xml,.htm,.html,.ofx,.qfx"
_STEPS = ("File", "Check", "Done")
_MAPPED_STEPS = ("File", "Map columns", "Check", "Done")
_FIRST_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Zurich",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Australia/Sydney",
    "UTC",
)


class Stage(StrEnum):
    """Where an import stands."""

    FILE = "file"
    CHECK = "check"
    DONE = "done"


def rail(stage: Stage, *, mapped: bool = False) -> html.Ol:
    """Return the steps; the generic format has one more."""
    names = _MAPPED_STEPS if mapped else _STEPS
    at = {Stage.FILE: 0, Stage.CHECK: len(names) - 2, Stage.DONE: len(names)}[stage]
    return forms.steps(names, at)


@cache
def zone_options() -> tuple[tuple[str, str], ...]:
    """Return the time zones, the usual ones first."""
    rest = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    names = [*_FIRST_ZONES, *(zone for zone in rest if zone not in _FIRST_ZONES)]
    return tuple((zone, zone.replace("_", " ")) for zone in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlIds:
    """Ids of the controls of the Check step."""

    account: str
    new_account: str
    new_box: str
    account_note: str
    zone: str
    zone_note: str
    dates: str


def reading_card(ids: ControlIds) -> html.Section:
    """Return the controls that decide where the fills go and how times are read."""
    zones = [(AUTO, "As the broker writes them"), *zone_options()]
    orders = [
        (AUTO, "Decided by the whole column"),
        ("day", "Day first, 31/12/2026"),
        ("month", "Month first, 12/31/2026"),
    ]
    account = html.Div(
        [
            forms.select(ids.account, [(NEW, "New account")], value=NEW),
            html.Div(forms.text_input(ids.new_account, placeholder="Name", size="sm", debounce=0.6), id=ids.new_box),
        ],
        className="im-account",
    )
    return cards.card(
        "",
        html.Div(
            [
                html.Div([forms.field("Account", account), html.Div(id=ids.account_note, className="fw-help")]),
                html.Div(
                    [
                        forms.field("Time zone of the file", forms.select(ids.zone, zones, value=AUTO)),
                        html.Div(id=ids.zone_note, className="fw-help"),
                    ]
                ),
                html.Div(forms.field("Order of day and month", forms.select(ids.dates, orders, value=AUTO))),
            ],
            className="im-reading",
        ),
    )


def file_card(*, facts_id: str, format_id: str) -> html.Section:
    """Return the card of the file with the choice of another format."""
    choose = html.Div(
        [
            html.Label("Not this broker?", className="fw-label"),
            forms.select(format_id, [(AUTO, "Recognised by content")], value=AUTO),
        ],
        className="im-format",
    )
    facts = html.Div(feedback.skeleton_lines(2), id=facts_id, className="im-what")
    return cards.card("", html.Div([facts, choose], className="im-filecard"))


def template_dialog(dialog_id: str, *, name_id: str, save_id: str) -> html.Dialog:
    """Return the dialog that saves a mapping under a name."""
    body = [
        html.P("Files with the same header are mapped like this from now on."),
        forms.field("Name of the template", forms.text_input(name_id, placeholder="My broker")),
    ]
    save = forms.button("Save template", id=save_id, kind="primary", attributes={"data-fw-close": ""})
    return forms.dialog(dialog_id, "Save as template", body, footer=[save], width=420)


def undo_dialog(dialog_id: str, *, text_id: str, confirm_id: str) -> html.Dialog:
    """Return the dialog that asks before an import is undone."""
    return forms.confirm_dialog(
        dialog_id, title="Undo this import", text=html.Span(id=text_id), confirm_id=confirm_id, verb="Undo import"
    )


def stores(*ids: str) -> list[Any]:
    """Return empty stores."""
    return [dcc.Store(id=name) for name in ids]
