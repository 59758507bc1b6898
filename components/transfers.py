"""Transfers in kind: their list, their form with the lots that would move, the history, and what files tell of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, controls, feedback, forms, picker, portfolio_frame, tables
from components import format as fmt
from components.instruments import cancel_and, wish_button

if TYPE_CHECKING:
    from domain.transfers import ShownTransfer, ToldTransfer, TransferChange

Child = Any
OUTSIDE = "Outside"
MOST_TOLD = 100
HOW = (
    "Lots leave in the order in which the account closes them and arrive with their cost, their fees and the day they "
    "were first acquired. Nothing is realised. Returns of one account alone see a flow at the day's close. "
    "Under the method “Specific” a portfolio's gains follow the lots that you choose for a transfer under Lots."
)
_COLUMNS = (
    tables.Column(key="day", title="Day"),
    tables.Column(key="what", title="What", strong=True),
    tables.Column(key="way", title="From → to", hide_mobile=True),
    tables.Column(key="acquired", title="Acquired", muted=True, hide_mobile=True),
    tables.Column(key="cost", title="Cost", align="right"),
    tables.Column(key="edit", title="", align="right", width="128px"),
)
_LOTS = (
    tables.Column(key="acquired", title="Acquired"),
    tables.Column(key="quantity", title="Qty", align="right"),
    tables.Column(key="cost", title="Cost", align="right"),
)
_TOLD = (
    tables.Column(key="day", title="Day"),
    tables.Column(key="what", title="In the file", strong=True),
    tables.Column(key="way", title="Account", muted=True, hide_mobile=True),
    tables.Column(key="missing", title="Still to be said", muted=True, hide_mobile=True),
    tables.Column(key="enter", title="", align="right", width="84px"),
)


def transfer_table(found: Sequence[ShownTransfer], *, store: str) -> Child:
    """Return the transfers, latest first; the store hears "edit:<id>" and "drop:<id>"."""
    if not found:
        text = "Enter the shares, coins or contracts that you moved to another account, or that came from elsewhere."
        return feedback.empty("arrow-left-right", "Nothing was moved yet", text)
    rows = [
        {
            "day": portfolio_frame.day_text(item.day),
            "what": html.Span(
                [words(item), html.Span(way(item), className="im-sub only-m"), *_short(item)], className="in-symbol"
            ),
            "way": way(item),
            "acquired": _acquired(item),
            "cost": fmt.money(item.cost, item.transfer.instrument.currency),
            "edit": html.Span(
                [
                    wish_button("Edit", f"edit:{item.transfer.id}", label=f"Edit: {words(item)}"),
                    wish_button("Delete", f"drop:{item.transfer.id}", label=f"Delete: {words(item)}"),
                ],
                className="in-acts",
            ),
        }
        for item in found
    ]
    return html.Div(tables.table(_COLUMNS, rows, row_height=40, caption="Transfers"), **picker.to_store(store))


def words(item: ShownTransfer) -> str:
    """Return what moved: "10 ACME"."""
    return f"{fmt.quantity(item.transfer.quantity)} {item.transfer.instrument.symbol}"


def way(item: ShownTransfer) -> str:
    """Return where it moved: "Main → Depot"."""
    return f"{item.from_name or OUTSIDE} → {item.to_name or OUTSIDE}"


def _short(item: ShownTransfer) -> list[Child]:
    if not item.is_short_of:
        return []
    said = f"Only {fmt.quantity(item.moved)} were held: correct it, or add the missing fills."
    return [html.Span(said, className="im-sub fw-neg")]


def _acquired(item: ShownTransfer) -> str:
    days = sorted({lot.acquired for lot in item.lots})
    if not days:
        return "–"
    first = portfolio_frame.day_text(days[0])
    return first if len(days) == 1 else f"{first} to {portfolio_frame.day_text(days[-1])}"


def effect(item: ShownTransfer) -> list[Child]:
    """Return the lots that a transfer would move."""
    currency = item.transfer.instrument.currency
    rows = [
        {
            "acquired": portfolio_frame.day_text(lot.acquired),
            "quantity": fmt.quantity(lot.quantity),
            "cost": fmt.money(lot.cost, currency),
        }
        for lot in item.lots
    ]
    footer = {"acquired": way(item), "quantity": fmt.quantity(item.moved), "cost": fmt.money(item.cost, currency)}
    return [tables.table(_LOTS, rows, footer=footer, row_height=32, caption="Lots that move")]


def told_table(told: Sequence[ToldTransfer], names: dict[int, str], *, store: str) -> Child:
    """Return what files tell of and is not entered; the store hears "told:<id>"."""
    if not told:
        return html.P("Nothing is open: every transfer your files tell of is entered.", className="se-text")
    rows = [
        {
            "day": portfolio_frame.day_text(item.day),
            "what": html.Span(
                [f"{'' if item.is_in else fmt.MINUS}{fmt.quantity(item.quantity)} {item.symbol}",
                 html.Span(item.label, className="im-sub")],
                className="in-symbol",
            ),
            "way": _told_way(item, names),
            "missing": item.missing or "nothing",
            "enter": wish_button(
                "Enter…", f"told:{item.event_id}", label=f"Enter {item.label} of {item.symbol}", kind="default"
            ),
        }
        for item in told[:MOST_TOLD]
    ]  # fmt: skip
    return html.Div(tables.table(_TOLD, rows, row_height=44, caption="Not entered"), **picker.to_store(store))


def _told_way(item: ToldTransfer, names: dict[int, str]) -> str:
    other = names.get(int(item.twin_id), OUTSIDE) if item.twin_id else ("?" if item.is_in else OUTSIDE)
    return f"{other} → {item.account_name}" if item.is_in else f"{item.account_name} → {other}"


def history_card(changes: Sequence[TransferChange], *, store: str, when: Callable[[Any], str]) -> html.Section:
    """Return what was entered, changed and deleted, newest first; the store hears "undo:<id>"."""
    if not changes:
        return cards.card("History", feedback.empty("history", "Nothing yet", "Every change can be taken back."))
    rows = [
        html.Div(
            [
                html.Span(
                    [html.Span(item.summary, className="t"), html.Span(_said(item, when), className="b")],
                    className="w",
                ),
                None
                if item.undone_at
                else wish_button("Take back", f"undo:{item.id}", label=f"Take back: {item.summary}"),
            ],
            className="fw-rep-row",
        )
        for item in changes
    ]
    return cards.card("History", html.Div(rows, className="fw-rep-list", **picker.to_store(store)), flush=True)


def _said(item: TransferChange, when: Callable[[Any], str]) -> str:
    return when(item.changed_at) + ("" if item.undone_at is None else f", taken back {when(item.undone_at)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferIds:
    """Ids of the form."""

    dialog: str
    title: str
    source: str
    target: str
    symbol: str
    quantity: str
    day: str
    time: str
    outside: str
    cost: str
    acquired: str
    asset_class: str
    currency: str
    note: str
    effect: str
    error: str
    save: str


_DAY = "2021-04-30"
CLASSES = (("", "As it is known"), ("stock", "Stock"), ("fund", "Fund"), ("bond", "Bond"), ("crypto", "Coin"))


def transfer_dialog(ids: TransferIds) -> html.Dialog:
    """Return the form of a transfer, a drawer at the right; `ids.outside` is the part for what comes from outside."""
    body = [
        _two(
            forms.field("From", forms.select(ids.source, [], size="md"), for_id=ids.source),
            forms.field("To", forms.select(ids.target, [], size="md"), for_id=ids.target),
        ),
        _two(_text("Symbol", ids.symbol, "ACME"), _text("Quantity", ids.quantity, "100")),
        _two(_text("Day", ids.day, "2026-09-01"), _text("Time (if it matters)", ids.time, "14:30")),
        html.P("Fills of that day count from their own time on; without a time it moves at the day's start.",
               className="im-sub"),
        html.Div(
            [
                _two(_text("Total cost, with fees", ids.cost, "1250.00"), _text("Acquired", ids.acquired, _DAY)),
                _two(
                    forms.field("Kind", forms.select(ids.asset_class, list(CLASSES), value="", size="md")),
                    _text("Currency", ids.currency, "USD"),
                ),
            ],
            id=ids.outside,
        ),
        _text("Note", ids.note, "Where you know it from"),
        html.Div(id=ids.effect, **{"aria-live": "polite"}),
        html.Div(id=ids.error, **{"aria-live": "polite"}),
    ]  # fmt: skip
    return controls.dialog(
        ids.dialog,
        html.Span("Transfer", id=ids.title),
        html.Div(body, className="fw-form"),
        footer=cancel_and(ids.save, "Save"),
        side=True,
    )


def _text(label: Child, field_id: str, placeholder: str) -> html.Div:
    return forms.field(label, forms.text_input(field_id, placeholder=placeholder, debounce=True), for_id=field_id)


def _two(*fields: Child) -> html.Div:
    return html.Div(list(fields), className="fw-form two")
