"""Where the charts and tables of a portfolio lead."""

from __future__ import annotations

from datetime import date

import pytest

from components import portfolio_drills
from domain.portfolios import Dimension

QUERY = "accounts=1,2&period=ytd"


@pytest.mark.parametrize(
    ("dimension", "name", "wanted"),
    [
        (Dimension.SYMBOL, "AAPL", "symbols=AAPL"),
        (Dimension.CLASS, "stock", "asset=stock"),
        (Dimension.SECTOR, "Energy", "where=sector%3AEnergy"),
        (Dimension.ACCOUNT, "Main", "where=account%3AMain"),
        (Dimension.CURRENCY, "EUR", "currency=EUR"),
    ],
)
def test_a_part_leads_to_its_open_trades(dimension: Dimension, name: str, wanted: str) -> None:
    """The filter of the page is kept and narrowed to the part."""
    href = portfolio_drills.part_href(QUERY, dimension, name)
    assert href.startswith("/trades?accounts=1%2C2&period=ytd")
    assert "status=open" in href
    assert wanted in href


def test_cash_and_collected_parts_are_no_holding() -> None:
    """Cash leads to the cash page; what is put together for want of room leads nowhere."""
    assert portfolio_drills.part_href(QUERY, Dimension.CLASS, "Cash") == f"/cash?{QUERY}"
    assert portfolio_drills.part_href(QUERY, Dimension.SYMBOL, "7 others") == ""
    assert portfolio_drills.holding_href(QUERY, "Cash and other") == ""
    assert portfolio_drills.holding_href("", "AAPL") == "/trades?symbols=AAPL"


def test_a_month_ends_with_its_last_day() -> None:
    """Income of a month leads to the cash events of that month."""
    assert portfolio_drills.month_href("", date(2024, 2, 1)) == "/cash?period=2024-02-01..2024-02-29"
    assert portfolio_drills.day_href("", date(2024, 2, 3), path="/cash") == "/cash?period=2024-02-03..2024-02-03"
