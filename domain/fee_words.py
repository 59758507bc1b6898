"""The words of a fee rule: what it is for, of what, and how it is rounded."""

from __future__ import annotations

from enum import StrEnum

from domain.executions import Side


class Scope(StrEnum):
    """What a rule applies to: everything, an asset class, or a segment of an Indian exchange.

    Shares bought and sold on one trading day are intraday as far as the quantities match; the rest is delivery.
    """

    EVERYTHING = "everything"
    STOCK = "stock"
    FUND = "fund"
    BOND = "bond"
    OPTION = "option"
    FUTURE = "future"
    FUTURE_OPTION = "future_option"
    FOREX = "forex"
    CRYPTO = "crypto"
    CFD = "cfd"
    INDEX = "index"
    EQUITY_DELIVERY = "equity_delivery"
    EQUITY_INTRADAY = "equity_intraday"
    EQUITY_FUTURE = "equity_future"
    EQUITY_OPTION = "equity_option"
    COMMODITY_FUTURE = "commodity_future"
    COMMODITY_OPTION = "commodity_option"
    FARM_FUTURE = "farm_future"
    FARM_OPTION = "farm_option"
    CURRENCY_FUTURE = "currency_future"
    CURRENCY_OPTION = "currency_option"


class FeeSide(StrEnum):
    """Which fills pay."""

    BOTH = "both"
    BUY = "buy"
    SELL = "sell"

    def has(self, side: int) -> bool:
        """Whether fills of a side (+1 or -1) pay."""
        return self is FeeSide.BOTH or (self is FeeSide.BUY) == (side == Side.BUY)


class Basis(StrEnum):
    """What the rate is taken of. Percentages are written as such: 0.1 is 0.1 %."""

    PER_UNIT = "per_unit"
    PER_CONTRACT = "per_contract"
    PER_FILL = "per_fill"
    PERCENT = "percent"
    PERCENT_OF_PREMIUM = "percent_of_premium"
    PERCENT_OF_CHARGES = "percent_of_charges"

    @property
    def is_percent(self) -> bool:
        """Whether the rate is a percentage of an amount of money."""
        return self in (Basis.PERCENT, Basis.PERCENT_OF_PREMIUM, Basis.PERCENT_OF_CHARGES)

    @property
    def can_have_tiers(self) -> bool:
        """Whether the rate may change with size."""
        return self not in (Basis.PER_FILL, Basis.PERCENT_OF_CHARGES)


class TierBy(StrEnum):
    """What tiers count: each fill by itself, or everything since the first of the month, by time."""

    FILL = "fill"
    MONTH = "month"


class Rounding(StrEnum):
    """How an amount is brought to the rule's decimal places; halves go up."""

    NEAREST = "nearest"
    UP = "up"


class RoundBy(StrEnum):
    """What is rounded: each fill, or the running total of an instrument's trading day."""

    FILL = "fill"
    DAY = "day"
