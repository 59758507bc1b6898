"""How far a trade went for and against its holder: the card of a trade's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from dash import html

from components import cards, figure_notes, tables
from components import format as fmt
from components.why_mark import Note, why_note

EXPLAIN = (
    "Worst (MAE) and best (MFE) unrealised P&L while the trade was open, before fees. Candles that hold a fill are "
    "left out, the fills themselves count. Efficiency: how close entry and exit were to the best price."
)
_COLUMNS = (
    tables.Column(key="name", title="", strong=True),
    tables.Column(key="money", title="Money", align="right"),
    tables.Column(key="price", title="A unit", align="right", muted=True),
    tables.Column(key="fraction", title="Of entry", align="right", muted=True),
    tables.Column(key="r", title="R", align="right"),
)


class Excursion(Protocol):
    """What prices did while a trade was open; see the service."""

    @property
    def mae(self) -> float | None: ...  # noqa: D102 - the protocol's class says it
    @property
    def mfe(self) -> float | None: ...  # noqa: D102
    @property
    def give_back(self) -> float | None: ...  # noqa: D102
    @property
    def entry_efficiency(self) -> float | None: ...  # noqa: D102
    @property
    def exit_efficiency(self) -> float | None: ...  # noqa: D102
    @property
    def total_efficiency(self) -> float | None: ...  # noqa: D102
    @property
    def coverage(self) -> float: ...  # noqa: D102
    @property
    def is_whole(self) -> bool: ...  # noqa: D102
    @property
    def bars(self) -> int: ...  # noqa: D102
    @property
    def interval(self) -> str: ...  # noqa: D102
    @property
    def simulated(self) -> bool: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102


def card(body_id: str) -> html.Section:
    """Return the empty card."""
    title = html.Span("MAE and MFE", title=EXPLAIN)
    return cards.card(title, html.Div(id=body_id), subtitle="while the trade was open", flush=True)


def body(found: Excursion, currency: str) -> Any:
    """Return what the card shows: the two excursions, the efficiencies, and what they rest on."""
    if found.mae is None:
        return html.P(found.reason, className="fw-weak fw-exc-note")
    rows = [_row("MAE", found, "mae", currency), _row("MFE", found, "mfe", currency)]
    parts = [
        ([name, why_note(name, _noted(name, found, currency), value=text)], text)
        for name, text in (
            ("Entry efficiency", fmt.percent(found.entry_efficiency)),
            ("Exit efficiency", fmt.percent(found.exit_efficiency)),
            ("Total efficiency", fmt.percent(found.total_efficiency)),
            ("Given back", fmt.money(found.give_back, currency)),
        )
    ]
    return [
        tables.table(_COLUMNS, rows, caption="Excursions"),
        html.Div(cards.key_values(parts), className="fw-exc-note"),
        html.P(_basis(found), className="fw-weak fw-exc-note"),
    ]


def _noted(name: str, found: Excursion, currency: str) -> Note:
    """Return the note of a figure with the excursions it comes from."""
    return figure_notes.given(
        figure_notes.for_trade(name),
        ("MAE", fmt.pnl(found.mae, currency)),
        ("MFE", fmt.pnl(found.mfe, currency)),
        ("Given back", fmt.money(found.give_back, currency)),
        ("Candles", f"{fmt.count(found.bars)} of {found.interval}"),
        ("Coverage of the time held", fmt.percent(found.coverage, places=0)),
        sample=_basis(found),
    )


def _row(name: str, found: Excursion, slug: str, currency: str) -> dict[str, Any]:
    def read(part: str, write: Callable[[Any], str]) -> str:
        return write(getattr(found, f"{slug}{part}"))

    money = getattr(found, slug)
    return {
        "name": html.Span([name, why_note(name, _noted(name, found, currency), value=fmt.pnl(money, currency))]),
        "money": html.Span(fmt.pnl(money, currency), className=f"fw-{fmt.tone(money)}"),
        "price": read("_price", lambda value: fmt.money(value, currency, signed=True)),
        "fraction": read("_fraction", lambda value: fmt.percent(value, places=2, signed=True)),
        "r": read("_r", fmt.r_multiple),
    }


def _basis(found: Excursion) -> str:
    """Say what the figures rest on."""
    bars = f"{fmt.count(found.bars)} {'candle' if found.bars == 1 else 'candles'} of {found.interval}"
    simulated = " from the demo market" if found.simulated else ""
    if found.is_whole:
        return f"From {bars}{simulated} and the fills."
    return f"Estimate: {bars}{simulated} cover {fmt.percent(found.coverage, places=0)} of the time held."
