"""The quote providers of an installation and what its gate put aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from components import feedback, marks, moments, tables
from components import format as fmt

if TYPE_CHECKING:
    from domain.market import ProviderStatus
    from domain.quote_feeds import ProviderFacts, Refusal

_USED = (
    tables.Column(key="place", title="", muted=True, hide_mobile=True, width="24px"),
    tables.Column(key="provider", title="Provider", strong=True),
    tables.Column(key="state", title="State"),
    tables.Column(key="age", title="Last answer", align="right"),
    tables.Column(key="served", title="Prices kept", align="right", hide_mobile=True),
    tables.Column(key="left", title="Calls left", align="right", hide_mobile=True),
    tables.Column(key="stream", title="Live by", muted=True, hide_mobile=True),
)
_UNUSED = (
    tables.Column(key="provider", title="Provider", strong=True),
    tables.Column(key="offers", title="Has", muted=True, hide_mobile=True),
    tables.Column(key="limits", title="Limits", muted=True, hide_mobile=True),
    tables.Column(key="needs", title="Needs", muted=True),
)
_REFUSED = (
    tables.Column(key="at", title="When", muted=True),
    tables.Column(key="symbol", title="Symbol", strong=True),
    tables.Column(key="provider", title="Provider", muted=True, hide_mobile=True),
    tables.Column(key="reason", title="Why it was put aside"),
    tables.Column(key="value", title="What came", muted=True, hide_mobile=True),
    tables.Column(key="kept", title="Price that stays", align="right"),
)
_WORDS = {"stock": "stocks", "fund": "funds", "index": "indices", "forex": "currencies", "crypto": "coins"}


def used_table(found: Sequence[ProviderFacts]) -> Any:
    """Return the providers in use, in the order they are asked, with how each is doing."""
    rows = [_used_row(item, item.status) for item in found if item.status is not None]
    return tables.table(_USED, rows, row_height=44, caption="Quote providers in use")


def unused_table(found: Sequence[ProviderFacts]) -> Any:
    """Return the providers that are not in use, and what each needs."""
    rows = [
        {
            "provider": _named(item),
            "offers": _stack(
                ", ".join(_WORDS.get(name, f"{name}s") for name in item.offers), f"candles {', '.join(item.intervals)}"
            ),
            "limits": item.limits or "none",
            "needs": html.Code(item.setting) if item.setting and not item.is_set else "nothing",
        }
        for item in found
        if item.status is None
    ]
    if not rows:
        return feedback.empty("circle-check", "All of them are in use")
    return tables.table(_UNUSED, rows, row_height=44, caption="Quote providers that are not in use")


def refusal_table(found: Sequence[Refusal], zone: str) -> Any:
    """Return what the gate put aside; the price that stayed is beside it."""
    if not found:
        return feedback.empty(
            "circle-check", "Nothing was put aside", "Every price of your symbols passed the gate as it came."
        )
    rows = [
        {
            "at": moments.instant(item.refused_at, zone),
            "symbol": item.symbol,
            "provider": item.provider,
            "reason": html.Span(item.reason, style={"whiteSpace": "normal"}),
            "value": item.value,
            "kept": "–" if item.last_good is None else fmt.price(item.last_good),
        }
        for item in found
    ]
    return tables.table(_REFUSED, rows, row_height=36, caption="Prices that were put aside")


def _used_row(item: ProviderFacts, status: ProviderStatus) -> dict[str, Any]:
    left = status.calls_left
    return {
        "place": str(item.place),
        "provider": _named(item, status.last_error or _polled(status)),
        "state": marks.tag(*_state(status)),
        "age": "none yet" if status.age_seconds is None else f"{fmt.ago(status.age_seconds)} ago",
        "served": fmt.count(status.served),
        "left": "no limit" if left is None else _stack(fmt.count(left), item.limits),
        "stream": "stream" if item.streams else "poll",
    }


def _polled(status: ProviderStatus) -> str:
    return f"{status.stream_error} It is polled until the stream comes back." if status.stream_error else ""


def _named(item: ProviderFacts, fault: str = "") -> html.Div:
    return _stack(item.title, fault or item.note)


def _stack(text: str, small: str) -> html.Div:
    below = html.Div(small, className="im-sub", style={"whiteSpace": "normal"}) if small else None
    return html.Div([html.Div(text), below])


def _state(status: ProviderStatus) -> tuple[str]:
    if status.simulated:
        return ("Simulated",)
    if status.breaker.value == "open":
        return ("Resting",)
    if status.breaker.value == "half-open":
        return ("Trying again",)
    return ("Working" if status.last_success else "Not asked yet",)
