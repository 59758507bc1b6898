"""Estimates against a slow reference, and the laws they keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.charges import estimate_charges, fees_by_label, with_charges
from analytics.charges.marks import mark_trades
from analytics.ledger.matching import match
from data.fees import segments
from domain.accounts import LotMethod
from domain.columns import take
from domain.executions import ExecutionKind
from domain.fee_plans import (
    Basis,
    FeePlan,
    FeeRule,
    FeeSide,
    RoundBy,
    Rounding,
    Scope,
    Tier,
    TierBy,
    scopes_of,
)
from domain.instruments import AssetClass, Instrument
from tests.analytics.charges.build import STOCK, Fill, column, fill, table

ZONE = "Asia/Kolkata"
INSTRUMENTS = (
    STOCK,
    Instrument(symbol="TCS", asset_class=AssetClass.STOCK, currency="INR"),
    Instrument(symbol="NIFTY25JANFUT", asset_class=AssetClass.FUTURE, currency="INR", multiplier=Decimal("2.5")),
    Instrument(symbol="NIFTY25JAN24000CE", asset_class=AssetClass.OPTION, currency="INR"),
    Instrument(symbol="AAPL", asset_class=AssetClass.STOCK, currency="USD"),
)
START = datetime(2025, 1, 29, 3, tzinfo=UTC)


def estimate(fills: Sequence[Fill], *rules: FeeRule, currency: str = "INR") -> list[Decimal]:
    """Return the estimate of each fill."""
    charges = estimate_charges(
        table(fills), INSTRUMENTS, FeePlan(name="x", currency=currency, rules=rules), ZONE, segments=segments()
    )
    return [charges.amount.at(row) for row in range(len(charges))]


def percent(rate: str, **more: Any) -> FeeRule:
    """Return a percentage of value."""
    return FeeRule(label="Fee", basis=Basis.PERCENT, rate=Decimal(rate), **more)


# The reference: one fill after another, in fractions.


def reference(fills: Sequence[Fill], plan: FeePlan) -> list[Fraction]:
    """Return what `estimate_charges` must give, computed the slow way."""
    amounts = [Fraction(0)] * len(fills)
    sums: dict[str, list[Fraction]] = {rule.label: [Fraction(0)] * len(fills) for rule in plan.rules}
    for rule in plan.rules:
        for row, amount in _rule_amounts(fills, plan, rule, sums).items():
            amounts[row] += amount
            sums[rule.label][row] += amount
    return amounts


def _rule_amounts(
    fills: Sequence[Fill], plan: FeePlan, rule: FeeRule, sums: dict[str, list[Fraction]]
) -> dict[int, Fraction]:
    order = sorted(range(len(fills)), key=lambda row: (fills[row].at, row))
    exact: dict[int, Fraction] = {}
    month_total: dict[str, Fraction] = defaultdict(Fraction)
    for row in order:
        item = fills[row]
        if not _has(rule, item):
            continue
        base = _base_of(fills, row, rule, sums)
        if base <= 0:
            continue
        month, before = _day(item).strftime("%Y-%m"), Fraction(0)
        if rule.tiers and rule.tier_by is TierBy.MONTH:
            before = month_total[month]
            month_total[month] += base
        if _pays(item, plan):
            exact[row] = _bound(rule, _by_tier(rule, before, base) / (100 if rule.basis.is_percent else 1))
    return _round(fills, rule, exact, [row for row in order if row in exact])


def _has(rule: FeeRule, item: Fill) -> bool:
    scopes = scopes_of(INSTRUMENTS[item.instrument], segments())
    if rule.basis is Basis.PERCENT_OF_PREMIUM and not {Scope.OPTION, Scope.FUTURE_OPTION} & scopes:
        return False
    if rule.basis is Basis.PER_CONTRACT and not {Scope.OPTION, Scope.FUTURE_OPTION, Scope.FUTURE} & scopes:
        return False
    day = _day(item)
    in_time = (rule.valid_from is None or day >= rule.valid_from) and (rule.valid_to is None or day < rule.valid_to)
    return in_time and bool(set(rule.applies_to) & scopes) and rule.side.has(1 if Decimal(item.quantity) > 0 else -1)


def _pays(item: Fill, plan: FeePlan) -> bool:
    mine = plan.currency in ("", INSTRUMENTS[item.instrument].currency)
    return mine and Decimal(item.cost) == 0 and item.known and item.kind == ExecutionKind.TRADE


def _day(item: Fill) -> date:
    return datetime.fromisoformat(item.at).replace(tzinfo=UTC).astimezone(ZoneInfo(ZONE)).date()


def _base_of(fills: Sequence[Fill], row: int, rule: FeeRule, sums: dict[str, list[Fraction]]) -> Fraction:
    item = fills[row]
    if rule.basis is Basis.PERCENT_OF_CHARGES:
        return sum((sums[label][row] for label in rule.of), Fraction(0))
    quantity = abs(Fraction(item.quantity))
    scopes, wanted = scopes_of(INSTRUMENTS[item.instrument], segments()), set(rule.applies_to)
    sessions = wanted & {Scope.EQUITY_INTRADAY, Scope.EQUITY_DELIVERY}
    if len(sessions) == 1 and sessions & scopes and not (wanted - sessions) & scopes:
        intraday = _intraday(fills, row)
        quantity = intraday if Scope.EQUITY_INTRADAY in sessions else quantity - intraday
    if rule.basis is Basis.PER_FILL:
        return Fraction(1 if quantity else 0)
    if not rule.basis.is_percent:
        return quantity
    return quantity * abs(Fraction(item.price)) * Fraction(INSTRUMENTS[item.instrument].multiplier or 1)


def _intraday(fills: Sequence[Fill], row: int) -> Fraction:
    mine = fills[row]
    alike = [
        (item.at, place, Fraction(item.quantity))
        for place, item in enumerate(fills)
        if item.instrument == mine.instrument and _day(item) == _day(mine)
    ]
    bought = sum((size for *_, size in alike if size > 0), Fraction(0))
    sold = -sum((size for *_, size in alike if size < 0), Fraction(0))
    sign = 1 if Fraction(mine.quantity) > 0 else -1
    before = sum(
        (abs(size) for at, place, size in alike if size * sign > 0 and (at, place) < (mine.at, row)), Fraction(0)
    )
    return max(Fraction(0), min(abs(Fraction(mine.quantity)), min(bought, sold) - before))


def _by_tier(rule: FeeRule, before: Fraction, base: Fraction) -> Fraction:
    bounds = [Fraction(0), *(Fraction(tier.above) for tier in rule.tiers)]
    rates = [rule.rate, *(tier.rate for tier in rule.tiers)]
    total = Fraction(0)
    for at, rate in enumerate(rates):
        low, high = bounds[at], bounds[at + 1] if at + 1 < len(bounds) else None
        top = before + base if high is None else min(before + base, high)
        total += max(Fraction(0), top - max(before, low)) * Fraction(rate)
    return total


def _bound(rule: FeeRule, amount: Fraction) -> Fraction:
    amount = amount if rule.minimum is None else max(amount, Fraction(rule.minimum))
    return amount if rule.maximum is None else min(amount, Fraction(rule.maximum))


def _round(
    fills: Sequence[Fill], rule: FeeRule, exact: dict[int, Fraction], order: Sequence[int]
) -> dict[int, Fraction]:
    step = 10**rule.places

    def rounded(value: Fraction) -> Fraction:
        return Fraction(
            ceil(value * step) if rule.rounding is Rounding.UP else floor(value * step + Fraction(1, 2)), step
        )

    if rule.round_by is RoundBy.FILL:
        return {row: rounded(amount) for row, amount in exact.items()}
    totals: dict[Any, Fraction] = defaultdict(Fraction)
    found = {}
    for row in order:
        key = (fills[row].instrument, _day(fills[row]))
        before = rounded(totals[key])
        totals[key] += exact[row]
        found[row] = rounded(totals[key]) - before
    return found


numbers = st.decimals(min_value=Decimal("0.001"), max_value=5000, places=3)
scopes = st.lists(
    st.sampled_from(
        [Scope.EVERYTHING, Scope.STOCK, Scope.EQUITY_DELIVERY, Scope.EQUITY_INTRADAY, Scope.EQUITY_FUTURE, Scope.OPTION]
    ),
    min_size=1,
    max_size=2,
    unique=True,
).map(tuple)
days = st.dates(date(2025, 1, 28), date(2025, 2, 3))


@st.composite
def fill_lists(draw: st.DrawFn) -> list[Fill]:
    """Return fills over a few days around a month's end."""
    made = []
    for _ in range(draw(st.integers(1, 14))):
        at = START + timedelta(hours=draw(st.integers(0, 120)))
        made.append(
            Fill(
                quantity=str(draw(numbers) * draw(st.sampled_from([1, -1]))),
                price=str(draw(numbers)),
                at=at.replace(tzinfo=None).isoformat(),
                instrument=draw(st.integers(0, len(INSTRUMENTS) - 1)),
                cost=draw(st.sampled_from(["0", "0", "0", "1.5"])),
                known=draw(st.sampled_from([True, True, True, False])),
                kind=draw(st.sampled_from([0, 0, 0, int(ExecutionKind.EXPIRY)])),
            )
        )
    return made


@st.composite
def rules(draw: st.DrawFn) -> FeeRule:
    """Return a rule of any kind but a percentage of charges."""
    basis = draw(st.sampled_from([item for item in Basis if item is not Basis.PERCENT_OF_CHARGES]))
    low = draw(st.one_of(st.none(), st.decimals(0, 5, places=2)))
    high = draw(st.one_of(st.none(), st.decimals(5, 50, places=2)))
    tiers: tuple[Tier, ...] = ()
    if basis.can_have_tiers and draw(st.booleans()):
        bounds = sorted(draw(st.sets(st.decimals(1, 4000, places=4), min_size=1, max_size=3)))
        tiers = tuple(Tier(above=bound, rate=draw(st.decimals(0, 1, places=4))) for bound in bounds)
    starts = draw(st.one_of(st.none(), days))
    return FeeRule(
        label=draw(st.sampled_from(["One", "Two"])),
        basis=basis,
        rate=draw(st.decimals(0, 3, places=5)),
        applies_to=draw(scopes),
        side=draw(st.sampled_from(FeeSide)),
        minimum=low,
        maximum=high,
        tiers=tiers,
        tier_by=draw(st.sampled_from(TierBy)),
        valid_from=starts,
        valid_to=None if starts is None else draw(st.one_of(st.none(), st.just(starts + timedelta(days=2)))),
        rounding=draw(st.sampled_from(Rounding)),
        places=draw(st.integers(0, 4)),
        round_by=draw(st.sampled_from(RoundBy)),
    )


@st.composite
def plans(draw: st.DrawFn) -> FeePlan:
    """Return a plan of one to three rules, sometimes with a tax on them."""
    made = [draw(rules()) for _ in range(draw(st.integers(1, 3)))]
    if draw(st.booleans()):
        labels = tuple(dict.fromkeys(rule.label for rule in made))
        made.append(FeeRule(label="Tax", basis=Basis.PERCENT_OF_CHARGES, rate=Decimal(18), of=labels))
    return FeePlan(name="x", currency="INR", rules=tuple(made))


@given(fill_lists(), plans())
def test_estimates_equal_the_reference(fills: list[Fill], plan: FeePlan) -> None:
    """Any plan over any fills gives what adding up one fill after another gives, to the last digit."""
    charges = estimate_charges(table(fills), INSTRUMENTS, plan, ZONE, segments=segments())
    found = [Fraction(charges.amount.at(row)) for row in range(len(fills))]
    assert found == reference(fills, plan)
    assert all(amount >= 0 for amount in found)
    assert charges.is_estimated.tolist() == [amount != 0 for amount in found]


@given(fill_lists(), plans(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(fills: list[Fill], plan: FeePlan, chance: Any) -> None:
    """Shuffled rows get the same estimates."""
    rows = table(fills)
    shuffled = np.array(chance.sample(range(len(fills)), len(fills)), dtype=np.int64)
    one = estimate_charges(rows, INSTRUMENTS, plan, ZONE, segments=segments())
    other = estimate_charges(take(rows, shuffled), INSTRUMENTS, plan, ZONE, segments=segments())
    assert [int(units) for units in one.amount.units[shuffled]] == [int(units) for units in other.amount.units]


@given(st.lists(numbers, min_size=1, max_size=6), numbers)
def test_proportional_charges_add_up_over_split_fills(parts: list[Decimal], price: Decimal) -> None:
    """A fill in parts pays what it would pay in one piece, unless there are bounds."""
    rule = percent("0.1", places=8)  # 3 + 3 + 1 + 2 decimal places at most nine; prices of 3 places make 8 exact
    price = price.quantize(Decimal("0.01"))
    whole = estimate([fill(sum(parts), price, "2025-01-06T04:30:00")], rule)
    split = estimate([fill(part, price, "2025-01-06T04:30:00") for part in parts], rule)
    assert sum(split) == sum(whole)


@given(st.lists(st.integers(1, 900), min_size=1, max_size=8))
def test_monthly_tiers_add_up_over_split_fills(parts: list[int]) -> None:
    """Tiers by month do not care how a quantity is cut."""
    rule = FeeRule(
        label="Fee",
        basis=Basis.PER_UNIT,
        rate=Decimal("0.01"),
        tiers=(Tier(above=Decimal(500), rate=Decimal("0.005")), Tier(above=Decimal(1500), rate=Decimal("0.001"))),
        tier_by=TierBy.MONTH,
        places=4,
    )
    whole = estimate([fill(sum(parts), 10, "2025-01-06T04:30:00")], rule)
    split = estimate([fill(part, 10, f"2025-01-06T04:30:{at:02d}") for at, part in enumerate(parts)], rule)
    assert sum(split) == sum(whole)


@given(numbers, numbers)
def test_a_larger_fill_never_pays_less(one: Decimal, other: Decimal) -> None:
    """Tiers charge the part above a bound only, so that crossing one never makes a fill cheaper."""
    rule = percent("1", tiers=(Tier(above=Decimal(100), rate=Decimal("0.1")),), places=6)
    low, high = sorted((one, other))
    small, large = (
        estimate([fill(low, 7, "2025-01-06T04:30:00")], rule),
        estimate([fill(high, 7, "2025-01-06T04:30:00")], rule),
    )
    assert small <= large


def test_tiers_begin_anew_each_month() -> None:
    """1,200 units in January cross the bound at 1,000; February starts at 0, by the account's own days.

    January: 1,000 x 0.01 + 200 x 0.001 = 10.20, of which the first fill of 900 pays 9.00. The last fill is
    at 19:00 UTC on 31 January, which is 1 February in Kolkata.
    """
    rule = FeeRule(
        label="Fee",
        basis=Basis.PER_UNIT,
        rate=Decimal("0.01"),
        tiers=(Tier(above=Decimal(1000), rate=Decimal("0.001")),),
        tier_by=TierBy.MONTH,
    )
    moments = ("2025-01-06T04:30:00", "2025-01-07T04:30:00", "2025-01-31T19:00:00")
    found = estimate([fill(size, 10, at) for size, at in zip((900, 300, 100), moments, strict=True)], rule)
    assert found == [Decimal("9.00"), Decimal("1.20"), Decimal("1.00")]


def test_bounds_hold_for_each_fill() -> None:
    """The least and the most of a rule: 0.1 % of 100 is 0.10 -> 1.00, of 1,000,000 is 1,000 -> 20.00."""
    rule = percent("0.1", minimum=Decimal(1), maximum=Decimal(20))
    found = estimate([fill(1, 100, "2025-01-06T04:30:00"), fill(1, 1_000_000, "2025-01-06T04:30:00")], rule)
    assert found == [Decimal("1.00"), Decimal("20.00")]


def test_a_stated_fee_is_kept() -> None:
    """Fills with a fee, a rebate or a fee without a rate get nothing; expiries and assignments neither."""
    at = "2025-01-06T04:30:00"
    fills = [
        fill(1, 100, at, cost="0.01"),
        fill(1, 100, at, cost="-0.01"),
        fill(1, 100, at, known=False),
        fill(-1, 100, at, kind=int(ExecutionKind.EXPIRY)),
        fill(1, 100, at),
    ]
    assert estimate(fills, percent("1")) == [0, 0, 0, 0, Decimal("1.00")]


def test_a_round_trips_fee_on_one_half_stands_for_both() -> None:
    """Where a file prints the fee of a round trip at its exit, its entry gets no estimate."""
    at, paired = "2025-01-06T04:30:00", int(ExecutionKind.PAIRED)
    fills = [
        fill(1, 100, at, kind=paired),
        fill(-1, 110, at, kind=paired, cost="2"),
        fill(1, 100, at, kind=paired, instrument=1),
        fill(-1, 110, at, kind=paired, instrument=1),
    ]
    assert estimate(fills, percent("1")) == [0, 0, Decimal("1.00"), Decimal("1.10")]


def test_another_currency_is_left_alone_and_counted() -> None:
    """A plan in rupees says nothing about dollars."""
    rows = table([fill(1, 100, "2025-01-06T04:30:00", instrument=4), fill(1, 100, "2025-01-06T04:30:00")])
    plan = FeePlan(name="x", currency="INR", rules=(percent("1"),))
    charges = estimate_charges(rows, INSTRUMENTS, plan, ZONE, segments=segments())
    assert charges.is_estimated.tolist() == [False, True]
    assert charges.other_currency == 1


def test_amounts_beyond_64_bits_stay_exact() -> None:
    """A quantity with 18 decimals at a huge price is charged to the last digit."""
    size, price = Decimal("123456789.123456789012345678"), Decimal("987654321.987654321")
    found = estimate([fill(size, price, "2025-01-06T04:30:00")], percent("0.1", places=8))
    assert Fraction(found[0]) == round(Fraction(size) * Fraction(price) / 1000 * 10**8) / Fraction(10**8)


def test_no_fills_cost_nothing() -> None:
    """An empty account has no estimates."""
    rows = take(table([fill(1, 1, "2025-01-06T04:30:00")]), slice(0, 0))
    plan = FeePlan(name="x", currency="INR", rules=(percent("1"),))
    assert len(estimate_charges(rows, (), plan, ZONE, segments=segments())) == 0


def test_fees_by_kind_add_up_to_the_estimate() -> None:
    """The columns of the labels sum to the whole."""
    rows = table([fill(3, 100, "2025-01-06T04:30:00"), fill(-3, 110, "2025-01-06T05:30:00")])
    tax = FeeRule(label="Tax", basis=Basis.PERCENT_OF_CHARGES, rate=Decimal(18), of=("Fee",))
    plan = FeePlan(name="x", currency="INR", rules=(percent("0.1"), percent("0.2", side=FeeSide.SELL), tax))
    kinds = fees_by_label(rows, INSTRUMENTS, plan, ZONE, segments=segments())
    assert [str(kinds["Fee"].at(row)) for row in range(2)] == ["0.30", "0.99"]
    assert [str(kinds["Tax"].at(row)) for row in range(2)] == ["0.05", "0.18"]


def test_estimates_become_costs_next_to_stated_ones() -> None:
    """The finer scale of the two holds both."""
    rows = replace(
        table([fill(1, 100, "2025-01-06T04:30:00"), fill(1, 100, "2025-01-06T04:30:00")]),
        cost=column([Decimal(0), Decimal("0.125")]),
    )
    plan = FeePlan(name="x", currency="INR", rules=(percent("1"),))
    charged = with_charges(rows, estimate_charges(rows, INSTRUMENTS, plan, ZONE, segments=segments()))
    assert [charged.cost.at(row) for row in range(2)] == [Decimal("1.00"), Decimal("0.125")]


@pytest.mark.parametrize(
    ("estimated", "marked"),
    [([1], [True, False]), ([2], [True, False]), ([3], [False, True]), ([4], [False, True]), ([], [False, False])],
)
def test_a_trade_is_marked_by_any_of_its_fills(estimated: list[int], marked: list[bool]) -> None:
    """Opening, closing and entries that are still open each mark their own trade."""
    rows = table(
        [
            fill(5, 10, "2025-01-06T04:30:00"),
            fill(-5, 11, "2025-01-06T05:30:00"),
            fill(5, 10, "2025-01-07T04:30:00"),
            fill(5, 10, "2025-01-07T05:30:00"),
        ]
    )
    matched = match(rows, method=LotMethod.FIFO, multipliers=column([Decimal(1)]))
    assert mark_trades(matched, lambda: rows, np.array(estimated, dtype=np.int64)).tolist() == marked
