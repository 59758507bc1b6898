"""The Import page over the whole app: a file from the drop to its trades and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from dash.exceptions import PreventUpdate
from flask.testing import FlaskClient

from components import import_columns, imports
from components.import_fixes import mended_card, problem_card, suggest_value
from components.import_steps import AUTO, NEW
from domain.drafts import DraftChoices, ImportDraft
from domain.errors import InvalidInputError, NotFoundError, RowProblem
from domain.filters import LedgerFilter
from domain.fixes import Scope
from domain.import_queue import QueueEntry, QueueState
from domain.jobs import Job
from pages import import_ as page
from tests.pages.uploads import (
    FAULTY,
    GOOD,
    UNKNOWN,
    find_all,
    make_client,
    services_of,
    signed_in,
    text_of,
    upload,
)
from tests.web.client import dash_call, dash_post, sign_up
from web import import_history, import_mapping
from web import import_queue as queue
from web.context import current_owner
from web.import_choices import GENERIC, Ids, column_id, read_as, read_choices
from web.import_fixes import FixIds, part_id, restore_id
from web.shell import Shell

DEFAULTS = (AUTO, NEW, "", AUTO, AUTO)


@pytest.fixture
def made(tmp_path: Path) -> tuple[Dash, FlaskClient]:
    """The app and a signed-in client."""
    return make_client(tmp_path)


def draft_of(client: FlaskClient, app: Dash, answer: dict[str, Any], *values: Any) -> Any:
    """Read an upload as the page would, under the values of its controls."""
    flow = {"upload": answer["body"]["upload"], "name": answer["body"]["name"]}
    with signed_in(client):
        return services_of(app).import_drafts.read(current_owner(), read_choices(flow, values or DEFAULTS, []))


def test_dropped_files_wait_in_the_queue(made: tuple[Dash, FlaskClient]) -> None:
    """Both files stay on the server, in their order; the flow of the one that is looked at shows its check."""
    app, client = made
    first, _ = upload(client, GOOD), upload(client, FAULTY, "other.csv")
    with signed_in(client):
        names = [item.name for item in services_of(app).import_queue.entries(current_owner())]
    assert names == ["fills.csv", "other.csv"]
    flow = {"upload": first["body"]["upload"], "name": first["body"]["name"]}
    assert page.show_stage(flow, None)[0] == "page im im-check"


def entry(state: QueueState, job: int | None = None) -> QueueEntry:
    """A file of the queue."""
    return QueueEntry(key="ab12", name="large.csv", size_bytes=6_000_000, state=state, job=job)


def test_a_cancelled_reading_leaves_the_file() -> None:
    """When the job of the file under review has ended without a result, the page leaves the file; before, it stays."""
    assert queue.has_failed(entry(QueueState.FAILED), bar_before=["a bar"])
    assert not queue.has_failed(entry(QueueState.FAILED), bar_before=None)
    assert not queue.has_failed(entry(QueueState.READING, job=7), bar_before=["a bar"])
    assert not queue.has_failed(None, bar_before=["a bar"])


def test_a_reading_that_is_done_lands_once() -> None:
    """A job lands when its bar goes, or when it was done before it had one and nothing is shown yet."""
    ready = entry(QueueState.READY)
    assert queue.has_landed(ready, bar_before=["a bar"], outlook=[])
    assert queue.has_landed(ready, bar_before=None, outlook=None)
    assert not queue.has_landed(ready, bar_before=None, outlook=["what will happen"])
    assert not queue.has_landed(entry(QueueState.READING, job=7), bar_before=["a bar"], outlook=None)


def test_the_preview_accounts_for_every_row(made: tuple[Dash, FlaskClient]) -> None:
    """What will happen names new, duplicate, other and problem rows, and they add up to the file."""
    app, client = made
    draft = draft_of(client, app, upload(client, FAULTY))
    assert draft.preview.rows.balances
    shown = text_of(imports.outlook(draft, draft.preview))
    assert "5 new + 0 duplicates + 0 other + 1 problem = 6 rows" in shown
    found = draft.preview.statement.problems
    problems = text_of(problem_card(found, total=1, ready=5, id_of=part_id, download_id="x"))
    assert "Line 7" in problems
    assert "1O0" in problems


def test_the_preview_foresees_the_trades(made: tuple[Dash, FlaskClient]) -> None:
    """The trades and the P&L said before the commit are those that exist after it."""
    app, client = made
    answer = upload(client, GOOD)
    foreseen = draft_of(client, app, answer).effect
    with signed_in(client):
        choices = DraftChoices(upload=answer["body"]["upload"], name="fills.csv")
        outcome = services_of(app).import_drafts.commit(current_owner(), choices)
        trades = services_of(app).portfolio.every_trade(current_owner(), LedgerFilter())
    assert outcome.effect == foreseen
    assert (foreseen.closed, foreseen.opened) == (1, 1)
    assert foreseen.net["USD"] == sum(trade.net for trade in trades)


def test_the_zone_moves_the_worked_example(made: tuple[Dash, FlaskClient]) -> None:
    """Another time zone shows another instant for the file's first time at once."""
    app, client = made
    answer = upload(client, GOOD)
    example = ""
    for zone, hour in (("America/New_York", "09:31:05 ET"), ("Asia/Tokyo", "09:31:05")):
        draft = draft_of(client, app, answer, AUTO, NEW, "", zone, AUTO)
        example = text_of(imports.time_example(draft.preview, "America/New_York"))
        assert hour in example
    assert "19:31:05 for you in New York" in example


def test_the_same_file_again_adds_nothing_and_offers_the_earlier_import(made: tuple[Dash, FlaskClient]) -> None:
    """A file that was imported is recognised by its content, into the account it went to."""
    app, client = made
    first = upload(client, GOOD)
    with signed_in(client):
        drafts, owner = services_of(app).import_drafts, current_owner()
        drafts.commit(owner, DraftChoices(upload=first["body"]["upload"], name="fills.csv", account="Main"))
    again = upload(client, GOOD, "copy.csv")
    with signed_in(client):
        choices = DraftChoices(upload=again["body"]["upload"], name="copy.csv")
        assert drafts.suggest_account(owner, choices) == "Main"
    draft = draft_of(client, app, again, AUTO, "Main", "", AUTO, AUTO)
    assert (draft.preview.rows.executions, draft.preview.rows.duplicates) == (0, 4)
    notice = imports.seen_before(draft, timezone="UTC", now=services_of(app).clock(), undo_id={"type": "undo"})
    assert "The same file again adds nothing" in text_of(notice)


def test_a_commit_removes_the_upload_and_undo_takes_the_fills_back(made: tuple[Dash, FlaskClient]) -> None:
    """After the commit the file is gone from the server; an undo leaves no trade and says so in the list."""
    app, client = made
    answer = upload(client, GOOD)
    key = answer["body"]["upload"]
    with signed_in(client):
        found, owner = services_of(app), current_owner()
        outcome = found.import_drafts.commit(owner, DraftChoices(upload=key, name="fills.csv"))
        with pytest.raises(NotFoundError):
            found.uploads.read(owner, key)
        toast, changed, undone = import_history.undo(1, int(outcome.batch.id))
        past, _, accounts, count = import_history.fill_history(changed, "")
    assert "4 fills of fills.csv" in text_of(toast)
    assert undone == int(outcome.batch.id)
    assert (accounts, count) == ("Other broker", "0")
    assert "undone" in text_of(past)


def test_an_unknown_file_shows_what_was_seen_and_can_be_mapped(made: tuple[Dash, FlaskClient]) -> None:
    """A file that nothing claims is a designed refusal; as a generic table its columns are offered."""
    app, client = made
    answer = upload(client, UNKNOWN)
    draft = draft_of(client, app, answer)
    assert draft.preview is None
    shown = text_of(imports.refused(draft, map_id="go"))
    assert "When,What,Whatever" in shown
    assert "Map the columns yourself" in shown
    flow = {"upload": answer["body"]["upload"], "name": "fills.csv"}
    with signed_in(client):
        card, file = import_mapping.offer_mapping(flow, GENERIC)
    selects = find_all(card, lambda item: bool(getattr(item, "id", None)) and item.id.get("type") == Ids.COLUMN)
    named = [item.id["column"] for item in selects if not item.id["column"].startswith(import_columns.ASKED)]
    assert named == ["When", "What", "Whatever"]
    assert {item.id["file"] for item in selects} == {file}


def test_selects_of_another_file_are_not_read(made: tuple[Dash, FlaskClient]) -> None:
    """A mapping belongs to its upload and format; what is left on the page of another one is passed over."""
    flow = {"upload": "abc", "name": "fills.csv"}
    mine = {"id": column_id(read_as(flow, AUTO), "field", "Px"), "value": "price"}
    other = {"id": column_id("xyz auto", "field", "Qty"), "value": "quantity"}
    choices = read_choices(flow, DEFAULTS, [mine, other])
    assert choices.columns == {"Px": "price"}


def test_a_mapping_is_kept_as_a_template(made: tuple[Dash, FlaskClient]) -> None:
    """The next file with the same header comes with the saved columns."""
    app, client = made
    payload = b"When,What,Way,Units,Each\n2026-03-02 09:31:05,ACME,Buy,100,10\n2026-03-02 10:31:05,ACME,Sell,100,11\n"
    columns = {"When": "executed_at", "What": "symbol", "Way": "side", "Units": "quantity", "Each": "price"}
    answer = upload(client, payload)
    with signed_in(client):
        drafts, owner = services_of(app).import_drafts, current_owner()
        key = answer["body"]["upload"]
        choices = DraftChoices(upload=key, name="a.csv", columns=columns)
        effect = drafts.read(owner, choices).effect
        assert effect is not None
        assert effect.closed == 1
        drafts.save_template(owner, choices, "Club broker")
        table = drafts.columns(owner, DraftChoices(upload=key, name="b.csv"))
    assert table is not None
    assert table.template == "Club broker"
    assert table.fields == columns


def test_a_field_given_twice_is_refused_in_words(made: tuple[Dash, FlaskClient]) -> None:
    """Two columns for one field are told by name, and nothing is read."""
    app, client = made
    answer = upload(client, GOOD)
    with signed_in(client):
        choices = DraftChoices(
            upload=answer["body"]["upload"], name="a.csv", columns={"Price": "price", "Quantity": "price"}
        )
        draft = services_of(app).import_drafts.read(current_owner(), choices)
    assert draft.preview is None
    assert "'Price' and 'Quantity'" in draft.refusal


def test_an_upload_belongs_to_its_owner(made: tuple[Dash, FlaskClient]) -> None:
    """Another user's key opens nothing."""
    app, client = made
    answer = upload(client, GOOD)
    stranger = app.server.test_client()
    sign_up(stranger, "eve1")
    with pytest.raises(NotFoundError):
        draft_of(stranger, app, answer)


def test_without_a_file_nothing_is_read() -> None:
    """Callbacks that read the file do nothing before there is one."""
    with pytest.raises(PreventUpdate):
        read_choices(None, DEFAULTS, [])


def test_the_history_answers_over_http(made: tuple[Dash, FlaskClient]) -> None:
    """The list of past imports is filled through the real callback door."""
    app, client = made
    output = next(name for name in app.callback_map if import_history.PastIds.LIST in name)
    inputs, state = [(import_history.PastIds.CHANGED, "data", None)], [(Shell.FILTER, "data", "")]
    assert dash_call(client, output, inputs, state).status_code == 200


def problems_of(draft: ImportDraft | Job) -> int:
    """Return how many rows of a small file have a problem."""
    assert isinstance(draft, ImportDraft)
    assert draft.preview is not None
    return draft.preview.rows.problems


def is_kind(component: Any, kind: str) -> bool:
    """Whether a component is a part of this kind."""
    found = getattr(component, "id", None)
    return isinstance(found, dict) and found.get("type") == kind


def test_problems_alike_can_be_settled_together() -> None:
    """A problem that is not alone offers its value for those alike, one that is alone does not."""
    words = {"reason": "'1O0' is not a number.", "hint": "Expected a number.", "column": "Quantity", "value": "1O0"}
    alike = [RowProblem(line=line, **words) for line in (2, 5)]
    other = RowProblem(line=9, column="Price", value="", reason="The cell is empty.")
    whole = RowProblem(line=11, column="", value="x,y", reason="The row is not understood.")
    card = problem_card([*alike, other, whole], total=4, ready=1, id_of=part_id, download_id="x")
    scopes = find_all(card, lambda item: is_kind(item, FixIds.SCOPE))
    assert [item.id["line"] for item in scopes] == [2, 5]
    assert [item["label"] for item in scopes[0].options] == ["This row only", "All 2 with this value"]
    boxes = find_all(card, lambda item: is_kind(item, FixIds.VALUE))
    assert [(item.id["line"], item.value) for item in boxes] == [(2, "100"), (5, "100"), (9, "")]


@pytest.mark.parametrize(
    ("text", "suggested"), [("1O0", "100"), ("l,2OO", "1,200"), ("abc", ""), ("100", ""), ("", ""), ("Sell", "")]
)
def test_letters_that_look_like_digits_are_suggested_as_such(text: str, suggested: str) -> None:
    """A number with a letter in it is offered as the number; words are not guessed at."""
    assert suggest_value(text) == suggested


def test_a_typed_value_mends_all_alike_and_is_taken_back(made: tuple[Dash, FlaskClient]) -> None:
    """What is typed for one of two alike holds for both; taking a line back makes it a problem again."""
    app, client = made
    calm = [f"c{at},2026-03-30 09:3{at}:00,CALM,Buy,10{at},10.00,0,USD" for at in range(8)]
    rows = [*GOOD.decode().splitlines(), *calm]
    faulty = [f"x{at},2026-03-31 09:3{at}:00,ACME,Buy,1O0,10.00,1.00,USD" for at in range(2)]
    key = upload(client, "\n".join([*rows, *faulty, ""]).encode())["body"]["upload"]
    with signed_in(client):
        queue, owner = services_of(app).import_queue, current_owner()
        assert queue.type_value(owner, queue.choices(owner, key), (14, "Quantity"), "100", Scope.VALUE) == 2
        mended = queue.choices(owner, key)
        shown = text_of(mended_card(mended.fixes, restore_id=restore_id))
        assert problems_of(queue.read(owner, mended)) == 0
        queue.restore(owner, key, 15)
        assert problems_of(queue.read(owner, queue.choices(owner, key))) == 1
        with pytest.raises(InvalidInputError):
            queue.type_value(owner, mended, (15, "Quantity"), " ", Scope.ROW)
    assert "2 values typed" in shown
    assert "1O0 is read as 100" in shown


def test_mending_goes_through_the_callback(made: tuple[Dash, FlaskClient]) -> None:
    """The button beside a problem reaches the file under review, with the value and the scope beside it."""
    app, client = made
    answer = upload(client, FAULTY)
    flow = {"upload": answer["body"]["upload"], "name": "fills.csv"}
    use, box = part_id("use", 7, "Quantity"), part_id("value", 7, "Quantity")
    body: dict[str, Any] = {
        "inputs": [[{"id": use, "property": "n_clicks", "value": 1}], [{"id": box, "property": "n_submit"}]],
        "changedPropIds": [f"{json.dumps(use, separators=(',', ':'), sort_keys=True)}.n_clicks"],
    }
    values = [(Ids.FORMAT, AUTO), (Ids.ACCOUNT, NEW), (Ids.NEW_ACCOUNT, ""), (Ids.ZONE, AUTO), (Ids.DATES, AUTO)]
    body["state"] = [
        [{"id": box, "property": "value", "value": "100"}],
        [],
        {"id": Ids.FLOW, "property": "data", "value": flow},
        *({"id": name, "property": "value", "value": value} for name, value in values),
        [],
    ]
    body["output"] = next(name for name in app.callback_map if name.startswith(f"..{FixIds.CHANGED}.data..."))
    body["outputs"] = [{"id": FixIds.CHANGED, "property": "data"}, {"id": Shell.TOASTS, "property": "children"}]
    response = dash_post(client, body)
    assert response.status_code == 200, response.text
    with signed_in(client):
        fixes = services_of(app).import_queue.fixes(current_owner(), flow["upload"])
    assert [(item.line, item.column, item.was, item.value) for item in fixes.cells] == [(7, "Quantity", "1O0", "100")]
