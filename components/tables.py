"""Tables: plain ones for a page's worth of rows, AG Grid (community) for long ones.

Rows of a grid carry the raw number for sorting and its text for reading: `net` and `net_text`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import dash_ag_grid as dag
from dash import dcc, html

from components.icons import icon

Child = Any
Order = Literal["none", "ascending", "descending"]
ColumnDefinition = dict[str, Any]
# A cell class replaces the one of the column type, so it has to say the alignment again.
_RIGHT = "ag-right-aligned-cell"

_PARAMETERS = {
    "backgroundColor": "var(--fw-surface-1)",
    "foregroundColor": "var(--fw-text)",
    "borderColor": "var(--fw-line)",
    "chromeBackgroundColor": "var(--fw-surface-1)",
    "headerBackgroundColor": "var(--fw-surface-1)",
    "headerTextColor": "var(--fw-text-3)",
    "headerFontSize": 11,
    "headerFontWeight": 500,
    "fontFamily": "var(--fw-font-sans)",
    "fontSize": 13,
    "headerHeight": 32,
    "oddRowBackgroundColor": "transparent",
    "rowHoverColor": "var(--fw-surface-2)",
    "selectedRowBackgroundColor": "var(--fw-accent-soft)",
    "accentColor": "var(--fw-accent)",
    "cellHorizontalPadding": 10,
    "wrapperBorder": False,
    "columnBorder": False,
    "headerColumnResizeHandleColor": "transparent",
    "checkboxUncheckedBorderColor": "var(--fw-line-3)",
    "checkboxCheckedBackgroundColor": "var(--fw-accent-solid)",
    "checkboxCheckedBorderColor": "var(--fw-accent-solid)",
    "menuBackgroundColor": "var(--fw-overlay)",
    "browserColorScheme": "inherit",
}


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}'" if isinstance(value, str) else str(value)


# The variables resolve live, so one theme object serves dark and light.
GRID_THEME: Mapping[str, str] = {
    "function": "themeQuartz.withParams({" + ",".join(f"{k}:{_literal(v)}" for k, v in _PARAMETERS.items()) + "})"
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a plain table.

    Attributes:
        key: Key in each row.
        title: Heading.
        align: "left", "right" (figures) or "center".
        strong: Weight 500.
        muted: Secondary colour.
        hide_mobile: Left out on phones.
        width: CSS width, "" for automatic.
        sort_id: Id of the button that sorts by it, None for a heading that is only read.
        order: How the rows are sorted by it.
    """

    key: str
    title: Child
    align: Literal["left", "right", "center"] = "left"
    strong: bool = False
    muted: bool = False
    hide_mobile: bool = False
    width: str = ""
    sort_id: Any = None
    order: Order = "none"

    @property
    def classes(self) -> str:
        """CSS classes of the cells."""
        parts = {"right": "r", "center": "c"}.get(self.align, "")
        flags = (("w", self.strong), ("m", self.muted), ("hide-m", self.hide_mobile))
        return " ".join([parts, *(name for name, on in flags if on)]).strip()


def table(
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Child]],
    *,
    footer: Mapping[str, Child] | None = None,
    row_height: int = 32,
    caption: str = "",
) -> html.Div:
    """Return a plain table in a scrolling frame.

    Args:
        columns: The columns.
        rows: Texts or components by column key; "_href" makes the first cell a link over the whole row,
            "_class" sets the row's class ("sel"), "_id" its id, "_why" is the mark that explains its figures.
        footer: Totals by column key, and "_why".
        row_height: Pixels.
        caption: Spoken name of the table.
    """
    parts: list[Child] = [html.Caption(caption, className="sr")] if caption else []
    parts.append(html.Thead(html.Tr([_head(column) for column in columns])))
    parts.append(html.Tbody([_row(columns, row) for row in rows]))
    if footer is not None:
        cells = [_cell(column, footer.get(column.key, "")) for column in columns]
        parts.append(html.Tfoot(html.Tr(_explained(cells, footer))))
    body = html.Table(parts, className="fw-table", style={"--fw-row-h": f"{row_height}px"})
    return html.Div(body, className="fw-scroll", tabIndex="0" if len(rows) > 12 else None)


def _head(column: Column) -> html.Th:
    align = " ".join(part for part in column.classes.split() if part in {"r", "c", "hide-m"})
    style = {"width": column.width} if column.width else None
    if column.sort_id is None:
        return html.Th(column.title, className=align, style=style)
    return sort_head(column.title, id=column.sort_id, order=column.order, classes=align, style=style)


def sort_head(
    title: Child,
    *,
    id: Any,  # noqa: A002 - Dash's own name
    order: Order,
    classes: str = "",
    style: dict[str, str] | None = None,
) -> html.Th:
    """Return a heading that sorts its table when it is pressed."""
    arrow = [] if order == "none" else [icon("arrow-down" if order == "descending" else "arrow-up", size=12)]
    button = html.Button([title, *arrow], id=id, className="fw-sort", type="button")
    return html.Th(button, className=classes, style=style, **{"aria-sort": order})


def _cell(column: Column, content: Child) -> html.Td:
    return html.Td("–" if content is None else content, className=column.classes)


def _row(columns: Sequence[Column], row: Mapping[str, Child]) -> html.Tr:
    cells = [_cell(column, row.get(column.key)) for column in columns]
    href = row.get("_href")
    classes = str(row.get("_class", ""))
    if href and cells:
        first = columns[0]
        cells[0] = html.Td(dcc.Link(row.get(first.key), href=href, className="fw-row-link"), className=first.classes)
        classes = f"{classes} link".strip()
    named = {"id": row["_id"]} if "_id" in row else {}
    return html.Tr(_explained(cells, row), className=classes, **named)


def _explained(cells: list[html.Td], row: Mapping[str, Child]) -> list[html.Td]:
    """Put the mark that explains a row behind what its first cell says."""
    if "_why" in row and cells:
        cells[0].children = [cells[0].children, row["_why"]]
        cells[0].className = f"{cells[0].className or ''} fw-why-row".strip()
    return cells


def grid(
    id: str,  # noqa: A002 - Dash's own name
    columns: Sequence[ColumnDefinition],
    *,
    rows: Sequence[Mapping[str, Any]] | None = None,
    row_height: int = 32,
    selection: Literal["multiple", "single", "none"] = "none",
    height: str = "100%",
    options: Mapping[str, Any] | None = None,
) -> dag.AgGrid:
    """Return a grid; rows are identified by their field "id".

    Args:
        id: Component id.
        columns: Column definitions (see the `*_column` functions).
        rows: All rows (client side); None uses the infinite row model: answer `getRowsRequest` with `getRowsResponse`.
        row_height: Pixels.
        selection: Whether rows can be ticked.
        height: CSS height of the grid.
        options: More `dashGridOptions`.
    """
    settings: dict[str, Any] = {
        "theme": dict(GRID_THEME),
        "rowHeight": row_height,
        "animateRows": False,
        "suppressCellFocus": False,
        "suppressDragLeaveHidesColumns": True,
        "tooltipShowDelay": 400,
        "enableCellTextSelection": True,
        "popupParent": {"function": "document.body"},
        "tabToNextCell": {"function": "FwTab(params)"},
        "tabToNextHeader": {"function": "FwTab(params)"},
        **({} if rows is not None else {"rowBuffer": 0, "cacheBlockSize": 200, "maxBlocksInCache": 20}),
        **_selection(selection, infinite=rows is None),
        **(options or {}),
    }
    return dag.AgGrid(
        id=id,
        columnDefs=list(columns),
        rowModelType="infinite" if rows is None else "clientSide",
        **({} if rows is None else {"rowData": [dict(row) for row in rows]}),
        getRowId={"function": "FwRowId(params)"},
        defaultColDef={"sortable": True, "resizable": True, "suppressMovable": False, "suppressHeaderMenuButton": True},
        dashGridOptions=settings,
        className="fw-grid",
        style={"height": height, "width": "100%"},
        dangerously_allow_code=False,
    )


def _selection(selection: str, *, infinite: bool) -> dict[str, Any]:
    if selection == "none":
        return {}
    many = selection == "multiple"
    return {
        "rowSelection": {
            "mode": "multiRow" if many else "singleRow",
            "checkboxes": many,
            # The infinite model cannot tick rows that it has not loaded.
            **({"headerCheckbox": not infinite} if many else {}),
            "enableClickSelection": not many,
        },
        "selectionColumnDef": {"width": 44, "suppressHeaderMenuButton": True, "resizable": False},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """A two-line row of a list on phones.

    Attributes:
        title: First line, left (symbol and side).
        value: First line, right (P&L).
        detail: Second line, left (setup, time).
        note: Second line, right (R).
        tone: "profit", "loss" or "" of the value.
        href: Where a tap leads, "" for nowhere.
    """

    title: Child
    value: str
    detail: str = ""
    note: str = ""
    tone: str = ""
    href: str = ""


def day_list(groups: Sequence[tuple[str, str, Sequence[ListRow]]]) -> html.Div:
    """Return what stands for a grid on phones: (day, sum of the day, rows) each. Put it just before the grid."""
    children: list[Child] = []
    for heading, total, rows in groups:
        children.append(html.Div([html.Span(heading), html.Span(total)], className="dh"))
        children += [_list_row(row) for row in rows]
    return html.Div(children, className="fw-list fw-num")


def _list_row(row: ListRow) -> dcc.Link | html.Div:
    parts = [
        html.Span(row.title),
        html.Span(row.value, className=f"v fw-{row.tone}" if row.tone else "v"),
        html.Span(row.detail, className="s"),
        html.Span(row.note, className="s"),
    ]
    return dcc.Link(parts, href=row.href, className="lr") if row.href else html.Div(parts, className="lr")


def text_column(field: str, title: str, **more: Any) -> ColumnDefinition:
    """Return a column of plain text."""
    return {"field": field, "headerName": title, **more}


def muted_column(field: str, title: str, **more: Any) -> ColumnDefinition:
    """Return a column of secondary text; `{field}_text` is shown if the row has it (times, durations)."""
    return {"field": field, "headerName": title, "cellRenderer": "FwText", "cellClass": "m", **more}


def number_column(field: str, title: str, **more: Any) -> ColumnDefinition:
    """Return a right-aligned column that shows `{field}_text` and sorts by `field`."""
    look = {"cellRenderer": "FwText", "type": "rightAligned", "cellClass": f"{_RIGHT} fw-num"}
    return {"field": field, "headerName": title, **look, **more}


def muted_number_column(field: str, title: str, **more: Any) -> ColumnDefinition:
    """Return a number column in the secondary colour (durations, fees)."""
    return number_column(field, title, **{"cellClass": f"{_RIGHT} fw-num m", **more})


def money_column(field: str, title: str, **more: Any) -> ColumnDefinition:
    """Return a P&L column: text `{field}_text`, colour by the sign of `field`."""
    look = {"cellRenderer": "FwMoney", "type": "rightAligned", "cellClass": f"{_RIGHT} fw-num w"}
    return {"field": field, "headerName": title, **look, **more}


def r_column(field: str = "r", title: str = "R multiple", **more: Any) -> ColumnDefinition:
    """Return a column with the R bar and the text `{field}_text`."""
    look = {
        "cellRenderer": "FwR",
        "type": "rightAligned",
        "cellClass": f"{_RIGHT} fw-num",
        "width": 150,
        "minWidth": 140,
    }
    return {"field": field, "headerName": title, **look, **more}


def side_column(field: str = "side", title: str = "Side", **more: Any) -> ColumnDefinition:
    """Return a column of "long" and "short", shown as ▲ Long and ▼ Short."""
    return {"field": field, "headerName": title, "cellRenderer": "FwSide", "width": 92, **more}


def symbol_column(field: str = "symbol", title: str = "Symbol", **more: Any) -> ColumnDefinition:
    """Return a column of tickers, linked to the row's `href` if it has one."""
    return {"field": field, "headerName": title, "cellRenderer": "FwSymbol", "width": 110, **more}


def tags_column(field: str = "tags", title: str = "Tags", **more: Any) -> ColumnDefinition:
    """Return a column of tags: a list of texts or of [text, tone] pairs."""
    return {
        "field": field,
        "headerName": title,
        "cellRenderer": "FwTags",
        "sortable": False,
        "cellDataType": False,
        "flex": 1,
        **more,
    }


def totals_bar(figures: Sequence[tuple[str, str, str]], *, end: Child = None, id: str | None = None) -> html.Div:  # noqa: A002
    """Return the totals of the filter under a grid: (label, text, tone) each, tone "profit", "loss" or ""."""
    cells = [
        html.Span([html.Span(f"{label} ", className="k"), html.B(text, className=f"fw-{tone}" if tone else "")])
        for label, text, tone in figures
    ]
    children: list[Child] = [*cells, html.Span(end, className="end")] if end is not None else list(cells)
    return html.Div(children, className="fw-totals fw-num", **({"id": id} if id else {}))


def bulk_bar(id: str, summary: Child, actions: Sequence[Child]) -> html.Div:  # noqa: A002 - Dash's own name
    """Return the bar that floats over a grid while rows are selected; it starts hidden (`Output(id, "hidden")`)."""
    parts = [html.Span(summary, className="sum"), html.I(className="sep"), *actions]
    return html.Div(parts, id=id, className="fw-bulk fw-num", role="toolbar", hidden=True)
