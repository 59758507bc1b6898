"""Interactive Brokers activity statement."""

from __future__ import annotations

from decimal import Decimal

from domain.statements import OtherKind
from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("ibkr-activity-statement/statement.csv")
TRADES = "DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price"


def test_every_trade_becomes_its_fill() -> None:
    """Thousands commas, two-part times and the code Ep are read; the expiry closes at 0."""
    assert cases.fills(cases.parse(CONTENT)) == [
        (9, "PEP", "TRADE", "buy", "1200", "150.25", "6", "2025-02-03 14:45:10"),
        (10, "PEP", "TRADE", "sell", "1200", "151.5", "6.5", "2025-02-04 20:59:59"),
        (12, "PEP 21FEB25 155 C", "TRADE", "sell", "1", "1.2", "0.7", "2025-02-05 15:00:00"),
        (13, "PEP 21FEB25 155 C", "EXPIRY", "buy", "1", "0", "0", "2025-02-21 21:20:00"),
        (14, "XQZH5", "TRADE", "buy", "2", "101.5", "2", "2025-02-06 15:00:00"),
    ]


def test_contract_size_comes_from_the_securities_section() -> None:
    """An unknown future has the size the statement itself names."""
    sizes = {item.symbol: item.multiplier for item in cases.parse(CONTENT).executions.instruments}
    assert sizes == {"PEP": 1, "PEP 21FEB25 155 C": 100, "XQZH5": 250}


def test_sections_become_other_rows() -> None:
    """Totals are summaries, cash keeps its section's name, a split has its ratio."""
    statement = cases.parse(CONTENT)
    assert cases.others(statement) == [
        (11, "summary", "Trades SubTotal", "", None),
        (13, "option_event", "Expiry", "PEP 21FEB25 155 C", None),
        (15, "summary", "Trades Total", "", None),
        (17, "interest", "Interest", "", "-1.11"),
        (18, "summary", "Interest Total", "", None),
        (20, "transfer", "Transfers", "KO", None),
        (22, "split", "Corporate Actions", "PEP", None),
    ]
    (split,) = [row for row in statement.others if row.kind is OtherKind.SPLIT]
    assert (split.ratio, split.quantity) == ((Decimal(3), Decimal(2)), Decimal(5))
    assert (statement.account_hint, statement.currency_hint) == ("U7000004", "USD")
    assert statement.notes == ("Sections that change no position and were not read: Net Asset Value (1).",)


def test_broken_cell_is_a_problem_of_its_row() -> None:
    """The column's own name is told."""
    _, problem = cases.broken(CONTENT, "2025-03-04,USD Debit", "4 March,USD Debit")
    assert (problem.line, problem.column, problem.value) == (17, "Date", "4 March")


def test_columns_in_another_order_change_nothing() -> None:
    """Columns of a section are found by name."""
    moved = CONTENT.decode().replace(
        TRADES, "Asset Category,DataDiscriminator,Currency,Symbol,Date/Time,Quantity,T. Price"
    )
    for kind in ("Stocks", "Equity and Index Options", "Futures"):
        moved = moved.replace(f"Order,{kind}", f"{kind},Order")
    moved = moved.replace("SubTotal,,Stocks", "SubTotal,Stocks,").replace("Total,,Stocks", "Total,Stocks,")
    assert moved != CONTENT.decode()
    again = cases.parse(moved.encode())
    assert cases.fills(again) == cases.fills(cases.parse(CONTENT))
    assert again.executions.identity == cases.parse(CONTENT).executions.identity


def test_executions_below_orders_replace_them() -> None:
    """When the statement lists Trade rows, its Order rows are their sums."""
    row = 'Trades,Data,Trade,Stocks,USD,PEP,"2025-02-04, 15:59:59",-1200,151.5,0,0,-6.5,0,0,0,C\n'
    text = CONTENT.decode().replace("Trades,SubTotal", row + "Trades,SubTotal", 1)
    statement = cases.parse(text.encode())
    assert [fill[0] for fill in cases.fills(statement)] == [11]
    assert sum(row.label == "ORDER" for row in statement.others) == 5


def test_sniff_survives_garbage() -> None:
    """No bytes make the sniffing raise or claim."""
    cases.check_sniff_survives_garbage("ibkr-activity-statement")
