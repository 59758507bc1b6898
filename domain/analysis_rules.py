"""What figures are worked out by: breakeven tolerance, days of a year, risk-free rate, strategies tried.

A user has a default, an account may differ. A trade is judged by the tolerance of its own account. The other three
hold for a whole set of trades: where the accounts with trades in it agree, by what they say, else by the default.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from domain.errors import InvalidInputError

MOST_TRIALS = 1_000_000
MOST_RATES = 400
LOWEST_RATE, HIGHEST_RATE = Decimal(-20), Decimal(200)
MOST_R = Decimal(100)
MOST_MONEY = Decimal(10) ** 12
_RATE_HINT = "Give one rate such as 4.5, or dated ones such as 2024-01-01 5.25; 2025-09-18 4.0."
_SPLIT = re.compile(r"[;\n]")


class YearDays(StrEnum):
    """Session days of a year."""

    AUTO = "auto"
    EXCHANGE = "252"
    EVERY_DAY = "365"


@dataclass(frozen=True, slots=True)
class RiskFreeRate:
    """Yearly risk-free rates in percent, each from its day on; the first one holds before its day too.

    Attributes:
        rates: (first day, percent), ascending; one with the earliest day there is for a constant rate.
    """

    rates: tuple[tuple[date, Decimal], ...] = ((date.min, Decimal(0)),)

    @property
    def is_constant(self) -> bool:
        """Whether one rate holds for all days."""
        return len(self.rates) == 1

    @property
    def text(self) -> str:
        """As a person enters it: "4.5" or "2024-01-01 5.25; 2025-09-18 4"."""
        if self.is_constant and self.rates[0][0] == date.min:
            return f"{self.rates[0][1].normalize():f}"
        return "; ".join(f"{day.isoformat()} {rate.normalize():f}" for day, rate in self.rates)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisSettings:
    """What a user or an account says; None takes the default: the user's, or at the user zero, auto and no number.

    Attributes:
        breakeven_money: P&L up to so much money either way is a breakeven, in the currency of the trade.
        breakeven_r: P&L up to so many R either way is a breakeven, where a risk was planned.
        year_days: Days of a year.
        risk_free: Yearly risk-free rate.
        trials: Strategies tried before these trades.
    """

    breakeven_money: Decimal | None = None
    breakeven_r: Decimal | None = None
    year_days: YearDays | None = None
    risk_free: RiskFreeRate | None = None
    trials: int | None = None

    def over(self, default: AnalysisSettings) -> AnalysisSettings:
        """Return these settings with the default's where they say nothing."""
        missing = {item.name: getattr(default, item.name) for item in fields(self) if getattr(self, item.name) is None}
        return replace(self, **missing)


BUILT_IN = AnalysisSettings(
    breakeven_money=Decimal(0), breakeven_r=Decimal(0), year_days=YearDays.AUTO, risk_free=RiskFreeRate()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRules:
    """What holds for a set of trades.

    Attributes:
        tolerances: (account, money, R) within which its trades are breakevens, of accounts that have a tolerance.
        year_days: Days of a year.
        risk_free: Yearly rate.
        trials: Strategies tried, None when nobody counted.
        mixed: Names of settings in which the accounts differ, so that the default holds.
    """

    tolerances: tuple[tuple[int, float, float], ...] = ()
    year_days: YearDays = YearDays.AUTO
    risk_free: RiskFreeRate = field(default_factory=RiskFreeRate)
    trials: int | None = None
    mixed: tuple[str, ...] = ()


def rules_for(default: AnalysisSettings, own: Mapping[int, AnalysisSettings], accounts: Iterable[int]) -> AnalysisRules:
    """Return what holds for the trades of some accounts.

    Args:
        default: Of the user.
        own: Of accounts that differ from it.
        accounts: Those with trades in the set.
    """
    whole = default.over(BUILT_IN)
    said = {account: own.get(account, AnalysisSettings()).over(whole) for account in sorted(accounts)}
    names = ("year_days", "risk_free", "trials")
    values = {name: {getattr(item, name) for item in said.values()} for name in names}
    mixed = tuple(name for name in names if len(values[name]) > 1)
    chosen = {name: getattr(whole, name) if len(found) != 1 else next(iter(found)) for name, found in values.items()}
    tolerances = tuple(
        (account, float(item.breakeven_money or 0), float(item.breakeven_r or 0))
        for account, item in said.items()
        if item.breakeven_money or item.breakeven_r
    )
    return AnalysisRules(tolerances=tolerances, mixed=mixed, **chosen)


def read_settings(values: Mapping[str, str]) -> AnalysisSettings:
    """Read settings as a person enters them; "" takes the default.

    Raises:
        InvalidInputError: If one cannot be read.
    """
    texts = {name: " ".join(text.split()) if name != "risk_free" else text for name, text in values.items()}
    days, trials = texts.get("year_days", ""), texts.get("trials", "")
    return AnalysisSettings(
        breakeven_money=_read_amount(texts.get("breakeven_money", ""), "breakeven_money", MOST_MONEY),
        breakeven_r=_read_amount(texts.get("breakeven_r", ""), "breakeven_r", MOST_R),
        year_days=_read_days(days) if days else None,
        risk_free=read_rates(texts["risk_free"]) if texts.get("risk_free", "").strip() else None,
        trials=_read_trials(trials) if trials else None,
    )


def write_settings(settings: AnalysisSettings) -> dict[str, str]:
    """Return settings as `read_settings` takes them."""
    amounts = {name: getattr(settings, name) for name in ("breakeven_money", "breakeven_r")}
    return {name: "" if value is None else f"{value.normalize():f}" for name, value in amounts.items()} | {
        "year_days": "" if settings.year_days is None else settings.year_days.value,
        "risk_free": "" if settings.risk_free is None else settings.risk_free.text,
        "trials": "" if settings.trials is None else str(settings.trials),
    }


def read_rates(text: str) -> RiskFreeRate:
    """Read a yearly rate in percent, or dated ones.

    Raises:
        InvalidInputError: If a rate or a day cannot be read, is out of bounds, or a day comes twice.
    """
    parts = [part.split() for part in _SPLIT.split(text) if part.strip()]
    if len(parts) == 1 and len(parts[0]) == 1:
        return RiskFreeRate(((date.min, _read_rate(parts[0][0])),))
    if not parts or len(parts) > MOST_RATES or any(len(part) != 2 for part in parts):
        raise InvalidInputError(f"Risk-free rate {text[:40]!r} cannot be read.", field="risk_free", hint=_RATE_HINT)
    rates = sorted((_read_day(day), _read_rate(rate)) for day, rate in parts)
    if len({day for day, _ in rates}) < len(rates):
        raise InvalidInputError("A day has two risk-free rates.", field="risk_free", hint=_RATE_HINT)
    return RiskFreeRate(tuple(rates))


def _read_rate(text: str) -> Decimal:
    try:
        rate = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or not LOWEST_RATE <= rate <= HIGHEST_RATE:
        message = f"Risk-free rate {text[:40]!r} is not a percentage between {LOWEST_RATE} and {HIGHEST_RATE}."
        raise InvalidInputError(message, field="risk_free", hint=_RATE_HINT)
    return rate


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"Day {text[:40]!r} of a risk-free rate is not a date."
        raise InvalidInputError(message, field="risk_free", hint=_RATE_HINT) from error


def _read_amount(text: str, name: str, most: Decimal) -> Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount <= most:
        message = f"Breakeven tolerance {text[:40]!r} is not a number between 0 and {most:,}."
        raise InvalidInputError(message, field=name, hint="Give an amount such as 5, or leave it empty.")
    return amount


def _read_days(text: str) -> YearDays:
    try:
        return YearDays(text)
    except ValueError as error:
        message = f"Days of a year {text[:40]!r} are not known."
        raise InvalidInputError(message, field="year_days", hint="Use auto, 252 or 365.") from error


def _read_trials(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST_TRIALS or len(text) > 9:
        message = f"Strategies tried {text[:40]!r} is not a whole number between 1 and {MOST_TRIALS:,}."
        raise InvalidInputError(message, field="trials", hint="Count every variant you tested, this one included.")
    return int(text)
