"""How the columns of a screen are worked out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from components import format as fmt
from components.why_mark import NOWHERE, Note

if TYPE_CHECKING:
    from domain.screens import ScreenResult, Term

_RETURN = "last close ÷ last close at or before that day − 1"
_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "price": "last price, else the last close",
        "day": "last price ÷ previous close − 1",
        "change": "last price − previous close",
        "volume": "volume of the last daily bar",
        "volume20": "mean volume of the last 20 daily bars",
        "high52": "highest high of the last 364 days",
        "low52": "lowest low of the last 364 days",
        "place52": "(last close − low) ÷ (high − low) of the last 364 days",
        "week": _RETURN,
        "month": _RETURN,
        "quarter": _RETURN,
        "year": _RETURN,
    }
)


def columns(result: ScreenResult, names: Mapping[str, Term]) -> Note:
    """Explain the columns of what was found."""
    usual = [("Last", _MEANINGS["price"]), ("Day", _MEANINGS["day"]), ("Volume", _MEANINGS["volume"])]
    return Note(
        formula="each condition: left term, sign, right term; a symbol is found where all of them hold",
        about="Worked out from daily bars restated for splits, the last one being today's up to the last price.",
        inputs=[*usual, *((_label(term), _meaning(term)) for term in names.values())],
        sample=f"{fmt.plural(result.looked_at, 'watched symbol')} looked at, {len(result.matches)} found",
        left_out=f"{fmt.plural(len(result.undecided), 'symbol')} that could not be decided, listed below the table."
        if result.undecided
        else "",
        source="Prices and bars of the provider; the mark of a row tells which one, and when.",
        href=NOWHERE,
    )


def _label(term: Term) -> str:
    return term.label.split("× ")[-1]


def _meaning(term: Term) -> str:
    if term.indicator is None:
        return _MEANINGS[term.word]
    return (
        f"{term.indicator.spec.title} of daily bars at the last one, {term.indicator.reach} bars before it read first"
    )
