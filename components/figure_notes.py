"""What the figures rest on that are no metric of the catalogue: portfolio, luck, simulation, calendar, one trade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from components.why_mark import EVERY_TRADE, NOWHERE, OPEN_TRADES, Note

_DAILY = "One value a session day of the period; days without money at work are not counted."
_TWR = "GIPS standards, time-weighted return"
_CLOSES = "Prices are the day's closes; a holding without one keeps its last, then its last fill."
_PARTLY = "Of open trades what partial exits have realised. The headline P&L counts the exits of the period instead."
_RANGE = "High and low of the candles while the trade was open; fills count, candles that hold one are left out."
_EFFICIENCY = "TradeStation, performance report"
_BESIDE = "Only days on which both the portfolio and the benchmark have a return."


def _cash(formula: str, left_out: str = "") -> Note:
    return Note(formula=formula, left_out=left_out, href="/cash", list_name="cash events")


def _open(formula: str, about: str = "") -> Note:
    return Note(formula=formula, about=about, href=OPEN_TRADES, list_name="open trades")


PORTFOLIO: Mapping[str, Note] = MappingProxyType(
    {
        "value": Note(
            formula="Σ quantity × close × multiplier + cash, at the rate of the day", about=_CLOSES, href=EVERY_TRADE
        ),
        "gain": Note(formula="value at the end − value at the start − came in + left", href=EVERY_TRADE),
        "twr": Note(formula="Π (1 + rₜ) − 1,  rₜ = (valueₜ + leftₜ) ÷ (valueₜ₋₁ + inₜ) − 1", source=_TWR),
        "mwr": Note(
            formula="the rate r with Σ flowₖ ÷ (1 + r)^((tₖ − t₀) ÷ 365) = 0, the end value among the flows",
            about="Told as the return of the period while it is shorter than a year.",
            source="XIRR (act/365), root found by Brent's method",
        ),
        "dietz": Note(formula="(end − start − flows) ÷ (start + Σ wₖ × flowₖ)", source="Modified Dietz"),
        "benchmark": Note(formula="Π (1 + Σ weight × change of the close) − 1", about="Dividends are not included."),
        "volatility": Note(formula="standard deviation of rₜ × √(days a year)", sample=_DAILY),
        "sharpe": Note(
            formula="mean of rₜ ÷ standard deviation of rₜ × √(days a year)",
            sample=_DAILY,
            source="Sharpe 1994",
        ),
        "sortino": Note(
            formula="mean of rₜ ÷ √(mean of min(rₜ, 0)²) × √(days a year)",
            sample=_DAILY,
            source="Sortino 1994",
        ),
        "max_drawdown": Note(formula="min (growth ÷ highest growth so far − 1)", sample=_DAILY),
        "beta": Note(formula="cov(rₜ, bₜ) ÷ var(bₜ)", sample=_BESIDE),
        "alpha": Note(formula="(mean of rₜ − β × mean of bₜ) × days a year", sample=_BESIDE, source="Jensen 1968"),
        "correlation": Note(formula="cov(rₜ, bₜ) ÷ (σ(rₜ) × σ(bₜ))", sample=_BESIDE),
        "tracking_error": Note(formula="σ(rₜ − bₜ) × √(days a year)", sample=_BESIDE),
        "information_ratio": Note(formula="mean of (rₜ − bₜ) × days a year ÷ tracking error", sample=_BESIDE),
        "income": _cash("dividends + interest and rewards, at the rate of the day paid"),
        "dividends": _cash("Σ dividends paid in the period", left_out="Taxes withheld, shown apart."),
        "interest": _cash("Σ interest, staking and lending paid in the period"),
        "taxes": _cash("Σ taxes withheld in the period"),
        "yield": _cash("income ÷ average value of the portfolio, a year", left_out="Under 90 days."),
        "orders": Note(formula="one for each holding further from its target than the tolerance", href=NOWHERE),
        "buy": Note(formula="Σ quantity × price of the orders to buy", href=NOWHERE),
        "sell": Note(formula="Σ quantity × price of the orders to sell", href=NOWHERE),
        "cash_after": Note(formula="cash + sells − buys", href=NOWHERE),
        "turnover": Note(formula="(buys + sells) ÷ value of the portfolio", href=NOWHERE),
        "gains": Note(formula="proceeds − cost + disallowed losses", about="Each disposal as it is matched below."),
        "proceeds": Note(formula="Σ proceeds of the disposals, fees of the sale taken off"),
        "cost": Note(formula="Σ cost of what was sold, fees of the purchase included"),
        "disallowed": Note(
            formula="Σ losses of wash sales", about="Bought again within 30 days before or after the sale."
        ),
        "positions_value": _open("Σ quantity × latest price × multiplier", about="Of the open positions."),
        "unrealised": _open("value of the open positions − their cost, before fees"),
        "positions": _open("open positions, one an account and instrument"),
    }
)  # fmt: skip
"""Figures of a portfolio by name; those of open positions lead to the open trades."""

POSITIONS: Mapping[str, Note] = MappingProxyType(
    {
        "unrealised": _open("Σ side × (latest price − average entry) × quantity × multiplier, before fees"),
        "Gross": _open("Σ |quantity × latest price × multiplier|"),
        "Long": _open("Σ quantity × latest price × multiplier of the long positions"),
        "Short": _open("Σ quantity × latest price × multiplier of the short positions, below zero"),
        "Net": _open("long + short"),
    }
)
"""Sums over open positions."""

EDGE: Mapping[str, Note] = MappingProxyType(
    {
        "needed": Note(
            formula="n = (t₀.₉₇₅ × s ÷ mean)² − trades so far",
            about="Trades until mean and spread like these could be told from zero with 95 % confidence, as likely as "
            "not. s is the standard deviation of a trade's P&L.",
            source="J. Cohen, Statistical Power Analysis, 1988",
        ),
        "expectancy": Note(formula="mean P&L of a closed trade; interval: t quantile × s ÷ √n, or the bootstrap"),
        "t test": Note(formula="t = mean ÷ (s ÷ √n); p from Student's t, both sides", source="Student 1908"),
        "Sign test": Note(formula="p = P(wins at least this uneven | chance 1/2), both sides", source="exact binomial"),
        "sharpe": Note(
            formula="Φ(SR × √(n − 1) ÷ √(1 − skew × SR + (kurtosis − 1) ÷ 4 × SR²))",
            source="Bailey and López de Prado 2012",
        ),
        "median_end": Note(formula="median of the paths' last equity", about="Paths draw from your own trades."),
        "range_end": Note(formula="5th and 95th percentile of the paths' last equity"),
        "drawdown_chance": Note(formula="paths that fall this far below their peak ÷ paths"),
        "ruin": Note(formula="paths at or below the level at some time ÷ paths"),
        "drawdown": Note(formula="median over paths of the deepest fall below the peak"),
    }
)  # fmt: skip

CALENDAR: Mapping[str, Note] = MappingProxyType(
    {
        "net": Note(
            formula="Σ P&L of the exits of the days", about="A trade closed over several days counts on each."
        ),
        "days": Note(formula="days above and below zero", left_out="Days without an exit."),
        "trades": Note(formula="trades whose last exit lies in these days"),
        "won": Note(formula="winning trades ÷ trades", about="Breakevens are in the denominator here."),
        "r": Note(formula="Σ P&L ÷ planned risk", left_out="Trades without a planned stop."),
    }
)  # fmt: skip

TOTALS: Mapping[str, Note] = MappingProxyType(
    {
        "Gross": Note(formula="Σ P&L before fees of the listed trades", about=_PARTLY, href=NOWHERE),
        "Fees": Note(formula="Σ fees of the listed trades", href=NOWHERE),
        "Win rate": Note(formula="W ÷ (W + L)", left_out="Breakevens and trades still open.", href=NOWHERE),
        "Total": Note(formula="Σ P&L ÷ planned risk", left_out="Trades without a planned stop.", href=NOWHERE),
        "P&L": Note(formula="Σ P&L of the listed trades", about=_PARTLY, href=NOWHERE),
    }
)
"""The bar under the list of trades: what it adds up stands above it."""

TRADE: Mapping[str, Note] = MappingProxyType(
    {
        "Entry": Note(formula="Σ price × quantity ÷ Σ quantity of the fills that opened it"),
        "Exit": Note(formula="Σ price × quantity ÷ Σ quantity of the fills that closed it"),
        "Held": Note(formula="last exit − first entry; an open trade until now"),
        "Risk": Note(formula="|entry − planned stop| × quantity × multiplier", left_out="Unknown without a stop."),
        "Fees": Note(formula="Σ fees of its fills, of a shared fill the part of this trade"),
        "MAE": Note(formula="lowest (price − average entry) × side × quantity held × multiplier, before fees"),
        "MFE": Note(formula="highest (price − average entry) × side × quantity held × multiplier, before fees"),
        "Entry efficiency": Note(
            formula="(high − entry) ÷ (high − low); of a short (entry − low) ÷ (high − low)",
            about=_RANGE,
            source=_EFFICIENCY,
        ),
        "Exit efficiency": Note(
            formula="(exit − low) ÷ (high − low); of a short (high − exit) ÷ (high − low)",
            about=_RANGE,
            source=_EFFICIENCY,
        ),
        "Total efficiency": Note(
            formula="(exit − entry) × side ÷ (high − low)", about=_RANGE, source=_EFFICIENCY
        ),
        "Given back": Note(formula="MFE − P&L before fees, not below zero"),
        "P&L": Note(formula="(exit − entry) × quantity × side × multiplier − fees"),
        "R": Note(formula="P&L ÷ risk", about="Against the planned risk at the entry, a moved stop does not count."),
    }
)  # fmt: skip


def for_trade(name: str) -> Note:
    """Return the note of a figure of one trade; its fills stand on the same page."""
    return replace(TRADE[name], href=NOWHERE)


def given(note: Note, *inputs: tuple[str, str], sample: str = "", href: str = "", list_name: str = "") -> Note:
    """Return a note with the values that went into the figure, and its own list where it has one."""
    return replace(
        note,
        inputs=inputs,
        sample=sample or note.sample,
        href=href or note.href,
        list_name=list_name or note.list_name,
    )


def for_list(note: Note, href: str, list_name: str = "trades") -> Note:
    """Return a note that leads to a list of its own."""
    return replace(note, href=href, list_name=list_name)
