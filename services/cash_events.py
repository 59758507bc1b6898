"""What the rows of files beside the trades move, in which currency, and which of them repeat a trade."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from data.brokers.crypto_pairs import split_pair
from domain.cash import CashKind
from domain.instruments import AssetClass, Instrument
from domain.money import parse_plain_decimal
from domain.periods import to_micros
from domain.statements import OtherKind

MARGIN = frozenset({AssetClass.FUTURE, AssetClass.CFD, AssetClass.FOREX, AssetClass.INDEX})
"""Classes of which opening a position moves no cash."""

_KINDS = {kind.value: CashKind(kind.value) for kind in OtherKind if kind.value in {item.value for item in CashKind}}
_PAIR = re.compile(r"(?P<base>[A-Z]{3})[./](?P<quote>[A-Z]{3})")
_COMMISSION = re.compile(r"commission (?P<amount>-?\d+(?:\.\d+)?)(?: (?P<currency>[A-Z]{3}))?")
_CONVERTED = re.compile(r"Converted (?P<out>[\d.,]+) (?P<coin>\S+) to (?P<into>[\d.,]+) (?P<other>\S+)")
_MARKS = "Position MTM"
"""Interactive Brokers prints the day's change of a future as a row of its own; its trades tell the same."""


class Movement(NamedTuple):
    """One change of a balance told by a row: `ref` is the ledger event."""

    currency: str
    at: int
    kind: CashKind
    amount: Decimal
    ref: int


def read_movements(rows: Iterable[Any], booked: frozenset[tuple[str, str]]) -> Iterator[Movement]:
    """Yield what each row moves.

    The rule against counting twice: a format says of a row that repeats a trade that it was skipped, or
    gives a conversion the reason why ("Part of its fill."); such rows move nothing here, the trade does.
    A round trip's row moves its printed result where its instrument is priced in another currency than
    the account is kept in (`booked`), because then the trade's own result is in the wrong one.

    Args:
        rows: Rows of `data.db.cash.read_movements`.
        booked: (symbol, row's currency) of the round trips whose printed result is what moved.
    """
    for row in rows:
        at = to_micros(row.occurred_at)
        for kind, currency, amount in _legs(row, booked):
            if amount:
                yield Movement(currency.strip().upper(), at, kind, amount, int(row.id))


def _legs(row: Any, booked: frozenset[tuple[str, str]]) -> list[tuple[CashKind, str, Decimal]]:
    if row.kind == OtherKind.ROUND_TRIP.value:
        is_booked = (row.symbol, row.currency) in booked
        return [(CashKind.REALISED, row.currency, row.amount)] if is_booked else []
    if not row.currency or row.label == _MARKS:
        return []
    if row.kind == OtherKind.CONVERSION.value:
        return [] if row.reason else _conversion(row)
    return [(_KINDS[row.kind], row.currency, row.amount)]


def _conversion(row: Any) -> list[tuple[CashKind, str, Decimal]]:
    """Return both sides of a conversion told by one row, and its commission; one side when the row has only that."""
    told = _CONVERTED.search(row.description)
    if told:
        out, into = (parse_plain_decimal(told[name].replace(",", "")) for name in ("out", "into"))
        return [(CashKind.CONVERSION, told["coin"], -out), (CashKind.CONVERSION, told["other"], into)]
    legs = [(CashKind.CONVERSION, row.currency, row.amount)]
    pair = _PAIR.fullmatch(row.symbol)
    if pair and pair["quote"] == row.currency and row.quantity and (row.quantity > 0) != (row.amount > 0):
        legs.append((CashKind.CONVERSION, pair["base"], row.quantity))
    fee = _COMMISSION.search(row.description)
    if fee:
        legs.append((CashKind.FEE, fee["currency"] or row.currency, parse_plain_decimal(fee["amount"])))
    return legs


def base_coin(item: Instrument) -> str:
    """Return the coin that a fill of a coin pair moves beside the currency that pays for it."""
    symbol = item.symbol.strip().upper()
    pair = split_pair(symbol)
    base = pair[0] if pair and pair[1] == item.currency else symbol.removesuffix(f".{item.currency}")
    if len(base) == 5 and base[0] == "X" and base[-1] == "Z":  # the class letters of Kraken's first assets
        base = base[1:-1]
    return {"XBT": "BTC", "XDG": "DOGE"}.get(base, base)


def is_on_margin(item: Instrument) -> bool:
    """Whether opening a position in an instrument moves no cash."""
    return item.asset_class in MARGIN
