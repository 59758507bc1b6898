"""The dialog that lists the keys."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from components.controls import icon_button
from components.markup import late

_SHORTCUTS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Anywhere",
        (
            ("Ctrl K", "Search or run a command"),
            ("?", "These shortcuts"),
            ("[", "Fold the sidebar"),
            ("A", "Accounts"),
            ("D", "Dates"),
            ("T", "Theme"),
            ("I", "Import a file"),
            ("/", "Filter the table"),
            ("Esc", "Close or clear"),
        ),
    ),
    (
        "In lists and trades",
        (
            ("J", "Next row or trade"),
            ("K", "Previous row or trade"),
            ("Enter", "Open"),
            ("Space", "Select"),
            ("R", "Trade reviewed, on to the next"),
            (", .", "Newer or older unreviewed trade"),
        ),
    ),
    (
        "On the chart",
        (
            ("1 … 8", "Width of a candle"),
            ("← →", "Earlier or later"),
            ("+ −", "Zoom in or out"),
            ("0", "Whole history"),
            ("Home End", "First or latest bars"),
            ("/", "Another symbol"),
            ("P", "Replay; Space plays"),
            ("F", "Full screen"),
            ("Alt T H R", "Trend, horizontal, rectangle"),
            ("Alt M N A", "Measure, note, alert"),
            ("Shift ← →", "Cross hair, bar by bar"),
            ("Enter", "Point of a drawing, after arrows"),
            (", .", "Previous or next drawing"),
            ("Del", "Remove the drawing"),
        ),
    ),
)


def dialog(pages: Sequence[tuple[str, str]]) -> html.Dialog:
    """Return the dialog.

    Args:
        pages: Second key of the `G` shortcut and title, for the pages that have one.
    """
    groups = [*_SHORTCUTS[:1], ("Go to", tuple((f"G {key}", title) for key, title in pages)), *_SHORTCUTS[1:]]
    body = [
        html.Section(
            [
                html.H3(title),
                *(
                    html.Div([html.Span(text), html.Span([html.Span(key, className="kbd") for key in keys.split()])])
                    for keys, text in entries
                ),
            ]
        )
        for title, entries in groups
    ]
    close = icon_button("x", "Close", attributes={"data-fw-close": ""})
    return html.Dialog(
        [
            html.Header([html.H2("Keyboard shortcuts"), close], className="fw-dlg-h"),
            html.Div(className="fw-dlg-b keys", **late(body)),
        ],
        className="fw-dialog",
        style={"--w": "640px"},
        **{"data-fw-keys": "", "aria-label": "Keyboard shortcuts"},
    )
