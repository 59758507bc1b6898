"""Journal, Templates: texts to start a note with."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import controls, feedback, forms, journal_forms, journal_frame, template_view
from domain.errors import FillwiseError
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page

PATH = "/journal/templates"


class Ids(StrEnum):
    """Ids of this page."""

    LIST = "templates-list"
    CHANGED = "templates-changed"
    STARTERS = "templates-starters"
    EDIT = "templates-edit"
    NEW = "templates-new"
    FORM = "templates-form"
    TITLE = "templates-title"
    EDITED = "templates-edited"
    KIND = "templates-kind"
    NAME = "templates-name"
    BODY = "templates-body"
    SAVE = "templates-save"
    DELETE = "templates-delete"
    ERROR = "templates-error"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    kinds = [("trade", "Notes of trades"), ("day", "Notes of days")]
    fields = [
        journal_forms.labelled("For", forms.segmented(Ids.KIND, kinds, "trade", label="For", small=False)),
        journal_forms.labelled("Name", forms.text_input(Ids.NAME, placeholder="Trade review"), Ids.NAME),
        journal_forms.labelled(
            "Text",
            forms.text_area(Ids.BODY, rows=10),
            Ids.BODY,
            help_="Markdown: **bold**, *italic*, - lists, ## headings.",
        ),
    ]
    form = journal_forms.form_dialog(
        Ids.FORM, Ids.TITLE, fields, save_id=Ids.SAVE, delete_id=Ids.DELETE, error_id=Ids.ERROR, width=600
    )
    buttons = [
        controls.button("Add the usual ones", id=Ids.STARTERS, kind="ghost"),
        controls.button("New template", id=Ids.NEW, icon_name="plus", kind="primary"),
    ]
    note = html.Span("Inserted below what is written already, from a trade or a day.", className="fw-weak")
    bar = html.Div([note, html.Span(buttons, className="row-f")], className="fw-journal-bar")
    listed = html.Div([feedback.skeleton_card(160)], id=Ids.LIST, className="g fw-pbs")
    return journal_frame.frame(PATH, [dcc.Store(id=Ids.CHANGED), dcc.Store(id=Ids.EDITED), bar, listed, form])


PAGE = Page(module=__name__, path=PATH, title="Templates", order=39, layout=layout, filters=False)


@PAGE.callback(Output(Ids.LIST, "children"), Input(Ids.CHANGED, "data"))
def fill_templates(_: Any) -> Any:
    """Show the templates."""
    return template_view.templates(services().note_templates.templates(current_owner()), edit_type=Ids.EDIT)


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True), Input(Ids.STARTERS, "n_clicks"), prevent_initial_call=True
)
def add_starters(clicks: int | None) -> Any:
    """Add the usual templates."""
    if not clicks:
        raise PreventUpdate
    services().note_templates.add_starters(current_owner())
    return {"starters": clicks}


@PAGE.callback(
    Output(Ids.FORM, "data-fw-open"),
    Output(Ids.TITLE, "children"),
    Output(Ids.EDITED, "data"),
    Output(Ids.KIND, "value"),
    Output(Ids.NAME, "value"),
    Output(Ids.BODY, "value"),
    Output(Ids.DELETE, "hidden"),
    Output(Ids.ERROR, "children"),
    Input({"type": Ids.EDIT, "template": ALL}, "n_clicks"),
    Input(Ids.NEW, "n_clicks"),
    prevent_initial_call=True,
)
def open_form(clicks: list[int | None], new: int | None) -> tuple[Any, ...]:
    """Open the form, empty or with a template."""
    if not ctx.triggered[0]["value"]:
        raise PreventUpdate
    stamp = f"open {new} {clicks}"
    if ctx.triggered_id == Ids.NEW:
        return stamp, "New template", 0, "trade", "", "", True, []
    item = services().note_templates.template(current_owner(), int(ctx.triggered_id["template"]))
    return stamp, f"Edit {item.name}", item.id, item.kind, item.name, item.body, False, []


@PAGE.callback(
    Output(Ids.CHANGED, "data"),
    Output(Ids.FORM, "data-fw-open", allow_duplicate=True),
    Output(Ids.ERROR, "children", allow_duplicate=True),
    Input(Ids.SAVE, "n_clicks"),
    State(Ids.EDITED, "data"),
    State(Ids.KIND, "value"),
    State(Ids.NAME, "value"),
    State(Ids.BODY, "value"),
    prevent_initial_call=True,
)
def save_template(clicks: int | None, edited: Any, kind: Any, name: Any, body: Any) -> tuple[Any, ...]:
    """Save the template of the form."""
    from domain.journal import NoteTemplate

    if not clicks:
        raise PreventUpdate
    number = edited if isinstance(edited, int) else 0
    made = NoteTemplate(id=number, kind=str(kind or ""), name=str(name or ""), body=str(body or ""))
    try:
        services().note_templates.save(current_owner(), made)
    except FillwiseError as error:
        return no_update, no_update, journal_forms.error(error.message, error.hint)
    return {"saved": clicks}, "", []


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Ids.FORM, "data-fw-open", allow_duplicate=True),
    Input(Ids.DELETE, "n_clicks"),
    State(Ids.EDITED, "data"),
    prevent_initial_call=True,
)
def delete_template(clicks: int | None, edited: Any) -> tuple[Any, ...]:
    """Remove the template of the form."""
    if not clicks or not isinstance(edited, int) or not edited:
        raise PreventUpdate
    services().note_templates.delete(current_owner(), edited)
    return {"gone": clicks}, ""
