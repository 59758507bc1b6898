"""The tables and charts of the Analytics pages: buckets, cells, two groups side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import feedback, marks, tables
from components import format as fmt
from components.why import UNSIGNED, trades_href, value_text
from components.why_mark import why_button
from domain.filters import LedgerFilter

if TYPE_CHECKING:
    from components.figures.group_bars import GroupBars
    from domain.performance import Unit
    from services.comparisons import ComparedFigure, Comparison
    from services.cross_tables import CrossTable
    from services.slices import Bucket, BucketTable

Child = Any
Narrow = Callable[[str], LedgerFilter]
FEW = 10  # trades under which a row is drawn weak
MOST_UPRIGHT = 31
MOST_LYING = 24
MOST_ROWS, MOST_COLUMNS = 30, 31
LYING_FROM = 40  # characters of all names together beyond which bars lie
SIGNED = frozenset({"money", "r"})
MIDDLES: Mapping[str, float] = {
    "win_rate": 0.5,
    "win_rate_all": 0.5,
    "day_win_rate": 0.5,
    "profit_factor": 1.0,
    "payoff": 1.0,
}


def figure_unit(measure: Unit, money: str) -> str:
    """Return how charts write a figure: a currency code, "%", "R" or ""."""
    return {"money": money, "fraction": "%", "r": "R"}.get(measure.value, "")


def shown_rows(table: BucketTable, slug: str, most: int = 0) -> list[Bucket]:
    """Return the buckets a chart draws: names with the largest effect first, others in their natural order."""
    known = [row for row in table.rows if row.figures[slug] is not None]
    if not table.by.sorted_by_size:
        return known[-MOST_UPRIGHT:] if table.by.of_days is not None else known[:MOST_UPRIGHT]
    largest = sorted(known, key=lambda row: -abs(row.figures[slug] or 0.0))[: most or MOST_LYING]
    return sorted(largest, key=lambda row: -(row.figures[slug] or 0.0))


def is_lying(table: BucketTable, rows: Sequence[Bucket]) -> bool:
    """Return whether the bars lie: names of any length, or few long ones."""
    return table.by.sorted_by_size or sum(len(row.label) for row in rows[:8]) > LYING_FROM + 30


def group_data(table: BucketTable, slug: str, label: str, *, most: int = 0) -> GroupBars:
    """Return the bars of a breakdown."""
    from components.figures.group_bars import GroupBars

    rows, measure = shown_rows(table, slug, most), table.units[slug]
    spans = [row.interval or (float("nan"), float("nan")) for row in rows] if slug == "expectancy" else []
    return GroupBars(
        labels=[short_label(table.by.slug, row.label) for row in rows],
        values=[row.figures[slug] or 0.0 for row in rows],
        texts=[bar_text(row.figures[slug], measure, table.unit, slug) for row in rows],
        counts=[row.trades for row in rows],
        what=label,
        unit=figure_unit(measure, table.unit),
        is_signed=measure.value in SIGNED and slug not in UNSIGNED,
        low=[low for low, _ in spans],
        high=[high for _, high in spans],
    )


def short_label(by: str, label: str) -> str:
    """Return a bucket's name as it fits under a bar: "Mon", "09", "<1 min"."""
    if by in ("weekday", "exit_weekday", "month_of_year"):
        return label[:3]
    if by in ("hour", "exit_hour") and label[2:] == ":00":
        return label[:2]
    if by in ("duration", "held"):
        label = label.replace("Under ", "<").replace("Over ", ">").replace(" and more", "+").replace(" to ", "–")
        return label.replace(" min", "m").replace(" h", "h").replace(" d", "d").replace(" s", "s")
    return label


def bar_text(value: float | None, measure: Unit, money: str, slug: str = "") -> str:
    """Write the value beside a bar, money without cents."""
    if measure == "money" and slug in UNSIGNED:
        return fmt.money(value, money, places=0)
    if measure == "money":
        return fmt.pnl(value, money, places=0 if value is not None and abs(value) >= 100 else None)
    return fmt.metric(value, measure, money)


def bucket_rows(table: BucketTable, labels: Mapping[str, str], narrow: Narrow) -> Child:
    """Return the table of a breakdown; each row leads to its trades and explains itself.

    Args:
        table: The breakdown.
        labels: Names of the figures.
        narrow: Returns the filter of a bucket by its key.
    """
    if not table.rows:
        return feedback.no_match("No trades fit the filter.")
    columns = [
        tables.Column(key="label", title=table.by.label, strong=True),
        tables.Column(key="trades_n", title="Trades", align="right"),
        *(
            tables.Column(key=slug, title=labels[slug], align="right", hide_mobile=place > 2)
            for place, slug in enumerate(table.slugs)
            if slug != "trades"
        ),
    ]
    rows = [_bucket_row(table, row, narrow(row.key)) for row in table.rows]
    footer = None if table.overlaps else _bucket_row(table, table.total, table.filter, is_total=True)
    body = tables.table(columns, rows, footer=footer, caption=f"By {table.by.label.lower()}")
    return html.Div(body, className="fw-ana-table")


def _bucket_row(table: BucketTable, row: Bucket, narrowed: LedgerFilter, *, is_total: bool = False) -> dict[str, Any]:
    href, query = trades_href(narrowed), narrowed.to_query()
    cells: dict[str, Any] = {
        "label": dcc.Link("All" if is_total else row.label, href=href),
        "trades_n": fmt.count(row.trades),
        "_class": "low" if 0 < row.trades < FEW else "",
    }
    for slug in table.slugs:
        if slug != "trades":
            cells[slug] = [_figure(row, slug, table), why_button(slug, row.label, query=query)]
    return cells


def _figure(row: Bucket, slug: str, table: BucketTable) -> Child:
    value, measure = row.figures[slug], table.units[slug]
    if value is None:
        return html.Span(fmt.NOT_COMPUTABLE, className="fw-weak")
    text = value_text(value, measure, table.unit, slug)
    shown = marks.signed(text, value) if measure.value in SIGNED and slug not in UNSIGNED else html.Span(text)
    if slug == "expectancy" and row.interval is not None:
        low, high = (fmt.pnl(end, table.unit, places=0) for end in row.interval)
        return html.Span([shown, html.Span(f"{low} to {high}", className="fw-ana-ci hide-m", title="95 % interval")])
    return shown


def crop(table: CrossTable) -> tuple[list[int], list[int]]:
    """Return the rows and columns that a heat map shows: those with the most trades, in their order."""
    rows, columns = table.trades.sum(axis=1), table.trades.sum(axis=0)

    def largest(counts: Any, most: int) -> list[int]:
        order = sorted(range(len(counts)), key=lambda place: -int(counts[place]))[:most]
        return sorted(order)

    return largest(rows, MOST_ROWS), largest(columns, MOST_COLUMNS)


def grid_size(table: CrossTable) -> dict[str, str]:
    """Return the size that gives every cell of a heat map room for its number; narrow screens scroll."""
    rows, columns = crop(table)
    return {"height": f"{max(160, 34 * len(rows) + 40)}px", "minWidth": f"{62 * len(columns) + 100}px"}


def cross_figure(table: CrossTable, *, theme: str) -> tuple[Any, str]:
    """Return the heat map of a cross table and its sentence."""
    from components.figures.heatmap import describe_heatmap, heatmap_figure

    rows, columns = crop(table)
    values = table.values[rows][:, columns]
    x = [short_label(table.across.slug, table.column_labels[column]) for column in columns]
    y = [table.row_labels[row] for row in rows]
    unit = figure_unit(table.measure, table.unit)
    figure = heatmap_figure(values, x, y, unit=unit, middle=MIDDLES.get(table.slug, 0.0), theme=theme)
    return figure, describe_heatmap(values, x, y, unit=unit)


def cell_keys(table: CrossTable, click: Mapping[str, Any] | None) -> tuple[str, str] | None:
    """Return the keys of the row and the column of a clicked cell, None when the click names none."""
    point = ((click or {}).get("points") or [{}])[0]
    rows, columns = crop(table)
    try:
        row, column = rows[round(float(point["y"]))], columns[round(float(point["x"]))]
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    return table.row_keys[row], table.column_keys[column]


def compare_rows(found: Comparison, names: tuple[str, str]) -> Child:
    """Return the figures of two groups side by side."""
    columns = (
        tables.Column(key="label", title="Figure", strong=True),
        tables.Column(key="first", title=names[0], align="right"),
        tables.Column(key="second", title=names[1], align="right"),
        tables.Column(key="difference", title="Difference", align="right"),
        tables.Column(key="interval", title="95% interval", align="right", muted=True, hide_mobile=True),
        tables.Column(key="verdict", title="", align="right", muted=True, hide_mobile=True),
    )
    queries = found.first.filter.to_query(), found.second.filter.to_query()
    rows = [_compared(item, found.unit, queries) for item in found.figures]
    return html.Div(tables.table(columns, rows, caption="Two groups side by side"), className="fw-ana-table")


def _compared(item: ComparedFigure, money: str, queries: tuple[str, str]) -> dict[str, Any]:
    measure = item.first.unit
    sides = [
        html.Span(
            [value_text(value.value, measure, money, item.slug), why_button(item.slug, item.label, query=query)],
            title=value.reason,
        )
        for value, query in zip((item.first, item.second), queries, strict=True)
    ]
    row: dict[str, Any] = {"label": item.label, "first": sides[0], "second": sides[1], "interval": "", "verdict": ""}
    row["difference"] = "–" if item.difference is None else signed_text(item.difference, measure, money)
    if item.sure is not None and item.sure.low is not None and item.sure.high is not None:
        ends = [signed_text(end, measure, money) for end in (item.sure.low, item.sure.high)]
        row["interval"] = html.Span(f"{ends[0]} to {ends[1]}", title=f"{item.sure.method} interval")
        row["verdict"] = html.B("differs") if item.sure.is_proven else "not proven"
    elif item.sure is not None:
        row["verdict"] = html.Span("too few", title=item.sure.reason)
    return row


def signed_text(value: float, measure: Unit, money: str) -> str:
    """Write a difference with its sign."""
    if measure == "seconds":
        return f"{'−' if value < 0 else '+'}{fmt.duration_long(abs(value))}"
    return fmt.metric(value, measure, money, signed=True)


def clicked_row(rows: Sequence[Bucket], click: Mapping[str, Any] | None) -> Bucket | None:
    """Return the bucket of a clicked bar, None when the click names none."""
    point = ((click or {}).get("points") or [{}])[0]
    place = point.get("pointNumber", point.get("pointIndex"))
    return rows[place] if isinstance(place, int) and 0 <= place < len(rows) else None


def cross_note(table: CrossTable) -> str:
    """Say what the heat map leaves out and how sure a cell is."""
    rows, columns = crop(table)
    hidden = len(table.row_keys) - len(rows), len(table.column_keys) - len(columns)
    told = "Colours run from loss to profit; a cell of few trades says little."
    if any(hidden):
        told += f" {hidden[0]} rows and {hidden[1]} columns with the fewest trades are in the CSV only."
    return told
