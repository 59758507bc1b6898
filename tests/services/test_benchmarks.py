"""The benchmark of some accounts: one rule for the analytics figures and the portfolio's."""

from __future__ import annotations

import numpy as np
import pytest

from domain.accounts import AccountId, UserId
from domain.filters import LedgerFilter
from domain.portfolios import choose_benchmark, parse_benchmark
from services.container import Services

MAYA = UserId(1)


def accounts(*numbers: int) -> frozenset[AccountId]:
    """Account ids."""
    return frozenset(AccountId(number) for number in numbers)


def test_the_smallest_portfolio_that_holds_all_accounts_decides() -> None:
    """An exact portfolio comes before a wider one, the first of equals counts, one without a benchmark does not."""
    saved = [
        (accounts(1, 2, 3), "SPY"),
        (accounts(1, 2), "60 SPY + 40 BND"),
        (accounts(2, 1), "QQQ"),
        (accounts(1), ""),
        (accounts(3), "none"),
    ]
    assert choose_benchmark(saved, accounts(1, 2)) == "60 SPY + 40 BND"
    assert choose_benchmark(saved, accounts(1)) == "60 SPY + 40 BND"
    assert choose_benchmark(saved, accounts(1, 3)) == "SPY"
    assert choose_benchmark(saved, accounts(3)) == "none"
    assert choose_benchmark(saved, accounts(4)) == ""
    assert choose_benchmark(saved, ()) == ""
    assert parse_benchmark("None") == ()


@pytest.fixture
def demo(services: Services) -> tuple[Services, UserId]:
    """The demo workspace."""
    services.demo.ensure()
    return services, services.users.ensure_demo_user().id


def test_the_demo_is_held_against_its_market(demo: tuple[Services, UserId]) -> None:
    """Analytics and portfolio name the same index for all accounts and for one; both have beta, alpha and the rest."""
    services, owner = demo
    every = [account.id for account in services.accounts.list_accounts(owner)]
    benchmarks = services.portfolios.benchmarks
    assert {benchmarks.effective(owner, each) for each in (every, every[:1], every[-1:])} == {"^DMI"}
    assert services.portfolio.benchmarks.chosen(owner, every[:1]) == "^DMI"
    plan = services.portfolios.plans.resolve(owner, LedgerFilter(accounts=(every[0],)))
    assert services.portfolios.benchmark(owner, plan) == "^DMI"
    found = services.portfolios.performance(owner, plan)
    assert found is not None
    assert found.benchmark_name == "^DMI"
    _, metrics = services.portfolio.every_figure(owner, LedgerFilter())
    for slug in ("beta", "alpha", "correlation", "up_capture", "down_capture", "information_ratio"):
        assert metrics[slug].value is not None, (slug, metrics[slug].reason)
    for slug in ("beta", "alpha", "correlation"):
        assert found.figures[slug].value is not None
    table = services.analysis.breakdowns(owner, LedgerFilter(), ["regime"], "net_pnl")[0]
    assert len([row for row in table.rows if row.key]) >= 2


def test_another_choice_is_seen_at_once(demo: tuple[Services, UserId]) -> None:
    """A portfolio's new benchmark changes the figures of its accounts without a new trade; "none" takes it away."""
    services, owner = demo
    plans = services.portfolios.plans
    plan = next(item for item in plans.plans(owner) if item.name == "Everything")

    def beta() -> float | None:
        return services.portfolio.every_figure(owner, LedgerFilter())[1]["beta"].value

    before = beta()
    plans.save(owner, plan.id, benchmark="50 AAPL + 50 IBM")
    changed = beta()
    assert changed is not None
    assert changed != before
    plans.save(owner, plan.id, benchmark="none")
    assert beta() is None
    assert services.portfolios.benchmarks.effective(owner, plan.account_ids) == ""
    assert services.portfolio.metrics(owner, LedgerFilter())[1]["net_pnl"].value is not None


def test_a_basket_is_the_weighted_mean_of_its_parts(demo: tuple[Services, UserId]) -> None:
    """On every day that both parts have, the basket moves by their weighted moves; an unknown part leaves nothing."""
    services, owner = demo
    benchmarks = services.portfolios.benchmarks
    basket, first, second = (benchmarks.days(owner, text) for text in ("75 AAPL + 25 IBM", "AAPL", "IBM"))
    assert basket is not None
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first.day, second.day)
    np.testing.assert_allclose(basket.change, 0.75 * first.change + 0.25 * second.change, rtol=1e-12)
    assert benchmarks.days(owner, "AAPL + NOSUCH") is None


def test_a_simulated_market_is_nobodys_default(services: Services) -> None:
    """Where only simulated prices are to be had, an own book has no benchmark until its owner names one."""
    owner = services.users.register("maya", "seven grey herons").id
    account = services.accounts.create(owner, "Main", currency="USD")
    assert services.portfolios.benchmarks.effective(owner, [account.id]) == ""
    assert services.portfolios.benchmarks.days(owner, "") is None
