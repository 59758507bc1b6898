"""The saved column mappings, a part of the Import page: list, rename, delete, use for the file under review."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash
from dash import ALL, dcc, html

from components import cards, feedback, import_templates
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import CallbackRecorder
from web.shell import Shell

TEMPLATES = CallbackRecorder()


class TemplateIds(StrEnum):
    """Ids of the list; write anything new to CHANGED to have it filled again."""

    CHANGED = "import-templates-changed"
    LIST = "import-templates"
    PART = "import-template-part"
    NAME = "import-template-new-name"
    USE = "import-template-use"
    USED = "import-template-used"


def panel() -> list[Any]:
    """Return the skeleton of the list."""
    return [
        *(dcc.Store(id=name) for name in (TemplateIds.CHANGED, TemplateIds.USED)),
        cards.card(
            "Templates",
            html.Div(feedback.skeleton_lines(2), id=TemplateIds.LIST),
            subtitle="saved columns",
            classes="im-formats",
        ),
    ]


def part_id(do: str, name: str) -> dict[str, str]:
    """Return the id of a part of a template: "name", "rename" or "delete"."""
    if do == "name":
        return {"type": TemplateIds.NAME, "template": name}
    return {"type": TemplateIds.PART, "do": do, "template": name}


@TEMPLATES.callback(Output(TemplateIds.LIST, "children"), Input(TemplateIds.CHANGED, "data"))
def fill_templates(_: Any) -> Any:
    """List the saved mappings."""
    return import_templates.template_list(services().templates.list_templates(current_owner()), id_of=part_id)


@TEMPLATES.callback(
    Output(TemplateIds.CHANGED, "data"),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": TemplateIds.PART, "do": ALL, "template": ALL}, "n_clicks"),
    State({"type": TemplateIds.NAME, "template": ALL}, "value"),
    prevent_initial_call=True,
)
def change_template(clicks: list[int | None], _: list[str | None]) -> tuple[Any, Any]:
    """Rename or delete a template."""
    asked = dash.ctx.triggered_id
    if not any(clicks) or not asked or not dash.ctx.triggered[0]["value"]:
        raise dash.exceptions.PreventUpdate
    name, owner = str(asked["template"]), current_owner()
    if asked["do"] == "delete":
        services().templates.delete(owner, name)
        said = f"Template “{name}” deleted"
    else:
        typed = next((item.get("value") for item in dash.ctx.states_list[0] if item["id"]["template"] == name), "")
        said = f"The template is called “{services().templates.rename(owner, name, str(typed or '')).name}” now"
    return f"{asked} {clicks}", [feedback.toast("ok", said, key=f"template-{said}")]
