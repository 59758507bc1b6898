"""Corporate actions through the services: applied, previewed, undone, and found in files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from data.db.imports import insert_events
from domain.accounts import Account, AccountId, User
from domain.corporate_actions import ActionId, ActionKind, CorporateAction
from domain.errors import ConflictError, NotFoundError
from domain.executions import MADE_BY_ACTION, ExecutionKind
from domain.filters import LedgerFilter
from domain.health import FindingKind
from domain.statements import OtherKind, OtherRow
from services.container import Services
from services.execution_pages import read_execution_page
from services.imports import ImportRequest
from tests.services.samples import trades_csv

BUYS = (
    "a1,2026-03-02 09:31:05,OLD,Buy,60,10.00,0.60,USD",
    "a2,2026-03-03 09:31:05,OLD,Buy,40,12.50,0.40,USD",
    "a3,2026-03-04 09:31:05,OLD,Sell,20,15.00,0.20,USD",
)


@pytest.fixture
def maya(services: Services) -> User:
    """A user who holds 80 OLD."""
    user = services.users.register("maya", "four unrelated words")
    load(services, user, *BUYS)
    return user


def load(services: Services, user: User, *rows: str, account: str = "Main") -> None:
    """Import rows into an account."""
    services.imports.commit(
        user.id, ImportRequest(filename="a.csv", payload=trades_csv(rows), account=account, timezone="America/New_York")
    )


def main(services: Services, user: User) -> Account:
    """Return the user's first account."""
    return services.accounts.list_accounts(user.id)[0]


def enter(services: Services, user: User, kind: ActionKind, day: str = "2026-04-01", **values: Any) -> CorporateAction:
    """Store an action of OLD."""
    numbers: dict[str, Any] = {
        key: Decimal(values.pop(key)) for key in ("ratio_new", "ratio_old", "cash", "cost_share") if key in values
    }
    symbol = values.pop("symbol", "OLD")
    action = CorporateAction(
        kind=kind,
        symbol=symbol,
        effective_at=services.corporate_actions.day_start(user.id, date.fromisoformat(day), symbol),
        **numbers,
        **values,
    )
    return services.corporate_actions.save(user.id, action)


def held(services: Services, user: User) -> dict[str, tuple[Decimal, Decimal]]:
    """Return quantity and cost of what the user holds, by symbol."""
    positions = services.portfolio.positions(user.id, LedgerFilter())
    return {item.instrument.symbol: (item.quantity, item.cost) for item in positions}


def trades(services: Services, user: User) -> list[tuple[str, bool, Decimal]]:
    """Return symbol, whether it is open and gross of every trade."""
    found = services.portfolio.every_trade(user.id, LedgerFilter())
    return sorted((item.instrument.symbol, item.is_open, item.gross) for item in found)


def test_a_split_restates_and_deleting_it_brings_the_book_back(services: Services, maya: User) -> None:
    """Four for one quadruples the shares at the same cost; without it everything is as before."""
    before = held(services, maya)
    action = enter(services, maya, ActionKind.SPLIT, ratio_new="4", ratio_old="1")
    assert held(services, maya) == {"OLD": (before["OLD"][0] * 4, before["OLD"][1])}
    services.corporate_actions.delete(maya.id, action.id)
    assert held(services, maya) == before


def test_the_preview_says_what_happens(services: Services, maya: User) -> None:
    """Units and cost before and after are told without anything being written."""
    draft = CorporateAction(
        kind=ActionKind.SPLIT,
        symbol="OLD",
        effective_at=datetime(2026, 4, 1, tzinfo=UTC),
        ratio_new=Decimal(4),
        ratio_old=Decimal(1),
    )
    change = services.corporate_actions.preview(maya.id, draft)[0]
    assert [change.quantity_before, change.quantity_after] == [80, 320]
    assert change.cost_before == change.cost_after == 900
    assert change.realised == 0
    assert services.corporate_actions.list_actions(maya.id) == []


def test_a_merger_for_cash_is_an_execution_of_the_trade(services: Services, maya: User) -> None:
    """The trade is closed by an execution that is marked as the merger's, and its profit realised."""
    before = trades(services, maya)[0][2]
    enter(services, maya, ActionKind.CASH_MERGER, cash="20")
    assert held(services, maya) == {}
    ((symbol, is_open, gross),) = trades(services, maya)
    assert (symbol, is_open, gross) == ("OLD", False, before + 80 * 20 - 900)
    trade = services.portfolio.every_trade(maya.id, LedgerFilter())[0]
    last = services.portfolio.trade(maya.id, int(trade.id)).executions[-1]
    assert last.kind is ExecutionKind.MERGER
    assert [last.quantity, last.price, last.fees] == [80, 20, 0]
    stored = read_execution_page(services.db, services.ledger.books(maya.id), after=0, limit=50).rows
    assert len(stored) == 3
    assert all(item.id < MADE_BY_ACTION for item in stored)


def test_a_merger_for_stock_carries_the_cost(services: Services, maya: User) -> None:
    """Half a share of NEW for one of OLD, at the cost of OLD."""
    enter(services, maya, ActionKind.STOCK_MERGER, ratio_new="0.5", ratio_old="1", new_symbol="NEW")
    assert held(services, maya) == {"NEW": (Decimal(40), Decimal(900))}


def test_a_spin_off_divides_the_cost(services: Services, maya: User) -> None:
    """A tenth of the cost moves to the new shares."""
    enter(services, maya, ActionKind.SPIN_OFF, ratio_new="1", ratio_old="2", new_symbol="KID", cost_share="0.1")
    assert held(services, maya) == {"OLD": (Decimal(80), Decimal(810)), "KID": (Decimal(40), Decimal(90))}


def test_a_renamed_share_is_sold_under_its_new_symbol(services: Services, maya: User) -> None:
    """A sale imported later under the new symbol closes what was bought under the old one."""
    enter(services, maya, ActionKind.SYMBOL_CHANGE, new_symbol="NEW")
    assert held(services, maya) == {"NEW": (Decimal(80), Decimal(900))}
    load(services, maya, *BUYS, "a4,2026-05-04 09:31:05,NEW,Sell,80,15.00,0.80,USD")
    assert held(services, maya) == {}
    assert [item[:2] for item in trades(services, maya)] == [("NEW", False)]


def test_a_book_in_memory_is_what_a_new_process_builds(services: Services, maya: User) -> None:
    """Imports on top of actions give the same trades as building everything anew."""
    enter(services, maya, ActionKind.SPLIT, ratio_new="3", ratio_old="1")
    enter(
        services,
        maya,
        ActionKind.SPIN_OFF,
        "2026-04-02",
        ratio_new="1",
        ratio_old="3",
        new_symbol="KID",
        cost_share="0.1",
    )
    services.ledger.books(maya.id)
    load(
        services,
        maya,
        "b1,2026-05-04 09:31:05,OLD,Sell,100,5.00,0.10,USD",
        "b2,2026-05-04 09:31:06,KID,Buy,5,5.00,0.10,USD",
        "b3,2026-05-04 09:31:07,ELSE,Buy,5,5.00,0.10,USD",
    )
    kept = held(services, maya), trades(services, maya)
    services.ledger.forget()
    assert (held(services, maya), trades(services, maya)) == kept
    assert kept[0]["OLD"][0] == 140
    assert kept[0]["KID"][0] == 85


def test_more_fills_of_other_instruments_do_not_rebuild_the_book(services: Services, maya: User) -> None:
    """What no action touches is added to the book that is there."""
    enter(services, maya, ActionKind.CASH_MERGER, cash="20")
    before = services.ledger.books(maya.id)[0]
    load(services, maya, "c1,2026-05-04 09:31:05,ELSE,Buy,5,5.00,0.10,USD")
    assert services.ledger.books(maya.id)[0].base is before.base
    assert held(services, maya) == {"ELSE": (Decimal(5), Decimal(25))}


def test_an_action_waits_for_its_symbol(services: Services, maya: User) -> None:
    """An action for every account holds for a file that comes later, into a new account as well."""
    enter(services, maya, ActionKind.SPLIT, symbol="LATE", ratio_new="2", ratio_old="1")
    services.ledger.books(maya.id)
    load(services, maya, "d1,2026-03-02 09:31:05,LATE,Buy,7,5.00,0.10,USD")
    load(services, maya, "d2,2026-03-02 09:31:05,LATE,Buy,3,5.00,0.10,USD", account="Second")
    total = sum(item.quantity for item in services.portfolio.positions(maya.id, LedgerFilter())
                if item.instrument.symbol == "LATE")  # fmt: skip
    assert total == 20


def test_an_action_of_one_account_leaves_the_others_alone(services: Services, maya: User) -> None:
    """The same symbol in another account keeps its shares."""
    load(services, maya, "e1,2026-03-02 09:31:05,OLD,Buy,7,5.00,0.10,USD", account="Second")
    second = next(item for item in services.accounts.list_accounts(maya.id) if item.name == "Second")
    enter(services, maya, ActionKind.SPLIT, ratio_new="2", ratio_old="1", account_id=second.id)
    quantities = sorted(item.quantity for item in services.portfolio.positions(maya.id, LedgerFilter()))
    assert quantities == [14, 80]


def test_changing_an_action_replaces_it(services: Services, maya: User) -> None:
    """An edited action counts as edited, once."""
    action = enter(services, maya, ActionKind.SPLIT, ratio_new="4", ratio_old="1")
    edited = CorporateAction(
        id=action.id,
        kind=ActionKind.SPLIT,
        symbol="OLD",
        effective_at=action.effective_at,
        ratio_new=Decimal(5),
        ratio_old=Decimal(1),
    )
    services.corporate_actions.save(maya.id, edited)
    assert held(services, maya)["OLD"][0] == 400
    assert len(services.corporate_actions.list_actions(maya.id)) == 1


def test_nobody_sees_or_changes_the_actions_of_another(services: Services, maya: User) -> None:
    """Another user's action, or account, is not found."""
    action = enter(services, maya, ActionKind.SPLIT, ratio_new="4", ratio_old="1")
    other = services.users.register("noah", "four unrelated words")
    assert services.corporate_actions.list_actions(other.id) == []
    with pytest.raises(NotFoundError):
        services.corporate_actions.delete(other.id, action.id)
    with pytest.raises(NotFoundError):
        enter(services, other, ActionKind.SPLIT, ratio_new="2", ratio_old="1",
              account_id=main(services, maya).id)  # fmt: skip


def test_the_same_event_is_entered_once(services: Services, maya: User) -> None:
    """A second split of the same day is a mistake, not a second split."""
    enter(services, maya, ActionKind.SPLIT, ratio_new="4", ratio_old="1")
    with pytest.raises(ConflictError):
        enter(services, maya, ActionKind.SPLIT, ratio_new="4", ratio_old="1")
    assert held(services, maya)["OLD"][0] == 320


def tell(services: Services, user: User, *rows: OtherRow) -> None:
    """Store other rows as a file would."""
    with services.db.begin() as session:
        insert_events(session, main(services, user).id, rows, import_id=None)


def event(kind: OtherKind, label: str, symbol: str, **values: Any) -> OtherRow:
    """Return a row of a file on 1 April 2026."""
    at = datetime(2026, 4, 1, 4, tzinfo=UTC)
    return OtherRow(
        line=1, kind=kind, label=label, occurred_at=at, symbol=symbol, identity=f"{label}{symbol}", **values
    )


def test_a_split_without_a_ratio_is_asked_about(services: Services, maya: User) -> None:
    """The units booked beside those held suggest a ratio, which is proposed and not applied."""
    tell(services, maya, event(OtherKind.SPLIT, "Stock Split", "OLD", quantity=Decimal(240)))
    (told,) = services.corporate_actions.told_events(maya.id)
    assert told.held == 80
    assert told.proposal.kind is ActionKind.SPLIT
    assert [told.proposal.ratio_new, told.proposal.ratio_old] == [4, 1]
    assert held(services, maya)["OLD"][0] == 80
    services.corporate_actions.save(maya.id, told.proposal)
    assert held(services, maya)["OLD"][0] == 320
    assert services.corporate_actions.told_events(maya.id) == []


def test_two_rows_of_a_name_change_are_one_proposal(services: Services, maya: User) -> None:
    """One symbol leaving and another coming under the same words is a change of symbol."""
    tell(
        services,
        maya,
        event(OtherKind.CORPORATE_ACTION, "Name Change", "OLD", quantity=Decimal(-80)),
        event(OtherKind.CORPORATE_ACTION, "Name Change", "NEWCO", quantity=Decimal(80)),
    )
    (told,) = services.corporate_actions.told_events(maya.id)
    proposal = told.proposal
    assert (proposal.kind, proposal.symbol, proposal.new_symbol) == (ActionKind.SYMBOL_CHANGE, "OLD", "NEWCO")
    services.corporate_actions.save(maya.id, proposal)
    assert services.corporate_actions.told_events(maya.id) == []
    assert held(services, maya) == {"NEWCO": (Decimal(80), Decimal(900))}


def test_a_split_that_a_file_states_is_applied_once(services: Services, maya: User) -> None:
    """Two files that tell the same split, and its owner who enters it too, split once."""
    four = (Decimal(4), Decimal(1))
    tell(
        services,
        maya,
        event(OtherKind.SPLIT, "Corporate Actions", "OLD", ratio=four),
        event(OtherKind.SPLIT, "Split", "OLD", ratio=four),
    )
    services.ledger.forget()
    assert held(services, maya)["OLD"][0] == 320
    assert services.corporate_actions.told_events(maya.id) == []
    enter(services, maya, ActionKind.SPLIT, "2026-04-02", ratio_new="4", ratio_old="1")
    assert held(services, maya)["OLD"][0] == 320


def test_the_first_file_of_an_account_may_hold_a_split(services: Services) -> None:
    """A split in the very file that opens an account restates its executions at once."""
    user = services.users.register("ines", "four unrelated words")
    payload = b"""Statement,Header,Field Name,Field Value
Statement,Data,BrokerName,Interactive Brokers
Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,Proceeds,Comm/Fee
Trades,Data,Order,Stocks,USD,ACME,"2026-03-02, 09:31:05",10,100,-1000,-1
Corporate Actions,Header,Asset Category,Currency,Report Date,Date/Time,Description,Quantity,Proceeds,Value,Realized P/L
Corporate Actions,Data,Stocks,USD,2026-04-01,"2026-03-31, 20:25:00","ACME(US0000000001) Split 4 for 1 (A)",30,0,0,0
"""
    services.imports.commit(user.id, ImportRequest(filename="u.csv", payload=payload))
    assert held(services, user) == {"ACME": (Decimal(40), Decimal(1000))}


def test_ids_of_accounts_are_checked(services: Services, maya: User) -> None:
    """An account that does not exist is not found."""
    with pytest.raises(NotFoundError):
        enter(services, maya, ActionKind.SPLIT, ratio_new="4", ratio_old="1", account_id=AccountId(999))
    with pytest.raises(NotFoundError):
        services.corporate_actions.save(
            maya.id,
            CorporateAction(
                id=ActionId(999),
                kind=ActionKind.SPLIT,
                symbol="OLD",
                effective_at=datetime(2026, 4, 1, tzinfo=UTC),
                ratio_new=Decimal(2),
                ratio_old=Decimal(1),
            ),
        )


CALLS = (
    "o1,2026-03-02 09:31:05,OLD   261218C00200000,Buy,3,8.00,0.60,USD",
    "o2,2026-03-03 09:31:05,OLD   261218C00200000,Sell,1,9.00,0.20,USD",
)


def findings(services: Services, user: User, kind: FindingKind) -> list[str]:
    """Return what data health says of a kind."""
    group = next(item for item in services.health.report(user.id).groups if item.kind is kind)
    return [item.text for item in group.open]


def test_a_merger_for_stock_and_cash_pays_and_carries(services: Services, maya: User) -> None:
    """Three dollars and half a share of NEW for one of OLD: a quarter of the cost is sold for the cash."""
    before = trades(services, maya)[0][2]
    terms = {"ratio_new": "0.5", "ratio_old": "1", "new_symbol": "NEW", "cash": "3"}
    action = enter(services, maya, ActionKind.STOCK_MERGER, cost_share="0.25", **terms)
    assert held(services, maya) == {"NEW": (Decimal(40), Decimal(675))}
    assert ("OLD", False, before + 80 * 3 - 225) in trades(services, maya)
    services.corporate_actions.delete(maya.id, action.id)
    enter(services, maya, ActionKind.STOCK_MERGER, **terms)
    assert held(services, maya) == {"NEW": (Decimal(40), Decimal(660))}
    assert ("OLD", False, before) in trades(services, maya)


def test_an_option_follows_the_split_of_its_share(services: Services, maya: User) -> None:
    """Four times the contracts at a quarter of the strike; closing them under that symbol ends the trade."""
    load(services, maya, *CALLS, account="Options")
    action = enter(services, maya, ActionKind.SPLIT, ratio_new="4", ratio_old="1")
    calls = {name: item for name, item in held(services, maya).items() if name != "OLD"}
    assert calls == {"OLD   261218C00050000": (Decimal(8), Decimal(1600))}
    assert findings(services, maya, FindingKind.UNADJUSTED_OPTION) == []
    close = "o3,2026-05-04 09:31:05,OLD   261218C00050000,Sell,8,3.00,0.20,USD"
    load(services, maya, *CALLS, close, account="Options")
    assert set(held(services, maya)) == {"OLD"}
    services.corporate_actions.delete(maya.id, action.id)
    assert held(services, maya)["OLD   261218C00200000"] == (Decimal(2), Decimal(1600))


def test_an_option_that_nobody_can_adjust_is_told(services: Services, maya: User) -> None:
    """After a split of three for two the option is a finding until its owner says what it became."""
    load(services, maya, *CALLS, account="Options")
    enter(services, maya, ActionKind.SPLIT, ratio_new="3", ratio_old="2")
    symbol = "OLD   261218C00200000"
    assert held(services, maya)[symbol] == (Decimal(2), Decimal(1600))
    (text,) = findings(services, maya, FindingKind.UNADJUSTED_OPTION)
    assert text == f"{symbol}: 2 open at the split of OLD on 2026-04-01, and as before."
    enter(services, maya, ActionKind.SYMBOL_CHANGE, symbol=symbol, new_symbol="OLD1  261218C00200000")
    assert held(services, maya)["OLD1  261218C00200000"] == (Decimal(2), Decimal(1600))
    assert findings(services, maya, FindingKind.UNADJUSTED_OPTION) == []


def test_the_preview_of_a_split_names_the_options(services: Services, maya: User) -> None:
    """What would become of an option is said before the split is stored."""
    load(services, maya, *CALLS, account="Options")
    draft = CorporateAction(
        kind=ActionKind.SPLIT,
        symbol="OLD",
        effective_at=datetime(2026, 4, 1, tzinfo=UTC),
        ratio_new=Decimal(2),
        ratio_old=Decimal(1),
    )
    changes = services.corporate_actions.preview(maya.id, draft)
    told = {item.symbol: (item.quantity_before, item.quantity_after) for item in changes}
    assert told == {
        "OLD": (Decimal(80), Decimal(160)),
        "OLD   261218C00200000": (Decimal(2), Decimal(0)),
        "OLD   261218C00100000": (Decimal(0), Decimal(4)),
    }
