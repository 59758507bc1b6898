"""A report says what the pages say, in every form of a sheet, and nothing it must not say."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest

from domain.errors import InvalidInputError
from domain.filters import LedgerFilter
from domain.report_document import CalendarChart, CurveChart, HistogramChart, ReportDocument
from services.container import Installation, Services
from services.report_sheets import write_csv, write_xlsx
from tests.conftest import NOW
from tests.services.reports import EVIL, FILTER, MANY, SYMBOLS, Desk, make_desk, report

pytestmark = pytest.mark.sqlite  # what is computed knows no database
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Services that all tests share: they only read, or bring an owner of their own."""
    folder = tmp_path_factory.mktemp("documents")
    made = Services(Installation(data_dir=folder, database_url=f"sqlite:///{folder / 'x.db'}"), clock=lambda: NOW)
    made.migrate()
    yield made
    made.db.close()


@pytest.fixture(scope="module")
def desk(services: Services) -> Desk:
    """An owner with a book."""
    return make_desk(services)


def build(desk: Desk, **changes: object) -> ReportDocument:
    """The document of a report with the usual sections."""
    return desk.services.reports.document(desk.owner, report(**changes))


def sheet_cells(payload: bytes, number: int) -> Iterator[tuple[str, str, str]]:
    """Place, type and content of every cell of one sheet; texts resolved."""
    with zipfile.ZipFile(io.BytesIO(payload)) as book:
        shared = ET.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(item.itertext()) for item in shared]
        sheet = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    for cell in sheet.iter(f"{NAMESPACE}c"):
        value = cell.findtext(f"{NAMESPACE}v") or ""
        kind = cell.get("t", "n")
        yield str(cell.get("r")), kind, texts[int(value)] if kind == "s" else value
        assert cell.find(f"{NAMESPACE}f") is None, f"{cell.get('r')} is a formula"


def test_every_total_is_that_of_the_page(desk: Desk) -> None:
    """Key figure, table totals, calendar and curve end at the P&L of the overview, open part included."""
    document = build(desk)
    found = desk.services.portfolio.performance(desk.owner, FILTER)
    assert found.open_part
    figures = {item.slug: item.value for item in document.sections[0].figures}
    assert figures["realised"] == found.realised
    for slug in ("month", "symbol"):
        section = document.section(slug)
        assert section is not None
        assert section.table is not None
        assert section.table.total[5] == pytest.approx(found.realised, abs=1e-9)
        added = sum(float(str(row[5] or 0)) for row in section.table.rows)
        assert added == pytest.approx(found.realised, abs=1e-9)
    calendar, equity = document.section("calendar"), document.section("equity")
    assert calendar is not None
    assert isinstance(calendar.chart, CalendarChart)
    assert sum(calendar.chart.days.values()) == pytest.approx(found.realised, abs=1e-9)
    assert equity is not None
    assert isinstance(equity.chart, CurveChart)
    assert float(equity.chart.equity.y[-1]) == pytest.approx(found.realised, abs=1e-9)


def test_sections_come_in_the_chosen_order(desk: Desk) -> None:
    """What is chosen is printed, as it is chosen, once."""
    document = build(desk, sections=("trades", "kpis", "trades"))
    assert [section.slug for section in document.sections] == ["trades", "kpis"]


def test_an_empty_book_prints_reasons(services: Services) -> None:
    """Without a trade every section says so, and every sheet can still be written."""
    owner = services.users.register("noah", "four unrelated words").id
    document = services.reports.document(owner, report())
    assert all(section.empty or section.figures for section in document.sections)
    assert write_csv(document).startswith(b"\xef\xbb\xbf")
    assert write_xlsx(document)[:2] == b"PK"


def test_a_workbook_has_numbers_dates_and_no_formula(desk: Desk) -> None:
    """Amounts are number cells equal to the page, days are dates, and a text that looks like a formula is text."""
    payload = write_xlsx(build(desk, sections=("calendar", "setup", "trades")))
    days = list(sheet_cells(payload, 2))
    assert {kind for place, kind, _ in days if place.startswith(("A2", "B"))} >= {"n", "s"}
    total = {place: value for place, _, value in days}[f"F{max(int(place[1:]) for place, _, _ in days)}"]
    assert float(total) == pytest.approx(desk.services.portfolio.performance(desk.owner, FILTER).realised, abs=1e-9)
    setups = list(sheet_cells(payload, 3))
    assert ("s", EVIL) in {(kind, value) for _, kind, value in setups}
    trades = list(sheet_cells(payload, 4))
    quantities = [kind for place, kind, _ in trades if re.fullmatch(r"F[2-9]", place)]
    assert quantities
    assert set(quantities) == {"n"}


def test_csv_neutralises_formulas_and_keeps_negative_numbers(desk: Desk) -> None:
    """A setup that begins with = is written with an apostrophe; a loss is a bare number."""
    text = write_csv(build(desk, sections=("setup", "trades"))).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    cells = [cell for row in rows for cell in row]
    assert f"'{EVIL}" in cells
    assert EVIL not in cells
    losses = [cell for cell in cells if cell.startswith("-")]
    assert losses
    assert all(re.fullmatch(r"-\d+(\.\d+)?", cell) for cell in losses)
    closed = next(row for row in rows if len(row) == 12 and row[1] == "ACME")[0]
    assert datetime.fromisoformat(closed).tzinfo is not None


def test_sheets_hold_what_charts_draw(desk: Desk) -> None:
    """The curve ends at the total, the bins hold every closed trade, and fees have a heading for each of two tables."""
    document = build(desk, sections=("equity", "distribution", "fees"))
    blocks = write_csv(document).decode("utf-8-sig").replace("\r\n", "\n").split("\n\n")
    curve, bins, _, kinds = ([*csv.reader(io.StringIO(block))] for block in blocks[1:])
    found = desk.services.portfolio.performance(desk.owner, FILTER)
    assert curve[:2] == [["Equity and drawdown"], ["Time", "Net P&L", "Drawdown"]]
    assert float(next(row for row in reversed(curve) if row[1])[1]) == pytest.approx(found.realised)
    assert bins[1] == ["From", "To", "Trades"]
    assert isinstance(document.sections[1].chart, HistogramChart)
    assert sum(int(row[2]) for row in bins[2:]) == sum(document.sections[1].chart.counts) > 0
    assert kinds[0] == ["Kind", "Fees", "Of the fees"]
    sheet = {place: value for place, _, value in sheet_cells(write_xlsx(document), 4)}
    last = max(int(place[1:]) for place in sheet)
    assert (sheet["A1"], sheet[f"A{last}"]) == ("Figure", "Total")
    assert sheet[f"A{last - len(kinds) + 1}"] == "Kind"
    assert f"A{last - len(kinds)}" not in sheet, "a free row between the two"


def test_all_statistics_are_those_of_analytics(desk: Desk) -> None:
    """Also those that take long are in a report: excursions, intervals, simulations, the benchmark."""
    (section,) = build(desk, sections=("metrics",)).sections
    _, metrics = desk.services.portfolio.every_figure(desk.owner, FILTER)
    assert {item.slug: (item.value, item.reason) for item in section.figures} == {
        slug: (item.value, item.reason) for slug, item in metrics.items()
    }
    assert {"avg_mae", "risk_of_ruin", "expectancy_low", "beta"} <= {item.slug for item in section.figures}


def amounts(desk: Desk) -> set[str]:
    """Every absolute amount, price and quantity of the book that is long enough not to occur by chance."""
    values: set[str] = set()
    for trade in desk.services.portfolio.every_trade(desk.owner, FILTER):
        for value in (trade.gross, trade.net, trade.entry_price, trade.exit_price):
            if value is not None:
                values |= {f"{abs(value):.2f}", f"{abs(value):,.2f}"}
    found = desk.services.portfolio.performance(desk.owner, FILTER)
    values |= {f"{abs(found.realised):.2f}", f"{abs(found.realised):,.2f}", "25000", "25,000", "1234.56"}
    return {text for text in values if len(text) >= 6}


def test_a_private_report_holds_no_amount(desk: Desk) -> None:
    """In percent nothing of the book's amounts, prices, quantities or notes is in CSV or workbook."""
    document = build(desk, is_private=True, sections=(*MANY, "notes", "positions"))
    assert document.unit == "%"
    text = write_csv(document).decode()
    payload = write_xlsx(document)
    sheets = "".join(value for number in range(2, 13) for _, _, value in sheet_cells(payload, number))
    wanted = amounts(desk)
    assert len(wanted) >= 50
    assert [item for item in wanted if item in text or item in sheets] == []
    assert "Main" not in text
    assert [item for item in wanted if item in write_csv(build(desk, sections=MANY)).decode()]


def test_private_values_are_not_finer_than_a_hundredth_of_a_percent(desk: Desk) -> None:
    """Percentages are rounded where they leave as numbers, so that no amount can be worked out from their digits."""
    text = write_csv(build(desk, is_private=True, sections=("trades", "calendar"))).decode()
    numbers = re.findall(r"-?\d+\.(\d+)", text)
    assert numbers
    assert max(map(len, numbers)) <= 4


def test_private_without_a_balance_counts_in_r_or_refuses(services: Services) -> None:
    """Without a starting balance a private report is in R; without planned stops either, it is refused."""
    desk = make_desk(services, balance="", name="olga", trades=12)
    with pytest.raises(InvalidInputError, match="starting balance or planned stops"):
        build(desk, is_private=True)
    trade = services.portfolio.every_trade(desk.owner, FILTER)[0]
    services.journal.save(desk.owner, desk.account, int(trade.id), planned_stop=str(trade.entry_price - trade.side))
    document = build(desk, is_private=True)
    assert document.unit == "R"
    assert [item for item in amounts(desk) if item in write_csv(document).decode()] == []


def test_the_filter_of_a_report_is_that_of_a_page(desk: Desk) -> None:
    """Symbols, basis and period of the query narrow the document."""
    query = "symbols=ACME&basis=gross&period=2026-09-01..2026-09-30"
    document = build(desk, query=query)
    chosen = LedgerFilter.from_query({"symbols": "ACME", "basis": "gross", "period": "2026-09-01..2026-09-30"})
    assert document.sections[0].figures[0].value == desk.services.portfolio.performance(desk.owner, chosen).realised
    symbols = document.section("symbol")
    assert symbols is not None
    assert symbols.table is not None
    assert [row[0] for row in symbols.table.rows] == ["ACME"]


def test_a_section_can_have_a_filter_of_its_own(desk: Desk) -> None:
    """Its figures are those of its filter, its heading says so, and the others follow the report."""
    own = (("symbol", "symbols=ACME&unit=%25"), ("month", "symbols=BOLT"))
    document = build(desk, query="period=2026-09-01..2026-09-30", section_queries=own)
    read = desk.services.portfolio.performance
    acme, bolt = (read(desk.owner, LedgerFilter(symbols=(name,))) for name in SYMBOLS[:2])
    symbol, month, kpis = (document.section(slug) for slug in ("symbol", "month", "kpis"))
    assert symbol is not None
    assert month is not None
    assert kpis is not None
    assert symbol.table is not None
    assert month.table is not None
    assert symbol.unit == "%"
    assert float(str(symbol.table.total[5])) == pytest.approx(acme.realised / 25_000)
    assert month.unit == "USD"
    assert float(str(month.table.total[5])) == pytest.approx(bolt.realised)
    assert "All time" in month.subtitle
    assert kpis.subtitle == ""
    text = write_csv(document).decode()
    assert month.subtitle in text


def test_a_filter_of_a_section_is_kept_and_checked(desk: Desk) -> None:
    """It is saved with the report, goes with its section, and one that cannot be read is refused."""
    saved = desk.services.reports.save(
        desk.owner, report(name="Own filters", sections=("kpis", "month"), section_queries=(("month", "side=long"),))
    )
    assert saved.section_queries == (("month", "side=long"),)
    without = desk.services.reports.save(desk.owner, replace(saved, sections=("kpis",)))
    assert without.section_queries == ()
    with pytest.raises(InvalidInputError):
        desk.services.reports.save(desk.owner, replace(saved, section_queries=(("month", "hour=noon"),)))
    private = build(desk, sections=("month",), section_queries=(("month", "unit=$"),), is_private=True)
    assert (private.section("month").unit, private.unit) == ("%", "%")  # type: ignore[union-attr]
