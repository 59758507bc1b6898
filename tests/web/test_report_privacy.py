"""No form of a private report holds an amount: not in texts, hidden sheets, alternative texts, hovers or metadata."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PIL import Image
from pypdf import PdfReader

from components.figures.report_charts import section_figure
from domain.report_document import CellKind, ReportDocument
from domain.reports import SECTIONS, ReportForm
from domain.statements import OtherKind, OtherRow
from services.container import Installation, Services
from tests.conftest import NOW
from tests.services.reports import Desk, make_desk, report
from web.report_files import ReportFiles

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]  # what is printed knows no database
AMOUNTS = (CellKind.MONEY, CellKind.PROFIT, CellKind.PRICE, CellKind.QUANTITY)
EVERYTHING = tuple(SECTIONS)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An owner with trades, an open position, a dividend, a benchmark and a balance."""
    folder = tmp_path_factory.mktemp("privacy")
    services = Services(Installation(data_dir=folder, database_url=f"sqlite:///{folder / 'x.db'}"), clock=lambda: NOW)
    services.migrate()
    made = make_desk(services, trades=30)
    services.cash.add_events(
        made.owner,
        made.account,
        [
            OtherRow(
                line=0,
                kind=OtherKind.DIVIDEND,
                label="Dividend",
                occurred_at=NOW - timedelta(days=20),
                symbol="DUNE",
                amount=Decimal("1374.21"),
                currency="USD",
                identity="dividend",
            )
        ],
    )
    services.portfolios.plans.save(made.owner, None, name="Old money", benchmark="GOOG", account_ids=[made.account])
    yield made
    services.stop_jobs()
    services.db.close()


def build(desk: Desk, *, is_private: bool) -> ReportDocument:
    """The document of a report with every section there is."""
    return desk.services.reports.document(desk.owner, report(sections=EVERYTHING, is_private=is_private))


def amounts_of(document: ReportDocument) -> set[str]:
    """Every amount, price and quantity of a document as texts that are too long to occur by chance."""
    values: list[float] = []
    for section in document.sections:
        unit = section.unit or document.unit
        if unit == "%":
            continue
        values += [float(item.value) for item in section.figures if item.value is not None and item.kind in AMOUNTS]
        table = section.table
        for row in () if table is None else (*table.rows, table.total):
            for cell, column in zip(row, () if table is None else table.columns, strict=False):
                if column.kind in AMOUNTS and isinstance(cell, (float, Decimal)):
                    values.append(float(cell))
    texts = {text for value in values for text in (f"{abs(value):.2f}", f"{abs(value):,.2f}")}
    return {text for text in texts if len(text) >= 6}


def everything_said(document: ReportDocument) -> dict[str, str]:
    """All that each form carries: texts, markup, every part of the workbook, metadata, hover texts of charts."""
    files = ReportFiles(browser="/nowhere")
    pdf = PdfReader(io.BytesIO(files.write(document, ReportForm.PDF)))
    with zipfile.ZipFile(io.BytesIO(files.write(document, ReportForm.XLSX))) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    short = replace(document, sections=document.sections[:4])  # a picture has eight pages at most
    with Image.open(io.BytesIO(files.write(short, ReportForm.PNG))) as picture:
        notes = repr(picture.info)
    figures = [figure for section in document.sections if (figure := section_figure(document, section)) is not None]
    assert len(figures) >= 8
    return {
        "html": files.write(document, ReportForm.HTML).decode(),
        "csv": files.write(document, ReportForm.CSV).decode(),
        "pdf": " ".join(page.extract_text() for page in pdf.pages) + repr(pdf.metadata) + repr(pdf.xmp_metadata),
        "xlsx": " ".join(parts.values()),
        "sheets": parts["xl/workbook.xml"],
        "png": notes,
        "figures": " ".join(repr(figure.to_dict()) for figure in figures),
    }


def test_no_form_of_a_private_report_holds_an_amount(desk: Desk) -> None:
    """Of every amount that the open report prints not one is anywhere in the private one, nor is an account's name."""
    wanted = amounts_of(build(desk, is_private=False))
    assert len(wanted) > 120
    said = everything_said(build(desk, is_private=True))
    assert [(form, text) for form, content in said.items() for text in wanted if text in content] == []
    for form in ("html", "csv", "pdf", "xlsx"):
        assert "Old money" not in said[form]
        assert "25,000" not in said[form]
        assert "1234.56" not in said[form], "notes are left out"
        assert "$" not in said[form].replace("$$", ""), form
    assert 'state="hidden"' not in said["sheets"]
    assert 'state="veryHidden"' not in said["sheets"]


def test_the_open_report_says_them(desk: Desk) -> None:
    """The same amounts are found in the open report, so the search above can find them."""
    document = build(desk, is_private=False)
    wanted, said = amounts_of(document), everything_said(document)
    for form, least in (("html", 0.45), ("csv", 0.4), ("xlsx", 0.4)):
        assert sum(text in said[form] for text in wanted) > least * len(wanted), form


def test_private_shares_come_from_the_same_figures(desk: Desk) -> None:
    """Contributions add up to the return, weights to one, months of income to all of it."""
    document = build(desk, is_private=True)
    assert document.unit == "%"
    returns = {item.slug: item.value for item in document.section("returns").figures}  # type: ignore[union-attr]
    tables = {section.slug: section.table for section in document.sections if section.table is not None}
    assert sum(float(str(row[-1])) for row in tables["contribution"].rows) == pytest.approx(returns["twr"])
    classes = [float(str(row[2])) for row in tables["allocation"].rows if row[0] == "Class"]
    assert sum(classes) == pytest.approx(1.0)
    assert {row[0] for row in tables["allocation"].rows} == {"Class", "Sector", "Currency"}
    assert tables["income"].total[-1] == pytest.approx(1.0)
    assert tables["value"].total[-1] == pytest.approx(1.0)
    assert all(column.kind not in AMOUNTS for table in tables.values() for column in table.columns
               if column.kind is not CellKind.PROFIT and column.kind is not CellKind.MONEY)  # fmt: skip


def test_a_portfolio_can_be_private_without_a_balance(desk: Desk) -> None:
    """Returns and shares need no starting balance; a report of trades does."""
    services = desk.services
    other = make_desk(services, balance="", name="olga", trades=6)
    document = services.reports.document(other.owner, report(sections=("returns", "contribution"), is_private=True))
    assert document.unit == "%"
    assert "USD" not in document.subtitle
