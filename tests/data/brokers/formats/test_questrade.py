"""Questrade's orders, confirmations and activities."""

from __future__ import annotations

from tests.data.brokers import expected
from tests.data.brokers.formats import us_cases as cases
from tests.data.brokers.workbooks import make_workbook

ORDERS = cases.payload("questrade/orders.csv")
CONFIRMATIONS = cases.payload("questrade/confirmations.csv")
HEADER = (
    "Transaction Date",
    "Settlement Date",
    "Action",
    "Symbol",
    "Description",
    "Quantity",
    "Price",
    "Gross Amount",
    "Commission",
    "Net Amount",
    "Currency",
    "Account #",
    "Activity Type",
    "Account Type",
)
PUT = "PUT  PEP 03/20/26 150 PEPSICO INC"
DAY = " 12:00:00 AM"
ACTIVITIES = make_workbook(
    [
        HEADER,
        (f"2026-03-20{DAY}", "", "EXP", "PEP20Mar26P150.00", PUT, "1.00000", "0.00", "0.00", "0.00", "0.00", "USD",
         "77", "Other", "Margin"),
        (f"2026-03-09{DAY}", "", "Sell", "PEP20Mar26P150.00", PUT, "-1.00000", "1.25", "125.00", "-0.99", "124.01",
         "USD", "77", "Trades", "Margin"),
        (f"2026-03-07{DAY}", "", "", "KO", "DIST ON 10 SHS", "0.00000", "0.00", "0.00", "0.00", "5.10", "CAD", "88",
         "Dividends", "TFSA"),
        (f"2026-03-06{DAY}", "", "Buy", "XYZ.TO", "XYZ ETF", "6.00000", "34.13000000", "-204.78", "0.00", "-204.78",
         "CAD", "77", "Trades", "Margin"),
    ]
)  # fmt: skip


def test_filled_orders_become_fills() -> None:
    """Month first, as the 13th tells; an order without a fill is kept."""
    statement = cases.parse(ORDERS)
    assert cases.fills(statement) == [
        (2, "KO", "TRADE", "buy", "10", "70.1", "4.95", "2026-03-06 14:31:05"),
        (4, "KO", "TRADE", "sell", "10", "70.6", "4.95", "2026-03-13 14:00:00"),
    ]
    assert cases.others(statement) == [(3, "order", "not filled", "KO", None)]
    assert statement.notes == ("Dates are read as month/day/year.",)


def test_confirmations_have_days_first_and_the_currency_of_their_account() -> None:
    """05-03-26 is 5 March; commission and SEC fee are costs; the trade number is the identity."""
    statement = cases.parse(CONFIRMATIONS)
    assert cases.fills(statement) == [
        (2, ".ABC", "TRADE", "buy", "40", "10.4", "0.1", "2026-03-05 05:00:00"),
        (3, "KO", "TRADE", "sell", "5", "70.6", "1.02", "2026-03-06 05:00:00"),
    ]
    assert [item.currency for item in statement.executions.instruments] == ["CAD", "USD"]
    assert statement.executions.identity == ["05-03-26/AA1", "06-03-26/AA2"]
    assert statement.account_hint == "0000000007"


def test_activities_of_a_workbook() -> None:
    """The option's terms stand in the description; its expiry closes it; commissions are negative cash."""
    statement = expected.read("Activities.xlsx", ACTIVITIES)
    assert cases.fills(statement) == [
        (5, "XYZ.TO", "TRADE", "buy", "6", "34.13", "0", "2026-03-06 05:00:00"),
        (3, "PEP20Mar26P150.00", "TRADE", "sell", "1", "1.25", "0.99", "2026-03-09 04:00:00"),
        (2, "PEP20Mar26P150.00", "EXPIRY", "buy", "1", "0", "0", "2026-03-20 04:00:00"),
    ]
    assert cases.others(statement) == [
        (4, "dividend", "Dividends", "KO", "5.1"),
        (2, "option_event", "Other", "PEP20Mar26P150.00", "0"),
    ]
    assert statement.notes == ("The file holds 2 accounts: 77, 88.",)


def test_broken_cells_are_told_with_their_place() -> None:
    """An action that is none, a day that does not exist, and an account without a currency."""
    for content, old, new, place in (
        (ORDERS, "KO,Sell", "KO,Hold", (4, "Action", "Hold")),
        (CONFIRMATIONS, "05-03-26,06", "35-03-26,06", (2, "Trade Date", "35-03-26")),
        (CONFIRMATIONS, "U.S. stocks", "Some stocks", (3, "CurrencyCode_Group_Account",
                                                       "Some stocks and options - Account 0000000007")),
    ):  # fmt: skip
        _, problem = cases.broken(content, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(ORDERS, "questrade")
    cases.check_rearranged(CONFIRMATIONS, "questrade")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("questrade")
