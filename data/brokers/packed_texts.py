"""A long column of short texts, packed: a Python string for each of five million rows would take 400 MB."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, overload

from typing_extensions import override

SEPARATOR = "\x00"
"""Between two texts; files with a zero byte are refused before."""
PACK = 4_096


class PackedTexts(Sequence[str]):
    """Texts, read only; going through them in any one direction is about as quick as with a list.

    Args:
        packs: Non-empty groups of texts, each joined by the separator.
        sizes: How many texts each pack holds.
    """

    def __init__(self, packs: Sequence[str], sizes: Sequence[int]) -> None:
        self.packs = packs
        self.sizes = sizes
        self._starts = [0]
        for size in sizes:
            self._starts.append(self._starts[-1] + size)
        # The pack that was asked for last: rows are mostly asked for in order.
        self._opened: tuple[int, list[str]] = (-1, [])

    @override
    def __len__(self) -> int:
        return self._starts[-1]

    @override
    def __iter__(self) -> Iterator[str]:
        for pack in self.packs:
            yield from pack.split(SEPARATOR)

    @override
    def __reversed__(self) -> Iterator[str]:
        for pack in reversed(self.packs):
            yield from reversed(pack.split(SEPARATOR))

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    @override
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return self._slice(*row.indices(len(self)))
        place = row + len(self) if row < 0 else row
        if not 0 <= place < len(self):
            message = "there is no such row"
            raise IndexError(message)
        number = bisect_right(self._starts, place) - 1
        opened, texts = self._opened
        if opened != number:
            texts = self.packs[number].split(SEPARATOR)
            self._opened = number, texts
        return texts[place - self._starts[number]]

    def _slice(self, start: int, stop: int, step: int) -> list[str]:
        if step == 1 and start == 0:
            return list(islice(self, stop))
        return [self[row] for row in range(start, stop, step)]

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(other) != len(self):
            return False
        return all(own == item for own, item in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def has_empty(self) -> bool:
        """Whether any text is empty."""
        double = SEPARATOR * 2
        return any(double in pack or pack[:1] in ("", SEPARATOR) or pack[-1] == SEPARATOR for pack in self.packs)

    def pick(self, rows: Any) -> PackedTexts:
        """Return the chosen rows: an ascending or a descending array of positions, or a slice of all rows."""
        if isinstance(rows, slice):
            return self if rows == slice(None) else pack_texts(reversed(self))
        if len(rows) > 1 and rows[0] > rows[-1]:
            return pack_texts(reversed(self.pick(rows[::-1])))
        return pack_texts(self._ascending(rows))

    def _ascending(self, rows: Any) -> Iterator[str]:
        for number, pack in enumerate(self.packs):
            first, last = rows.searchsorted(self._starts[number]), rows.searchsorted(self._starts[number + 1])
            texts = pack.split(SEPARATOR) if first < last else []
            yield from (texts[row] for row in (rows[first:last] - self._starts[number]).tolist())


def pack_texts(texts: Iterable[str]) -> PackedTexts:
    """Return texts without zero characters, packed."""
    packs: list[str] = []
    sizes: list[int] = []
    waiting = iter(texts)
    while group := list(islice(waiting, PACK)):
        packs.append(SEPARATOR.join(group))
        sizes.append(len(group))
    return PackedTexts(packs, sizes)


def join_packs(parts: Sequence[PackedTexts]) -> PackedTexts:
    """Return several columns below each other."""
    packs = [pack for part in parts for pack in part.packs]
    sizes = [size for part in parts for size in part.sizes]
    return PackedTexts(packs, sizes)
