"""Printed balances against our movements: agreement, the anchor, and the first day that differs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.balances import check_balances
from analytics.cash import join_flows, plain_flows
from analytics.exact import from_decimals
from domain.cash import CashFlows, CashKind, Opening, PrintedTable

DAY = 86_400_000_000
CENTS = st.lists(st.integers(-(10**6), 10**6).filter(bool), min_size=1, max_size=30)


def flows(*moves: tuple[int, str]) -> CashFlows:
    """Movements: (day, amount)."""
    at = np.array([day * DAY for day, _ in moves], dtype=np.int64)
    kind = np.full(len(moves), CashKind.DEPOSIT.code, dtype=np.int64)
    amounts = from_decimals([Decimal(amount) for _, amount in moves])
    return join_flows([plain_flows(at, kind, amounts, np.arange(len(moves), dtype=np.int64))])


def printed(*balances: tuple[int, str]) -> PrintedTable:
    """Balances as a file prints them: (day, amount), in file order."""
    count = len(balances)
    return PrintedTable(
        at=np.array([day * DAY for day, _ in balances], dtype=np.int64),
        amount=from_decimals([Decimal(amount) for _, amount in balances]),
        line=np.arange(2, count + 2, dtype=np.int64),
        position=np.arange(count, dtype=np.int64),
        import_id=np.ones(count, dtype=np.int64),
    )


@given(CENTS, st.integers(-(10**6), 10**6))
def test_a_whole_history_agrees_everywhere(cents: list[int], opening: int) -> None:
    """A broker that prints the running balance agrees on every row, whatever the account held before."""
    amounts = [Decimal(cent) / 100 for cent in cents]
    start = Decimal(opening) / 100
    running = [start + sum(amounts[: row + 1], Decimal(0)) for row in range(len(amounts))]
    known = printed(*((day, f"{value:.2f}") for day, value in enumerate(running)))
    check = check_balances(flows(*((day, str(amount)) for day, amount in enumerate(amounts))), known, None)
    assert check.first is None
    assert check.agreeing == check.checked
    assert check.opening == start
    assert check.opening_source is (Opening.ANCHOR if start else Opening.ZERO)


@given(CENTS, st.data())
def test_a_missing_row_is_told_once_and_on_its_day(cents: list[int], data: Any) -> None:
    """Without one movement exactly the balance after it differs, by exactly that movement."""
    lost = data.draw(st.integers(0, len(cents) - 1))
    amounts = [Decimal(cent) / 100 for cent in cents]
    running = [sum(amounts[: row + 1], Decimal(0)) for row in range(len(amounts))]
    ours = flows(*((day, str(amount)) for day, amount in enumerate(amounts) if day != lost))
    check = check_balances(ours, printed(*((day, f"{value}") for day, value in enumerate(running))), Decimal(0))
    assert check.first is not None
    assert check.first.gap == amounts[lost]
    assert check.first.at == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=lost)
    assert check.first.line == lost + 2
    assert (check.agreeing, check.others) == (len(cents) - 1, ())


def test_the_first_difference_names_both_balances() -> None:
    """1,234.56 printed where our rows make 1,230.00 is told with day, line and gap."""
    check = check_balances(
        flows((0, "1000"), (3, "230")), printed((0, "1000.00"), (3, "1234.56"), (5, "1234.56")), Decimal(0)
    )
    assert check.first is not None
    assert (check.first.broker, check.first.ours, check.first.gap) == (
        Decimal("1234.56"), Decimal(1230), Decimal("4.56"),
    )  # fmt: skip
    assert (check.agreeing, check.checked, check.first.line) == (2, 3, 3)
    assert check.tolerance == Decimal("0.005")


def test_the_last_balance_of_an_instant_counts() -> None:
    """A fill's rows print a balance each; only the one after all of them is held against ours."""
    check = check_balances(flows((1, "10.00"), (1, "-0.10")), printed((1, "10.00"), (1, "9.90")), Decimal(0))
    assert (check.checked, check.agreeing) == (1, 1)


def test_whole_cents_of_broken_shares_agree() -> None:
    """The broker books 6.65 where 0.5658 shares cost 6.6464: rounded as printed, it is the same."""
    check = check_balances(
        flows((0, "1000"), (1, "-6.6464526"), (2, "-6.6464526")),
        printed((0, "1000.00"), (1, "993.35"), (2, "986.70")),
        Decimal(0),
    )
    assert check.first is None


def test_a_starting_balance_is_held_against_the_first_one() -> None:
    """With a starting balance of its own the account is not anchored: a first balance that differs is told."""
    check = check_balances(flows((0, "10")), printed((0, "500.00")), Decimal(100))
    assert check.opening_source is Opening.ACCOUNT
    assert check.first is not None
    assert check.first.gap == Decimal(390)


def test_a_file_from_the_middle_anchors_the_opening() -> None:
    """The first printed balance sets what came before, and is not counted as proof of anything."""
    check = check_balances(flows((4, "-20"), (6, "5")), printed((4, "480.00"), (6, "485.00")), None)
    assert (check.opening, check.opening_source) == (Decimal(500), Opening.ANCHOR)
    assert (check.checked, check.agreeing, check.first) == (1, 1, None)


def test_no_printed_balance_checks_nothing() -> None:
    """Without any the opening is the account's, or zero."""
    assert check_balances(flows((0, "1")), printed(), None).checked == 0
    assert check_balances(flows((0, "1")), printed(), Decimal(7)).opening == 7
