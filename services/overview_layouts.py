"""Which cards the overview shows to whom."""

from __future__ import annotations

from collections.abc import Sequence

from data.db import overview_layouts as table
from data.db.engine import Database
from domain.accounts import UserId
from domain.errors import InvalidInputError, NotFoundError
from domain.overview import DEFAULT, MOST_LAYOUTS, NAME_LENGTH, PRESETS, OverviewLayout, Placed, check_cards


class OverviewLayoutService:
    """Use cases around layouts. A saved layout with the name of a preset stands in its place."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def list_layouts(self, owner: UserId) -> list[OverviewLayout]:
        """Return the presets, as the owner has changed them, and the owner's own layouts."""
        with self._db.read() as session:
            saved = {item.name: item for item in table.list_layouts(session, owner)}
        presets = [saved.pop(name, OverviewLayout(name=name, cards=cards)) for name, cards in PRESETS.items()]
        return [*presets, *saved.values()]

    def current(self, owner: UserId) -> OverviewLayout:
        """Return the layout the owner sees: the default one until another is chosen."""
        found = self.list_layouts(owner)
        return next((item for item in found if item.is_current), found[0])

    def choose(self, owner: UserId, name: str) -> OverviewLayout:
        """Let the owner see a layout from now on.

        Raises:
            NotFoundError: If there is none of this name.
        """
        found = next((item for item in self.list_layouts(owner) if item.name == name), None)
        if found is None:
            raise NotFoundError("No such layout.")
        return self.save(owner, name, found.cards)

    def save(self, owner: UserId, name: str, cards: Sequence[Placed]) -> OverviewLayout:
        """Save a layout under a name, in place of the one that has it, and show it.

        Raises:
            InvalidInputError: If the name is empty, the cards are not valid, or there are too many layouts.
        """
        wanted, checked = " ".join(name.split())[:NAME_LENGTH], check_cards(cards)
        if not wanted:
            raise InvalidInputError("A layout needs a name.", field="name")
        with self._db.begin() as session:
            known = {item.name for item in table.list_layouts(session, owner)}
            if wanted not in known and len(known) >= MOST_LAYOUTS:
                raise InvalidInputError(f"There are {MOST_LAYOUTS} layouts already.", hint="Delete one first.")
            table.save_layout(session, owner, wanted, checked)
        return self.current(owner)

    def reset(self, owner: UserId, name: str) -> OverviewLayout:
        """Forget what the owner made of a layout: a preset is as it was, another one is gone.

        Returns:
            The preset, or the default layout in place of one that is gone; it is what the owner sees now.
        """
        with self._db.begin() as session:
            table.delete_layout(session, owner, name)
        return self.choose(owner, name if name in PRESETS else DEFAULT)
