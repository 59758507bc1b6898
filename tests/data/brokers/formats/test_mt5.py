"""MetaTrader 5's trade history report."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from data.brokers.lots import ClosedLots, derive_lot_size, split_pair
from data.brokers.source import SourceFile
from data.brokers.workbook import read_workbook
from domain.errors import ImportFileError
from domain.executions import ExecutionKind
from domain.statements import OtherKind, Statement
from tests.data.brokers import expected
from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.workbooks import make_workbook

CONTENT = cases.payload("mt5-report/report.xlsx")


def sheet() -> list[list[Any]]:
    """Return the fixture's rows at their places, to be changed."""
    records = read_workbook(SourceFile("r.xlsx", CONTENT))[0].records
    found: list[list[Any]] = [[] for _ in range(records[-1].line)]
    for record in records:
        found[record.line - 1] = list(record.cells)
    return found


def parse(rows: list[list[Any]]) -> Statement:
    """Read changed rows."""
    return expected.read("report.xlsx", make_workbook(rows))


def test_deals_become_executions_in_lots() -> None:
    """Commission, fee and swap are one cost in the account's currency; a cross carries the rate it implies."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (18, "EURUSD", "USD", "buy", "0.2", "1.185", "0.7", "USD", None, "2026-02-02T08:00:00.000000"),
        (19, "XAUUSD", "USD", "sell", "0.1", "4900.5", "0.35", "USD", None, "2026-02-02T08:05:00.000000"),
        (20, "XAUUSD", "USD", "buy", "0.1", "4890.5", "0.35", "USD", None, "2026-02-02T10:00:00.000000"),
        (21, "EURUSD", "USD", "sell", "0.2", "1.1875", "1.32", "USD", None, "2026-02-03T09:00:00.000000"),
        (22, "GBPJPY.m", "JPY", "buy", "0.1", "210", "0.35", "USD", "156.00624025", "2026-02-04T07:00:00.000000"),
        (24, "GBPJPY.m", "JPY", "sell", "0.1", "210.5", "0.35", "USD", "156.00624025", "2026-02-04T08:00:00.000000"),
    ]
    assert statement.executions.identity[0] == "901"
    assert [item.multiplier for item in statement.executions.instruments] == [100_000, 100, 100_000]
    assert (statement.account_hint, statement.currency_hint) == ("778899", "USD")


def test_unproved_size_is_a_problem() -> None:
    """A symbol whose profits fit no usual lot is not imported on a guess."""
    problems = cases.parse(CONTENT).problems
    assert [(item.line, item.value) for item in problems] == [(23, "CRATE"), (25, "CRATE")]


def test_other_blocks_are_kept_and_cash_is_cash() -> None:
    """Balance deals are cash by their sign; positions, orders and results tell the same story again."""
    statement = cases.parse(CONTENT)
    counts = {"balance": 2, "Deals total": 1, "Positions": 4, "Orders": 1, "Working Orders": 1, "Results": 2}
    assert statement.other_counts == counts
    cash = [(row.kind, row.amount) for row in statement.others if row.label == "balance"]
    assert cash == [(OtherKind.DEPOSIT, Decimal(5000)), (OtherKind.WITHDRAWAL, Decimal(-1000))]


def test_notes_tell_of_zone_currency_and_total() -> None:
    """The zone, the currency of the profit and a total that does not add up are told."""
    notes = " ".join(cases.parse(CONTENT).notes)
    assert "GBPJPY.m is priced in JPY, the account is in USD" in notes
    assert "prints 32.05 USD" in notes
    assert "add up" not in notes
    rows = sheet()
    rows[26][11] = "999.99"
    assert "add up to 208.65, but the report prints 999.99" in " ".join(parse(rows).notes)


def test_report_without_deals_is_read_from_its_positions() -> None:
    """Each position becomes an opening and a closing half, its costs on the closing one."""
    statement = parse(sheet()[:12])
    assert [row[:7] for row in cases.rows(statement)][:2] == [
        (8, "EURUSD", "USD", "buy", "0.2", "1.185", "0"),
        (8, "EURUSD", "USD", "sell", "0.2", "1.1875", "2.02"),
    ]
    assert set(statement.executions.kind.tolist()) == {int(ExecutionKind.PAIRED)}
    assert statement.other_counts == {"round trip": 3}


def test_broken_cells_are_problems_with_their_place() -> None:
    """A bad time, price and kind name the row of the sheet, the column and the value."""
    rows = sheet()
    rows[17][0], rows[18][6], rows[16][3] = "2026.13.02 10:00:00", "49OO.5", "mystery"
    assert [(item.line, item.column, item.value) for item in parse(rows).problems][:3] == [
        (17, "Type", "mystery"),
        (18, "Time", "2026.13.02 10:00:00"),
        (19, "Price", "49OO.5"),
    ]


def test_columns_may_move() -> None:
    """A new column inside the deals changes nothing."""
    rows = sheet()
    for place in range(15, 27):
        rows[place].insert(4, "Added" if place == 15 else "x" if rows[place][0] and place > 15 else "")
    assert cases.rows(parse(rows)) == cases.rows(cases.parse(CONTENT))


def test_workbook_without_deals_and_positions_is_refused() -> None:
    """An empty report is an error that says what to export."""
    from data.brokers import ParseOptions, format_by_slug  # noqa: PLC0415

    with pytest.raises(ImportFileError, match="neither deals nor positions"):
        format_by_slug("mt5-report").parse(SourceFile("r.xlsx", make_workbook([["Orders"]])), ParseOptions())


@pytest.mark.parametrize(
    ("symbol", "pair"),
    [("EURUSD", ("EUR", "USD")), ("EUR/USD", ("EUR", "USD")), ("USDJPYm", ("USD", "JPY")),
     ("EURUSD.pro", ("EUR", "USD")), ("XAUUSD", None), ("GOLD_", None), ("US500", None), ("EURUSDX", None)],
)  # fmt: skip
def test_currency_pairs_are_told_from_other_symbols(symbol: str, pair: tuple[str, str] | None) -> None:
    """Both halves must be currencies; a broker's suffix is no part of them."""
    assert split_pair(symbol) == pair


def test_profit_corrects_the_usual_lot() -> None:
    """A lot of 1,000 units is recognised where the profits prove it, also through the closing price."""
    direct = ClosedLots(points=Decimal("0.01"), profit=Decimal("10.00"), close=Decimal("1.2"))
    assert derive_lot_size("EURUSD", "USD", [direct]).units == 1_000
    turned = ClosedLots(points=Decimal("1.5"), profit=Decimal("1000.00"), close=Decimal(150))
    assert derive_lot_size("USDJPY", "USD", [turned]).units == 100_000
    strange = ClosedLots(points=Decimal("0.01"), profit=Decimal("7.70"), close=Decimal("1.2"))
    assert derive_lot_size("EURUSD", "USD", [strange]).units is None
    assert derive_lot_size("XAUUSD", "USD", []).units is None


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("mt5-report")
