"""Changes by hand in words: the sentences of the history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from domain.executions import Side
from domain.fills import FillValues
from domain.money import decimal_text
from domain.periods import from_micros


def many_words(number: int) -> str:
    """Return "1 fill" or "1,234 fills"."""
    return "1 fill" if number == 1 else f"{number:,} fills"


def count_words(edited: int, deleted: int, derived: int = 0) -> str:
    """Return "2 edits, 1 deletion" or the like, "" for nothing."""
    counted = (
        (edited, "edit", "edits"),
        (deleted, "deletion", "deletions"),
        (derived, "split or merge", "splits or merges"),
    )
    return ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in counted if number)


def fill_words(symbol: str, row: Mapping[str, Any], timezone: str) -> str:
    """Return a fill such as "buy 100 ACME at 10.5 on 2026-09-01 14:30:05"."""
    side = Side(row["side"]).word
    return (
        f"{side} {decimal_text(row['quantity'])} {symbol} at {decimal_text(row['price'])} "
        f"on {_time(row['executed_at'], timezone)}"
    )


def edit_words(symbol: str, row: Mapping[str, Any], new_symbol: str, values: FillValues, timezone: str) -> str:
    """Return what an edit changed, such as "Edited buy 100 ACME …: price 10.5 → 10.6."."""
    parts = [f"symbol {symbol} → {new_symbol}"] if symbol != new_symbol else []
    if row["side"] != values.side:
        parts.append(f"{Side(row['side']).word} → {Side(values.side).word}")
    for name in ("quantity", "price", "fees"):
        old, new = row[name], getattr(values, name)
        if old != new:
            parts.append(f"{name} {decimal_text(old)} → {decimal_text(new)}")
    if row["fee_currency"] != values.fee_currency:
        parts.append(f"fees in {row['fee_currency']} → {values.fee_currency}")
    if row["executed_at"] != values.executed_at:
        parts.append(f"time {_time(row['executed_at'], timezone)} → {_time(values.executed_at, timezone)}")
    same = "no fee" if row["instrument_id"] == values.instrument_id and not values.fees else "the instrument"
    return f"Edited {fill_words(symbol, row, timezone)}: {', '.join(parts) or same}."


def _time(micros: int, timezone: str) -> str:
    local = from_micros(micros).astimezone(ZoneInfo(timezone))
    return local.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds" if local.microsecond else "seconds")
