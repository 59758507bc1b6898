"""Laws that hold between whole services over random books: files, ledger, metrics, calendar and splits.

Those of matching, breakdowns and single metrics are in the tests of their modules.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.accounts import AccountId, LotMethod, UserId
from domain.corporate_actions import ActionKind, CorporateAction
from domain.filters import LedgerFilter
from domain.performance import Unit
from services.container import Installation, Services
from services.imports import ImportRequest
from tests.conftest import NOW
from tests.servers import new_database
from tests.services.samples import trades_csv

# An example is several imports: shrinking one takes minutes and says little more.
QUICK = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
BALANCE = Decimal(10_000)
FIRST = date(2026, 3, 2)
_NUMBERS = itertools.count()
Row = tuple[int, int, int, int, int]
"""Day after the first, minute of the day, signed quantity, price in cents, fee in cents a unit.

A fee that divides by its units is divided without a remainder, whatever the lots.
"""
BOOKS = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.integers(0, 300),
        st.integers(-9, 9).filter(bool),
        st.integers(200, 1_999),
        st.integers(0, 9),
    ),
    min_size=2,
    max_size=14,
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Services, UserId]]:
    """One installation and user for all examples; each example has an account of its own."""
    folder = tmp_path_factory.mktemp("laws")
    made = Services(Installation(data_dir=folder, database_url=new_database(folder)), clock=lambda: NOW)
    made.migrate()
    yield made, made.users.register("maya", "four unrelated words").id
    made.stop_jobs()
    made.db.close()


def line(number: int, row: Row, *, times: int = 1, rate: int = 1) -> str:
    """Write a row of a file; `times` units at a `times` smaller price, all money `rate` times as much."""
    day, minute, quantity, cents, fee = row
    when = f"{FIRST + timedelta(days=day)} {10 + minute // 60:02d}:{minute % 60:02d}:00"
    side = "Buy" if quantity > 0 else "Sell"
    price, fees = Decimal(cents) * rate / 100 / times, Decimal(fee * abs(quantity)) * rate / 100
    return f"x{number},{when},ACME,{side},{abs(quantity) * times},{price},{fees},USD"


def new_account(house: tuple[Services, UserId], *files: list[str], balance: Decimal = BALANCE) -> LedgerFilter:
    """Import files into an account of their own and return the filter that shows it."""
    services, owner = house
    name = f"Account {next(_NUMBERS)}"
    account = services.accounts.create(
        owner, name, timezone="America/New_York", starting_balance=balance, lot_method=LotMethod.FIFO
    )
    for rows in files:
        services.imports.commit(
            owner,
            ImportRequest(filename="a.csv", payload=trades_csv(rows), account=name, timezone="America/New_York"),
        )
    return LedgerFilter(accounts=(AccountId(int(account.id)),))


def lines(rows: list[Row], **changes: int) -> list[str]:
    """Write all rows of a book."""
    return [line(number, row, **changes) for number, row in enumerate(rows)]


def figures(house: tuple[Services, UserId], chosen: LedgerFilter) -> dict[str, tuple[float | None, Unit]]:
    """Every metric of a filter with its unit."""
    services, owner = house
    found = services.portfolio.performance(owner, chosen).metrics
    units = {slug: item.unit for slug, item in services.portfolio.definitions().items()}
    return {slug: (item.value, units[slug]) for slug, item in found.items() if slug in units}


def same(first: float | None, second: float | None) -> bool:
    """Whether two figures are equal but for the last digits, or undefined alike."""
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=1e-8, abs_tol=1e-8)


@QUICK
@given(rows=BOOKS, cut=st.integers(0, 14))
def test_files_commute_and_repeat(house: tuple[Services, UserId], rows: list[Row], cut: int) -> None:
    """A then B is B then A, and importing either again changes nothing."""
    first, second = lines(rows)[:cut], lines(rows)[cut:]
    files = [part for part in (first, second) if part]
    there = figures(house, new_account(house, *files))
    back = figures(house, new_account(house, *reversed(files)))
    again = figures(house, new_account(house, *files, *files))
    for slug, (value, _) in there.items():
        assert same(value, back[slug][0]), slug
        assert same(value, again[slug][0]), slug


@QUICK
@given(rows=BOOKS)
def test_days_weeks_and_months_add_up_to_the_curve(house: tuple[Services, UserId], rows: list[Row]) -> None:
    """The sum of days is that of weeks, of months, and the end of the equity curve."""
    services, owner = house
    chosen = new_account(house, lines(rows))
    days = services.portfolio.days(owner, chosen)
    total = sum(item.net for item in days.values())
    end = services.portfolio.curve(owner, chosen).equity.y
    assert math.isclose(total, float(end[-1]) if len(end) else 0.0, abs_tol=1e-6)
    for name in ("%G-W%V", "%Y-%m"):
        periods = {day.strftime(name) for day in days}
        parts = [sum(item.net for day, item in days.items() if day.strftime(name) == period) for period in periods]
        assert math.isclose(total, sum(parts), abs_tol=1e-6)
    spans = ("2026-03-01..2026-03-31", "2026-04-01..2026-04-30")
    shown = sum(services.portfolio.performance(owner, chosen.with_(period=span)).realised for span in spans)
    assert math.isclose(total, shown, abs_tol=1e-6)


@QUICK
@given(rows=BOOKS, times=st.sampled_from([2, 4, 5]), day=st.integers(0, 41))
def test_a_split_changes_no_figure(house: tuple[Services, UserId], rows: list[Row], times: int, day: int) -> None:
    """Fills after a k-for-1 split, with k times the units at a k-th of the price, give the figures of none."""
    services, owner = house
    plain = new_account(house, lines(rows))
    parts = [line(number, row, times=times if row[0] >= day else 1) for number, row in enumerate(rows)]
    split = new_account(house, parts)
    at = services.corporate_actions.day_start(owner, FIRST + timedelta(days=day), "ACME", split.accounts[0])
    services.corporate_actions.save(
        owner,
        CorporateAction(
            kind=ActionKind.SPLIT,
            symbol="ACME",
            effective_at=at,
            account_id=split.accounts[0],
            ratio_new=Decimal(times),
            ratio_old=Decimal(1),
        ),
    )
    before, after = figures(house, plain), figures(house, split)
    for slug, (value, _) in before.items():
        if slug not in ("volume", "shares"):
            assert same(value, after[slug][0]), slug


@QUICK
@given(rows=BOOKS, rate=st.sampled_from([3, 7, 100]))
def test_another_price_level_scales_money_and_leaves_ratios(
    house: tuple[Services, UserId], rows: list[Row], rate: int
) -> None:
    """With all prices, fees and the balance k times as high, money is k times as much and nothing else moves."""
    plain = figures(house, new_account(house, lines(rows)))
    scaled = figures(house, new_account(house, lines(rows, rate=rate), balance=BALANCE * rate))
    for slug, (value, unit) in plain.items():
        wanted = value * rate if value is not None and unit is Unit.MONEY else value
        assert same(wanted, scaled[slug][0]), slug
