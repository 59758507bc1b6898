"""The order in which quote providers are asked, kind by kind: moved, added and removed by whoever keeps the place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dash import html

from components import controls, moments, tables
from components import format as fmt

if TYPE_CHECKING:
    from domain.quote_feeds import OrderRow, ProviderFacts, ProviderOrders

Child = Any
MakeId = Callable[[str, str, str], Any]
"""Gives a button its id: of kind, action and provider."""
_COLUMNS = (
    tables.Column(key="kind", title="For", strong=True),
    tables.Column(key="order", title="Asked in this order"),
)


def order_table(found: ProviderOrders, make_id: MakeId, zone: str) -> html.Div:
    """Return the order of every kind, with its buttons for whoever may change it."""
    rows = [
        {"kind": row.label, "order": html.Div(_cell(row, make_id if found.may_change else None), className="fw-order")}
        for row in found.rows
    ]
    listed = tables.table(_COLUMNS, rows, row_height=44, caption="Order of quote providers")
    return html.Div([listed, html.Div(_told(found, zone), className="fw-help fw-order-n")])


def _cell(row: OrderRow, make_id: MakeId | None) -> list[Child]:
    more = [html.Div(_more(row, make_id), className="fw-order-m")] if make_id is not None else []
    return [*_chips(row, make_id), *more]


def _chips(row: OrderRow, make_id: MakeId | None) -> list[Child]:
    if not row.providers:
        return [html.Span("nobody: no provider in use has these", className="im-sub")]
    return [_chip(row, place, item, make_id) for place, item in enumerate(row.providers)]


def _chip(row: OrderRow, place: int, item: ProviderFacts, make_id: MakeId | None) -> html.Span:
    status = item.status
    age = "" if status is None or status.age_seconds is None else f"{fmt.ago(status.age_seconds)} ago"
    if status is not None and status.simulated:
        age = "simulated"
    parts: list[Child] = [html.B(str(place + 1)), html.Span(item.title), html.Small(age) if age else None]
    if make_id is not None:
        named = item.title
        parts += [
            _move("chevron-left", f"Ask {named} earlier", make_id(row.kind, "up", item.slug)) if place else None,
            _move("chevron-right", f"Ask {named} later", make_id(row.kind, "down", item.slug))
            if place + 1 < len(row.providers)
            else None,
            _move("x", f"Do not ask {named} for {row.label.lower()}", make_id(row.kind, "remove", item.slug))
            if len(row.providers) > 1
            else None,
        ]
    return html.Span(parts, className="fw-order-c")


def _move(icon_name: str, label: str, name: Any) -> html.Button:
    return controls.icon_button(icon_name, label, id=name, small=True)


def _more(row: OrderRow, make_id: MakeId) -> list[Child]:
    usable = [item for item in row.others if item.is_set]
    entries: list[Child] = [
        controls.menu_item(item.title, id=make_id(row.kind, "add", item.slug), right=item.limits) for item in usable
    ]
    entries += [
        html.Div([item.title, " needs ", html.Code(item.setting)], className="fw-help fw-order-n")
        for item in row.others
        if not item.is_set
    ]
    parts: list[Child] = []
    if row.is_chosen:
        parts.append(controls.button("Default", id=make_id(row.kind, "reset", ""), kind="ghost"))
    if entries:
        trigger = controls.trigger_button("Add", icon_name="plus")
        parts.append(controls.menu(trigger, entries, align="end"))
    return parts


def _told(found: ProviderOrders, zone: str) -> list[Child]:
    told: list[Child] = ["Where nothing was chosen, the order of ", html.Code("FILLWISE_QUOTES"), " holds. "]
    if found.changed_at is not None:
        told.append(f"Changed by {found.changed_by} on {moments.instant(found.changed_at, zone)}. ")
    if not found.may_change:
        told.append(f"It holds for everybody here; {found.keeper} may change it.")
    return told
