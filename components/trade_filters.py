"""The views and the filter chips of the Trades page, from a filter and what there is to choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from dash import dcc, html

from components import feedback, forms, picker
from components import format as fmt
from components.icons import icon
from components.picker import Choice
from domain.filters import LedgerFilter

Child = Any
Counted = Sequence[tuple[Any, int]]
Names = Mapping[str, str]
PAGE = "/trades"
ANY = "Any"
SINGLE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "status": (("closed", "Closed"), ("open", "Open")),
    "side": (("long", "Long"), ("short", "Short")),
    "result": (("win", "Win"), ("loss", "Loss"), ("breakeven", "Breakeven")),
    "discipline": (("followed", "Followed"), ("broken", "Broken"), ("unanswered", "Not answered")),
}
RULE_WIDTH = 400
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: its name in the address, its title, whether several values can be picked, its find box."""

    name: str
    title: str
    many: bool = False
    find: str = ""


CHIPS = (
    Chip("status", "Status"),
    Chip("side", "Side"),
    Chip("symbols", "Symbol", many=True, find="Find a symbol"),
    Chip("setups", "Setup", many=True, find="Find a setup"),
    Chip("tags", "Tags", many=True, find="Find a tag"),
    Chip("result", "Result"),
    Chip("discipline", "Rules"),
    Chip("rules", "Single rule", many=True, find="Find a rule"),
    Chip("weekday", "Weekday"),
    Chip("hour", "Hour"),
)
ALL_NAMES = (*(chip.name for chip in CHIPS), "duration", "day", "search", "asset_class", "import_id", "where")


def chip_picker(chip: Chip, *, chip_id: Any, list_id: Any) -> html.Div:
    """Return a chip with its list; a callback fills both."""
    trigger = html.Button(
        chip_content(chip, ANY, is_set=False),
        id=chip_id,
        className="fw-chip",
        type="button",
        **{"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false", "data-fw-chip": chip.name},
    )
    inside = picker.pick_list(list_id, picker.to_filter(chip.name, many=chip.many), find=chip.find)
    width = RULE_WIDTH if chip.name == "rules" else 240 if chip.many else 190
    return picker.picker(trigger, inside, width=width, label=chip.title)


def chip_content(chip: Chip, text: str, *, is_set: bool) -> list[Child]:
    """Return what a chip shows: its title, its value, and a cross when it is set."""
    mark = (
        html.Span(icon("x", size=13), className="x", title="Clear", **{"data-fw-clear": chip.name})
        if is_set
        else icon("chevron-down", size=13)
    )
    return [html.Span(chip.title, className="k"), html.Span(text, className="v"), mark]


def chip_text(chip: Chip, chosen: LedgerFilter, names: Names = MappingProxyType({})) -> str:
    """Return the value of a filter in words, "" when it is not set; `names` of values that are no words."""
    value = getattr(chosen, chip.name)
    if chip.many:
        first = names.get(str(value[0]), str(value[0])) if value else ""
        return first if len(value) <= 1 else f"{first} +{len(value) - 1}"
    if chip.name == "weekday":
        return "" if value is None else WEEKDAYS[value % 7]
    if chip.name == "hour":
        return "" if value is None else hour_text(value)
    return dict(SINGLE[chip.name]).get(value, str(value))


def hour_text(hour: int) -> str:
    """Write an hour of the day: "09:00–09:59"."""
    return f"{hour:02d}:00–{hour:02d}:59"


def chip_choices(
    chip: Chip, chosen: LedgerFilter, counted: Counted = (), names: Names = MappingProxyType({})
) -> list[Child]:
    """Return the entries of a chip's list.

    Args:
        chip: The filter.
        chosen: What is set.
        counted: (value, trades) of those that depend on the data.
        names: Of values that are no words.
    """
    current = getattr(chosen, chip.name)
    if chip.many:
        known = [name for name, _ in counted]
        rows = [*counted, *((name, 0) for name in current if name not in known)]
        entries = [
            Choice(
                value=name, label=names.get(name, name), count=fmt.count(count), state=picker.picked(on=name in current)
            )
            for name, count in sorted(rows, key=lambda row: row[0] not in current)
        ]
    elif chip.name in SINGLE:
        entries = [
            Choice(value=value, label=label, state=picker.picked(on=value == current))
            for value, label in SINGLE[chip.name]
        ]
    else:
        words = WEEKDAYS if chip.name == "weekday" else tuple(hour_text(hour) for hour in range(24))
        entries = [
            Choice(
                value=str(value), label=words[value], count=fmt.count(count), state=picker.picked(on=value == current)
            )
            for value, count in counted
        ]
    return picker.choice_list(entries, many=chip.many)


def extra_chips(
    chosen: LedgerFilter, filename: str = "", conditions: Sequence[tuple[str, str, str]] = ()
) -> list[Child]:
    """Return chips for what other pages narrow by, and the link that clears everything.

    Args:
        chosen: The filter.
        filename: Of the import it names.
        conditions: Name in the address, title and text of each condition on a dimension.
    """
    told = (("duration", "Held", chosen.duration), *_common(chosen, filename), *conditions)
    shown: list[Child] = [set_chip(*item) for item in told if item[2]]
    if any(getattr(chosen, name) not in ("", (), None) for name in ALL_NAMES):
        shown.append(dcc.Link("Clear", href=clear_href(chosen), className="fw-btn ghost xs"))
    return shown


def fill_chips(chosen: LedgerFilter, filename: str = "") -> list[Child]:
    """Return chips for what other pages narrow fills by; arguments as `extra_chips`."""
    fees = {"none": "None stated", "unknown": "Rate unknown"}.get(chosen.fees, chosen.fees)
    told = (("symbols", "Symbol", ", ".join(chosen.symbols)), *_common(chosen, filename), ("fees", "Fees", fees))
    return [set_chip(*item) for item in told if item[2]]


def _common(chosen: LedgerFilter, filename: str) -> tuple[tuple[str, str, str], ...]:
    source = filename or f"import {chosen.import_id}"
    return (
        ("day", "Day", _day_text(chosen.day)),
        ("asset", "Class", chosen.asset_class.replace("_", " ").capitalize()),
        ("import", "File", "" if chosen.import_id is None else source),
    )


def set_chip(name: str, title: str, text: str) -> html.Button:
    """Return a chip that can only be taken away; `name` is that of the address."""
    attributes = {"data-fw-chip": name, "data-fw-clear": name, "title": text, "aria-label": f"{title}: {text}. Clear"}
    content = chip_content(Chip(name, title), text, is_set=True)
    return html.Button(content, className="fw-chip on", type="button", **attributes)


def _day_text(day: str) -> str:
    try:
        return fmt.day(date.fromisoformat(day)) if day else ""
    except ValueError:
        return day


def clear_href(chosen: LedgerFilter) -> str:
    """Return the Trades page with the global part of the filter only."""
    return page_href(
        LedgerFilter(
            accounts=chosen.accounts,
            period=chosen.period,
            unit=chosen.unit,
            basis=chosen.basis,
            currency=chosen.currency,
        )
    )


def page_href(chosen: LedgerFilter) -> str:
    """Return the address of the Trades page with a filter."""
    query = chosen.to_query()
    return f"{PAGE}?{query}" if query else PAGE


def view_tabs(chosen: LedgerFilter, counts: Mapping[str, int], today: date) -> html.Nav:
    """Return the views as tabs with their counts; each keeps the rest of the filter."""
    views: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("All trades", "all", {}),
        ("Today", "today", {"day": today.isoformat()}),
        ("Winners", "winners", {"result": "win"}),
        ("Losers", "losers", {"result": "loss"}),
        ("Open", "open", {"status": "open"}),
    )
    blank = {"status": "", "result": "", "day": ""}
    entries = []
    for label, key, changes in views:
        target = chosen.with_(**(blank | changes))
        entries.append((label, page_href(target), fmt.count(counts[key]), target == chosen))
    return forms.link_tabs(entries)


def nothing(chosen: LedgerFilter, at_all: int) -> Child:
    """Return what stands in place of the grid when the filter leaves no trade; `at_all` looks at no filter."""
    if not at_all:
        return feedback.empty(
            "list",
            "No trades yet",
            "Import your broker's statement to see them here.",
            actions=[
                forms.link_button("Import a file", "/import", kind="primary", size="md", icon_name="upload"),
                forms.link_button("Overview", "/", kind="ghost", size="md"),
            ],
        )
    actions = [forms.link_button("Clear the filters", clear_href(chosen), size="md", icon_name="x")]
    if chosen.period != "all":
        all_time = page_href(chosen.with_(period="all"))
        actions.append(forms.link_button("All time", all_time, kind="ghost", size="md"))
    return feedback.no_match(
        f"These accounts hold {fmt.plural(at_all, 'trade')}; none of them fits the filters.", actions=actions
    )
