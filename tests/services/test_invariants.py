"""Laws that hold between whole services over random books: files, ledger, metrics, calendar and splits.

Those of matching, breakdowns and single metrics are in the tests of their modules.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.accounts import AccountId, LotMethod, UserId
from domain.corporate_actions import ActionKind, CorporateAction
from domain.filters import LedgerFilter
from domain.performance import Unit
from domain.statements import OtherKind, OtherRow
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
    """A then B is B then A, and importing either again, or all rows in another order, changes nothing."""
    first, second = lines(rows)[:cut], lines(rows)[cut:]
    files = [part for part in (first, second) if part]
    there = figures(house, new_account(house, *files))
    back = figures(house, new_account(house, *reversed(files)))
    # The same content is known as a file; all rows in another order are known row by row.
    again = figures(house, new_account(house, *files, *files, lines(rows)[::-1]))
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


@QUICK
@given(rows=BOOKS, mark=st.integers(1, 3_000))
def test_profit_and_open_mark_are_the_cash_that_moved(
    house: tuple[Services, UserId], rows: list[Row], mark: int
) -> None:
    """Net P&L and what is held at any mark are the cash flows of the fills, fees paid, and the mark of the rest."""
    services, owner = house
    chosen, price = new_account(house, lines(rows)), Decimal(mark) / 100
    cash = sum(Decimal(-quantity * cents - fee * abs(quantity)) / 100 for _, _, quantity, cents, fee in rows)
    held = services.portfolio.positions(owner, chosen)
    unrealised = sum((item.quantity * price - item.cost - item.fees for item in held), Decimal(0))
    realised = services.portfolio.performance(owner, chosen).realised
    assert sum(item.quantity for item in held) == sum(row[2] for row in rows)
    assert math.isclose(realised + float(unrealised), float(cash + sum(row[2] for row in rows) * price), abs_tol=1e-6)


@QUICK
@given(rows=BOOKS, flows=st.dictionaries(st.integers(0, 43), st.integers(-500, 900).filter(bool), max_size=4))
def test_the_days_are_what_equity_grew_beyond_deposits(
    house: tuple[Services, UserId], rows: list[Row], flows: dict[int, int]
) -> None:
    """Over a book that ends flat, end less start less money in and out is the sum of the days, weeks and months."""
    services, owner = house
    left = sum(row[2] for row in rows)
    flat = [*rows, (41, 310, -left, 1_000, 0)] if left else rows
    chosen = new_account(house, lines(flat), balance=Decimal(0))
    moves = [(-1, 50_000), *flows.items()]
    services.cash.add_events(owner, chosen.accounts[0], [cash_move(day, amount) for day, amount in moves])
    closes = {FIRST + timedelta(days=day): Decimal(10) for day in range(-3, 45)}
    services.portfolios.closes.save(owner, "ACME", closes)
    found = services.portfolios.values.days(owner, services.portfolios.plans.resolve(owner, chosen))
    assert found is not None
    grown = float(found.value[-1]) - float((found.inflow - found.outflow).sum())
    traded = services.portfolio.days(owner, chosen)
    assert grown == pytest.approx(sum(item.net for item in traded.values()), abs=1e-6)
    for by in ("day", "week", "month", "quarter", "year"):
        table = services.analysis.breakdown(owner, chosen, by, ("net_pnl",))
        assert grown == pytest.approx(sum(row.figures["net_pnl"] or 0.0 for row in table.rows), abs=1e-6), by


def cash_move(day: int, amount: int) -> OtherRow:
    """Money put in (above zero) or taken out."""
    kind = OtherKind.DEPOSIT if amount > 0 else OtherKind.WITHDRAWAL
    when = datetime.combine(FIRST + timedelta(days=day), time(13), UTC)
    return OtherRow(
        line=0, kind=kind, label=kind.value, occurred_at=when, amount=Decimal(amount), currency="USD",
        identity=f"{kind.value} {day}",
    )  # fmt: skip


@QUICK
@given(rows=BOOKS, zone=st.sampled_from(["Asia/Tokyo", "Pacific/Kiritimati", "Asia/Kolkata", "America/Adak", "UTC"]))
def test_another_zone_moves_days_and_never_totals_or_durations(
    house: tuple[Services, UserId], rows: list[Row], zone: str
) -> None:
    """In another zone the days may be others; sums, counts and holding times are not."""
    services, owner = house
    chosen = new_account(house, lines(rows))
    slugs = ("net_pnl", "fees", "trades", "wins", "avg_hold", "median_hold", "longest_win_streak", "max_drawdown_money")
    before = figures(house, chosen)
    services.accounts.update(owner, chosen.accounts[0], timezone=zone)
    after = figures(house, chosen)
    for slug in slugs:
        assert same(before[slug][0], after[slug][0]), slug
    total = sum(item.net for item in services.portfolio.days(owner, chosen).values())
    assert math.isclose(total, services.portfolio.performance(owner, chosen).realised, abs_tol=1e-6)


@QUICK
@given(rows=BOOKS, times=st.sampled_from([2, 5, 10]), day=st.integers(0, 41), stop=st.integers(50, 190))
def test_a_split_changes_no_planned_risk(
    house: tuple[Services, UserId], rows: list[Row], times: int, day: int, stop: int
) -> None:
    """With the same stops, in the money of their day, every R multiple is that of the book without a split."""
    services, owner = house
    found = []
    for ratio in (1, times):
        chosen = new_account(house, [line(n, row, times=ratio if row[0] >= day else 1) for n, row in enumerate(rows)])
        account = chosen.accounts[0]
        if ratio > 1:
            at = services.corporate_actions.day_start(owner, FIRST + timedelta(days=day), "ACME", account)
            action = CorporateAction(
                kind=ActionKind.SPLIT, symbol="ACME", effective_at=at, account_id=account, ratio_new=Decimal(ratio),
                ratio_old=Decimal(1),
            )  # fmt: skip
            services.corporate_actions.save(owner, action)
        for trade in services.portfolio.every_trade(owner, chosen):
            price = trade.entry_price - trade.side * trade.entry_price * stop / 200
            services.journal.save(owner, account, int(trade.id), planned_stop=str(round(price, 8)))
        multiples = [trade.r_multiple for trade in services.portfolio.every_trade(owner, chosen.with_(status="closed"))]
        found.append([None if value is None else float(value) for value in multiples])
    for first, second in zip(*found, strict=True):
        assert first is None or second is None or math.isclose(first, second, rel_tol=1e-4, abs_tol=1e-4)


JUNK = st.sampled_from([
    "x,never,ACME,Buy,1,10,0,USD", "x,2026-03-04 10:00:00,ACME,Buy,many,10,0,USD",
    "x,2026-03-04 10:00:00,,Buy,1,10,0,USD",
    "x,2026-03-04 10:00:00,ACME,Hold,1,10,0,USD", "x,2026-03-04 10:00:00,ACME,Buy,1,,0,USD",
])  # fmt: skip


@QUICK
@given(rows=BOOKS, junk=st.lists(JUNK, max_size=6), again=st.integers(0, 14), data=st.data())
def test_every_row_of_a_file_is_accounted_for(
    house: tuple[Services, UserId], rows: list[Row], junk: list[str], again: int, data: st.DataObject
) -> None:
    """New + duplicate + other + problem is the number of rows, in the preview and after the import."""
    services, owner = house
    # A column that is mostly nonsense is refused as a whole: that is another test's.
    good, junk = lines(rows), junk[: len(rows) // 4]
    name = f"Account {next(_NUMBERS)}"
    request = ImportRequest(
        filename="a.csv", payload=trades_csv(good[:again]), account=name, timezone="America/New_York",
        format="generic-csv",
    )  # fmt: skip
    if again:
        services.imports.commit(owner, request)
    mixed = data.draw(st.permutations([*good, *(f"j{number}{text[1:]}" for number, text in enumerate(junk))]))
    request = replace(request, filename="b.csv", payload=trades_csv(mixed))
    preview = services.imports.preview(owner, request)
    batch = services.imports.commit(owner, request)
    for counts in (preview.rows, batch.rows):
        assert counts.balances
        assert counts.total == len(mixed)
        assert counts.duplicates == len(good[:again])
        assert counts.problems + counts.other == len(junk)
        assert counts.executions == len(good) - len(good[:again])
