"""Fees by kind, from a broker's file to the figures: they add up to the fees, whatever is done to the fills."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from data.brokers.batch import make_batch
from domain.accounts import Account, UserId
from domain.charge_kinds import ChargeKind, add_charges
from domain.corporate_actions import ActionKind, CorporateAction
from domain.executions import Side
from domain.filters import FigureUnit, LedgerFilter
from domain.reports import ReportDefinition
from domain.statements import ParsedExecution
from services.container import Services
from services.execution_pages import read_execution_page
from services.fill_pages import FillQuery
from services.imports import ImportRequest
from tests.services.test_portfolios import START, fill, owner_of

TRADEZERO = (
    "Account,T/D,S/D,Currency,Type,Side,Symbol,Qty,Price,Exec Time,Comm,SEC,TAF,NSCC,Nasdaq,ECN Remove,ECN Add,"
    "Gross Proceeds,Net Proceeds,Clr Broker,Liq,Note\n"
    "TZ1,03/02/2026,03/03/2026,USD,2,B,ACME,100,10,09:31:00,1.00,0,0,0.02,0,0.30,0,-1000,-1001.32,LAMP,,\n"
    "TZ1,03/02/2026,03/03/2026,USD,2,S,ACME,100,11,10:31:00,1.00,0.03,0.01,0.02,0,0,-0.20,1100,1099.14,LAMP,,\n"
)


def kinds(services: Services, owner: UserId, chosen: LedgerFilter | None = None) -> Mapping[str, float]:
    """The fees of a filter's exits by kind, without those of nothing; they add up to its fees."""
    found, metrics = services.portfolio.every_figure(owner, chosen or LedgerFilter(), awaited="not asked")
    values = {
        slug.removeprefix("fees_"): item.value
        for slug, item in metrics.items()
        if slug.startswith("fees_") and slug != "fees_paid"
    }
    assert sum(value or 0 for value in values.values()) == pytest.approx(float(found.exits.fees.sum()))
    return {name: value for name, value in values.items() if value}


@pytest.fixture
def desk(services: Services) -> tuple[UserId, Account]:
    """An owner with an account in the currency of the fills."""
    owner = owner_of(services)
    return owner, services.accounts.create(owner, "Main", currency="EUR", timezone="UTC", starting_balance="1000")


def told(number: int, days: int, side: Side, quantity: str, **charges: str) -> ParsedExecution:
    """A fill whose file says what its fees were for."""
    made = fill(number, START + timedelta(days=days), side, quantity, "10")
    parts = add_charges((ChargeKind[name.upper()], Decimal(amount)) for name, amount in charges.items())
    return replace(made, charges=parts, fees=sum((amount for _, amount in parts), Decimal(0)))


def store(services: Services, owner: UserId, account: Account, fills: list[ParsedExecution]) -> None:
    """Keep fills."""
    services.ledger.add_executions(owner, account.id, make_batch(fills, [item.identity for item in fills]))


def test_a_file_with_columns_for_each_kind(services: Services) -> None:
    """Commission, routes and the regulator are told apart; undoing the import forgets them, the next brings them."""
    owner = owner_of(services)
    request = ImportRequest(filename="tz.csv", payload=TRADEZERO.encode(), account="Zero")
    for _ in range(2):
        batch = services.imports.commit(owner, request)
        assert kinds(services, owner) == pytest.approx({"commission": 2.0, "exchange": 0.14, "regulatory": 0.04})
        services.imports.undo(owner, batch.id)
        assert kinds(services, owner) == {}


def test_kinds_follow_the_closed_quantity(services: Services, desk: tuple[UserId, Account]) -> None:
    """Of an opening of 10 of which 4 are closed two fifths count; a flip's charges go to both trades pro rata."""
    owner, account = desk
    store(services, owner, account, [told(1, 1, Side.BUY, "10", commission="5", tax="1")])
    assert kinds(services, owner) == {}
    store(services, owner, account, [told(2, 2, Side.SELL, "4", commission="1")])
    assert kinds(services, owner) == pytest.approx({"commission": 3.0, "tax": 0.4})
    store(services, owner, account, [told(3, 3, Side.SELL, "12", commission="6", financing="-1.2")])
    # Six of its twelve close the rest, six open a short.
    assert kinds(services, owner) == pytest.approx({"commission": 9.0, "tax": 1.0, "financing": -0.6})
    late = LedgerFilter(period=f"{START + timedelta(days=3)}..{START + timedelta(days=3)}")
    assert kinds(services, owner, late) == pytest.approx({"commission": 6.0, "tax": 0.6, "financing": -0.6})


def test_what_no_file_tells_apart_is_the_rest(services: Services, desk: tuple[UserId, Account]) -> None:
    """A fill with one sum of fees beside one with kinds: together they are the fees."""
    owner, account = desk
    plain = fill(2, START + timedelta(days=2), Side.SELL, "10", "11", fees="2.5")
    store(services, owner, account, [told(1, 1, Side.BUY, "10", commission="5"), plain])
    assert kinds(services, owner) == pytest.approx({"commission": 5.0, "untold": 2.5})


def test_an_edit_of_the_fees_takes_their_kinds_away(services: Services, desk: tuple[UserId, Account]) -> None:
    """Changed fees are not told apart; a changed price leaves the kinds; the trade's page and the list agree."""
    owner, account = desk
    store(services, owner, account, [told(1, 1, Side.BUY, "10", commission="5"), told(2, 2, Side.SELL, "10", tax="1")])
    first, last = services.ledger.book(owner, account.id).executions.id.tolist()
    services.fills.edit(owner, last, {"price": "12"})
    assert kinds(services, owner) == pytest.approx({"commission": 5.0, "tax": 1.0})
    services.fills.edit(owner, first, {"fees": "4"})
    assert kinds(services, owner) == pytest.approx({"untold": 4.0, "tax": 1.0})
    trade = services.portfolio.trade(owner, first)
    assert [line.charges for line in trade.executions] == [(), ((ChargeKind.TAX, Decimal(1)),)]
    page = read_execution_page(services.db, services.ledger.books(owner), after=0, limit=9)
    assert [row.charges for row in page.rows] == [(), ((ChargeKind.TAX, Decimal(1)),)]


def test_a_split_changes_no_share(services: Services, desk: tuple[UserId, Account]) -> None:
    """After two for one, selling 10 of the 20 closes half of what the purchase cost."""
    owner, account = desk
    fills = [told(1, 1, Side.BUY, "10", commission="5"), told(2, 5, Side.SELL, "10", tax="1")]
    store(services, owner, account, fills)
    when = fill(9, START + timedelta(days=3), Side.BUY, "1", "1").executed_at
    split = CorporateAction(
        kind=ActionKind.SPLIT, symbol=fills[0].instrument.symbol, effective_at=when, ratio_new=Decimal(2),
        ratio_old=Decimal(1), account_id=account.id,
    )  # fmt: skip
    services.corporate_actions.save(owner, split)
    assert kinds(services, owner) == pytest.approx({"commission": 2.5, "tax": 1.0})


def test_percent_and_r_have_no_kinds(services: Services, desk: tuple[UserId, Account]) -> None:
    """Kinds are told in money; in percent each says why it has no value."""
    owner, account = desk
    store(services, owner, account, [told(1, 1, Side.BUY, "1", tax="1"), told(2, 2, Side.SELL, "1", tax="1")])
    _, metrics = services.portfolio.every_figure(owner, LedgerFilter(unit=FigureUnit.PERCENT), awaited="not asked")
    assert metrics["fees_tax"].value is None
    assert "money only" in metrics["fees_tax"].reason


MANY = (
    "Execution ID,Time,Symbol,Side,Quantity,Price,Brokerage,Exchange Fee,SEBI Fee,Stamp Duty,Clearing Fee\n"
    "1,2026-03-02 09:31:00,ACME,BUY,100,10,1.00,0.30,0.01,0.15,0.02\n"
    "2,2026-03-02 10:31:00,ACME,SELL,100,11,1.00,-0.20,0.03,0,0.02\n"
)


def test_columns_of_a_table_are_kinds_up_to_the_report(services: Services) -> None:
    """A mapped table's five columns are four kinds on the card, in the report and in the export, adding up."""
    owner = owner_of(services)
    services.imports.commit(owner, ImportRequest(filename="fills.csv", payload=MANY.encode(), account="Mine"))
    found = services.analysis.fees(owner, LedgerFilter())
    shown = [(line.kind, round(line.amount, 6)) for line in found.lines]
    assert shown == [("commission", 2.0), ("tax", 0.15), ("exchange", 0.14), ("regulatory", 0.04)]
    assert found.total == pytest.approx(2.33)
    assert sum(line.share or 0 for line in found.lines) == pytest.approx(1)
    assert found.figures["fee_drag"].value == pytest.approx(2.33 / 100)
    document = services.reports.document(owner, ReportDefinition(sections=("fees",)))
    (section,) = document.sections
    assert section.table is not None
    assert [row[:2] for row in section.table.rows] == [(line.label, line.amount) for line in found.lines]
    assert section.table.total[1] == found.total
    text = "".join(services.fills.csv(owner, FillQuery(chosen=LedgerFilter()))).lstrip("\ufeff")
    rows = list(csv.DictReader(text.splitlines()))
    kept = {name: sum(Decimal(row[name] or 0) for row in rows) for name in rows[0] if name.startswith("fees_")
            and name != "fees_estimated"}  # fmt: skip
    assert kept["fees_commission"] == 2
    assert sum(kept.values()) == sum(Decimal(row["fees"]) for row in rows) == Decimal("2.33")


def test_a_kind_leads_to_its_trades(services: Services, desk: tuple[UserId, Account]) -> None:
    """The filter of a line holds the trades with that kind, and only those."""
    owner, account = desk
    store(services, owner, account, [told(1, 1, Side.BUY, "1", tax="1"), told(2, 2, Side.SELL, "1", commission="2")])
    store(services, owner, account, [told(3, 3, Side.BUY, "1", commission="1"), told(4, 4, Side.SELL, "1")])
    plain = [fill(5, START + timedelta(days=5), Side.BUY, "1", "10", fees="3")]
    store(services, owner, account, [*plain, fill(6, START + timedelta(days=6), Side.SELL, "1", "10")])
    found = services.analysis.fees(owner, LedgerFilter())
    trades = {line.kind: len(services.portfolio.sets.load(owner, line.filter).rows) for line in found.lines}
    assert trades == {"commission": 2, "tax": 1, "untold": 1}
