"""Fee plans: how an account's charges are estimated where its files state none.

A plan is an ordered list of rules; every rule that fits a fill adds its amount. Rates are dated, so
one plan holds for years of fills.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.errors import InvalidInputError
from domain.fee_words import Basis, FeeSide, RoundBy, Rounding, Scope, TierBy
from domain.instruments import AssetClass, Instrument
from domain.money import ZERO, decimal_text

if TYPE_CHECKING:
    from domain.executions import Side

__all__ = [
    "CURRENCY",
    "LABEL_LIMIT",
    "PLACES_LIMIT",
    "RULE_LIMIT",
    "Basis",
    "ChargeLine",
    "ExampleFill",
    "ExampleTrade",
    "FeePlan",
    "FeeRule",
    "FeeSide",
    "RoundBy",
    "Rounding",
    "Scope",
    "Tier",
    "TierBy",
    "money_text",
    "quantity_text",
    "scopes_of",
]


PLACES_LIMIT = 8
RULE_LIMIT = 200
LABEL_LIMIT = 40
CURRENCY = re.compile(r"[A-Z0-9]{2,12}", re.ASCII)
_ROOT = re.compile(r"[A-Z&]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """The rate of the part that lies above a quantity (or, for percentages, above a value)."""

    above: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRule:
    """One charge.

    Attributes:
        label: Kind of fee, such as "Brokerage" or "STT".
        basis, rate: A percentage, or money per share, contract or fill.
        applies_to: Any of these.
        minimum, maximum: Bounds of the amount of one fill.
        tiers: Rates above the first, ascending; each part of a fill pays its own tier's rate.
        of: For a percentage of charges: their labels, from rules further up.
        valid_from, valid_to: Trading days, the last one exclusive; None is open.
        places: Decimal places of the amount.
        source: Where the rate is from, in words.
    """

    label: str
    basis: Basis
    rate: Decimal
    applies_to: tuple[Scope, ...] = (Scope.EVERYTHING,)
    side: FeeSide = FeeSide.BOTH
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    tier_by: TierBy = TierBy.FILL
    of: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    rounding: Rounding = Rounding.NEAREST
    places: int = 2
    round_by: RoundBy = RoundBy.FILL
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse a rule that cannot be computed."""
        label = self.label or "A rule"
        _require(0 < len(self.label) <= LABEL_LIMIT, "A rule has a label of 1 to 40 characters.", "label")
        _require(bool(self.applies_to), f"{label} applies to nothing.", "applies_to")
        _require(self.rate >= 0, f"{label}: a rate is 0 or above.", "rate")
        _require(0 <= self.places <= PLACES_LIMIT, f"{label}: decimal places are 0 to 8.", "places")
        _check_bounds(self, label)
        _check_tiers(self, label)
        is_on_charges = self.basis is Basis.PERCENT_OF_CHARGES
        _require(is_on_charges == bool(self.of), f'{label}: "of" names the charges a percentage is taken of.', "of")

    @property
    def has_fixed_amounts(self) -> bool:
        """Whether it names an amount of money, which is in the plan's currency."""
        bounds = self.minimum is not None or self.maximum is not None
        return bounds or not self.basis.is_percent or bool(self.tiers)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePlan:
    """The rules of an account.

    Attributes:
        currency: Of every amount in it; instruments in another currency are left alone. "" is each
            instrument's own, for plans of percentages only.
        preset: Slug of the preset it began as, "" when none.
        about: What it covers and what it leaves out.
    """

    name: str
    currency: str
    rules: tuple[FeeRule, ...]
    preset: str = ""
    about: str = ""

    def __post_init__(self) -> None:
        """Refuse a plan whose rules contradict each other."""
        _require(0 < len(self.name.strip()) <= 80, "A fee plan has a name of 1 to 80 characters.", "name")
        _require(0 < len(self.rules) <= RULE_LIMIT, f"A fee plan has 1 to {RULE_LIMIT} rules.", "rules")
        if self.currency:
            is_code = CURRENCY.fullmatch(self.currency) is not None
            _require(is_code, f"{self.currency[:20]!r} is not a currency code.", "currency")
        else:
            named = [rule.label for rule in self.rules if rule.has_fixed_amounts]
            _require(not named, f"{', '.join(named[:3])}: amounts of money need a currency.", "currency")
        known: set[str] = set()
        for rule in self.rules:
            missing = [label for label in rule.of if label not in known]
            _require(not missing, f"{rule.label}: there is no {', '.join(missing)} further up.", "of")
            known.add(rule.label)

    @property
    def is_monthly(self) -> bool:
        """Whether a fill's charge depends on all fills of the month before it."""
        return any(rule.tiers and rule.tier_by is TierBy.MONTH for rule in self.rules)

    @property
    def is_daily(self) -> bool:
        """Whether a fill's charge depends on the other fills of its instrument and day."""
        daily = {Scope.EQUITY_DELIVERY, Scope.EQUITY_INTRADAY}
        return any(rule.round_by is RoundBy.DAY or daily & set(rule.applies_to) for rule in self.rules)

    @property
    def labels(self) -> tuple[str, ...]:
        """Kinds of fees in it, in order."""
        return tuple(dict.fromkeys(rule.label for rule in self.rules))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLine:
    """What one rule charges one fill.

    Attributes:
        base: What the rate was taken of: a quantity, a number of fills or an amount of money.
        amount: After bounds and rounding.
    """

    rule: FeeRule
    base: Decimal
    amount: Decimal

    @property
    def derivation(self) -> str:
        """The calculation in words, such as "0.1 % × 12,345.00 = 12.35"."""
        rule, amount = self.rule, money_text(self.amount)
        if rule.basis is Basis.PER_FILL:
            return f"{amount} per fill"
        base = money_text(self.base) if rule.basis.is_percent else quantity_text(self.base)
        rate = f"{decimal_text(rule.rate)} %" if rule.basis.is_percent else decimal_text(rule.rate)
        if rule.tiers:
            return f"{rate} and other tiers × {base} = {amount}"
        day = " rounded by the day" if rule.round_by is RoundBy.DAY else ""
        bounds = [f"at least {money_text(rule.minimum)}"] if rule.minimum is not None else []
        bounds += [f"at most {money_text(rule.maximum)}"] if rule.maximum is not None else []
        of = f" ({' + '.join(rule.of)})" if rule.of else ""
        more = f", {', '.join(bounds)}," if bounds else ""
        return f"{rate} × {base}{of}{more} = {amount}{day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleTrade:
    """A long trade to try a plan on: bought and sold at once, or the day after where shares are delivered."""

    scope: Scope
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleFill:
    """One fill of the example with what each rule charges it."""

    side: Side
    lines: tuple[ChargeLine, ...]

    @property
    def total(self) -> Decimal:
        """All of it."""
        return sum((line.amount for line in self.lines), ZERO)


def quantity_text(value: Decimal) -> str:
    """Write a number with thousands separated and no trailing zeros."""
    whole, _, rest = format(value, ",f").partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def money_text(value: Decimal) -> str:
    """Write an amount with thousands separated, two decimal places at least."""
    whole, _, rest = quantity_text(value).partition(".")
    return f"{whole}.{rest.ljust(2, '0')}"


def scopes_of(instrument: Instrument, segments: Mapping[str, str]) -> frozenset[Scope]:
    """Return what an instrument is: everything, its class, and its Indian segment.

    A share is both delivery and intraday; which, its fills decide.

    Args:
        instrument: Whatever was traded.
        segments: Segment of a contract by the letters its symbol begins with; what is not there is an equity contract.
    """
    kind = instrument.asset_class
    found = {Scope.EVERYTHING, Scope(kind.value)}
    if kind is AssetClass.STOCK:
        found |= {Scope.EQUITY_DELIVERY, Scope.EQUITY_INTRADAY}
    if kind in (AssetClass.FUTURE, AssetClass.OPTION, AssetClass.FUTURE_OPTION):
        form = "future" if kind is AssetClass.FUTURE else "option"
        found.add(Scope(f"{_segment(instrument, segments)}_{form}"))
    return frozenset(found)


def _segment(instrument: Instrument, segments: Mapping[str, str]) -> str:
    name = instrument.option.underlying if instrument.option else instrument.symbol
    match = _ROOT.match(name.upper())
    return segments.get(match[0] if match else "", "equity")


def _check_bounds(rule: FeeRule, label: str) -> None:
    low, high = rule.minimum or ZERO, rule.maximum
    _require(low >= 0, f"{label}: the least amount is 0 or above.", "minimum")
    _require(high is None or high >= low, f"{label}: the most is below the least.", "maximum")
    if rule.valid_from and rule.valid_to:
        _require(rule.valid_from < rule.valid_to, f"{label}: it ends before it begins.", "valid_to")


def _check_tiers(rule: FeeRule, label: str) -> None:
    if not rule.tiers:
        return
    _require(rule.basis.can_have_tiers, f"{label}: {rule.basis.value} has no tiers.", "tiers")
    above = [tier.above for tier in rule.tiers]
    _require(above[0] > 0 and above == sorted(set(above)), f"{label}: tiers ascend from above 0.", "tiers")
    _require(all(tier.rate >= 0 for tier in rule.tiers), f"{label}: a tier's rate is 0 or above.", "tiers")


def _require(is_right: bool, message: str, field: str) -> None:
    if not is_right:
        raise InvalidInputError(message, field=field, hint="Correct the rule and save again.")
