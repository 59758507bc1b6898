"""Robinhood's account activity."""

from __future__ import annotations

from decimal import Decimal

from domain.executions import ExecutionKind
from domain.statements import OtherKind
from tests.data.brokers.formats import crypto_cases as cases

CONTENT = cases.payload("robinhood-activity/activity.csv")
SLUG = "robinhood-activity"


def test_rows_become_trades_oldest_first_with_their_hidden_fee() -> None:
    """What the amount lacks is the fee; a row of two lines counts once; dates start in New York."""
    assert cases.rows(cases.parse(CONTENT)) == [
        (7, "KO", "USD", "buy", "7.5", "70", "0", "USD", None, "2025-04-09T04:00:00.000000"),
        (5, "KO", "USD", "sell", "5", "70.25", "0.01", "USD", None, "2025-04-09T04:00:00.000000"),
        (4, "KO 4/18/2025 Put $65.00", "USD", "sell", "2", "0.4", "0.08", "USD", None, "2025-04-10T04:00:00.000000"),
        (3, "PEP 4/17/2025 Call $160.00", "USD", "sell", "1", "0", "0", "USD", None, "2025-04-17T04:00:00.000000"),
        (2, "KO 4/18/2025 Put $65.00", "USD", "buy", "2", "0", "0", "USD", None, "2025-04-18T04:00:00.000000"),
    ]


def test_the_number_in_the_description_is_the_share_s() -> None:
    """The second line of a description holds the CUSIP, which is no part of the name."""
    share = next(item for item in cases.parse(CONTENT).executions.instruments if item.symbol == "KO")
    assert (share.cusip, share.name) == ("191216100", "Coca-Cola")


def test_expiry_closes_what_the_file_opened() -> None:
    """A written option is bought back at 0, and without a trade in the file the S mark means it was held."""
    batch = cases.parse(CONTENT).executions
    assert [int(kind) for kind in batch.kind[-2:]] == [ExecutionKind.EXPIRY, ExecutionKind.EXPIRY]


def test_other_rows_keep_kind_amount_and_word() -> None:
    """Cash, dividend, split and footer are kept under Robinhood's codes."""
    statement = cases.parse(CONTENT)
    assert [(row.line, row.kind, row.label, row.amount) for row in statement.others] == [
        (14, OtherKind.SUMMARY, "footer", None),
        (12, OtherKind.FEE, "GOLD", Decimal(-5)),
        (11, OtherKind.SPLIT, "SPL", None),
        (10, OtherKind.WITHDRAWAL, "ACH", Decimal(-75)),
        (9, OtherKind.DIVIDEND, "CDIV", Decimal("5.10")),
        (3, OtherKind.OPTION_EVENT, "OEXP", None),
        (2, OtherKind.OPTION_EVENT, "OEXP", None),
    ]
    assert statement.others[2].quantity == 9
    assert statement.notes == (
        "Splits without a ratio in the file: PEP. Positions held across them keep the old quantity.",
    )


def test_broken_cells_are_problems_with_their_place() -> None:
    """A bad date, an option without terms and an amount that cannot be are told with line and column."""
    content = (
        CONTENT.replace(b'"4/9/2025","4/9/2025","4/10/2025","KO","Coca-Cola\nCUSIP: 191216100","Sell"',
                        b'"4/39/2025","4/9/2025","4/10/2025","KO","Coca-Cola","Sell"')
        .replace(b'"KO 4/18/2025 Put $65.00","STO"', b'"KO Put","STO"')
        .replace(b'"($525.00)"', b'"$525.00"')
    )  # fmt: skip
    assert [(item.line, item.column, item.value) for item in cases.parse(content).problems] == [
        (4, "Description", "KO Put"),
        (5, "Activity Date", "4/39/2025"),
        (6, "Amount", "$525.00"),
    ]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    table = b"\n".join(line for line in CONTENT.split(b"\n") if line != b'""')
    before = cases.parse(table)
    after = cases.parse(cases.rearrange(table.replace(b'"","","","","","","","","",', b"")))
    assert [row[1:] for row in cases.rows(after)] == [row[1:] for row in cases.rows(before)]
    assert after.executions.identity == before.executions.identity


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
