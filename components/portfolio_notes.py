"""What the rows of the Portfolio tabs rest on, each with the values it was worked out from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from components import figure_notes, portfolio_drills
from components import format as fmt
from components.figure_notes import given
from components.why_mark import EVERY_TRADE, NOWHERE, Note, why_note
from domain.portfolio_words import RETURN_LABELS

if TYPE_CHECKING:
    from domain.holdings import Holding
    from domain.lot_choices import LotSale, OpenLot
    from domain.portfolio_figures import (
        Contribution,
        FrontierPoint,
        FrontierReport,
        GainsReport,
        GainsTotal,
        IncomeReport,
        IncomeRow,
        PerformanceReport,
        RebalanceLine,
        RebalanceReport,
    )
    from domain.tax import HeldLot

Pairs = tuple[tuple[str, str], ...]
NOTES = figure_notes.PORTFOLIO
_EVENTS = "cash events"
_YEARLY = frozenset({"volatility", "sharpe", "sortino", "alpha", "tracking_error", "information_ratio"})
_BESIDE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sharpe": ("volatility",),
        "sortino": ("volatility",),
        "beta": ("volatility", "benchmark"),
        "alpha": ("volatility", "benchmark"),
        "tracking_error": ("benchmark",),
        "information_ratio": ("benchmark", "tracking_error"),
    }
)
"""Figures that are shown among the inputs of others."""


def _cash(query: str | None) -> str:
    return f"/cash?{query}" if query else "/cash"


def bridge_pairs(found: PerformanceReport) -> Pairs:
    """Return the steps from the value at the start to that at the end."""
    currency = found.plan.currency
    return tuple((line.name, fmt.money(line.amount, currency)) for line in found.bridge)


def figure_pairs(slug: str, found: PerformanceReport) -> Pairs:
    """Return the values that a return or a figure of risk was worked out from."""
    if slug in ("mwr", "dietz"):
        return (*bridge_pairs(found), ("First day", found.first.isoformat()), ("Last day", found.last.isoformat()))
    names = ("twr", *_BESIDE.get(slug, ()))
    pairs = [(RETURN_LABELS[name][0], _figure_text(name, found)) for name in names if name != slug]
    days = (("Days of returns", fmt.count(found.figures[slug].n)), *pairs)
    if slug not in _YEARLY:
        return days
    why = "automatic: 365 for coins alone, else 252" if found.is_automatic else "as the analysis settings say"
    return (*days, ("P, days a year", f"{found.year_days} ({why})"))


def _figure_text(slug: str, found: PerformanceReport) -> str:
    value = found.figures[slug].value
    return fmt.NOT_COMPUTABLE if value is None else fmt.percent(value, places=2)


def value_note(found: PerformanceReport) -> Note:
    """Return what the value rests on: the positions at their closes, and the cash."""
    currency = found.plan.currency
    parts = (
        ("Positions at their closes", fmt.money(found.value - found.cash, currency)),
        ("Cash", fmt.money(found.cash, currency)),
        ("Day of the closes", found.last.isoformat()),
    )
    return given(NOTES["value"], *parts, sample=f"n = {fmt.plural(len(found.contributions), 'holding')}.")


def gain_note(found: PerformanceReport) -> Note:
    """Return what the gain rests on: every step of the bridge."""
    return given(NOTES["gain"], *bridge_pairs(found), sample=f"{found.first.isoformat()} to {found.last.isoformat()}.")


def bridge_mark(found: PerformanceReport) -> Any:
    """Return the mark of the table of steps."""
    note = Note(
        formula="value at the end = value at the start + came in − left + every other step",
        about="The steps add up exactly; effects of exchange rates are a line of their own.",
        inputs=bridge_pairs(found),
        href=EVERY_TRADE,
    )
    return why_note("What moved the value", note)


def contribution_mark(item: Contribution, found: PerformanceReport, query: str | None) -> Any:
    """Return the mark of one holding's contribution."""
    currency, whole = found.plan.currency, found.figures["twr"].value
    note = Note(
        formula="contribution = Σ over days of (P&L of the day ÷ capital of the day) × growth until then; "
        "weight = value ÷ value of the portfolio",
        about="All contributions add up to the time-weighted return.",
        inputs=(
            ("P&L in the period, income inside", fmt.pnl(item.profit, currency)),
            ("Income of it", fmt.money(item.income, currency)),
            ("Value at the end", fmt.money(item.weight * found.value, currency)),
            ("Value of the portfolio", fmt.money(found.value, currency)),
            ("Contribution", fmt.percent(item.share, places=2, signed=True)),
            ("Time-weighted return", fmt.percent(whole, places=2, signed=True) if whole is not None else "n/a"),
        ),
        sample=f"n = {fmt.plural(found.figures['twr'].n, 'day')}.",
        href=portfolio_drills.holding_href(query, item.name) or NOWHERE,
    )
    return why_note(f"Contribution of {item.name}", note)


def weights_mark(
    title: str, parts: Sequence[tuple[str, float, float | None]], currency: str, *, left_out: str = ""
) -> Any:
    """Return the mark of a table of weights.

    Args:
        title: What is divided.
        parts: Name, signed value and weight of each.
        currency: Of the values.
        left_out: What is not counted, and why.
    """
    total = sum(value for _, value, weight in parts if weight is not None)
    note = Note(
        formula="weight = value of the part ÷ value of all parts",
        about="Positions by quantity × price × multiplier, and cash.",
        inputs=(*((name, fmt.money(value, currency)) for name, value, _ in parts), ("All", fmt.money(total, currency))),
        sample=f"n = {fmt.plural(len(parts), 'part')}.",
        left_out=left_out,
        href="?status=open",
        list_name="open trades",
    )
    return why_note(title, note)


def income_notes(found: IncomeReport, query: str | None) -> dict[str, Note]:
    """Return the notes of the headline figures of income."""
    currency, days = found.plan.currency, {item.day for item in found.rows}
    parts = (
        ("Dividends", fmt.money(found.dividends, currency)),
        ("Interest and rewards", fmt.money(found.interest, currency)),
    )
    paid = f"n = {fmt.plural(len(found.rows), 'payment')} on {fmt.plural(len(days), 'day')}."
    symbols = tuple((name or "Cash", fmt.money(amount, currency)) for name, _, amount in found.symbols[:8])
    own: dict[str, Pairs] = {
        "income": parts,
        "dividends": (*symbols, parts[0]),
        "interest": (parts[1],),
        "taxes": (("Withheld", fmt.money(found.taxes, currency)),),
        "yield": (("Income of the period", fmt.money(found.total, currency)),),
    }
    return {name: given(NOTES[name], *pairs, sample=paid, href=_cash(query)) for name, pairs in own.items()}


def income_mark(name: str, count: int, amount: float, found: IncomeReport, query: str | None) -> Any:
    """Return the mark of the income of one symbol."""
    currency = found.plan.currency
    note = Note(
        formula="amount = Σ payment × rate of its day; share = amount ÷ income",
        inputs=(("Payments", fmt.count(count)), ("Amount", fmt.money(amount, currency)),
                ("Income", fmt.money(found.total, currency))),
        sample=f"n = {fmt.plural(count, 'payment')}.",
        href=portfolio_drills.cash_href(query, name),
        list_name=_EVENTS if not name else "trades",
    )  # fmt: skip
    return why_note(f"Income of {name or 'cash'}", note)


def payment_mark(item: IncomeRow, found: IncomeReport, query: str | None) -> Any:
    """Return the mark of one payment."""
    currency = found.plan.currency
    rate = "n/a" if not item.amount else fmt.plain(item.value / item.amount, places=6)
    note = Note(
        formula="paid × rate of the day",
        inputs=(
            ("Paid", fmt.money(item.amount, item.currency)),
            (f"{currency} for one {item.currency} on {item.day.isoformat()}", rate),
            (f"In {currency}", fmt.pnl(item.value, currency)),
        ),
        sample="n = 1 payment of the statement.",
        href=portfolio_drills.day_href(query, item.day, path="/cash"),
        list_name=_EVENTS,
    )
    return why_note(f"Payment of {item.symbol or 'cash'}", note)


def gains_pairs(item: GainsTotal, currency: str) -> Pairs:
    """Return what a gain is worked out from."""
    return (
        ("Proceeds", fmt.money(item.proceeds, currency)),
        ("Cost", fmt.money(item.cost, currency)),
        ("Disallowed losses", fmt.money(item.adjustment, currency)),
        ("Gain", fmt.pnl(item.gain, currency)),
    )


def gains_note(name: str, item: GainsTotal, currency: str) -> Note:
    """Return the note of a headline figure of gains."""
    return given(NOTES[name], *gains_pairs(item, currency), sample=f"n = {fmt.plural(item.count, 'disposal')}.")


def gains_mark(item: GainsTotal, currency: str, title: str = "") -> Any:
    """Return the mark of a sum of gains."""
    return why_note(title or f"Gain, {item.name}", gains_note("gains", item, currency))


def year_mark(name: str, gain: Any, found: GainsReport) -> Any:
    """Return the mark of another tax year's gain."""
    note = Note(
        formula="Σ (proceeds − cost + disallowed losses) of the disposals of the tax year",
        inputs=((f"Tax year {name}", fmt.pnl(gain, found.plan.currency)),),
        about="Choose the year above to see its disposals.",
        href=NOWHERE,
    )
    return why_note(f"Gain, tax year {name}", note)


def held_mark(lot: HeldLot, currency: str, href: str) -> Any:
    """Return the mark of an open lot."""
    note = Note(
        formula="cost = quantity × unit cost, fees of the purchase included",
        inputs=(
            ("Quantity", fmt.quantity(round(lot.quantity, 8))),
            ("Unit cost", fmt.price(round(lot.unit_cost, 6), asset_class=lot.instrument.asset_class)),
            ("Cost", fmt.money(lot.cost, currency)),
        ),
        left_out="What was sold of it since.",
        href=href,
    )
    return why_note(f"Open lot of {lot.instrument.symbol}", note)


def holding_mark(item: Holding, weight: float | None, href: str) -> Any:
    """Return the mark of a position."""
    position, currency = item.position, item.position.instrument.currency
    kind = position.instrument.asset_class.value
    price = "none known" if item.quote is None else fmt.price(item.quote.price, asset_class=kind)
    note = Note(
        formula="value = quantity × last × multiplier; gain = value − quantity × average cost × multiplier; "
        "weight = |value| ÷ Σ |value|",
        about="Before fees. Last, value and gain move with the price; these are of when the table was drawn.",
        inputs=(
            ("Quantity", fmt.quantity(position.quantity)),
            ("Average cost", fmt.price(position.average_price, asset_class=kind)),
            ("Last", price),
            ("Multiplier", fmt.quantity(position.instrument.multiplier)),
            ("Value", "n/a" if item.value is None else fmt.money(item.value, currency)),
            ("Gain", "n/a" if item.unrealised is None else fmt.pnl(item.unrealised, currency)),
            ("Weight", "n/a" if weight is None else fmt.percent(weight)),
        ),
        href=href,
        list_name="trade",
    )
    return why_note(f"Position in {position.instrument.symbol}", note)


def total_mark(found: Any) -> Any:
    """Return the mark of the total of all positions (a `domain.valuation.Valuation`)."""
    note = given(
        NOTES["positions_value"],
        *((item.position.instrument.symbol, fmt.money(item.value, item.position.instrument.currency))
          for item in found.rows if item.value is not None and found.counts(item)),
        ("Total", fmt.money(found.value, found.currency) if found.value is not None else "n/a"),
        sample=f"n = {fmt.plural(len(found.rows), 'position')}.",
    )  # fmt: skip
    return why_note("Total of the positions", note)


def head_marks(found: Any) -> dict[str, Any]:
    """Return the marks of the head of the holdings (a `domain.valuation.Valuation`)."""
    counted = [item for item in found.rows if found.counts(item)]
    sample = f"n = {fmt.plural(len(counted), 'position')} of {fmt.count(len(found.rows))}."
    gains = [(item.position.instrument.symbol, item.unrealised) for item in counted]
    gain = given(
        NOTES["unrealised"],
        *((symbol, fmt.MISSING if value is None else fmt.pnl(value, found.currency)) for symbol, value in gains),
        sample=sample,
    )
    held = [(item.position.account_name, item.position.instrument.symbol) for item in found.rows]
    positions = given(NOTES["positions"], *held, sample=sample)
    return {
        "why_value": total_mark(found),
        "why_gain": why_note("Unrealised gain", gain),
        "why_positions": why_note("Positions", positions),
    }


def money_marks(names: tuple[str, str], found: PerformanceReport) -> dict[str, Any]:
    """Return the marks of the value with cash and of the money-weighted return."""
    rate = found.figures["mwr"]
    note = given(NOTES["mwr"], *figure_pairs("mwr", found), sample=f"n = {fmt.plural(rate.n, 'flow')} of money.")
    return {names[0]: why_note(names[0], value_note(found)), names[1]: why_note(names[1], note)}


def order_mark(line: RebalanceLine, found: RebalanceReport) -> Any:
    """Return the mark of one order."""
    currency = found.plan.currency
    note = Note(
        formula="order = (target × value of the portfolio − held × price) ÷ price, whole units unless fractions are on",
        about="None within the band, below the smallest order, or where buying only forbids it.",
        inputs=(
            ("Value of the portfolio", fmt.money(found.total, currency)),
            ("Held", fmt.quantity(round(line.held, 6))),
            ("Price", fmt.price(line.price)),
            ("Now", fmt.percent(line.before)),
            ("Target", fmt.percent(line.target)),
            ("Order", fmt.quantity(round(line.quantity, 6))),
            ("After", fmt.percent(line.after)),
        ),
        href=NOWHERE,
    )
    return why_note(f"Order in {line.symbol}", note)


def order_notes(found: RebalanceReport, bought: float, sold: float, orders: int) -> dict[str, Note]:
    """Return the notes of the headline figures of rebalancing."""
    currency = found.plan.currency
    pairs: Pairs = (
        ("Buy", fmt.money(bought, currency)),
        ("Sell", fmt.money(sold, currency)),
        ("Cash now", fmt.money(found.cash_before, currency)),
        ("Cash after", fmt.money(found.cash_after, currency)),
        ("Value of the portfolio", fmt.money(found.total, currency)),
    )
    sample = f"n = {fmt.plural(orders, 'order')} of {fmt.plural(len(found.lines), 'holding')}."
    return {name: given(NOTES[name], *pairs, sample=sample)
            for name in ("orders", "buy", "sell", "cash_after", "turnover")}  # fmt: skip


def mix_mark(point: FrontierPoint, found: FrontierReport, year: str) -> Any:
    """Return the mark of one marked mix; `year` says how daily figures are told as those of a year."""
    note = Note(
        formula="return = Σ weight × mean daily return × P; risk = √(weights' covariance weights × P)",
        about=f"Daily simple returns from closes in {found.plan.currency}, long only. {year}",
        inputs=(
            ("Return a year", fmt.percent(point.mean, places=2, signed=True)),
            ("Risk a year", fmt.percent(point.risk, places=2)),
            ("P, days a year", fmt.count(found.year_days)),
            ("Covariance shrunk by", fmt.percent(found.shrinkage)),
            *((name, fmt.percent(weight)) for name, weight in point.weights.items() if weight),
        ),
        sample=f"n = {fmt.plural(found.days, 'common day')}.",
        left_out=", ".join(found.left_out),
        source="Markowitz 1952; Ledoit and Wolf 2004",
        href="?status=open",
        list_name="open trades",
    )
    return why_note(point.name, note)


def sale_mark(sale: LotSale, currency: str) -> Any:
    """Return the mark of one sale; a transfer has no amount to explain."""
    if sale.amount is None:
        return None
    unit = fmt.price(round(sale.amount / sale.quantity, 6)) if sale.quantity else "n/a"
    note = Note(
        formula="amount = quantity × price × multiplier of the fill, fees taken off",
        inputs=(("Quantity", fmt.quantity(sale.quantity)), ("Amount a unit", unit),
                ("Amount", fmt.money(sale.amount, currency))),
        sample="n = 1 fill.",
        href=portfolio_drills.holding_href("", sale.symbol) or NOWHERE,
    )  # fmt: skip
    return why_note(f"Sale of {sale.symbol}", note)


def lot_mark(lot: OpenLot, currency: str) -> Any:
    """Return the mark of one lot that was open before a sale."""
    note = Note(
        formula="cost = open quantity × unit cost, fees of the purchase included",
        inputs=(("Open", fmt.quantity(lot.quantity)), ("Unit cost", fmt.price(round(lot.unit_cost, 6))),
                ("Cost", fmt.money(lot.cost, currency)), ("Taken", fmt.quantity(lot.taken))),
        href=NOWHERE,
    )  # fmt: skip
    return why_note(f"Lot of {lot.acquired}", note)
