"""How what alerts have told was worked out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from components import format as fmt
from components.why_mark import NOWHERE, Note

if TYPE_CHECKING:
    from datetime import datetime

    from domain.alerts import AlertEvent


def told(events: Sequence[AlertEvent], *, zone: str, now: datetime) -> Note:
    """Explain the list of what was told."""
    newest = events[0]
    gaps = sum(item.kind.value == "gap" for item in events)
    restated = sum(item.kind.value == "restated" for item in events)
    return Note(
        formula="told when the price before lies on one side of the level and the price at or beyond it",
        about="Each row keeps the price that did it and the one before, with their times at the provider. Over a gap "
        "no price near the level was seen. Restated: prices changed as by a split, so nothing was crossed.",
        inputs=(
            ("Newest", f"{newest.symbol}, {fmt.instant(newest.told_at, zone, now=now)}"),
            ("Crossed while prices came in", fmt.count(len(events) - gaps - restated)),
            ("Over a gap", fmt.count(gaps)),
            ("Restated", fmt.count(restated)),
            ("With simulated prices", fmt.count(sum(item.simulated for item in events))),
        ),
        sample=f"{fmt.plural(len(events), 'message')}, the newest first",
        left_out="Prices older than the price before them, and prices that could not be renewed.",
        href=NOWHERE,
    )
