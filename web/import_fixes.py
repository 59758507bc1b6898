"""Mending rows in the preview, a part of the Import page."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import dash
from dash import ALL, dcc

from components import feedback
from components import format as fmt
from domain.errors import InvalidInputError
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.import_choices import CHOSEN, Ids, read_choices
from web.page import CallbackRecorder
from web.shell import Shell

if TYPE_CHECKING:
    from domain.drafts import DraftChoices

FIXES = CallbackRecorder()


class FixIds(StrEnum):
    """Ids of the parts of a problem; CHANGED says that the file is to be read again."""

    ACT = "import-fix"
    VALUE = "import-fix-value"
    SCOPE = "import-fix-scope"
    RESTORE = "import-fix-restore"
    CHANGED = "import-fixes-changed"


def store() -> dcc.Store:
    """Return what tells the preview to read again."""
    return dcc.Store(id=FixIds.CHANGED)


def part_id(do: str, line: int, column: str) -> dict[str, Any]:
    """Return the id of a part of a problem: "value", "scope", "use" or "skip"."""
    kinds = {"value": FixIds.VALUE, "scope": FixIds.SCOPE}
    if do in kinds:
        return {"type": kinds[do], "line": line, "column": column}
    return {"type": FixIds.ACT, "do": do, "line": line, "column": column}


def restore_id(line: int) -> dict[str, Any]:
    """Return the id of the button that takes a line back; 0 is all of them."""
    return {"type": FixIds.RESTORE, "line": line}


@FIXES.callback(
    Output(FixIds.CHANGED, "data"),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": FixIds.ACT, "do": ALL, "line": ALL, "column": ALL}, "n_clicks"),
    Input({"type": FixIds.VALUE, "line": ALL, "column": ALL}, "n_submit"),
    State({"type": FixIds.VALUE, "line": ALL, "column": ALL}, "value"),
    State({"type": FixIds.SCOPE, "line": ALL, "column": ALL}, "value"),
    State(Ids.FLOW, "data"),
    *CHOSEN,
    prevent_initial_call=True,
)
def mend(
    _: list[Any], __: list[Any], ___: list[Any], ____: list[Any], flow: dict[str, Any] | None, *values: Any
) -> tuple[Any, Any]:
    """Type a value in place of a cell or leave a row out, and all alike if wished."""
    from domain.fixes import Scope

    asked, clicked = dash.ctx.triggered_id, dash.ctx.triggered[0]["value"]
    if not asked or not clicked:
        raise dash.exceptions.PreventUpdate
    typed, scopes, columns = dash.ctx.states_list[0], dash.ctx.states_list[1], dash.ctx.states_list[8]
    choices = with_fixes(read_choices(flow, values[:5], columns))
    place = (int(asked["line"]), str(asked["column"]))
    scope = next((item for item in Scope if item == _value_at(scopes, place)), Scope.ROW)
    queue, owner = services().import_queue, current_owner()
    if asked.get("do") == "skip":
        said = f"{fmt.plural(queue.skip_rows(owner, choices, place, scope), 'row')} left out"
    else:
        number = queue.type_value(owner, choices, place, _value_at(typed, place), scope)
        said = f"{fmt.plural(number, 'value')} typed"
    return f"{asked} {clicked} {said}", [feedback.toast("ok", said, key=f"fix-{place}-{clicked}")]


def _value_at(items: list[dict[str, Any]], place: tuple[int, str]) -> str:
    found = (item for item in items if (item["id"]["line"], item["id"]["column"]) == place)
    return str(next(found, {}).get("value") or "")


def with_fixes(choices: DraftChoices) -> DraftChoices:
    """Return choices together with what was mended in the file."""
    return replace(choices, fixes=services().import_queue.fixes(current_owner(), choices.upload))


@FIXES.callback(
    Output(FixIds.CHANGED, "data", allow_duplicate=True),
    Input({"type": FixIds.RESTORE, "line": ALL}, "n_clicks"),
    State(Ids.FLOW, "data"),
    prevent_initial_call=True,
)
def restore(clicks: list[int | None], flow: dict[str, Any] | None) -> Any:
    """Take back what was mended in a line, or everywhere."""
    asked = dash.ctx.triggered_id
    if not any(clicks) or not asked or not dash.ctx.triggered[0]["value"]:
        raise dash.exceptions.PreventUpdate
    if not flow or "upload" not in flow:
        raise InvalidInputError("There is no file under review.")
    line = int(asked["line"])
    services().import_queue.restore(current_owner(), str(flow["upload"]), line or None)
    return f"restore {line} {clicks}"
