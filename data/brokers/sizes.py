"""Contract sizes their owner entered, consulted while a file is read.

Some sixty formats make instruments; none of them needs to know. `knowing` says for the length of a
reading which sizes are known, and the builder asks before it refuses a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date

from data.brokers.contracts import future_multiplier, future_root
from domain.contract_sizes import ContractSizes
from domain.instruments import OPTION_MULTIPLIER, AssetClass, Instrument

_NONE = ContractSizes()
_SIZES: ContextVar[ContractSizes] = ContextVar("sizes", default=_NONE)


@contextmanager
def knowing(sizes: ContractSizes) -> Iterator[None]:
    """Know these sizes in everything read within."""
    token = _SIZES.set(sizes)
    try:
        yield
    finally:
        _SIZES.reset(token)


def size_names(instrument: Instrument) -> tuple[str, ...]:
    """Return the names a size may be entered under: the symbol, its root, an option's underlying and its root."""
    names = [instrument.symbol]
    if instrument.asset_class is AssetClass.FUTURE:
        names.append(future_root(instrument.symbol) or "")
    if instrument.option is not None:
        underlying = instrument.option.underlying
        names += [underlying, underlying.lstrip("/"), future_root(underlying) or ""]
    return tuple(dict.fromkeys(filter(None, names)))


def sized(instrument: Instrument, day: date) -> Instrument:
    """Return an instrument with the size its owner entered, where the file itself states none.

    What the owner entered goes before what is usual (100 for an option, the exchange's size of a
    future), but not before what the file says: that is a contradiction, which storage reports.
    """
    sizes = _SIZES.get()
    if not sizes or not _is_assumed(instrument):
        return instrument
    found = sizes.find(size_names(instrument), instrument.asset_class, day)
    return instrument if found is None else replace(instrument, multiplier=found.multiplier)


def sized_always(instrument: Instrument) -> Instrument | None:
    """Return an instrument with the size that holds on every day; None when it depends on the day."""
    sizes = _SIZES.get()
    if not sizes:
        return instrument
    if sizes.is_dated(size_names(instrument)):
        return None
    return sized(instrument, date.max)


def _is_assumed(instrument: Instrument) -> bool:
    size = instrument.multiplier
    if size is None:
        return True
    if instrument.asset_class is AssetClass.OPTION:
        return size == OPTION_MULTIPLIER
    return instrument.asset_class is AssetClass.FUTURE and size == future_multiplier(instrument.symbol)
