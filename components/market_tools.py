"""Tools of the Market page: the symbol menu, the indicator menu and the watchlist."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dash import html

from components import controls, forms, marks
from components import format as fmt
from components.icons import icon
from domain.chart_indicators import INDICATORS, Indicator, IndicatorKind
from domain.market import BarInterval, Profile, Quote

if TYPE_CHECKING:
    from domain.charts import Watched

IdOf = Callable[[str], dict[str, Any]]
INTERVAL_NAMES: Mapping[BarInterval, str] = MappingProxyType(
    {item: item.value.upper() if not item.is_intraday else item.value for item in BarInterval}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A row of the indicator menu: one indicator that can be switched on."""

    key: str
    usual: Indicator

    @property
    def number_keys(self) -> tuple[str, ...]:
        """Keys of its number fields."""
        return tuple(f"{self.key}-{place}" for place in range(len(self.usual.numbers)))


_TWICE = {"sma1": (IndicatorKind.SMA, 20), "sma2": (IndicatorKind.SMA, 50)}
_TWICE |= {"ema1": (IndicatorKind.EMA, 9), "ema2": (IndicatorKind.EMA, 50)}
SLOTS = (
    *(Slot(key=key, usual=Indicator(kind=kind, numbers=(period,))) for key, (kind, period) in _TWICE.items()),
    *(Slot(key=kind.value, usual=Indicator(kind=kind)) for kind, spec in INDICATORS.items() if spec.most == 1),
)


def slot_values(chosen: Sequence[Indicator]) -> tuple[list[list[str]], list[float]]:
    """Return the values of all switches and of all number fields for a choice of indicators."""
    left = list(chosen)
    switches: list[list[str]] = []
    numbers: list[float] = []
    for slot in SLOTS:
        mine = next((item for item in left if item.kind is slot.usual.kind), None)
        if mine is not None:
            left.remove(mine)
        switches.append(["on"] if mine is not None else [])
        numbers += (mine or slot.usual).numbers
    return switches, numbers


def slot_choice(switches: Sequence[Sequence[str] | None], numbers: Sequence[float | None]) -> tuple[Indicator, ...]:
    """Return the indicators that are switched on; an empty number field is the usual number.

    Raises:
        InvalidInputError: If a number is out of its bounds.
    """
    found, at = [], 0
    for slot, switch in zip(SLOTS, switches, strict=True):
        usual = slot.usual.numbers
        given = numbers[at : at + len(usual)]
        at += len(usual)
        if switch:
            filled = tuple(float(usual[place]) if value is None else float(value) for place, value in enumerate(given))
            found.append(Indicator(kind=slot.usual.kind, numbers=filled))
    return tuple(dict.fromkeys(found))


def indicator_menu(count_id: str, *, switch_id: IdOf, number_id: IdOf) -> html.Div:
    """Return the button with the number of indicators and its panel."""
    rows = [_slot_row(slot, switch_id, number_id) for slot in SLOTS]
    overlay = [row for slot, row in zip(SLOTS, rows, strict=True) if not slot.usual.spec.has_pane]
    below = [row for slot, row in zip(SLOTS, rows, strict=True) if slot.usual.spec.has_pane]
    body = [
        controls.menu_caption("On the price"),
        *overlay,
        controls.menu_caption("Below the price"),
        *below,
    ]
    label = [
        icon("activity"),
        html.Span("Indicators", className="hide-m"),
        html.Span(id=count_id, className="n fw-num"),
    ]
    opened = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false", "aria-label": "Indicators"}
    trigger = html.Button(label, className="fw-btn ghost", type="button", **opened)
    return controls.popover(trigger, html.Div(body, className="fw-slots"), width=348, label="Indicators")


def _slot_row(slot: Slot, switch_id: IdOf, number_id: IdOf) -> html.Div:
    spec = INDICATORS[slot.usual.kind]
    fields = []
    for place, (item, key) in enumerate(zip(spec.parameters, slot.number_keys, strict=True)):
        name = f"{spec.title}: {item.name.lower()}, {item.least:g} to {item.most:g}"
        box = forms.number_input(
            number_id(key),
            value=slot.usual.numbers[place],
            size="sm",
            min=item.least,
            max=item.most,
            step=1 if item.whole else min(item.least, 0.1),
        )
        fields.append(html.Label([html.Span(name, className="sr"), box], title=name))
    switch = forms.switch(switch_id(slot.key), spec.title)
    return html.Div([switch, html.Div(fields, className="row-f")], className="slot")


def symbol_menu(symbol_id: str, search_id: str, found_id: str) -> html.Div:
    """Return the button with the symbol; its menu searches."""
    opened = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false", "title": "Change symbol  /"}
    trigger = html.Button(
        [icon("search"), html.Span("…", id=symbol_id, className="ell")],
        className="fw-btn fw-mk-symbol",
        type="button",
        **opened,
    )
    box = forms.text_input(search_id, placeholder="Symbol or name", kind="search", size="md", debounce=0.2)
    field = html.Div([icon("search", size=14), box], className="fw-search-box fw-mk-search")
    return controls.menu(trigger, [field, html.Div(id=found_id, className="fw-mk-found")])


def suggestions(found: Sequence[Profile], text: str) -> list[Any]:
    """Return the menu entries for what was found, and for the text itself when it is no hit."""
    typed = text.strip().upper()
    rows = [_suggestion(item) for item in found]
    if typed and typed not in {item.symbol for item in found}:
        rows.append(_symbol_link(typed, [icon("arrow-right"), html.Span(["Open ", html.B(typed)])], "it"))
    return rows if typed else [controls.menu_caption("Held and watched"), *rows]


def _suggestion(item: Profile) -> html.A:
    parts = [
        html.B(item.symbol, className="fw-sym"),
        html.Span(item.name, className="ell nm"),
        html.Span(item.exchange, className="r"),
    ]
    return _symbol_link(item.symbol, parts, "it")


def _symbol_link(symbol: str, children: Any, classes: str) -> html.A:
    """Return a link that loads a symbol and keeps interval and indicators (assets/js/market.js)."""
    return html.A(children, href=f"/market?symbol={symbol}", className=classes, **{"data-fw-symbol": symbol})


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchIds:
    """Ids of the live parts of a watchlist row, by symbol."""

    row: IdOf
    last: IdOf
    day: IdOf
    remove: IdOf


def watch_rows(watched: Sequence[Watched], ids: WatchIds) -> html.Div:
    """Return the watchlist."""
    head = html.Thead(
        html.Tr([html.Th("Symbol"), html.Th(""), html.Th("Last", className="r"), html.Th("Day", className="r")])
    )
    rows = [_watch_row(item, ids) for item in watched]
    body = html.Table([head, html.Tbody(rows)], className="fw-table fw-num", style={"--fw-row-h": "31px"})
    return html.Div(body, className="fw-scroll")


def _watch_row(item: Watched, ids: WatchIds) -> html.Tr:
    change = item.quote.change_fraction if item.quote else None
    role = "loss" if (change or 0) < 0 else "profit"
    spark = marks.sparkline(item.closes, role=role, width=52, height=20)
    remove = controls.icon_button("x", f"Stop watching {item.symbol}", id=ids.remove(item.symbol), small=True)
    link = _symbol_link(item.symbol, item.symbol, "fw-row-link fw-sym")
    last = html.Span(last_text(item.quote), id=ids.last(item.symbol), **{"data-fw-live": item.symbol})
    day = html.Span(day_text(item.quote), id=ids.day(item.symbol), className=day_class(item.quote))
    cells = [
        html.Td(link),
        html.Td(spark, className="sp"),
        html.Td(last, className="r"),
        html.Td([day, remove], className="r day"),
    ]
    return html.Tr(cells, id=ids.row(item.symbol), className="link")


def last_text(quote: Quote | None) -> str:
    """Return the last price, a dash without one."""
    return fmt.MISSING if quote is None else fmt.price(quote.price, asset_class=_class_of(quote.symbol))


def day_text(quote: Quote | None) -> str:
    """Return the day's change in percent."""
    return fmt.MISSING if quote is None else fmt.percent(quote.change_fraction, places=2, signed=True)


def day_class(quote: Quote | None) -> str:
    """Return the class of the day's change; an old price is grey."""
    if quote is None or quote.stale:
        return "fw-flat"
    return f"fw-{fmt.tone(quote.change_fraction)}"


def _class_of(symbol: str) -> str:
    return "crypto" if "-USD" in symbol else "stock"
