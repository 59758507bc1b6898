"""A few rows read by themselves, put back among the columns of a large file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from data.brokers.batch import charge_rows
from data.brokers.packed_texts import PackedTexts, pack_texts
from domain.columns import ChargeRows, Decimals, ExecutionBatch

LARGEST = 2**62


def merge_batches(many: ExecutionBatch, few: ExecutionBatch, *, backwards: bool) -> ExecutionBatch | None:
    """Return the rows of both in the order of their lines; None where only reading row by row could tell.

    Args:
        many: The rows of a file, by line.
        few: Rows of the same file at other lines.
        backwards: Whether the lines fall instead of rise.

    Returns:
        One batch; None when both have a row of the same identity, a converted fee, or numbers beyond 64 bits.
    """
    taken = set(few.identity)
    if many.fee_rate or few.fee_rate or any(identity in taken for identity in many.identity):
        return None
    quantity, price, fees = (
        _join(first, second)
        for first, second in ((many.quantity, few.quantity), (many.price, few.price), (many.fees, few.fees))
    )
    if quantity is None or price is None or fees is None:
        return None
    line = np.concatenate([many.line, few.line])
    order = np.argsort(line, kind="stable")[:: -1 if backwards else 1]
    instruments = {item.key: item for item in (*many.instruments, *few.instruments)}
    places = {key: code for code, key in enumerate(instruments)}
    currencies = {name: code for code, name in enumerate(dict.fromkeys((*many.fee_currencies, *few.fee_currencies)))}
    instrument = [
        np.array([places[item.key] for item in batch.instruments], np.int32)[batch.instrument] for batch in (many, few)
    ]
    currency = [
        np.array([currencies[name] for name in batch.fee_currencies], np.int32)[batch.fee_currency]
        for batch in (many, few)
    ]
    return ExecutionBatch(
        instruments=tuple(instruments.values()),
        instrument=np.concatenate(instrument)[order],
        side=np.concatenate([many.side, few.side])[order],
        quantity=Decimals(quantity.units[order], quantity.places),
        price=Decimals(price.units[order], price.places),
        fees=Decimals(fees.units[order], fees.places),
        fee_currencies=tuple(currencies),
        fee_currency=np.concatenate(currency)[order],
        executed_at=np.concatenate([many.executed_at, few.executed_at])[order],
        kind=np.concatenate([many.kind, few.kind])[order],
        line=line[order],
        identity=_insert(many.identity, few.identity, order),
        charges=_charges(many, few, order),
    )


def _charges(many: ExecutionBatch, few: ExecutionBatch, order: Any) -> ChargeRows | tuple[()]:
    """Return what the fees of both were for, at their places in this order."""
    if not len(many.charges) and not len(few.charges):
        return ()
    place = np.argsort(order, kind="stable")
    shifted = [(row + len(many), kind, amount) for row, kind, amount in few.charges]
    parts = [many.charges if isinstance(many.charges, ChargeRows) else charge_rows(list(many.charges)),
             charge_rows(shifted)]  # fmt: skip
    places = max(part.amount.places for part in parts)
    units = np.concatenate([part.amount.units * 10 ** (places - part.amount.places) for part in parts])
    row = place[np.concatenate([part.row for part in parts])]
    by_row = np.argsort(row, kind="stable")
    kind = np.concatenate([part.kind for part in parts])
    return ChargeRows(row=row[by_row], kind=kind[by_row], amount=Decimals(units[by_row], places))


def _insert(many: Sequence[str], few: Sequence[str], order: Any) -> PackedTexts:
    """Return the texts of both in this order, in which those of `many` rise or fall."""
    packed = many if isinstance(many, PackedTexts) else pack_texts(many)
    others = iter(packed.pick(order[order < len(many)]))
    places = np.flatnonzero(order >= len(many))

    def each() -> Iterator[str]:
        begun = 0
        for place, row in zip(places.tolist(), (order[places] - len(many)).tolist(), strict=True):
            yield from islice(others, place - begun)
            yield few[row]
            begun = place + 1
        yield from others

    return pack_texts(each())


def _join(first: Decimals, second: Decimals) -> Decimals | None:
    """Return one column at the finer scale, None when it does not fit into 64 bits."""
    places = max(first.places, second.places)
    parts = []
    for column in (first, second):
        factor = 10 ** (places - column.places)
        if column.units.dtype == object or (len(column) and int(np.abs(column.units).max()) > LARGEST // factor):
            return None
        parts.append(column.units * factor)
    return Decimals(np.concatenate(parts), places)
