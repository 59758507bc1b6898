"""Our running balance against the ones real brokers printed, on their shared samples.

Whole from the first row, so that every printed balance must agree: Bybit's unified log (EUR and BTC), the Coinbase
Pro account statement (BTC and ETH), the MetaTrader 5 report (USD), cTrader's metals (USD). Pieces of accounts,
of which the stretch without a hole must agree: DEGIRO in December 2022, BUX from March to October 2023, and
thinkorswim behind its spread, whose legs the file does not price.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from domain.accounts import UserId
from domain.cash import BalanceCheck, Opening
from domain.money import decimal_text
from services.container import Installation, Services
from services.imports import ImportRequest
from tests.conftest import NOW

WHOLE = [
    ("bybit/uta_2026.csv", "EUR", 6, "zero"),
    ("bybit/uta_2026.csv", "BTC", 5, "zero"),
    ("coinbasepro/account_statement.csv", "BTC", 10, "zero"),
    ("coinbasepro/account_statement.csv", "ETH", 6, "zero"),
    ("mt5/ReportHistory_2022.xlsx", "USD", 7, "zero"),
    ("ctrader/history_metals_2026.csv", "USD", 1, "anchor"),
]
STRETCHES = [
    ("degiro/account_nl_2022.csv", "EUR", date(2022, 12, 16), date(2022, 12, 31)),
    ("degiro/account_nl_2022.csv", "USD", date(2022, 12, 15), date(2022, 12, 31)),
    ("bux/transactions_2023.csv", "EUR", date(2023, 3, 22), date(2023, 10, 31)),
    ("thinkorswim/cash_balance_options.csv", "USD", date(2026, 5, 6), date(2026, 5, 31)),
]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Iterator[Services]:
    """One account for each file, named after it."""
    folder = tmp_path_factory.mktemp("cash")
    made = Services(
        Installation(data_dir=folder, database_url=f"sqlite:///{folder / 'fillwise.db'}"), clock=lambda: NOW
    )
    made.migrate()
    owner = made.users.register("maya", "four unrelated words").id
    for name in sorted({row[0] for row in (*WHOLE, *STRETCHES)}):
        payload = (samples / "brokers" / name).read_bytes()
        made.imports.commit(owner, ImportRequest(filename=Path(name).name, payload=payload, account=name))
    yield made
    made.db.close()


def check(books: Services, name: str, currency: str) -> BalanceCheck:
    """How the printed balances of a file compare."""
    owner: UserId = books.users.find("maya").id  # type: ignore[union-attr]
    found = {(choice.account, choice.currency): item for choice, item in books.cash.balances(owner)}
    return found[name, currency]


@pytest.mark.parametrize(("name", "currency", "count", "opening"), WHOLE)
def test_a_whole_file_agrees_on_every_balance(
    books: Services, name: str, currency: str, count: int, opening: str
) -> None:
    """Executions, fees and movements together are the broker's own balance at each row it prints one."""
    found = check(books, name, currency)
    assert (found.checked, found.agreeing, found.first) == (count, count, None)
    assert found.opening_source is Opening(opening)


@pytest.mark.parametrize(("name", "currency", "start", "end"), STRETCHES)
def test_a_stretch_without_holes_agrees(books: Services, name: str, currency: str, start: date, end: date) -> None:
    """Between two holes of a file every printed balance is explained by the rows between."""
    found = check(books, name, currency)
    assert found.first is not None
    gaps = [item.at.date() for item in (found.first, *found.others)]
    assert [day for day in gaps if start <= day <= end] == []
    assert found.agreeing > 0


def test_a_spread_that_is_not_priced_is_the_hole(books: Services) -> None:
    """The first difference is the spread of 450.00 less its costs of 2.36, named with its line."""
    first = check(books, "thinkorswim/cash_balance_options.csv", "USD").first
    assert first is not None
    assert (decimal_text(first.gap), first.line, first.at.date()) == ("447.64", 4, date(2026, 5, 5))
