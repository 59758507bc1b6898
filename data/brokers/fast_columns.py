"""Column arithmetic of the fast path: codes, decimal places, identities. No Arrow, no file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np

from data.brokers.builder import FINGERPRINT_VERSION, fingerprint
from data.brokers.cells import clean
from data.brokers.packed_texts import PackedTexts, pack_texts
from domain.columns import Decimals

if TYPE_CHECKING:
    from domain.columns import Bools, Codes, Ints

SEPARATOR = "\x1f"
FIRST = ":1"
_DENSE = 4_000_000


def first_seen(codes: Codes, size: int) -> tuple[Ints, Codes]:
    """Number codes anew by first appearance.

    Args:
        codes: n codes in 0 … size - 1.
        size: Number of possible codes.

    Returns:
        The old codes in order of appearance, and the n new ones, int32.
    """
    first = np.full(size, len(codes), dtype=np.int64)
    # The earliest position is written last and stays.
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    present = np.flatnonzero(first < len(codes))
    order = present[np.argsort(first[present], kind="stable")]
    renumber = np.zeros(size, dtype=np.int32)
    renumber[order] = np.arange(len(order), dtype=np.int32)
    return order, renumber[codes]


def combine(columns: Sequence[tuple[list[str], Codes]]) -> tuple[list[tuple[str, ...]], Codes]:
    """Return the distinct combinations of several coded columns and each row's code into them."""
    varying = [column for column in columns if len(column[0]) > 1] or list(columns[:1])
    whole: Any = varying[0][1]
    size = len(varying[0][0])
    for texts, codes in varying[1:]:
        whole = whole.astype(np.int64) * len(texts) + codes
        size *= len(texts)
    if len(varying) == 1:
        distinct, inverse = np.arange(size), whole
    elif size <= _DENSE:
        seen = np.zeros(size, dtype=np.bool_)
        seen[whole] = True
        distinct = np.flatnonzero(seen)
        lookup = np.zeros(size, dtype=np.int32)
        lookup[distinct] = np.arange(len(distinct), dtype=np.int32)
        inverse = lookup[whole]
    else:
        distinct, inverse = np.unique(whole, return_inverse=True)
    return [_decode(int(code), columns) for code in distinct], inverse.astype(np.int32, copy=False)


def _decode(code: int, columns: Sequence[tuple[list[str], Codes]]) -> tuple[str, ...]:
    texts: list[str] = []
    for names, _ in reversed(columns):
        code, rest = divmod(code, len(names))
        texts.append(names[rest])
    return tuple(reversed(texts))


def shrink_places(units: Ints, places: int) -> Decimals:
    """Return a column at the fewest decimal places that hold every value exactly."""
    if units.dtype == object:
        return Decimals(units, places)
    head = units[:4096]
    while places and not (head % 10).any() and not (units % 10).any():
        units, head, places = units // 10, head // 10, places - 1
    return Decimals(units, places)


def count_signs(units: Ints) -> tuple[int, int]:
    """Return how many values are positive and how many negative."""
    return int(np.count_nonzero(units > 0)), int(np.count_nonzero(units < 0))


def runs_backwards(times: Ints) -> bool:
    """Whether more steps of a column go back in time than forth: the file prints the newest first."""
    steps = np.diff(times)
    forth, back = count_signs(steps)
    return back > forth


def name_identities(ids: PackedTexts, *, are_distinct: bool) -> PackedTexts:
    """Return identities of broker ids: a repeated one gets its ordinal, as `assign_identities` gives it."""
    repeated = set() if are_distinct else find_repeated(ids)
    return pack_texts(_number(ids, repeated, lambda text, place: f"{text}~{place}")) if repeated else ids


def find_repeated(texts: Iterable[str]) -> set[int]:
    """Return the hashes of all texts that occur more than once; others may be among them."""
    hashes = np.fromiter(map(hash, texts), dtype=np.int64)
    hashes.sort()
    return set(hashes[1:][hashes[1:] == hashes[:-1]].tolist())


def _number(texts: Iterable[str], repeated: set[int], name: Callable[[str, int], str]) -> Iterator[str]:
    """Yield the texts, each but the first of equal ones named by its text and its ordinal."""
    seen: Counter[str] = Counter()
    for text in texts:
        if hash(text) not in repeated:
            yield text
            continue
        seen[text] += 1
        yield text if seen[text] == 1 else name(text, seen[text])


def digest_rows(rows: Sequence[bytes], *, are_tidy: bool) -> list[str]:
    """Return the fingerprint of each row of cells parted by the separator, with the ordinal 1."""
    if not are_tidy:
        return [fingerprint([clean(cell) for cell in row.decode().split(SEPARATOR)]) + FIRST for row in rows]
    prefix = FINGERPRINT_VERSION + ":"
    return [prefix + blake2b(row, digest_size=12).hexdigest() + FIRST for row in rows]


def name_fingerprints(firsts: PackedTexts) -> PackedTexts:
    """Return identities of fingerprints: each with its ordinal among equal ones."""
    repeated = find_repeated(firsts)
    if not repeated:
        return firsts
    return pack_texts(_number(firsts, repeated, lambda text, place: f"{text.removesuffix(FIRST)}:{place}"))


def select(mask: Bools, *, backwards: bool) -> Any:
    """Return what picks the rows of a mask out of a column, turned round if wanted; a slice where it can be."""
    if mask.all():
        return slice(None, None, -1) if backwards else slice(None)
    rows = np.flatnonzero(mask)
    return rows[::-1] if backwards else rows
