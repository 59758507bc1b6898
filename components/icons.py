"""Icons: one span whose CSS mask (assets/15-icons.css) is a Lucide drawing in the colour of the text."""

from __future__ import annotations

from dash import html

from components.icon_names import NAMES

__all__ = ["NAMES", "icon"]

_SIZES = {11: "i-11", 12: "i-12", 13: "i-13", 14: "i-14", 15: "i-15", 16: "", 20: "i-20", 24: "i-24"}


def icon(name: str, *, size: int = 16, tone: str = "", label: str = "") -> html.Span:
    """Return an icon.

    Args:
        name: A name of `NAMES` (assets_src/icons.txt).
        size: 11, 12, 13, 14, 15, 16, 20 or 24 pixels.
        tone: "" (as the text), "accent", "profit", "loss", "warn", "danger", "info", "muted" or "weak".
        label: Spoken text; without it the icon is decoration and hidden from screen readers.

    Raises:
        KeyError: If the name or size is not one of these.
    """
    if name not in NAMES:
        message = f"There is no icon {name!r}; add it to assets_src/icons.txt and run tools/build_assets.sh."
        raise KeyError(message)
    classes = " ".join(part for part in ("fw-i", f"i-{name}", _SIZES[size], f"t-{tone}" if tone else "") if part)
    spoken = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    return html.Span(className=classes, **spoken)
