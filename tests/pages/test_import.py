"""The Import page over the whole app: a file from the drop to its trades and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from dash.exceptions import PreventUpdate
from flask.testing import FlaskClient

from components import imports
from components.import_steps import AUTO, NEW
from domain.drafts import DraftChoices
from domain.errors import NotFoundError
from domain.filters import LedgerFilter
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
from tests.web.client import dash_call, sign_up
from web import import_history
from web.context import current_owner
from web.import_choices import GENERIC, Ids, column_id, read_as, read_choices
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


def test_a_dropped_file_starts_the_check(made: tuple[Dash, FlaskClient]) -> None:
    """The answer of the upload route becomes the flow; the page keeps the key and the name, no rows."""
    _, client = made
    answer = upload(client, GOOD)
    with signed_in(client):
        flow = page.take_upload(answer, None)
    assert flow == {"upload": answer["body"]["upload"], "name": "fills.csv"}
    assert page.show_stage(flow, None)[0] == "page im im-check"


def test_a_second_file_discards_the_first(made: tuple[Dash, FlaskClient]) -> None:
    """An upload that is replaced is removed from the server."""
    app, client = made
    first, second = upload(client, GOOD), upload(client, FAULTY)
    with signed_in(client):
        flow = page.take_upload(first, None)
        page.take_upload(second, flow)
        with pytest.raises(NotFoundError):
            services_of(app).uploads.read(current_owner(), flow["upload"])


def test_the_preview_accounts_for_every_row(made: tuple[Dash, FlaskClient]) -> None:
    """What will happen names parsed, duplicate, other and problem rows, and they add up to the file."""
    app, client = made
    draft = draft_of(client, app, upload(client, FAULTY))
    assert draft.preview.rows.balances
    shown = text_of(imports.outlook(draft, draft.preview))
    assert "5 parsed + 0 duplicate + 0 other + 1 problem = 6 rows in the file" in shown
    problems = text_of(imports.problems(draft.preview.statement.problems, ready=5, download_id="x"))
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
        card, file = page.offer_mapping(flow, GENERIC)
    selects = find_all(card, lambda item: bool(getattr(item, "id", None)) and item.id.get("type") == Ids.COLUMN)
    assert [item.id["column"] for item in selects] == ["When", "What", "Whatever"]
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
