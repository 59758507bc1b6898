"""The choices on the Import page: ids of its controls, and what their values mean together."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import dash
from dash import ALL

from components import import_columns
from components.import_steps import AUTO, NEW
from web.dependencies import State

if TYPE_CHECKING:
    from domain.drafts import DraftChoices

GENERIC = "generic-csv"


class Ids(StrEnum):
    """Ids of this page."""

    ROOT = "import-root"
    UPLOAD = "import-upload"
    FLOW = "import-flow"
    STEPS = "import-steps"
    ACTIONS = "import-actions"
    START_OVER = "import-start-over"
    COMMIT = "import-commit"
    CHECK = "import-check"
    DONE = "import-done"
    FACTS = "import-facts"
    FORMAT = "import-format"
    ACCOUNT = "import-account"
    NEW_ACCOUNT = "import-new-account"
    NEW_BOX = "import-new-box"
    ACCOUNT_NOTE = "import-account-note"
    ZONE = "import-zone"
    ZONE_NOTE = "import-zone-note"
    DATES = "import-dates"
    READY = "import-ready"
    MAPPING = "import-mapping"
    COLUMN = "import-column"
    NOTICE = "import-notice"
    ROWS = "import-rows"
    OUTLOOK = "import-outlook"
    PROBLEMS_CSV = "import-problems-csv"
    DOWNLOAD = "import-download"
    MAP = "import-map"
    TEMPLATE = "import-template"
    TEMPLATE_NAME = "import-template-name"
    TEMPLATE_SAVE = "import-template-save"
    SAMPLE = "import-sample"
    PROBLEMS = "import-problems"


COLUMNS = {"type": Ids.COLUMN, "file": ALL, "column": ALL}
CHOICES = (Ids.FORMAT, Ids.ACCOUNT, Ids.NEW_ACCOUNT, Ids.ZONE, Ids.DATES)
CHOSEN = (*(State(name, "value") for name in CHOICES), State(COLUMNS, "value"))
"""The controls, as every callback that reads the file takes them last."""


def column_id(file: str, part: str, column: str) -> dict[str, str]:
    """Return the id of a part of a column's row; `file` is what `read_as` says of the upload."""
    return {"type": Ids.COLUMN if part == "field" else f"{Ids.COLUMN}-{part}", "file": file, "column": column}


def read_as(flow: dict[str, Any], form: str | None) -> str:
    """Return what a mapping belongs to: an upload under a chosen format."""
    return f"{flow['upload']} {form or AUTO}"


def read_choices(flow: dict[str, Any] | None, values: tuple[Any, ...], columns: list[dict[str, Any]]) -> DraftChoices:
    """Return the choices of the controls.

    Args:
        flow: Data of the flow; without an upload nothing is read.
        values: Values of format, account, new account, zone and order of dates.
        columns: What Dash says of the selects of the columns: id and value each.
    """
    from domain.drafts import DraftChoices

    if not flow or "upload" not in flow:
        raise dash.exceptions.PreventUpdate
    form, account, new_account, zone, dates = values
    file = read_as(flow, form)
    # A select of an earlier file may still be on the page.
    given = {item["id"]["column"]: item.get("value") for item in columns if item["id"]["file"] == file}
    chosen = {name: str(item) for name, item in given.items() if item and item != import_columns.IGNORE}
    answers = {name[1:]: chosen.pop(name) for name in list(chosen) if name.startswith(import_columns.ASKED)}
    order, place = answers.pop("day_first", ""), answers.pop("timezone", "")
    return DraftChoices(
        upload=str(flow["upload"]),
        name=str(flow["name"]),
        account=(new_account or "").strip() if account in (NEW, None) else str(account),
        format="" if form in (AUTO, None) else str(form),
        timezone=place if zone in (AUTO, None) else str(zone),
        day_first={"day": True, "month": False, "true": True, "false": False}.get(order if dates == AUTO else dates),
        columns={**chosen, **{value: key for key, value in answers.items()}},
    )
