"""Saved column mappings: listed, renamed, deleted, used for another file."""

from __future__ import annotations

import pytest

from domain.accounts import User, UserId
from domain.drafts import ColumnTable, DraftChoices
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.imports import ImportTemplate
from services.container import Services
from services.templates import fit_template

COLUMNS = {"When": "executed_at", "What": "symbol", "Way": "side", "Units": "quantity", "Each": "price"}
CLUB = "When,What,Way,Units,Each\n" + "".join(
    f"2026-03-{day:02} 09:31:05,ACME,{'Sell' if day % 2 else 'Buy'},100,1{day}\n" for day in range(2, 12)
)


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def drop(services: Services, owner: UserId, text: str = CLUB, name: str = "club.csv") -> str:
    """Upload a file and return its key."""
    return services.uploads.save(owner, name, [text.encode()], limit_bytes=10_000_000).key


def save(services: Services, owner: UserId, name: str) -> ImportTemplate:
    """Save the mapping of a club's file under a name."""
    choices = DraftChoices(upload=drop(services, owner), name="club.csv", columns=COLUMNS)
    return services.import_drafts.save_template(owner, choices, name)


def test_templates_are_listed_renamed_and_deleted(services: Services, maya: User) -> None:
    """A template keeps its mapping under its new name, and is gone once it is deleted."""
    save(services, maya.id, "Zoo")
    save(services, maya.id, "Club")
    assert [item.name for item in services.templates.list_templates(maya.id)] == ["Club", "Zoo"]
    renamed = services.templates.rename(maya.id, "Zoo", "  Zebra   club ")
    assert (renamed.name, renamed.mapping) == ("Zebra club", {field: column for column, field in COLUMNS.items()})
    services.templates.delete(maya.id, "Club")
    assert [item.name for item in services.templates.list_templates(maya.id)] == ["Zebra club"]


def test_names_are_one_each(services: Services, maya: User) -> None:
    """A name that another template has, or no name, is refused and changes nothing."""
    save(services, maya.id, "Zoo")
    save(services, maya.id, "Club")
    with pytest.raises(ConflictError):
        services.templates.rename(maya.id, "Zoo", "Club")
    with pytest.raises(InvalidInputError):
        services.templates.rename(maya.id, "Zoo", "  ")
    assert [item.name for item in services.templates.list_templates(maya.id)] == ["Club", "Zoo"]


def test_a_stranger_cannot_touch_a_template(services: Services, maya: User) -> None:
    """Another user's template does not exist."""
    save(services, maya.id, "Club")
    eve = services.users.register("eve1", "four unrelated words")
    assert services.templates.list_templates(eve.id) == []
    with pytest.raises(NotFoundError):
        services.templates.delete(eve.id, "Club")
    with pytest.raises(NotFoundError):
        services.templates.rename(eve.id, "Club", "Mine")


def test_a_recognised_template_is_named_in_the_preview(services: Services, maya: User) -> None:
    """The next file with these columns says whose mapping it is read by, also when the page sends the columns."""
    save(services, maya.id, "Club")
    key = drop(services, maya.id, name="april.csv")
    for columns in ({}, COLUMNS):
        draft = services.import_drafts.read(maya.id, DraftChoices(upload=key, name="april.csv", columns=columns))
        assert draft.preview is not None
        assert draft.preview.template == "Club"
    changed = DraftChoices(upload=key, name="april.csv", columns={**COLUMNS, "Way": "tag"})
    preview = services.import_drafts.read(maya.id, changed).preview
    assert preview is None or preview.template == ""


def test_a_template_is_used_for_a_file_that_lacks_a_column(services: Services, maya: User) -> None:
    """What the other file has of a template is mapped, the rest is left to be chosen; fixed values come along."""
    template = ImportTemplate(
        name="Club",
        header_key="x",
        mapping={"symbol": "What", "price": "Each", "fees": "Kosten + Taxes", "currency": "=EUR"},
        timezone="UTC",
    )
    found = ColumnTable(columns=("what", "Taxes", "Kosten", "Other"), values=("", "", "", ""), fields={}, known=())
    assert fit_template(template, found) == {"what": "symbol", "Kosten": "fees", "Taxes": "fees", "=EUR": "currency"}


def test_the_queue_keeps_the_columns_of_a_chosen_template(services: Services, maya: User) -> None:
    """A template chosen for the file under review is what the page opens it with."""
    save(services, maya.id, "Club")
    key = drop(services, maya.id, CLUB.replace("Each", "Per piece"), "other.csv")
    services.import_queue.use_template(maya.id, DraftChoices(upload=key, name="other.csv"), "Club")
    assert services.import_queue.choices(maya.id, key).columns == {
        column: field for column, field in COLUMNS.items() if column != "Each"
    }
