"""The sections of a report: each asks the service of its topic and keeps the numbers as they are."""

from __future__ import annotations

import numpy as np

from domain.money import to_float
from domain.performance import Unit
from domain.report_document import (
    BarChart,
    CalendarChart,
    Cell,
    CellKind,
    CurveChart,
    HistogramChart,
    ReportColumn,
    ReportNote,
    ReportSection,
    ReportTable,
)
from domain.reports import SECTIONS
from services.excursions import AT_ONCE
from services.fee_report import make_fee_report
from services.report_document import PRIVATE_AMOUNTS, ReportContext, metric_figure
from services.report_points import curve_points, histogram_points
from services.slices import Bucket, bucket_table
from services.trade_rows import sort_rows, trade_of
from services.trade_sets import TradeSet

CURVE_POINTS = 400
MOST_NOTES = 100
NOT_MEASURED = "not measured on candles yet; open All statistics under Analytics"
NO_TRADES = "No closed trades in this period."
GROUP_FIGURES = ("trades", "win_rate", "gross_pnl", "fees", "net_pnl", "expectancy_r")
AMOUNTS = (Unit.MONEY, Unit.COUNT)


def equity_section(context: ReportContext) -> ReportSection:
    """Return the equity curve over its drawdown."""
    curve = context.portfolio.curve(context.owner, context.chosen, points=CURVE_POINTS)
    title = SECTIONS["equity"]
    if not len(curve.equity.y):
        return ReportSection(slug="equity", title=title, empty=NO_TRADES)
    unit = curve.unit if curve.drawdown is None else "%"
    chart = CurveChart(equity=curve.equity, drawdown=curve.shown_drawdown, drawdown_unit=unit)
    return ReportSection(slug="equity", title=title, chart=chart, points=curve_points(chart))


def calendar_section(context: ReportContext) -> ReportSection:
    """Return the P&L of every trading day, and the days as a table."""
    found = context.portfolio.days(context.owner, context.chosen)
    title = SECTIONS["calendar"]
    if not found:
        return ReportSection(slug="calendar", title=title, empty=NO_TRADES)
    days = {day: item.profit(gross=context.is_gross) for day, item in sorted(found.items())}
    columns = (
        ReportColumn(key="day", label="Day", kind=CellKind.DAY),
        ReportColumn(key="trades", label="Trades", kind=CellKind.COUNT),
        ReportColumn(key="wins", label="Won", kind=CellKind.COUNT),
        ReportColumn(key="gross", label="Gross", kind=CellKind.PROFIT),
        ReportColumn(key="fees", label="Fees", kind=CellKind.MONEY),
        ReportColumn(key="net", label="Net P&L", kind=CellKind.PROFIT),
    )
    rows: list[tuple[Cell, ...]] = [
        (item.day, item.trades, item.wins, item.gross, item.fees, item.net) for _, item in sorted(found.items())
    ]
    items = list(found.values())
    total: tuple[Cell, ...] = (
        "Total",
        sum(item.trades for item in items),
        sum(item.wins for item in items),
        sum(item.gross for item in items),
        sum(item.fees for item in items),
        sum(item.net for item in items),
    )
    table = ReportTable(columns=columns, rows=tuple(rows), total=total)
    return ReportSection(slug="calendar", title=title, chart=CalendarChart(days=days), table=table)


def breakdown_section(context: ReportContext, slug: str) -> ReportSection:
    """Return the trades by one property: the groups of the Analytics pages, partial exits of open trades included."""
    found = bucket_table(context.portfolio.sets.load(context.owner, context.chosen), slug, GROUP_FIGURES)
    title, money = SECTIONS[slug], _money(context)
    if not found.rows:
        return ReportSection(slug=slug, title=title, empty=NO_TRADES)
    rows = list(found.rows)
    if found.by.sorted_by_size:
        rows.sort(key=lambda row: -(row.figures[money] or 0.0))
    chart = BarChart(labels=tuple(row.label for row in rows), values=tuple(row.figures[money] or 0.0 for row in rows))
    table = ReportTable(
        columns=_breakdown_columns(title, context),
        rows=tuple(_breakdown_row(row, money, row.label) for row in rows),
        total=() if found.overlaps else _breakdown_row(found.total, money, "Total"),
        note="A trade with two tags counts in both rows, so the rows do not add up." if found.overlaps else "",
    )
    return ReportSection(slug=slug, title=title, chart=chart, table=table)


def _money(context: ReportContext) -> str:
    return "gross_pnl" if context.is_gross else "net_pnl"


def _breakdown_columns(title: str, context: ReportContext) -> tuple[ReportColumn, ...]:
    singular = {"Months": "Month", "Setups": "Setup", "Symbols": "Symbol", "Weekdays": "Weekday", "Tags": "Tag"}
    return (
        ReportColumn(key="group", label=singular.get(title, title), kind=CellKind.TEXT),
        ReportColumn(key="trades", label="Trades", kind=CellKind.COUNT),
        ReportColumn(key="win_rate", label="Win rate", kind=CellKind.FRACTION),
        ReportColumn(key="gross", label="Gross", kind=CellKind.PROFIT),
        ReportColumn(key="fees", label="Fees", kind=CellKind.MONEY),
        ReportColumn(key="pnl", label=f"{context.chosen.basis.value.capitalize()} P&L", kind=CellKind.PROFIT),
        ReportColumn(key="expectancy_r", label="Mean R", kind=CellKind.R),
    )


def _breakdown_row(row: Bucket, money: str, name: str) -> tuple[Cell, ...]:
    figures = row.figures
    amounts = (figures["gross_pnl"], figures["fees"], figures[money])
    return (name, row.trades, figures["win_rate"], *amounts, figures["expectancy_r"])


def fees_section(context: ReportContext) -> ReportSection:
    """Return what trading cost: the figures of fees and each kind, as Analytics shows them."""
    found, title = make_fee_report(context.portfolio.sets, context.owner, context.chosen), SECTIONS["fees"]
    if found.total is None:
        return ReportSection(slug="fees", title=title, empty=NO_TRADES)
    shown = [value for value in found.figures.values() if not context.report.is_private or value.unit not in AMOUNTS]
    figures = tuple(metric_figure(context, value) for value in shown)
    if not found.lines:
        return ReportSection(slug="fees", title=title, figures=figures)
    labels, amounts = tuple(line.label for line in found.lines), tuple(line.amount for line in found.lines)
    columns = (
        ReportColumn(key="kind", label="Kind", kind=CellKind.TEXT),
        ReportColumn(key="amount", label="Fees", kind=CellKind.MONEY),
        ReportColumn(key="share", label="Of the fees", kind=CellKind.SHARE),
    )
    rows: list[tuple[Cell, ...]] = [(line.label, line.amount, line.share) for line in found.lines]
    table = ReportTable(columns=columns, rows=tuple(rows), total=("Total", found.total, None))
    chart = BarChart(labels=labels, values=amounts, is_amount=True)
    return ReportSection(slug="fees", title=title, figures=figures, chart=chart, table=table)


def distribution_section(context: ReportContext) -> ReportSection:
    """Return how many trades ended in which result; in R where stops are planned."""
    in_r = context.found.metrics["expectancy_r"].value is not None
    found = context.portfolio.distribution(context.owner, context.chosen, in_r=in_r)
    title = SECTIONS["distribution"]
    if not len(found.counts):
        return ReportSection(slug="distribution", title=title, empty=NO_TRADES)
    unit = "R" if in_r else context.found.unit
    counts = tuple(int(value) for value in found.counts)
    chart = HistogramChart(edges=tuple(float(edge) for edge in found.edges), counts=counts, unit=unit)
    return ReportSection(slug="distribution", title=title, chart=chart, points=histogram_points(chart))


def metrics_section(context: ReportContext) -> ReportSection:
    """Return every statistic with its number of observations, or why it cannot be computed.

    Trades are measured on candles here as far as a page would wait for it; a report begins no job.
    """
    missing = context.portfolio.excursions.count_missing(context.portfolio.sets.load(context.owner, context.chosen))
    awaited = NOT_MEASURED if missing > AT_ONCE else ""
    _, metrics = context.portfolio.every_figure(context.owner, context.chosen, awaited=awaited)
    figures = [
        metric_figure(context, value)
        for slug, value in metrics.items()
        if not context.report.is_private or value.unit not in AMOUNTS or slug in PRIVATE_AMOUNTS
    ]
    return ReportSection(slug="metrics", title=SECTIONS["metrics"], figures=tuple(figures))


def positions_section(context: ReportContext) -> ReportSection:
    """Return what is held at the latest prices; in a private report only the direction, weight and R."""
    rows = context.portfolio.holdings(context.owner, context.chosen)
    title = SECTIONS["positions"]
    if not rows:
        return ReportSection(slug="positions", title=title, empty="Nothing is held.")
    if context.report.is_private:
        return _private_positions(context)
    columns = (
        ReportColumn(key="symbol", label="Symbol", kind=CellKind.TEXT),
        ReportColumn(key="account", label="Account", kind=CellKind.TEXT),
        ReportColumn(key="quantity", label="Quantity", kind=CellKind.QUANTITY),
        ReportColumn(key="average", label="Average", kind=CellKind.PRICE),
        ReportColumn(key="last", label="Last", kind=CellKind.PRICE),
        ReportColumn(key="value", label="Value", kind=CellKind.AMOUNT),
        ReportColumn(key="unrealised", label="Unrealised", kind=CellKind.AMOUNT),
        ReportColumn(key="currency", label="Currency", kind=CellKind.TEXT),
    )
    cells: list[tuple[Cell, ...]] = [
        (
            item.position.instrument.symbol,
            item.position.account_name,
            item.position.quantity,
            round(item.position.average_price, 6),
            None if item.quote is None else item.quote.price,
            item.value,
            item.unrealised,
            item.position.instrument.currency,
        )
        for item in rows
    ]
    return ReportSection(slug="positions", title=title, table=ReportTable(columns=columns, rows=tuple(cells)))


def _private_positions(context: ReportContext) -> ReportSection:
    rows = context.portfolio.holdings(context.owner, context.chosen)
    known = sum(abs(item.value) for item in rows if item.value is not None)
    columns = (
        ReportColumn(key="symbol", label="Symbol", kind=CellKind.TEXT),
        ReportColumn(key="side", label="Side", kind=CellKind.TEXT),
        ReportColumn(key="weight", label="Weight", kind=CellKind.FRACTION),
        ReportColumn(key="change", label="Unrealised", kind=CellKind.FRACTION),
        ReportColumn(key="r", label="R", kind=CellKind.R),
    )
    cells: list[tuple[Cell, ...]] = [
        (
            item.position.instrument.symbol,
            "Long" if item.position.quantity > 0 else "Short",
            None if item.value is None or not known else abs(item.value) / known,
            item.unrealised_fraction,
            item.r_multiple,
        )
        for item in rows
    ]
    table = ReportTable(columns=columns, rows=tuple(cells), note="Weights are shares of the gross value.")
    return ReportSection(slug="positions", title=SECTIONS["positions"], table=table)


def notes_section(context: ReportContext) -> ReportSection:
    """Return the notes of the days and trades of the period, newest first."""
    title = SECTIONS["notes"]
    if context.report.is_private:
        return ReportSection(slug="notes", title=title, empty="Notes are left out of a private report.")
    owner = context.owner
    traded = context.portfolio.days(owner, context.chosen)
    days = sorted(set(context.journal.noted_days(owner)) & set(traded), reverse=True)[:MOST_NOTES]
    notes = [
        ReportNote(heading=f"{day.day} {day:%b %Y}", text=context.journal.day_note(owner, day).note) for day in days
    ]
    found = context.portfolio.sets.load(owner, context.chosen)
    for row in sort_rows(found, found.rows, ()).tolist():
        entry = found.journal.get((int(found.frame.account[row]), int(found.frame.id[row])))
        if len(notes) >= 2 * MOST_NOTES:
            break
        if entry is not None and entry.note.strip():
            trade = trade_of(found, row)
            when = trade.closed_at or trade.opened_at
            notes.append(ReportNote(heading=f"{trade.instrument.symbol}, {when.day} {when:%b %Y}", text=entry.note))
    empty = "" if notes else "No notes in this period."
    return ReportSection(slug="notes", title=title, notes=tuple(notes), empty=empty)


def trades_section(context: ReportContext) -> ReportSection:
    """Return the trades of the filter, newest first, with the totals of all of them."""
    found = context.portfolio.sets.load(context.owner, context.chosen.with_(status="closed"))
    ordered = sort_rows(found, found.rows, ())
    title, shown = SECTIONS["trades"], ordered[: context.report.trade_rows]
    if not len(ordered):
        return ReportSection(slug="trades", title=title, empty=NO_TRADES)
    place = np.argsort(found.chosen.id, kind="stable")
    ids = found.chosen.id[place]
    rows = []
    for row in shown.tolist():
        # In R, trades without a planned stop have no row in the unit's frame.
        at = int(np.searchsorted(ids, found.frame.id[row]))
        if at < len(ids) and ids[at] == found.frame.id[row]:
            rows.append(_trade_row(context, found, row, int(place[at])))
    table = ReportTable(
        columns=_trade_columns(context),
        rows=tuple(rows),
        total=_trade_total(context, found),
        note="" if len(shown) == len(ordered) else f"The latest {len(shown)} of {len(ordered)} trades.",
    )
    return ReportSection(slug="trades", title=title, table=table)


def _trade_columns(context: ReportContext) -> tuple[ReportColumn, ...]:
    closed = ReportColumn(key="closed", label="Closed", kind=CellKind.INSTANT)
    symbol = ReportColumn(key="symbol", label="Symbol", kind=CellKind.TEXT)
    side = ReportColumn(key="side", label="Side", kind=CellKind.TEXT)
    setup = ReportColumn(key="setup", label="Setup", kind=CellKind.TEXT)
    held = ReportColumn(key="held", label="Held", kind=CellKind.SECONDS)
    in_r = ReportColumn(key="r", label="R", kind=CellKind.R)
    net = ReportColumn(key="net", label="Net P&L", kind=CellKind.PROFIT)
    if context.report.is_private:
        return (closed, symbol, side, setup, held, in_r, net)
    amounts = (
        ReportColumn(key="quantity", label="Quantity", kind=CellKind.QUANTITY),
        ReportColumn(key="entry", label="Entry", kind=CellKind.PRICE),
        ReportColumn(key="exit", label="Exit", kind=CellKind.PRICE),
        ReportColumn(key="gross", label="Gross", kind=CellKind.PROFIT),
        ReportColumn(key="fees", label="Fees", kind=CellKind.MONEY),
    )
    return (closed, symbol, side, setup, held, *amounts, in_r, net)


def _trade_row(context: ReportContext, found: TradeSet, row: int, at: int) -> tuple[Cell, ...]:
    trade = trade_of(found, row)
    frame = found.chosen
    side = "Long" if trade.side > 0 else "Short"
    held = float(frame.held_seconds[at])
    start: tuple[Cell, ...] = (trade.closed_at, trade.instrument.symbol, side, trade.setup, held)
    in_r = None if trade.r_multiple is None else to_float(trade.r_multiple)
    net = float(frame.net[at])
    if context.report.is_private:
        return (*start, in_r, net)
    entry, leave = (None if value is None else round(value, 6) for value in (trade.entry_price, trade.exit_price))
    return (*start, trade.quantity, entry, leave, float(frame.gross[at]), float(frame.fees[at]), in_r, net)


def _trade_total(context: ReportContext, found: TradeSet) -> tuple[Cell, ...]:
    frame = found.chosen
    net = float(frame.net.sum())
    count = f"{len(frame)} trades"
    if context.report.is_private:
        return ("Total", count, None, None, None, None, net)
    gross, fees = float(frame.gross.sum()), float(frame.fees.sum())
    return ("Total", count, None, None, None, None, None, None, gross, fees, None, net)
