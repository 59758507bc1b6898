"""The checks of data health that ask when something happened: fills of the future, contracts of adjusted shares."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

import numpy as np

from analytics.exact import total
from domain.columns import Decimals
from domain.corporate_actions import DERIVATIVES, CorporateAction
from domain.health import Finding, FindingKind
from domain.instruments import Instrument
from domain.periods import to_micros
from services.doubtful_rows import future_rows
from services.health_checks import NEARBY_DAYS, SHOWN, Checked, plain


def check_future(at: Checked, now: datetime) -> Iterator[Finding]:
    """Find fills dated ahead of the clock, by more than zones explain; one finding a symbol."""
    stored = at.book.executions
    rows = future_rows(stored.executed_at, now)
    codes, counts = np.unique(stored.instrument[rows], return_counts=True)
    for code, count in zip(codes[:SHOWN].tolist(), counts[:SHOWN].tolist(), strict=True):
        moments = stored.executed_at[rows][stored.instrument[rows] == code]
        symbol = at.book.instruments[code].symbol
        first, last = at.day(int(moments.min())), at.day(int(moments.max()))
        days = first if first == last else f"{first} to {last}"
        text = f"{symbol}: {count:,} {'fill' if count == 1 else 'fills'} dated {days}, after now."
        chosen = {"accounts": int(at.book.account.id), "symbols": symbol, "period": f"{first}.."}
        yield at.find(FindingKind.FUTURE_FILL, symbol, text, fix_href=f"/fills?{urlencode(chosen)}", count=count)


def check_contracts_of_shares(at: Checked) -> Iterator[Finding]:
    """Find contracts that were open when their share was adjusted and that nobody adjusted with it."""
    for action in at.book.actions:
        for code, item in enumerate(at.book.instruments):
            if not _is_on(item, action.symbol) or _is_answered(at, item, action):
                continue
            held = _held_as_it_was(at, code, action)
            if held:
                day = at.day(to_micros(action.effective_at))
                what = action.kind.value.replace("_", " ")
                text = f"{item.symbol}: {plain(held)} open at the {what} of {action.symbol} on {day}, and as before."
                href = f"/settings/instruments?{urlencode({'symbol': item.symbol})}"
                yield at.find(FindingKind.UNADJUSTED_OPTION, f"{item.symbol}@{day}", text, fix_href=href)


def _is_on(item: Instrument, symbol: str) -> bool:
    if item.asset_class not in DERIVATIVES:
        return False
    return item.option is not None and item.option.underlying == symbol


def _is_answered(at: Checked, item: Instrument, action: CorporateAction) -> bool:
    """Whether somebody said what became of a contract, under its old name or its new one."""
    return any(
        other.id
        and item.symbol in other.symbols
        and abs((other.effective_at - action.effective_at).days) <= NEARBY_DAYS
        for other in at.book.actions
    )


def _held_as_it_was(at: Checked, code: int, action: CorporateAction) -> Decimal:
    """Return the signed quantity of a contract before an action that did not touch it, 0 where it did."""
    instant = to_micros(action.effective_at)
    item = at.book.instruments[code]
    expired = item.option is not None and item.option.expiry < action.effective_at.date()
    if expired or any(split.instrument == code and split.effective_at == instant for split in at.book.splits):
        return Decimal(0)
    stored = at.book.executions
    rows = (stored.instrument == code) & (stored.executed_at < instant)
    signed = stored.quantity.units[rows] * stored.side[rows].astype(np.int64)
    return total(Decimals(signed, stored.quantity.places))
