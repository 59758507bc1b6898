"""The list of instruments, the contract sizes of their owner, and the forms of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from dash import html

from components import controls, feedback, forms, picker, tables
from components import format as fmt
from domain.instruments import AssetClass, Instrument

if TYPE_CHECKING:
    from domain.contract_sizes import ContractSize

Child = Any
SHOWN = 30
"""Rows before a search is asked for: what comes below the list is to be seen."""
CLASSES: dict[AssetClass, str] = {
    AssetClass.STOCK: "Stock",
    AssetClass.FUND: "Fund",
    AssetClass.BOND: "Bond",
    AssetClass.OPTION: "Option",
    AssetClass.FUTURE: "Future",
    AssetClass.FUTURE_OPTION: "Option on a future",
    AssetClass.FOREX: "Currency pair",
    AssetClass.CRYPTO: "Coin",
    AssetClass.CFD: "CFD",
    AssetClass.INDEX: "Index",
}
SIZED = (
    AssetClass.FUTURE, AssetClass.OPTION, AssetClass.FUTURE_OPTION, AssetClass.CFD, AssetClass.FOREX,
    AssetClass.CRYPTO, AssetClass.BOND, AssetClass.STOCK, AssetClass.FUND,
)  # fmt: skip


class Known(Protocol):
    """What the list shows of an instrument."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def instrument(self) -> Instrument:
        """What it is."""

    @property
    def tick_size(self) -> Decimal | None:
        """Smallest step of its price."""

    @property
    def lot_size(self) -> Decimal | None:
        """Units traded together."""

    @property
    def listed(self) -> Decimal | None:
        """Contract size its exchange publishes."""

    @property
    def fills(self) -> int:
        """Executions of it."""

    @property
    def account_names(self) -> tuple[str, ...]:
        """Accounts that have any."""


_COLUMNS = (
    tables.Column(key="symbol", title="Symbol", strong=True),
    tables.Column(key="class", title="Class", muted=True, hide_mobile=True),
    tables.Column(key="currency", title="Currency", muted=True, hide_mobile=True),
    tables.Column(key="size", title="Contract size", align="right"),
    tables.Column(key="tick", title="Tick", align="right", muted=True, hide_mobile=True),
    tables.Column(key="lot", title="Lot", align="right", muted=True, hide_mobile=True),
    tables.Column(key="numbers", title="ISIN, CUSIP, SEDOL", muted=True, hide_mobile=True),
    tables.Column(key="fills", title="Fills", align="right", muted=True, hide_mobile=True),
    tables.Column(key="edit", title="", align="right", width="64px"),
)


def instrument_table(found: Sequence[Known], *, text: str, store: str) -> Child:
    """Return the instruments whose symbol, name or number holds a text, the most traded first.

    Args:
        found: All of them.
        text: What to look for.
        store: Id of the dcc.Store that hears "edit:<id>".
    """
    if not found:
        return feedback.empty("layers", "No instruments yet", "Each one appears with its first imported fill.")
    wanted = text.strip().casefold()
    chosen = [item for item in found if wanted in _texts(item.instrument)]
    if not chosen:
        about = f"No instrument of yours is called {text.strip()[:60]!r}. If its rows wait for a size, add it below."
        return feedback.empty("search", "Nothing found", about)
    rows = [_row(item) for item in chosen[:SHOWN]]
    parts: list[Child] = [
        html.Div(tables.table(_COLUMNS, rows, row_height=40, caption="Instruments"), **picker.to_store(store))
    ]
    if len(chosen) > SHOWN:
        parts.append(
            html.Div(f"{SHOWN} of {fmt.count(len(chosen))}: search for the others.", className="im-sub in-more")
        )
    return parts


def _texts(item: Instrument) -> str:
    return f"{item.symbol}\n{item.name}\n{item.isin}\n{item.cusip}\n{item.sedol}".casefold()


def _row(item: Known) -> dict[str, Child]:
    what = item.instrument
    differs = item.listed is not None and what.multiplier != item.listed
    size: Child = fmt.quantity(what.multiplier)
    if differs:
        hint = f"The exchange lists {fmt.quantity(item.listed)}."
        size = html.Span([fmt.quantity(what.multiplier), html.Span(" *", title=hint)], title=hint)
    return {
        "symbol": html.Span([what.symbol, _name(what)], className="in-symbol"),
        "class": CLASSES[what.asset_class],
        "currency": what.currency,
        "size": size,
        "tick": "–" if item.tick_size is None else fmt.quantity(item.tick_size),
        "lot": "–" if item.lot_size is None else fmt.quantity(item.lot_size),
        "numbers": _numbers(what),
        "fills": html.Span(fmt.count(item.fills), title=", ".join(item.account_names)),
        "edit": wish_button("Edit", f"edit:{item.id}", label=f"Edit {what.symbol}"),
    }


def _numbers(item: Instrument) -> Child:
    """Return the numbers of a security, one below the other; the kind of each is told on hovering."""
    from domain.security_numbers import NUMBERS

    found = [(NUMBERS[name].title, getattr(item, name)) for name in NUMBERS if getattr(item, name)]
    return html.Span([html.Span(code, title=title) for title, code in found], className="in-numbers") if found else "–"


def _name(item: Instrument) -> Child:
    return html.Span(item.name, className="im-sub hide-m") if item.name and item.name != item.symbol else ""


def wish_button(text: str, value: str, *, label: str, kind: Any = "ghost") -> html.Button:
    """Return a small button of a row; its list puts the value into a store."""
    attributes = {"data-fw-value": value, "aria-label": label}
    return controls.button(text, kind=kind, size="xs", attributes=attributes)


_SIZE_COLUMNS = (
    tables.Column(key="symbol", title="Symbol or root", strong=True),
    tables.Column(key="class", title="Class", muted=True),
    tables.Column(key="from", title="From", muted=True),
    tables.Column(key="size", title="Contract size", align="right"),
    tables.Column(key="tick", title="Tick", align="right", muted=True, hide_mobile=True),
    tables.Column(key="lot", title="Lot", align="right", muted=True, hide_mobile=True),
    tables.Column(key="delete", title="", align="right", width="72px"),
)


def size_table(sizes: Sequence[ContractSize], *, store: str) -> Child:
    """Return the sizes an owner entered; the store hears "size:<id>" for one that is to go."""
    if not sizes:
        text = "The sizes of the usual futures are known. Add one when a file leaves rows out because of it."
        return html.P(text, className="se-text")
    rows = [
        {
            "symbol": item.symbol,
            "class": CLASSES[item.asset_class],
            "from": item.valid_from.isoformat() if item.valid_from else "Always",
            "size": fmt.quantity(item.multiplier),
            "tick": "–" if item.tick_size is None else fmt.quantity(item.tick_size),
            "lot": "–" if item.lot_size is None else fmt.quantity(item.lot_size),
            "delete": wish_button("Delete", f"size:{item.id}", label=f"Delete the size of {item.symbol}"),
        }
        for item in sizes
    ]
    return html.Div(tables.table(_SIZE_COLUMNS, rows, caption="Contract sizes you entered"), **picker.to_store(store))


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentIds:
    """Ids of the form that edits an instrument."""

    dialog: str
    title: str
    multiplier: str
    name: str
    isin: str
    cusip: str
    sedol: str
    error: str
    save: str


def instrument_dialog(ids: InstrumentIds) -> html.Dialog:
    """Return the form that edits an instrument."""
    from domain.security_numbers import NUMBERS

    body = [
        forms.field(
            "Contract size",
            forms.text_input(ids.multiplier, placeholder="50"),
            help_="Money that one point of price is worth. Changing it computes every trade of it anew.",
            for_id=ids.multiplier,
        ),
        forms.field("Name", forms.text_input(ids.name, placeholder="Name"), for_id=ids.name),
        *(_number_field(name, getattr(ids, name)) for name in NUMBERS),
        html.Div(id=ids.error),
    ]
    title = html.Span("Edit", id=ids.title)
    return controls.dialog(
        ids.dialog, title, html.Div(body, className="fw-form"), footer=cancel_and(ids.save, "Save"), width=440
    )


def _number_field(name: str, field_id: str) -> Child:
    from domain.security_numbers import NUMBERS

    kind = NUMBERS[name]
    return forms.field(kind.title, forms.text_input(field_id, placeholder=kind.example), for_id=field_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeIds:
    """Ids of the form that adds a contract size."""

    dialog: str
    symbol: str
    asset_class: str
    multiplier: str
    valid_from: str
    tick_size: str
    lot_size: str
    error: str
    save: str


def size_dialog(ids: SizeIds) -> html.Dialog:
    """Return the form that adds a contract size."""
    body = [
        forms.field(
            "Symbol or root",
            forms.text_input(ids.symbol, placeholder="ES, or ESZ6"),
            help_="A root counts for all its contracts, an underlying for all its options.",
            for_id=ids.symbol,
        ),
        forms.field(
            "Class",
            forms.select(ids.asset_class, [(item.value, CLASSES[item]) for item in SIZED], value="future", size="md"),
        ),
        forms.field(
            "Contract size",
            forms.text_input(ids.multiplier, placeholder="50"),
            help_="Money that one point of price is worth for one contract.",
            for_id=ids.multiplier,
        ),
        html.Div(
            [
                forms.field("Tick", forms.text_input(ids.tick_size, placeholder="0.25"), for_id=ids.tick_size),
                forms.field("Lot", forms.text_input(ids.lot_size, placeholder="1"), for_id=ids.lot_size),
            ],
            className="fw-form two",
        ),
        forms.field(
            "First day",
            forms.text_input(ids.valid_from, placeholder="Always, or 2026-09-01"),
            help_="Fills of that day and later use it; earlier ones use the entry before.",
            for_id=ids.valid_from,
        ),
        html.Div(id=ids.error),
    ]
    return controls.dialog(
        ids.dialog,
        "Add a contract size",
        html.Div(body, className="fw-form"),
        footer=cancel_and(ids.save, "Add"),
        width=440,
    )


def cancel_and(button_id: str, text: str, *, kind: Any = "primary") -> list[Child]:
    """Return the foot of a form."""
    return [
        html.Button("Cancel", className="fw-btn ghost", type="button", **{"data-fw-close": ""}),
        controls.button(text, id=button_id, kind=kind),
    ]


def form_error(message: str, hint: str = "") -> html.Div:
    """Return what is wrong with a form."""
    return html.Div(f"{message} {hint}".strip(), className="fw-help err", role="alert")


def day_text(day: date | None) -> str:
    """Return a day as the forms take it."""
    return day.isoformat() if day else ""
