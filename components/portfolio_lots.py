"""The Lots tab: sales and transfers of a symbol, what was open before each, and which lots somebody chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, controls, feedback, forms, marks, portfolio_frame, portfolio_notes, tables
from components import format as fmt
from domain.money import decimal_text

if TYPE_CHECKING:
    from domain.lot_choices import LotChoice, LotSale, OpenLot, SaleLots

IdOf = Callable[[Any], Any]
HOW = (
    "Tell your broker before the trade settles which lots you sell, or which ones to move, and choose the same here. "
    "What you leave open is taken first in, first out. Choices count under the method “Specific”."
)


def notice(method: str, *, is_prescribed: bool, use_id: Any) -> Any:
    """Say whether choices count by the portfolio's rules, and offer the method under which they do."""
    if is_prescribed:
        text = "The portfolio's country says which lots are sold; choices are kept and change nothing."
        return feedback.notice("info", "These rules leave no choice of lots", text, dismiss=False)
    if method == "specific":
        return None
    button = controls.button("Use specific lots", id=use_id, kind="primary", size="xs")
    return feedback.notice("info", f"This portfolio follows {method.upper()}.", HOW, actions=[button], dismiss=False)


def sale_card(sales: Sequence[LotSale], *, currency: str, open_id: IdOf, current: int | None) -> html.Section:
    """Return the sales and transfers of a symbol, each with the button that opens its lots."""
    if not sales:
        text = "Nothing was sold or moved to another account yet."
        return cards.card("Sales and transfers", feedback.empty("layers", "No sales", text))
    columns = (
        tables.Column(key="day", title="Day"),
        tables.Column(key="account", title="Account", muted=True, hide_mobile=True),
        tables.Column(key="quantity", title="Qty", align="right", hide_mobile=True),
        tables.Column(key="amount", title=currency, align="right"),
        tables.Column(key="open", title="", align="right"),
    )
    rows = [
        {
            "day": html.Span([portfolio_frame.day_text(sale.day), *_tags(sale)]),
            "account": sale.account,
            "quantity": fmt.quantity(sale.quantity),
            "amount": "–" if sale.amount is None else fmt.money(sale.amount, currency),
            "_why": portfolio_notes.sale_mark(sale, currency),
            "open": controls.button(
                "Lots",
                id=open_id(sale.ref),
                size="xs",
                kind="primary" if sale.ref == current else "ghost",
                attributes={"aria-label": f"Lots of the {_kind(sale)} of {portfolio_frame.day_text(sale.day)}"},
            ),
        }
        for sale in sales
    ]
    return cards.card(
        "Sales and transfers",
        tables.table(columns, rows, row_height=36, caption="Sales and transfers"),
        subtitle=fmt.plural(len(rows), "line"),
        flush=True,
    )


def _kind(sale: LotSale) -> str:
    return "transfer" if sale.is_transfer else "sale"


def _tags(sale: LotSale) -> list[Any]:
    found: list[Any] = []
    if sale.is_transfer:
        found += [" ", marks.tag("Moved")]
    if sale.is_short:
        found += [" ", marks.tag("Short")]
    return [*found, " ", marks.tag("Chosen")] if sale.is_chosen else found


def lot_card(found: SaleLots | None, *, currency: str, field_id: IdOf, buttons: Sequence[Any]) -> html.Section:
    """Return the lots that were open before a sale or a transfer with a field for each, and the buttons below."""
    if found is None:
        text = "Open a sale or a transfer to see which lots it could take."
        return cards.card("Open lots at the time", feedback.empty("layers", "Nothing chosen", text))
    sale = found.sale
    columns = (
        tables.Column(key="acquired", title="Acquired"),
        tables.Column(key="open", title="Open", align="right"),
        tables.Column(key="unit", title="Unit cost", align="right", muted=True, hide_mobile=True),
        tables.Column(key="cost", title="Cost", align="right", hide_mobile=True),
        tables.Column(key="taken", title="Taken", align="right"),
        tables.Column(key="field", title="Choose", align="right", width="124px"),
    )
    rows = [_lot_row(lot, currency, field_id) for lot in found.lots]
    taken = sum((lot.taken for lot in found.lots), sale.quantity * 0)
    footer = {
        "acquired": "Moved" if sale.is_transfer else "Sold",
        "taken": fmt.quantity(taken),
        "field": f"of {fmt.quantity(sale.quantity)}",
    }
    body = [
        tables.table(columns, rows, footer=footer, row_height=40, caption=f"Lots open before the {_kind(sale)}"),
        html.Div(list(buttons), className="fw-lots-do", key=str(sale.ref)),
    ]
    when = f"{sale.symbol}, {portfolio_frame.day_text(sale.day)}, {sale.account}"
    return cards.card("Open lots at the time", body, subtitle=when, flush=True)


def _lot_row(lot: OpenLot, currency: str, field_id: IdOf) -> dict[str, Any]:
    day = portfolio_frame.day_text(lot.acquired)
    # A line of text, not a number field: that would keep more than is open to itself, and round what coins have.
    value = "" if lot.chosen is None else decimal_text(lot.chosen)
    field = forms.text_input(field_id(lot.ref), value=value, size="sm", attributes={"inputMode": "decimal"})
    return {
        "acquired": day,
        "open": fmt.quantity(lot.quantity),
        "unit": fmt.price(round(lot.unit_cost, 6)),
        "cost": fmt.money(lot.cost, currency),
        "taken": fmt.quantity(lot.taken) if lot.taken else "",
        "_why": portfolio_notes.lot_mark(lot, currency),
        "field": portfolio_frame.named_field(f"Quantity of the lot of {day}", field),
    }


def history_card(choices: Sequence[LotChoice], *, undo_id: IdOf, when: Callable[[Any], str]) -> html.Section:
    """Return what was chosen, newest first, each with its undo."""
    if not choices:
        return cards.card("History", feedback.empty("history", "Nothing chosen yet", "Every choice can be taken back."))
    rows = [
        html.Div(
            [
                html.Span(
                    [html.Span(item.summary, className="t"), html.Span(_said(item, when), className="b")],
                    className="w",
                ),
                _undo(item, undo_id),
            ],
            className="fw-rep-row",
        )
        for item in choices
    ]
    return cards.card("History", html.Div(rows, className="fw-rep-list"), flush=True)


def _said(item: LotChoice, when: Callable[[Any], str]) -> str:
    undone = "" if item.undone_at is None else f", taken back {when(item.undone_at)}"
    return f"{item.account_name}, {when(item.changed_at)}{undone}"


def _undo(item: LotChoice, undo_id: IdOf) -> Any:
    if item.undone_at is not None:
        return None
    return controls.icon_button("undo-2", f"Take back: {item.summary}", id=undo_id(item.id), small=True)
