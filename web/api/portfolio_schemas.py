"""The shapes of questions and answers about portfolios."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from web.api.values import DecimalText, FloatText, Schema


class TargetRow(Schema):
    """The wanted share of one part, 0 to 1."""

    by: str
    name: str
    weight: DecimalText


class PortfolioRow(Schema):
    """A portfolio."""

    id: int
    name: str
    currency: str
    account_ids: list[int] = Field(description="Empty for id 0: all accounts.")
    benchmark: str
    regime: Literal["us", "uk", "in"]
    method: str
    rate_days: int = Field(description="So many days an exchange rate may be old.")
    targets: list[TargetRow]


class PortfolioList(Schema):
    """Portfolios by name."""

    items: list[PortfolioRow]
    next_cursor: str | None = None


class PortfolioChange(Schema):
    """What a portfolio is to be; what is left out stays."""

    name: str | None = None
    currency: str | None = None
    account_ids: list[int] | None = None
    benchmark: str | None = Field(None, description='"SPY", "60 SPY + 40 BND", "" for none.')
    regime: Literal["us", "uk", "in"] | None = None
    method: Literal["fifo", "lifo", "hifo", "average", "specific"] | None = None
    rate_days: int | None = Field(None, ge=0, le=366)

    def values(self) -> dict[str, Any]:
        """Return what was given."""
        return self.model_dump(exclude_none=True)


class TargetChange(Schema):
    """Targets of one dimension in percent, by part."""

    by: Literal["symbol", "class", "sector"] = "symbol"
    weights: dict[str, str] = Field(description='For example {"VTI": "60", "BND": "30"}; the rest is cash.')


class NoticeRow(Schema):
    """Something to know."""

    title: str
    text: str
    is_warning: bool


class FigureRow(Schema):
    """One figure; null has its reason."""

    value: FloatText | None
    unit: str
    n: int
    low_sample: bool
    reason: str
    note: str


class CurveRow(Schema):
    """A day of a market: cumulative returns as fractions, money in the reporting currency."""

    day: date
    portfolio: FloatText
    benchmark: FloatText | None
    drawdown: FloatText
    value: FloatText
    invested: FloatText


class BridgeRow(Schema):
    """One step from the value at the start to the value at the end."""

    name: str
    amount: FloatText
    is_total: bool


class ContributionRow(Schema):
    """What one holding added; all shares add up to the time-weighted return."""

    name: str
    profit: FloatText
    income: FloatText
    share: FloatText
    weight: FloatText


class PerformanceAnswer(Schema):
    """The performance of a portfolio."""

    portfolio: PortfolioRow
    first: date
    last: date
    currency: str
    value: FloatText
    cash: FloatText
    gain: FloatText
    figures: dict[str, FigureRow]
    bridge: list[BridgeRow]
    contributions: list[ContributionRow]
    curve: list[CurveRow]
    notices: list[NoticeRow]
    year_days: int = Field(description="Days a year by which daily figures are told as yearly ones.")
    year_days_automatic: bool = Field(description="Whether no setting says so: 365 where all is coins, else 252.")


class PartRow(Schema):
    """One part of a portfolio; shares are fractions."""

    name: str
    value: FloatText
    weight: FloatText | None
    target: FloatText | None
    off_target: FloatText | None


class AllocationAnswer(Schema):
    """What a portfolio is made of."""

    portfolio: PortfolioRow
    by: str
    value: FloatText
    currency: str
    parts: list[PartRow]


class PaymentRow(Schema):
    """One payment; `value` is in the reporting currency."""

    day: date
    kind: str
    symbol: str
    account: str
    currency: str
    amount: FloatText
    value: FloatText


class MonthRow(Schema):
    """The income of one month."""

    month: date
    dividends: FloatText
    other: FloatText


class SymbolIncomeRow(Schema):
    """The income of one symbol; "" is cash."""

    symbol: str
    payments: int
    amount: FloatText


class IncomeAnswer(Schema):
    """Dividends, interest and rewards."""

    portfolio: PortfolioRow
    currency: str
    total: FloatText
    dividends: FloatText
    interest: FloatText
    taxes: FloatText
    previous: FloatText | None
    yield_on_value: FloatText | None
    months: list[MonthRow]
    symbols: list[SymbolIncomeRow]
    items: list[PaymentRow]


class DisposalRow(Schema):
    """Part of a disposal; money is exact, in the reporting currency."""

    symbol: str
    asset_class: str
    account: str
    side: Literal["long", "short"]
    quantity: DecimalText
    acquired: date | None
    sold: date
    proceeds: DecimalText
    cost: DecimalText
    adjustment: DecimalText
    gain: DecimalText
    term: str
    code: str
    check: bool = Field(description="Whether the loss may be a wash sale that no rule here can decide.")
    rule: str
    category: str
    sale_id: int
    lot_id: int


class LotRow(Schema):
    """A lot that is left."""

    symbol: str
    account: str
    side: Literal["long", "short"]
    acquired: date | None
    quantity: DecimalText
    cost: DecimalText
    unit_cost: DecimalText


class TotalRow(Schema):
    """Sums of a group of disposals."""

    name: str
    count: int
    proceeds: DecimalText
    cost: DecimalText
    adjustment: DecimalText
    gain: DecimalText


class YearRow(Schema):
    """A tax year."""

    year: int
    name: str
    gain: DecimalText


class GainsAnswer(Schema):
    """Realised gains of a tax year. It is a calculation and no tax advice."""

    portfolio: PortfolioRow
    regime: str
    method: str
    method_is_prescribed: bool
    currency: str
    year: int | None
    years: list[YearRow]
    total: TotalRow
    totals: list[TotalRow]
    items: list[DisposalRow]
    open_lots: list[LotRow]
    notices: list[NoticeRow]


class OrderRow(Schema):
    """One order; shares are fractions, a purchase has a quantity above 0."""

    symbol: str
    price: FloatText
    held: FloatText
    quantity: FloatText
    value: FloatText
    before: FloatText
    target: FloatText
    after: FloatText
    reason: str


class RebalanceAnswer(Schema):
    """Orders that reach the targets."""

    portfolio: PortfolioRow
    by: str
    currency: str
    total: FloatText
    cash_before: FloatText
    cash_after: FloatText
    turnover: FloatText
    items: list[OrderRow]
    notices: list[NoticeRow]


class MixRow(Schema):
    """A portfolio by risk and return a year, fractions."""

    name: str
    risk: FloatText
    mean: FloatText
    weights: dict[str, FloatText]


class FrontierAnswer(Schema):
    """The efficient frontier; without a curve `reason` says why."""

    portfolio: PortfolioRow
    days: int
    first: date | None
    last: date | None
    shrinkage: FloatText
    year_days: int = Field(
        description="Days a year by which daily figures are told as yearly ones: of the analysis settings; by itself "
        "365 where all holdings are coins, else 252. 0 without a curve."
    )
    curve: list[MixRow]
    holdings: list[MixRow]
    present: MixRow | None
    least_risk: MixRow | None
    best_sharpe: MixRow | None
    left_out: list[str]
    reason: str
    notices: list[NoticeRow]
