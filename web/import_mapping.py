"""Columns of an unknown file: the proposal, templates and the anonymised sample, a part of the Import page."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import dash
from dash import ALL, MATCH

from components import feedback, forms, import_columns
from components.import_steps import AUTO, NEW
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.import_choices import CHOSEN, GENERIC, Ids, column_id, read_as, read_choices
from web.import_templates import TemplateIds
from web.page import CallbackRecorder
from web.shell import Shell

if TYPE_CHECKING:
    from domain.drafts import ColumnTable, DraftChoices

MAPPING = CallbackRecorder()
USE = {"type": TemplateIds.USE, "key": "go"}


@MAPPING.callback(
    Output(Ids.MAPPING, "children"),
    Output(Ids.READY, "data"),
    Input(Ids.FLOW, "data"),
    Input(Ids.FORMAT, "value"),
    Input(TemplateIds.USED, "data"),
    prevent_initial_call=True,
)
def offer_mapping(flow: dict[str, Any] | None, form: str | None, _: Any = None) -> tuple[Any, Any]:
    """Show the columns of a file that no broker's format reads, each with the field it seems to hold."""
    if not flow or "upload" not in flow:
        return None, None
    choices = read_choices(flow, (form, NEW, "", AUTO, AUTO), [])
    file = read_as(flow, form)
    found = services().import_drafts.columns(current_owner(), choices)
    if found is None:
        return None, file
    card = import_columns.mapping_card(
        with_kept(found, choices),
        id_of=partial(column_id, file),
        save_dialog=Ids.TEMPLATE,
        templates=_templates(),
        sample_id={"type": Ids.SAMPLE, "key": "go"},
    )
    return card, file


def with_kept(found: ColumnTable, choices: DraftChoices) -> ColumnTable:
    """Return the columns with the fields chosen when the file was looked at before; what was answered is not asked."""
    kept = services().import_queue.choices(current_owner(), choices.upload)
    if not kept.columns or kept.format != choices.format:
        return found
    answered = set(kept.columns.values())
    questions = tuple(item for item in found.questions if item.key not in answered)
    return replace(found, fields=kept.columns, questions=questions)


def _templates() -> Any:
    names = [item.name for item in services().templates.list_templates(current_owner())]
    return forms.select(USE, [(name, name) for name in names], placeholder="Use a template") if names else None


@MAPPING.callback(
    Output(TemplateIds.USED, "data"),
    Input({"type": TemplateIds.USE, "key": ALL}, "value"),
    State(Ids.FLOW, "data"),
    State(Ids.FORMAT, "value"),
    prevent_initial_call=True,
)
def use_template(names: list[str | None], flow: dict[str, Any] | None, form: str | None) -> Any:
    """Map the columns as a template of another file does, as far as this file has them."""
    name = next((item for item in names if item), None)
    if not name:
        raise dash.exceptions.PreventUpdate
    choices = read_choices(flow, (form, NEW, "", AUTO, AUTO), [])
    services().import_queue.use_template(current_owner(), choices, name)
    return f"{choices.upload} {name}"


@MAPPING.callback(
    Output(column_id(MATCH, "mark", MATCH), "children"),
    Output(column_id(MATCH, "read", MATCH), "children"),
    Input(column_id(MATCH, "field", MATCH), "value"),
    prevent_initial_call=True,
)
def show_reading(name: str | None) -> tuple[Any, str]:
    """Say how a column is read now."""
    return import_columns.reading(name or "")


@MAPPING.callback(
    Output(Ids.FORMAT, "value", allow_duplicate=True),
    Input({"type": Ids.MAP, "key": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def map_columns(clicks: list[int | None]) -> Any:
    """Read an unknown file as a generic table."""
    return GENERIC if any(clicks) else dash.no_update


@MAPPING.callback(
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Output(TemplateIds.CHANGED, "data", allow_duplicate=True),
    Input(Ids.TEMPLATE_SAVE, "n_clicks"),
    State(Ids.FLOW, "data"),
    State(Ids.TEMPLATE_NAME, "value"),
    *CHOSEN,
    prevent_initial_call=True,
)
def save_template(clicks: int | None, flow: dict[str, Any] | None, name: str | None, *values: Any) -> tuple[Any, Any]:
    """Keep the mapping for the next file with this header."""
    if not clicks:
        raise dash.exceptions.PreventUpdate
    choices = read_choices(flow, values[:5], dash.ctx.states_list[7])
    saved = services().import_drafts.save_template(current_owner(), choices, name or "")
    text = "The next file with this header is mapped at once."
    return [feedback.toast("ok", f"Template “{saved.name}” saved", text, key=f"template-{clicks}")], f"saved {clicks}"


@MAPPING.callback(
    Output(Ids.DOWNLOAD, "data", allow_duplicate=True),
    Input({"type": Ids.SAMPLE, "key": ALL}, "n_clicks"),
    State(Ids.FLOW, "data"),
    *CHOSEN,
    prevent_initial_call=True,
)
def download_sample(clicks: list[int | None], flow: dict[str, Any] | None, *values: Any) -> Any:
    """Hand over a sample of the file that is safe to show."""
    if not any(clicks):
        raise dash.exceptions.PreventUpdate
    choices = read_choices(flow, values[:5], dash.ctx.states_list[6])
    pieces = services().import_drafts.anonymised_sample(current_owner(), choices)
    name = f"sample-{choices.name.rsplit('.', 1)[0]}.csv"
    return {"content": "".join(pieces), "filename": name, "type": "text/csv"}
