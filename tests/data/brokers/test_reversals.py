"""Cancelled trades: what takes which fill back, by id and without one."""

from __future__ import annotations

import pytest

from data.brokers import ParseOptions, format_by_slug
from data.brokers.ibkr_revisions import earlier_revisions
from data.brokers.source import SourceFile
from domain.statements import Statement

SCHWAB = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
SCHWAB_BUY = '"03/02/2026","Buy","ACME","ACME INC","100","$10.00","","-$1000.00"'
ROBINHOOD = (
    '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"'
)
ROBINHOOD_BUY = '"3/2/2026","3/2/2026","3/3/2026","ACME","Acme","Buy","100","$10.00","($1,000.00)"'
FIDELITY = (
    "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),Accrued Interest ($),"
    "Amount ($),Settlement Date"
)
FIDELITY_BUY = "03/02/2026,YOU BOUGHT ACME INC (ACME) (Cash),ACME,ACME INC,Cash,100,10,,,,-1000,03/03/2026"
CANCELLED = {
    "schwab-transactions": (
        SCHWAB, SCHWAB_BUY, '"03/03/2026","Cancel Buy","ACME","ACME INC","-100","$10.00","","$1000"',
    ),
    "robinhood-activity": (
        ROBINHOOD, ROBINHOOD_BUY, '"3/3/2026","3/3/2026","3/3/2026","ACME","Acme","BCXL","100","$10.00","$1,000.00"',
    ),
    "fidelity-history": (
        FIDELITY, FIDELITY_BUY,
        "03/03/2026,BUY CANCEL CXL CANCELLED TRADE (ACME) (Cash),ACME,ACME INC,Cash,-100,10,,,,1000,03/04/2026",
    ),
}  # fmt: skip


def parse(slug: str, *lines: str) -> Statement:
    """Return a file read."""
    source = SourceFile("trades.csv", "\n".join([*lines, ""]).encode())
    return format_by_slug(slug).parse(source, ParseOptions())


def moved(statement: Statement) -> int:
    """Return the position after all fills, in units of the quantity."""
    return int((statement.executions.side * statement.executions.quantity.units).sum())


@pytest.mark.parametrize("slug", CANCELLED)
def test_a_cancelled_trade_and_its_reversal_are_no_fills(slug: str) -> None:
    """Both rows stay in the accounting, and both are said to hold no longer."""
    header, trade, cancel = CANCELLED[slug]
    statement = parse(slug, header, trade, cancel)
    assert statement.rows == len(statement.executions) == 2
    assert {item.identity for item in statement.supersessions} == set(statement.executions.identity)
    assert {(item.line, item.by) for item in statement.supersessions} == {(3, "")}
    assert moved(statement) == 0
    assert not statement.notes


@pytest.mark.parametrize("slug", CANCELLED)
def test_a_cancellation_alone_is_the_opposite_fill_and_said(slug: str) -> None:
    """Where the original is in another file, quantity and money still come out right."""
    header, _, cancel = CANCELLED[slug]
    statement = parse(slug, header, cancel)
    assert statement.executions.side.tolist() == [-1]
    assert statement.supersessions == ()
    assert any("1 cancelled trade (first in line 2)" in note for note in statement.notes)


def test_money_that_came_back_tells_a_reversal() -> None:
    """A purchase of Schwab's that brings its whole price in is no second purchase; a fee on a sale is no reversal."""
    back = SCHWAB_BUY.replace("-$1000.00", "$1000.00").replace('"100"', '"-100"')
    assert moved(parse("schwab-transactions", SCHWAB, SCHWAB_BUY, back)) == 0
    tiny = '"03/03/2026","Sell","ACME","ACME INC","1","$0.01","$0.02","-$0.01"'
    assert parse("schwab-transactions", SCHWAB, tiny).executions.side.tolist() == [-1]


def test_only_one_of_equal_fills_is_taken_back() -> None:
    """Of two equal purchases one cancellation leaves one."""
    header, trade, cancel = CANCELLED["robinhood-activity"]
    statement = parse("robinhood-activity", header, trade, trade, cancel)
    gone = {item.identity for item in statement.supersessions}
    left = [
        side
        for side, name in zip(statement.executions.side, statement.executions.identity, strict=True)
        if name not in gone
    ]
    assert left == [1]


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        ("0000e0d5.65a5b1c2.01.01", ()),
        ("0000e0d5.65a5b1c2.01.03", ("0000e0d5.65a5b1c2.01.01", "0000e0d5.65a5b1c2.01.02")),
        ("0000e0d5.65a5b1c2.01.00", ()),
        ("EXEC-3", ()),
        ("1.02", ()),
        ("trade/8.5.02", ()),
        ("", ()),
    ],
)
def test_the_last_part_of_an_execution_id_is_its_revision(text: str, earlier: tuple[str, ...]) -> None:
    """Only ids of four parts have revisions; other ids that end in digits are ids of their own."""
    assert earlier_revisions(text) == earlier
