"""By the rules of the trader's setups: all of a trade's rules together, and each rule by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.dimensions import Coded, Dimension, Facts
from analytics.facts import small
from domain.playbooks import RULES_LIMIT

if TYPE_CHECKING:
    from analytics.facts import RuleBook
    from domain.columns import Bools, Ints

RULES = (("followed", "Rules followed"), ("broken", "A rule broken"), ("unanswered", "Not answered"))
NO_RULES = "No rules to follow"
STATES = (("followed", "Followed", 1), ("broken", "Broken", 2), ("unanswered", "Not answered", 0))
"""Answers to one rule, in the order of their buckets, what each is called, and its digit."""
LONGEST = 60
_FOLLOWED, _BROKEN, _NOT_ANSWERED = 0, 1, 2
_RADIX = 3**RULES_LIMIT
"""Answers to all rules of a setup are the digits of a number below this."""


def by_rules(facts: Facts) -> Coded:
    """Every answered rule of the setup followed, one broken, none answered; last, trades that had no rules to keep."""
    known, frame = rule_book(facts), facts.frame
    codes = np.full(len(frame), len(RULES), dtype=np.int8)
    if known is not None:
        setups = {setup for _, setup, _ in known.rules}
        ruled = np.array([*(name in setups for name in frame.setups), False], dtype=np.bool_)
        codes[ruled[frame.setup]] = _NOT_ANSWERED  # -1, no setup, is the last entry
        rows, place = _answered(facts, known)
        codes[rows] = _FOLLOWED
        codes[rows[~known.is_followed[place]]] = _BROKEN  # one broken rule breaks a trade
    keys, labels = zip(*RULES, strict=True)
    return Coded(codes=codes, keys=(*keys, ""), labels=(*labels, NO_RULES))


def by_rule(facts: Facts) -> Coded:
    """Each rule of each setup followed, broken or not answered; a trade counts once for every rule of its setup.

    Trades of one setup with the same answers share a cell, so that a book of any size has few of them.
    """
    known, frame = rule_book(facts), facts.frame
    rules = () if known is None else known.rules
    setups = tuple(dict.fromkeys(setup for _, setup, _ in rules))
    place = {name: at for at, name in enumerate(setups)}
    own = np.array([*(place.get(name, len(setups)) for name in frame.setups), len(setups)], dtype=np.int64)
    numbers, power = own[frame.setup] * _RADIX, _powers(rules)
    cells = np.arange(len(setups) + 1) * _RADIX
    if known is not None:
        rows, told = _answered(facts, known)
        np.add.at(numbers, rows, power[known.rule[told]] * np.where(known.is_followed[told], 1, 2))
        cells = np.union1d(cells, numbers[rows])
    buckets = [
        (f"{number}-{word}", f"{said}: {_shortened(text)} ({setup})", _has(cells, place[setup], power[at], digit))
        for at, (number, setup, text) in enumerate(rules)
        for word, said, digit in STATES
    ]
    buckets.append(("", NO_RULES, cells == len(setups) * _RADIX))
    keys, labels, members = zip(*buckets, strict=True)
    codes = small(np.searchsorted(cells, numbers), len(cells))
    return Coded(codes=codes, keys=keys, labels=labels, members=np.array(members, dtype=np.bool_))


def _powers(rules: tuple[tuple[int, str, str], ...]) -> Ints:
    """Return the weight of each rule's digit: powers of three, from one on within each setup."""
    seen: dict[str, int] = {}
    found = []
    for _, setup, _ in rules:
        found.append(3 ** seen.get(setup, 0))
        seen[setup] = seen.get(setup, 0) + 1
    return np.array(found, dtype=np.int64)


def _has(cells: Ints, setup: int, power: int, digit: int) -> Bools:
    found: Bools = (cells // _RADIX == setup) & (cells % _RADIX // power % 3 == digit)
    return found


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def rule_book(facts: Facts) -> RuleBook | None:
    """Return the rules and their answers, read once; None where nothing is known of rules."""
    read = facts.around.rules
    found: RuleBook | None = None if read is None else facts.keep("_rule_book", read)
    return found


def _answered(facts: Facts, known: RuleBook) -> tuple[Ints, Ints]:
    """Return the row and the place in the book of each answer about a trade of the frame."""
    if not len(facts.frame) or not len(known.trade):
        none = np.zeros(0, dtype=np.int64)
        return none, none
    # The id of a trade is that of an execution: the same in no two accounts.
    order: Ints = facts.keep("_id_order", lambda: np.argsort(facts.frame.id, kind="stable"))
    at = np.minimum(np.searchsorted(facts.frame.id, known.trade, sorter=order), len(order) - 1)
    place = np.flatnonzero(facts.frame.id[order[at]] == known.trade)
    return order[at[place]], place


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        slug="rules", label="Rules of the setup", group="Journal",
        about="Whether the rules of the trade's setup were followed, one was broken, or none was answered.",
        codes=by_rules, plain="discipline",
    ),
    Dimension(
        slug="rule", label="Single rule", group="Journal",
        about="Each rule of each setup: followed, broken or not answered; a trade counts once for every rule of its "
        "setup.",
        codes=by_rule, plain="rules",
    ),
)  # fmt: skip
