"""Chooses the columns of a table of whole trades: an entry and an exit in one row."""

from __future__ import annotations

from data.brokers.column_choice import TRIP_FIELDS, Choice, choose_named, named, take_named
from data.brokers.column_profiles import Kind

TRIP_ORDER = ("symbol", "side", "quantity", "entry_price", "exit_price", "buy_price", "sell_price", "profit", "fees",
              "currency", "broker_id", "account", "multiplier")  # fmt: skip


def choose_trips(choice: Choice) -> None:
    """Choose the columns of a table of whole trades."""
    for half in ("entry", "exit"):
        _choose_half(choice, half)
    if "entry_at" not in choice.fields and "entry_date" not in choice.fields:
        for name in ("bought_at", "sold_at"):
            choose_named(choice, name, is_part_allowed=False)
    for name in TRIP_ORDER:
        choose_named(choice, name, is_part_allowed=name not in TRIP_FIELDS)


def _choose_half(choice: Choice, half: str) -> None:
    """Choose one column of times, or one of days and one of clocks, for the entry or the exit."""
    whole = [item for item in named(choice, f"{half}_at") if choice.columns[item[0]].fits(Kind.MOMENT)]
    days = [item for item in named(choice, f"{half}_date") if choice.columns[item[0]].fits(Kind.DAY)]
    clocks = [item for item in named(choice, f"{half}_time") if choice.columns[item[0]].fits(Kind.CLOCK)]
    if whole:
        take_named(choice, f"{half}_at", *whole[0])
    elif days and clocks:
        take_named(choice, f"{half}_date", *days[0])
        take_named(choice, f"{half}_time", *clocks[0])
    elif days:
        take_named(choice, f"{half}_date", *days[0])
