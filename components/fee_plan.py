"""The page of an account's fee plan: its frame, what a plan charges an example, and what it does to the account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from dash import html

from components import cards, feedback, forms, tables
from components import format as fmt
from components.fee_plan_rows import SCOPES, columns, side_word

if TYPE_CHECKING:
    from domain.accounts import Account
    from domain.fee_plans import ChargeLine, ExampleFill, FeePlan
    from domain.ledger import TradeExecution

Child = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanIds:
    """Ids of the parts of the page."""

    preset: str
    name: str
    currency: str
    about: str
    grid: str
    add: str
    remove: str
    scope: str
    quantity: str
    entry: str
    exit: str
    day: str
    example: str
    effect: str
    save: str
    off: str
    off_dialog: str
    off_confirm: str


class Effect(Protocol):
    """What a plan would do to an account."""

    @property
    def fills(self) -> int: ...  # noqa: D102 - the protocol's class says it
    @property
    def stated(self) -> int: ...  # noqa: D102
    @property
    def amounts(self) -> Mapping[str, Decimal]: ...  # noqa: D102
    @property
    def by_label(self) -> Mapping[tuple[str, str], Decimal]: ...  # noqa: D102
    @property
    def other_currency(self) -> int: ...  # noqa: D102


def rules_card(ids: PlanIds, presets: Sequence[tuple[str, str]]) -> html.Section:
    """Return the card with the plan's name, currency and rules."""
    fields = [
        forms.field("Start from", forms.select(ids.preset, presets, placeholder="Choose a schedule", size="md")),
        forms.field("Name", forms.text_input(ids.name, placeholder="Name of the plan"), for_id=ids.name),
        forms.field(
            "Currency of amounts",
            forms.text_input(ids.currency, placeholder="Each instrument's own"),
            for_id=ids.currency,
            help_="Instruments in another currency are left alone.",
        ),
    ]
    grid = tables.grid(
        ids.grid,
        columns(),
        rows=[],
        selection="multiple",
        options={"singleClickEdit": True, "stopEditingWhenCellsLoseFocus": True},
    )
    buttons = [
        forms.button("Add a rule", id=ids.add, icon_name="plus"),
        forms.button("Remove ticked rules", id=ids.remove, kind="ghost", icon_name="trash-2"),
    ]
    return cards.card(
        "Rules",
        [
            html.Div(fields, className="se-fields"),
            html.Div(id=ids.about, className="fw-help fp-about"),
            html.Div(grid, className="fp-grid"),
            html.Div(buttons, className="row-f fp-acts"),
        ],
        subtitle="every rule that fits a fill adds its amount",
    )


def example_card(ids: PlanIds, day: date) -> html.Section:
    """Return the card that tries the plan on a trade."""
    from domain.fee_words import Scope

    fields = [
        forms.field("Trade in", forms.select(ids.scope, list(SCOPES.items()), value=Scope.STOCK.value, size="md")),
        forms.field("Quantity", forms.text_input(ids.quantity, value="100", debounce=True), for_id=ids.quantity),
        forms.field("Bought at", forms.text_input(ids.entry, value="500", debounce=True), for_id=ids.entry),
        forms.field("Sold at", forms.text_input(ids.exit, value="505", debounce=True), for_id=ids.exit),
        forms.field("On", forms.text_input(ids.day, value=day.isoformat(), debounce=True), for_id=ids.day),
    ]
    result = html.Div(feedback.skeleton_lines(4), id=ids.example)
    return cards.card("Try it on a trade", [html.Div(fields, className="se-fields fp-five"), result])


def effect_card(ids: PlanIds) -> html.Section:
    """Return the card that says what the plan does to the account, with the buttons."""
    buttons = [
        forms.button("Remove the plan", id=ids.off, kind="danger", attributes={"data-fw-dialog": ids.off_dialog}),
        forms.button("Save plan", id=ids.save, kind="primary"),
    ]
    confirm = forms.confirm_dialog(
        ids.off_dialog,
        title="Remove the fee plan",
        text="Its estimates go with it. Fees that files state stay as they are.",
        confirm_id=ids.off_confirm,
        verb="Remove plan",
    )
    shown = html.Div(feedback.skeleton_lines(3), id=ids.effect)
    return cards.card("What it does to this account", [shown, html.Div(buttons, className="se-end"), confirm])


def head(account: Account, plan: FeePlan | None) -> html.Div:
    """Say whose plan it is and whether one is in force."""
    state = f"“{plan.name}” is in force." if plan else "There is no plan: fees are those of its files."
    text = (
        "Files of some brokers state no charges. A plan estimates them for fills whose fee is 0. Estimates are marked "
        "wherever they count, are never written over what a file says, and give way as soon as a file states the fee."
    )
    title = html.H2([account.name, html.Span(f" {state}", className="fw-weak")], className="fp-title")
    return html.Div([title, html.P(text, className="se-text")])


def about(plan: FeePlan | None) -> str:
    """Return what a plan covers and leaves out."""
    return plan.about if plan else ""


def example(fills: Sequence[ExampleFill], currency: str) -> Child:
    """Return what each rule charges both fills, with the calculation."""
    columns_ = (
        tables.Column(key="side", title="Fill"),
        tables.Column(key="label", title="Charge"),
        tables.Column(key="amount", title=f"Amount{f', {currency}' if currency else ''}", align="right"),
        tables.Column(key="how", title="How", muted=True),
    )
    rows = [
        {"side": side_word(fill.side), "label": line.rule.label, "how": line.derivation, "amount": amount(line.amount)}
        for fill in fills
        for line in fill.lines
    ]
    if not rows:
        return feedback.empty("receipt", "Nothing is charged", "No rule of this plan fits such a trade on that day.")
    total = sum((fill.total for fill in fills), Decimal(0))
    sums = " · ".join(f"{side_word(fill.side).lower()} {amount(fill.total)}" for fill in fills)
    footer = {"side": "Both", "how": sums, "amount": amount(total)}
    return tables.table(columns_, rows, footer=footer, row_height=28, caption="Charges of the example")


def effect(found: Effect) -> Child:
    """Return how many fills get how much, by kind of fee."""
    if not found.fills:
        lines = ["No fill of this account would get an estimate."]
    else:
        sums = " and ".join(fmt.money(total, currency) for currency, total in found.amounts.items())
        lines = [f"Adds {sums} of estimated fees to {fmt.plural(found.fills, 'fill')}."]
    if found.stated:
        lines.append(
            f"{fmt.plural(found.stated, 'fill')} {'keeps' if found.stated == 1 else 'keep'} the fee of its file."
        )
    if found.other_currency:
        fills = fmt.plural(found.other_currency, "fill")
        lines.append(f"{fills} without a fee {'is' if found.other_currency == 1 else 'are'} in another currency.")
    kinds = [
        html.Div([html.Span(label), html.Span(fmt.money(total, currency), className="fw-num")], className="fp-kind")
        for (label, currency), total in found.by_label.items()
    ]
    return html.Div([html.P(" ".join(lines), className="se-text"), html.Div(kinds, className="fp-kinds")])


def problem(message: str, hint: str) -> html.Div:
    """Say what is wrong with the plan."""
    return feedback.notice("error", message, hint, dismiss=False)


def amount(value: Decimal) -> str:
    """Write an amount of money, two decimals at least."""
    text = format(value, ",f")
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.rstrip('0').ljust(2, '0')}"


def explanation(
    lines: Sequence[TradeExecution], charges: Mapping[int, Sequence[ChargeLine]], timezone: str
) -> html.Details | None:
    """Return how the estimated fees of a trade come about, folded; None when there are none."""
    rows = [
        {
            "time": fmt.instant_seconds(line.executed_at, timezone),
            "label": charge.rule.label,
            "how": charge.derivation,
            "amount": amount(charge.amount),
        }
        for line in lines
        for charge in charges.get(int(line.id), ())
    ]
    if not rows:
        return None
    columns_ = (
        tables.Column(key="time", title="Fill", muted=True, hide_mobile=True),
        tables.Column(key="label", title="Charge"),
        tables.Column(key="amount", title="Estimate", align="right"),
        tables.Column(key="how", title="How", muted=True),
    )
    table = tables.table(columns_, rows, row_height=26, caption="How the estimated fees come about")
    return html.Details([html.Summary("How the estimated fees come about"), table], className="fp-why")
