"""What the generic format makes of rows: orders, round trips, activities, footers, workbooks, units, fixed values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from data.brokers import ParseOptions
from data.brokers.formats import generic_csv
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from domain.executions import ExecutionKind
from domain.instruments import AssetClass
from domain.statements import OtherKind, Statement
from tests.data.brokers import workbooks
from tests.data.brokers.formats import us_cases as cases


def parse(*lines: str, **options: Any) -> Statement:
    """Read lines with the generic format and check that no row is lost."""
    statement = generic_csv.parse(SourceFile("x.csv", "\n".join(lines).encode()), ParseOptions(**options))
    trades = sum(int(kind) == ExecutionKind.TRADE for kind in statement.executions.kind)
    assert trades + len(statement.others) + len(statement.problems) == statement.rows
    return statement


ORDERS = "Time,Symbol,Side,Order Qty,Filled Qty,Limit Price,Avg Price,Status,Order ID"


def test_orders_count_by_their_filled_quantity() -> None:
    """A cancelled order counts with its filled part; one of which nothing was filled is skipped with the reason."""
    statement = parse(
        ORDERS,
        "2026-01-05 10:00:00,ABC,Buy,10,10,11,10.5,Filled,1",
        "2026-01-05 10:01:00,ABC,Sell,10,4,11,10.6,Cancelled,2",
        "2026-01-05 10:02:00,ABC,Sell,6,0,12,0,Cancelled,3",
        "2026-01-05 10:03:00,ABC,Sell,6,,12,,Rejected,4",
    )
    assert [row[3:6] for row in cases.fills(statement)] == [("buy", "10", "10.5"), ("sell", "4", "10.6")]
    assert [(row.line, row.kind, row.label) for row in statement.others] == [
        (4, OtherKind.SKIPPED, "Cancelled"),
        (5, OtherKind.SKIPPED, "Rejected"),
    ]
    assert all(row.reason for row in statement.others)


def test_round_trips_become_paired_executions() -> None:
    """One row is kept and gives an entry and an exit, marked as paired; the size is what its profit proves."""
    statement = parse(
        "Symbol,Side,Qty,Entry Time,Exit Time,Entry Price,Exit Price,P&L,Commission",
        "MES,Long,2,2026-01-05 10:00:00,2026-01-05 10:30:00,6000,6001.5,15,2.5",
        "ABC,Short,5,2026-01-05 11:00:00,2026-01-05 11:30:00,10,9,5,1",
        "ABC,Short,5,2026-01-05 12:00:00,2026-01-05 12:30:00,10,9,50,1",
        "Total,,,,,,,70,",
    )
    assert [row[2:7] for row in cases.fills(statement)] == [
        ("PAIRED", "buy", "2", "6000", "0"),
        ("PAIRED", "sell", "2", "6001.5", "2.5"),
        ("PAIRED", "sell", "5", "10", "0"),
        ("PAIRED", "buy", "5", "9", "1"),
    ]
    sizes = {item.symbol: (item.asset_class, item.multiplier) for item in statement.executions.instruments}
    assert sizes == {"MES": (AssetClass.FUTURE, Decimal(5)), "ABC": (AssetClass.STOCK, Decimal(1))}
    assert [(row.line, row.kind) for row in statement.others] == [
        (2, OtherKind.ROUND_TRIP),
        (3, OtherKind.ROUND_TRIP),
        (5, OtherKind.SKIPPED),
    ]
    assert [(item.line, item.column, item.value) for item in statement.problems] == [(4, "P&L", "50")]
    assert any("whole trades: 2" in note for note in statement.notes)


def test_purchase_and_sale_in_one_row_tell_the_side_by_time() -> None:
    """The earlier half is the entry: a sale before its purchase is a short trade."""
    statement = parse(
        "Symbol,Qty,Bought Timestamp,Buy Price,Sold Timestamp,Sell Price",
        "ABC,5,2026-01-05 10:00:00,10,2026-01-05 11:00:00,11",
        "ABC,5,2026-01-05 15:00:00,10,2026-01-05 14:00:00,11",
    )
    assert [row[3] for row in cases.fills(statement)] == ["buy", "sell", "sell", "buy"]


def test_rows_that_are_none_are_skipped_with_their_reason() -> None:
    """Preamble, repeated header, totals and remarks are accounted for and become no problem."""
    statement = parse(
        "Account of somebody",
        "Date,Symbol,Side,Quantity,Price,Fee",
        "2026-01-05,ABC,buy,3,10,1",
        "Date,Symbol,Side,Quantity,Price,Fee",
        "2026-01-06,ABC,sell,3,11,1",
        "Total,,,6,,2",
        "Brokerage services are offered by nobody.",
    )
    assert (len(statement.executions), statement.problems) == (2, ())
    assert [(row.line, row.reason.split(":")[0]) for row in statement.others] == [
        (4, "The header is repeated."),
        (6, "The row is a total."),
        (7, "The row has no time and few cells"),
    ]


def test_deposits_and_dividends_are_kept_as_such() -> None:
    """A known word for something else than a trade makes a row of its own kind, in several languages."""
    statement = parse(
        "Date,Type,Symbol,Quantity,Price,Amount",
        "2026-01-05,Buy,ABC,3,10,-30",
        "2026-01-06,Dividend,ABC,,,1.20",
        "2026-01-07,Einzahlung,,,,500",
        "2026-01-08,SELL - MARKET,ABC,3,11,33",
    )
    assert [row[3] for row in cases.fills(statement)] == ["buy", "sell"]
    assert [(row.kind, row.label, row.amount) for row in statement.others] == [
        (OtherKind.DIVIDEND, "Dividend", Decimal("1.20")),
        (OtherKind.DEPOSIT, "Einzahlung", Decimal(500)),
    ]


def test_units_in_cells_are_read() -> None:
    """Currencies and coins behind numbers are no obstacle, and say the currency of their row."""
    statement = parse(
        "Date,Symbol,Side,Quantity,Price,Fee",
        "2026-01-05 10:00,ABC,buy,3 ABC,10.5 SEK,0.1 ABC",
        "2026-01-06 10:00,DEF,sell,3,11.5 EUR,0.2 EUR",
    )
    assert [item.currency for item in statement.executions.instruments] == ["SEK", "EUR"]
    assert list(statement.executions.fee_currencies) == ["ABC", "EUR"]


def test_price_is_computed_where_only_the_amount_is_given() -> None:
    """Amount ÷ quantity, and the notes say so."""
    statement = parse("Date,Symbol,Side,Quantity,Value", "2026-01-05,ABC,buy,3,31.5", "2026-01-06,ABC,sell,3,33")
    assert [row[5] for row in cases.fills(statement)] == ["10.5", "11"]
    assert "Prices are computed: amount ÷ quantity." in statement.notes


def test_price_that_is_computed_is_never_taken_unasked() -> None:
    """The amount may contain costs: such a file is shown for mapping instead of being claimed."""
    content = b"Date,Symbol,Side,Quantity,Total,Fee\n2026-01-05,ABC,buy,3,31.5,1\n2026-01-06,ABC,sell,3,33,1\n"
    assert generic_csv.sniff(SourceFile("x.csv", content)) == 0


def test_fixed_values_stand_for_whole_columns() -> None:
    """Currency, contract size and side may be said once for all rows."""
    mapping = {"executed_at": "t", "symbol": "s", "quantity": "q", "price": "p", "side": "=sell", "currency": "=EUR",
               "multiplier": "=100", "asset_class": "=option"}  # fmt: skip
    statement = parse("t,s,q,p", "2026-01-05,ABC,3,10", mapping=mapping)
    (item,) = statement.executions.instruments
    assert (item.currency, item.multiplier, item.asset_class) == ("EUR", Decimal(100), AssetClass.OPTION)
    assert cases.fills(statement)[0][3] == "sell"


def test_numbers_and_times_have_no_fixed_value() -> None:
    """A price that is the same for all rows is refused in words."""
    mapping = {"executed_at": "t", "symbol": "s", "quantity": "q", "price": "=10", "side": "=buy"}
    with pytest.raises(ImportFileError, match="'price' needs a column of its own"):
        parse("t,s,q", "2026-01-05,ABC,3", mapping=mapping)


def test_fixed_values_of_large_files_are_obeyed() -> None:
    """Reading by columns and by rows agree on them."""
    rows = (f"2026-01-05 10:00:{row % 60:02},ABC,{row + 1},10" for row in range(6_000))
    mapping = {"executed_at": "t", "symbol": "s", "quantity": "q", "price": "p", "side": "=sell", "currency": "=EUR"}
    statement = parse("t,s,q,p", *rows, mapping=mapping)
    assert len(statement.executions) == 6_000
    assert (statement.executions.side < 0).all()
    signed = parse("t,s,q,p", *(f"2026-01-05,ABC,{(-1) ** row * (row + 1)},10" for row in range(6_000)),
                   mapping={name: text for name, text in mapping.items() if name != "side"})  # fmt: skip
    assert [item.currency for item in signed.executions.instruments] == ["EUR"]


def test_hidden_contract_size_blocks_until_it_is_answered() -> None:
    """A file whose amounts are 100 × quantity × price is not read before its owner says what that means."""
    lines = ["Date,Symbol,Side,Quantity,Price,Amount",
             *(f"2026-01-0{day},ABC,buy,{day},1.5,{day * 150}" for day in (1, 2, 3))]  # fmt: skip
    with pytest.raises(ImportFileError, match="does one unit stand for 100"):
        parse(*lines)
    mapping = {"executed_at": "Date", "symbol": "Symbol", "side": "Side", "quantity": "Quantity", "price": "Price"}
    for answer in (1, 100):
        statement = parse(*lines, mapping={**mapping, "multiplier": f"={answer}"})
        assert statement.executions.instruments[0].multiplier == answer


def test_order_of_dates_comes_from_another_column() -> None:
    """A settlement date that is not read tells how the dates that are read are written."""
    statement = parse("Date,Symbol,Side,Quantity,Price,Settlement Date", "07/10/2026,ABC,buy,1,10,07/13/2026")
    assert cases.fills(statement)[0][-1].startswith("2026-07-10")
    assert any("07/13/2026" in note for note in statement.notes)


def test_workbook_of_an_unknown_broker_is_read() -> None:
    """Its header is found below a title; what is not read is named."""
    payload = workbooks.make_workbook(
        [
            ["My broker"],
            ["Date", "Ticker", "Action", "Shares", "Price", "Venue"],
            ["2026-01-05", "ABC", "Buy", 3, 10.25, "X"],
            ["2026-01-06", "ABC", "Sell", 3, 10.5, "X"],
        ]
    )
    source = SourceFile("x.xlsx", payload)
    assert generic_csv.sniff(source) == pytest.approx(0.55)
    statement = generic_csv.parse(source, ParseOptions())
    assert [row[3:6] for row in cases.fills(statement)] == [("buy", "3", "10.25"), ("sell", "3", "10.5")]
    assert statement.ignored == ("Venue",)


def test_html_table_is_read_when_it_is_chosen() -> None:
    """The rows of a report's tables are read like those of a text."""
    rows = (("Date", "Symbol", "Side", "Quantity", "Price"), ("2026-01-05", "ABC", "Buy", "3", "10.25"))
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    source = SourceFile("x.html", f"<html><body><table>{body}</table></body></html>".encode())
    assert len(generic_csv.parse(source, ParseOptions()).executions) == 1
