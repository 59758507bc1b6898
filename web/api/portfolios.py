"""Portfolios of accounts: returns, allocation, income, gains by tax lot, rebalancing, the efficient frontier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from domain.filters import LedgerFilter
from domain.portfolios import Dimension
from web.api.contract import Topic
from web.api.portfolio_answers import (
    write_allocation,
    write_frontier,
    write_gains,
    write_income,
    write_performance,
    write_portfolio,
    write_rebalance,
)
from web.api.portfolio_schemas import (
    AllocationAnswer,
    FrontierAnswer,
    GainsAnswer,
    IncomeAnswer,
    PerformanceAnswer,
    PortfolioChange,
    PortfolioList,
    PortfolioRow,
    RebalanceAnswer,
    TargetChange,
)
from web.api.values import Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.portfolios import PortfolioPlan

TOPIC = Topic(
    "Portfolios",
    "/api/v1/portfolios",
    "Accounts looked at together in one reporting currency. The id 0 stands for all accounts together. Values are "
    "those of the last close; other currencies are converted at the rate of their day, and a missing rate is an "
    "error, never a guess. Inflows count from the start of their day, outflows until its end.",
)
EVERY = 0


class PeriodQuery(Schema):
    """Over which period."""

    period: str = Field("all", description="all, ytd, 30d, 12m … or 2026-09-01..2026-11-20, both days included.")


class AllocationQuery(Schema):
    """Divided by what."""

    by: Literal["class", "sector", "currency", "account", "symbol"] = "class"


class GainsQuery(Schema):
    """Which tax year, by whose rules; what is left out is the portfolio's own."""

    year: int | None = Field(None, description="In which the tax year begins; the newest with a disposal by default.")
    regime: Literal["us", "uk", "in"] | None = None
    method: Literal["fifo", "lifo", "hifo", "average", "specific"] | None = Field(
        None, description="United States only; the other rules prescribe theirs."
    )


class RebalanceQuery(Schema):
    """Limits of the orders."""

    added: float = Field(0.0, description="Money that is added (below 0: taken out) along with it.")
    smallest: float = Field(0.0, ge=0, description="Orders below this amount are not made.")
    band: float = Field(0.0, ge=0, le=100, description="Holdings so close to their target, in points, stay.")
    only_buy: bool = False
    fractions: bool = Field(default=False, description="Whether parts of a share can be traded; of coins always.")


class FrontierQuery(Schema):
    """How many years of closes count."""

    years: int = Field(5, ge=1, le=30)


class Done(Schema):
    """It is done."""

    deleted: bool = True


def plan_of(portfolio_id: int) -> PortfolioPlan:
    """Return a portfolio of the signed-in user; 0 stands for all accounts.

    Raises:
        NotFoundError: If the user has no such portfolio.
    """
    plans = services().portfolios.plans
    if portfolio_id == EVERY:
        return plans.resolve(current_owner(), LedgerFilter())
    return plans.plan(current_owner(), portfolio_id)


def _required(found: Any) -> Any:
    return services().portfolios.require(found)


@TOPIC.get("", PortfolioList)
def list_portfolios() -> PortfolioList:
    """List the saved portfolios by name."""
    return PortfolioList(items=[write_portfolio(item) for item in services().portfolios.plans.plans(current_owner())])


@TOPIC.post("", {201: PortfolioRow}, body=PortfolioChange, errors=(404, 409))
def add_portfolio(body: PortfolioChange) -> PortfolioRow:
    """Add a portfolio."""
    return write_portfolio(services().portfolios.plans.save(current_owner(), None, **body.values()))


@TOPIC.get("/<int:portfolio_id>", PortfolioRow, errors=(404,))
def get_portfolio(portfolio_id: int) -> PortfolioRow:
    """Return one portfolio."""
    return write_portfolio(plan_of(portfolio_id))


@TOPIC.patch("/<int:portfolio_id>", PortfolioRow, body=PortfolioChange, errors=(404, 409))
def change_portfolio(portfolio_id: int, body: PortfolioChange) -> PortfolioRow:
    """Change a portfolio; what is left out stays."""
    return write_portfolio(services().portfolios.plans.save(current_owner(), portfolio_id, **body.values()))


@TOPIC.delete("/<int:portfolio_id>", Done, errors=(404,))
def delete_portfolio(portfolio_id: int) -> Done:
    """Delete a portfolio; its accounts stay."""
    services().portfolios.plans.delete(current_owner(), portfolio_id)
    return Done()


@TOPIC.put("/<int:portfolio_id>/targets", PortfolioRow, body=TargetChange, errors=(404,))
def put_targets(portfolio_id: int, body: TargetChange) -> PortfolioRow:
    """Set the targets of one dimension in percent; those of other dimensions go, what is left to 100 is cash."""
    plans = services().portfolios.plans
    by = Dimension(body.by)
    return write_portfolio(plans.set_targets(current_owner(), portfolio_id, by, body.weights, alone=True))


@TOPIC.get("/<int:portfolio_id>/performance", PerformanceAnswer, query=PeriodQuery, errors=(404, 422))
def get_performance(portfolio_id: int, query: PeriodQuery) -> PerformanceAnswer:
    """Return the returns of a portfolio over a period.

    Time-weighted, money-weighted (XIRR) and by modified Dietz, risk, figures against the benchmark, the steps from the
    first value to the last, and what each holding contributed: all contributions add up to the time-weighted return.
    """
    found = services().portfolios.performance(current_owner(), plan_of(portfolio_id), query.period)
    return write_performance(_required(found))


@TOPIC.get("/<int:portfolio_id>/allocation", AllocationAnswer, query=AllocationQuery, errors=(404, 422))
def get_allocation(portfolio_id: int, query: AllocationQuery) -> AllocationAnswer:
    """Return what a portfolio is made of, cash included."""
    found = services().portfolios.allocation(current_owner(), plan_of(portfolio_id), Dimension(query.by))
    return write_allocation(_required(found))


@TOPIC.get("/<int:portfolio_id>/income", IncomeAnswer, query=PeriodQuery, errors=(404, 422))
def get_income(portfolio_id: int, query: PeriodQuery) -> IncomeAnswer:
    """Return dividends, interest and rewards of a period by month, by symbol and one by one."""
    return write_income(_required(services().portfolios.income(current_owner(), plan_of(portfolio_id), query.period)))


@TOPIC.get("/<int:portfolio_id>/gains", GainsAnswer, query=GainsQuery, errors=(404, 422, 503))
def get_gains(portfolio_id: int, query: GainsQuery) -> GainsAnswer:
    """Return the realised gains of a tax year, lot by lot. It is a calculation and no tax advice.

    Many thousand fills are worked out by a job: until it is done the answer is 503 with `job_id` and `Retry-After`.
    """
    book = services().portfolios
    plan = book.with_rules(plan_of(portfolio_id), query.regime or "", query.method or "")
    return write_gains(book.gains(current_owner(), plan, query.year))


@TOPIC.get("/<int:portfolio_id>/rebalance", RebalanceAnswer, query=RebalanceQuery, errors=(404, 422))
def get_rebalance(portfolio_id: int, query: RebalanceQuery) -> RebalanceAnswer:
    """Return the orders that bring a portfolio to its targets; nothing is sent to a broker."""
    found = services().portfolios.orders(current_owner(), plan_of(portfolio_id), **query.model_dump())
    return write_rebalance(_required(found))


@TOPIC.get("/<int:portfolio_id>/frontier", FrontierAnswer, query=FrontierQuery, errors=(404, 422))
def get_frontier(portfolio_id: int, query: FrontierQuery) -> FrontierAnswer:
    """Return the efficient frontier of what a portfolio holds, long-only, from its daily closes."""
    return write_frontier(
        _required(services().portfolios.frontier(current_owner(), plan_of(portfolio_id), query.years))
    )
