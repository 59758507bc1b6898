"""Corrected and cancelled trades of Interactive Brokers: which fill takes the place of which.

An execution id is of four parts, and the last is its revision: `0000e0d5.65a5b1c2.01.02` corrects
`0000e0d5.65a5b1c2.01.01`. Rows without such an id say by a code that they correct (Co) or cancel (Ca),
and name the trade by OrigTradeID or by having its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from data.brokers.records import fold_known

_REVISED = re.compile(r"([0-9A-Za-z]+\.[0-9A-Za-z]+\.\d{2})\.(\d{2})")
_CODES = ("Notes/Codes", "Notes", "Code")
_SIDE = ("Buy/Sell", "BuySell", "Side")
_TYPE = "TransactionType"
_NOTHING = ("", "0")
_MARK = re.compile(r"\(CA|\b(?:Ca|Co)\b|TRADECANCEL|TRADECORRECT", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a file corrects and cancels.

    Attributes:
        lines: Lines with rows that may do so.
        originals: Identities of the other trades by what such a row names them by.
    """

    lines: frozenset[int] = frozenset()
    originals: Mapping[str, str] = field(default_factory=dict)


NO_CORRECTIONS = Corrections()


class TradeRow(Protocol):
    """A row of trades: its cells by column and the section it is in."""

    @property
    def line(self) -> int:
        """Its line in the file."""

    @property
    def cells(self) -> list[str]:
        """Its texts."""

    @property
    def columns(self) -> Mapping[str, int]:
        """Their places by column."""

    @property
    def section(self) -> str:
        """The section of the query."""

    def text(self, *names: str, default: str = "") -> str:
        """Return the text of the first of these columns that exists."""


def earlier_revisions(execution_id: str) -> tuple[str, ...]:
    """Return the ids that an execution id takes the place of, oldest first; () for originals and other ids."""
    match = None if execution_id.endswith(".01") else _REVISED.fullmatch(execution_id)
    return tuple(f"{match[1]}.{number:02d}" for number in range(1, int(match[2]))) if match else ()


def is_cancelled(row: TradeRow) -> bool:
    """Whether a row takes a trade back: "BUY (Ca.)", the code Ca or the type TradeCancel."""
    if "(CA" in row.text(*_SIDE).upper() or row.text(_TYPE).upper() == "TRADECANCEL":
        return True
    return "Ca" in _codes(row)


def is_corrected(row: TradeRow) -> bool:
    """Whether a row says another price or quantity of a trade: the code Co or the type TradeCorrect."""
    return row.text(_TYPE).upper() == "TRADECORRECT" or "Co" in _codes(row)


def is_marked(row: TradeRow) -> bool:
    """Whether a row corrects or cancels, revised ids aside."""
    return is_cancelled(row) or is_corrected(row)


def marked_lines(rows: Iterable[TradeRow]) -> frozenset[int]:
    """Return the lines with rows that may correct or cancel; every distinct text is looked at once."""
    places: dict[int, list[int]] = {}
    seen: dict[str, bool] = {}
    lines: set[int] = set()
    for row in rows:
        chosen = places.get(id(row.columns))
        if chosen is None:
            found = (row.columns.get(fold_known(name)) for name in (*_CODES, *_SIDE, _TYPE))
            chosen = places[id(row.columns)] = [place for place in found if place is not None]
        for place in chosen:
            text = row.cells[place] if place < len(row.cells) else ""
            if text not in seen:
                seen[text] = bool(_MARK.search(text))
            if seen[text]:
                lines.add(row.line)
    return frozenset(lines)


def earlier_fills(row: TradeRow, identity: str, corrections: Corrections) -> tuple[str, ...]:
    """Return the identities of the fills that a row takes the place of or cancels; () when it does not say.

    Args:
        row: The row.
        identity: Its own identity, "" without one.
        corrections: Those of the file.
    """
    found = earlier_revisions(identity)
    if row.line not in corrections.lines:
        return found
    cancelled, originals = is_cancelled(row), corrections.originals
    found = found or _named(row, identity, originals, cancelled=cancelled)
    if not (found and cancelled and identity):
        return found
    # Read as the opposite fill, the row was stored with its own identity once: that one goes as well.
    return tuple(dict.fromkeys((*found, f"{identity}~2" if identity in originals else identity)))


def _named(row: TradeRow, identity: str, originals: Mapping[str, str], *, cancelled: bool) -> tuple[str, ...]:
    if not (cancelled or is_corrected(row)):
        return ()
    original = row.text("OrigTradeID")
    names = [f"{row.section.lower()}/{name}" for name in (original, row.text("TradeID")) if name not in _NOTHING]
    known = next((originals[name] for name in (*names, identity) if name in originals), "")
    if known:
        return (known,)
    if original not in _NOTHING and not row.text("IBExecID", "ExecID"):
        return (names[0],)
    return (identity,) if identity and not cancelled else ()


def _codes(row: TradeRow) -> list[str]:
    text = row.text(*_CODES)
    return [code.strip() for code in text.replace(",", ";").split(";")] if "C" in text else []
