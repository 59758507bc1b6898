"""Import: a broker's file, looked at before anything is written, then committed or discarded.

The browser keeps the key of the upload and the choices; each choice reads the upload again.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import dash
from dash import ALL, MATCH, Input, Output, State, dcc, html

from components import feedback, forms, import_columns, import_results, import_steps, imports
from components.import_steps import AUTO, NEW, Stage
from web import import_history
from web.context import current_owner, current_profile, services
from web.import_choices import CHOICES, CHOSEN, COLUMNS, GENERIC, Ids, column_id, read_as, read_choices
from web.import_history import PastIds, undo_id
from web.page import Page
from web.shell import Shell

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
        title="Drop a broker export anywhere on this page",
        text="CSV, TSV, XLSX, XML, HTML or OFX. It is read on this server and stays here.",
        accept=import_steps.ACCEPTED,
    )
    actions = [
        forms.button("Start over", id=Ids.START_OVER, kind="ghost"),
        forms.button("Import", id=Ids.COMMIT, kind="primary", icon_name="check", disabled=True),
    ]
    return html.Div(
        [
            *import_steps.stores(Ids.FLOW, Ids.READY),
            dcc.Download(id=Ids.DOWNLOAD),
            html.Div(
                [
                    html.Div(import_steps.rail(Stage.FILE), id=Ids.STEPS),
                    html.Div(actions, id=Ids.ACTIONS, className="row-f", hidden=True),
                ],
                className="im-bar",
            ),
            html.Div(zone, className="im-zone"),
            html.Div(_check(), id=Ids.CHECK, hidden=True, className="im-step"),
            html.Div(id=Ids.DONE, hidden=True, className="im-step"),
            import_history.panel(),
            import_steps.template_dialog(Ids.TEMPLATE, name_id=Ids.TEMPLATE_NAME, save_id=Ids.TEMPLATE_SAVE),
        ],
        id=Ids.ROOT,
        className="page im im-file",
    )


def _check() -> list[Any]:
    left = [import_steps.reading_card(CONTROLS), html.Div(id=Ids.MAPPING, className="im-part"), _waiting(Ids.ROWS)]
    return [
        import_steps.file_card(facts_id=Ids.FACTS, format_id=Ids.FORMAT),
        html.Div(id=Ids.NOTICE, className="im-part"),
        html.Div([html.Div(left, className="col-f"), _waiting(Ids.OUTLOOK)], className="g im-grid"),
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


@PAGE.callback(
    Output(Ids.FLOW, "data"),
    Input(Ids.UPLOAD, "data"),
    State(Ids.FLOW, "data"),
    prevent_initial_call=True,
)
def take_upload(answer: dict[str, Any] | None, flow: dict[str, Any] | None) -> Any:
    """Go on with a file that has arrived; one that was being looked at is discarded."""
    body = (answer or {}).get("body") or {}
    if not answer or not 200 <= int(answer.get("status") or 0) < 300 or "upload" not in body:
        return dash.no_update
    if flow and "upload" in flow:
        services().import_drafts.discard(current_owner(), str(flow["upload"]))
    return {"upload": body["upload"], "name": body["name"]}


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
    choices = read_choices(flow, (AUTO, NEW, "", AUTO, AUTO), [])
    owner = current_owner()
    forms_ = [{"value": AUTO, "label": "Recognised by content"}]
    forms_ += [{"value": slug, "label": title} for slug, title in services().imports.formats()]
    accounts = [{"value": item.name, "label": item.name} for item in services().accounts.list_accounts(owner)]
    accounts.append({"value": NEW, "label": "New account"})
    suggested = services().import_drafts.suggest_account(owner, choices)
    return forms_, AUTO, accounts, suggested or NEW, "", AUTO, AUTO


@PAGE.callback(
    Output(Ids.MAPPING, "children"),
    Output(Ids.READY, "data"),
    Input(Ids.FLOW, "data"),
    Input(Ids.FORMAT, "value"),
    prevent_initial_call=True,
)
def offer_mapping(flow: dict[str, Any] | None, form: str | None) -> tuple[Any, Any]:
    """Show the columns of a file that no broker's format reads, each with the field it seems to hold."""
    if not flow or "upload" not in flow:
        return None, None
    choices = read_choices(flow, (form, NEW, "", AUTO, AUTO), [])
    found = services().import_drafts.columns(current_owner(), choices)
    file = read_as(flow, form)
    card = found and import_columns.mapping_card(found, id_of=partial(column_id, file), save_dialog=Ids.TEMPLATE)
    return card, file


@PAGE.callback(
    Output(column_id(MATCH, "mark", MATCH), "children"),
    Output(column_id(MATCH, "read", MATCH), "children"),
    Input(column_id(MATCH, "field", MATCH), "value"),
    prevent_initial_call=True,
)
def show_reading(name: str | None) -> tuple[Any, str]:
    """Say how a column is read now."""
    return import_columns.reading(name or "")


@PAGE.callback(
    Output(Ids.FACTS, "children"),
    Output(Ids.ACCOUNT_NOTE, "children"),
    Output(Ids.NEW_BOX, "hidden"),
    Output(Ids.NEW_ACCOUNT, "placeholder"),
    Output(Ids.ZONE_NOTE, "children"),
    Output(Ids.NOTICE, "children"),
    Output(Ids.ROWS, "children"),
    Output(Ids.OUTLOOK, "children"),
    Output(Ids.COMMIT, "children"),
    Output(Ids.COMMIT, "disabled"),
    Input(Ids.READY, "data"),
    State(Ids.FLOW, "data"),
    *(State(name, "value") for name in CHOICES[:1]),
    *(Input(name, "value") for name in CHOICES[1:]),
    Input(COLUMNS, "value"),
    running=[(Output(Ids.COMMIT, "disabled"), True, True)],
    prevent_initial_call=True,
)
def preview(_: str | None, flow: dict[str, Any] | None, *values: Any) -> tuple[Any, ...]:
    """Read the file under the choices and say what an import would do."""
    choices = read_choices(flow, values[:5], dash.ctx.inputs_list[5])
    person = current_profile()
    draft = services().import_drafts.read(person.id, choices)
    facts, is_old = imports.file_facts(draft, chosen=bool(choices.format)), values[1] != NEW
    found = draft.preview
    if found is None:
        refused = imports.refused(draft, map_id=None if choices.format == GENERIC else {"type": Ids.MAP, "key": "go"})
        return facts, "", is_old, "Name", "", None, refused, None, imports.commit_label(), True
    parts = _preview_parts(draft, person.timezone)
    note, example = imports.account_note(found), imports.time_example(found, person.timezone)
    label = imports.commit_label(found.rows)
    return facts, note, is_old, found.account, example, *parts, label, not (found.rows.executions or found.rows.other)


def _preview_parts(draft: Any, timezone: str) -> tuple[Any, Any, Any]:
    """Return the notice, the first rows, and the problems above the outlook."""
    found = draft.preview
    undo = undo_id(int(draft.earlier.id), "notice") if draft.earlier else None
    notice = imports.seen_before(draft, timezone=timezone, now=services().clock(), undo_id=undo)
    ready = found.rows.total - found.rows.problems
    problems = imports.problems(
        found.statement.problems, ready=ready, download_id={"type": Ids.PROBLEMS_CSV, "key": "go"}
    )
    return notice, imports.first_rows(found), [imports.outlook(draft, found), problems]


@PAGE.callback(
    Output(Ids.FORMAT, "value", allow_duplicate=True),
    Input({"type": Ids.MAP, "key": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def map_columns(clicks: list[int | None]) -> Any:
    """Read an unknown file as a generic table."""
    return GENERIC if any(clicks) else dash.no_update


@PAGE.callback(
    Output(Ids.DOWNLOAD, "data"),
    Input({"type": Ids.PROBLEMS_CSV, "key": ALL}, "n_clicks"),
    State(Ids.FLOW, "data"),
    *CHOSEN,
    prevent_initial_call=True,
)
def download_problems(clicks: list[int | None], flow: dict[str, Any] | None, *values: Any) -> Any:
    """Hand over the rows with problems as CSV."""
    if not any(clicks):
        return dash.no_update
    choices = read_choices(flow, values[:5], dash.ctx.states_list[6])
    pieces = services().import_drafts.problems_csv(current_owner(), choices)
    return {"content": "".join(pieces), "filename": f"problems-{choices.name}.csv", "type": "text/csv"}


@PAGE.callback(
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.TEMPLATE_SAVE, "n_clicks"),
    State(Ids.FLOW, "data"),
    State(Ids.TEMPLATE_NAME, "value"),
    *CHOSEN,
    prevent_initial_call=True,
)
def save_template(clicks: int | None, flow: dict[str, Any] | None, name: str | None, *values: Any) -> Any:
    """Keep the mapping for the next file with this header."""
    if not clicks:
        raise dash.exceptions.PreventUpdate
    choices = read_choices(flow, values[:5], dash.ctx.states_list[7])
    saved = services().import_drafts.save_template(current_owner(), choices, name or "")
    text = "The next file with this header is mapped at once."
    return [feedback.toast("ok", f"Template “{saved.name}” saved", text, key=f"template-{clicks}")]


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
    if not clicks:
        raise dash.exceptions.PreventUpdate
    choices = read_choices(flow, values[:5], dash.ctx.states_list[6])
    outcome = services().import_drafts.commit(current_owner(), choices)
    number = int(outcome.batch.id)
    shown = import_results.result(outcome, undo_id=undo_id(number, "result"))
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
        services().import_drafts.discard(current_owner(), str(flow["upload"]))


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


PAGE.recorded += import_history.PAST.recorded
