"""A filter in words: what each of its parts is called, for chips, explanations and reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.dimensions import Coded, Facts, find_dimension
from analytics.dimensions.rules import RULES
from analytics.dimensions.times import WEEKDAYS
from analytics.durations import DURATIONS
from analytics.ranges import Scale, read_range
from domain.conditions import Condition
from domain.filters import LedgerFilter
from services.trade_sets import TradeSet

MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterWord:
    """One part of a filter.

    Attributes:
        name: Its name in the address; "where.0" is the first of the conditions.
        title: What it is about.
        text: What it is set to.
    """

    name: str
    title: str
    text: str


def filter_words(found: TradeSet) -> tuple[FilterWord, ...]:
    """Return everything of a trade set's filter that narrows its trades, accounts and period aside."""
    return (*_fields(found.filter), *_rule_words(found), *condition_words(found.facts, found.filter))


def _rule_words(found: TradeSet) -> tuple[FilterWord, ...]:
    keys = found.filter.rules
    if not keys:
        return ()
    labels = _labels(find_dimension("rule").coded(found.facts), keys)
    return (FilterWord(name="rules", title="Rule", text=_listed(labels)),)


def condition_words(facts: Facts, chosen: LedgerFilter) -> tuple[FilterWord, ...]:
    """Return the conditions of a filter in words."""
    return tuple(_condition(facts, place, condition) for place, condition in enumerate(chosen.where))


def _condition(facts: Facts, place: int, condition: Condition) -> FilterWord:
    dimension = find_dimension(condition.by, field="where")
    if dimension.is_number:
        scale = dimension.scale or Scale()
        names = [_range_words(scale, value, dimension.none_label) for value in condition.values]
    else:
        names = _labels(dimension.coded(facts), condition.values)
    text = _listed(names)
    return FilterWord(name=f"where.{place}", title=dimension.label, text=f"not {text}" if condition.negated else text)


def _labels(coded: Coded, keys: tuple[str, ...]) -> list[str]:
    known = dict(zip(coded.keys, coded.labels, strict=True))
    return [known.get(key, key or "none") for key in keys]


def _range_words(scale: Scale, text: str, none_label: str) -> str:
    if not text.strip():
        return none_label
    low, high = read_range(text)
    return scale.write(low) if ".." not in text else scale.label(low, high)


def _listed(names: list[str]) -> str:
    shown = " or ".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} or {len(names) - MOST_NAMED} more"


def _fields(chosen: LedgerFilter) -> Iterator[FilterWord]:
    told = (
        ("status", "Status", chosen.status.capitalize()),
        ("side", "Side", chosen.side.capitalize()),
        ("symbols", "Symbol", _listed(list(chosen.symbols))),
        ("setups", "Setup", _listed(list(chosen.setups))),
        ("tags", "Tag", _listed(list(chosen.tags))),
        ("result", "Result", chosen.result.capitalize()),
        ("discipline", "Rules", dict(RULES).get(chosen.discipline, chosen.discipline)),
        ("weekday", "Weekday", "" if chosen.weekday is None else WEEKDAYS[chosen.weekday % 7]),
        ("hour", "Entry hour", "" if chosen.hour is None else f"{chosen.hour:02d}:00"),
        ("duration", "Held", next((item.label for item in DURATIONS if item.slug == chosen.duration), chosen.duration)),
        ("day", "Day", chosen.day),
        ("asset", "Class", chosen.asset_class.replace("_", " ").capitalize()),
        ("import", "File", "" if chosen.import_id is None else f"import {chosen.import_id}"),
        ("search", "Search", chosen.search),
    )
    return (FilterWord(name=name, title=title, text=text) for name, title, text in told if text)
