"""What columns of numbers prove about each other: quantity x price x contract size = amount."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
_DIGITS = re.compile(r"\d[\d.,' ]*(?:[eE]-?\d+)?|[.,]\d+")
SLACK = 0.005
"""Share by which a printed amount may differ: rounded prices, and costs that it contains."""
CENT = 0.011
ENOUGH = 0.9
"""Part of the rows in which a product must come out."""
MAX_CANDIDATES = 10
LARGEST = 1e30
"""Beyond it a cell is damaged, and infinite products prove nothing."""
_SIZES = (0.01, 0.1, 2, 5, 10, 20, 25, 50, 75, 100, 125, 250, 500, 1000, 5000, 10000, 100000)


def read_numbers(texts: Sequence[str], *, decimal_comma: bool) -> Numbers:
    """Return the numbers in cells as float64, shape (rows,); NaN where there is none."""
    return np.array([_read_number(text, decimal_comma) for text in texts], dtype=np.float64)


def _read_number(text: str, decimal_comma: bool) -> float:
    match = _DIGITS.search(text)
    if match is None:
        return math.nan
    body = match[0].replace(" ", "").replace("'", "")
    body = body.replace(".", "").replace(",", ".") if decimal_comma else body.replace(",", "")
    try:
        value = float(body)
    except ValueError:
        return math.nan
    if value > LARGEST:
        return math.nan
    before = text[: match.start()]
    is_negative = any(mark in before for mark in "-(\u2212") or text.rstrip().endswith("-")
    return -value if is_negative else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """That |quantity x price| x size is an amount.

    Attributes:
        size: What the product must be multiplied by; 1 for shares, 100 for most options.
        fitting: Rows in which it comes out.
        rows: Rows in which all three are given and not zero.
    """

    quantity: str
    price: str
    amount: str
    size: float
    fitting: int
    rows: int

    @property
    def share(self) -> float:
        """Part of the rows in which it comes out."""
        return self.fitting / self.rows if self.rows else 0.0

    @property
    def is_proven(self) -> bool:
        """Whether it comes out in enough rows to be believed."""
        return self.rows >= 2 and self.share >= ENOUGH


def check_product(numbers: Mapping[str, Numbers], quantity: str, price: str, amount: str) -> Product:
    """Return how well three columns fit; of several sizes the one that explains most rows."""
    products, amounts = np.abs(numbers[quantity] * numbers[price]), np.abs(numbers[amount])
    usable = np.isfinite(products) & np.isfinite(amounts) & (products > 0) & (amounts > 0)
    products, amounts = products[usable], amounts[usable]
    best = Product(quantity=quantity, price=price, amount=amount, size=1.0, fitting=0, rows=len(products))
    if not len(products):
        return best
    ratio = float(np.median(amounts / products))
    nearest = min(_SIZES, key=lambda size: abs(math.log(size / ratio)))
    for size in (1.0, float(nearest)):
        fitting = int(np.count_nonzero(np.abs(amounts - products * size) <= CENT + SLACK * amounts))
        if fitting > best.fitting:
            best = Product(quantity=quantity, price=price, amount=amount, size=size, fitting=fitting,
                           rows=len(products))  # fmt: skip
    return best


def find_products(numbers: Mapping[str, Numbers]) -> list[Product]:
    """Return every proven product of two columns that is a third one, size 1 and most rows first.

    Columns of one value prove nothing (anything x 1 is itself) and are left out.
    """
    names = [name for name, values in numbers.items() if _varies(values)][:MAX_CANDIDATES]
    found = [
        product
        for one, two in combinations(names, 2)
        for amount in names
        if amount not in (one, two) and (product := check_product(numbers, one, two, amount)).is_proven
    ]
    found = [item for item in found if item.rows >= 3 and item.size == 1.0]
    return sorted(found, key=lambda item: -item.fitting)


def _varies(values: Numbers) -> bool:
    known = values[np.isfinite(values)]
    return len(known) >= 3 and len(np.unique(np.abs(known))) >= 2


def tell_price(numbers: Mapping[str, Numbers], groups: Sequence[str], one: str, two: str) -> tuple[str, float]:
    """Return which of two factors is the price and how sure that is, from 0 to 1.

    Only quantities have a sign, and they are whole far more often. Where both tell nothing, prices of one
    instrument lie closer together than its quantities; that needs several rows of one instrument, because
    what is bought is often sold in the same quantity.

    Args:
        numbers: The columns.
        groups: Instrument of each row.
        one: Name of the first column.
        two: Name of the second.
    """
    if (numbers[one] < 0).any() != (numbers[two] < 0).any():
        return (two if (numbers[one] < 0).any() else one), 0.9
    first, second = _fractional(numbers[one]), _fractional(numbers[two])
    if min(first, second) == 0 and max(first, second) > FEW:
        return (one if first > second else two), 0.8
    spread, other = _spread(numbers[one], groups), _spread(numbers[two], groups)
    if not spread or not other or max(spread, other) < APART * min(spread, other):
        return two, 0.0
    return (one if spread < other else two), 0.6


FEW = 0.2
"""Part of a column that must have decimals for the other one, which has none, to be the quantity."""
APART = 4
"""How many times wider quantities must spread than prices."""
MANY = 4
"""Rows of one instrument that say something about its spread."""


def _fractional(values: Numbers) -> float:
    known = values[np.isfinite(values)]
    return float(np.mean(known != np.trunc(known))) if len(known) else 0.0


def _spread(values: Numbers, groups: Sequence[str]) -> float:
    """Return the median relative spread of a column within one instrument, 0 where too few rows tell."""
    rows: dict[str, list[float]] = {}
    for value, group in zip(np.abs(values).tolist(), groups, strict=True):
        if math.isfinite(value):
            rows.setdefault(group, []).append(value)
    spreads = [
        float(np.std(values)) / mean
        for values in rows.values()
        if len(values) >= MANY and (mean := float(np.mean(values)))
    ]
    return float(np.median(spreads)) if spreads else 0.0
