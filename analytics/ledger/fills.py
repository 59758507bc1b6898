"""A book made ready for matching: ordered, scaled to integers, grouped by instrument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.ledger.carried import Carried, exact_values, pool_changes
from analytics.ledger.corporate_actions import Split, restate_quantities
from analytics.ledger.ordering import book_order
from analytics.ledger.places import trim_places
from analytics.ledger.scaling import FINE_PLACES, Amounts, Scales, choose_scales, exact_multipliers, rescale
from domain.accounts import LotMethod
from domain.columns import Decimals, ExecutionTable
from domain.errors import LedgerError

if TYPE_CHECKING:
    from domain.columns import Bools, Bytes, Codes, Floats, Ints


NOTHING = Carried()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fills:
    """Executions in book order as integers; n rows in g groups (instruments).

    A row's notional is price x quantity + price_rest and its cost fee x quantity + fee_rest, so
    a share of a row is exact wherever the unit price is whole.

    Attributes:
        first: Row where each group starts, int64.
        instrument: Instrument code per row.
        quantity: Units, int64 (object when an instrument exceeds 64 bits).
        price: Whole notional units per quantity unit.
        price_rest: What `price` leaves of the notional, 0 <= rest < quantity; None when all are 0.
        cost: Fees, money units.
        known: Whether the fee had a rate; None when all had.
        factor: Money units per notional unit, per group.
        pool: Under average cost, what a row changes in the pool before it is applied; None without any.
    """

    first: Ints
    id: Ints
    instrument: Codes
    side: Bytes
    quantity: Ints
    price: Ints
    price_rest: Ints | None
    cost: Ints
    known: Bools | None
    executed_at: Ints
    factor: Ints
    pool: Ints | None = None

    def __len__(self) -> int:
        return len(self.id)

    @property
    def sizes(self) -> Ints:
        """Rows of each group."""
        return np.diff(self.first, append=len(self.id))

    def groups(self, start: int, end: int, *, is_wide: bool) -> Fills:
        """Return some whole groups: as int64, or as Python ints when their sums are too wide."""
        first = self.first[start:end]
        rows = slice(int(first[0]), int(self.first[end]) if end < len(self.first) else len(self))
        dtype = object if is_wide else np.int64

        def pick(units: Ints) -> Ints:
            return units[rows].astype(dtype, copy=False)

        return replace(
            self,
            first=first - first[0],
            id=self.id[rows],
            instrument=self.instrument[rows],
            side=self.side[rows],
            quantity=pick(self.quantity),
            price=pick(self.price),
            price_rest=None if self.price_rest is None else pick(self.price_rest),
            cost=pick(self.cost),
            known=None if self.known is None else self.known[rows],
            executed_at=self.executed_at[rows],
            factor=self.factor[start:end],
            pool=None if self.pool is None else self.pool[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Fills with the scales of their groups.

    Attributes:
        codes: Instrument code of each group, ascending.
        quantity_places: Exact places of `fills.quantity`; `scales.quantity` are those of results.
    """

    fills: Fills
    codes: Ints
    scales: Scales
    quantity_places: Ints


def narrow_units(units: Ints) -> Ints:
    """Return object integers as int64 when all fit."""
    if units.dtype != object:
        return units
    try:
        return units.astype(np.int64)
    except OverflowError:
        return units


def prepare_book(
    executions: ExecutionTable,
    *,
    method: LotMethod,
    multipliers: Decimals,
    splits: Sequence[Split] = (),
    carried: Carried = NOTHING,
) -> Book:
    """Order the executions and turn them into integers that hold every sum of the book.

    Raises:
        LedgerError: If a quantity is not above zero or an instrument has no usable multiplier.
    """
    rows = book_order(executions)
    columns = _Columns.sort(executions, rows)
    codes = columns.instrument[columns.first].astype(np.int64)
    _check(columns, codes, multipliers)
    if splits or carried:
        columns = columns.restate(codes, splits, carried)
    scales = choose_scales(columns.amounts(codes, multipliers, spread=method is LotMethod.AVERAGE))
    return Book(fills=columns.scale(scales), codes=codes, scales=scales, quantity_places=columns.quantity_places)


def _check(columns: _Columns, codes: Ints, multipliers: Decimals) -> None:
    if len(columns.quantity) and columns.quantity.min() <= 0:
        row = int(np.flatnonzero(columns.quantity <= 0)[0])
        message = f"Execution {int(columns.id[row])} has a quantity that is not above zero."
        raise LedgerError(message, hint="The side carries the sign; correct or remove this execution.")
    for code in codes.tolist():
        if code < 0 or code >= len(multipliers) or multipliers.units[code] <= 0:
            message = f"Instrument {code} has no contract multiplier above zero."
            raise LedgerError(message, hint="Set the multiplier of the instrument.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Executions in book order, trimmed but not yet at their final scales."""

    first: Ints
    id: Ints
    instrument: Codes
    side: Bytes
    executed_at: Ints
    known: Bools | None
    quantity: Ints
    price: Ints
    cost: Ints
    quantity_places: Ints
    price_places: Ints
    cost_places: Ints
    values: dict[int, list[int]]
    fine: frozenset[int] = frozenset()
    pool: dict[int, dict[int, Fraction]] = field(default_factory=dict)

    @classmethod
    def sort(cls, table: ExecutionTable, rows: Ints | None) -> _Columns:
        """Bring the table into book order and trim each instrument's places."""

        def pick(column: Any) -> Any:
            return column if rows is None else column[rows]

        instrument = pick(table.instrument)
        first = np.flatnonzero(np.append(True, instrument[1:] != instrument[:-1])[: len(instrument)])
        quantity = trim_places(Decimals(pick(table.quantity.units), table.quantity.places), first)
        price = trim_places(Decimals(pick(table.price.units), table.price.places), first)
        cost = trim_places(Decimals(pick(table.cost.units), table.cost.places), first)
        return cls(
            first=first,
            id=pick(table.id),
            instrument=instrument,
            side=pick(table.side),
            executed_at=pick(table.executed_at),
            known=None if table.cost_known.all() else pick(table.cost_known),
            quantity=quantity[0],
            price=price[0],
            cost=cost[0],
            quantity_places=quantity[1],
            price_places=price[1],
            cost_places=cost[1],
            values={},
        )

    def rows(self, group: int) -> slice:
        """Rows of one group."""
        end = self.first[group + 1] if group + 1 < len(self.first) else len(self.id)
        return slice(int(self.first[group]), int(end))

    def restate(self, codes: Ints, splits: Sequence[Split], carried: Carried) -> _Columns:
        """Apply splits to the quantities of the executions before them, and put carried money in; notionals stay."""
        quantity = self.quantity.astype(object)
        quantity_places, price_places = self.quantity_places.copy(), self.price_places.copy()
        values, fine, pool = dict(self.values), self._carrying(carried), dict(self.pool)
        divided = {split.instrument for split in splits}
        groups = {group for group, code in enumerate(codes.tolist()) if code in divided} | fine
        for group in groups:
            rows, code = self.rows(group), int(codes[group])
            old = [int(units) for units in self.quantity[rows]]
            ids, instants = self.id[rows].tolist(), self.executed_at[rows].tolist()
            plain = [units * int(price) for units, price in zip(old, self.price[rows], strict=True)]
            places = int(quantity_places[group] + price_places[group])
            exact, places = exact_values(plain, places, [carried.notional.get(key) for key in ids])
            price_places[group] = places - quantity_places[group]
            chosen = [split for split in splits if split.instrument == code]
            new, extra = restate_quantities(self.side[rows].tolist(), old, instants, splits=chosen)
            values[group] = [value * 10**extra for value in exact]
            quantity[rows] = new
            quantity_places[group] += extra
            pool[group] = pool_changes(carried, code, ids, instants)
        return replace(
            self,
            quantity=narrow_units(quantity),
            quantity_places=quantity_places,
            price_places=price_places,
            values=values,
            fine=frozenset(fine),
            pool={group: changes for group, changes in pool.items() if changes},
        )

    def _carrying(self, carried: Carried) -> set[int]:
        """Groups with rows that carry money."""
        if not carried:
            return set()
        rows = np.flatnonzero(np.isin(self.id, list(carried.notional)))
        return set((np.searchsorted(self.first, rows, side="right") - 1).tolist())

    def _pool(self, scales: Scales) -> Ints | None:
        """What rows change in their pools, in notional units."""
        if not self.pool:
            return None
        units = np.zeros(len(self.id), dtype=object)
        for group, changes in self.pool.items():
            start, scale = self.rows(group).start, Fraction(10) ** int(scales.value[group])
            for row, amount in changes.items():
                units[start + row] = round(amount * scale)
        return units

    def amounts(self, codes: Ints, multipliers: Decimals, *, spread: bool) -> Amounts:
        """Sum each group up, in float64: bounds for the choice of scales."""
        unit, unit_places = exact_multipliers(multipliers, codes)
        quantity = self.quantity.astype(np.float64)
        spare = np.full(len(codes), FINE_PLACES if spread else 0, dtype=np.int64)
        spare[list(self.values.keys() - self.fine)] = FINE_PLACES
        value_places = self.quantity_places + self.price_places
        notional = self._total(quantity * self.price.astype(np.float64), value_places)
        for group, values in self.values.items():
            notional[group] = float(sum(abs(value) for value in values)) / 10.0 ** float(value_places[group])
        return Amounts(
            quantity=self._total(quantity, self.quantity_places),
            notional=notional,
            fees=self._total(self.cost.astype(np.float64), self.cost_places),
            quantity_places=self.quantity_places,
            value_places=value_places,
            cost_places=self.cost_places,
            multiplier=unit,
            multiplier_places=unit_places,
            spare_places=spare,
        )

    def _total(self, values: Floats, places: Ints) -> Floats:
        if not len(self.first):
            return np.zeros(0)
        total: Floats = np.add.reduceat(np.abs(values), self.first) / 10.0 ** places.astype(np.float64)
        return total

    def scale(self, scales: Scales) -> Fills:
        """Bring prices and costs to the chosen scales."""
        special = {*self.values, *np.flatnonzero(scales.is_rounded | scales.wide_quantity).tolist()}
        plain = np.ones(len(self.first), dtype=np.bool_)
        plain[list(special)] = False
        value_places = self.quantity_places + self.price_places
        price = self._shift(self.price, np.where(plain, scales.value - value_places, 0))
        cost = self._shift(self.cost, np.where(plain, scales.money - self.cost_places, 0))
        price_rest: Ints | None = None
        if special:
            price, cost = price.astype(object), cost.astype(object)
            price_rest = np.zeros(len(self.id), dtype=np.int64).astype(object)
            for group in special:
                rows = self.rows(group)
                price[rows], price_rest[rows] = self._unit_prices(group, int(scales.value[group]))
                fees = [int(units) for units in self.cost[rows]]
                cost[rows] = rescale(fees, int(self.cost_places[group]), int(scales.money[group]))
        return Fills(
            first=self.first,
            id=self.id,
            instrument=self.instrument,
            side=self.side,
            quantity=self.quantity,
            price=price,
            price_rest=price_rest,
            cost=cost,
            known=self.known,
            executed_at=self.executed_at,
            factor=scales.factor,
            pool=self._pool(scales),
        )

    def _unit_prices(self, group: int, places: int) -> tuple[list[int], list[int]]:
        """Notionals of a group at other places, as whole price per unit and rest."""
        rows = self.rows(group)
        quantity = [int(units) for units in self.quantity[rows]]
        exact = self.values.get(group)
        if exact is None:
            exact = [units * int(price) for units, price in zip(quantity, self.price[rows], strict=True)]
        # Signed by side, so that the running total that is rounded is the cash flow.
        sides = self.side[rows].tolist()
        flows = [value * side for value, side in zip(exact, sides, strict=True)]
        flows = rescale(flows, int(self.quantity_places[group] + self.price_places[group]), places)
        pairs = [divmod(flow * side, units) for flow, side, units in zip(flows, sides, quantity, strict=True)]
        return [pair[0] for pair in pairs], [pair[1] for pair in pairs]

    def _shift(self, units: Ints, exponents: Ints) -> Ints:
        """Multiply each group by a power of ten."""
        if not exponents.any():
            return units
        factors = 10 ** exponents.astype(units.dtype)
        if (factors == factors[0]).all():
            even: Ints = units * factors[0]
            return even
        sizes = np.diff(self.first, append=len(units))
        scaled: Ints = units * np.repeat(factors, sizes)
        return scaled
