"""Mapping the columns of unknown files: findings and questions, answers, templates and anonymised samples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.accounts import User
from domain.drafts import ColumnTable, DraftChoices
from domain.errors import NotFoundError
from services.container import Services

HEADER = "When,Paper,Way,Pieces,Worth,Broker note"
ROWS = ("2026-01-05 10:00:00,ABC,buy,3,10.5,x", "2026-01-06 10:00:00,ABC,sell,3,11,y")
UNKNOWN = "\n".join([HEADER, *ROWS])
MAPPING = {"When": "executed_at", "Paper": "symbol", "Way": "side", "Pieces": "quantity", "Worth": "price"}


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def upload(services: Services, user: User, text: str, name: str = "odd.csv") -> DraftChoices:
    """Store a file as the drop zone does."""
    stored = services.uploads.save(user.id, name, [text.encode()], limit_bytes=1_000_000)
    return DraftChoices(upload=stored.key, name=name, account="Main")


def find_columns(services: Services, user: User, choices: DraftChoices) -> ColumnTable:
    """Return the columns of an upload that needs mapping."""
    table = services.import_drafts.columns(user.id, choices)
    assert table is not None
    return table


def test_columns_come_with_evidence_and_questions(services: Services, maya: User) -> None:
    """Each column tells what it was taken for and why; what nobody can know is asked with the columns to choose."""
    table = find_columns(services, maya, upload(services, maya, UNKNOWN))
    assert table.columns == tuple(HEADER.split(","))
    assert [item.column for item in table.findings] == list(table.columns)
    assert (table.fields["When"], table.fields["Way"], table.fields["Paper"]) == ("executed_at", "side", "symbol")
    assert all(item.evidence and item.confidence > 0.4 for item in table.findings if item.field)
    blocking = [item for item in table.questions if item.is_blocking]
    assert [item.key for item in blocking] == ["quantity", "price"]
    assert {value for value, _ in blocking[0].options} == {"Pieces", "Worth"}
    assert table.confidence == 0


def test_answers_go_back_as_columns(services: Services, maya: User) -> None:
    """A column and a fixed value are chosen in the same way, and the file is read by them."""
    choices = upload(services, maya, UNKNOWN)
    answered = replace(choices, columns={**MAPPING, "=EUR": "currency"})
    draft = services.import_drafts.read(maya.id, answered)
    assert draft.preview is not None
    assert draft.preview.rows.executions == 2
    assert [item.currency for item in draft.preview.statement.executions.instruments] == ["EUR"]
    assert "Ignored columns: Broker note." in draft.preview.statement.notes


def test_files_of_known_brokers_and_plain_texts_are_not_mapped(services: Services, maya: User) -> None:
    """A broker's own format needs no mapping, and a letter has no columns."""
    known = "txid,ordertxid,pair,time,type,ordertype,price,cost,fee,vol,margin,misc,ledgers\n"
    assert services.import_drafts.columns(maya.id, upload(services, maya, known)) is None
    assert services.import_drafts.columns(maya.id, upload(services, maya, "Dear Sir,\nplease find\n")) is None


def save_template(services: Services, user: User) -> None:
    """Confirm a mapping under a name."""
    choices = upload(services, user, UNKNOWN)
    services.import_drafts.save_template(user.id, replace(choices, columns={**MAPPING, "=EUR": "currency"}), "Odd")


def test_template_is_recognised_next_time(services: Services, maya: User) -> None:
    """The very header takes the mapping with its fixed values, and nothing is asked."""
    save_template(services, maya)
    choices = upload(services, maya, UNKNOWN)
    table = find_columns(services, maya, choices)
    assert (table.template, table.questions, table.confidence) == ("Odd", (), 1.0)
    assert table.fields == {**MAPPING, "=EUR": "currency"}
    draft = services.import_drafts.read(maya.id, choices)
    assert draft.preview is not None
    assert (draft.preview.template, draft.preview.rows.executions) == ("Odd", 2)
    assert not any("template" in note for note in draft.preview.statement.notes)


def test_template_fits_moved_and_added_columns(services: Services, maya: User) -> None:
    """A header that only moved or gained columns takes the template, and the notes say so."""
    save_template(services, maya)
    rows = ("q,10.5,3,buy,ABC,2026-02-05 10:00:00", "q,11,3,sell,ABC,2026-02-06 10:00:00")
    moved = "\n".join(["Extra,Worth,Pieces,Way,Paper,When", *rows])
    choices = upload(services, maya, moved)
    assert find_columns(services, maya, choices).template == "Odd"
    draft = services.import_drafts.read(maya.id, choices)
    assert draft.preview is not None
    assert draft.preview.rows.executions == 2
    assert draft.preview.statement.notes[0] == (
        "The template 'Odd' names all its columns in this file, though the header is another; it does not read Extra."
    )


def test_template_does_not_take_files_of_others(services: Services, maya: User) -> None:
    """A header that lacks one of its columns, another user's files and files of known brokers are left alone."""
    save_template(services, maya)
    lacking = upload(services, maya, UNKNOWN.replace("Worth", "Value of it"))
    assert find_columns(services, maya, lacking).template == ""
    other = services.users.register("noor", "four unrelated words")
    assert find_columns(services, other, upload(services, other, UNKNOWN)).template == ""


def test_anonymised_sample_of_an_upload(services: Services, maya: User) -> None:
    """The sample keeps the header and hides the rows; another user's upload is not found."""
    choices = upload(services, maya, UNKNOWN)
    lines = "".join(services.import_drafts.anonymised_sample(maya.id, choices)).splitlines()
    assert lines[0] == HEADER
    assert len(lines) == 3
    assert "ABC" not in lines[1]
    other = services.users.register("noor", "four unrelated words")
    with pytest.raises(NotFoundError):
        services.import_drafts.anonymised_sample(other.id, choices)
