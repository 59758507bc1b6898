"""What the browser says about fills: order, selection, wishes; read into what the service takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.errors import InvalidInputError
from web.context import services

if TYPE_CHECKING:
    from domain.filters import LedgerFilter
    from services.fill_pages import FillQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class FillSort:
    """An order of fills as the address and the grid write it; newest first without any."""

    parts: tuple[tuple[str, bool], ...] = ()

    def query(self, chosen: LedgerFilter, view: str | None) -> FillQuery:
        """Return the query of a filter and a view in this order."""
        from services.fill_pages import FillQuery

        return FillQuery(chosen=chosen, view=view or "all", sort=self.parts)

    def export(self, query: str | None, view: str | None) -> str:
        """Return the address of the CSV of exactly these rows."""
        text = ",".join(f"{name}:{'desc' if descending else 'asc'}" for name, descending in self.parts)
        pairs = (query or "", f"view={view}" if view and view != "all" else "", f"sort={text}" if text else "")
        return f"/export/fills.csv?{'&'.join(part for part in pairs if part)}".rstrip("?")


def read_fill_sort(text: str | None) -> FillSort:
    """Read an order such as "price:desc,time:asc"; unknown columns are left out."""
    from domain.fills import FILL_SORTS

    parts = [part.partition(":") for part in (text or "").split(",") if part]
    return FillSort(parts=tuple((name, order == "desc") for name, _, order in parts if name in FILL_SORTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a button asks for, and of which fill (0: of those selected)."""

    verb: str = ""
    fill: int = 0


def split_wish(action: Mapping[str, Any] | None) -> Wish:
    """Read "delete" or "edit:17"."""
    verb, _, number = str((action or {}).get("value") or "").partition(":")
    return Wish(verb=verb, fill=_whole(number) if number else 0)


def selected_fills(rows: Sequence[Mapping[str, Any]] | None) -> list[int]:
    """Return the ids of the rows a client selected.

    Raises:
        InvalidInputError: If there are none, or a row names no fill.
    """
    ids = [_whole(str(row.get("id") if isinstance(row, Mapping) else "")) for row in rows or ()]
    if not ids:
        raise InvalidInputError("No fills are selected.", hint="Tick some rows first.")
    return ids


def one_fill(rows: Sequence[Mapping[str, Any]] | None) -> int:
    """Return the id of the one row a client selected.

    Raises:
        InvalidInputError: If there are none or several, or the row names no fill.
    """
    ids = selected_fills(rows)
    if len(ids) > 1:
        raise InvalidInputError("More than one fill is selected.", hint="Select only the one you mean.")
    return ids[0]


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise InvalidInputError("The selection cannot be read.", hint="Select the rows again.")
    return int(text)


def stamp() -> str:
    """Return a text that differs from one change to the next."""
    return services().clock().isoformat()
