"""How a figure follows from its inputs: the terms of its formula, and the formula over their values.

Only formulas that a reader can redo by hand are here; of the others the number of observations and the
sums they start from are shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from analytics.metrics import MetricInput
from domain.performance import Unit

FROM_EXITS = frozenset({"net_pnl", "gross_pnl", "fees", "fees_paid", "rebates", "fee_drag"})
"""Figures of all exits, the partial ones of trades still open included."""
_EXIT_FAMILIES = frozenset({"drawdown"})
_DAY_FAMILIES = frozenset({"days", "returns", "risk", "tails", "relative"})
NEEDS_RISK = frozenset({"expectancy_r", "median_r", "sqn", "growth_optimal_fraction", "avg_mae_r", "avg_mfe_r"})
DECIDED = frozenset({"win_rate", "payoff", "kelly", "half_kelly", "runs_z", "sign_p_value"})
"""Figures that leave breakevens out."""
OF_WINS = frozenset({"avg_win", "largest_win", "median_win", "avg_hold_win", "median_hold_win", "mae_of_wins"})
OF_LOSSES = frozenset({"avg_loss", "largest_loss", "median_loss", "avg_hold_loss", "median_hold_loss", "mfe_of_losses"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One input of a formula.

    Attributes:
        symbol: How the formula calls it.
        label: What it is.
        unit: How it is read.
        read: Returns its value, None where there is none.
        narrow: Fields of a filter that lead to its trades, {} when it has no own ones.
    """

    symbol: str
    label: str
    unit: Unit
    read: Callable[[MetricInput], float | None]
    narrow: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """Terms, the formula over them, and how it is written: "{W} ÷ ({W} + {L})"."""

    terms: tuple[Term, ...]
    combine: Callable[..., float | None] | None = None
    worked: str = ""


def _mean(values: Any) -> float | None:
    return float(values.mean()) if len(values) else None


def _deviation(values: Any) -> float | None:
    return float(values.std(ddof=1)) if len(values) > 1 else None


def divide(above: float | None, below: float | None) -> float | None:
    """Return a quotient, None where it is undefined."""
    return None if above is None or not below else above / below


def _subtract(first: float, second: float) -> float:
    return first - second


N = Term(symbol="N", label="Closed trades", unit=Unit.COUNT, read=lambda d: float(len(d.pnl)))
W = Term(symbol="W", label="Wins", unit=Unit.COUNT, read=lambda d: float(len(d.wins)), narrow={"result": "win"})
L = Term(symbol="L", label="Losses", unit=Unit.COUNT, read=lambda d: float(len(d.losses)), narrow={"result": "loss"})
B = Term(
    symbol="B", label="Breakevens", unit=Unit.COUNT, narrow={"result": "breakeven"},
    read=lambda d: float(len(d.pnl) - len(d.wins) - len(d.losses)),
)  # fmt: skip
GROSS = Term(
    symbol="Σ gross", label="P&L of all exits before fees", unit=Unit.MONEY, read=lambda d: float(d.exit_gross.sum())
)
FEES = Term(symbol="Σ fees", label="Fees of all exits", unit=Unit.MONEY, read=lambda d: float(d.exit_fees.sum()))
PNL = Term(symbol="Σ P&L", label="P&L of the closed trades", unit=Unit.MONEY, read=lambda d: float(d.pnl.sum()))
WON = Term(symbol="Σ P&L > 0", label="All money won", unit=Unit.MONEY, read=lambda d: float(np.maximum(d.pnl, 0).sum()))
LOST = Term(
    symbol="Σ P&L < 0", label="All money lost", unit=Unit.MONEY, read=lambda d: float(np.minimum(d.pnl, 0).sum())
)
WINS = Term(
    symbol="Σ wins",
    label="P&L of the wins",
    unit=Unit.MONEY,
    read=lambda d: float(d.wins.sum()),
    narrow={"result": "win"},
)
LOSSES = Term(
    symbol="Σ losses", label="P&L of the losses", unit=Unit.MONEY, read=lambda d: float(d.losses.sum()),
    narrow={"result": "loss"},
)  # fmt: skip
AVG_WIN = Term(symbol="average win", label="Average win", unit=Unit.MONEY, read=lambda d: _mean(d.wins))
AVG_LOSS = Term(symbol="average loss", label="Average loss", unit=Unit.MONEY, read=lambda d: _mean(d.losses))
RATE = Term(
    symbol="w", label="Win rate", unit=Unit.FRACTION, read=lambda d: divide(len(d.wins), len(d.wins) + len(d.losses))
)
PAYOFF = Term(
    symbol="b", label="Payoff", unit=Unit.RATIO, read=lambda d: divide(_mean(d.wins), -(_mean(d.losses) or 0.0))
)
N_R = Term(
    symbol="n", label="Closed trades with a planned risk", unit=Unit.COUNT, read=lambda d: float(len(d.r_multiples))
)
SUM_R = Term(symbol="Σ R", label="Sum of their R multiples", unit=Unit.R, read=lambda d: float(d.r_multiples.sum()))
MEAN_R = Term(symbol="mean(R)", label="Mean R", unit=Unit.R, read=lambda d: _mean(d.r_multiples))
SD_R = Term(symbol="sd(R)", label="Standard deviation of R", unit=Unit.R, read=lambda d: _deviation(d.r_multiples))
MEAN = Term(symbol="mean(P&L)", label="Mean P&L", unit=Unit.MONEY, read=lambda d: _mean(d.pnl))
SD = Term(symbol="sd(P&L)", label="Standard deviation of P&L", unit=Unit.MONEY, read=lambda d: _deviation(d.pnl))
DAYS = Term(
    symbol="days",
    label="Session days, days without an exit included",
    unit=Unit.COUNT,
    read=lambda d: float(len(d.days)),
)
START = Term(symbol="start", label="Starting balance", unit=Unit.MONEY, read=lambda d: d.starting_balance)
DAY_PNL = Term(symbol="Σ days", label="P&L of all days", unit=Unit.MONEY, read=lambda d: float(d.day_pnl.sum()))
RETURNS = Term(symbol="mean(r)", label="Mean daily return", unit=Unit.FRACTION, read=lambda d: _mean_return(d, _mean))
RETURN_SD = Term(
    symbol="sd(r)", label="Standard deviation of daily returns", unit=Unit.FRACTION,
    read=lambda d: _mean_return(d, _deviation),
)  # fmt: skip
YEAR = Term(symbol="P", label="Session days a year", unit=Unit.COUNT, read=lambda d: d.periods_per_year)
EXITS = Term(
    symbol="exits", label="Exits, partial ones included", unit=Unit.COUNT, read=lambda d: float(len(d.exit_pnl))
)
DEEPEST = Term(
    symbol="max drawdown", label="Deepest fall below a peak", unit=Unit.MONEY, read=lambda d: d.descent.money
)
REALISED = Term(symbol="P&L", label="Realised P&L by exit", unit=Unit.MONEY, read=lambda d: float(d.exit_pnl.sum()))


def _mean_return(data: MetricInput, figure: Callable[[Any], float | None]) -> float | None:
    return None if data.returns is None else figure(data.returns)


def _kelly(rate: float | None, payoff: float | None) -> float | None:
    return None if rate is None or not payoff else max(0.0, rate - (1 - rate) / payoff)


def _sqn(n: float, mean: float | None, spread: float | None) -> float | None:
    return None if mean is None or not spread else math.sqrt(min(n, 100)) * mean / spread


DERIVATIONS: Mapping[str, Derivation] = MappingProxyType(
    {
        "net_pnl": Derivation(terms=(GROSS, FEES), combine=_subtract, worked="{Σ gross} − {Σ fees}"),
        "gross_pnl": Derivation(terms=(GROSS,), combine=float, worked="{Σ gross}"),
        "fees": Derivation(terms=(FEES,), combine=float, worked="{Σ fees}"),
        "trades": Derivation(terms=(W, L, B), combine=lambda w, x, b: w + x + b, worked="{W} + {L} + {B}"),
        "wins": Derivation(terms=(W,), combine=float, worked="{W}"),
        "losses": Derivation(terms=(L,), combine=float, worked="{L}"),
        "breakevens": Derivation(terms=(N, W, L), combine=lambda n, w, x: n - w - x, worked="{N} − {W} − {L}"),
        "win_rate": Derivation(terms=(W, L), combine=lambda w, x: divide(w, w + x), worked="{W} ÷ ({W} + {L})"),
        "win_rate_all": Derivation(terms=(W, N), combine=divide, worked="{W} ÷ {N}"),
        "profit_factor": Derivation(
            terms=(WON, LOST), combine=lambda won, lost: divide(won, -lost), worked="{Σ P&L > 0} ÷ |{Σ P&L < 0}|"
        ),
        "payoff": Derivation(
            terms=(AVG_WIN, AVG_LOSS),
            combine=lambda win, loss: None if win is None or loss is None else divide(win, -loss),
            worked="{average win} ÷ |{average loss}|",
        ),
        "expectancy": Derivation(terms=(PNL, N), combine=divide, worked="{Σ P&L} ÷ {N}"),
        "avg_win": Derivation(terms=(WINS, W), combine=divide, worked="{Σ wins} ÷ {W}"),
        "avg_loss": Derivation(terms=(LOSSES, L), combine=divide, worked="{Σ losses} ÷ {L}"),
        "expectancy_r": Derivation(terms=(SUM_R, N_R), combine=divide, worked="{Σ R} ÷ {n}"),
        "r_coverage": Derivation(terms=(N_R, N), combine=divide, worked="{n} ÷ {N}"),
        "sqn": Derivation(terms=(N_R, MEAN_R, SD_R), combine=_sqn, worked="√min({n}, 100) × {mean(R)} ÷ {sd(R)}"),
        "kelly": Derivation(terms=(RATE, PAYOFF), combine=_kelly, worked="{w} − (1 − {w}) ÷ {b}"),
        "t_statistic": Derivation(
            terms=(MEAN, SD, N),
            combine=lambda mean, spread, n: None if not spread or mean is None else mean / (spread / math.sqrt(n)),
            worked="{mean(P&L)} ÷ ({sd(P&L)} ÷ √{N})",
        ),
        "avg_fee": Derivation(terms=(FEES, N)),
        "recovery_factor": Derivation(
            terms=(REALISED, DEEPEST),
            combine=lambda total, deepest: divide(total, -deepest),
            worked="{P&L} ÷ |{max drawdown}|",
        ),
        "total_return": Derivation(terms=(DAY_PNL, START), combine=divide, worked="{Σ days} ÷ {start}"),
        "volatility": Derivation(
            terms=(YEAR, RETURN_SD),
            combine=lambda year, spread: None if spread is None else math.sqrt(year) * spread,
            worked="√{P} × {sd(r)}",
        ),
        "sharpe": Derivation(terms=(YEAR, RETURNS, RETURN_SD)),
    }
)
"""By slug; figures without an entry show the terms of `terms_of`."""


def terms_of(slug: str, family: str) -> Derivation:
    """Return how a figure is derived: by its own entry, else what its family starts from."""
    if slug in DERIVATIONS:
        return DERIVATIONS[slug]
    return Derivation(terms=_START[population_of(slug, family)])


_START: Mapping[str, tuple[Term, ...]] = MappingProxyType(
    {
        "trades": (N, W, L, B, PNL),
        "decided": (W, L, B, PNL),
        "wins": (W, WINS),
        "losses": (L, LOSSES),
        "planned": (N_R, SUM_R, MEAN_R, SD_R),
        "days": (DAYS, DAY_PNL, START, RETURNS, RETURN_SD, YEAR),
        "exits": (EXITS, REALISED, START),
    }
)
"""What figures without a formula of their own here start from, by what they rest on."""


def population_of(slug: str, family: str) -> str:
    """Return what a figure rests on: "exits", "days", "planned", "decided", "wins", "losses" or "trades"."""
    if slug in FROM_EXITS or family in _EXIT_FAMILIES:
        return "exits"
    if family in _DAY_FAMILIES:
        return "days"
    for name, slugs in (("planned", NEEDS_RISK), ("decided", DECIDED), ("wins", OF_WINS), ("losses", OF_LOSSES)):
        if slug in slugs:
            return name
    return "trades"
