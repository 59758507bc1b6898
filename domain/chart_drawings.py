"""What somebody draws on a chart, and the layouts somebody keeps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.errors import InvalidInputError

MOST_DRAWINGS = 200
MOST_LAYOUTS = 50
LONGEST_TEXT = 200
LONGEST_NAME = 60
LONGEST_SETTINGS = 1_000
_LONGEST_ID = 40
_LAST_MS = 4_102_444_800_000  # 2100


class DrawingKind(StrEnum):
    """What can be drawn; a level and a text have one point, the others two. Alerts are `domain.alerts`."""

    TREND = "trend"
    LEVEL = "level"
    RECTANGLE = "rect"
    MEASURE = "measure"
    TEXT = "text"

    @property
    def has_two_points(self) -> bool:
        """Whether it goes from one point to another."""
        return self in (DrawingKind.TREND, DrawingKind.RECTANGLE, DrawingKind.MEASURE)


class LayoutKind(StrEnum):
    """What is kept: a whole chart without its symbol, or its indicators alone."""

    LAYOUT = "layout"
    INDICATORS = "indicators"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A point of a drawing: milliseconds since 1970 UTC and a price."""

    t: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One drawing; `id` is unique on its chart."""

    id: str
    kind: DrawingKind
    a: Spot
    b: Spot | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLayout:
    """A saved layout or set of indicators.

    Attributes:
        settings: The query of a chart's address, without its symbol.
    """

    id: int
    kind: LayoutKind
    name: str
    settings: str
    updated_at: datetime


def read_drawings(items: Sequence[Mapping[str, Any]]) -> tuple[Drawing, ...]:
    """Return drawings from plain values.

    Raises:
        InvalidInputError: If one of them is not a drawing, two have one id, or there are too many.
    """
    if len(items) > MOST_DRAWINGS:
        raise InvalidInputError(f"A chart keeps at most {MOST_DRAWINGS} drawings.", field="items")
    found = tuple(_read_drawing(item) for item in items)
    if len({item.id for item in found}) < len(found):
        raise InvalidInputError("Two drawings have the same id.", field="items")
    return found


def _read_drawing(item: Mapping[str, Any]) -> Drawing:
    name, text = item.get("id"), item.get("text") or ""
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_ID:
        raise InvalidInputError("A drawing has no id.", field="id")
    try:
        kind = DrawingKind(str(item.get("kind")))
    except ValueError as error:
        known = ", ".join(DrawingKind)
        raise InvalidInputError(
            f"Drawing {str(item.get('kind'))[:20]!r} is not known.", field="kind", hint=f"Use {known}."
        ) from error
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise InvalidInputError(f"The text of a drawing has at most {LONGEST_TEXT} characters.", field="text")
    end = _read_spot(item.get("b"), "b") if kind.has_two_points else None
    return Drawing(id=name, kind=kind, a=_read_spot(item.get("a"), "a"), b=end, text=text)


def _read_spot(value: Any, field: str) -> Spot:
    numbers = (value.get("t"), value.get("p")) if isinstance(value, Mapping) else (None, None)
    is_number = all(isinstance(each, int | float) and math.isfinite(each) for each in numbers)
    if not is_number or abs(numbers[0]) > _LAST_MS or abs(numbers[1]) > 1e15:  # type: ignore[arg-type]
        raise InvalidInputError("A point of a drawing has a time and a price.", field=field)
    return Spot(t=float(numbers[0]), p=float(numbers[1]))  # type: ignore[arg-type]


def write_drawings(drawings: Sequence[Drawing]) -> list[dict[str, Any]]:
    """Return drawings as plain values."""
    return [
        {
            "id": item.id,
            "kind": item.kind.value,
            "a": {"t": item.a.t, "p": item.a.p},
            **({"b": {"t": item.b.t, "p": item.b.p}} if item.b else {}),
            **({"text": item.text} if item.text else {}),
        }
        for item in drawings
    ]
