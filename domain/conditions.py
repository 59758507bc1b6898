"""Conditions of the filter on any property of a trade, and how they are written in an address.

"hour:9;size:100..500;!tag:late,FOMO" keeps trades entered in the tenth hour, of a size from 100 up to,
but without, 500, that carry neither tag. A backslash before a character takes away its meaning, so that
names with commas or colons can be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

ESCAPE = "\\"
MOST_CONDITIONS = 40
_PROPERTY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Trades that have, or have not, one of some values of a property.

    Attributes:
        by: Slug of a dimension.
        values: Keys of its buckets, or ranges "from..to" of a number (half-open, either end may be missing);
            "" stands for trades without the property.
        negated: Whether the trades with these values are left out instead of kept.
    """

    by: str
    values: tuple[str, ...]
    negated: bool = False

    @property
    def text(self) -> str:
        """The condition as an address holds it."""
        return f"{'!' if self.negated else ''}{self.by}:{write_words(self.values)}"


def write_words(values: Iterable[object]) -> str:
    """Join texts by commas so that `read_words` gives the same texts back."""
    return ",".join(_escape(str(value)) for value in values)


def read_words(text: str) -> tuple[str, ...]:
    """Split a text at its commas; blanks around a word and empty words are left out."""
    return tuple(word for word in _words(text) if word)


def write_conditions(conditions: Iterable[Condition]) -> str:
    """Join conditions by semicolons so that `read_conditions` gives the same ones back."""
    return ";".join(condition.text for condition in conditions)


def read_conditions(text: str) -> tuple[Condition, ...]:
    """Split a text into conditions.

    Raises:
        ValueError: If a part is not "property:values", or there are too many.
    """
    parts = [part for part in split_text(text, ";") if part.strip()]
    if len(parts) > MOST_CONDITIONS:
        raise ValueError(f"more than {MOST_CONDITIONS} conditions")
    return tuple(_read_condition(part) for part in parts)


def _read_condition(part: str) -> Condition:
    name, *rest = split_text(part, ":", most=1)
    name = name.strip()
    if not rest or not _PROPERTY.fullmatch(name.removeprefix("!")):
        raise ValueError(f"{part[:40]!r} is not property:values")
    return Condition(by=name.removeprefix("!"), values=_words(rest[0]), negated=name.startswith("!"))


def split_text(text: str, mark: str, *, most: int = -1) -> list[str]:
    """Split at a mark that no backslash precedes, at most `most` times; the parts keep their backslashes."""
    parts: list[str] = []
    start = at = 0
    while at < len(text):
        if text[at] == ESCAPE:
            at += 1
        elif text[at] == mark and len(parts) != most:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [*parts, text[start:]]


def _words(text: str) -> tuple[str, ...]:
    return tuple(_unescape(part) for part in split_text(text, ","))


def _escape(text: str) -> str:
    inner = re.sub(r"[\\,;:]", r"\\\g<0>", text)
    # Blanks at the ends would be taken for layout.
    start = ESCAPE if text[:1].isspace() else ""
    if len(text) > 1 and text[-1].isspace():
        inner = inner[:-1] + ESCAPE + inner[-1]
    return start + inner


def _unescape(part: str) -> str:
    part = part.lstrip()
    kept = len(part.rstrip())
    # A blank at the end stays when a backslash that is not itself escaped precedes it.
    if kept < len(part) and (len(part[:kept]) - len(part[:kept].rstrip(ESCAPE))) % 2:
        kept += 1
    return re.sub(r"\\(.)", r"\1", part[:kept], flags=re.DOTALL)
