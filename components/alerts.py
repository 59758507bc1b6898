"""Price alerts: the bell of the top bar, what it tells, rows of alerts, and the dialog that changes one.

Buttons carry `data-fw-alert`; assets/js/alerts.js hands what they ask for to one callback of the frame, so rows may
come and go on any page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as quote_url

from dash import dcc, html

from components import alert_notes, controls, feedback, forms, journal_forms, market_tools, why_mark
from components import format as fmt
from components.icons import icon

if TYPE_CHECKING:
    from domain.alerts import AlertEvent, PriceAlert
    from domain.market import Quote

Child = Any
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "crosses": "Price crosses",
        "above": "Price crosses above",
        "below": "Price crosses below",
        "rises": "Rises in a day by",
        "falls": "Falls in a day by",
    }
)
ENDS: Mapping[str, str] = MappingProxyType(
    {"never": "Never", "1": "In a day", "7": "In a week", "30": "In 30 days", "90": "In 90 days"}
)
KEPT_END = "kept"
_CROSSED = {"crosses": "crossed", "above": "rose to", "below": "fell to", "rises": "rose by", "falls": "fell by"}
_STATES = {"armed": "", "paused": "Paused", "fired": "Done", "expired": "Over"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormIds:
    """Ids of the dialog's parts."""

    form: str
    title: str
    symbol: str
    kind: str
    level: str
    note: str
    repeats: str
    ends: str
    save: str
    delete: str
    error: str


def asks(do: str, key: object = "") -> dict[str, str]:
    """Return the attribute of a button that asks for something: "new" (a symbol), "edit", "on", "off" (an alert)."""
    return {"data-fw-alert": f"{do}:{key}"}


def bell(count_id: str, list_id: str) -> html.Div:
    """Return the bell with its number of unread events and the panel that lists them."""
    opened = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false", **asks("read")}
    trigger = html.Button(
        [icon("bell"), html.Span(id=count_id, className="fw-bell-n fw-num", **{"aria-live": "polite"})],
        className="fw-icon-btn fw-bell",
        type="button",
        title="Alerts",
        **{"aria-label": "Alerts"},
        **opened,
    )
    foot = html.Div(
        [
            dcc.Link("All alerts", href="/alerts", className="it"),
            html.Button("New alert", className="it", type="button", **asks("new")),
        ],
        className="fw-bell-foot",
    )
    return controls.popover(
        trigger, [html.Div(id=list_id, className="fw-bell-list"), foot], width=340, align="end", label="Alerts"
    )


def event_list(events: Sequence[AlertEvent], *, zone: str, now: datetime) -> Child:
    """Return what was told, the newest first."""
    if not events:
        text = "When a price meets one of your alerts, it is said here, on whichever page you are."
        return html.Div([html.B("Nothing told yet"), html.Span(text)], className="fw-bell-none")
    return html.Div([_event(item, zone=zone, now=now) for item in events])


def _event(item: AlertEvent, *, zone: str, now: datetime) -> dcc.Link:
    mark = icon("bell-ring", tone="warn" if item.read_at is None else "")
    body = html.Div([html.B(event_title(item)), html.Span(event_text(item, zone=zone, now=now))], className="tx")
    classes = f"it fw-bell-row{'' if item.read_at else ' new'}"
    return dcc.Link([mark, body], href=chart_href(item.symbol), className=classes)


def event_title(item: AlertEvent) -> str:
    """Return what happened in a line."""
    if item.kind.value == "restated":
        return f"{item.symbol} was restated"
    return f"{item.symbol} {_CROSSED[item.condition.value]} {level_text(item.symbol, item.condition.value, item.level)}"


def event_text(item: AlertEvent, *, zone: str, now: datetime) -> str:
    """Return price, instant and what has to be known about them."""
    price, before = (market_tools.price_text(item.symbol, value) for value in (item.price, item.before))
    when, earlier = (fmt.instant(at, zone, now=now) for at in (item.price_at, item.before_at))
    if item.kind.value == "restated":
        return f"From {before} to {price}, as after a split. The alert is paused: check its level."
    parts = [f"{price}, {when[:1].lower()}{when[1:]}"]
    if item.kind.value == "gap":
        parts.append(f"over a gap: {before} at {earlier} was the last price before")
    parts += [word for word in ("simulated price" if item.simulated else "", item.note) if word]
    return " · ".join(parts)


def chart_href(symbol: str) -> str:
    """Return the address of a symbol's chart."""
    return f"/market?symbol={quote_url(symbol, safe='')}"


def level_text(symbol: str, kind: str, level: object) -> str:
    """Return a level as its condition counts."""
    number = float(str(level))
    return fmt.percent(number, places=2) if kind in ("rises", "falls") else market_tools.price_text(symbol, number)


def condition_text(item: PriceAlert, *, named: bool = True) -> str:
    """Return what an alert waits for."""
    words = f"{item.kind.words} {level_text(item.symbol, item.kind.value, item.level)}"
    words += " in a day" if item.kind.is_of_day else ""
    return f"{item.symbol} {words}" if named else words[:1].upper() + words[1:]


def away_text(item: PriceAlert, quote: Quote | None) -> str:
    """Return how far the price is from the level; of a day's move, how far it has come."""
    if quote is None:
        return "No price"
    if item.kind.is_of_day:
        return f"now {fmt.percent(quote.change_fraction, places=2, signed=True)}"
    return f"{fmt.percent(abs(float(item.level) / quote.price - 1), places=2)} away"


def rows(
    alerts: Sequence[PriceAlert], quotes: Mapping[str, Quote], *, zone: str, now: datetime, named: bool = True
) -> Child:
    """Return alerts, one under the other.

    Args:
        alerts: In the order they are shown.
        quotes: Last prices.
        zone: Zone of the times.
        now: The instant.
        named: Whether each says its symbol.
    """
    if not alerts:
        return html.Div("No alert yet. The bell above the chart sets one at a price.", className="fw-al-none")
    shown = [_row(item, quotes.get(item.symbol), zone=zone, now=now, named=named) for item in alerts]
    return html.Div(shown, className="fw-al", role="list")


def no_alerts() -> html.Div:
    """Return what stands for the alerts of a person who has none."""
    new = controls.button("New alert", icon_name="plus", attributes=asks("new"))
    text = "Name a price or a day's move to wait for. The server watches it, whichever page is open."
    return feedback.empty("bell-plus", "No alerts set", text, actions=[new])


def _row(item: PriceAlert, quote: Quote | None, *, zone: str, now: datetime, named: bool) -> html.Div:
    is_on, words = item.state.value == "armed", condition_text(item, named=named)
    detail: list[Child] = []
    if is_on:
        fed = {"data-fw-quote": item.symbol, "data-fw-part": "away", "data-fw-away": f"{item.kind.value} {item.level}"}
        detail.append(html.Span(away_text(item, quote), id=f"alert-away-{item.id}", **fed))
    elif item.fired_at is not None and item.state.value == "fired":
        price = market_tools.price_text(item.symbol, item.fired_price)
        detail.append(f"{fmt.instant(item.fired_at, zone, now=now)}, price {price}")
    else:
        detail.append(_STATES[item.state.value])
    detail += [word for word in ("every time" if item.repeats else "", _end_text(item, zone), item.note) if word]
    sub: list[Child] = []
    for part in detail:
        sub += [" · ", part] if sub else [part]
    look = {"role": "switch", "aria-checked": str(is_on).lower(), "aria-label": f"{words}: armed"}
    switch = html.Button(
        className=f"fw-switch{' on' if is_on else ''}", type="button", **look, **asks("off" if is_on else "on", item.id)
    )
    mark = icon("bell" if is_on else "bell-ring", tone="" if is_on or item.state.value != "fired" else "warn")
    open_it = html.Button(
        [html.B(words), html.Span(sub, className="fw-num")], className="tx", type="button", **asks("edit", item.id)
    )
    why = why_mark.why_price(item.symbol, what="price and distance")
    return html.Div([mark, open_it, why, switch], className=f"fw-al-row {item.state.value}", role="listitem")


def _end_text(item: PriceAlert, zone: str) -> str:
    if item.expires_at is None or item.state.value != "armed":
        return ""
    return f"until {fmt.instant(item.expires_at, zone)}"


def panel_head(armed: int, symbol: str) -> list[Child]:
    """Return title, number of armed alerts and the button for a new one."""
    add = controls.icon_button("plus", "New alert", attributes=asks("new", symbol))
    return [html.B("Alerts"), html.Span(f"{armed} armed", className="fw-weak"), html.Span(className="fw-sp"), add]


def alert_card(body_id: str, *, add_symbol: str = "") -> html.Section:
    """Return the card of alerts before its rows are known."""
    from components import cards

    add = controls.button("Add", icon_name="plus", size="xs", attributes=asks("new", add_symbol))
    return cards.card("Alerts", html.Div(feedback.skeleton_table(2), id=body_id), controls=add)


def form(ids: FormIds) -> html.Dialog:
    """Return the dialog in which an alert is set or changed."""
    level = forms.text_input(ids.level, placeholder="431.50, or 2.5 for percent")
    repeats = forms.segmented(ids.repeats, [("once", "Once"), ("always", "Every time")], "once", label="Told")
    fields = [
        journal_forms.labelled("Symbol", forms.text_input(ids.symbol, placeholder="AAPL, BTC-USD"), ids.symbol),
        html.Div(
            [
                journal_forms.labelled(
                    "Condition", forms.select(ids.kind, list(KINDS.items()), value="crosses"), ids.kind
                ),
                journal_forms.labelled("Level", level, ids.level),
            ],
            className="fw-al-two",
        ),
        html.Div(
            [
                journal_forms.labelled("Told", repeats),
                journal_forms.labelled("Ends", forms.select(ids.ends, list(ENDS.items()), value="never"), ids.ends),
            ],
            className="fw-al-two",
        ),
        journal_forms.labelled("Note", forms.text_input(ids.note, placeholder="What to do then"), ids.note),
        html.Div(
            "Looked at by the server while it runs, whichever page is open. A level in an opening gap is told as one; "
            "old prices never count.",
            className="fw-help",
        ),
    ]
    return journal_forms.form_dialog(
        ids.form, ids.title, fields, save_id=ids.save, delete_id=ids.delete, error_id=ids.error, width=460
    )


def end_options(end: str) -> list[dict[str, str]]:
    """Return when an alert may end; `end` is the text of an end that is kept, "" when there is none."""
    kept = [{"value": KEPT_END, "label": end}] if end else []
    return [*kept, *({"value": key, "label": text} for key, text in ENDS.items())]


def toast(item: AlertEvent, *, zone: str, now: datetime) -> html.Div:
    """Return the message that an alert has spoken, with the way to its chart."""
    link = controls.link_button("Chart", chart_href(item.symbol), size="xs")
    text = event_text(item, zone=zone, now=now)
    return feedback.toast("warn", event_title(item), text, action=link, seconds=20, key=f"alert-{item.id}")


def new_mark(count: int) -> str:
    """Return the number at the bell, "" for none."""
    return "" if not count else fmt.count(min(count, 99))


def history(events: Sequence[AlertEvent], *, zone: str, now: datetime) -> Child:
    """Return the table of what was told."""
    if not events:
        return feedback.empty(
            "bell-ring", "Nothing told yet", "Each time an alert speaks, its price and time are kept here."
        )
    note = why_mark.why_note("What was told", alert_notes.told(events, zone=zone, now=now))
    head = html.Thead(html.Tr([html.Th("When"), html.Th(["What", note]), html.Th("Details", className="hide-m")]))
    body = [
        html.Tr(
            [
                html.Td(fmt.instant(item.told_at, zone, now=now), className="m"),
                html.Td(dcc.Link(event_title(item), href=chart_href(item.symbol), className="fw-row-link")),
                html.Td(event_text(item, zone=zone, now=now), className="hide-m wrap"),
            ],
            className="link",
        )
        for item in events
    ]
    return html.Div(
        html.Table([head, html.Tbody(body)], className="fw-table fw-num"), className="fw-scroll", tabIndex="0"
    )
