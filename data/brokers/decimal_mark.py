"""Whether an unknown file writes 1,234.56 or 1.234,56: told by its numbers, never by one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NOISE = re.compile(r"[^\d.,]")
_POINT = re.compile(r"[\d,]*\.(\d{1,2}|\d{4,})|0?\.\d+|\d{1,3}(,\d{3})+\.\d+")
_COMMA = re.compile(r"[\d.]*,(\d{1,2}|\d{4,})|0?,\d+|\d{1,3}(\.\d{3})+,\d+")
_DOUBTFUL = re.compile(r"\d{1,3}(,\d{3})+")


_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


def doubtful_mark(texts: Iterable[str], *, decimal_comma: bool) -> list[str]:
    """Return what to tell of numbers that could be a thousand times larger or smaller, as no other one tells.

    Args:
        texts: Number cells.
        decimal_comma: How they are read.
    """
    example = ""
    for text in texts:
        digits = _NOISE.sub("", text)
        if _POINT.fullmatch(digits) or _COMMA.fullmatch(digits):
            return []
        example = example or (digits if _EITHER.fullmatch(digits) else "")
    if not example:
        return []
    mark = "," if decimal_comma else "."
    plain = example.replace("." if decimal_comma else ",", "").replace(mark, ".")
    return [f"A number such as {example} could have a decimal mark or thousands; it is read as {plain}. Check it."]


def decide_decimal_comma(texts: Iterable[str], delimiter: str) -> bool | None:
    """Return whether numbers have a decimal comma; None when none of them has a mark that tells.

    A number such as "1,234" tells nothing by itself: where no other one does, it has a decimal comma
    in a file parted by semicolons, as spreadsheets of those countries write, and thousands elsewhere.

    Args:
        texts: Number cells; distinct ones suffice.
        delimiter: What parts the file's cells.
    """
    comma = doubtful = False
    for text in texts:
        digits = _NOISE.sub("", text)
        if _POINT.fullmatch(digits):
            return False
        comma = comma or _COMMA.fullmatch(digits) is not None
        doubtful = doubtful or _DOUBTFUL.fullmatch(digits) is not None
    if comma or doubtful:
        return comma or delimiter == ";"
    return None
