"""Import: a broker's file, looked at before anything is written, then committed or discarded.

The browser keeps the key of the upload and the choices; each choice reads the upload again.
"""

from __future__ import annotations

from typing import Any

import dash
from dash import ALL, ClientsideFunction, dcc, html

from components import feedback, forms, import_results, import_steps, imports
from components.import_steps import AUTO, NEW, Stage
from web import (
    import_diff,
    import_fixes,
    import_history,
    import_mapping,
    import_preview,
    import_queue,
    import_templates,
)
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.import_choices import CHOICES, CHOSEN, COLUMNS, GENERIC, Ids, read_choices
from web.import_diff import open_id
from web.import_fixes import FixIds
from web.import_history import PastIds, undo_id
from web.import_queue import QueueIds, entry_id
from web.page import Page

CONTROLS = import_steps.ControlIds(
    account=Ids.ACCOUNT,
    new_account=Ids.NEW_ACCOUNT,
    new_box=Ids.NEW_BOX,
    account_note=Ids.ACCOUNT_NOTE,
    zone=Ids.ZONE,
    zone_note=Ids.ZONE_NOTE,
    dates=Ids.DATES,
)


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    zone = forms.drop_zone(
        result_id=Ids.UPLOAD,
        title="Drop broker exports anywhere on this page",
        text="CSV, TSV, XLSX, XML, HTML or OFX, several at once. They are read on this server and stay here.",
        accept=import_steps.ACCEPTED,
        many=True,
    )
    actions = [
        forms.button("Start over", id=Ids.START_OVER, kind="ghost"),
        forms.button("Import", id=Ids.COMMIT, kind="primary", icon_name="check", disabled=True),
    ]
    file = html.Div(import_steps.file_card(facts_id=Ids.FACTS, format_id=Ids.FORMAT), className="im-file-box")
    return html.Div(
        [
            *import_steps.stores(Ids.FLOW, Ids.READY),
            import_fixes.store(),
            dcc.Download(id=Ids.DOWNLOAD),
            html.Div(
                [
                    html.Div(import_steps.rail(Stage.FILE), id=Ids.STEPS),
                    html.Div(actions, id=Ids.ACTIONS, className="row-f", hidden=True),
                ],
                className="im-bar",
            ),
            html.Div([file, html.Div(zone, className="im-zone")], className="im-top"),
            *import_queue.panel(),
            html.Div(_check(), id=Ids.CHECK, hidden=True, className="im-step"),
            html.Div(id=Ids.DONE, hidden=True, className="im-step"),
            import_history.panel(import_templates.panel()),
            import_diff.dialog(),
            import_steps.template_dialog(Ids.TEMPLATE, name_id=Ids.TEMPLATE_NAME, save_id=Ids.TEMPLATE_SAVE),
        ],
        id=Ids.ROOT,
        className="page im im-file",
    )


def _check() -> list[Any]:
    left = [import_steps.reading_card(CONTROLS), html.Div(id=Ids.MAPPING, className="im-part"), _waiting(Ids.ROWS)]
    right = [html.Div(id=Ids.PROBLEMS, className="im-part"), _waiting(Ids.OUTLOOK)]
    return [
        html.Div(id=Ids.NOTICE, className="im-part"),
        html.Div([html.Div(left, className="col-f"), html.Div(right, className="col-f")], className="g im-grid"),
    ]


def _waiting(part: Ids) -> html.Div:
    return html.Div(feedback.skeleton_card(260), id=part, className="col-f")


PAGE = Page(
    module=__name__,
    path="/import",
    title="Import",
    order=90,
    icon="upload",
    key="I",
    group="foot",
    layout=layout,
    filters=False,
)


# In the browser: answers of one drop follow each other faster than a server's callback ends, and a callback that is
# called again before it has answered is not heard.
PAGE.clientside(
    ClientsideFunction("fillwise_upload", "take"),
    Output(Ids.FLOW, "data"),
    Output(QueueIds.CHANGED, "data"),
    Input(Ids.UPLOAD, "data"),
    State(Ids.FLOW, "data"),
    prevent_initial_call=True,
)


@PAGE.callback(
    Output(Ids.ROOT, "className"),
    Output(Ids.STEPS, "children"),
    Output(Ids.ACTIONS, "hidden"),
    Output(Ids.CHECK, "hidden"),
    Output(Ids.DONE, "hidden"),
    Input(Ids.FLOW, "data"),
    Input(Ids.MAPPING, "children"),
)
def show_stage(flow: dict[str, Any] | None, mapping: Any) -> tuple[Any, ...]:
    """Show the step the import has come to."""
    stage = Stage.FILE if not flow else Stage.CHECK if "upload" in flow else Stage.DONE
    rail = import_steps.rail(stage, mapped=bool(mapping))
    return f"page im im-{stage}", rail, stage is not Stage.CHECK, stage is not Stage.CHECK, stage is not Stage.DONE


@PAGE.callback(
    Output(Ids.FORMAT, "options"),
    Output(Ids.FORMAT, "value"),
    Output(Ids.ACCOUNT, "options"),
    Output(Ids.ACCOUNT, "value"),
    Output(Ids.NEW_ACCOUNT, "value"),
    Output(Ids.ZONE, "value"),
    Output(Ids.DATES, "value"),
    Input(Ids.FLOW, "data"),
    prevent_initial_call=True,
)
def offer_choices(flow: dict[str, Any] | None) -> tuple[Any, ...]:
    """Set every choice to what the file itself says."""
    if not flow or "upload" not in flow:
        raise dash.exceptions.PreventUpdate
    owner = current_owner()
    kept = services().import_queue.choices(owner, str(flow["upload"]))
    forms_ = [{"value": AUTO, "label": "Recognised by content"}]
    forms_ += [{"value": slug, "label": title} for slug, title in services().imports.formats()]
    names = [item.name for item in services().accounts.list_accounts(owner)]
    accounts = [*({"value": name, "label": name} for name in names), {"value": NEW, "label": "New account"}]
    account, new = (kept.account, "") if kept.account in names else (NEW, kept.account)
    order = AUTO if kept.day_first is None else "day" if kept.day_first else "month"
    return forms_, kept.format or AUTO, accounts, account, new, kept.timezone or AUTO, order


@PAGE.callback(
    Output(Ids.FACTS, "children"),
    Output(Ids.ACCOUNT_NOTE, "children"),
    Output(Ids.NEW_BOX, "hidden"),
    Output(Ids.NEW_ACCOUNT, "placeholder"),
    Output(Ids.ZONE_NOTE, "children"),
    Output(Ids.NOTICE, "children"),
    Output(Ids.ROWS, "children"),
    Output(Ids.PROBLEMS, "children"),
    Output(Ids.OUTLOOK, "children"),
    Output(Ids.COMMIT, "children"),
    Output(Ids.COMMIT, "disabled"),
    Input(Ids.READY, "data"),
    Input(FixIds.CHANGED, "data"),
    Input(QueueIds.LANDED, "data"),
    State(Ids.FLOW, "data"),
    *(State(name, "value") for name in CHOICES[:1]),
    *(Input(name, "value") for name in CHOICES[1:]),
    Input(COLUMNS, "value"),
    running=[(Output(Ids.COMMIT, "disabled"), True, True)],
    prevent_initial_call=True,
)
def preview(_: Any, __: Any, ___: Any, flow: dict[str, Any] | None, *values: Any) -> tuple[Any, ...]:
    """Read the file under the choices and say what an import would do."""
    from domain.jobs import Job

    choices = import_fixes.with_fixes(read_choices(flow, values[:5], dash.ctx.inputs_list[7]))
    person, is_old = current_profile(), values[1] != NEW
    draft = services().import_queue.read(person.id, choices)
    if isinstance(draft, Job):
        return imports.file_name(choices.name), "", is_old, "Name", "", *[None] * 4, imports.commit_label(), True
    facts, found = imports.file_facts(draft, chosen=bool(choices.format)), draft.preview
    if found is None:
        refused = imports.refused(draft, map_id=None if choices.format == GENERIC else {"type": Ids.MAP, "key": "go"})
        return facts, "", is_old, "Name", "", None, refused, None, None, imports.commit_label(), True
    parts = import_preview.parts(draft, choices, person.timezone)
    note, example = imports.account_note(found), imports.time_example(found, person.timezone)
    label = imports.commit_label(found.rows)
    return facts, note, is_old, found.account, example, *parts, label, not (found.rows.executions or found.rows.other)


@PAGE.callback(
    Output(Ids.DOWNLOAD, "data"),
    Input({"type": Ids.PROBLEMS_CSV, "key": ALL}, "n_clicks"),
    State(Ids.FLOW, "data"),
    *CHOSEN,
    prevent_initial_call=True,
)
def download_problems(clicks: list[int | None], flow: dict[str, Any] | None, *values: Any) -> Any:
    """Hand over the rows with problems as CSV."""
    from domain.jobs import Job

    if not any(clicks):
        return dash.no_update
    choices = import_fixes.with_fixes(read_choices(flow, values[:5], dash.ctx.states_list[6]))
    draft = services().import_queue.read(current_owner(), choices)
    if isinstance(draft, Job):
        return dash.no_update
    pieces = services().import_drafts.problems_csv(current_owner(), choices, draft=draft)
    return {"content": "".join(pieces), "filename": f"problems-{choices.name}.csv", "type": "text/csv"}


@PAGE.callback(
    Output(Ids.FLOW, "data", allow_duplicate=True),
    Output(Ids.DONE, "children"),
    Output(PastIds.CHANGED, "data", allow_duplicate=True),
    Input(Ids.COMMIT, "n_clicks"),
    State(Ids.FLOW, "data"),
    *CHOSEN,
    running=[(Output(Ids.COMMIT, "aria-busy"), "true", "false"), (Output(Ids.START_OVER, "disabled"), True, False)],
    prevent_initial_call=True,
)
def commit(clicks: int | None, flow: dict[str, Any] | None, *values: Any) -> tuple[Any, ...]:
    """Import the file in one transaction and show what became of it."""
    from domain.jobs import Job

    if not clicks:
        raise dash.exceptions.PreventUpdate
    choices = import_fixes.with_fixes(read_choices(flow, values[:5], dash.ctx.states_list[6]))
    outcome = services().import_queue.commit(current_owner(), choices)
    if isinstance(outcome, Job):
        return {**(flow or {}), "job": outcome.id}, dash.no_update, dash.no_update
    number = int(outcome.batch.id)
    shown = import_results.result(
        outcome,
        undo_id=undo_id(number, "result"),
        diff_id=open_id(number, "result"),
        mend_id=entry_id("mend", choices.upload),
    )
    return {"batch": number}, shown, number


@PAGE.callback(
    Output(Ids.FLOW, "data", allow_duplicate=True),
    Input(Ids.START_OVER, "n_clicks"),
    State(Ids.FLOW, "data"),
    prevent_initial_call=True,
)
def start_over(clicks: int | None, flow: dict[str, Any] | None) -> None:
    """Discard the file."""
    if not clicks:
        raise dash.exceptions.PreventUpdate
    if flow and "upload" in flow:
        services().import_queue.remove(current_owner(), str(flow["upload"]))


@PAGE.callback(
    Output(Ids.FLOW, "data", allow_duplicate=True),
    Input(PastIds.UNDONE, "data"),
    State(Ids.FLOW, "data"),
    prevent_initial_call=True,
)
def follow_undo(undone: int | None, flow: dict[str, Any] | None) -> Any:
    """Look again at a file under review, since what the undone import held is new now; leave a result."""
    if undone is None:
        raise dash.exceptions.PreventUpdate
    return {**flow} if flow and "upload" in flow else None


for _part in (
    import_mapping.MAPPING,
    import_templates.TEMPLATES,
    import_fixes.FIXES,
    import_queue.QUEUE,
    import_history.PAST,
    import_diff.DIFF,
):
    PAGE.recorded += _part.recorded
