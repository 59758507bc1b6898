"""The Allocation tab: the same portfolio by class, sector, currency, account and symbol, beside its targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dash import html

from components import (
    cards,
    charts,
    controls,
    feedback,
    forms,
    portfolio_drills,
    portfolio_frame,
    portfolio_notes,
    tables,
)
from components import format as fmt
from components.portfolio_view import CLASS_NAMES
from components.why_mark import OPEN_TRADES, Note
from domain.portfolios import Dimension

if TYPE_CHECKING:
    from domain.portfolio_figures import AllocationPart, AllocationReport

PARTS = 8
TITLES: Mapping[Dimension, tuple[str, str]] = MappingProxyType(
    {
        Dimension.CLASS: ("Asset class", "Class"),
        Dimension.SECTOR: ("Sector", "Sector"),
        Dimension.CURRENCY: ("Currency", "Currency"),
        Dimension.ACCOUNT: ("Account", "Account"),
        Dimension.SYMBOL: ("Holding", "Symbol"),
    }
)


def part_name(name: str, dimension: Dimension) -> str:
    """Return a part's readable name."""
    return CLASS_NAMES.get(name, name) if dimension is Dimension.CLASS else name


def body(reports: Sequence[AllocationReport], query: str | None, *, theme: str) -> list[Any]:
    """Return a card for each dimension and the map of holdings."""
    found = {item.dimension: item for item in reports}
    if not any(item.parts for item in reports):
        text = "Open positions and cash are divided here."
        return [feedback.empty("chart-pie", "Nothing to divide", text)]
    by_part = [part_card(found[item], query) for item in (Dimension.CLASS, Dimension.SECTOR)]
    by_place = [part_card(found[item], query) for item in (Dimension.CURRENCY, Dimension.ACCOUNT)]
    tiles = treemap_card(found[Dimension.SYMBOL], class_roles(found[Dimension.CLASS]), query, theme=theme)
    first = html.Div([tiles, by_part[0]], className="g fw-pf")
    rest = html.Div([by_part[1], *by_place], className="g three")
    return [first, rest]


def class_roles(found: AllocationReport) -> dict[str, str]:
    """Return the colour role of each asset class, and of cash: those of its bar and table."""
    return {part.name: f"c{(number - 1) % PARTS + 1}" for number, part in enumerate(shown_parts(found.parts), 1)}


def treemap_card(found: AllocationReport, roles: Mapping[str, str], query: str | None, *, theme: str) -> html.Section:
    """Return the holdings as tiles by weight, in the colours of their asset classes."""
    from components.figures.allocation import describe_allocation, treemap_figure

    names = [part.name for part in found.parts]
    values = [abs(part.value) for part in found.parts]
    whole = [(part.name, part.value, part.weight) for part in found.parts]
    mark = portfolio_notes.weights_mark("Holdings and cash", whole, found.plan.currency)
    painted = [roles.get(part.asset_class or part.name, "neutral") for part in found.parts]
    tiles = treemap_figure(names, values, roles=painted, theme=theme)
    return cards.chart_card(
        "Holdings and cash",
        charts.graph(
            "portfolio-map",
            label=describe_allocation(names, values),
            figure=portfolio_drills.drill_holdings(tiles, names, query),
            height=300,
        ),
        subtitle=["sized by weight, ", fmt.money(found.value, found.plan.currency), " together", mark],
        explain=Note(
            formula="area = |value of the holding| ÷ Σ of all",
            about="A tile is a holding or cash over all accounts, in the colour of its asset class; short positions by "
            "their size. Weights are shares of the value of positions and cash together.",
            href=OPEN_TRADES,
            list_name="open trades",
        ),
    )


def part_card(found: AllocationReport, query: str | None) -> html.Section:
    """Return one dimension: a bar and its table, with the distance to the targets where there are any."""
    title, head = TITLES[found.dimension]
    has_targets = any(part.target is not None for part in found.parts)
    parts = shown_parts(found.parts)
    link = portfolio_frame.csv_link(f"/export/portfolio/allocation.csv?by={found.dimension.value}", query)
    children: list[Any] = [
        bar(parts, found.dimension, query),
        part_table(parts, found, head, query=query, has_targets=has_targets),
    ]
    return cards.card(title, html.Div(children, className="fw-stack"), controls=link)


def bar(parts: Sequence[AllocationPart], dimension: Dimension, query: str | None) -> html.Div:
    """Return the parts as one stacked bar."""
    shown = [(number, part) for number, part in enumerate(parts, 1) if part.weight and part.weight > 0]
    label = ", ".join(f"{part_name(part.name, dimension)} {fmt.percent(part.weight)}" for _, part in shown[:4])
    pieces = [
        portfolio_drills.piece(
            portfolio_drills.part_href(query, dimension, part.name),
            style={"flex": f"{part.weight:.5f}", "background": f"var(--fw-c{(number - 1) % PARTS + 1})"},
            title=f"{part_name(part.name, dimension)} {fmt.percent(part.weight)}",
        )
        for number, part in shown
    ]
    return html.Div(pieces, className="fw-alloc-bar", role="group", **{"aria-label": f"Allocation: {label}"})


def part_table(
    parts: Sequence[AllocationPart], found: AllocationReport, head: str, *, query: str | None, has_targets: bool
) -> html.Div:
    """Return name, weight and value (or the distance to the target) of each part."""
    last = "Off target" if has_targets else "Value"
    named = [(part_name(part.name, found.dimension), part.value, part.weight) for part in parts]
    mark = portfolio_notes.weights_mark(f"Weights by {head.lower()}", named, found.plan.currency)
    cells: list[Any] = [
        html.Span(),
        html.Span([head, mark], className="fw-weak"),
        html.Span("Weight", className="fw-weak r"),
        html.Span(last, className="fw-weak r"),
    ]
    for number, part in enumerate(parts, 1):
        cells += [
            html.I(style={"background": f"var(--fw-c{(number - 1) % PARTS + 1})"}),
            html.Span(
                portfolio_drills.linked(
                    part_name(part.name, found.dimension),
                    portfolio_drills.part_href(query, found.dimension, part.name),
                ),
                className="ell",
            ),
            html.B(fmt.percent(part.weight), className="r"),
            html.Span(_end(part, found.plan.currency, has_targets=has_targets), className="r"),
        ]
    return html.Div(cells, className="fw-alloc fw-num")


def _end(part: AllocationPart, currency: str, *, has_targets: bool) -> str:
    if not has_targets:
        return fmt.money(part.value, currency, places=0)
    return fmt.MISSING if part.off_target is None else fmt.points(part.off_target)


def shown_parts(parts: Sequence[AllocationPart]) -> list[AllocationPart]:
    """Return at most eight parts, the smallest together."""
    if len(parts) <= PARTS:
        return list(parts)
    rest = parts[PARTS - 1 :]
    other = type(rest[0])(
        name=f"{len(rest)} others",
        value=sum(part.value for part in rest),
        weight=sum(part.weight or 0.0 for part in rest),
    )
    return [*parts[: PARTS - 1], other]


def sector_card(body_: Any, *, save_id: str) -> html.Section:
    """Return the card around the table of sectors."""
    save = controls.button("Save sectors", id=save_id, kind="primary", size="sm")
    return cards.card(
        "Sectors",
        [body_, html.Div(save, className="fw-pf-end")],
        subtitle="what you write here comes before the quote provider's word",
        flush=True,
    )


def sector_table(rows: Sequence[tuple[str, str]], id_of: Callable[[str], dict[str, str]]) -> Any:
    """Return the table in which a person says which sector a holding belongs to."""
    columns = (
        tables.Column(key="symbol", title="Holding", strong=True),
        tables.Column(key="sector", title="Sector", width="56%"),
    )
    found = [
        {
            "symbol": symbol,
            "sector": portfolio_frame.named_field(
                f"Sector of {symbol}",
                forms.text_input(id_of(symbol), value=sector, placeholder="Not classified", size="sm"),
            ),
        }
        for symbol, sector in rows
    ]
    if not found:
        return html.P("Nothing is held at present.", className="fw-help pad")
    return tables.table(columns, found, row_height=40, caption="Sectors of the holdings")
