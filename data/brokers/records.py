"""Records: what every file of rows is taken apart into, and how its headers are compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the 1-based line where it starts and its trimmed cells."""

    line: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        """Whether every cell is empty."""
        return not any(self.cells)


class LastCells(list[str]):
    """The cells of the last record of a file that does not end with a line break: it may be cut off."""


def normalise_header(text: str) -> str:
    """Return a header as it is compared: no BOM, single spaces, lower case."""
    return " ".join(text.replace("\ufeff", "").replace("\u00a0", " ").split()).casefold()


class Spare(str):
    """A column of a layout whose lack changes no execution: named so that it is read, and not missed."""

    __slots__ = ()


def name_needed(names: Iterable[str]) -> dict[str, str]:
    """Return normalised name -> name of the columns that a file must have, in order."""
    return {fold_known(name): name for name in names if not isinstance(name, Spare)}


# For names that formats spell out, which are few and asked for in every row and every file.
fold_known = lru_cache(maxsize=2_048)(normalise_header)


class Columns(dict[str, int]):
    """Normalised header -> position, and which of its columns a format has asked for.

    Attributes:
        header: The cells as they are written.
        asked: Names that were looked up, whether they exist or not.
    """

    def __init__(self, header: Sequence[str]) -> None:
        super().__init__()
        self.header = header
        self.asked: set[str] = set()

    @override
    def get(self, key: str, default: Any = None, /) -> Any:
        """Return the position of a column and remember that it was asked for."""
        self.asked.add(key)
        return dict.get(self, key, default)

    @override
    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return dict.__contains__(self, key)

    @property
    def ignored(self) -> list[str]:
        """Headers of the columns nobody asked for."""
        return [self.header[index] for name, index in self.items() if name not in self.asked]


def number_columns(header: Sequence[str]) -> Columns:
    """Map normalised header to position; a repeated name becomes "name 2", "name 3"."""
    columns = Columns(header)
    for index, text in enumerate(header):
        name = normalise_header(text)
        if not name:
            continue
        candidate, count = name, 1
        while dict.__contains__(columns, candidate):
            count += 1
            candidate = f"{name} {count}"
        columns[candidate] = index
    return columns
