"""Bybit's transaction log of the unified account."""

from __future__ import annotations

from decimal import Decimal

from domain.instruments import AssetClass
from domain.statements import OtherKind
from tests.data.brokers.formats import crypto_cases as cases

CONTENT = cases.payload("bybit-uta/log.csv")


def test_two_rows_of_a_spot_fill_become_one() -> None:
    """Base and quote rows join in either order; a fee in the base coin is worth the price."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (7, "ETHUSDT", "USDT", "buy", "1", "2000", "0.001", "ETH", "2000", "2026-02-02T08:00:00.000000"),
        (5, "ETHUSDT", "USDT", "sell", "0.5", "2000", "1", "USDT", "1", "2026-02-02T09:00:00.000000"),
        (4, "SOLUSDT", "USDT", "buy", "2", "150", "0.165", "USDT", "1", "2026-02-03T12:00:00.000000"),
    ]
    assert (statement.rows, statement.problems) == (5, ())
    classes = {item.symbol: item.asset_class for item in statement.executions.instruments}
    assert classes == {"ETHUSDT": AssetClass.CRYPTO, "SOLUSDT": AssetClass.FUTURE}


def test_movements_are_kept() -> None:
    """Funding and transfers are rows of their own kind with their signed amount."""
    found = [(row.line, row.kind, row.label, row.amount) for row in cases.parse(CONTENT).others]
    assert found == [
        (9, OtherKind.TRANSFER, "TRANSFER_IN", Decimal("2000.195")),
        (3, OtherKind.FUNDING, "SETTLEMENT", Decimal("-0.03")),
    ]


def test_half_a_fill_is_a_problem() -> None:
    """A spot row without its other coin is named, never imported alone."""
    lines = CONTENT.decode().splitlines()
    statement = cases.parse("\n".join(lines[:4] + lines[5:]).encode())
    assert [(item.line, item.column, item.value) for item in statement.problems] == [(5, "Currency", "USDT")]


def test_contract_settled_in_its_own_coin_is_refused() -> None:
    """An inverse contract's result is not linear, so it is not imported as if it were."""
    statement = cases.parse(CONTENT.replace(b"USDT,SOLUSDT,TRADE", b"SOL,SOLUSD,TRADE"))
    assert [(item.line, item.column, item.value) for item in statement.problems] == [(4, "Contract", "SOLUSD")]


def test_broken_cell_is_a_problem_with_its_place() -> None:
    """A time that is none names line, column and value."""
    statement = cases.parse(CONTENT.replace(b"2026-02-03 12:00:00", b"2026-02-03 25:00:00"))
    places = [(item.line, item.column, item.value) for item in statement.problems]
    assert places == [(4, "Time(UTC)", "2026-02-03 25:00:00")]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, "bybit-uta", header_line=2)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("bybit-uta")
