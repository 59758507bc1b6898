"""What the pages and the API say about a portfolio: returns, contributions, allocation, income, notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.performance import MetricValue
from domain.portfolios import Dimension, PortfolioPlan
from domain.tax import CostMethod, Disposal, HeldLot, TaxRegime

if TYPE_CHECKING:
    from domain.columns import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a reader has to know: a title, and a sentence that says what to do."""

    title: str
    text: str
    is_warning: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCurve:
    """Cumulative returns by session day; row 0 is the eve of the period, with a return of 0.

    Attributes:
        day: Days since 1970, ascending.
        portfolio: Time-weighted return since the start, fractions.
        benchmark: The benchmark's, NaN where it has no close; None without one.
        drawdown: Fall below the highest value so far, <= 0.
        value: Money at the end of each day.
        invested: What came in less what left, added up, the value at the start included.
    """

    day: Ints
    portfolio: Floats
    benchmark: Floats | None
    drawdown: Floats
    value: Floats
    invested: Floats

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyLine:
    """One step from the value at the start to the value at the end."""

    name: str
    amount: float
    is_total: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one holding added.

    Attributes:
        profit: P&L in the period, dividends included, reporting currency.
        share: Its part of the time-weighted return: all parts add up to it.
        weight: Share of the portfolio at the end of the period.
    """

    name: str
    profit: float
    share: float
    weight: float
    income: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceReport:
    """The performance of a portfolio over a period.

    Attributes:
        figures: By slug: twr, twr_annual, mwr, dietz, volatility, sharpe, sortino, max_drawdown, beta, alpha,
            correlation, tracking_error, information_ratio, benchmark.
        bridge: From the value at the start to the value at the end.
        year_days: Days a year by which daily figures are told as yearly ones; `is_automatic` unless a setting says so.
    """

    plan: PortfolioPlan
    first: date
    last: date
    curve: ReturnCurve
    figures: dict[str, MetricValue]
    bridge: tuple[MoneyLine, ...]
    contributions: tuple[Contribution, ...]
    notices: tuple[Notice, ...]
    value: float
    cash: float
    gain: float
    benchmark_name: str
    year_days: int = 252
    is_automatic: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationPart:
    """One part of a portfolio.

    Attributes:
        value: Signed, reporting currency.
        weight: Share of the portfolio's value.
        target: Wanted share, None without one.
        asset_class: Of a holding: what it is; "" of cash and of parts that are more than one holding.
    """

    name: str
    value: float
    weight: float | None
    target: float | None = None
    asset_class: str = ""

    @property
    def off_target(self) -> float | None:
        """Weight less target."""
        return None if self.target is None or self.weight is None else self.weight - self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationReport:
    """What a portfolio is made of on the last day, by one dimension."""

    plan: PortfolioPlan
    dimension: Dimension
    parts: tuple[AllocationPart, ...]
    value: float
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeRow:
    """One payment."""

    day: date
    kind: str
    symbol: str
    account: str
    currency: str
    amount: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeReport:
    """Dividends, interest and rewards of a period.

    Attributes:
        months: (first day of the month, dividends, interest and rewards), every month of the period.
        symbols: (symbol, payments, amount) of dividends, largest first; "" is interest and what names no symbol.
        taxes: Taxes withheld in the period, <= 0.
        previous: Income of the equally long time before, None when the books do not reach back so far.
    """

    plan: PortfolioPlan
    rows: tuple[IncomeRow, ...]
    months: tuple[tuple[date, float, float], ...]
    symbols: tuple[tuple[str, int, float], ...]
    total: float
    dividends: float
    interest: float
    taxes: float
    previous: float | None
    yield_on_value: float | None
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GainsTotal:
    """Sums of one group of disposals, exact, in the reporting currency."""

    name: str
    count: int
    proceeds: Decimal
    cost: Decimal
    adjustment: Decimal
    gain: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GainsReport:
    """Realised gains of one tax year.

    Attributes:
        year: In which the tax year begins; None when nothing was ever disposed of.
        years: Every tax year with a disposal, newest first, with its name and gain.
        disposals: Of the year, by day; built as they are asked for.
        totals: By term, category or rule, as the regime groups them.
        held: What is left, with its cost.
        prescribed: Whether the regime says how lots are matched, so that the method does not matter.
        flagged: Executions whose loss may be a wash sale that no rule here can decide.
    """

    plan: PortfolioPlan
    regime: TaxRegime
    method: CostMethod
    year: int | None
    years: tuple[tuple[int, str, Decimal], ...]
    disposals: Sequence[Disposal]
    totals: tuple[GainsTotal, ...]
    total: GainsTotal
    held: tuple[HeldLot, ...]
    notices: tuple[Notice, ...]
    prescribed: bool
    flagged: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RebalanceLine:
    """One line of the orders; shares are fractions of the portfolio."""

    symbol: str
    name: str
    price: float
    held: float
    before: float
    target: float
    after: float
    quantity: float
    value: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RebalanceReport:
    """Orders that bring a portfolio to its targets."""

    plan: PortfolioPlan
    dimension: Dimension
    lines: tuple[RebalanceLine, ...]
    parts: tuple[AllocationPart, ...]
    total: float
    cash_before: float
    cash_after: float
    cash_target: float
    turnover: float
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierPoint:
    """A portfolio by risk and return per year, fractions; weights by symbol, those of nothing left out."""

    name: str
    risk: float
    mean: float
    weights: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierReport:
    """The efficient frontier of a portfolio's holdings.

    Attributes:
        present: What is held now.
        assets: Each holding by itself.
        year_days: Days a year by which daily figures are told as yearly ones; `is_automatic` unless a setting says so.
        reason: Why there is no curve, "" when there is one.
    """

    plan: PortfolioPlan
    curve: tuple[FrontierPoint, ...]
    assets: tuple[FrontierPoint, ...]
    present: FrontierPoint | None
    least_risk: FrontierPoint | None
    best_sharpe: FrontierPoint | None
    days: int
    first: date | None
    last: date | None
    shrinkage: float
    left_out: tuple[str, ...]
    notices: tuple[Notice, ...]
    year_days: int = 0
    is_automatic: bool = True
    reason: str = ""
