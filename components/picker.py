"""A list to pick from with a find box: filter chips, tags, setups. `assets/js/picker.js` does the picking.

A pick either changes the filter in the address or lands in a store as {"value", "key", "at"}.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dash import dcc, html

from components.controls import popover
from components.icons import icon

Child = Any
FIND_FROM = 9
MOST_CHOICES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One entry of a list.

    Attributes:
        value: What is picked; "" is "none of them".
        label: What is read.
        count: Shown at the right.
        state: Whether it is picked; "mixed" when it holds for some of several trades.
    """

    value: str
    label: Child
    count: str = ""
    state: Literal["true", "false", "mixed"] = "false"


def picked(*, on: bool) -> Literal["true", "false"]:
    """Return the state of a choice that is or is not picked."""
    return "true" if on else "false"


def choice_list(choices: Sequence[Choice], *, many: bool, empty: str = "Nothing to choose yet") -> list[Child]:
    """Return the entries of a picker's list, the first 300; the find box of the page reaches the others."""
    if not choices:
        return [html.Div(empty, className="fw-pick-none")]
    # A picked value is shown even if it is a rare one.
    kept = [item for place, item in enumerate(choices) if place < MOST_CHOICES or item.state != "false"]
    entries = [_entry(item, many=many) for item in kept]
    if len(kept) < len(choices):
        entries.append(html.Div(f"{len(choices) - len(kept)} more: use the search box", className="fw-pick-none"))
    return entries


def _entry(item: Choice, *, many: bool) -> html.Button:
    mark = html.Span(icon("minus" if item.state == "mixed" else "check", size=11), className="box" if many else "tick")
    parts: list[Child] = [mark, html.Span(item.label, className="tx")]
    if item.count:
        parts.append(html.Span(item.count, className="r fw-num"))
    role = "menuitemcheckbox" if many else "menuitemradio"
    attributes = {"aria-checked": item.state, "data-fw-value": item.value}
    return html.Button(parts, className="it", type="button", role=role, **attributes)


def pick_list(list_id: Any, target: dict[str, str], *, find: str = "", create: str = "") -> html.Div:
    """Return the inside of a panel: find box, list, and a place for "Create …".

    Args:
        list_id: Id of the list (`Output(list_id, "children")` = `choice_list(...)`).
        target: `to_filter(...)` or `to_store(...)`.
        find: Placeholder of the find box, "" for none.
        create: What a new entry is called, "" when only listed values can be picked.
    """
    children: list[Child] = []
    if find:
        box = dcc.Input(placeholder=find, className="fw-in sm", autoComplete="off", type="text")
        children.append(html.Div(box, className="fw-pick-find"))
    children.append(html.Div(id=list_id, className="fw-pick-list"))
    if create:
        children.append(html.Div(className="fw-pick-new", **{"data-fw-create": create}))
    return html.Div(children, className="fw-picker", **target)


def picker(trigger: Child, inside: Child, *, width: int = 240, label: str = "") -> html.Div:
    """Return a trigger whose panel holds a `pick_list`."""
    return popover(trigger, inside, width=width, label=label)


def to_filter(name: str, *, many: bool = False) -> dict[str, str]:
    """Return the target that sets one name of the filter in the address."""
    return {"data-fw-pick-filter": name, **({"data-fw-many": ""} if many else {})}


def to_store(store_id: str, *, key: str = "", stay: bool = False) -> dict[str, str]:
    """Return the target that puts the pick into a dcc.Store; `stay` keeps the panel open."""
    return {"data-fw-pick-store": store_id, "data-fw-key": key, **({"data-fw-many": ""} if stay else {})}


def shares(names: Sequence[str], counts: Mapping[str, int], number: int) -> list[Child]:
    """Return a tick list of names that none, some or all of `number` things carry."""

    def state(count: int) -> Literal["true", "false", "mixed"]:
        return "true" if count == number else "mixed" if count else "false"

    entries = [Choice(value=name, label=name, state=state(counts.get(name, 0))) for name in names]
    return choice_list(entries, many=True, empty="No tags yet: type one")


def names(values: Sequence[str], current: str = "", *, none: str = "None") -> list[Child]:
    """Return a list of which one is picked, with "none" first."""
    entries = [
        Choice(value="", label=none, state=picked(on=not current)),
        *(Choice(value=value, label=value, state=picked(on=value == current)) for value in values),
    ]
    return choice_list(entries, many=False)
