"""tastytrade's transaction history in three layouts."""

from __future__ import annotations

from decimal import Decimal

from domain.executions import ExecutionKind
from domain.statements import OtherKind
from tests.data.brokers.formats import crypto_cases as cases

HISTORY = cases.payload("tastytrade-transactions/history.csv")
OLDER = cases.payload("tastytrade-transactions/older.csv")
LEGACY = cases.payload("tastytrade-transactions/legacy.csv")
SLUG = "tastytrade-transactions"


def test_history_yields_prices_from_the_descriptions() -> None:
    """A future's price is not its value; costs are printed negative; the file is turned to oldest first."""
    found = cases.rows(cases.parse(HISTORY))
    assert found[0] == (
        9, "./MESM5EX2H5 250314C5900", "USD", "sell", "1", "12.5", "1.96", "USD", None, "2025-03-04T15:00:00.000000"
    )  # fmt: skip
    assert found[1] == (8, "/MESM5", "USD", "buy", "2", "5851.5", "2.94", "USD", None, "2025-03-05T15:00:00.000000")
    assert found[3][:7] == (6, "KO    250321C00070000", "USD", "buy", "2", "0.85", "2.26")
    assert found[5][:7] == (4, "KO", "USD", "buy", "100", "68", "5")


def test_contract_sizes_are_proved_not_printed() -> None:
    """An option on a future takes its size from value and price although its column says 1."""
    sizes = {item.symbol: item.multiplier for item in cases.parse(HISTORY).executions.instruments}
    assert sizes["./MESM5EX2H5 250314C5900"] == 5
    assert sizes["/MESM5"] == 5
    assert sizes["KO    250321C00070000"] == 100


def test_option_ends_close_at_zero_and_stay_rows() -> None:
    """An end is an other row and a closing execution; without an action the file's own trades give its side."""
    statement = cases.parse(HISTORY)
    batch = statement.executions
    ends = [row for row in range(len(batch)) if batch.kind[row] != ExecutionKind.TRADE]
    assert [(int(batch.line[row]), int(batch.side[row]), int(batch.kind[row])) for row in ends] == [
        (3, 1, ExecutionKind.ASSIGNMENT),
        (2, -1, ExecutionKind.EXPIRY),
    ]
    assert [row.label for row in statement.others if row.kind is OtherKind.OPTION_EVENT] == ["Assignment", "Expiration"]


def test_money_movements_follow_the_sign() -> None:
    """A withdrawal with a positive amount is a deposit."""
    cash = [row for row in cases.parse(HISTORY).others if row.label == "Money Movement"]
    assert [(row.kind, row.amount) for row in cash] == [
        (OtherKind.DEPOSIT, Decimal(5000)),
        (OtherKind.DIVIDEND, Decimal("12.40")),
    ]


def test_older_layout_distrusts_signs_and_says_so() -> None:
    """The action decides the side; a value of the other sign is noted."""
    statement = cases.parse(OLDER)
    assert [row[3:7] for row in cases.rows(statement)] == [
        ("buy", "10", "140.5", "1.02"),
        ("sell", "10", "144", "1.05"),
    ]
    assert "line 3" in statement.notes[0]


def test_legacy_layout_names_each_contract() -> None:
    """The underlying alone would merge contracts, so the symbol is completed; costs are positive there."""
    statement = cases.parse(LEGACY)
    assert [row[:7] for row in cases.rows(statement)] == [
        (3, "KO    200221C00060000", "USD", "sell", "1", "0.55", "1.15"),
        (2, "KO    200221C00060000", "USD", "buy", "1", "0", "0"),
    ]
    assert statement.others[0].kind is OtherKind.WITHDRAWAL


def test_broken_cells_are_problems_with_their_place() -> None:
    """A missing price, an impossible value and an unknown kind of instrument are told apart."""
    content = (
        HISTORY.replace(b"Sold 2 /MESM5 @ 5850.25", b"Sold 2 /MESM5")
        .replace(b",115.00,1,115.00", b",999.00,1,115.00")
        .replace(b"-170.00,2,-85.00", b"-170.00,two,-85.00")
    )
    assert [(item.line, item.column, item.value) for item in cases.parse(content).problems] == [
        (2, "Action", ""),
        (5, "Value", "999.00"),
        (6, "Quantity", "two"),
        (7, "Description", "Sold 2 /MESM5"),
    ]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    for content in (HISTORY, OLDER, LEGACY):
        cases.check_rearranged(content, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
