"""Losses beside options on the same share, and of shorts, are marked; coins have no wash sales."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.accounts import UserId
from domain.executions import Side
from domain.instruments import AssetClass, Instrument, OptionRight, OptionTerms
from domain.portfolio_figures import GainsReport
from services.container import Services
from tests.services.test_portfolios import ALL, SHARE, START, fill, owner_of, store

STOCK = replace(SHARE, currency="USD")
Row = tuple[Instrument, int, Side, str]
"""Instrument, days after the start, side, price; always ten units."""


def option(right: OptionRight, strike: str = "10") -> Instrument:
    """An option on the share."""
    terms = OptionTerms(underlying=STOCK.symbol, expiry=date(2027, 1, 15), strike=Decimal(strike), right=right)
    return replace(
        STOCK,
        symbol=f"{STOCK.symbol} {right.value} {strike}",
        asset_class=AssetClass.OPTION,
        multiplier=Decimal(100),
        option=terms,
    )


def gains(services: Services, rows: list[Row]) -> GainsReport:
    """The gains of 2026 of a book with these fills."""
    owner: UserId = owner_of(services)
    account = services.accounts.create(owner, "Main", currency="USD", timezone="UTC")
    fills = [
        replace(fill(n, START - timedelta(days=200) + timedelta(days=days), side, "10", price), instrument=item,
                fee_currency="USD")
        for n, (item, days, side, price) in enumerate(rows, 1)
    ]  # fmt: skip
    store(services, owner, account, fills)
    return services.portfolios.gains(owner, services.portfolios.plans.resolve(owner, ALL), 2026)


LOSS = [(STOCK, 0, Side.BUY, "20"), (STOCK, 50, Side.SELL, "15")]


@pytest.mark.parametrize(
    ("other", "is_marked"),
    [
        ((option(OptionRight.CALL), 79, Side.BUY, "1"), True),
        ((option(OptionRight.CALL), 21, Side.BUY, "1"), True),
        ((option(OptionRight.CALL), 81, Side.BUY, "1"), False),
        ((option(OptionRight.PUT), 60, Side.SELL, "6"), True),
        ((option(OptionRight.PUT), 60, Side.BUY, "6"), False),
        ((option(OptionRight.CALL), 60, Side.SELL, "1"), False),
    ],
)
def test_a_loss_beside_an_option_to_acquire_is_marked(services: Services, other: Row, is_marked: bool) -> None:
    """A bought call or a written put within thirty days either side marks a loss; nothing is disallowed."""
    found = gains(services, [*LOSS, other])
    sale = next(item for item in found.disposals if item.instrument.symbol == STOCK.symbol)
    assert (sale.sale_ref in found.flagged) is is_marked
    assert sale.adjustment == 0
    assert any(item.title == "Possible wash sales." for item in found.notices) is is_marked


@pytest.mark.parametrize(("days", "is_marked"), [(75, True), (95, False)])
def test_a_loss_of_a_short_beside_another_sale_is_marked(services: Services, days: int, is_marked: bool) -> None:
    """The sale that opened the short does not count; another one within thirty days of the cover does."""
    rows = [(STOCK, 40, Side.SELL, "10"), (STOCK, 50, Side.BUY, "13"), (STOCK, days, Side.SELL, "11")]
    found = gains(services, rows)
    (cover,) = [item for item in found.disposals if item.is_short]
    assert (cover.sale_ref in found.flagged) is is_marked


@pytest.mark.parametrize(("right", "marked"), [(OptionRight.CALL, 1), (OptionRight.PUT, 0)])
def test_a_loss_of_an_option_beside_another_strike_is_marked(
    services: Services, right: OptionRight, marked: int
) -> None:
    """Another strike of the same right on the same share counts, the other right does not."""
    call = option(OptionRight.CALL)
    rows = [(call, 0, Side.BUY, "3"), (call, 20, Side.SELL, "1"), (option(right, "12"), 30, Side.BUY, "1")]
    assert len(gains(services, rows).flagged) == marked


def test_coins_have_no_wash_sales(services: Services) -> None:
    """A loss of a coin stays a loss when the coin is bought again; that of a share does not."""
    coin = replace(STOCK, symbol="ZZC-USD", asset_class=AssetClass.CRYPTO)
    rows: list[Row] = []
    for item in (STOCK, coin):
        rows += [(item, 0, Side.BUY, "20"), (item, 50, Side.SELL, "15"), (item, 60, Side.BUY, "15")]
    found = gains(services, rows)
    disallowed = {item.instrument.symbol: item.adjustment for item in found.disposals}
    assert disallowed == {STOCK.symbol: 50, "ZZC-USD": 0}
