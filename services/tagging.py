"""Tags in groups, and what trades with a tag made: a mistake and its cost."""

from __future__ import annotations

from dataclasses import replace

from analytics.selection import frame_pnl
from analytics.tallies import tally
from data.db import accounts as account_table
from data.db import journal as journal_table
from data.db import tag_groups as table
from data.db.engine import Database
from domain.accounts import UserId
from domain.errors import ConflictError, InvalidInputError
from domain.filters import LedgerFilter
from domain.journal import COLOURS, GROUP_KINDS, Tag, TagCost, TagGroup
from services.journal import check_label
from services.trade_sets import TradeSets

STARTERS = (
    TagGroup(id=0, name="Mistakes", kind="mistake", colour="amber"),
    TagGroup(id=0, name="Quality", kind="quality", colour="accent"),
    TagGroup(id=0, name="Market", kind="tag", colour="blue"),
)


class TagService:
    """Reads and writes tags and their groups, and adds up the trades that carry a tag."""

    def __init__(self, db: Database, sets: TradeSets) -> None:
        self._db = db
        self._sets = sets

    def groups(self, owner: UserId) -> list[TagGroup]:
        """Return the owner's groups in order."""
        with self._db.read() as session:
            return table.list_groups(session, owner)

    def tags(self, owner: UserId) -> list[Tag]:
        """Return the owner's tags by name."""
        with self._db.read() as session:
            return journal_table.list_tags(session, owner)

    def looks(self, owner: UserId) -> dict[str, str]:
        """Return what each tag looks like, by name in order: the colour of its group, else its kind."""
        with self._db.read() as session:
            colours = {group.id: group.colour for group in table.list_groups(session, owner)}
            tags = journal_table.list_tags(session, owner)
        return {tag.name: colours.get(tag.group_id or 0, tag.group) for tag in tags}

    def add_starters(self, owner: UserId) -> list[TagGroup]:
        """Add the usual groups that the owner does not have yet; returns all."""
        with self._db.begin() as session:
            account_table.lock_owner(session, owner)
            have = {group.name for group in table.list_groups(session, owner)}
            for group in STARTERS:
                if group.name not in have:
                    table.write_group(session, owner, group)
            return table.list_groups(session, owner)

    def save_group(self, owner: UserId, group: TagGroup) -> TagGroup:
        """Add a group (id 0) or change one; its tags become of its kind.

        Raises:
            InvalidInputError: If name, kind or colour is not valid.
            ConflictError: If another group has the name.
            NotFoundError: If the group is not the owner's.
        """
        checked = replace(group, name=check_label(group.name))
        _check_word(checked.kind, GROUP_KINDS, "kind")
        _check_word(checked.colour, COLOURS, "colour")
        with self._db.begin() as session:
            account_table.lock_owner(session, owner)
            if any(item.name == checked.name and item.id != group.id for item in table.list_groups(session, owner)):
                raise ConflictError(f"There is a group called {checked.name!r} already.", hint="Choose another name.")
            number = table.write_group(session, owner, checked)
            journal_table.touch(session, owner)
        return replace(checked, id=number)

    def delete_group(self, owner: UserId, group_id: int) -> None:
        """Remove a group; its tags stay, in no group."""
        with self._db.begin() as session:
            table.delete_group(session, owner, group_id)
            journal_table.touch(session, owner)

    def save_tag(self, owner: UserId, tag_id: int, name: str, group_id: int | None) -> Tag:
        """Add a tag (id 0), rename it or move it to a group; a name that is taken joins the two tags.

        Raises:
            InvalidInputError: If the name is not valid.
            NotFoundError: If tag or group is not the owner's.
        """
        checked = check_label(name)
        with self._db.begin() as session:
            account_table.lock_owner(session, owner)
            before = table.get_tag(session, owner, tag_id) if tag_id else Tag(id=0, name=checked)
            kind = table.get_group(session, owner, group_id).kind if group_id else "tag"
            same = next((item for item in journal_table.list_tags(session, owner) if item.name == checked), None)
            number = tag_id
            if same is not None and same.id != tag_id:
                if tag_id:
                    table.merge_tag(session, tag_id, same.id)
                number = same.id
            saved = replace(before, id=number, name=checked, group=kind, group_id=group_id)
            number = table.write_tag(session, owner, saved)
            journal_table.touch(session, owner)
        return replace(saved, id=number)

    def delete_tag(self, owner: UserId, tag_id: int) -> Tag:
        """Remove a tag from the list and from every trade."""
        with self._db.begin() as session:
            found = table.get_tag(session, owner, tag_id)
            table.delete_tag(session, owner, tag_id)
            journal_table.touch(session, owner)
        return found

    def costs(self, owner: UserId, chosen: LedgerFilter, kind: str = "") -> tuple[list[TagCost], str]:
        """Return what the closed trades with each tag made, the dearest first, and their currency.

        Args:
            owner: Whose tags.
            chosen: Which trades.
            kind: Only tags of this kind, "" for all.
        """
        found = self._sets.load(owner, chosen.with_(status="closed"))
        frame = found.frame
        rows = found.rows[~frame.is_open[found.rows]]
        profit, risk = frame_pnl(frame, found.filter.basis)[rows], frame.risk[rows]
        bits = {name: bit for bit, name in enumerate(frame.tags)}
        costs = []
        for tag in (item for item in self.tags(owner) if not kind or item.group == kind):
            has = (frame.tag_mask[rows] >> bits[tag.name]) & 1 == 1 if tag.name in bits else rows < 0
            made = tally(profit[has], risk[has])
            costs.append(
                TagCost(
                    tag=tag,
                    trades=made.trades,
                    net=made.net,
                    mean_r=made.mean_r,
                    with_r=made.with_r,
                    wins=made.wins,
                )
            )
        return sorted(costs, key=lambda item: (item.net, item.tag.name)), found.currency


def _check_word(word: str, words: tuple[str, ...], field: str) -> None:
    if word not in words:
        raise InvalidInputError(
            f"{word[:20]!r} is no {field} of a group.", field=field, hint=f"One of {', '.join(words)}."
        )
