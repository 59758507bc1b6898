"""Simulated futures of a filter's trades."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from web.api.contract import Topic
from web.api.filters import LedgerQuery
from web.api.values import FloatText, Schema
from web.context import current_owner, services

TOPIC = Topic("Edge", "/api/v1", "The same closed trades drawn anew: what may come of them, and how bad it gets.")


class MonteCarloQuery(LedgerQuery):
    """Which trades, and how they are drawn."""

    draw: Literal["r", "money"] = Field("r", description="R multiples at a fixed risk, or money added up.")
    trades: int = Field(250, ge=1, le=10_000, description="Trades ahead.")
    risk: float = Field(0.01, gt=0, le=1, description="Share of the present equity that 1R stands for.")
    start: float | None = Field(None, gt=0, le=1e15, description="Money at the start; of the accounts by default.")
    block: int = Field(1, ge=1, le=1_000, description="Trades drawn together in their order.")
    drawdown: float = Field(0.2, gt=0, lt=1, description="Depth asked about, fraction of the peak.")
    ruin: float = Field(0.5, gt=0, lt=1, description="Level asked about, fraction of the start.")
    paths: int = Field(10_000, ge=100, le=10_000)
    seed: int = Field(20_260_101, ge=0, lt=2**53, description="Same seed, same result.")


class FanPoint(Schema):
    """Quantiles of equity after some trades."""

    trades: int
    p5: FloatText
    p25: FloatText
    p50: FloatText
    p75: FloatText
    p95: FloatText


class MonteCarlo(Schema):
    """Simulated futures; without enough trades everything but the reason is null."""

    drawn_from: int
    excluded: int = Field(description="Closed trades without a planned stop, not drawn from.")
    reason: str
    currency: str
    start: FloatText | None = None
    mean: float | None = Field(None, description="Mean of what is drawn, R or money.")
    certain_ruin: bool | None = Field(None, description="Whether ruin is certain in the long run.")
    ruin_probability: float | None = Field(None, description="Share of paths once at or below the level.")
    drawdown_probability: float | None = Field(None, description="Share of paths with a drawdown at least as deep.")
    loss_probability: float | None = Field(None, description="Share of paths that end below the start.")
    median_drawdown: float | None = None
    drawdown_95: float | None = Field(None, description="95 % of the paths stay within it.")
    fan: tuple[FanPoint, ...] = ()


@TOPIC.get("/montecarlo", MonteCarlo, query=MonteCarloQuery, errors=(404,))
def read_monte_carlo(query: MonteCarloQuery) -> MonteCarlo:
    """Return simulated futures: quantiles of equity, chances of drawdowns and of ruin."""
    from domain.scenarios import Draw, MonteCarloChoice

    owner = current_owner()
    names = ("trades", "risk", "start", "block", "drawdown", "ruin", "paths", "seed")
    choice = MonteCarloChoice(draw=Draw(query.draw), **{name: getattr(query, name) for name in names})
    found = services().edge.monte_carlo(owner, query.to_filter(owner), choice)
    result = found.result
    told: dict[str, Any] = {
        "drawn_from": found.n,
        "excluded": found.excluded,
        "reason": found.reason,
        "currency": found.currency,
    }
    if result is None:
        return MonteCarlo(**told)
    bands = result.bands.T.tolist()
    return MonteCarlo(
        **told,
        start=result.plan.start,
        mean=result.mean,
        certain_ruin=result.is_hopeless,
        ruin_probability=result.ruin_probability(choice.ruin * result.plan.start),
        drawdown_probability=result.drawdown_probability(choice.drawdown),
        loss_probability=result.loss_probability(),
        median_drawdown=result.drawdown_quantile(0.5),
        drawdown_95=result.drawdown_quantile(0.95),
        fan=tuple(
            FanPoint(trades=step, p5=row[0], p25=row[1], p50=row[2], p75=row[3], p95=row[4])
            for step, row in zip(result.steps.tolist(), bands, strict=True)
        ),
    )
