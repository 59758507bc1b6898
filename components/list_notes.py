"""How the columns of long lists are worked out: one mark for a list, whose rows lead to what each rests on."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from components import format as fmt
from components.why_mark import NOWHERE, Note, why_note

TRADES, FILLS, CASH = "trades", "fills", "lines"
_COLUMNS = MappingProxyType(
    {
        TRADES: (
            ("Entry, Exit", "Σ price × quantity ÷ Σ quantity of the fills that open, of those that close"),
            ("Gross", "Σ side × (exit − entry) × quantity × multiplier, lot by lot"),
            ("Fees", "of its fills; a fill that crosses zero shares them by quantity"),
            ("Net", "gross − fees"),
            ("R", "P&L ÷ planned risk, where a stop was planned"),
        ),
        FILLS: (
            ("Price, Qty", "as in the file, to its last digit"),
            ("Fees", "as in the file; ≈ where the account's fee plan estimates them"),
            ("Edited", "a change by hand lies over what was imported; History lists it"),
        ),
        CASH: (
            ("Amount", "what the line moved, fees taken off"),
            ("Fee", "the part of it that is the fee of a trade"),
            ("Balance", "balance after the line before + amount"),
        ),
    }
)
_ABOUT = MappingProxyType(
    {
        TRADES: "A trade runs from flat to flat. Its page shows each figure with its inputs and its fills.",
        FILLS: "Nothing here is computed: fills are what trades, positions and cash are computed from.",
        CASH: "Trades, deposits, dividends and the other lines of the statement in the order of their times.",
    }
)


def column_mark(rows: str, count: int) -> Any:
    """Return the mark of a list of `TRADES`, `FILLS` or cash lines."""
    note = Note(
        formula="",
        about=_ABOUT[rows],
        inputs=_COLUMNS[rows],
        sample=f"{fmt.count(count)} {rows} listed.",
        href=NOWHERE,
    )
    return why_note("Columns of the list", note)
