"""What an import changed, in a dialog of the Import page."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import dash
from dash import ALL, html

from components import forms, import_diff
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output
from web.page import CallbackRecorder
from web.shell import Shell

if TYPE_CHECKING:
    from domain.import_diff import DiffPart

DIFF = CallbackRecorder()


class DiffIds(StrEnum):
    """Ids of the dialog."""

    DIALOG = "import-diff-dialog"
    BODY = "import-diff"
    OPEN = "import-diff-open"
    PART = "import-diff-part"


def dialog() -> html.Dialog:
    """Return the dialog, empty."""
    return forms.dialog(DiffIds.DIALOG, "What this import changed", [html.Div(id=DiffIds.BODY)], width=860)


def open_id(number: int, place: str = "list") -> dict[str, Any]:
    """Return the id of a button that opens the changes of an import; the page may show one in several places."""
    return {"type": DiffIds.OPEN, "place": place, "import": number}


def part_id(number: int, part: DiffPart, page: int) -> dict[str, Any]:
    """Return the id of a button that opens a page of a part; -1 is the first, from the row of parts."""
    return {"type": DiffIds.PART, "import": number, "part": str(part), "page": page}


@DIFF.callback(
    Output(DiffIds.DIALOG, "data-fw-open"),
    Output(DiffIds.BODY, "children"),
    Input({"type": DiffIds.OPEN, "place": ALL, "import": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def open_diff(clicks: list[int | None]) -> tuple[Any, Any]:
    """Open what an import changed."""
    from domain.import_diff import DiffPart

    asked = dash.ctx.triggered_id
    if not any(clicks) or not asked or not dash.ctx.triggered[0]["value"]:
        raise dash.exceptions.PreventUpdate
    number = int(asked["import"])
    opening = f"diff-{number}-{sum(clicks_ or 0 for clicks_ in clicks)}"
    return opening, _view(number, DiffPart.NEW, 0)


@DIFF.callback(
    Output(DiffIds.BODY, "children", allow_duplicate=True),
    Input({"type": DiffIds.PART, "import": ALL, "part": ALL, "page": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def turn_page(clicks: list[int | None]) -> Any:
    """Show another part or page."""
    asked = dash.ctx.triggered_id
    if not any(clicks) or not asked or not dash.ctx.triggered[0]["value"]:
        raise dash.exceptions.PreventUpdate
    return _view(int(asked["import"]), _read_part(asked["part"]), int(asked["page"]))


def _read_part(text: str) -> DiffPart:
    from domain.import_diff import DiffPart

    return next((item for item in DiffPart if item == text), DiffPart.NEW)


@DIFF.callback(
    Output(DiffIds.DIALOG, "data-fw-open", allow_duplicate=True),
    Output(DiffIds.BODY, "children", allow_duplicate=True),
    Input(Shell.URL, "search"),
    prevent_initial_call="initial_duplicate",
)
def open_linked(search: str | None) -> tuple[Any, Any]:
    """Open what the import changed that the address names, such as ?batch=7&part=problems."""
    asked = dict(parse_qsl((search or "").lstrip("?")))
    number, part = asked.get("batch", ""), asked.get("part", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise dash.exceptions.PreventUpdate
    return f"diff-{number}-{part}", _view(int(number), _read_part(part), 0)


def _view(number: int, part: DiffPart, page: int) -> Any:
    found = services().import_diffs.page(current_owner(), number, part, page)

    def make_id(to: DiffPart, place: int) -> dict[str, Any]:
        return part_id(number, to, place)

    zone = current_profile().timezone
    return import_diff.diff_view(found, timezone=zone, now=services().clock(), part_id=make_id)
