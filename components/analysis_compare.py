"""The parts of the Compare page: which groups the address names, and both side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from components import analysis, analysis_tables, picker
from components import format as fmt
from components.picker import Choice
from domain.conditions import Condition, read_conditions

if TYPE_CHECKING:
    from services.analysis import KeyChoice
    from services.comparisons import Comparison

Child = Any
BY = "side"
REST = "Everything else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """What an address compares: the dimension, and the conditions of both groups ("" for the default)."""

    by: str
    first: str
    second: str


def read_groups(search: str | None) -> Groups:
    """Return the groups of an address; those of another dimension than the chosen one are forgotten."""
    state = analysis.read_state(search)
    first, second = state.get("a", ""), state.get("b", "")
    by = state.get("by") or _property_of(first) or BY
    mine = [text if _property_of(text) in ("", by) or "by" not in state else "" for text in (first, second)]
    return Groups(by=by, first=mine[0], second=mine[1])


def _property_of(text: str) -> str:
    try:
        conditions = read_conditions(text)
    except ValueError:
        return ""
    return conditions[0].by if len(conditions) == 1 else ""


def group_text(by: str, key: str) -> str:
    """Return a group as the address holds it."""
    return Condition(by=by, values=(key,)).text


def pick_groups(state: Groups, keys: Sequence[KeyChoice]) -> tuple[str, str]:
    """Return both groups: as the address says, else the one with the most trades against the rest."""
    largest = max(keys, key=lambda item: item.trades, default=None)
    first = state.first or ("" if largest is None else group_text(state.by, largest.key))
    return first, state.second


def group_name(by: str, text: str, keys: Sequence[KeyChoice]) -> str:
    """Return a group's name."""
    if not text:
        return REST
    known = {group_text(by, item.key): item.label for item in keys}
    return known.get(text, text)


def group_choices(by: str, current: str, keys: Sequence[KeyChoice], *, rest: bool = False) -> list[Child]:
    """Return the groups to pick from; `rest` offers all others as one group."""
    entries = [
        Choice(
            value=group_text(by, item.key),
            label=item.label,
            count=fmt.count(item.trades),
            state=picker.picked(on=group_text(by, item.key) == current),
        )
        for item in keys
    ]
    first = [Choice(value="", label=REST, state=picker.picked(on=not current))] if rest else []
    return picker.choice_list([*first, *entries], many=False)


def table(found: Comparison, names: Sequence[str]) -> Child:
    """Return the figures of both groups; the headings count their trades."""
    counts = (found.first.trades, found.second.trades)
    titles = [f"{name} ({fmt.count(count)})" for name, count in zip(names, counts, strict=True)]
    return analysis_tables.compare_rows(found, (titles[0], titles[1]))


def note(found: Comparison) -> str:
    """Say what the verdicts mean, and that shared trades spoil them."""
    told = "“Differs”: the interval leaves zero out. Of twenty figures without a difference, one shows this by luck."
    if found.shared:
        told += f" {fmt.plural(found.shared, 'trade')} are in both groups, which makes the intervals too narrow."
    return told


def curves(found: Comparison, names: Sequence[str], *, theme: str) -> tuple[Any, str]:
    """Return the curves of both groups and their sentence."""
    from components.figures.drill import drill_days
    from components.figures.equity import describe_equity, equity_figure

    first = replace(found.first.curve.equity, name=names[0])
    second = replace(found.second.curve.equity, name=names[1])
    figure = equity_figure(first, unit=found.unit, theme=theme, benchmark=second, uirevision="compare")
    for trace, (series, group) in enumerate(((first, found.first), (second, found.second))):
        if trace < len(figure.data):
            drill_days(figure, series, analysis.trades_href(group.filter.with_(status="closed")), trace=trace)
    return figure, describe_equity(first, unit=found.unit, benchmark=second)
