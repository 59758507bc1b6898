"""Transfers in kind: cost and days go along, nothing is realised, flows are seen from each account, undo undoes."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.accounts import Account, AccountId, LotMethod, UserId
from domain.cash import CashQuery
from domain.corporate_actions import ActionKind, CorporateAction
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.executions import Side
from domain.filters import LedgerFilter
from domain.statements import OtherKind, OtherRow
from domain.transfers import TransferDraft
from services.container import Services
from services.transfer_csv import transfers_csv
from tests.services.test_portfolios import ALL, START, event, fill, noon, owner_of, store

MOVED = START + timedelta(days=3)
LAST = START + timedelta(days=4)


@pytest.fixture
def book(services: Services) -> tuple[Services, UserId, Account, Account]:
    """Two euro accounts; the first buys 10 at 10 and 10 at 14, with fees, and sells 4 at 15."""
    owner = owner_of(services)
    first, second = (
        services.accounts.create(owner, name, currency="EUR", timezone="UTC", starting_balance="1000")
        for name in ("First", "Second")
    )
    fills = [
        fill(1, START, Side.BUY, "10", "10", fees="1"),
        fill(2, START + timedelta(days=1), Side.BUY, "10", "14", fees="2"),
        fill(3, START + timedelta(days=2), Side.SELL, "4", "15"),
    ]
    store(services, owner, first, fills)
    closes = {START + timedelta(days=n): Decimal(price) for n, price in enumerate(("10", "14", "15", "16", "20"))}
    services.portfolios.closes.save(owner, "ZZAP", closes)
    return services, owner, first, second


def draft(source: Account | None, target: Account | None, quantity: str, **more: Any) -> TransferDraft:
    """A transfer of the share on the fourth day."""
    given: dict[str, Any] = {"symbol": "ZZAP", "day": MOVED} | more
    return TransferDraft(
        from_id=source.id if source else None, to_id=target.id if target else None, quantity=Decimal(quantity), **given
    )


def held(services: Services, owner: UserId, account: Account) -> Any:
    """Symbol, quantity and cost with fees of what an account holds."""
    found = services.portfolio.positions(owner, LedgerFilter(accounts=(AccountId(account.id),)))
    return [(item.instrument.symbol, item.quantity, item.cost + item.fees) for item in found]


def said(value: object) -> Any:
    """Values that are held against plain numbers."""
    return value


def trades(services: Services, owner: UserId, *accounts: Account) -> Any:
    """The trade set of some accounts."""
    return services.portfolio.sets.load(owner, LedgerFilter(accounts=tuple(AccountId(item.id) for item in accounts)))


def test_lots_go_over_with_their_cost_and_days(book: tuple[Services, UserId, Account, Account]) -> None:
    """First in, first out: the 6 left of the first lot and 4 of the second, with their parts of the fees."""
    services, owner, first, second = book
    made = services.transfers.save(owner, draft(first, second, "10"))
    assert said([(lot.acquired, lot.quantity, lot.cost) for lot in made.lots]) == [
        (START, 6, Decimal("60.6")),
        (START + timedelta(days=1), 4, Decimal("56.8")),
    ]
    assert held(services, owner, first) == [("ZZAP", 6, Decimal("85.2"))]
    assert held(services, owner, second) == [("ZZAP", 10, Decimal("117.4"))]
    listed = services.transfers.list_transfers(owner)
    assert said([(item.from_name, item.to_name, item.cost, item.is_short_of) for item in listed]) == [
        ("First", "Second", Decimal("117.4"), 0)
    ]


@pytest.mark.parametrize(
    ("method", "cost"), [(LotMethod.FIFO, "117.4"), (LotMethod.LIFO, "142"), (LotMethod.AVERAGE, "127")]
)
def test_the_accounts_method_says_which_lots_leave(services: Services, method: LotMethod, cost: str) -> None:
    """LIFO gives the second lot, an average its pro-rata part; what both accounts hold cost what it cost before."""
    owner = owner_of(services)
    first, second = (
        services.accounts.create(
            owner, name, currency="EUR", timezone="UTC", lot_method=method, starting_balance="1000"
        )
        for name in ("First", "Second")
    )
    buys = [
        fill(1, START, Side.BUY, "10", "10", fees="1"),
        fill(2, START + timedelta(days=1), Side.BUY, "10", "14", fees="2"),
    ]
    store(services, owner, first, buys)
    if method is LotMethod.FIFO:
        store(services, owner, first, [fill(3, START + timedelta(days=2), Side.SELL, "4", "15")])
    before = held(services, owner, first)[0][2]
    services.transfers.save(owner, draft(first, second, "10"))
    assert held(services, owner, second) == [
        ("ZZAP", 10, Decimal(cost if method is not LotMethod.AVERAGE else "121.5"))
    ]
    assert held(services, owner, first)[0][2] + held(services, owner, second)[0][2] == before


def test_nothing_is_realised_and_what_is_sold_later_is(book: tuple[Services, UserId, Account, Account]) -> None:
    """Profit, trade count and cash of the giving account stay; the receiving one realises against the carried cost."""
    services, owner, first, second = book

    def cash() -> list[tuple[str, Decimal]]:
        shown = (services.cash.statement(owner, query) for query in queries)
        return [(item.choice.currency, item.closing) for item in shown if item is not None]

    queries = [CashQuery(account=item.id, currency="EUR") for item in (first, second)]
    paid = cash()
    net = float(trades(services, owner, first).exits.net.sum())
    services.transfers.save(owner, draft(first, second, "16"))
    after = trades(services, owner, first, second)
    assert float(after.exits.net.sum()) == pytest.approx(net)
    assert held(services, owner, first) == []
    assert cash() == paid
    store(services, owner, second, [fill(9, LAST, Side.SELL, "16", "20")])
    after = trades(services, owner, second)
    assert float(after.exits.net.sum()) == pytest.approx(320 - (60.6 + 142))
    assert len(after.rows) == 1
    assert after.frame.held_seconds[0] == pytest.approx(4 * 86_400), "held since the first purchase"


def test_a_trade_that_moves_whole_is_no_trade_of_the_account_it_left(services: Services) -> None:
    """A position that was never sold before it moved counts once, where it is sold."""
    owner = owner_of(services)
    first, second = (
        services.accounts.create(owner, name, currency="EUR", timezone="UTC") for name in ("First", "Second")
    )
    store(services, owner, first, [fill(1, START, Side.BUY, "10", "10")])
    services.transfers.save(owner, draft(first, second, "10"))
    store(services, owner, second, [fill(2, LAST, Side.SELL, "10", "12")])
    assert len(trades(services, owner, first).rows) == 0
    both = trades(services, owner, first, second)
    assert len(both.rows) == 1
    assert float(both.exits.net.sum()) == pytest.approx(20)


def test_a_transfer_is_a_flow_of_each_account_and_none_of_both(
    book: tuple[Services, UserId, Account, Account],
) -> None:
    """At the close of its day out of one account and into the other; together nothing came or went."""
    services, owner, first, second = book

    def days(*accounts: Account) -> Any:
        chosen = LedgerFilter(accounts=tuple(AccountId(item.id) for item in accounts))
        found = services.portfolios.values.days(owner, services.portfolios.plans.resolve(owner, chosen))
        assert found is not None
        return found

    before = days(first, second)
    services.transfers.save(owner, draft(first, second, "10"))
    alone, other, both = days(first), days(second), days(first, second)
    assert alone.outflow == pytest.approx([0, 0, 0, 160, 0])
    assert other.inflow[-2] == pytest.approx(160)
    assert other.value[-2:] == pytest.approx([160, 200])
    assert both.value == pytest.approx(before.value)
    assert both.inflow == pytest.approx(before.inflow)
    assert both.outflow == pytest.approx(before.outflow)
    plan = services.portfolios.plans.resolve(owner, LedgerFilter(accounts=(AccountId(first.id),)))
    found = services.portfolios.performance(owner, plan)
    assert found is not None
    values = [float(value) for value in alone.value]
    growth = 1.0
    for row in range(1, len(values)):
        growth *= (values[row] + float(alone.outflow[row])) / values[row - 1]
    assert found.figures["twr"].value == pytest.approx((values[0] / 1000) * growth - 1)


def test_gains_go_on_with_cost_and_holding_period(book: tuple[Services, UserId, Account, Account]) -> None:
    """Sold from the second account, the gain is against the first one's lots, with or without it in the portfolio."""
    services, owner, first, second = book
    services.transfers.save(owner, draft(first, second, "10"))
    store(services, owner, second, [fill(9, LAST, Side.SELL, "10", "20")])
    for chosen in (ALL, LedgerFilter(accounts=(AccountId(second.id),))):
        gains = services.portfolios.gains(owner, services.portfolios.plans.resolve(owner, chosen))
        sold = [item for item in gains.disposals if item.account == "Second"]
        assert said([(item.acquired, item.quantity, item.cost) for item in sold]) == [
            (START, 6, Decimal("60.6")),
            (START + timedelta(days=1), 4, Decimal("56.8")),
        ]
    everything = services.portfolios.gains(owner, services.portfolios.plans.resolve(owner, ALL))
    assert [item.account for item in everything.disposals] == ["First", "Second", "Second"]


def test_from_outside_it_brings_the_typed_cost_and_day(services: Services) -> None:
    """A lot of 3 that cost 100 in all, acquired in 2019: nothing is rounded away, and its holding period is long."""
    owner = owner_of(services)
    account = services.accounts.create(owner, "Main", currency="EUR", timezone="UTC")
    bought = date(2019, 5, 2)
    services.transfers.save(owner, draft(None, account, "3", cost=Decimal(100), acquired=bought))
    assert held(services, owner, account) == [("ZZAP", 3, Decimal(100))]
    store(services, owner, account, [fill(1, LAST, Side.SELL, "3", "40")])
    gains = services.portfolios.gains(owner, services.portfolios.plans.resolve(owner, ALL))
    (sold,) = gains.disposals
    assert said((sold.acquired, sold.cost, sold.gain, sold.term.value)) == (bought, 100, 20, "long")


def test_what_is_missing_is_asked_for_and_never_taken_for_nothing(
    book: tuple[Services, UserId, Account, Account],
) -> None:
    """Cost, day, quantity, symbol, accounts: each error names the field and says what to do."""
    services, owner, first, second = book
    wrong = {
        "cost": draft(None, second, "1", acquired=START),
        "acquired_at": draft(None, second, "1", cost=Decimal(1)),
        "quantity": draft(first, second, "17"),
        "to_id": draft(first, first, "1"),
        "from_id": draft(None, None, "1"),
        "symbol": draft(first, second, "1", symbol="NONE"),
        "moved_at": draft(first, second, "1", day=date(2030, 1, 1)),
        "day": draft(first, second, "1", day=None),
    }
    for field, given in wrong.items():
        with pytest.raises(InvalidInputError) as caught:
            services.transfers.save(owner, given)
        assert caught.value.field == field
        assert caught.value.hint
    with pytest.raises(InvalidInputError, match="held 16 ZZAP on 2026-11-19 at 00:00; 17 cannot leave"):
        services.transfers.preview(owner, draft(first, second, "17"))
    assert services.transfers.list_transfers(owner) == []
    other = services.users.register("nina", "four unrelated words").id
    with pytest.raises(NotFoundError):
        services.transfers.save(other, draft(first, None, "1"))


def test_fills_of_the_day_count_from_their_own_time_on(book: tuple[Services, UserId, Account, Account]) -> None:
    """What was bought at noon can leave in the evening, not at the start of the day."""
    services, owner, first, second = book
    day = START + timedelta(days=1)
    with pytest.raises(InvalidInputError, match="held 10 ZZAP"):
        services.transfers.save(owner, draft(first, second, "12", day=day))
    services.transfers.save(owner, draft(first, second, "12", day=day, time=time(18, 0)))
    assert held(services, owner, second)[0][1] == 12


def test_a_transfer_does_not_meet_the_opposite_position(book: tuple[Services, UserId, Account, Account]) -> None:
    """An account that is short refuses long lots."""
    services, owner, first, second = book
    store(services, owner, second, [fill(7, START, Side.SELL, "1", "10")])
    with pytest.raises(InvalidInputError, match="Second was short ZZAP then"):
        services.transfers.save(owner, draft(first, second, "1"))


def test_every_change_can_be_taken_back_once(book: tuple[Services, UserId, Account, Account]) -> None:
    """Enter, change, delete, undo in order: each brings back what held before."""
    services, owner, first, second = book
    service = services.transfers
    made = service.save(owner, draft(first, second, "10"))
    service.save(owner, draft(first, second, "4", id=made.transfer.id))
    assert held(services, owner, second)[0][1] == 4
    service.delete(owner, made.transfer.id)
    assert held(services, owner, second) == []
    deleted, changed, entered = service.history(owner)
    assert [item.summary.split(":")[0] for item in (entered, changed, deleted)] == ["Entered", "Changed", "Deleted"]
    with pytest.raises(ConflictError, match="changed again later"):
        service.undo(owner, changed.id)
    service.undo(owner, deleted.id)
    assert held(services, owner, second)[0][1] == 4
    service.undo(owner, changed.id)
    assert held(services, owner, second)[0][1] == 10
    service.undo(owner, entered.id)
    assert said((held(services, owner, second), held(services, owner, first)[0][1])) == ([], 16)
    with pytest.raises(ConflictError, match="taken back before"):
        service.undo(owner, entered.id)
    with pytest.raises(NotFoundError):
        service.undo(services.users.register("nina", "four unrelated words").id, entered.id)


def test_what_changes_where_lots_came_from_arrives(book: tuple[Services, UserId, Account, Account]) -> None:
    """A purchase that is added later to the first account's past, or its method, changes what the second one holds."""
    services, owner, first, second = book
    services.transfers.save(owner, draft(first, second, "10"))
    assert held(services, owner, second)[0][2] == Decimal("117.4")
    store(services, owner, first, [fill(0, START - timedelta(days=1), Side.BUY, "10", "7")])
    assert held(services, owner, second)[0][2] == Decimal(6) * 7 + Decimal("40.4")
    services.ledger.forget()
    assert held(services, owner, second)[0][2] == Decimal(6) * 7 + Decimal("40.4")


def test_only_the_instruments_it_touches_are_matched_anew(book: tuple[Services, UserId, Account, Account]) -> None:
    """The book of before keeps its columns; only the share's part is new, and later fills of others join it."""
    services, owner, first, second = book
    known = services.ledger.book(owner, first.id)
    services.transfers.save(owner, draft(first, second, "10"))
    after = services.ledger.book(owner, first.id)
    assert after.base is known.base
    assert after.base_matched is known.base_matched
    assert set(after.overlay) == {0}
    store(services, owner, first, [fill(5, LAST, Side.BUY, "1", "20")])
    assert held(services, owner, first)[0][1] == 7
    services.transfers.delete(owner, services.transfers.list_transfers(owner)[0].transfer.id)
    assert held(services, owner, first)[0][1] == 17


def test_a_chain_of_accounts_and_a_split_between(book: tuple[Services, UserId, Account, Account]) -> None:
    """First to second, a split of two for one, half of it on to outside: cost and days hold."""
    services, owner, first, second = book
    services.transfers.save(owner, draft(first, second, "10"))
    split = CorporateAction(
        kind=ActionKind.SPLIT, symbol="ZZAP", effective_at=noon(MOVED), ratio_new=Decimal(2), ratio_old=Decimal(1)
    )
    services.corporate_actions.save(owner, split)
    assert held(services, owner, second) == [("ZZAP", 20, Decimal("117.4"))]
    left = services.transfers.save(owner, draft(second, None, "12", day=LAST))
    assert said([(lot.acquired, lot.quantity, lot.cost) for lot in left.lots]) == [(START, 12, Decimal("60.6"))]
    assert held(services, owner, second) == [("ZZAP", 8, Decimal("56.8"))]


def test_what_files_tell_is_listed_until_it_is_entered(book: tuple[Services, UserId, Account, Account]) -> None:
    """A row without a cost says what is missing; the same units out of another account need nothing more."""
    services, owner, first, second = book

    def told(quantity: str, label: str) -> OtherRow:
        return OtherRow(
            line=1, kind=OtherKind.TRANSFER, label=label, occurred_at=noon(MOVED), symbol="ZZAP",
            quantity=Decimal(quantity), currency="EUR", identity=f"{label} {quantity}",
        )  # fmt: skip

    services.cash.add_events(owner, second.id, [told("5", "Received")])
    (found,) = services.transfers.told(owner)
    assert said((found.symbol, found.quantity, found.is_in, found.account_name)) == ("ZZAP", 5, True, "Second")
    assert found.missing == "its total cost and the day it was acquired"
    services.cash.add_events(owner, first.id, [told("-5", "Delivered")])
    received = next(item for item in services.transfers.told(owner) if item.is_in)
    assert (received.twin_id, received.missing) == (first.id, "")
    services.transfers.save(owner, draft(first, second, "5", event_id=received.event_id))
    assert services.transfers.told(owner) == []
    with pytest.raises(ConflictError, match="entered already"):
        services.transfers.save(owner, draft(first, second, "5", event_id=received.event_id))
    services.cash.add_events(owner, first.id, [event(OtherKind.DEPOSIT, START, "50", "EUR")])
    assert services.transfers.told(owner) == []


def test_the_export_has_a_row_a_lot_and_safe_text(book: tuple[Services, UserId, Account, Account]) -> None:
    """Two lots, two rows; a note that a spreadsheet would run is text."""
    services, owner, first, second = book
    services.transfers.save(owner, draft(first, second, "10", note="=1+1"))
    lines = "".join(transfers_csv(services.transfers, owner)).splitlines()
    assert len(lines) == 3
    assert lines[1].endswith("2026-11-16,6,60.6,'=1+1")


def test_what_a_deleted_account_gave_stays_where_it_is(book: tuple[Services, UserId, Account, Account]) -> None:
    """The lots are from outside then, with the same cost and days; other accounts and their books are left alone."""
    services, owner, first, second = book
    services.transfers.save(owner, draft(first, second, "10"))
    services.accounts.delete(owner, first.id)
    assert held(services, owner, second) == [("ZZAP", 10, Decimal("117.4"))]
    listed = services.transfers.list_transfers(owner)
    assert sorted((item.from_name, item.acquired, item.cost) for item in listed) == [
        ("", START, Decimal("60.6")),
        ("", START + timedelta(days=1), Decimal("56.8")),
    ]


def test_another_person_sees_none_of_it(book: tuple[Services, UserId, Account, Account]) -> None:
    """Reading, changing and deleting are refused as if there were no such transfer."""
    services, owner, first, second = book
    made = services.transfers.save(owner, draft(first, second, "10"))
    other = services.users.register("nina", "four unrelated words").id
    assert services.transfers.list_transfers(other) == []
    assert services.transfers.history(other) == []
    for act in (services.transfers.get, services.transfers.delete):
        with pytest.raises(NotFoundError):
            act(other, made.transfer.id)


def test_lots_of_a_transfer_are_chosen_like_those_of_a_sale(book: tuple[Services, UserId, Account, Account]) -> None:
    """Under specific lots the chosen one moves and is what the receiver sells; other methods and the ledger stay."""
    services, owner, first, second = book
    moved = services.transfers.save(owner, draft(first, second, "6")).transfer
    store(services, owner, second, [fill(9, LAST, Side.SELL, "6", "20")])
    plan = services.portfolios.plans.resolve(owner, ALL)

    def gain(method: str) -> Any:
        return services.portfolios.gains(owner, services.portfolios.with_rules(plan, "us", method)).total.gain

    before = gain("fifo")
    assert gain("specific") == before == pytest.approx(4 * 15 - 40.4 + 120 - 60.6)
    key = -moved.id
    assert said([(item.ref, item.quantity, item.amount) for item in services.lot_choices.sales(owner, plan, "ZZAP")])[
        1
    ] == (key, 6, None), "the sale of the receiver is newer"
    cheap, dear = services.lot_choices.lots(owner, plan, key).lots
    assert said([(lot.quantity, lot.taken) for lot in (cheap, dear)]) == [(6, 6), (10, 0)]
    with pytest.raises(InvalidInputError, match="7 are chosen, but 6 were moved"):
        services.lot_choices.choose(owner, plan, key, {dear.ref: "7"})
    made = services.lot_choices.choose(owner, plan, key, {dear.ref: "5"})
    assert said([lot.taken for lot in services.lot_choices.lots(owner, plan, key).lots]) == [1, 5]
    assert gain("specific") == pytest.approx(4 * 15 - 40.4 + 120 - 10.1 - 71)
    assert gain("fifo") == before
    assert held(services, owner, first) == [("ZZAP", 10, Decimal(142))], "the account itself is first in, first out"
    services.lot_choices.undo(owner, made.id)
    assert gain("specific") == before


def test_a_choice_waits_for_its_transfer_and_for_no_other(book: tuple[Services, UserId, Account, Account]) -> None:
    """Deleting a transfer and taking that back keeps its lots; one that is given the same id begins without."""
    services, owner, first, second = book
    moved = services.transfers.save(owner, draft(first, second, "6")).transfer
    plan = services.portfolios.plans.resolve(owner, ALL)
    dear = services.lot_choices.lots(owner, plan, -moved.id).lots[1]
    services.lot_choices.choose(owner, plan, -moved.id, {dear.ref: "6"})
    gone = services.transfers.delete(owner, moved.id)
    with pytest.raises(NotFoundError, match="no such sale or transfer"):
        services.lot_choices.lots(owner, plan, -moved.id)
    services.transfers.undo(owner, gone.id)
    assert services.lot_choices.lots(owner, plan, -moved.id).lots[1].taken == 6
    services.transfers.delete(owner, moved.id)
    other = services.transfers.save(owner, draft(first, second, "3")).transfer
    assert said([lot.taken for lot in services.lot_choices.lots(owner, plan, -other.id).lots]) == [3, 0]
