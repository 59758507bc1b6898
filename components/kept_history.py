"""The card of the history that keeps itself: its switch, how it is doing, and each symbol with its next look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, feedback, marks, moments, tables
from components import format as fmt

if TYPE_CHECKING:
    from domain.history import HistoryItem, HistoryState

Child = Any
SHOWN = 200
_COLUMNS = (
    tables.Column(key="symbol", title="Symbol", strong=True),
    tables.Column(key="width", title="Candles"),
    tables.Column(key="provider", title="Provider", muted=True, hide_mobile=True),
    tables.Column(key="state", title="State"),
    tables.Column(key="until", title="Kept up to", align="right", hide_mobile=True),
    tables.Column(key="last", title="Last run", align="right", hide_mobile=True),
    tables.Column(key="next", title="Next run", align="right", hide_mobile=True),
    tables.Column(key="added", title="Bars added", align="right"),
    tables.Column(key="gaps", title="Gaps left", align="right"),
)


def history_body(found: HistoryState, zone: str) -> html.Div:
    """Return how history is doing, in figures and by symbol."""
    return html.Div([_figures(found, zone), _told(found), _items(found, zone)])


def _figures(found: HistoryState, zone: str) -> html.Div:
    last, following = found.last_at or found.looked_at, found.next_at
    cells = [
        cards.stat("Last run", moments.instant(last, zone) if last else "not yet"),
        cards.stat("Next run", "off" if not found.is_on else moments.instant(following, zone) if following else "–"),
        cards.stat("Series kept", fmt.count(len(found.items))),
        cards.stat("Bars added last", fmt.count(found.added)),
        cards.stat("Gaps left", fmt.count(found.gaps)),
        cards.stat("Waiting after an error", fmt.count(found.failing), tone="loss" if found.failing else ""),
    ]
    return html.Div(cells, className="fw-order-s", role="group", **{"aria-label": "History that keeps itself"})


def _told(found: HistoryState) -> Child:
    parts = []
    if found.unserved:
        parts.append(
            f"{fmt.plural(found.unserved, 'symbol')} in use {'has' if found.unserved == 1 else 'have'} no provider "
            "whose candles can be kept; a simulated market needs none."
        )
    if not found.may_change:
        parts.append(f"It holds for everybody here; {found.keeper} may switch it.")
    return html.Div(" ".join(parts), className="fw-help fw-order-n") if parts else None


def _items(found: HistoryState, zone: str) -> Child:
    if found.items:
        rows = [_row(item, zone, is_on=found.is_on) for item in _worst_first(found.items)[:SHOWN]]
        return tables.table(_COLUMNS, rows, row_height=36, caption="Symbols whose history keeps itself")
    if not found.is_on:
        return feedback.empty("pause", "History does not keep itself", "Switch it on, or fetch symbols by hand.")
    return feedback.empty(
        "history",
        "Nothing to fetch",
        "Symbols that are held, watched, charted or were traded in the last 90 days come here by themselves as soon as "
        "a provider with real prices is in use.",
    )


def _worst_first(items: Sequence[HistoryItem]) -> list[HistoryItem]:
    return sorted(items, key=lambda item: (not item.failures, not item.provider, item.symbol, -item.interval.width))


def _row(item: HistoryItem, zone: str, *, is_on: bool) -> dict[str, Child]:
    return {
        "symbol": item.symbol,
        "width": item.interval.value,
        "provider": item.provider or "–",
        "state": _state(item),
        "until": moments.instant(item.fetched_to, zone) if item.fetched_to else "–",
        "last": moments.instant(item.last_at, zone) if item.last_at else "not yet",
        "next": moments.instant(item.next_at, zone) if is_on else "off",
        "added": fmt.count(item.added),
        "gaps": fmt.count(item.gaps),
    }


def _state(item: HistoryItem) -> Child:
    if item.failures:
        text = f"{item.error} Failed {fmt.plural(item.failures, 'time')}."
        return html.Div([marks.tag("Waiting", tone="neg"), html.Span(text, className="im-sub")], className="fw-order")
    if item.error:
        word = "Waiting" if item.provider else "None"
        return html.Div([marks.tag(word), html.Span(item.error, className="im-sub")], className="fw-order")
    return marks.tag("Kept" if item.last_at else "Queued")
