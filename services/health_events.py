"""The checks of data health that ask when something happened: fills of the future."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

import numpy as np

from domain.health import Finding, FindingKind
from services.doubtful_rows import future_rows
from services.health_checks import SHOWN, Checked


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
