"""The saved column mappings of an owner: list, rename, delete, use for another file."""

from __future__ import annotations

from data.brokers.field_names import is_fixed, split_columns
from data.brokers.records import normalise_header, number_columns
from data.db import imports as table
from data.db.engine import Database
from domain.accounts import UserId
from domain.drafts import ColumnTable
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.imports import ImportTemplate


class TemplateService:
    """Use cases around saved mappings."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def list_templates(self, owner: UserId) -> list[ImportTemplate]:
        """Return the owner's templates by name."""
        with self._db.read() as session:
            return sorted(table.list_templates(session, owner), key=lambda item: item.name.casefold())

    def get(self, owner: UserId, name: str) -> ImportTemplate:
        """Return one template.

        Raises:
            NotFoundError: If the owner has no template of this name.
        """
        found = next((item for item in self.list_templates(owner) if item.name == name), None)
        if found is None:
            raise NotFoundError("No such template.")
        return found

    def rename(self, owner: UserId, name: str, new_name: str) -> ImportTemplate:
        """Give a template another name.

        Raises:
            NotFoundError: If the owner has no template of this name.
            InvalidInputError: If the new name is empty.
            ConflictError: If another template has it.
        """
        wanted = " ".join(new_name.split())[:120]
        if not wanted:
            raise InvalidInputError("A template needs a name.", field="name")
        template = self.get(owner, name)
        if wanted != name and any(item.name == wanted for item in self.list_templates(owner)):
            raise ConflictError(f"There is a template “{wanted}” already.", hint="Choose another name.")
        with self._db.begin() as session:
            table.rename_template(session, owner, template.name, wanted)
        return self.get(owner, wanted)

    def delete(self, owner: UserId, name: str) -> None:
        """Forget a template; imports made with it stay.

        Raises:
            NotFoundError: If the owner has no template of this name.
        """
        self.get(owner, name)
        with self._db.begin() as session:
            table.delete_template(session, owner, name)


def fit_template(template: ImportTemplate, found: ColumnTable) -> dict[str, str]:
    """Return column -> field of a template for the columns of another file; columns it lacks are left out."""
    titles = {normalise_header(column): column for column in found.columns}
    positions = number_columns(found.columns)
    fields: dict[str, str] = {}
    for name, text in template.mapping.items():
        if is_fixed(text):
            fields[text] = name
            continue
        columns = (normalise_header(column) for column in split_columns(text, positions))
        fields.update({titles[column]: name for column in columns if column in titles})
    return fields
