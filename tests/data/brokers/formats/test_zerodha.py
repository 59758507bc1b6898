"""Zerodha's tradebook."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.instruments import AssetClass
from tests.data.brokers.formats import crypto_cases as cases

EQUITY = cases.payload("zerodha-tradebook/equity.csv")
DERIVATIVES = cases.payload("zerodha-tradebook/fno.csv")
RESAVED = cases.payload("zerodha-tradebook/resaved.csv")
SLUG = "zerodha-tradebook"


def test_equity_goes_by_isin_in_indian_time() -> None:
    """The ISIN is the key, the ticker the name; a trade id is unique in its exchange, segment and day."""
    statement = cases.parse(EQUITY)
    assert cases.rows(statement) == [
        (2, "INE009A01021", "INR", "buy", "30", "1900.5", "0", "INR", None, "2025-01-06T03:50:01.000000"),
        (3, "INE009A01021", "INR", "buy", "20", "1900.55", "0", "INR", None, "2025-01-06T03:50:01.000000"),
        (4, "INE009A01021", "INR", "sell", "50", "1912", "0", "INR", None, "2025-01-07T09:29:59.000000"),
    ]
    assert statement.executions.identity[::2] == ["NSE/EQ/2025-01-06/700001", "NSE/EQ/2025-01-07/700001"]
    assert statement.executions.instruments[0].name == "INFY"


def test_derivatives_are_counted_in_units() -> None:
    """Weekly and monthly options know their terms; a contract counted in lots of unknown size is a problem."""
    statement = cases.parse(DERIVATIVES)
    weekly, monthly, future = statement.executions.instruments
    assert weekly.option is not None
    assert monthly.option is not None
    assert (weekly.option.underlying, weekly.option.expiry, weekly.option.strike) == (
        "NIFTY", date(2025, 7, 3), Decimal(24500),
    )  # fmt: skip
    assert (monthly.option.underlying, monthly.option.expiry) == ("BANKNIFTY", date(2025, 7, 31))
    assert (future.asset_class, future.multiplier) == (AssetClass.FUTURE, Decimal(1))
    assert [(item.line, item.value) for item in statement.problems] == [(5, "USDINR25JULFUT")]


def test_resaved_file_is_read_and_mangled_ids_are_not_trusted() -> None:
    """Another delimiter and day-first dates are read; ids in scientific notation do not merge two trades."""
    statement = cases.parse(RESAVED)
    assert [row[:6] for row in cases.rows(statement)] == [
        (2, "INF000A01AB1", "INR", "buy", "250.125", "20"),
        (3, "INF000A01AB1", "INR", "buy", "240.5", "20.79"),
        (4, "INF000A01AB1", "INR", "buy", "240.5", "20.79"),
    ]
    identities = statement.executions.identity
    assert identities[0] == "BSE/MF/2025-01-13/8000000001"
    assert all(identity.startswith("#1:") for identity in identities[1:])
    assert len(set(identities)) == 3


def test_broken_cells_are_problems_with_their_place() -> None:
    """A bad side, quantity and time name line, column and value."""
    content = (
        EQUITY.replace(b"buy,false,30.000000", b"hold,false,30.000000").replace(b",20.000000,", b",twenty,")
        .replace(b"2025-01-07T14:59:59", b"2025-01-07T25:59:59")
    )  # fmt: skip
    assert [(item.line, item.column, item.value) for item in cases.parse(content).problems] == [
        (2, "trade_type", "hold"),
        (3, "quantity", "twenty"),
        (4, "order_execution_time", "2025-01-07T25:59:59"),
    ]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(EQUITY, SLUG)
    cases.check_rearranged(DERIVATIVES, SLUG)
    cases.check_rearranged(RESAVED, SLUG, delimiter="|")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
