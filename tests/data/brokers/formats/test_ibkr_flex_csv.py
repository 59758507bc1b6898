"""Interactive Brokers Flex query as CSV."""

from __future__ import annotations

from decimal import Decimal

import pytest

from data.brokers import ParseOptions, format_by_slug
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from domain.instruments import AssetClass, OptionRight
from tests.data.brokers import expected
from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("ibkr-flex-csv/trades.csv")
MARKED = cases.payload("ibkr-flex-csv/marked_lines.csv")


def test_every_trade_row_becomes_its_fill() -> None:
    """Commission, taxes and rebates are costs; a short sale keeps its side; the expiry closes at 0."""
    assert cases.fills(cases.parse(CONTENT)) == [
        (2, "MSFT", "TRADE", "buy", "40", "396.5", "1.02", "2025-03-03 14:30:05"),
        (3, "MSFT", "TRADE", "buy", "60", "396.55", "0.31", "2025-03-03 14:30:05"),
        (5, "SAN", "TRADE", "sell", "500", "6.12", "4.5", "2025-03-04 15:00:00"),
        (7, "SPY   250404P00550000", "TRADE", "sell", "2", "4.1", "-0.25", "2025-03-05 15:15:00"),
        (8, "SPY   250404P00550000", "EXPIRY", "buy", "2", "0", "0", "2025-04-04 20:20:00"),
        (9, "MESM5", "TRADE", "buy", "1", "5800.25", "0.62", "2025-03-06 20:30:00"),
        (10, "T 4 1/4 02/15/54", "TRADE", "buy", "10000", "98.5", "5", "2025-03-07 17:00:00"),
    ]


def test_order_sums_conversions_and_cash_are_other_rows() -> None:
    """An order above its executions, a currency exchange and the second table's cash are kept as their own kinds."""
    assert cases.others(cases.parse(CONTENT)) == [
        (4, "summary", "ORDER", "MSFT", None),
        (6, "conversion", "fx conversion", "EUR.USD", None),
        (8, "option_event", "Expiry", "SPY   250404P00550000", None),
        (12, "dividend", "Dividends", "MSFT", "83"),
        (13, "tax", "Withholding Tax", "MSFT", "-12.45"),
        (14, "withdrawal", "Deposits/Withdrawals", "", "-250"),
    ]


def test_instruments_carry_class_size_and_terms() -> None:
    """The file's multiplier is used, bonds are in per cent, OSI symbols have terms."""
    found = {item.symbol: item for item in cases.parse(CONTENT).executions.instruments}
    option = found["SPY   250404P00550000"]
    assert option.option is not None
    assert (option.multiplier, option.option.strike, option.option.right) == (
        Decimal(100),
        Decimal(550),
        OptionRight.PUT,
    )
    assert (found["MESM5"].asset_class, found["MESM5"].multiplier) == (AssetClass.FUTURE, Decimal(5))
    assert found["T 4 1/4 02/15/54"].multiplier == Decimal("0.01")
    assert (found["MSFT"].isin, found["MSFT"].name, found["SAN"].currency) == ("US5949181045", "MICROSOFT CORP", "EUR")


def test_execution_ids_identify_fills() -> None:
    """IBExecID is the identity; without one a trade id, else the row's own text."""
    identities = cases.parse(CONTENT).executions.identity
    assert identities[:3] == ["0000a.01", "0000a.02", "0000b.01"]
    assert identities[4].startswith("#")
    assert cases.parse(MARKED).executions.identity == ["trade/5501", "trade/5502"]


def test_lines_marked_with_record_types_are_read() -> None:
    """Header and trailer records are not rows; naive dates mean midnight in New York."""
    statement = cases.parse(MARKED)
    assert statement.rows == 2
    assert statement.account_hint == "U7000002"
    assert cases.fills(statement)[1] == (6, "KO", "TRADE", "sell", "10", "62", "1", "2025-01-17 05:00:00")


def test_orders_are_fills_when_they_are_the_finest_level() -> None:
    """A query without executions is read from its order rows."""
    text = CONTENT.decode().replace('"EXECUTION"', '"ORDER"')
    assert len(cases.fills(cases.parse(text.encode()))) == 8


@pytest.mark.parametrize(
    ("old", "new", "column", "value"),
    [
        ('"396.55"', '"abc"', "TradePrice", "abc"),
        ("20250303;093005", "20251303;093005", "DateTime", "20251303;093005"),
        ('"20250304;100000","SELL"', '"20250304;100000","HOLD"', "Buy/Sell", "HOLD"),
        ('"BUY","40"', '"BUY","-40"', "Buy/Sell", "BUY"),
        ('"STK","SAN"', '"XYZ","SAN"', "AssetClass", "XYZ"),
    ],
)
def test_broken_cell_is_a_problem_of_its_row(old: str, new: str, column: str, value: str) -> None:
    """Only the broken row is missing; line, column and value are named."""
    statement, problem = cases.broken(CONTENT, old, new)
    assert (problem.column, problem.value) == (column, value)
    assert problem.line in (2, 3, 5)
    assert problem.hint
    assert statement.rows == 12


def test_future_without_known_size_is_a_problem() -> None:
    """A contract size is never assumed."""
    _, problem = cases.broken(CONTENT, '"FUT","MESM5","MES 20JUN25","","5"', '"FUT","QQXM5","QQX","",""')
    assert (problem.line, problem.value) == (9, "QQXM5")
    assert "Settings, Instruments" in problem.hint


def test_columns_in_another_order_change_nothing() -> None:
    """Columns are found by name."""
    single = b"".join(CONTENT.splitlines(keepends=True)[:10])
    cases.check_rearranged(single, "ibkr-flex-csv")


def test_the_chosen_zone_is_used() -> None:
    """A naive time is read in the zone the user chose."""
    statement = expected.read("x.csv", MARKED, ParseOptions(timezone="Europe/Zurich"))
    assert cases.fills(statement)[0][-1] == "2025-01-09 23:00:00"


def test_file_without_headers_is_refused() -> None:
    """The message says which columns are wanted."""
    with pytest.raises(ImportFileError, match="no header line"):
        format_by_slug("ibkr-flex-csv").parse(SourceFile("x.csv", b"1,2,3\n4,5,6\n"), ParseOptions())


def test_sniff_survives_garbage() -> None:
    """No bytes make the sniffing raise or claim."""
    cases.check_sniff_survives_garbage("ibkr-flex-csv")
