"""Contract sizes an owner entered: which one holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.contract_sizes import ContractSize, ContractSizeId, ContractSizes, check_size
from domain.errors import InvalidInputError
from domain.instruments import AssetClass


def size(symbol: str, multiplier: int, *, number: int = 1, since: date | None = None,
         asset_class: AssetClass = AssetClass.FUTURE) -> ContractSize:  # fmt: skip
    """Return a size."""
    return ContractSize(
        id=ContractSizeId(number),
        symbol=symbol,
        asset_class=asset_class,
        multiplier=Decimal(multiplier),
        valid_from=since,
    )


def found(
    sizes: ContractSizes, names: list[str], day: date | None, asset: AssetClass = AssetClass.FUTURE
) -> int | None:
    """Return the multiplier that holds."""
    item = sizes.find(names, asset, day)
    return None if item is None else int(item.multiplier)


def test_the_latest_entry_by_a_day_holds() -> None:
    """An entry counts from its day on; the one without a day counts before all of them."""
    sizes = ContractSizes(
        (size("ZZ", 10), size("ZZ", 20, since=date(2026, 5, 1)), size("ZZ", 5, since=date(2026, 9, 1)))
    )
    days = [date(2026, 4, 30), date(2026, 5, 1), date(2026, 8, 31), date(2027, 1, 1), None]
    assert [found(sizes, ["ZZ"], day) for day in days] == [10, 20, 20, 5, 5]
    assert sizes.is_dated(["zz"])


def test_a_whole_symbol_goes_before_its_root() -> None:
    """The most particular name that has an entry decides, in either case of letters."""
    sizes = ContractSizes((size("ZZ", 10), size("ZZM6", 7)))
    assert found(sizes, ["ZZM6", "ZZ"], None) == 7
    assert found(sizes, ["zzu6", "zz"], None) == 10
    assert found(sizes, ["QQU6", "QQ"], None) is None


def test_a_day_before_the_first_entry_is_unknown() -> None:
    """Nothing is assumed of the time before."""
    assert found(ContractSizes((size("ZZ", 20, since=date(2026, 5, 1)),)), ["ZZ"], date(2026, 1, 1)) is None


def test_classes_are_told_apart() -> None:
    """A future's size counts for options on it and for nothing else."""
    sizes = ContractSizes((size("ZZ", 10),))
    assert found(sizes, ["ZZ"], None, AssetClass.FUTURE_OPTION) == 10
    assert found(sizes, ["ZZ"], None, AssetClass.STOCK) is None


@pytest.mark.parametrize("multiplier", ["0", "-1", "NaN", "Infinity", "1e13"])
def test_impossible_sizes_are_refused(multiplier: str) -> None:
    """A size is above zero and finite."""
    entry = ContractSize(symbol="ZZ", asset_class=AssetClass.FUTURE, multiplier=Decimal(multiplier))
    with pytest.raises(InvalidInputError):
        check_size(entry)


def test_a_size_needs_a_symbol() -> None:
    """Blanks are none."""
    with pytest.raises(InvalidInputError) as caught:
        check_size(ContractSize(symbol="  ", asset_class=AssetClass.FUTURE, multiplier=Decimal(1)))
    assert caught.value.field == "symbol"
