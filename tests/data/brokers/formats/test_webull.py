"""Webull's order records, option orders and international trade record."""

from __future__ import annotations

from decimal import Decimal

from data.brokers import ParseOptions
from domain.statements import OtherKind
from tests.data.brokers import expected
from tests.data.brokers.formats import crypto_cases as cases

ORDERS = cases.payload("webull/orders.csv")
OPTIONS = cases.payload("webull/options.csv")
RECORD = cases.payload("webull/record.csv")


def test_orders_become_legs_and_skipped_rows_oldest_first() -> None:
    """Legs and part fills are executions, combinations and unfilled orders are not; zones in the cells count."""
    statement = cases.parse(ORDERS)
    assert cases.rows(statement) == [
        (10, "KO", "USD", "sell", "10", "61", "0", "USD", None, "2025-07-14T19:30:02.000000"),
        (9, "KO", "USD", "buy", "12.5", "60.0825", "0", "USD", None, "2025-07-15T13:30:01.000000"),
        (8, "MSFT260220C00410000", "USD", "buy", "2", "3.05", "0", "USD", None, "2026-02-09T20:59:58.000000"),
        (4, "KO260320P00059000", "USD", "buy", "3", "0.65", "0", "USD", None, "2026-02-10T15:15:04.000000"),
        (3, "KO260320P00061000", "USD", "sell", "3", "1.2", "0", "USD", None, "2026-02-10T15:15:04.000000"),
    ]
    assert [(row.line, row.kind, row.label) for row in statement.others] == [
        (7, OtherKind.ORDER, "not filled (Cancelled)"),
        (6, OtherKind.ORDER, "not filled (Cancelled)"),
        (5, OtherKind.SKIPPED, "combo parent row"),
        (2, OtherKind.SKIPPED, "combo parent row"),
    ]
    assert statement.notes == ("Orders cancelled after a part was filled: 1. The filled part is imported.",)


def test_option_terms_and_size_come_from_the_symbol() -> None:
    """An OSI symbol is an option of 100 shares; a ticker is a stock."""
    instruments = {item.symbol: item for item in cases.parse(ORDERS).executions.instruments}
    option = instruments["KO260320P00061000"]
    assert (option.multiplier, option.option and option.option.strike) == (Decimal(100), Decimal(61))
    assert instruments["KO"].multiplier == 1


def test_option_orders_carry_commission_and_fee() -> None:
    """The 22-column layout adds both cost columns; dollar marks are no part of the number."""
    assert cases.rows(cases.parse(OPTIONS)) == [
        (2, "QQQ260618P00500000", "USD", "buy", "2", "4.1", "1.12", "USD", None, "2026-05-04T14:00:03.000000"),
        (3, "QQQ260618P00500000", "USD", "sell", "2", "4.75", "1.13", "USD", None, "2026-05-05T15:30:09.000000"),
    ]


def test_trade_record_reads_days_first_and_splits_the_name() -> None:
    """A day above 12 in the first place decides the whole column; both negative columns are costs."""
    statement = cases.parse(RECORD)
    assert cases.rows(statement) == [
        (2, "PEP", "USD", "buy", "4", "140.5", "0.97", "USD", None, "2026-02-03T05:00:00.000000"),
        (3, "PEP", "USD", "sell", "4", "144", "1", "USD", None, "2026-02-20T05:00:00.000000"),
    ]
    assert statement.executions.instruments[0].name == "PEPSICO INC"


def test_user_decides_the_order_of_day_and_month() -> None:
    """What the user says about the dates outweighs the column."""
    content = RECORD.replace(b"20/02/2026,23/02/2026", b"04/05/2026,05/05/2026")
    statement = expected.read("record.csv", content, ParseOptions(day_first=False))
    assert cases.rows(statement)[1][-1] == "2026-04-05T04:00:00.000000"


def test_broken_cells_are_problems_with_their_place() -> None:
    """A bad price, side or zone names line, column and value; the other rows are kept."""
    content = (
        ORDERS.replace(b"@1.20,1.20", b"@1.20,1.2O").replace(b",Short,", b",Sideways,").replace(b"GMT-04", b"GMT-99")
    )
    statement = cases.parse(content)
    assert [(item.line, item.column, item.value) for item in statement.problems] == [
        (3, "Avg Price", "1.2O"),
        (9, "Filled Time", "2025/07/15 09:30:01,GMT-99"),
        (10, "Side", "Sideways"),
    ]
    assert len(statement.executions) == 2


def test_row_without_symbol_and_legs_is_no_silent_parent() -> None:
    """Only a row followed by its legs passes as a combination."""
    problems = cases.parse(ORDERS.replace(b"Coca-Cola Co,KO,Buy", b"Coca-Cola Co,,Buy")).problems
    assert [(item.line, item.column) for item in problems] == [(9, "Symbol")]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    for content in (ORDERS, OPTIONS, RECORD):
        cases.check_rearranged(content, "webull")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("webull")
