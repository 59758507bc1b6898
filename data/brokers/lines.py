"""Single lines of a large file, found by their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from data.brokers.arrow_table import count_ends
from data.brokers.content import BLOCK, Content, each_block

if TYPE_CHECKING:
    from domain.columns import Ints


def read_lines(content: Content, lines: Ints) -> Iterator[tuple[int, str]]:
    """Yield (number, text) of some lines; the numbers count from 1 and ascend.

    Raises:
        UnicodeDecodeError: If a line is not UTF-8.
    """
    for line, start in zip(lines.tolist(), find_lines(content, lines), strict=True):
        end = content.find(b"\n", start) + 1 or len(content)
        yield line, content[start:end].decode()


def find_lines(content: Content, lines: Ints) -> list[int]:
    """Return the position of the first byte of some lines; the numbers count from 1, ascend, and exist."""
    found = [0] * int(np.count_nonzero(lines == 1))
    begun = 1
    for number, block in enumerate(each_block(content)):
        if len(found) == len(lines):
            break
        ends = count_ends(block)
        if lines[len(found)] <= begun + ends:
            inside = lines[len(found) : int(np.searchsorted(lines, begun + ends, side="right"))]
            places = np.flatnonzero(np.frombuffer(block, np.uint8) == 10)[inside - begun - 1]
            found += (places + (number * BLOCK + 1)).tolist()
        begun += ends
    return found
