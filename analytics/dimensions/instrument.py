"""By what was traded, on which side and where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analytics.codes import dense_codes
from analytics.dimensions import Coded, Dimension, Facts
from analytics.facts import small

NO_SECTOR = "No sector known"


def code_names(facts: Facts, names: Sequence[str]) -> Coded:
    """Return the buckets of a name of the instrument: instruments that share it are one bucket, "" is none."""
    distinct = {name: code for code, name in enumerate(dict.fromkeys(names))}
    table = small(np.array([distinct[name] for name in names], dtype=np.int64), len(distinct))
    codes = table[facts.frame.instrument] if len(table) else np.zeros(0, dtype=np.int8)
    return Coded(codes=codes, keys=tuple(distinct), labels=tuple(distinct))


def by_symbol(facts: Facts) -> Coded:
    """Symbols in order of first appearance."""
    return code_names(facts, facts.frame.symbols)


def by_asset_class(facts: Facts) -> Coded:
    """Asset classes by the names of the page."""
    found = code_names(facts, facts.frame.asset_classes)
    labels = tuple(key.replace("_", " ").capitalize() for key in found.keys)
    return Coded(codes=found.codes, keys=found.keys, labels=labels)


def by_sector(facts: Facts) -> Coded:
    """Sectors as far as a quote provider told them."""
    symbols = facts.frame.symbols
    known = {} if facts.around.sectors is None else facts.around.sectors(symbols)
    found = code_names(facts, [known.get(symbol, "") for symbol in symbols])
    return Coded(codes=found.codes, keys=found.keys, labels=tuple(key or NO_SECTOR for key in found.keys))


def by_side(facts: Facts) -> Coded:
    """Long, then short."""
    codes = (facts.frame.side < 0).astype(np.int8)
    return Coded(codes=codes, keys=("long", "short"), labels=("Long", "Short"))


def by_account(facts: Facts) -> Coded:
    """Accounts by id, called by their names."""
    ids, codes = dense_codes(facts.frame.account)
    keys = tuple(map(str, ids.tolist()))
    names = facts.around.accounts
    labels = tuple(names.get(account, f"Account {account}") for account in ids.tolist())
    return Coded(codes=small(codes, max(len(keys), 1)), keys=keys, labels=labels)


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        slug="symbol", label="Symbol", group="Instrument", about="What was traded.",
        codes=by_symbol, sorted_by_size=True, plain="symbols",
    ),
    Dimension(
        slug="sector", label="Sector", group="Instrument", about="Sector, as a quote provider names it.",
        codes=by_sector, sorted_by_size=True, volatile=True,
    ),
    Dimension(
        slug="asset_class", label="Asset class", group="Instrument", about="Stock, option, future and so on.",
        codes=by_asset_class, sorted_by_size=True, plain="asset_class",
    ),
    Dimension(
        slug="side", label="Side", group="Instrument", about="Long or short.", codes=by_side, plain="side",
    ),
    Dimension(
        slug="account", label="Account", group="Instrument", about="Where it was traded.",
        codes=by_account, sorted_by_size=True,
    ),
)  # fmt: skip
