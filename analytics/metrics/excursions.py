"""How far trades went against and for you while open, as far as candles are known; before fees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.metrics import Cost, Figure, HeldPrices, Metric, MetricInput
from domain.performance import Direction, Unit

if TYPE_CHECKING:
    from domain.columns import Floats

NOT_ASKED = "candles are not at hand"
NO_CANDLES = "no candles of these trades"
NO_RANGE = "prices did not move while trades were open"


def _note(held: HeldPrices) -> str:
    known = int(np.count_nonzero(~np.isnan(held.mae)))
    whole = int(np.count_nonzero(held.is_whole))
    total = len(held.mae)
    return "" if whole == total else f"Estimate: candles of {known:,} of {total:,} trades, whole for {whole:,}."


def _mean(data: MetricInput, values: Floats | None, reason: str = NO_CANDLES) -> Figure:
    if data.held_prices is None or values is None:
        return Figure(None, 0, NOT_ASKED)
    known = values[~np.isnan(values)]
    if not len(known):
        return Figure(None, 0, reason)
    return Figure(float(known.mean()), len(known), note=_note(data.held_prices))


def _in_r(data: MetricInput, values: Floats | None) -> Floats | None:
    return None if values is None else values[data.risk > 0] / data.risk[data.risk > 0]


def _mae(data: MetricInput) -> Floats | None:
    return None if data.held_prices is None else data.held_prices.mae


def _mfe(data: MetricInput) -> Floats | None:
    return None if data.held_prices is None else data.held_prices.mfe


def avg_mae(data: MetricInput) -> Figure:
    """Mean worst unrealised P&L, <= 0."""
    return _mean(data, _mae(data))


def avg_mfe(data: MetricInput) -> Figure:
    """Mean best unrealised P&L, >= 0."""
    return _mean(data, _mfe(data))


def avg_mae_r(data: MetricInput) -> Figure:
    """Mean worst unrealised P&L in R, <= 0."""
    return _mean(data, _in_r(data, _mae(data)), "no trade has both candles and a planned stop")


def avg_mfe_r(data: MetricInput) -> Figure:
    """Mean best unrealised P&L in R, >= 0."""
    return _mean(data, _in_r(data, _mfe(data)), "no trade has both candles and a planned stop")


def mae_of_wins(data: MetricInput) -> Figure:
    """Mean worst unrealised P&L of the trades that won, <= 0."""
    values = _mae(data)
    return _mean(data, None if values is None else values[data.outcome > 0], "no candles of winning trades")


def mfe_of_losses(data: MetricInput) -> Figure:
    """Mean best unrealised P&L of the trades that lost, >= 0."""
    values = _mfe(data)
    return _mean(data, None if values is None else values[data.outcome < 0], "no candles of losing trades")


def give_back(data: MetricInput) -> Figure:
    """Mean of the best unrealised P&L less what was realised, before fees."""
    values = _mfe(data)
    return _mean(data, None if values is None else values - data.gross)


def entry_efficiency(data: MetricInput) -> Figure:
    """Mean share of the range held that lay ahead of the entry."""
    return _mean(data, None if data.held_prices is None else data.held_prices.entry_efficiency, NO_RANGE)


def exit_efficiency(data: MetricInput) -> Figure:
    """Mean share of the range held that lay behind the exit."""
    return _mean(data, None if data.held_prices is None else data.held_prices.exit_efficiency, NO_RANGE)


def total_efficiency(data: MetricInput) -> Figure:
    """Mean share of the range held that was taken."""
    return _mean(data, None if data.held_prices is None else data.held_prices.total_efficiency, NO_RANGE)


def excursion_coverage(data: MetricInput) -> Figure:
    """Share of the closed trades whose whole holding time has candles."""
    if data.held_prices is None:
        return Figure(None, 0, NOT_ASKED)
    n = len(data.held_prices.mae)
    return Figure(float(data.held_prices.is_whole.mean()), n) if n else Figure(None, 0, "no closed trade")


METRICS: tuple[Metric, ...] = (
    Metric(
        slug="avg_mae",
        label="Average MAE",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="mean of min(0, lowest P&L while open), before fees",
        source="J. Sweeney, Maximum Adverse Excursion, 1997",
        hint="How far trades went against you; stops inside it cut winners.",
        compute=avg_mae,
        cost=Cost.CANDLES,
    ),
    Metric(
        slug="avg_mfe",
        label="Average MFE",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="mean of max(0, highest P&L while open), before fees",
        source="J. Sweeney, Maximum Adverse Excursion, 1997",
        hint="How much trades had to offer at their best.",
        compute=avg_mfe,
        cost=Cost.CANDLES,
    ),
    Metric(
        slug="avg_mae_r",
        label="Average MAE in R",
        unit=Unit.R,
        better=Direction.UP,
        formula="mean of MAE ÷ initial risk",
        source="J. Sweeney, Maximum Adverse Excursion, 1997",
        hint="Near −1R stops are used up, near 0 they may be wide.",
        compute=avg_mae_r,
        cost=Cost.CANDLES,
    ),
    Metric(
        slug="avg_mfe_r",
        label="Average MFE in R",
        unit=Unit.R,
        better=Direction.UP,
        formula="mean of MFE ÷ initial risk",
        source="J. Sweeney, Maximum Adverse Excursion, 1997",
        hint="What a perfect exit would have earned per unit of risk.",
        compute=avg_mfe_r,
        cost=Cost.CANDLES,
    ),
    Metric(
        slug="mae_of_wins",
        label="Average MAE of wins",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="mean MAE of the winning trades",
        source="J. Sweeney, Maximum Adverse Excursion, 1997",
        hint="How much heat winners need; a stop beyond it costs little.",
        compute=mae_of_wins,
        cost=Cost.CANDLES,
    ),
    Metric(
        slug="mfe_of_losses",
        label="Average MFE of losses",
        unit=Unit.MONEY,
        better=Direction.NONE,
        formula="mean MFE of the losing trades",
        source="J. Sweeney, Maximum Adverse Excursion, 1997",
        hint="How much losers offered before they lost.",
        compute=mfe_of_losses,
        cost=Cost.CANDLES,
    ),
    Metric(
        slug="give_back",
        label="Give-back",
        unit=Unit.MONEY,
        better=Direction.DOWN,
        formula="mean of MFE − gross P&L",
        source="J. Sweeney, Maximum Adverse Excursion, 1997",
        hint="What was given back between the best moment and the exit.",
        compute=give_back,
        cost=Cost.CANDLES,
    ),
    Metric(
        slug="entry_efficiency",
        label="Entry efficiency",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="long: (high − entry) ÷ (high − low), short: (entry − low) ÷ (high − low)",
        source="TradeStation, Performance Report: entry and exit efficiency",
        hint="How close entries were to the best price of the holding time.",
        compute=entry_efficiency,
        cost=Cost.CANDLES,
    ),
    Metric(
        slug="exit_efficiency",
        label="Exit efficiency",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="long: (exit − low) ÷ (high − low), short: (high − exit) ÷ (high − low)",
        source="TradeStation, Performance Report: entry and exit efficiency",
        hint="How close exits were to the best price of the holding time.",
        compute=exit_efficiency,
        cost=Cost.CANDLES,
    ),
    Metric(
        slug="total_efficiency",
        label="Total efficiency",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="(exit − entry) × direction ÷ (high − low)",
        source="TradeStation, Performance Report: entry and exit efficiency",
        hint="How much of the range held was taken.",
        compute=total_efficiency,
        cost=Cost.CANDLES,
    ),
    Metric(
        slug="excursion_coverage",
        label="Trades with whole candles",
        unit=Unit.FRACTION,
        better=Direction.UP,
        formula="trades whose holding time is covered by candles ÷ N",
        source="Fillwise",
        hint="How much of the record the excursions speak for.",
        compute=excursion_coverage,
        cost=Cost.CANDLES,
    ),
)
