"""How the charts of the book are drawn: what their marks say before the browser adds the drawn values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from components.why_mark import CLOSED_TRADES, EVERY_TRADE, OF_ADDRESS, OF_BASIS, Note


def of_pnl(about: str, formula: str) -> Note:
    """Return the note of a chart of realised P&L, net or gross as the page says."""
    return Note(formula=formula, about=about, href=EVERY_TRADE, metric=OF_BASIS)


def of_trades(about: str, formula: str, *, metric: str = "trades") -> Note:
    """Return the note of a chart of closed trades."""
    return Note(formula=formula, about=about, href=CLOSED_TRADES, metric=metric)


def as_drawn(note: Note, about: str) -> Note:
    """Return the note of a figure for the chart that draws it."""
    return replace(note, about=about)


def of_groups(about: str) -> Note:
    """Return the note of bars of the P&L by a property."""
    return of_pnl(about, "bar = Σ P&L of the exits of its trades")


CHARTS: Mapping[str, Note] = MappingProxyType(
    {
        "equity": of_pnl(
            "Each point is one exit, partial exits included; P&L is dated at the exit. Click a point for the trades of "
            "its day, a fall for the trades in it. Drawdown is the fall from the highest equity so far, the starting "
            "balance included.",
            "equityₜ = Σ P&L of the exits up to t;  drawdownₜ = equityₜ − max(0, highest equity up to t)",
        ),
        "edges": of_trades(
            "A filled mark's interval lies wholly on one side of zero: an edge luck alone is unlikely to give. A "
            "hollow mark is not proven. Under ten trades no interval is shown.",
            "mean result of the setup's closed trades ± t quantile × s ÷ √n (below 10 trades the bootstrap)",
            metric="expectancy",
        ),
        "distribution": of_trades(
            "Counts of closed trades by result; zero is always an edge of a bin, so no bin mixes wins and losses. "
            "Click a bin for its trades.",
            "bar = closed trades whose result lies in the bin;  line = mean result",
            metric="expectancy",
        ),
        "breakdown": Note(
            formula="bar = the figure over the trades of its group",
            about="The same function as the headline figure, over the trades that the bar leads to.",
            href=EVERY_TRADE,
            metric=OF_ADDRESS,
        ),
        "cross": Note(
            formula="cell = the figure over the trades of its row and its column",
            about="The same function as the headline figure, over the trades that the cell leads to. Empty cells have "
            "no trades.",
            href=EVERY_TRADE,
            metric=OF_ADDRESS,
        ),
        "trend": Note(
            formula="point = the figure over the window of trades that ends there",
            about="Windows move by one closed trade, in the order of the last exits.",
            metric=OF_ADDRESS,
        ),
        "scatter": of_trades(
            "Each point is one closed trade that has both numbers. Of many trades a part is drawn, the extremes "
            "always; the line below says how many.",
            "x and y: two numbers of the trade",
        ),
        "compare": of_pnl(
            "Realised P&L added up exit by exit: A is the line, B the dashed one.", "Σ P&L of the group's exits up to t"
        ),
        "year": of_pnl(
            "A tile is a session day of the account's zone; empty ones have no exit.", "tile = Σ P&L of the day's exits"
        ),
        "hours": of_pnl(
            "Realised P&L of the trades entered in each hour of each weekday. Click a cell for its trades.",
            "cell = Σ P&L of the exits of the trades entered then",
        ),
        "months": of_pnl(
            "Realised P&L of the exits on each weekday of each month. Click a cell for its trades.",
            "cell = Σ P&L of the exits then",
        ),
    }
)
