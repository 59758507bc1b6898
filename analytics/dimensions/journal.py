"""By what the trader wrote: setup, tags, mistakes, rating, and the kind of trade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from analytics.codes import dense_codes
from analytics.dimensions import Coded, Dimension, Facts
from analytics.facts import small
from domain.journal import TradeJournal

if TYPE_CHECKING:
    from domain.columns import Ints

NO_TAG, NO_SETUP, NO_MISTAKE = "No tag", "No setup", "No mistake"
MISTAKE = "mistake"
CATEGORIES = (("intraday", "Intraday"), ("swing", "Swing"), ("long-term", "Long-term"))
SWING_DAYS = 30
RATINGS = 5


def by_setup(facts: Facts) -> Coded:
    """Setups by name, trades without one last."""
    names = facts.frame.setups
    codes = np.where(facts.frame.setup < 0, len(names), facts.frame.setup)
    return Coded(codes=small(codes, len(names) + 1), keys=(*names, ""), labels=(*names, NO_SETUP))


def by_tag(facts: Facts) -> Coded:
    """Every tag; a trade counts in each of its tags."""
    return _by_bits(facts, range(len(facts.frame.tags)), NO_TAG)


def by_mistake(facts: Facts) -> Coded:
    """Tags of the group of mistakes only."""
    groups = facts.around.tag_groups
    bits = [bit for bit, name in enumerate(facts.frame.tags) if groups.get(name, "") == MISTAKE]
    return _by_bits(facts, bits, NO_MISTAKE)


def _by_bits(facts: Facts, bits: Sequence[int], none_label: str) -> Coded:
    wanted = sum(1 << bit for bit in bits)
    masks, codes = dense_codes(facts.frame.tag_mask & wanted)
    names = tuple(facts.frame.tags[bit] for bit in bits)
    members = np.array([*(((masks >> bit) & 1) == 1 for bit in bits), masks == 0], dtype=np.bool_)
    return Coded(
        codes=small(codes, max(len(masks), 1)),
        keys=(*names, ""),
        labels=(*names, none_label),
        members=members.reshape(len(names) + 1, len(masks)),
    )


def journal_codes(facts: Facts, read: Callable[[TradeJournal], int], default: int) -> Ints:
    """Return a small number of each trade's journal entry, the default where there is none."""
    codes = np.full(len(facts.frame), default, dtype=np.int64)
    told = [(trade, account, read(entry)) for (account, trade), entry in facts.around.journal.items()]
    told = [row for row in told if row[2] != default]
    if not told or not len(facts.frame):
        return codes
    ids, accounts, values = (np.array(column, dtype=np.int64) for column in zip(*told, strict=True))
    rows, has = rows_of(facts, ids, accounts)
    codes[rows[has]] = values[has]
    return codes


def rows_of(facts: Facts, ids: Ints, accounts: Ints) -> tuple[Ints, Ints]:
    """Return the row of each trade by id, and whether the frame holds it."""
    frame = facts.frame
    order: Ints = facts.keep("_id_order", lambda: np.argsort(frame.id, kind="stable"))
    place = np.minimum(np.searchsorted(frame.id, ids, sorter=order), len(frame) - 1)
    rows = order[place]
    return rows, (frame.id[rows] == ids) & (frame.account[rows] == accounts)


def by_category(facts: Facts) -> Coded:
    """Intraday within one trading day, swing up to 30 days, long-term beyond; the journal's word goes before it."""
    frame = facts.frame
    days = frame.exit_day - frame.entry_day
    derived = np.where(days == 0, 0, np.where(days <= SWING_DAYS, 1, 2))
    derived[frame.is_open] = len(CATEGORIES)
    numbers = {key: number for number, (key, _) in enumerate(CATEGORIES)}
    told = journal_codes(facts, lambda entry: numbers.get(entry.category, -1), -1)
    codes = np.where(told >= 0, told, derived)
    keys, labels = zip(*CATEGORIES, strict=True)
    return Coded(codes=small(codes, len(keys) + 1), keys=(*keys, ""), labels=(*labels, "Still open"))


def by_rating(facts: Facts) -> Coded:
    """One to five stars, then unrated."""
    told = journal_codes(facts, lambda entry: entry.rating or 0, 0)
    codes = np.where(told > 0, np.minimum(told, RATINGS) - 1, RATINGS)
    labels = tuple(f"{'★' * stars}" for stars in range(1, RATINGS + 1))
    keys = tuple(str(stars) for stars in range(1, RATINGS + 1))
    return Coded(codes=small(codes, RATINGS + 1), keys=(*keys, ""), labels=(*labels, "Not rated"))


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        slug="setup", label="Setup", group="Journal", about="The setup noted for the trade.",
        codes=by_setup, sorted_by_size=True, plain="setups",
    ),
    Dimension(
        slug="tag", label="Tag", group="Journal", about="Tags; a trade counts in each of its tags.",
        codes=by_tag, sorted_by_size=True, plain="tags",
    ),
    Dimension(
        slug="mistake", label="Mistake", group="Journal",
        about="Tags that name mistakes; a trade counts in each of them.",
        codes=by_mistake, sorted_by_size=True,
    ),
    Dimension(
        slug="category", label="Intraday or longer", group="Journal",
        about="Intraday within one trading day, swing up to 30 days, long-term beyond, or as the journal says.",
        codes=by_category,
    ),
    Dimension(
        slug="rating", label="Rating", group="Journal", about="Stars given to how the trade was carried out.",
        codes=by_rating,
    ),
)  # fmt: skip
