"""Portfolios by day: a book in two currencies that can be done by hand, splits, transfers, caching, plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from data.brokers.batch import make_batch
from domain.accounts import Account, UserId
from domain.corporate_actions import ActionKind, CorporateAction
from domain.errors import CurrencyError, InvalidInputError, NotFoundError
from domain.executions import Side
from domain.filters import LedgerFilter
from domain.instruments import AssetClass, Instrument
from domain.portfolios import Dimension, parse_benchmark
from domain.statements import OtherKind, OtherRow, ParsedExecution
from services.container import Services
from tests.conftest import NOW

ALL = LedgerFilter()
EVE, START = date(2026, 11, 15), date(2026, 11, 16)
SHARE = Instrument(symbol="ZZAP", asset_class=AssetClass.STOCK, currency="EUR")


def owner_of(services: Services) -> UserId:
    """Return a new user."""
    return services.users.register("maya", "four unrelated words").id


def noon(day: date) -> datetime:
    """Return noon UTC of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def fill(number: int, day: date, side: Side, quantity: str, price: str, *, fees: str = "0") -> ParsedExecution:
    """Return one fill."""
    return ParsedExecution(
        line=number,
        instrument=SHARE,
        side=side,
        quantity=Decimal(quantity),
        price=Decimal(price),
        executed_at=noon(day),
        fees=Decimal(fees),
        fee_currency=SHARE.currency,
        identity=f"fill {number}",
    )


def store(services: Services, owner: UserId, account: Account, fills: list[ParsedExecution]) -> None:
    """Keep fills."""
    services.ledger.add_executions(owner, account.id, make_batch(fills, [item.identity for item in fills]))


def event(kind: OtherKind, day: date, amount: str, currency: str, symbol: str = "") -> OtherRow:
    """Return one movement of cash."""
    return OtherRow(
        line=0, kind=kind, label=kind.value, occurred_at=noon(day), symbol=symbol, amount=Decimal(amount),
        currency=currency, identity=f"{kind.value} {day} {amount}",
    )  # fmt: skip


@pytest.fixture
def book(services: Services) -> tuple[Services, UserId, Account]:
    """A dollar account that buys a share in euros with euros it was given; closes and rates by hand."""
    owner = owner_of(services)
    account = services.accounts.create(owner, "Main", currency="USD", timezone="UTC", starting_balance="0")
    services.cash.add_events(
        owner,
        account.id,
        [
            event(OtherKind.DEPOSIT, START, "1000", "EUR"),
            event(OtherKind.DEPOSIT, START + timedelta(days=2), "500", "USD"),
            event(OtherKind.DIVIDEND, START + timedelta(days=3), "10", "EUR", "ZZAP"),
        ],
    )
    store(services, owner, account, [fill(1, START, Side.BUY, "10", "50", fees="2")])
    closes = {START + timedelta(days=n): Decimal(price) for n, price in enumerate(("50", "55", "55", "60", "54"))}
    services.portfolios.closes.save(owner, "ZZAP", closes)
    for number, rate in enumerate(("1.10", "1.12", "1.08", "1.08", "1.20")):
        services.portfolios.rates.save(owner, "EUR", "USD", day=START + timedelta(days=number), rate=rate)
    return services, owner, account


def test_value_is_positions_and_cash_at_the_rate_of_the_day(book: tuple[Services, UserId, Account]) -> None:
    """Each day by hand: (10 shares at the close + euros) at the day's rate, and dollars."""
    services, owner, _ = book
    days = services.portfolios.values.days(owner, services.portfolios.plans.resolve(owner, ALL))
    assert days is not None
    expected = [(500 + 498) * 1.10, (550 + 498) * 1.12, 1048 * 1.08 + 500, (600 + 508) * 1.08 + 500, 1048 * 1.20 + 500]
    assert days.value == pytest.approx(expected)
    assert days.inflow == pytest.approx([1100, 0, 500, 0, 0])
    assert days.rate_effect == pytest.approx([0, 998 * 0.02, 1048 * -0.04, 0, 1108 * 0.12])


def test_returns_take_deposits_out_and_tell_the_rates_apart(book: tuple[Services, UserId, Account]) -> None:
    """TWR by hand; the steps of the bridge and the contributions add up to the same."""
    services, owner, _ = book
    found = services.portfolios.performance(owner, services.portfolios.plans.resolve(owner, ALL))
    assert found is not None
    values = [1097.8, 1173.76, 1631.84, 1696.64, 1757.6]
    twr = 1.0
    for before, flow, after in zip([0.0, *values[:-1]], [1100, 0, 500, 0, 0], values, strict=True):
        twr *= after / (before + flow)
    assert found.figures["twr"].value == pytest.approx(twr - 1)
    assert sum(item.share for item in found.contributions) == pytest.approx(twr - 1)
    lines = {line.name: line.amount for line in found.bridge}
    assert lines["Came in"] == pytest.approx(1600)
    assert lines["Dividends and interest"] == pytest.approx(10 * 1.08)
    assert lines["Exchange rates"] == pytest.approx(998 * 0.02 - 1048 * 0.04 + 1108 * 0.12)
    assert sum(line.amount for line in found.bridge if not line.is_total) == pytest.approx(values[-1])
    assert found.gain == pytest.approx(values[-1] - 1600)


def test_a_currency_of_another_size_changes_no_ratio(book: tuple[Services, UserId, Account]) -> None:
    """In a currency pegged at 100 to the dollar, money is a hundredfold and returns are the same."""
    services, owner, _ = book
    plan = services.portfolios.plans.resolve(owner, ALL)
    services.portfolios.rates.save(owner, "USD", "PEG", day=EVE, rate="100", is_fixed=True)
    one = services.portfolios.performance(owner, plan)
    other = services.portfolios.performance(owner, replace(plan, currency="PEG"))
    assert one is not None
    assert other is not None
    assert other.value == pytest.approx(one.value * 100)
    for slug, figure in one.figures.items():
        assert other.figures[slug].value == pytest.approx(figure.value), slug


def test_a_missing_rate_is_an_error_that_names_pair_and_day(book: tuple[Services, UserId, Account]) -> None:
    """Nothing is assumed: the first day without a rate is told."""
    services, owner, _ = book
    assert services.portfolios.rates.delete(owner, "EUR", "USD") == 5
    services.portfolios.rates.save(owner, "EUR", "XXX", day=START, rate="2")
    plan = replace(services.portfolios.plans.resolve(owner, ALL), currency="XXX", rate_days=2)
    with pytest.raises(CurrencyError, match=r"from (EUR|USD) to XXX for 2026-11-1"):
        services.portfolios.performance(owner, plan)


def test_allocation_holds_cash_and_income_its_payments(book: tuple[Services, UserId, Account]) -> None:
    """Every division adds up to the value; the dividend stands in its month at the rate of its day."""
    services, owner, _ = book
    plan = services.portfolios.plans.resolve(owner, ALL)
    for by in Dimension:
        found = services.portfolios.allocation(owner, plan, by)
        assert found is not None
        assert sum(part.value for part in found.parts) == pytest.approx(1757.6), by
        classes = {part.name: part.asset_class for part in found.parts if part.asset_class}
        assert classes == ({"ZZAP": "stock"} if by is Dimension.SYMBOL else {}), by
    income = services.portfolios.income(owner, plan)
    assert income is not None
    (month,) = income.months
    assert month[0] == date(2026, 11, 1)
    assert month[1:] == pytest.approx((10.8, 0.0))
    assert income.symbols[0][:2] == ("ZZAP", 1)


def test_a_split_moves_no_value(services: Services) -> None:
    """Ten shares before a split of two for one are twenty at restated closes: the same value on every day."""
    owner = owner_of(services)
    account = services.accounts.create(owner, "Main", currency="EUR", timezone="UTC", starting_balance="1000")
    store(services, owner, account, [fill(1, START, Side.BUY, "10", "50")])
    closes = {START + timedelta(days=n): Decimal(25) for n in range(5)}
    services.portfolios.closes.save(owner, "ZZAP", closes)
    split = CorporateAction(
        kind=ActionKind.SPLIT,
        symbol="ZZAP",
        effective_at=datetime(2026, 11, 18, tzinfo=UTC),
        ratio_new=Decimal(2),
        ratio_old=Decimal(1),
    )
    services.corporate_actions.save(owner, split)
    days = services.portfolios.values.days(owner, services.portfolios.plans.resolve(owner, ALL))
    assert days is not None
    assert days.value == pytest.approx(np.full(5, 1000.0))
    gains = services.portfolios.gains(owner, services.portfolios.plans.resolve(owner, ALL))
    (lot,) = gains.held
    assert lot.quantity == 20
    assert lot.cost == 500


def test_a_new_fill_computes_its_account_alone(book: tuple[Services, UserId, Account]) -> None:
    """The other account's days are the very same object afterwards; the portfolio follows."""
    services, owner, account = book
    second = services.accounts.create(owner, "Second", currency="EUR", timezone="UTC", starting_balance="100")
    store(services, owner, second, [fill(2, START, Side.BUY, "1", "50")])
    plan = services.portfolios.plans.resolve(owner, ALL)
    values = services.portfolios.values
    first = values.days(owner, plan)
    assert values.days(owner, plan) is first
    kept = {id(item) for item in _accounts(values)}
    store(services, owner, account, [fill(3, START + timedelta(days=1), Side.SELL, "1", "56")])
    assert values.days(owner, plan) is not first
    fresh = {id(item) for item in _accounts(values)} - kept
    assert len(fresh) == 1


def _accounts(values: object) -> list[object]:
    kept = values._kept  # type: ignore[attr-defined]
    return [item[0] for key, item in kept.items() if key[0] == "account"]


def test_plans_are_checked_and_belong_to_their_owner(services: Services) -> None:
    """Names, benchmarks, shares and other people's accounts."""
    owner = owner_of(services)
    other = services.users.register("nina", "four unrelated words").id
    mine = services.accounts.create(owner, "Main", currency="USD", timezone="UTC")
    plans = services.portfolios.plans
    plan = plans.save(owner, None, name="All", account_ids=[mine.id], benchmark="60 SPY + 40 BND")
    assert plans.resolve(owner, ALL) == plan
    with pytest.raises(NotFoundError):
        plans.plan(other, plan.id or 0)
    with pytest.raises(NotFoundError):
        plans.save(other, None, name="Theirs", account_ids=[mine.id])
    with pytest.raises(InvalidInputError, match="more than 100 %"):
        plans.set_targets(owner, plan.id or 0, Dimension.SYMBOL, {"A": "60", "B": "41"})
    with pytest.raises(InvalidInputError, match="is not a benchmark"):
        plans.save(owner, plan.id, benchmark="a lot of SPY")
    changed = plans.save(owner, plan.id, currency="EUR", regime="uk")
    assert (changed.id, changed.currency, changed.regime.value) == (plan.id, "EUR", "uk")
    assert changed.benchmark == plan.benchmark


def test_benchmarks_are_read_with_their_weights() -> None:
    """Percentages are scaled to one; without any, all weigh the same."""
    assert [(part.symbol, part.weight) for part in parse_benchmark("60 spy + 20% bnd")] == [
        ("SPY", 0.75),
        ("BND", 0.25),
    ]
    assert [part.weight for part in parse_benchmark("A + B")] == [0.5, 0.5]
    assert parse_benchmark(" ") == ()


def test_chosen_lots_decide_specific_identification(services: Services) -> None:
    """The lots a person chose are closed, whatever their age."""
    owner = owner_of(services)
    account = services.accounts.create(owner, "Main", currency="EUR", timezone="UTC")
    rows = [(1, Side.BUY, "10"), (2, Side.BUY, "14"), (3, Side.SELL, "15")]
    store(services, owner, account, [fill(n, START + timedelta(days=n), side, "1", price) for n, side, price in rows])
    book = services.ledger.book(owner, account.id)
    first, second, sale = sorted(book.executions.id.tolist())
    plan = services.portfolios.plans.resolve(owner, ALL)
    services.lot_choices.choose(owner, plan, sale, {second: "1"})
    specific = services.portfolios.with_rules(plan, "", "specific")
    assert services.portfolios.gains(owner, specific).total.gain == 1
    assert services.portfolios.gains(owner, plan).total.gain == 5
    assert first < second


def test_nothing_held_is_nothing(services: Services) -> None:
    """Without any account or event there is no report, and gains are empty."""
    owner = owner_of(services)
    plan = services.portfolios.plans.resolve(owner, ALL)
    assert services.portfolios.performance(owner, plan) is None
    assert services.portfolios.gains(owner, plan).years == ()
    assert NOW.year == 2026


def test_a_coin_is_counted_once(services: Services) -> None:
    """A pair's coin is a position; the coins of its fills are not cash as well, those of a reward are."""
    owner = owner_of(services)
    account = services.accounts.create(owner, "Coins", currency="USD", timezone="UTC", starting_balance="1000")
    pair = replace(SHARE, symbol="ZZC-USD", asset_class=AssetClass.CRYPTO, currency="USD")
    bought = replace(fill(1, START, Side.BUY, "2", "100"), instrument=pair, fee_currency="USD")
    store(services, owner, account, [bought])
    services.cash.add_events(owner, account.id, [event(OtherKind.REWARD, START, "1", "ZZC")])
    services.portfolios.rates.save(owner, "ZZC", "USD", day=START, rate="100", is_fixed=True)
    services.portfolios.closes.save(owner, "ZZC-USD", {START: Decimal(100)})
    days = services.portfolios.values.days(owner, services.portfolios.plans.resolve(owner, ALL))
    assert days is not None
    assert days.value[-1] == pytest.approx(800 + 2 * 100 + 1 * 100)
