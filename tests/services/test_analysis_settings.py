"""Settings of the analysis: kept per account, used by every figure, and said beside it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping

import pytest

from analytics.metrics import all_metrics
from domain.accounts import AccountId, UserId
from domain.analysis_rules import AnalysisSettings
from domain.errors import InvalidInputError, NotFoundError
from domain.filters import FigureUnit, LedgerFilter
from domain.reports import ReportDefinition
from services.container import Services
from services.imports import ImportRequest
from tests.services.samples import trades_csv

ALL = LedgerFilter()
# One share a trade: the P&L of each is the move of its price. Stops one dollar away make one dollar one R.
MAIN = ("10", "0.40", "-0.40", "-10", "3", "-3")
SECOND = ("0.40", "-5")


def trade(number: int, account: str, move: str) -> list[str]:
    """The two fills of a trade without fees."""
    day = f"2026-09-{number + 1:02}"
    out = f"{100 + float(move):.2f}"
    return [
        f"{account}{number}a,{day} 14:00:00,ACME,Buy,1,100.00,0,USD",
        f"{account}{number}b,{day} 15:00:00,ACME,Sell,1,{out},0,USD",
    ]


@pytest.fixture
def book(services: Services) -> tuple[Services, UserId, AccountId, AccountId]:
    """Two accounts with trades of known results."""
    owner = services.users.register("maya", "four unrelated words").id
    for name, moves in (("Main", MAIN), ("Second", SECOND)):
        rows = [row for number, move in enumerate(moves) for row in trade(number, name, move)]
        request = ImportRequest(filename=f"{name}.csv", payload=trades_csv(rows), account=name, format="generic-csv")
        services.imports.commit(owner, request)
    accounts = {item.name: item.id for item in services.accounts.list_accounts(owner)}
    for account in accounts.values():
        services.accounts.update(owner, account, starting_balance="1000")
    return services, owner, accounts["Main"], accounts["Second"]


def figures(services: Services, owner: UserId, chosen: LedgerFilter = ALL) -> Mapping[str, float | None]:
    """Every figure of a filter."""
    _, found = services.portfolio.every_figure(owner, chosen)
    return {slug: item.value for slug, item in found.items()}


def test_settings_are_kept_per_account_and_owner(book: tuple[Services, UserId, AccountId, AccountId]) -> None:
    """What is saved is read again; nothing of its own is nothing; another user's account is not found."""
    services, owner, main, second = book
    services.analysis_settings.save_default(owner, {"breakeven_money": "1", "risk_free": "4"})
    services.analysis_settings.save_account(owner, main, {"year_days": "365", "trials": "12"})
    found = services.analysis_settings.read(owner)
    assert found.default.breakeven_money == 1
    assert found.own[int(main)].trials == 12
    assert found.own[int(second)] == AnalysisSettings()
    services.analysis_settings.save_account(owner, main, {})
    assert services.analysis_settings.read(owner).own[int(main)] == AnalysisSettings()
    other = services.users.register("noah", "four unrelated words").id
    assert services.analysis_settings.read(other).default == AnalysisSettings()
    with pytest.raises(NotFoundError):
        services.analysis_settings.save_account(other, main, {"trials": "1"})
    with pytest.raises(InvalidInputError):
        services.analysis_settings.save_default(owner, {"trials": "none"})
    assert services.analysis_settings.read(owner).default.trials is None


def test_a_trade_is_judged_by_the_tolerance_of_its_account(
    book: tuple[Services, UserId, AccountId, AccountId],
) -> None:
    """Half a dollar in Main makes two breakevens there; the same result in Second stays a win."""
    services, owner, main, second = book
    before = figures(services, owner)
    assert (before["wins"], before["losses"], before["breakevens"]) == (4, 4, 0)
    services.analysis_settings.save_account(owner, main, {"breakeven_money": "0.5"})
    after = figures(services, owner)
    assert (after["wins"], after["losses"], after["breakevens"]) == (3, 3, 2)
    assert after["net_pnl"] == before["net_pnl"]
    assert figures(services, owner, LedgerFilter(accounts=(second,)))["breakevens"] == 0


def test_a_tolerance_in_r_needs_a_planned_risk(book: tuple[Services, UserId, AccountId, AccountId]) -> None:
    """4 R around zero makes a breakeven of the planned trade within it; without a plan money alone decides."""
    services, owner, main, _ = book
    rows = services.portfolio.every_trade(owner, LedgerFilter(accounts=(main,)))
    planned = next(row for row in rows if float(row.net) == 3)
    services.journal.save(owner, main, int(planned.id), planned_stop="99")
    services.analysis_settings.save_default(owner, {"breakeven_r": "4"})
    found = figures(services, owner)
    assert (found["wins"], found["losses"], found["breakevens"]) == (3, 4, 1)


def test_every_surface_counts_the_same_breakevens(book: tuple[Services, UserId, AccountId, AccountId]) -> None:
    """Metrics in money, % and R, groups, filter, days, list, CSV, report, luck and what-if agree on the wins."""
    services, owner, main, _ = book
    services.analysis_settings.save_account(owner, main, {"breakeven_money": "3"})
    wins, portfolio = 1 + 1, services.portfolio
    for unit in (FigureUnit.MONEY, FigureUnit.PERCENT):
        assert figures(services, owner, ALL.with_(unit=unit))["wins"] == wins
        assert sum(day.wins for day in portfolio.days(owner, ALL.with_(unit=unit)).values()) == wins
    table = services.analysis.breakdown(owner, ALL, "symbol", ("wins", "win_rate", "breakevens"))
    assert (table.rows[0].figures["wins"], table.rows[0].figures["breakevens"]) == (wins, 4)
    cross = services.analysis.cross(owner, ALL, "symbol", "side", "win_rate")
    assert cross.values[0, 0] == figures(services, owner)["win_rate"] == 0.5
    assert len(portfolio.every_trade(owner, ALL.with_(result="win"))) == wins
    assert services.trade_list.views(owner, ALL).counts["winners"] == wins
    groups = services.analysis.breakdown(owner, ALL, "outcome", ("trades",))
    assert {row.key: row.trades for row in groups.rows} == {"win": wins, "loss": 2, "breakeven": 4}
    text = "".join(services.analysis.breakdown_csv(owner, ALL, "symbol", ("wins",)))
    assert next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))["wins"] == str(wins)
    document = services.reports.document(owner, ReportDefinition(name="All", sections=("kpis", "symbol")))
    assert {item.slug: item.value for item in document.sections[0].figures}["win_rate"] == 0.5
    assert any("breakeven within 3 USD in Main; 0 in Second" in line for line in document.footer)
    assert services.edge.what_if(owner, ALL, ()).result.actual.win_rate == 0.5
    points = services.analysis.scatter(owner, ALL, "size", "pnl")
    assert sorted(points.outcome.tolist()) == [-1, -1, 0, 0, 0, 0, 1, 1]
    assert len(services.portfolio.sets.load(owner, ALL).outcome) == 8


def test_days_of_a_year_and_the_rate_reach_the_yearly_figures(
    book: tuple[Services, UserId, AccountId, AccountId],
) -> None:
    """365 counts every calendar day and scales by √365; a rate lowers the Sharpe ratio by what a day of it is."""
    services, owner, main, _ = book
    chosen = LedgerFilter(accounts=(main,))
    exchange = figures(services, owner, chosen)
    services.analysis_settings.save_account(owner, main, {"year_days": "365"})
    every_day = figures(services, owner, chosen)
    assert exchange["volatility"] is not None
    assert every_day["volatility"] is not None
    assert every_day["volatility"] != pytest.approx(exchange["volatility"])
    found = services.portfolio.sets.load(owner, chosen)
    services.analysis_settings.save_account(owner, main, {"year_days": "365", "risk_free": "5"})
    with_rate = figures(services, owner, chosen)
    rate = 1.05 ** (1 / 365) - 1
    assert with_rate["sharpe"] == pytest.approx(
        (every_day["sharpe"] or 0) - rate * 365 / (every_day["volatility"] or 1), rel=1e-9
    )
    assert found.rules.year_days.value == "365"


def test_a_dated_rate_holds_from_its_day(book: tuple[Services, UserId, AccountId, AccountId]) -> None:
    """A rate that changes after the last trade is the first one; one that changed before is the second."""
    services, owner, main, _ = book
    chosen = LedgerFilter(accounts=(main,))

    def sharpe(text: str) -> float:
        services.analysis_settings.save_account(owner, main, {"risk_free": text})
        return figures(services, owner, chosen)["sharpe"] or 0.0

    assert sharpe("2020-01-01 3; 2030-01-01 9") == pytest.approx(sharpe("3"))
    assert sharpe("2020-01-01 3; 2021-01-01 9") == pytest.approx(sharpe("9"))
    between = sharpe("2020-01-01 3; 2026-09-03 9")
    assert min(sharpe("3"), sharpe("9")) < between < max(sharpe("3"), sharpe("9"))


def test_portfolios_count_by_the_same_settings(book: tuple[Services, UserId, AccountId, AccountId]) -> None:
    """Volatility scales with the days of a year, of which 252 have no weekends; Sharpe falls with the rate."""
    services, owner, main, second = book

    def portfolio(account: AccountId, days: int) -> tuple[float, float]:
        plan = services.portfolios.plans.resolve(owner, LedgerFilter(accounts=(account,)))
        found = services.portfolios.performance(owner, plan)
        assert found is not None
        assert found.year_days == days
        spread, ratio = found.figures["volatility"].value, found.figures["sharpe"].value
        assert spread is not None
        assert ratio is not None
        return spread, ratio

    for account in (main, second):
        services.analysis_settings.save_account(owner, account, {"year_days": "252"})
    weekdays, traded_on_a_weekend = portfolio(second, 252), portfolio(main, 252)
    for account in (main, second):
        services.analysis_settings.save_account(owner, account, {"year_days": "365"})
    assert portfolio(second, 365)[0] == pytest.approx(weekdays[0] * math.sqrt(365 / 252))
    every_day = portfolio(main, 365)
    # Two of its six trades ended on a weekend, which a year of 252 days counts to the Monday after.
    assert every_day[0] != pytest.approx(traded_on_a_weekend[0] * math.sqrt(365 / 252))
    services.analysis_settings.save_account(owner, main, {"year_days": "365", "risk_free": "5"})
    rate = 1.05 ** (1 / 365) - 1
    assert portfolio(main, 365)[1] == pytest.approx(every_day[1] - rate * 365 / every_day[0], rel=1e-9)


def test_the_deflated_sharpe_ratio_has_its_number_of_tries(
    book: tuple[Services, UserId, AccountId, AccountId],
) -> None:
    """Without a count it is undefined and says why; with one it falls as more was tried."""
    services, owner, _, _ = book
    more = [row for number in range(6, 25) for row in trade(number, "more", str(number % 3 - 0.5))]
    request = ImportRequest(filename="more.csv", payload=trades_csv(more), account="Main", format="generic-csv")
    services.imports.commit(owner, request)
    assert figures(services, owner)["dsr"] is None
    values = []
    for trials in ("2", "200"):
        services.analysis_settings.save_default(owner, {"trials": trials})
        values.append(figures(services, owner)["dsr"])
    assert values[0] is not None
    assert values[1] is not None
    assert 0 <= values[1] < values[0] <= 1


def test_accounts_that_differ_take_the_default(book: tuple[Services, UserId, AccountId, AccountId]) -> None:
    """Each alone uses its own rate; together the default's, as if neither had one."""
    services, owner, main, second = book
    services.analysis_settings.save_default(owner, {"risk_free": "2"})
    together = figures(services, owner)["sharpe"]
    services.analysis_settings.save_account(owner, main, {"risk_free": "6"})
    assert figures(services, owner)["sharpe"] == together
    assert services.portfolio.sets.load(owner, ALL).rules.mixed == ("risk_free",)
    services.analysis_settings.save_account(owner, second, {"risk_free": "6"})
    assert figures(services, owner)["sharpe"] != together
    assert services.portfolio.sets.load(owner, ALL).rules.mixed == ()


def test_why_names_the_settings_a_figure_rests_on(book: tuple[Services, UserId, AccountId, AccountId]) -> None:
    """Each metric shows a setting if and only if the setting can change it, with the value that was used."""
    services, owner, main, _ = book
    changes = {
        "breakeven": {"breakeven_money": "3"},
        "year_days": {"year_days": "365"},
        "risk_free": {"risk_free": "2026-01-01 7"},
        "trials": {"trials": "50"},
    }
    before = figures(services, owner)
    told = {slug: {rule.name for rule in services.analysis.explain(owner, ALL, slug).rules} for slug in before}
    for name, values in changes.items():
        services.analysis_settings.save_default(owner, values)
        after = figures(services, owner)
        changed = {slug for slug in before if not _same(before[slug], after[slug])}
        assert changed <= {slug for slug, names in told.items() if name in names}, name
        assert changed or name == "trials"
    assert told["net_pnl"] == set()
    assert told["win_rate"] == {"breakeven"}
    assert {"year_days", "risk_free"} <= told["sharpe"]
    services.analysis_settings.save_default(owner, {"risk_free": "4.5", "year_days": "252", "trials": "9"})
    services.analysis_settings.save_account(owner, main, {"breakeven_money": "3", "breakeven_r": "0.2"})
    words = {
        rule.name: rule.text
        for slug in ("win_rate", "dsr")
        for rule in services.analysis.explain(owner, ALL, slug).rules
    }
    assert words["breakeven"] == "3 USD or 0.2 R in Main; 0 in Second"
    assert (words["year_days"], words["risk_free"], words["trials"]) == ("252 sessions", "4.5 % a year", "9")
    assert set(told) == set(all_metrics())


def _same(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=1e-12, abs_tol=1e-12)
