"""What people wrote, shown: Markdown without raw HTML, and the pieces of a search hit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from dash import dcc, html

# The policy lets no picture load from elsewhere: what would be a broken picture becomes a link.
_PICTURE = re.compile(r"!\[([^\]\n]*)\]\(")
_PICTURE_REF = re.compile(r"!\[")


def markdown(text: str, *, classes: str = "") -> dcc.Markdown:
    """Return a note as Markdown. Raw HTML stays text and links to scripts lose their address."""
    plain = _PICTURE_REF.sub("[", _PICTURE.sub(r"[\1](", text))
    return dcc.Markdown(plain, className=f"fw-md {classes}".strip(), link_target="_blank", dangerously_allow_html=False)


def hit(pieces: Sequence[tuple[str, bool]]) -> list[Any]:
    """Return a snippet with its hits marked; every piece is text."""
    return [html.Mark(text) if is_hit else text for text, is_hit in pieces]
