"""The Gains and tax tab: realised gains of a tax year by the rules of a country, lot by lot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, feedback, forms, marks, portfolio_drills, portfolio_frame, portfolio_notes, tables
from components import format as fmt
from domain.tax import CostMethod, TaxRegime, Term

if TYPE_CHECKING:
    from decimal import Decimal

    from domain.jobs import Job
    from domain.portfolio_figures import GainsReport, GainsTotal
    from domain.tax import Disposal, HeldLot

SHOWN = 1_000
SHOWN_LOTS = 60
SHOWN_LISTED = 100  # on phones
REGIMES: Mapping[TaxRegime, str] = MappingProxyType(
    {TaxRegime.US: "United States", TaxRegime.UK: "United Kingdom", TaxRegime.INDIA: "India"}
)
METHODS: Mapping[CostMethod, str] = MappingProxyType(
    {
        CostMethod.FIFO: "FIFO",
        CostMethod.LIFO: "LIFO",
        CostMethod.HIFO: "HIFO",
        CostMethod.AVERAGE: "Average",
        CostMethod.SPECIFIC: "Specific",
    }
)
RULES: Mapping[TaxRegime, str] = MappingProxyType(
    {
        TaxRegime.US: "Lots by the chosen method and account; held more than a year is long term; a loss is disallowed "
        "as far as the same symbol is bought within 30 days either side, and added to the basis of what was bought.",
        TaxRegime.UK: "Shares bought on the same day first, then those of the next 30 days, then the section 104 pool; "
        "all disposals of a day are one.",
        TaxRegime.INDIA: "First in, first out by account; what is squared off within a day is speculative business; "
        "terms and rates are those of the day of sale.",
    }
)


def controls_row(ids: Mapping[str, str]) -> html.Div:
    """Return the choices of year, rules and method."""
    return html.Div(
        [
            html.Div(forms.select(ids["year"], [], placeholder="Tax year"), className="fw-pf-year",
                     **{"aria-label": "Tax year"}),
            forms.segmented(
                ids["regime"], [(item.value, name) for item, name in REGIMES.items()], None, label="Rules of"
            ),
            html.Div(
                forms.segmented(ids["method"], [(item.value, name) for item, name in METHODS.items()], None,
                                label="Lot method"),
                id=ids["method_box"],
            ),
        ],
        className="fw-pf-controls",
    )  # fmt: skip


def progress(job: Job) -> Any:
    """Return how far the job is that works the gains out, or why it failed."""
    if job.is_over:
        if job.state.value == "cancelled":
            return feedback.error_state("Cancelled", "The gains were not worked out; what is done is kept.")
        return feedback.error_state("The gains could not be worked out", f"{job.error} {job.hint}".strip())
    label = "Matching fills by the rules" if job.progress.total else "Waiting to match fills by the rules"
    bar = feedback.progress(label, job.progress.done, job.progress.total)
    note = "A large book takes a minute the first time; after that only what changes is matched again."
    return cards.card("", [bar, html.P(note, className="fw-help")])


def body(found: GainsReport, query: str | None) -> list[Any]:
    """Return everything below the choices."""
    notes = portfolio_frame.notices(found.notices)
    if not found.disposals:
        text = "Sales of this tax year are listed here, matched with what was bought."
        return [*notes, feedback.empty("target", "Nothing was sold in this year", text), held_card(found, query)]
    below = html.Div([held_card(found, query), total_card(found)], className="g fw-pf")
    return [*notes, strip(found), disposal_card(found, query), below]


def strip(found: GainsReport) -> Any:
    """Return the headline figures of the year."""
    currency, total = found.plan.currency, found.total
    names = ("gains", "proceeds", "cost", "disallowed")
    notes = {name: portfolio_notes.gains_note(name, total, currency) for name in names}
    cells = [
        cards.kpi(
            "Gain", _pnl(total.gain, currency), tone=fmt.tone(total.gain), context=year_name(found), note=notes["gains"]
        ),
        cards.kpi(
            "Proceeds",
            fmt.money(total.proceeds, currency),
            context=fmt.plural(total.count, "disposal"),
            note=notes["proceeds"],
        ),
        cards.kpi("Cost", fmt.money(total.cost, currency), note=notes["cost"]),
    ]
    if found.regime is TaxRegime.US:
        cells.append(
            cards.kpi(
                "Disallowed", fmt.money(total.adjustment, currency), context="wash sales", note=notes["disallowed"]
            )
        )
    return cards.kpi_strip(cells, label="Gains of the tax year")


def year_name(found: GainsReport) -> str:
    """Return the shown tax year's name."""
    return next((f"tax year {name}" for year, name, _ in found.years if year == found.year), "")


def total_card(found: GainsReport) -> html.Section:
    """Return the sums by term, heading or rule, and the other years."""
    currency = found.plan.currency
    columns = (
        tables.Column(key="name", title="Group"),
        tables.Column(key="count", title="n", align="right", muted=True),
        tables.Column(key="gain", title="Gain", align="right"),
    )
    rows = [_total_row(item, currency) for item in found.totals]
    footer = _total_row(found.total, currency)
    parts: list[Any] = [tables.table(columns, rows, footer=footer, row_height=30, caption="Gains by group")]
    if len(found.years) > 1:
        years = [
            {"name": name, "count": "", "gain": _toned(gain, currency),
             "_why": portfolio_notes.year_mark(name, gain, found)}
            for _, name, gain in found.years
        ]  # fmt: skip
        parts += [html.H3("By tax year", className="fw-sub-h pad"), tables.table(columns, years, row_height=30)]
    parts.append(html.P(RULES[found.regime], className="fw-help pad"))
    return cards.card("Totals", parts, subtitle=REGIMES[found.regime], flush=True)


def _total_row(item: GainsTotal, currency: str) -> dict[str, Any]:
    mark = portfolio_notes.gains_mark(item, currency)
    return {"name": item.name, "count": fmt.count(item.count), "gain": _toned(item.gain, currency), "_why": mark}


def disposal_card(found: GainsReport, query: str | None) -> html.Section:
    """Return the disposals of the year."""
    last = {TaxRegime.US: "Term", TaxRegime.UK: "Matched by", TaxRegime.INDIA: "Head"}[found.regime]
    wash = [tables.number_column("wash", "Wash", width=100)] if found.regime is TaxRegime.US else []
    columns = [
        tables.symbol_column(width=150),
        tables.number_column("quantity", "Qty", width=92),
        tables.muted_column("acquired", "Acquired", width=118),
        tables.muted_column("sold", "Sold", width=118),
        tables.number_column("proceeds", "Proceeds", width=122),
        tables.number_column("cost", "Cost", width=122),
        *wash,
        tables.money_column("gain", "Gain", width=122),
        tables.text_column("last", last, minWidth=104, flex=1, cellClass="m"),
    ]
    rows = [_disposal_row(number, item, found, query) for number, item in enumerate(found.disposals[:SHOWN])]
    more = f"the first {fmt.count(SHOWN)} of {fmt.count(len(found.disposals))}" if len(found.disposals) > SHOWN else ""
    rules = f"regime={found.regime.value}&method={found.method.value}&year={found.year or ''}"
    name = {TaxRegime.US: "Form 8949 CSV", TaxRegime.UK: "UK CSV", TaxRegime.INDIA: "India CSV"}[found.regime]
    link = portfolio_frame.csv_link(f"/export/portfolio/gains.csv?{rules}", query, name)
    height = f"{min(620, 46 + 32 * len(rows))}px"
    parts = [_disposal_list(found, query), tables.grid("portfolio-disposals", columns, rows=rows)]
    grid = html.Div(parts, className="fw-pf-grid", style={"height": height})
    mark = portfolio_notes.gains_mark(found.total, found.plan.currency, "Gains of the disposals")
    told = more or fmt.plural(len(rows), "row")
    return cards.card(["Disposals", mark], grid, subtitle=told, controls=link, flush=True)


def _disposal_list(found: GainsReport, query: str | None) -> html.Div:
    """Return what stands for the grid on phones: the last disposals, newest first, by the day they were sold."""
    currency = found.plan.currency
    days: dict[date, list[Disposal]] = {}
    for item in found.disposals[: -SHOWN_LISTED - 1 : -1]:
        days.setdefault(item.sold, []).append(item)
    groups = [
        (portfolio_frame.day_text(day), fmt.pnl(sum(item.gain for item in items), currency),
         [_list_row(item, found, query) for item in items])
        for day, items in days.items()
    ]  # fmt: skip
    listed = tables.day_list(groups)
    more = len(found.disposals) - SHOWN_LISTED
    if more > 0:
        listed.children.append(html.Div(f"{fmt.count(more)} older ones: export them as CSV.", className="fw-more"))
    return listed


def _list_row(item: Disposal, found: GainsReport, query: str | None) -> tables.ListRow:
    since = "pool" if item.acquired is None else f"since {portfolio_frame.day_text(item.acquired)}"
    symbol = f"{item.instrument.symbol} (short)" if item.is_short else item.instrument.symbol
    return tables.ListRow(
        title=f"{symbol} · {fmt.quantity(round(item.quantity, 8))}",
        value=fmt.pnl(item.gain, found.plan.currency),
        detail=since,
        note=_last(item, found),
        tone="profit" if item.gain > 0 else "loss" if item.gain < 0 else "",
        href=portfolio_drills.holding_href(query, item.instrument.symbol),
    )


def _disposal_row(number: int, item: Disposal, found: GainsReport, query: str | None) -> dict[str, Any]:
    currency = found.plan.currency
    amounts = {"proceeds": item.proceeds, "cost": item.cost, "wash": item.adjustment}
    row: dict[str, Any] = {
        "id": str(number),
        "symbol": item.instrument.symbol + (" (short)" if item.is_short else ""),
        "href": portfolio_drills.holding_href(query, item.instrument.symbol),
        "quantity": float(item.quantity),
        "quantity_text": fmt.quantity(round(item.quantity, 8)),
        "acquired": "" if item.acquired is None else item.acquired.isoformat(),
        "acquired_text": "pool" if item.acquired is None else portfolio_frame.day_text(item.acquired),
        "sold": item.sold.isoformat(),
        "sold_text": portfolio_frame.day_text(item.sold),
        "gain": float(item.gain),
        "gain_text": fmt.pnl(item.gain, currency),
        "last": _last(item, found),
    }
    for name, amount in amounts.items():
        row |= {name: float(amount), f"{name}_text": fmt.money(amount, currency) if amount else ""}
    return row


def _last(item: Disposal, found: GainsReport) -> str:
    regime = found.regime
    if regime is TaxRegime.UK:
        return item.rule
    if regime is TaxRegime.INDIA:
        return item.category
    term = {Term.SHORT: "short", Term.LONG: "long"}.get(item.term, "")
    if item.code:
        return f"{term}, wash sale"
    return f"{term}, check" if item.sale_ref in found.flagged and item.gain < 0 else term


def held_card(found: GainsReport, query: str | None) -> html.Section:
    """Return the lots that are left, with their cost."""
    currency = found.plan.currency
    columns = (
        tables.Column(key="symbol", title="Symbol", strong=True),
        tables.Column(key="account", title="Account", muted=True, hide_mobile=True),
        tables.Column(key="acquired", title="Acquired", muted=True),
        tables.Column(key="quantity", title="Qty", align="right"),
        tables.Column(key="unit", title="Unit cost", align="right", hide_mobile=True),
        tables.Column(key="cost", title="Cost", align="right"),
    )
    rows = [_held_row(lot, currency, query) for lot in found.held[:SHOWN_LOTS]]
    if not rows:
        return cards.card(
            "Open lots", feedback.empty("layers", "No open lots", "What is bought and not yet sold is listed here.")
        )
    rules = f"regime={found.regime.value}&method={found.method.value}"
    link = portfolio_frame.csv_link(f"/export/portfolio/lots.csv?{rules}", query)
    return cards.card("Open lots", tables.table(columns, rows, row_height=30, caption="Open lots"), controls=link,
                      subtitle=fmt.plural(len(found.held), "lot"), flush=True)  # fmt: skip


def _held_row(lot: HeldLot, currency: str, query: str | None) -> dict[str, Any]:
    name = lot.instrument.symbol
    symbol = portfolio_drills.linked(name, portfolio_drills.holding_href(query, name, status="open"))
    return {
        "symbol": html.Span([symbol, *([" ", marks.tag("Short")] if lot.is_short else [])]),
        "account": lot.account or "all accounts",
        "acquired": "pool" if lot.acquired is None else portfolio_frame.day_text(lot.acquired),
        "quantity": fmt.quantity(round(lot.quantity, 8)),
        "unit": fmt.price(round(lot.unit_cost, 6), asset_class=lot.instrument.asset_class),
        "cost": fmt.money(lot.cost, currency),
        "_why": portfolio_notes.held_mark(lot, currency, portfolio_drills.holding_href(query, name, status="open")),
    }


def _pnl(value: Decimal, currency: str) -> str:
    return fmt.pnl(value, currency)


def _toned(value: Decimal, currency: str) -> html.Span:
    return html.Span(fmt.pnl(value, currency), className=f"fw-num fw-{fmt.tone(value)}")
