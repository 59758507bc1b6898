"""The drawer and the dialogs of the Reports page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from components import controls, forms, reports


def dialogs(
    ids: Mapping[str, str], *, draft: Mapping[str, str], plan: Mapping[str, str], pin: Mapping[str, str]
) -> list[Any]:
    """Return the drawer of sections and the dialogs of schedule, link and deletion.

    Args:
        ids: Every id of the page by its name.
        draft: Ids of the controls of a draft.
        plan: Ids of the questions of a schedule.
        pin: Ids of the questions that give a section a filter of its own.
    """
    close = controls.button("Close", kind="ghost", attributes={"data-fw-close": ""})
    schedule = controls.button("Schedule", id=ids["plan"], kind="primary")
    make = controls.button("Make a link", id=ids["make_link"], kind="primary")
    target = forms.select(ids["target"], [("", "The archive alone")], value="")
    share_ids = {"days": ids["days"], "private": ids["share_private"]}
    share = [*reports.share_form(share_ids), html.Div(id=ids["new_link"], **{"aria-live": "polite"})]
    plan_form = [*reports.schedule_form(plan, targets=target), html.Div(id=ids["plan_error"], role="alert")]
    return [
        _design_drawer(ids, draft, pin, close),
        controls.dialog(
            ids["schedule"],
            "Make this report by itself",
            html.Div(plan_form, className="fw-form"),
            footer=[close, schedule],
            width=520,
        ),
        controls.dialog(
            ids["share"],
            "Share a read-only link",
            html.Div(share, className="fw-form"),
            footer=[close, make],
            width=520,
        ),
        controls.confirm_dialog(
            ids["delete_dialog"],
            title="Delete this report?",
            text="Its schedules end and its links close. Files that were made stay.",
            confirm_id=ids["delete_sure"],
            verb="Delete the report",
        ),
    ]


def _design_drawer(ids: Mapping[str, str], draft: Mapping[str, str], pin: Mapping[str, str], close: Any) -> Any:
    """Return the drawer with the sections of a report and its look."""
    drop = forms.drop_zone(
        result_id=ids["logo"], title="Drop a logo", text="or", accept=".png,.jpg,.jpeg,.webp,.gif", whole_window=False
    )
    remove = controls.button(
        "Delete the report", id=ids["delete"], kind="danger", attributes={"data-fw-dialog": ids["delete_dialog"]}
    )
    body = html.Div([*reports.design_form(draft, drop=drop), *reports.own_filter_form(pin)], className="fw-form")
    return controls.dialog(ids["design"], "Sections and look", body, footer=[remove, close], side=True)
