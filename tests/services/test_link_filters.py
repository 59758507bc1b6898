"""Filters that other pages link with — fees, kind, import, symbol — on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest

from domain.accounts import User
from domain.errors import InvalidInputError, NotFoundError
from domain.fills import FillDraft, FillRow
from domain.filters import LedgerFilter
from domain.health import FindingKind
from services.container import Services
from services.fill_pages import FillQuery
from services.imports import ImportRequest
from tests.services.samples import OPEN_SHORT, ROUND_TRIP, trades_csv

FREE = "t8,2026-03-06 10:00:00,ACME,Buy,1,10.00,0,USD"


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def load(services: Services, user: User, rows: Sequence[str], name: str = "a.csv", account: str = "Main") -> int:
    """Import these rows and return the import's id."""
    request = ImportRequest(filename=name, payload=trades_csv(rows), account=account, timezone="America/New_York")
    return int(services.imports.commit(user.id, request).id)


def fills(services: Services, user: User, chosen: LedgerFilter) -> tuple[FillRow, ...]:
    """Return the fills of a filter."""
    return services.fills.page(user.id, FillQuery(chosen=chosen)).rows


def linked(href: str) -> LedgerFilter:
    """Return the filter of an address."""
    return LedgerFilter.from_query(dict(parse_qsl(href.partition("?")[2])))


def test_the_link_of_missing_fees_lands_on_those_fills(services: Services, maya: User) -> None:
    """The fills behind the finding are as many as it says, and each is without a fee."""
    load(services, maya, (*ROUND_TRIP, FREE))
    group = next(item for item in services.health.report(maya.id).groups if item.kind is FindingKind.MISSING_FEES)
    found = fills(services, maya, linked(group.open[0].href))
    assert len(found) == group.open[0].count == 1
    assert [(row.execution.fees, row.execution.line) for row in found] == [(Decimal(0), 5)]
    assert fills(services, maya, LedgerFilter(asset_class="option", fees="none")) == ()


def test_the_link_of_fees_without_rate_lands_on_those_fills(services: Services, maya: User) -> None:
    """A fee in a coin of which no rate is known is found, and is not among those without a fee."""
    load(services, maya, ROUND_TRIP)
    account = services.accounts.list_accounts(maya.id)[0]
    draft = FillDraft(
        symbol="ACME",
        side="buy",
        quantity="2",
        price="9",
        executed_at="2026-03-09 10:00",
        fees="0.5",
        fee_currency="BNB",
    )
    services.fills.add(maya.id, account.id, draft)
    group = next(item for item in services.health.report(maya.id).groups if item.kind is FindingKind.FEE_WITHOUT_RATE)
    found = fills(services, maya, linked(group.open[0].fix_href))
    assert [row.execution.fee_currency for row in found] == ["BNB"]
    assert fills(services, maya, LedgerFilter(fees="none")) == ()


def test_an_unknown_word_for_fees_is_refused() -> None:
    """A word that is none of the two says which there are."""
    with pytest.raises(InvalidInputError, match="fees='some'"):
        FillQuery(chosen=LedgerFilter(fees="some"))


def test_an_import_keeps_exactly_the_trades_with_a_fill_of_it(services: Services, maya: User) -> None:
    """A trade that a second file closes belongs to both imports; one that only the other file holds to neither."""
    first = load(services, maya, ROUND_TRIP[:2])
    second = load(services, maya, (ROUND_TRIP[2], *OPEN_SHORT), name="b.csv")
    third = load(services, maya, ("t5,2026-03-09 11:00:00,CORE,Buy,5,20.25,1.00,USD",), name="c.csv")

    def symbols(number: int) -> list[str]:
        found = services.portfolio.every_trade(maya.id, LedgerFilter(import_id=number))
        return sorted(item.instrument.symbol for item in found)

    assert symbols(first) == ["ACME"]
    assert symbols(second) == ["ACME", "BOLT"]
    assert symbols(third) == ["CORE"]
    assert [len(fills(services, maya, LedgerFilter(import_id=number))) for number in (first, second, third)] == [
        2,
        2,
        1,
    ]
    views = services.trade_list.views(maya.id, LedgerFilter(import_id=second))
    assert (views.counts["all"], views.counts["open"]) == (2, 1)


def test_figures_of_an_import_are_those_of_its_trades(services: Services, maya: User) -> None:
    """The net of the trades of an import is what the exits of those trades made, period and import together."""
    first = load(services, maya, ROUND_TRIP)
    load(services, maya, ("u1,2026-03-02 09:31:05,BOLT,Buy,1,10,0,USD", "u2,2026-03-02 10:31:05,BOLT,Sell,1,9,0,USD"),
         name="b.csv")  # fmt: skip
    whole = services.portfolio.sets.load(maya.id, LedgerFilter(import_id=first))
    assert len(whole.exits) == 2
    assert whole.exits.net.sum() == pytest.approx(157.8)
    day = services.portfolio.sets.load(maya.id, LedgerFilter(import_id=first, period="2026-03-02..2026-03-02"))
    assert len(day.exits) == 1


def test_entries_that_nothing_closed_belong_to_their_trade(services: Services, maya: User) -> None:
    """A second entry of an open position, the only row of its file, finds the trade it was added to."""
    load(services, maya, OPEN_SHORT)
    added = load(services, maya, ("t7,2026-03-04 11:00:00,BOLT,Sell,5,20.25,1.00,USD",), name="b.csv")
    (trade,) = services.portfolio.every_trade(maya.id, LedgerFilter(import_id=added))
    assert (trade.instrument.symbol, len(fills(services, maya, LedgerFilter(import_id=added)))) == ("BOLT", 1)


def test_deleted_and_undone_fills_leave_the_filter(services: Services, maya: User) -> None:
    """What was deleted by hand, or undone as a whole, is no longer found by its import."""
    number = load(services, maya, (*ROUND_TRIP, *OPEN_SHORT))
    chosen = LedgerFilter(import_id=number)
    short = next(row for row in fills(services, maya, chosen) if row.execution.instrument.symbol == "BOLT")
    services.fills.delete(maya.id, [int(short.execution.id)])
    assert len(services.portfolio.every_trade(maya.id, chosen)) == 1
    services.imports.undo(maya.id, number)
    assert services.portfolio.every_trade(maya.id, chosen) == []
    assert fills(services, maya, chosen) == ()


def test_an_import_of_another_account_keeps_nothing(services: Services, maya: User) -> None:
    """An account and an import that do not belong together have no trade in common."""
    load(services, maya, ROUND_TRIP)
    other = load(services, maya, OPEN_SHORT, name="b.csv", account="Other")
    main = next(item.id for item in services.accounts.list_accounts(maya.id) if item.name == "Main")
    chosen = LedgerFilter(accounts=(main,), import_id=other)
    assert services.portfolio.every_trade(maya.id, chosen) == []
    assert fills(services, maya, chosen) == ()


def test_another_s_import_does_not_exist(services: Services, maya: User) -> None:
    """Trades and fills of somebody else's import are not found, whichever way they are asked for."""
    chosen = LedgerFilter(import_id=load(services, maya, ROUND_TRIP))
    noah = services.users.register("noah", "four unrelated words")
    with pytest.raises(NotFoundError):
        services.portfolio.every_trade(noah.id, chosen)
    with pytest.raises(NotFoundError):
        services.fills.page(noah.id, FillQuery(chosen=chosen))


def test_the_kind_of_instrument_narrows_trades_and_fills(services: Services, maya: User) -> None:
    """Only trades of that class are kept."""
    load(services, maya, ROUND_TRIP)
    assert len(services.portfolio.every_trade(maya.id, LedgerFilter(asset_class="stock"))) == 1
    assert services.portfolio.every_trade(maya.id, LedgerFilter(asset_class="option")) == []
    assert len(fills(services, maya, LedgerFilter(asset_class="stock"))) == 3


def test_the_address_of_the_new_parts_is_read_as_written() -> None:
    """Fees, kind and import go through the address; one symbol may stand under its singular name."""
    chosen = LedgerFilter(symbols=("FB",), asset_class="stock", import_id=7, fees="none")
    assert chosen.to_query() == "symbols=FB&asset=stock&import=7&fees=none"
    assert linked("/fills?symbol=FB&asset=stock&import=7&fees=none") == chosen
    with pytest.raises(InvalidInputError, match="import='x'"):
        linked("/fills?import=x")
