"""Templates of notes as cards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, controls, feedback, written

if TYPE_CHECKING:
    from domain.journal import NoteTemplate

Child = Any
_KINDS = {"trade": "for trades", "day": "for days"}


def templates(found: Sequence[NoteTemplate], *, edit_type: str) -> list[Child]:
    """Return a card for each template."""
    if not found:
        text = "A template is the same questions every time: what was planned, what happened, what next."
        return [html.Section(feedback.empty("file-text", "No templates yet", text), className="fw-card")]
    return [_card(item, edit_type) for item in found]


def _card(item: NoteTemplate, edit_type: str) -> html.Section:
    edit = controls.button(
        "Edit",
        id={"type": edit_type, "template": item.id},
        icon_name="pencil",
        size="xs",
        kind="ghost",
        attributes={"aria-label": f"Edit {item.name}"},
    )
    return cards.card(item.name, written.markdown(item.body), subtitle=_KINDS[item.kind], controls=edit)
