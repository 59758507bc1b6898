"""What a mapping of columns to fields says, and what it lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from data.brokers import field_words
from data.brokers.fee_columns import FEE_FIELDS
from data.brokers.field_words import fold_name
from data.brokers.reader import normalise_header

__all__ = ["EXTRA_FEES", "FIELDS", "FIXED", "PLUS", "is_fixed", "is_round_trips", "is_trip_mapping",
           "missing_fields", "split_columns"]  # fmt: skip

_EXTRA = (
    "sec|taf|nscc|nasdaq|ecn remove|ecn add|sec fee|sec fees|fee sec|taf fee|taf fees|route fee|routing fee|orf|"
    "orf fee|exchange fee|exchange fees|clearing fee|clearing fees|regulatory fee|regulatory fees|reg fee|reg fees|gst|"
    "vat|tax|taxes|stamp duty|stt|fee|fees|other fees|other charges|nfa fee|finra fee|platform fee|occ fee|"
    "transaction fees|financing fee|borrow fee|borrow fees|conversion fee|fx fee|stamp|sec charges|sebi fee|"
    "exchange charges|exchange transaction charges|clearing charges|turnover fee"
)
FIELDS = (*field_words.FIELDS, *FEE_FIELDS)
"""Every field a column can be mapped to by hand."""
EXTRA_FEES = frozenset(_EXTRA.replace(" ", "").split("|"))
"""Costs printed beside a commission, blanks left out; together they are the fee."""
PLUS = " + "
"""What joins several columns of one field, as fees may have them."""
FIXED = "="
"""What a mapping's value begins with when it is the same for all rows and no column: "=EUR"."""
REQUIRED_WORDS = {"symbol": "the symbol", "quantity": "the quantity", "price": "the price"}

# A table of whole trades prints opening and closing on one line: it is no table of fills.
_ROUND_TRIP = re.compile(
    r"\b(exit|entry|entered|closing|opening|open|close|closed|opened|bought|sold|buy|sell|buy avg|sell avg)"
    r" (price|time|date|timestamp|fill id|value|datetime)\b|\b(max drawdown|mae|mfe|profit factor|market pos)\b"
)


def is_round_trips(header: Sequence[str]) -> bool:
    """Whether the header is one of whole trades instead of fills."""
    names = [fold_name(name) for name in header]
    return sum(bool(_ROUND_TRIP.search(name)) for name in names) >= 2


def is_fixed(text: str) -> bool:
    """Whether a mapping's value is a fixed value instead of a column."""
    return text.startswith(FIXED)


def split_columns(text: str, columns: Mapping[str, int]) -> list[str]:
    """Return the headers a mapping's value names: one, or several joined by a plus."""
    return [text] if normalise_header(text) in columns or PLUS not in text else text.split(PLUS)


def is_trip_mapping(mapping: Mapping[str, str]) -> bool:
    """Whether a mapping is one of whole trades: it names prices or times of both halves."""
    return bool({"entry_price", "exit_price", "buy_price", "sell_price"} & set(mapping))


def missing_fields(mapping: Mapping[str, str], *, has_negative_quantity: bool) -> list[str]:
    """Return in words what a mapping lacks; an empty list is a complete mapping.

    Args:
        mapping: Field -> header.
        has_negative_quantity: Whether quantities below zero may stand for sales.
    """
    if is_trip_mapping(mapping):
        return _missing_trip_fields(mapping)
    missing = [] if "executed_at" in mapping or "date" in mapping else ["the time"]
    has_pair = {"buy_quantity", "sell_quantity"} <= set(mapping)
    given = {*mapping, *(("quantity",) if has_pair else ()), *(("price",) if "amount" in mapping else ())}
    missing += [word for field, word in REQUIRED_WORDS.items() if field not in given]
    if "side" not in mapping and not has_pair and not has_negative_quantity and "amount" not in mapping:
        missing.append("the side (a column of buy and sell, or negative quantities for sales)")
    return missing


def _missing_trip_fields(mapping: Mapping[str, str]) -> list[str]:
    missing = [word for field, word in REQUIRED_WORDS.items() if field != "price" and field not in mapping]
    if {"buy_price", "sell_price"} & set(mapping):
        halves = ("buy_price", "sell_price")
    else:
        halves = ("entry_price", "exit_price")
        missing += [] if "side" in mapping else ["the side"]
    missing += [f"the {field.replace('_', ' ')}" for field in halves if field not in mapping]
    for fields, word in (
        (("entry_at", "entry_date", "bought_at"), "the time of the entry"),
        (("exit_at", "exit_date", "sold_at"), "the time of the exit"),
    ):
        missing += [] if set(fields) & set(mapping) else [word]
    return missing
