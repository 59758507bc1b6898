"""What one rule of a fee plan charges, for whole columns of fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from analytics.charges.exact import divide, multiply, narrow, running_total
from analytics.charges.fills import Fills, day_starts, total_before
from domain.fee_plans import Basis, FeeRule, FeeSide, RoundBy, Rounding, Scope, TierBy
from domain.money import decimal_places, to_units

if TYPE_CHECKING:
    from domain.columns import Bools, Ints

EPOCH = date(1970, 1, 1)
OPTIONS = {Scope.OPTION, Scope.FUTURE_OPTION}
CONTRACTS = {Scope.OPTION, Scope.FUTURE_OPTION, Scope.FUTURE}
SESSIONS = {Scope.EQUITY_DELIVERY, Scope.EQUITY_INTRADAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCharge:
    """Amounts of one rule.

    Attributes:
        rows: Rows it charges, ascending unless the rule goes by day.
        base, base_places: What the rate is taken of.
        units: Amounts at the places of `Fills`, >= 0.
    """

    rule: FeeRule
    rows: Ints
    base: Ints
    base_places: int
    units: Ints


def charge_rule(fills: Fills, rule: FeeRule, sums: Mapping[str, Ints]) -> RuleCharge | None:
    """Return what a rule charges, None when it fits no row.

    Args:
        fills: The fills.
        rule: The rule.
        sums: Amounts so far by label, for percentages of charges.
    """
    is_monthly = bool(rule.tiers) and rule.tier_by is TierBy.MONTH
    rows = np.flatnonzero(_fits(fills, rule) if is_monthly else _fits(fills, rule) & fills.may_pay)
    if not len(rows):
        return None
    base, places = _base(fills, rule, rows, sums)
    keep = base > 0
    if not keep.all():
        rows, base = rows[keep], base[keep]
    exact, exact_places = _by_month(fills, rule, rows, base, places) if is_monthly else _at_rate(rule, base, places)
    if is_monthly:
        pays = fills.may_pay[rows]
        rows, base, exact = rows[pays], base[pays], exact[pays]
    if not len(rows):
        return None
    exact, exact_places = _bounded(rule, exact, exact_places)
    rows, base, amounts = _rounded(fills, rule, rows, base=base, exact=exact, places=exact_places)
    units = narrow(multiply(amounts, 10 ** (fills.places - rule.places)))
    return RuleCharge(rule=rule, rows=rows, base=base, base_places=places, units=units)


def _fits(fills: Fills, rule: FeeRule) -> Bools:
    """Return the rows of the rule's instruments, side and dates."""
    wanted = set(rule.applies_to)
    fitting = np.array([_has_scope(rule, wanted, scopes) for scopes in fills.scopes], dtype=np.bool_)
    if not fitting.any():
        return np.zeros(len(fills), dtype=np.bool_)
    mask: Bools = fitting[fills.instrument] if not fitting.all() else np.ones(len(fills), dtype=np.bool_)
    if rule.side is not FeeSide.BOTH:
        mask = mask & (fills.side == (1 if rule.side is FeeSide.BUY else -1))
    if rule.valid_from is not None:
        mask = mask & (fills.day >= (rule.valid_from - EPOCH).days)
    if rule.valid_to is not None:
        mask = mask & (fills.day < (rule.valid_to - EPOCH).days)
    return mask


def _has_scope(rule: FeeRule, wanted: set[Scope], scopes: frozenset[Scope]) -> bool:
    if rule.basis is Basis.PERCENT_OF_PREMIUM and not OPTIONS & scopes:
        return False
    if rule.basis is Basis.PER_CONTRACT and not CONTRACTS & scopes:
        return False
    return bool(wanted & scopes)


def _base(fills: Fills, rule: FeeRule, rows: Ints, sums: Mapping[str, Ints]) -> tuple[Ints, int]:
    """Return what the rate is taken of; 0 where a row does not take part after all."""
    if rule.basis is Basis.PERCENT_OF_CHARGES:
        total: Ints = sum((sums[label][rows] for label in rule.of), np.zeros(len(rows), dtype=np.int64))
        return total, fills.places
    part = _part(fills, rule, rows)
    if rule.basis is Basis.PER_FILL:
        return (part > 0).astype(np.int64), 0
    if not rule.basis.is_percent:
        return part, fills.quantity_places
    return abs(multiply(part, fills.point[rows])), fills.quantity_places + fills.point_places


def _part(fills: Fills, rule: FeeRule, rows: Ints) -> Ints:
    """Return the quantity that the rule is about: of shares only the intraday or the delivered part, if it says so."""
    quantity = fills.quantity[rows]
    wanted = set(rule.applies_to)
    if len(SESSIONS & wanted) != 1:
        return quantity
    is_split = [Scope.EQUITY_INTRADAY in scopes and not (wanted - SESSIONS) & scopes for scopes in fills.scopes]
    intraday = fills.intraday()[rows]
    part = intraday if Scope.EQUITY_INTRADAY in wanted else quantity - intraday
    return np.where(np.array(is_split, dtype=np.bool_)[fills.instrument[rows]], part, quantity)


def _at_rate(rule: FeeRule, base: Ints, places: int) -> tuple[Ints, int]:
    """Return the exact amounts and their places."""
    if rule.tiers:
        return _tiered(rule, np.zeros_like(base), base, places)
    rate_places = decimal_places(rule.rate)
    exact = multiply(base, to_units(rule.rate, rate_places))
    return exact, places + rate_places + (2 if rule.basis.is_percent else 0)


def _by_month(fills: Fills, rule: FeeRule, rows: Ints, base: Ints, places: int) -> tuple[Ints, int]:
    """As `_at_rate`, the tiers counting from the first of the month."""
    order = np.argsort(fills.by_time()[rows])
    month = fills.day[rows][order].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first = np.flatnonzero(np.append(True, month[1:] != month[:-1])[: len(month)])
    sizes = np.diff(first, append=len(rows))
    before = np.empty_like(base) if base.dtype == object else np.empty(len(base), dtype=object)
    before[order] = total_before(base[order], first, sizes) if len(rows) else base
    return _tiered(rule, narrow(before), base, places)


def _tiered(rule: FeeRule, before: Ints, base: Ints, places: int) -> tuple[Ints, int]:
    """Charge the part of each row that lies in each tier at the tier's rate; exact."""
    bounds, rates = [Decimal(0), *(tier.above for tier in rule.tiers)], [rule.rate, *(t.rate for t in rule.tiers)]
    finer = max(0, max(map(decimal_places, bounds)) - places)
    start, end = multiply(before, 10**finer), multiply(before + base, 10**finer)
    rate_places = max(map(decimal_places, rates))
    edges = [to_units(bound, places + finer) for bound in bounds]
    exact: Ints = np.zeros(len(base), dtype=np.int64)
    for low, high, rate in zip(edges, [*edges[1:], None], rates, strict=True):
        over, under = _clip(end, low, high), _clip(start, low, high)
        exact = exact + multiply(over - under, to_units(rate, rate_places))
    return exact, places + finer + rate_places + (2 if rule.basis.is_percent else 0)


def _clip(units: Ints, low: int, high: int | None) -> Ints:
    if max(low, high or 0) >= 2**62:
        units = units.astype(object)
    clipped: Ints = np.maximum(units, low) if high is None else np.minimum(np.maximum(units, low), high)
    return clipped


def _bounded(rule: FeeRule, exact: Ints, places: int) -> tuple[Ints, int]:
    """Apply the least and the most of one fill."""
    bounds = [bound for bound in (rule.minimum, rule.maximum) if bound is not None]
    if not bounds:
        return exact, places
    finer = max(0, max(map(decimal_places, bounds)) - places)
    exact, places = multiply(exact, 10**finer), places + finer
    low = to_units(rule.minimum, places) if rule.minimum is not None else 0
    high = None if rule.maximum is None else to_units(rule.maximum, places)
    return _clip(exact, low, high), places


def _rounded(
    fills: Fills, rule: FeeRule, rows: Ints, *, base: Ints, exact: Ints, places: int
) -> tuple[Ints, Ints, Ints]:
    """Return rows, bases and amounts at the rule's places; by day it is the running total that is rounded."""
    if places < rule.places:
        exact, places = multiply(exact, 10 ** (rule.places - places)), rule.places
    divisor, up = 10 ** (places - rule.places), rule.rounding is Rounding.UP
    if rule.round_by is RoundBy.FILL or divisor == 1:
        return rows, base, divide(exact, divisor, up=up)
    order = np.argsort(fills.rank()[rows])
    rows, base, exact = rows[order], base[order], exact[order]
    first = day_starts(fills, rows)
    sizes = np.diff(first, append=len(rows))
    total = running_total(exact)
    before = total - exact
    after = divide(total - np.repeat(before[first], sizes), divisor, up=up)
    return rows, base, np.diff(after, prepend=0) + _step_back(after, first)


def _step_back(after: Ints, first: Ints) -> Ints:
    """Return what a plain difference takes too much at the start of each group."""
    extra = np.zeros_like(after)
    extra[first[1:]] = after[first[1:] - 1]
    return extra
