"""Corporate actions: their list, their form, what one would change, and what files tell of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from dash import html

from components import controls, forms, picker, tables
from components import format as fmt
from components.instruments import cancel_and, wish_button
from domain.action_kinds import NEEDS_RATIO, NEEDS_SYMBOL, ActionKind

if TYPE_CHECKING:
    from domain.corporate_actions import CorporateAction, HoldingChange, ToldEvent

Child = Any
KINDS: dict[ActionKind, str] = {
    ActionKind.SPLIT: "Split",
    ActionKind.REVERSE_SPLIT: "Reverse split",
    ActionKind.SYMBOL_CHANGE: "Change of symbol",
    ActionKind.CASH_MERGER: "Merger for cash",
    ActionKind.STOCK_MERGER: "Merger for stock, or stock and cash",
    ActionKind.SPIN_OFF: "Spin-off",
}
_ABOUT: dict[ActionKind, str] = {
    ActionKind.SPLIT: "What was held before that day becomes more units at the same total cost. Options on it follow a "
    "whole-number split: more contracts at a lower strike.",
    ActionKind.REVERSE_SPLIT: "What was held before that day becomes fewer units at the same total cost. Enter the "
    "cash that was paid for a fraction, and the fraction is closed for it.",
    ActionKind.SYMBOL_CHANGE: "Fills before that day join the new symbol; no figure changes. The old symbol, used "
    "again later, is another instrument.",
    ActionKind.CASH_MERGER: "All open lots are closed on that day for the cash per unit, without a fee.",
    ActionKind.STOCK_MERGER: "Every open lot becomes one of the new symbol with the same cost; nothing is realised. "
    "Cash that came beside the shares pays for the share of the cost you enter; without one it comes off the cost.",
    ActionKind.SPIN_OFF: "New units come to those held, and a share of the cost of every open lot goes with them.",
}


class Entered(Protocol):
    """An action as it is listed."""

    @property
    def action(self) -> CorporateAction:
        """The action."""

    @property
    def day(self) -> date:
        """Its day where it holds."""

    @property
    def account_name(self) -> str:
        """The one account it holds for, "" for every one."""


_COLUMNS = (
    tables.Column(key="day", title="From", muted=True, hide_mobile=True),
    tables.Column(key="kind", title="What"),
    tables.Column(key="symbol", title="Instrument", strong=True),
    tables.Column(key="terms", title="Terms"),
    tables.Column(key="account", title="Account", muted=True, hide_mobile=True),
    tables.Column(key="note", title="Note", muted=True, hide_mobile=True),
    tables.Column(key="edit", title="", align="right", width="128px"),
)


def action_table(entered: Sequence[Entered], *, store: str) -> Child:
    """Return the actions an owner entered; the store hears "action:<id>" and "undo:<id>"."""
    if not entered:
        text = "No actions yet. Splits a file states with their ratio are applied by themselves and not listed here."
        return html.P(text, className="se-text")
    rows = [
        {
            "day": item.day.isoformat(),
            "kind": KINDS[item.action.kind],
            "symbol": names(item.action),
            "terms": terms(item.action),
            "account": item.account_name or "Every account",
            "note": item.action.note,
            "edit": html.Span(
                [
                    wish_button("Edit", f"action:{item.action.id}", label=f"Edit: {title(item.action)}"),
                    wish_button("Delete", f"undo:{item.action.id}", label=f"Delete: {title(item.action)}"),
                ],
                className="in-acts",
            ),
        }
        for item in entered
    ]
    return html.Div(tables.table(_COLUMNS, rows, caption="Corporate actions"), **picker.to_store(store))


def names(action: CorporateAction) -> str:
    """Return the symbols of an action: "OLD → NEW"."""
    return f"{action.symbol} → {action.new_symbol}" if action.new_symbol else action.symbol


def title(action: CorporateAction) -> str:
    """Return an action in a few words: "Split of ACME, 4 for 1"."""
    said = terms(action)
    return f"{KINDS[action.kind]} of {action.symbol}{', ' if said else ''}{said}"


def terms(action: CorporateAction) -> str:
    """Return the numbers of an action: "4 for 1", "20.25 a unit", "1 for 2, 10 % of the cost"."""
    parts: list[str] = []
    if action.kind in NEEDS_RATIO and action.ratio_new is not None and action.ratio_old is not None:
        parts.append(f"{fmt.quantity(action.ratio_new)} for {fmt.quantity(action.ratio_old)}")
    if not action.kind.is_split and action.cash is not None:
        parts.append(f"{fmt.quantity(action.cash)} a unit")
    if action.kind.is_split and action.cash is not None:
        parts.append(f"{fmt.quantity(action.cash)} in lieu")
    if action.cost_share is not None:
        parts.append(f"{fmt.quantity(action.cost_share * 100)} % of the cost")
    return ", ".join(parts)


_TOLD_COLUMNS = (
    tables.Column(key="day", title="Date", muted=True, hide_mobile=True),
    tables.Column(key="label", title="In the file"),
    tables.Column(key="symbol", title="Symbol", strong=True),
    tables.Column(key="units", title="Units", align="right"),
    tables.Column(key="held", title="Held before", align="right", muted=True, hide_mobile=True),
    tables.Column(key="account", title="Account", muted=True, hide_mobile=True),
    tables.Column(key="apply", title="", align="right", width="84px"),
)


def told_table(told: Sequence[ToldEvent], *, text: str, store: str) -> Child:
    """Return what files tell of and was not applied; the store hears "told:<id>"."""
    wanted = text.strip().casefold()
    chosen = [item for item in told if wanted in f"{item.symbol}\n{item.description}".casefold()]
    if not chosen:
        about = "Nothing is open: every event your files tell of is applied." if not told else "None of this symbol."
        return html.P(about, className="se-text")
    rows = [
        {
            "day": item.occurred_at.date().isoformat(),
            "label": html.Span(
                [item.label, html.Span(item.description[:80], className="im-sub")], className="in-symbol"
            ),
            "symbol": item.symbol or "–",
            "units": "–" if item.quantity is None else fmt.quantity(item.quantity),
            "held": fmt.quantity(item.held) if item.held else "–",
            "account": item.account_name,
            "apply": wish_button(
                "Apply…", f"told:{item.event_id}", label=f"Apply {item.label} of {item.symbol}", kind="default"
            ),
        }
        for item in chosen[:100]
    ]
    return html.Div(tables.table(_TOLD_COLUMNS, rows, row_height=44, caption="Not applied"), **picker.to_store(store))


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionIds:
    """Ids of the form of an action; those ending in _part are the rows that only some kinds show."""

    dialog: str
    title: str
    about: str
    kind: str
    symbol: str
    day: str
    ratio_new: str
    ratio_old: str
    ratio_part: str
    new_symbol: str
    new_part: str
    cash: str
    cash_label: str
    cash_part: str
    cost_share: str
    share_part: str
    account: str
    note: str
    effect: str
    save: str


def action_dialog(ids: ActionIds) -> html.Dialog:
    """Return the form of an action, a drawer at the right."""
    kinds = forms.select(ids.kind, [(key.value, text) for key, text in KINDS.items()], value="split", size="md")
    body = [
        forms.field("What happened", kinds),
        html.P(id=ids.about, className="im-sub"),
        _two(_text("Symbol", ids.symbol, "ACME"), _text("First day", ids.day, "2026-09-01")),
        *_terms_fields(ids),
        forms.field("Account", forms.select(ids.account, [(0, "Every account")], value=0, size="md")),
        _text("Note", ids.note, "Where you know it from"),
        html.Div(id=ids.effect, **{"aria-live": "polite"}),
    ]
    return controls.dialog(
        ids.dialog,
        html.Span("Corporate action", id=ids.title),
        html.Div(body, className="fw-form"),
        footer=cancel_and(ids.save, "Save"),
        side=True,
    )


def _terms_fields(ids: ActionIds) -> list[Child]:
    """Return the fields that only some kinds show."""
    ratio = (_text("New units", ids.ratio_new, "4"), _text("for old units", ids.ratio_old, "1"))
    share = _text(
        "Share of the cost that moves, in %",
        ids.cost_share,
        "12.5",
        help_="Of a spin-off: what goes to the new units, as the company's notice says. Beside cash: what the cash "
        "pays for, which is its part of the day's worth of all you got.",
    )
    return [
        html.Div(list(ratio), id=ids.ratio_part, className="fw-form two"),
        html.Div(_text("New symbol", ids.new_symbol, "NEW"), id=ids.new_part),
        html.Div(_text(html.Span(id=ids.cash_label), ids.cash, "0.00"), id=ids.cash_part),
        html.Div(share, id=ids.share_part),
    ]


def _text(label: Child, field_id: str, placeholder: str, *, help_: str = "") -> html.Div:
    box = forms.text_input(field_id, placeholder=placeholder, debounce=True)
    return forms.field(label, box, help_=help_, for_id=field_id)


def _two(*fields: Child) -> html.Div:
    return html.Div(list(fields), className="fw-form two")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the form shows for a kind."""

    about: str
    ratio: bool
    new_symbol: bool
    cash: bool
    cash_label: str
    share: bool


def shown(kind: ActionKind) -> Shown:
    """Return which parts of the form a kind needs."""
    per_unit = kind is ActionKind.CASH_MERGER
    beside = kind is ActionKind.STOCK_MERGER
    label = "Cash for one unit" if per_unit else "Cash paid for a fraction, in all (if any)"
    return Shown(
        about=_ABOUT[kind],
        ratio=kind in NEEDS_RATIO,
        new_symbol=kind in NEEDS_SYMBOL,
        cash=per_unit or beside or kind.is_split,
        cash_label="Cash for one unit beside the shares (if any)" if beside else label,
        share=beside or kind is ActionKind.SPIN_OFF,
    )


def effect(changes: Sequence[HoldingChange], *, reason: str = "") -> list[Child]:
    """Return what an action would change, one line an instrument and account."""
    parts: list[Child] = [html.Div(reason, className="im-sub")] if reason else []
    if not changes:
        text = "Nothing of it was held before that day, so nothing changes now."
        return [*parts, html.Div(text, className="in-effect")]
    return [*parts, html.Div([_change(item) for item in changes], className="in-effect")]


def _change(item: HoldingChange) -> html.Div:
    quantities = f"{fmt.quantity(item.quantity_before)} → {fmt.quantity(item.quantity_after)}"
    facts = [_per_unit(item), _cost(item)]
    if item.realised:
        facts.append(f"realised {fmt.money(item.realised, item.currency, signed=True)}")
    return html.Div(
        [
            html.Div([html.B(item.symbol), html.Span(item.account_name, className="im-sub")], className="t"),
            html.Div(quantities, className="q fw-num"),
            html.Div(", ".join(filter(None, facts)), className="im-sub fw-num"),
        ],
        className="row",
    )


def _per_unit(item: HoldingChange) -> str:
    if not item.quantity_before or not item.quantity_after:
        return ""
    before, after = item.cost_before / item.quantity_before, item.cost_after / item.quantity_after
    return f"cost per unit {fmt.money(before, item.currency)} → {fmt.money(after, item.currency)}"


def _cost(item: HoldingChange) -> str:
    if item.cost_before == item.cost_after:
        return f"total cost {fmt.money(item.cost_after, item.currency)}, unchanged"
    return f"total cost {fmt.money(item.cost_before, item.currency)} → {fmt.money(item.cost_after, item.currency)}"


def remark(reason: str, error: str = "") -> list[Child]:
    """Return why something is proposed, and what is still missing."""
    parts: list[Child] = [html.Div(reason, className="im-sub")] if reason else []
    return [*parts, html.Div(error, className="fw-help")] if error else parts
