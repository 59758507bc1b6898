"""How TA-Lib is called: lengths and periods are checked, and it is loaded at the first call."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LONGEST_PERIOD = 10_000


def run(name: str, *columns: Floats, outputs: int = 1, **options: Any) -> tuple[Floats, ...]:
    """Call TA-Lib, which refuses empty input and fills short input with NaN itself."""
    require_one_length(*columns)
    if not len(columns[0]):
        return tuple(np.empty(0, dtype=np.float64) for _ in range(outputs))
    import talib  # noqa: PLC0415 - a compiled library of some megabytes

    found = getattr(talib, name)(*(np.ascontiguousarray(column, dtype=np.float64) for column in columns), **options)
    return found if outputs > 1 else (found,)


def require_one_length(*columns: NDArray[Any]) -> None:
    """Raise ValueError unless all columns have the same length."""
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        raise ValueError(f"Columns of one table have one length; these have {sorted(lengths)}.")


def check_period(period: int, least: int) -> int:
    """Return the period; raise ValueError when it is out of range."""
    if not least <= period <= LONGEST_PERIOD:
        raise ValueError(f"The period is {period}; it must be from {least} to {LONGEST_PERIOD}.")
    return period


def nothing(count: int) -> Floats:
    """Return a column of undefined values."""
    return np.full(count, np.nan)
