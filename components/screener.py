"""The Screener page: conditions to build, what was found, what could not be decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import (
    cards,
    controls,
    feedback,
    forms,
    journal_forms,
    live_cells,
    market_tools,
    marks,
    screener_notes,
    tables,
    why_mark,
)
from components import format as fmt
from components.icons import icon
from components.watchlists import company_href
from domain.screens import EXAMPLES, FRACTIONS, SIGNS, WORDS

if TYPE_CHECKING:
    from domain.market import Quote
    from domain.screens import SavedScreen, Screen, ScreenOrder, ScreenResult, ScreenRow, Term
    from domain.watchlists import Watchlist

Child = Any
IdOf = Callable[[str], dict[str, Any]]
EVERYTHING = -1
"""Value of the choice "everything watched"."""
MOST_SHOWN = 200
_INDICATORS = (
    ("rsi14", "RSI 14"), ("sma20", "SMA 20"), ("sma50", "SMA 50"), ("sma200", "SMA 200"), ("ema20", "EMA 20"),
    ("ema50", "EMA 50"), ("macd.line", "MACD line"), ("macd.signal", "MACD signal"),
    ("macd.histogram", "MACD histogram"),
    ("bb20.upper", "Bollinger 20 upper"), ("bb20.lower", "Bollinger 20 lower"), ("dc20.upper", "Donchian 20 upper"),
    ("dc20.lower", "Donchian 20 lower"), ("adx14", "ADX 14"), ("atr14", "ATR 14"), ("cci20", "CCI 20"),
    ("mfi14", "MFI 14"),
)  # fmt: skip
_SIGN_WORDS = {">": "is above", "<": "is below", ">=": "is at least", "<=": "is at most"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameIds:
    """Ids of the parts of the page."""

    universe: str
    conditions: str
    left: str
    sign: str
    right: str
    add: str
    error: str
    example: str
    saved: str
    name: str
    save: str
    forget: str
    csv: str
    about: str
    body: str


def frame(ids: FrameIds) -> list[Child]:
    """Return the card with the conditions and the card of what is found."""
    terms = [*WORDS.items(), *_INDICATORS]
    build = [
        forms.select(ids.left, terms, value="rsi14"),
        forms.select(ids.sign, [(sign, _SIGN_WORDS[sign]) for sign in SIGNS], value="<"),
        forms.text_input(ids.right, placeholder="30, 2% or sma200", size="sm"),
        controls.button("Add", id=ids.add, icon_name="plus", kind="primary"),
    ]
    opened = {"data-fw-open": "", "aria-haspopup": "menu", "aria-expanded": "false"}
    trigger = html.Button([icon("sparkles"), "Examples"], className="fw-btn ghost", type="button", **opened)
    examples = [controls.menu_item(text, id={"type": ids.example, "key": code}) for code, text in EXAMPLES.items()]
    bar = [
        html.Span("Among", className="fw-weak"),
        forms.select(ids.universe, [(EVERYTHING, "Everything watched")], value=EVERYTHING),
        controls.menu(trigger, examples),
        html.Span(className="fw-sp"),
        forms.select(ids.saved, [], placeholder="Saved screens", clearable=True),
        _save_menu(ids),
    ]
    body = [
        html.Div(bar, className="fw-sc-bar"),
        html.Div(build, className="fw-sc-build"),
        html.Div(id=ids.error, role="alert", className="fw-help err"),
        html.Div(id=ids.conditions, className="fw-sc-conditions"),
    ]
    export = html.A(
        [icon("file-down"), "CSV"], id=ids.csv, href="/export/screen.csv", className="fw-btn ghost xs", download=""
    )
    rows = html.Div(feedback.skeleton_table(6), id=ids.body)
    found = cards.card("Found", rows, subtitle=html.Span(id=ids.about), controls=export)
    return [cards.card("Conditions", html.Div(body, className="fw-stack")), found]


def _save_menu(ids: FrameIds) -> Child:
    opened = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false"}
    trigger = controls.icon_button("save", "Save or delete the screen", attributes=opened)
    foot = [
        controls.button("Delete", id=ids.forget, kind="danger", size="xs"),
        html.Span(className="fw-sp"),
        controls.button("Save", id=ids.save, kind="primary", size="xs"),
    ]
    fields = [
        journal_forms.labelled("Name", forms.text_input(ids.name, placeholder="Oversold leaders", size="md"), ids.name),
        html.Div(foot, className="fw-sc-bar"),
    ]
    return controls.popover(trigger, html.Div(fields, className="pad"), width=280, align="end", label="Save the screen")


def universe_options(lists: Sequence[Watchlist]) -> list[dict[str, Any]]:
    """Return what can be screened."""
    every = {"value": EVERYTHING, "label": "Everything watched"}
    return [every, *({"value": item.id, "label": f"{item.name} ({len(item.symbols)})"} for item in lists)]


def saved_options(screens: Sequence[SavedScreen]) -> list[dict[str, Any]]:
    """Return the saved screens to choose from."""
    return [{"value": item.id, "label": item.name} for item in screens]


def condition_chips(screen: Screen, remove: IdOf) -> Child:
    """Return the conditions as chips that can be taken away."""
    if not screen.conditions:
        return html.Span("No condition yet: everything is shown.", className="fw-weak")
    return [
        html.Span(
            [item.label, controls.icon_button("x", f"Remove {item.label}", id=remove(item.code), small=True)],
            className="fw-chip",
        )
        for item in screen.conditions
    ]


def found_rows(result: ScreenResult, quotes: dict[str, Quote], ids: dict[str, IdOf]) -> Child:
    """Return the matches with the value of every term, and what could not be decided."""
    names = {term.base: term for term in result.screen.terms if term.base not in ("price", "day", "volume")}
    columns = [_sorted_by(column, result.screen.order, ids["sort"]) for column in _columns(names)]
    if not result.matches:
        text = "No watched symbol meets all conditions." if result.screen.conditions else "Watch some symbols first."
        shown: Child = feedback.empty("filter", "Nothing found", text)
    else:
        rows = [_row(row, quotes.get(row.symbol), list(names), ids) for row in result.matches[:MOST_SHOWN]]
        note = why_mark.why_note("Columns of the screen", screener_notes.columns(result, names))
        told = html.P(["How the columns are worked out", note], className="fw-weak fw-sc-note")
        shown = html.Div([tables.table(columns, rows, caption="Symbols found"), told])
    more = len(result.matches) - MOST_SHOWN
    rest = [html.P(f"The first {MOST_SHOWN}; the CSV file has {more} more.", className="fw-weak")] if more > 0 else []
    return [shown, *rest, _undecided(result.undecided)]


def _columns(names: Mapping[str, Term]) -> list[tables.Column]:
    return [
        tables.Column(key="symbol", title="Symbol", strong=True),
        tables.Column(key="name", title="Name", muted=True, hide_mobile=True),
        tables.Column(key="last", title="Last", align="right"),
        tables.Column(key="day", title="Day", align="right"),
        tables.Column(key="volume", title="Volume", align="right", hide_mobile=True),
        *(tables.Column(key=name, title=_title(term), align="right") for name, term in names.items()),
    ]


def _sorted_by(column: tables.Column, order: ScreenOrder | None, sort_id: IdOf) -> tables.Column:
    key = "price" if column.key == "last" else column.key
    is_sorted = order is not None and order.key == key
    way: tables.Order = "none" if not is_sorted else "descending" if order and order.is_down else "ascending"
    return replace(column, sort_id=sort_id(key), order=way)


def _title(term: Term) -> str:
    return WORDS[term.word] if term.indicator is None else term.label.split("\u00d7 ")[-1]


def _row(row: ScreenRow, quote: Quote | None, names: Sequence[str], ids: dict[str, IdOf]) -> dict[str, Child]:
    symbol, volume = row.symbol, row.values.get("volume")
    cells: dict[str, Child] = {name: value_text(name, row.values.get(name), symbol) for name in names}
    return cells | {
        "_href": company_href(symbol),
        "_why": why_mark.why_price(symbol),
        "symbol": symbol,
        "name": row.name,
        "last": live_cells.last(symbol, quote, ids["last"](symbol)),
        "day": live_cells.day(symbol, quote, ids["day"](symbol)),
        "volume": fmt.MISSING if volume is None else fmt.money_short(volume, "").strip(),
    }


def value_text(name: str, value: float | None, symbol: str) -> Child:
    """Return the value of a term as its kind is written."""
    if value is None:
        return fmt.MISSING
    if name in FRACTIONS:
        return marks.signed(fmt.percent(value, signed=name != "place52"), 0 if name == "place52" else value)
    if name.startswith(("volume", "obv")):
        return fmt.money_short(value, "").strip()
    if name.startswith(("rsi", "adx", "cci", "mfi", "stoch", "macd")):
        return fmt.plain(value)
    return market_tools.price_text(symbol, value)


def _undecided(rows: Sequence[ScreenRow]) -> Child:
    if not rows:
        return None
    lines = [html.Li([dcc.Link(row.symbol, href=company_href(row.symbol), className="fw-link"), f": {row.reason}"])
             for row in rows]  # fmt: skip
    title = html.Summary(f"{fmt.plural(len(rows), 'symbol')} could not be decided")
    return html.Details([title, html.Ul(lines)], className="fw-weak fw-sc-undecided")


def about(result: ScreenResult) -> str:
    """Return how many were found among how many."""
    return f"{len(result.matches)} of {fmt.plural(result.looked_at, 'watched symbol')}"
