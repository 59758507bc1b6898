"""Plain tables and grids."""

from __future__ import annotations

from dash import dcc, html

from components import tables
from components.tables import Column
from tests.components.markup import find, property_of, text_of, walk

COLUMNS = [Column(key="symbol", title="Symbol"), Column(key="net", title="Net P&L", align="right", strong=True)]


def _cells(table: html.Div, kind: type) -> list[str]:
    return [text_of(each) for each in walk(table) if type(each) is kind]


def test_a_table_shows_its_rows_in_column_order() -> None:
    """Missing cells are an en dash, empty ones stay empty."""
    table = tables.table(COLUMNS, [{"net": "+$1.00", "symbol": "AMD"}, {"symbol": ""}])
    assert _cells(table, html.Th) == ["Symbol", "Net P&L"]
    assert _cells(table, html.Td) == ["AMD", "+$1.00", "", "–"]


def test_figures_are_right_aligned() -> None:
    """Head and cells of a figure column share their alignment."""
    table = tables.table(COLUMNS, [{"symbol": "AMD", "net": "1"}])
    assert [each.className for each in walk(table) if type(each) is html.Th] == ["", "r"]
    assert [each.className for each in walk(table) if type(each) is html.Td] == ["", "r w"]


def test_totals_and_caption() -> None:
    """The totals are a footer and the caption names the table."""
    table = tables.table(COLUMNS, [], footer={"symbol": "Total", "net": "+$5.00"}, caption="Recent trades")
    assert text_of([each for each in walk(table) if isinstance(each, html.Tfoot)]) == "Total+$5.00"
    assert _cells(table, html.Caption) == ["Recent trades"]


def test_a_row_with_an_address_is_one_link() -> None:
    """The first cell carries a link that covers the row."""
    table = tables.table(COLUMNS, [{"symbol": "AMD", "net": "1", "_href": "/trades/7", "_class": "sel"}])
    (link,) = [each for each in walk(table) if isinstance(each, dcc.Link)]
    assert (link.href, link.className) == ("/trades/7", "fw-row-link")
    assert find(table, "link")[0].className == "sel link"


def test_a_grid_without_rows_loads_them_in_blocks() -> None:
    """The infinite model identifies rows by their id, and cannot tick what it has not loaded."""
    grid = tables.grid("g", [tables.money_column("net", "Net")], selection="multiple")
    assert grid.rowModelType == "infinite"
    assert grid.getRowId == {"function": "FwRowId(params)"}
    assert grid.dashGridOptions["rowSelection"]["headerCheckbox"] is False
    assert not hasattr(grid, "rowData")


def test_a_grid_with_rows_sorts_them_itself() -> None:
    """All rows at hand are sorted in the browser."""
    grid = tables.grid("g", [], rows=[{"id": 1}], selection="multiple")
    assert (grid.rowModelType, grid.rowData) == ("clientSide", [{"id": 1}])
    assert grid.dashGridOptions["rowSelection"]["headerCheckbox"] is True
    assert "cacheBlockSize" not in grid.dashGridOptions


def test_grids_stay_with_the_community_edition() -> None:
    """Nothing asks for an Enterprise module, and cells run no code."""
    grid = tables.grid("g", [tables.tags_column()], options={"rowHeight": 40})
    assert not getattr(grid, "enableEnterpriseModules", False)
    assert grid.dangerously_allow_code is False
    assert grid.dashGridOptions["rowHeight"] == 40


def test_the_grid_theme_reads_the_tokens() -> None:
    """One theme serves dark and light because its colours are CSS variables."""
    theme = tables.GRID_THEME["function"]
    assert theme.startswith("themeQuartz.withParams({backgroundColor:'var(--fw-surface-1)'")
    assert "wrapperBorder:false" in theme
    assert "#" not in theme


def test_columns_sort_numbers_and_show_texts() -> None:
    """A figure column keeps the alignment that its own cell class would replace."""
    for column in (tables.number_column("qty", "Qty"), tables.money_column("net", "Net"), tables.r_column()):
        assert "ag-right-aligned-cell" in column["cellClass"]
    assert tables.number_column("qty", "Qty", width=80)["width"] == 80


def test_totals_bar_and_bulk_bar() -> None:
    """Totals are labelled; the bulk bar is hidden until rows are selected."""
    bar = tables.totals_bar([("Gross", "+$14,737.05", "profit")], end="Net")
    assert text_of(bar) == "Gross +$14,737.05Net"
    assert tables.bulk_bar("bulk", "3 selected", []).hidden is True


def test_day_list_of_phones() -> None:
    """Rows stand under their day with its sum."""
    row = tables.ListRow(title="PLTR", value="+$443.00", detail="ORB", note="+1.69R", tone="profit", href="/trades/1")
    shown = tables.day_list([("20 Nov", "+$476.64", [row])])
    assert text_of(shown) == "20 Nov+$476.64PLTR+$443.00ORB+1.69R"
    assert property_of(find(shown, "lr")[0], "href") == "/trades/1"
