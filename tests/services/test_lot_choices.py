"""Specific lots: checked against what was open at the time, kept with a history, taken back, restated for splits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from analytics.fx import RateBook
from analytics.tax.choices import closing_fills
from domain.accounts import Account, LotMethod, UserId
from domain.corporate_actions import ActionKind, CorporateAction
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.executions import Side
from domain.portfolios import PortfolioPlan
from services.container import Services
from services.tax_fills import collect_fills
from tests.analytics.tax.trading import plain
from tests.services.test_portfolios import ALL, START, fill, owner_of, store

BUYS = ((1, 0, Side.BUY, "10", "10"), (2, 1, Side.BUY, "10", "14"), (3, 2, Side.SELL, "12", "15"))
LATE = ((4, 3, Side.BUY, "5", "11"), (5, 4, Side.SELL, "4", "16"))


def make_book(services: Services) -> tuple[UserId, Account, PortfolioPlan, list[int]]:
    """An owner, an account with three purchases and two sales, the portfolio, and the ids of the fills in order."""
    owner = owner_of(services)
    account = services.accounts.create(
        owner, "Main", currency="EUR", timezone="UTC", lot_method=LotMethod.FIFO, starting_balance="1000"
    )
    rows = (*BUYS, *LATE)
    store(
        services,
        owner,
        account,
        [fill(n, START + timedelta(days=days), side, quantity, price) for n, days, side, quantity, price in rows],
    )
    ids = sorted(services.ledger.book(owner, account.id).executions.id.tolist())
    return owner, account, services.portfolios.plans.resolve(owner, ALL), ids


def specific(services: Services, owner: UserId, plan: PortfolioPlan) -> Decimal:
    """The gain of all sales under specific lots."""
    return services.portfolios.gains(owner, services.portfolios.with_rules(plan, "", "specific")).total.gain


def test_the_lots_of_a_sale_are_those_open_at_the_time(services: Services) -> None:
    """A later purchase is not offered, and what earlier sales took is gone."""
    owner, _, plan, (first, second, sale, third, last) = make_book(services)
    assert [item.ref for item in services.lot_choices.sales(owner, plan, "ZZAP")] == [last, sale]
    found = services.lot_choices.lots(owner, plan, sale)
    assert plain([(lot.ref, lot.quantity, lot.taken) for lot in found.lots]) == [(first, 10, 10), (second, 10, 2)]
    found = services.lot_choices.lots(owner, plan, last)
    assert plain([(lot.ref, lot.quantity, lot.taken) for lot in found.lots]) == [(second, 8, 4), (third, 5, 0)]
    assert services.lot_choices.symbols(owner, plan) == ["ZZAP"]


def test_a_choice_changes_the_gain_and_what_later_sales_find(services: Services) -> None:
    """Selling the dearer lot leaves the cheaper one; other methods ignore the choice."""
    owner, _, plan, (first, second, sale, third, last) = make_book(services)
    fifo = services.portfolios.gains(owner, plan).total.gain
    assert specific(services, owner, plan) == fifo == 10 * 5 + 2 * 1 + 4 * 2
    services.lot_choices.choose(owner, plan, sale, {second: "1"})
    assert [lot.taken for lot in services.lot_choices.lots(owner, plan, sale).lots] == [10, 2], (
        "1 chosen, 1 of the rest"
    )
    services.lot_choices.choose(owner, plan, sale, {second: "10"})
    assert specific(services, owner, plan) == 10 * 1 + 2 * 5 + 4 * 6
    assert services.portfolios.gains(owner, plan).total.gain == fifo
    found = services.lot_choices.lots(owner, plan, last)
    assert plain([(lot.ref, lot.quantity) for lot in found.lots]) == [(first, 8), (third, 5)]
    assert services.lot_choices.lots(owner, plan, sale).sale.is_chosen


def test_impossible_choices_are_refused_with_what_is_wrong(services: Services) -> None:
    """Lots of later days, more than was open or sold, words, negative numbers, foreign sales."""
    owner, _, plan, (first, second, sale, third, _) = make_book(services)
    choose = services.lot_choices.choose
    with pytest.raises(InvalidInputError, match="was not open when this was sold"):
        choose(owner, plan, sale, {third: "1"})
    with pytest.raises(InvalidInputError, match="only 10 were open"):
        choose(owner, plan, sale, {second: "10.5"})
    with pytest.raises(InvalidInputError, match="20 are chosen, but 12 were sold"):
        choose(owner, plan, sale, {first: "10", second: "10"})
    for text in ("many", "-1"):
        with pytest.raises(InvalidInputError):
            choose(owner, plan, sale, {first: text})
    with pytest.raises(InvalidInputError, match="Nothing would change"):
        choose(owner, plan, sale, {})
    with pytest.raises(NotFoundError):
        choose(owner, plan, first, {second: "1"})
    other = services.users.register("nina", "four unrelated words").id
    with pytest.raises(NotFoundError):
        choose(other, services.portfolios.plans.resolve(other, ALL), sale, {first: "1"})
    assert services.lot_choices.history(owner, plan) == []


def test_choices_are_taken_back_in_order(services: Services) -> None:
    """Undo sets what was before; an earlier choice waits for the later one; nobody else can."""
    owner, _, plan, (first, second, sale, _, _) = make_book(services)
    before = specific(services, owner, plan)
    one = services.lot_choices.choose(owner, plan, sale, {second: "10"})
    two = services.lot_choices.choose(owner, plan, sale, {second: "4", first: "8"})
    with pytest.raises(ConflictError, match="chosen anew later"):
        services.lot_choices.undo(owner, one.id)
    other = services.users.register("nina", "four unrelated words").id
    with pytest.raises(NotFoundError):
        services.lot_choices.undo(other, two.id)
    services.lot_choices.undo(owner, two.id)
    assert services.lot_choices.lots(owner, plan, sale).lots[1].chosen == 10
    services.lot_choices.undo(owner, one.id)
    assert specific(services, owner, plan) == before
    with pytest.raises(ConflictError, match="taken back before"):
        services.lot_choices.undo(owner, one.id)
    assert [item.undone_at is None for item in services.lot_choices.history(owner, plan)] == [False, False]


def test_a_later_split_restates_a_choice(services: Services) -> None:
    """What was chosen in the units of the day of the sale stays the same part of its lot after a split."""
    owner, account, plan, (_, second, sale, _, _) = make_book(services)
    services.lot_choices.choose(owner, plan, sale, {second: "10"})
    gain = specific(services, owner, plan)
    day = START + timedelta(days=6)
    services.corporate_actions.save(
        owner,
        CorporateAction(
            kind=ActionKind.SPLIT,
            symbol="ZZAP",
            effective_at=services.corporate_actions.day_start(owner, day, "ZZAP", account.id),
            account_id=account.id,
            ratio_new=Decimal(3),
            ratio_old=Decimal(1),
        ),
    )
    assert specific(services, owner, plan) == gain
    found = services.lot_choices.lots(owner, plan, sale)
    assert plain([(lot.quantity, lot.taken) for lot in found.lots]) == [(10, 2), (10, 10)]
    assert found.sale.quantity == 12


@pytest.mark.parametrize("seed", range(4))
def test_the_latest_sales_need_the_latest_fills_alone(services: Services, seed: int) -> None:
    """From the right flat moment on, the last closing fills are those of the whole history, with what they close."""
    chance = np.random.default_rng(seed)
    owner = owner_of(services)
    account = services.accounts.create(
        owner, "Main", currency="EUR", timezone="UTC", lot_method=LotMethod.FIFO, starting_balance="1000"
    )
    sides = [Side.BUY if chance.random() < 0.5 else Side.SELL for _ in range(120)]
    # Small quantities are flat often; two fills of a day may never be torn apart.
    rows = [
        fill(n, START + timedelta(days=n // 2), side, str(chance.integers(1, 3)), "9") for n, side in enumerate(sides)
    ]
    store(services, owner, account, rows)
    (item,) = collect_fills([services.ledger.book(owner, account.id)], RateBook(series={}), "EUR")
    (part,) = item.parts
    whole = list(closing_fills(item.fills()))
    assert len(whole) > 20
    for count in (1, 5, 20, 500):
        kept = part.latest(count)
        assert list(closing_fills(list(kept.fills())))[-count:] == whole[-count:]
    assert len(part.latest(1)) < len(part)
