"""Settings: who you are, and the time zone and currency everything is shown in."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash
from dash import html

from components import cards, feedback, forms, import_steps, settings
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell

PATH = "/settings"


class Ids(StrEnum):
    """Ids of this page."""

    NOTE = "settings-note"
    PERSON = "settings-person"
    NAME = "settings-name"
    ZONE = "settings-zone"
    CURRENCY = "settings-currency"
    SAVE = "settings-save"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    save = forms.button("Save changes", id=Ids.SAVE, kind="primary", size="md")
    rows = [
        forms.settings_row(
            "Display name", "Shown in the corner and on reports.", forms.text_input(Ids.NAME, placeholder="Your name")
        ),
        forms.settings_row(
            "Time zone",
            "Times on every page are shown in it. Trading days follow the zone of each account.",
            forms.select(Ids.ZONE, import_steps.zone_options(), size="md"),
        ),
        forms.settings_row(
            "Base currency",
            "Figures are in it where an account does not say otherwise. Currencies are never added without a rate.",
            forms.select(Ids.CURRENCY, settings.currency_options(), size="md"),
        ),
    ]
    person = html.Div(feedback.skeleton_lines(2), id=Ids.PERSON)
    return settings.frame(
        PATH,
        [
            html.Div(id=Ids.NOTE, className="im-part"),
            cards.card("Profile", person),
            cards.card("How things are shown", [*rows, html.Div(save, className="se-end")], classes="se-form"),
        ],
    )


PAGE = Page(
    module=__name__,
    path=PATH,
    title="Settings",
    order=95,
    icon="settings",
    key="S",
    group="foot",
    layout=layout,
    filters=False,
)


@PAGE.callback(
    Output(Ids.PERSON, "children"),
    Output(Ids.NAME, "value"),
    Output(Ids.NAME, "disabled"),
    Output(Ids.ZONE, "value"),
    Output(Ids.CURRENCY, "options"),
    Output(Ids.CURRENCY, "value"),
    Input(Ids.SAVE, "id"),
)
def fill_profile(_: str) -> tuple[Any, ...]:
    """Show what is saved."""
    person = current_profile()
    accounts = services().accounts.list_accounts(person.id)
    codes = settings.currency_options(person.base_currency, *(account.currency for account in accounts))
    options = [{"value": value, "label": label} for value, label in codes]
    shown = settings.person_card(person, person.timezone)
    return shown, person.display_name, person.is_demo, person.timezone, options, person.base_currency


@PAGE.callback(Output(Ids.NOTE, "children"), Input(Shell.URL, "search"), Input(Ids.NAME, "disabled"))
def show_note(search: str | None, is_demo: bool | None) -> Any:
    """Say what has just happened, or what the demo does not allow."""
    if "note=password-changed" in (search or ""):
        text = "Every other browser and access token was signed out."
        return feedback.notice("ok", "The password is changed.", text)
    return (
        settings.demo_note("Its name and password are fixed; time zone and currency can be tried.") if is_demo else None
    )


@PAGE.callback(
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Output(Shell.USER_BADGE, "children", allow_duplicate=True),
    Output(Ids.PERSON, "children", allow_duplicate=True),
    Input(Ids.SAVE, "n_clicks"),
    State(Ids.NAME, "value"),
    State(Ids.ZONE, "value"),
    State(Ids.CURRENCY, "value"),
    prevent_initial_call=True,
)
def save_profile(clicks: int | None, name: str | None, zone: str | None, currency: str | None) -> tuple[Any, ...]:
    """Save the profile."""
    if not clicks:
        raise dash.exceptions.PreventUpdate
    before = current_profile()
    changes = {"display_name": name or "", "timezone": zone or "", "base_currency": currency or ""}
    if name == before.display_name:
        changes.pop("display_name")
    person = services().users.update_profile(current_owner(), **changes)
    text = f"Times are shown in {person.timezone.replace('_', ' ')}, money in {person.base_currency}."
    toast = settings.saved("Profile saved", text, key=f"profile-{clicks}")
    return toast, person.initials, settings.person_card(person, person.timezone)
