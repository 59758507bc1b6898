"""Estimated charges: what a fee plan says of fills whose file states no fee.

**Source:** the plan's own rates; intraday and delivery as Indian exchanges net a client's day per scrip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.charges.exact import add_at
from analytics.charges.fills import Fills, prepare_fills
from analytics.charges.rules import RuleCharge, charge_rule
from domain.columns import Decimals, ExecutionTable, take
from domain.fee_plans import ChargeLine, FeePlan
from domain.instruments import Instrument
from domain.money import from_units

if TYPE_CHECKING:
    from domain.columns import Bools, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges:
    """Estimates of some executions; n rows in their order.

    Attributes:
        amount: Estimated fees in the instrument's currency, exact; 0 where nothing is estimated.
        is_estimated: Rows that an estimate above 0 was made for.
        other_currency: Rows without a fee that the plan leaves alone because its amounts are in another currency.
    """

    amount: Decimals
    is_estimated: Bools
    other_currency: int

    def __len__(self) -> int:
        return len(self.is_estimated)


def estimate_charges(
    executions: ExecutionTable,
    instruments: Sequence[Instrument],
    plan: FeePlan,
    timezone: str,
    *,
    segments: Mapping[str, str],
) -> Charges:
    """Estimate the fees of every trade whose own are 0.

    A fill that states a fee keeps it and gets nothing; so do expiries, assignments and exercises,
    and both halves of round trips of an instrument whose file states fees on one half. Fills with
    fees still count where rules look at a whole day or month. The same rows in any order give the
    same result.

    Args:
        executions: Rows in any order, `instrument` a code into `instruments`.
        instruments: With their multipliers.
        plan: The account's plan.
        timezone: IANA zone of the account: decides days and months.
        segments: Segment of a contract by the beginning of its symbol.
    """
    fills = prepare_fills(executions, instruments, plan, timezone, segments)
    total: Ints = np.zeros(len(executions), dtype=np.int64)
    for charge in _each_charge(fills, plan):
        total = add_at(total, charge.rows, charge.units)
    return Charges(amount=Decimals(total, fills.places), is_estimated=total != 0, other_currency=fills.other_currency)


def explain_charges(
    executions: ExecutionTable,
    instruments: Sequence[Instrument],
    plan: FeePlan,
    timezone: str,
    *,
    segments: Mapping[str, str],
    ids: Sequence[int],
) -> dict[int, tuple[ChargeLine, ...]]:
    """Return what each rule charges some executions, in the order of the plan; arguments as in `estimate_charges`.

    Executions without an estimate are left out.
    """
    wanted = np.array(sorted(ids), dtype=np.int64)
    if not plan.is_monthly:
        codes = np.unique(executions.instrument[np.isin(executions.id, wanted)])
        executions = take(executions, np.isin(executions.instrument, codes))
    fills = prepare_fills(executions, instruments, plan, timezone, segments)
    lines: dict[int, list[ChargeLine]] = {}
    for charge in _each_charge(fills, plan):
        for place in np.flatnonzero(np.isin(executions.id[charge.rows], wanted) & (charge.units != 0)).tolist():
            base = from_units(int(charge.base[place]), charge.base_places)
            amount = round(from_units(int(charge.units[place]), fills.places), charge.rule.places)
            found = lines.setdefault(int(executions.id[charge.rows[place]]), [])
            found.append(ChargeLine(rule=charge.rule, base=base, amount=amount))
    return {key: tuple(found) for key, found in lines.items()}


def fees_by_label(
    executions: ExecutionTable,
    instruments: Sequence[Instrument],
    plan: FeePlan,
    timezone: str,
    *,
    segments: Mapping[str, str],
) -> dict[str, Decimals]:
    """Return the estimated fees of each kind, one amount an execution; arguments as in `estimate_charges`."""
    fills = prepare_fills(executions, instruments, plan, timezone, segments)
    totals: dict[str, Ints] = {}
    for charge in _each_charge(fills, plan):
        column = totals.get(charge.rule.label, np.zeros(len(executions), dtype=np.int64))
        totals[charge.rule.label] = add_at(column, charge.rows, charge.units)
    return {label: Decimals(units, fills.places) for label, units in totals.items()}


def with_charges(executions: ExecutionTable, charges: Charges) -> ExecutionTable:
    """Return the executions with the estimates as their costs."""
    places = max(executions.cost.places, charges.amount.places)
    stated = _at_places(executions.cost, places)
    estimated = _at_places(charges.amount, places)
    return replace(executions, cost=Decimals(stated + estimated, places))


def _at_places(column: Decimals, places: int) -> Ints:
    factor = 10 ** (places - column.places)
    if factor == 1:
        return column.units
    largest = max((abs(int(column.units.max())), abs(int(column.units.min()))), default=0) if len(column) else 0
    units = column.units if largest * factor < 2**62 else column.units.astype(object)
    scaled: Ints = units * factor
    return scaled


def _each_charge(fills: Fills, plan: FeePlan) -> Iterator[RuleCharge]:
    """Yield what each rule charges, in the order of the plan, with the labels summed that later rules need."""
    wanted = {label for rule in plan.rules for label in rule.of}
    sums: dict[str, Ints] = {label: np.zeros(len(fills), dtype=np.int64) for label in wanted}
    for rule in plan.rules:
        charge = charge_rule(fills, rule, sums)
        if charge is None:
            continue
        if rule.label in sums:
            sums[rule.label] = add_at(sums[rule.label], charge.rows, charge.units)
        yield charge
