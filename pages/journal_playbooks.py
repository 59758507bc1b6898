"""Journal, Playbooks: setups with their rules, and what following them is worth."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dash import ALL, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import controls, feedback, forms, journal_forms, journal_frame, playbook_view
from domain.errors import FillwiseError
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell, read_filter

if TYPE_CHECKING:
    from domain.playbooks import Rule

PATH = "/journal/playbooks"


class Ids(StrEnum):
    """Ids of this page."""

    LIST = "playbooks-list"
    CHANGED = "playbooks-changed"
    EDIT = "playbooks-edit"
    NEW = "playbooks-new"
    FORM = "playbooks-form"
    TITLE = "playbooks-title"
    EDITED = "playbooks-edited"
    NAME = "playbooks-name"
    TEXT = "playbooks-text"
    RULES = "playbooks-rules"
    SAVE = "playbooks-save"
    DELETE = "playbooks-delete"
    ERROR = "playbooks-error"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    fields = [
        journal_forms.labelled("Name", forms.text_input(Ids.NAME, placeholder="Opening range breakout"), Ids.NAME),
        journal_forms.labelled(
            "What it is",
            forms.text_area(Ids.TEXT, rows=4, placeholder="When it is there, where it is wrong."),
            Ids.TEXT,
        ),
        journal_forms.labelled(
            "Rules, one a line",
            forms.text_area(Ids.RULES, rows=6, placeholder="Waited for the close\nSize within plan"),
            Ids.RULES,
            help_="A reworded rule keeps its answers; a removed one takes them along.",
        ),
    ]
    form = journal_forms.form_dialog(
        Ids.FORM, Ids.TITLE, fields, save_id=Ids.SAVE, delete_id=Ids.DELETE, error_id=Ids.ERROR
    )
    new = controls.button("New setup", id=Ids.NEW, icon_name="plus", kind="primary")
    note = html.Span("Closed trades of the filter above.", className="fw-weak")
    bar = html.Div([note, new], className="fw-journal-bar")
    cards = html.Div([feedback.skeleton_card(220)], id=Ids.LIST, className="g fw-pbs")
    return journal_frame.frame(PATH, [dcc.Store(id=Ids.CHANGED), dcc.Store(id=Ids.EDITED), bar, cards, form])


PAGE = Page(module=__name__, path=PATH, title="Playbooks", order=36, layout=layout)


@PAGE.callback(Output(Ids.LIST, "children"), Input(Shell.FILTER, "data"), Input(Ids.CHANGED, "data"))
def fill_playbooks(query: str | None, _: Any) -> Any:
    """Show every setup with its results."""
    found = services().playbooks.results(current_owner(), read_filter(query))
    return playbook_view.playbooks(found, edit_type=Ids.EDIT, query=query or "")


@PAGE.callback(
    Output(Ids.FORM, "data-fw-open"),
    Output(Ids.TITLE, "children"),
    Output(Ids.EDITED, "data"),
    Output(Ids.NAME, "value"),
    Output(Ids.TEXT, "value"),
    Output(Ids.RULES, "value"),
    Output(Ids.DELETE, "hidden"),
    Output(Ids.ERROR, "children"),
    Input({"type": Ids.EDIT, "setup": ALL}, "n_clicks"),
    Input(Ids.NEW, "n_clicks"),
    prevent_initial_call=True,
)
def open_form(clicks: list[int | None], new: int | None) -> tuple[Any, ...]:
    """Open the form, empty or with a setup."""
    if not ctx.triggered[0]["value"]:
        raise PreventUpdate
    stamp = f"open {new} {clicks}"
    if ctx.triggered_id == Ids.NEW:
        return stamp, "New setup", 0, "", "", "", True, []
    setup = services().playbooks.setup(current_owner(), int(ctx.triggered_id["setup"]))
    rules = "\n".join(rule.text for rule in setup.rules)
    return stamp, f"Edit {setup.name}", setup.id, setup.name, setup.description, rules, False, []


def rules_of(lines: str, before: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return the rules of a text: a line that was there keeps its rule, a changed one takes that of its place."""
    from domain.playbooks import Rule

    texts = [" ".join(line.split()) for line in lines.splitlines() if line.strip()]
    known = {rule.text: rule.id for rule in before}
    left = [rule.id for rule in before if rule.text not in texts]
    place = {rule.id: at for at, rule in enumerate(before)}
    made = []
    for at, text in enumerate(texts):
        number = known.pop(text, 0)
        if not number and left and place[left[0]] <= at:
            number = left.pop(0)
        made.append(Rule(id=number, text=text))
    return tuple(made)


@PAGE.callback(
    Output(Ids.CHANGED, "data"),
    Output(Ids.FORM, "data-fw-open", allow_duplicate=True),
    Output(Ids.ERROR, "children", allow_duplicate=True),
    Input(Ids.SAVE, "n_clicks"),
    State(Ids.EDITED, "data"),
    State(Ids.NAME, "value"),
    State(Ids.TEXT, "value"),
    State(Ids.RULES, "value"),
    prevent_initial_call=True,
)
def save_setup(
    clicks: int | None, edited: Any, name: str | None, text: str | None, rules: str | None
) -> tuple[Any, ...]:
    """Save the setup of the form; what is wrong stands below it."""
    from domain.playbooks import Setup

    if not clicks:
        raise PreventUpdate
    owner, number = current_owner(), edited if isinstance(edited, int) else 0
    before = services().playbooks.setup(owner, number).rules if number else ()
    made = Setup(id=number, name=str(name or ""), description=str(text or ""), rules=rules_of(str(rules or ""), before))
    try:
        services().playbooks.save(owner, made)
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
def delete_setup(clicks: int | None, edited: Any) -> tuple[Any, ...]:
    """Remove the setup of the form."""
    if not clicks or not isinstance(edited, int) or not edited:
        raise PreventUpdate
    gone = services().playbooks.delete(current_owner(), edited)
    done = feedback.toast("ok", f"{gone.name} deleted", "Its trades stay, without a setup.", key=f"{edited}-{clicks}")
    return {"deleted": clicks}, "", [done]
