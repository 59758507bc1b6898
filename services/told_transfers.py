"""Transfers in kind that files tell of: which rows, which way, and what the file does not say.

No broker's file states what a transferred unit once cost, so none is booked by itself. One that leaves, or that another
account of the same owner gave, needs nothing but a yes: its cost follows from the fills. One from outside needs its
cost and day.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.accounts import AccountId
from domain.transfers import ToldTransfer, Transfer

NEAR = timedelta(days=5)
"""The two accounts of one transfer book it a few days apart."""
TOLERANCE = Decimal("0.02")
"""Coins pay the network's fee on their way, so that a little less arrives."""
_WITHIN = re.compile(
    r"stak|lock|earn|saving|redemption|subscription|funding|spot|futures|p2p|reward|mirror|copy|pos\b|card|pay\b",
    re.IGNORECASE,
)
"""Words of rows that move units within one account, or pay with them."""
_FIAT_TEXT = (
    "USD EUR GBP JPY CHF CAD AUD NZD SEK NOK DKK PLN CZK HUF RON BGN TRY RUB ILS ZAR INR CNY CNH HKD TWD KRW SGD THB "
    "MYR IDR PHP VND BRL MXN CLP COP PEN ARS AED SAR KZT UAH ISK GBX"
)
_FIAT = frozenset(_FIAT_TEXT.split())
COST_AND_DAY = "its total cost and the day it was acquired"


def find_told_transfers(events: Sequence[Any], known: Sequence[Transfer]) -> list[ToldTransfer]:
    """Return the rows that tell of a transfer in kind which is not entered, latest first.

    Args:
        events: Rows of `data.db.transfers.told_events`.
        known: What the owner entered: a row counts as entered by its id, or by account, units and days near it.
    """
    told = [(event, units) for event in events for units in [_units(event)] if units]
    open_rows = [(event, units) for event, units in told if not _is_known(event, units, known)]
    return [_told(event, units, open_rows) for event, units in open_rows]


def _units(event: Any) -> Decimal:
    """Return the units that came (> 0) or went, 0 for a row that moves money or stays within the account."""
    symbol = event.symbol or ("" if event.currency in _FIAT else event.currency)
    if not symbol or symbol in _FIAT or _WITHIN.search(event.label):
        return Decimal(0)
    coins = event.amount if event.currency not in _FIAT and event.currency else None
    return event.quantity or coins or Decimal(0)


def _is_known(event: Any, units: Decimal, known: Sequence[Transfer]) -> bool:
    for item in known:
        mine = item.to_id if units > 0 else item.from_id
        near = abs(item.moved_at - event.occurred_at) <= NEAR and _is_alike(item.quantity, units)
        if item.event_id == event.id or (mine == event.account_id and near and _is_called(event, item)):
            return True
    return False


def _is_called(event: Any, transfer: Transfer) -> bool:
    name, symbol = event.symbol or event.currency, transfer.instrument.symbol
    return symbol == name or symbol.replace("-", "").replace("/", "").startswith(name)


def _is_alike(one: Decimal, other: Decimal) -> bool:
    larger = max(abs(one), abs(other))
    return abs(abs(one) - abs(other)) <= TOLERANCE * larger


def _told(event: Any, units: Decimal, rows: Sequence[tuple[Any, Decimal]]) -> ToldTransfer:
    twin = next((row for row, other in rows if _is_twin(event, units, row, other)), None)
    is_in = units > 0
    return ToldTransfer(
        event_id=int(event.id),
        account_id=AccountId(event.account_id),
        account_name=event.account_name,
        label=event.label,
        symbol=event.symbol or event.currency,
        occurred_at=event.occurred_at,
        local=event.occurred_at.astimezone(ZoneInfo(event.timezone)),
        quantity=abs(units),
        is_in=is_in,
        twin_id=None if twin is None else AccountId(twin.account_id),
        missing=COST_AND_DAY if is_in and twin is None else "",
    )


def _is_twin(event: Any, units: Decimal, row: Any, other: Decimal) -> bool:
    """Whether another account's row tells the other side of the same transfer."""
    same = (row.symbol or row.currency) == (event.symbol or event.currency) and row.account_id != event.account_id
    near = abs(row.occurred_at - event.occurred_at) <= NEAR
    return same and near and (other > 0) != (units > 0) and _is_alike(other, units)
