"""The order of the Trades page as text: what the address, the export and the neighbours of a trade agree on."""

from __future__ import annotations

from collections.abc import Sequence

SORTS = frozenset(
    {
        "closed_at",
        "opened_at",
        "symbol",
        "side",
        "setup",
        "quantity",
        "entry_price",
        "exit_price",
        "held",
        "fees",
        "gross",
        "net",
        "r",
    }
)
NEWEST_FIRST = (("closed_at", True),)


def read_sort(text: str | None) -> tuple[tuple[str, bool], ...]:
    """Read an order such as "net:desc,symbol:asc"; unknown columns are left out, newest first is ()."""
    parts = [part.partition(":") for part in (text or "").split(",") if part]
    sort = tuple((name, order == "desc") for name, _, order in parts if name in SORTS)
    return () if sort == NEWEST_FIRST else sort


def write_sort(sort: Sequence[tuple[str, bool]]) -> str:
    """Write an order for a query, "" for newest first."""
    return ",".join(f"{name}:{'desc' if descending else 'asc'}" for name, descending in sort)
