"""Estimated fees from plan to trade, and real ones taking their place, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from components.cash import rows as cash_rows
from data.db import fee_plans as plan_table
from domain.accounts import Account, LotMethod, User
from domain.cash import CashQuery
from domain.corporate_actions import ActionKind, CorporateAction
from domain.errors import InvalidInputError, NotFoundError
from domain.fee_plans import Basis, ExampleTrade, FeePlan, FeeRule, FeeSide, RoundBy, Scope, Tier, TierBy
from domain.fills import FillDraft
from domain.filters import LedgerFilter
from domain.ledger import Trade
from services.container import Services
from services.execution_pages import read_execution_page
from services.exports import executions_csv
from services.exports import trades_csv as trades_export
from services.fee_plans import example_scopes
from services.fill_pages import FillQuery
from services.imports import ImportRequest
from tests.services.samples import trades_csv

ALL = LedgerFilter()
PERCENT = FeePlan(
    name="One percent",
    currency="USD",
    rules=(FeeRule(label="Commission", basis=Basis.PERCENT, rate=Decimal(1)),),
)
FREE = (
    "t1,2026-03-02 09:31:05,ACME,Buy,100,10.00,0,USD",
    "t2,2026-03-02 10:02:11,ACME,Sell,40,11.00,0,USD",
    "t3,2026-03-03 15:59:59,ACME,Sell,60,12.00,0,USD",
)
PAID = (
    "t1,2026-03-02 09:31:05,ACME,Buy,100,10.00,1.10,USD",
    "t2,2026-03-02 10:02:11,ACME,Sell,40,11.00,0.44,USD",
    "t3,2026-03-03 15:59:59,ACME,Sell,60,12.00,0.66,USD",
)
MIXED = (FREE[0], PAID[1], FREE[2])


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def request(*rows: str, name: str = "fills.csv", account: str = "Main") -> ImportRequest:
    """Return a request to import a generic CSV."""
    return ImportRequest(filename=name, payload=trades_csv(rows), account=account, timezone="America/New_York")


def account_of(services: Services, user: User) -> Account:
    """Return the user's only account."""
    (account,) = services.accounts.list_accounts(user.id)
    return account


def planned(services: Services, user: User, *rows: str, plan: FeePlan = PERCENT) -> Account:
    """Import rows and give their account a plan."""
    services.imports.commit(user.id, request(*rows))
    account = account_of(services, user)
    services.fee_plans.save(user.id, account.id, plan)
    return account


def one_trade(services: Services, user: User) -> Trade:
    """Return the user's only trade."""
    (trade,) = services.portfolio.every_trade(user.id, ALL)
    return trade


def fees_anew(services: Services, user: User) -> list[tuple[Decimal, bool]]:
    """Return fees and marks of all executions from a book built from nothing."""
    services.ledger.forget()
    return fees_now(services, user)


def fees_now(services: Services, user: User) -> list[tuple[Decimal, bool]]:
    """Return fees and marks of all executions as the API gives them."""
    page = read_execution_page(services.db, services.ledger.books(user.id), after=0, limit=1_000)
    return [(row.fees.normalize() + 0, row.fees_estimated) for row in page.rows]


def test_an_account_without_a_plan_pays_what_its_file_says(services: Services, maya: User) -> None:
    """No plan, no estimate, no mark."""
    services.imports.commit(maya.id, request(*FREE))
    trade = one_trade(services, maya)
    assert (trade.fees, trade.fees_estimated) == (Decimal(0), False)
    assert services.ledger.books(maya.id)[0].estimated is None


def test_cash_lines_tell_estimated_fees_from_stated_ones(services: Services, maya: User) -> None:
    """The fee inside a line is marked where the plan says it, and only there; the grid writes the mark."""
    account = planned(services, maya, *MIXED)
    statement = services.cash.statement(maya.id, CashQuery(account=int(account.id), currency="USD"))
    assert statement is not None
    assert [(row.fee, row.fee_estimated) for row in reversed(statement.rows)] == [
        (Decimal("10.00"), True), (Decimal("0.44"), False), (Decimal("7.20"), True),
    ]  # fmt: skip
    shown = [(row["fee_text"][:1], row["fee_note"]) for row in cash_rows(statement)]
    assert [mark for mark, _ in shown] == ["≈", "$", "≈"]
    assert [note is None for _, note in shown] == [False, True, False]


def test_a_plan_estimates_every_fill_without_a_fee(services: Services, maya: User) -> None:
    """One percent of 1,000, 440 and 720 is 21.60; the trade, its fills and the fee figure say estimated."""
    planned(services, maya, *FREE)
    trade = one_trade(services, maya)
    assert (trade.gross, trade.fees, trade.net) == (Decimal(160), Decimal("21.60"), Decimal("138.40"))
    assert trade.fees_estimated
    detail = services.portfolio.trade(maya.id, trade.id)
    assert [(line.fees, line.fees_estimated) for line in detail.executions] == [
        (Decimal("10.00"), True),
        (Decimal("4.40"), True),
        (Decimal("7.20"), True),
    ]
    metrics = services.portfolio.performance(maya.id, ALL).metrics
    assert metrics["fees"].value == pytest.approx(21.6)
    assert metrics["fees"].note == "Includes estimated fees on 1 trade."
    assert metrics["gross_pnl"].note == ""


def test_a_stated_fee_is_kept_beside_estimates(services: Services, maya: User) -> None:
    """Of three fills the one with a fee of its own keeps it and is not marked."""
    planned(services, maya, *MIXED)
    assert fees_now(services, maya) == [(Decimal(10), True), (Decimal("0.44"), False), (Decimal("7.2"), True)]


def test_estimates_are_not_written_over_the_files_values(services: Services, maya: User) -> None:
    """The stored rows stay as the file had them; without the plan the estimates are gone."""
    account = planned(services, maya, *FREE)
    assert one_trade(services, maya).fees == Decimal("21.60")
    assert services.fee_plans.remove(maya.id, account.id)
    assert fees_now(services, maya) == [(Decimal(0), False)] * 3
    assert not services.fee_plans.remove(maya.id, account.id)


def test_new_fills_are_estimated_as_they_come(services: Services, maya: User) -> None:
    """A book that grows by an import is the book built from nothing."""
    planned(services, maya, FREE[0])
    assert fees_now(services, maya) == [(Decimal(10), True)]
    services.imports.commit(maya.id, request(*FREE[1:], name="more.csv"))
    grown = fees_now(services, maya)
    assert grown == [(Decimal(10), True), (Decimal("4.4"), True), (Decimal("7.2"), True)]
    assert grown == fees_anew(services, maya)
    assert one_trade(services, maya).fees == Decimal("21.60")


INTRADAY = FeePlan(
    name="Day",
    currency="USD",
    rules=(
        FeeRule(label="Day", basis=Basis.PERCENT, rate=Decimal(1), applies_to=(Scope.EQUITY_INTRADAY,)),
        FeeRule(
            label="Tax",
            basis=Basis.PERCENT,
            rate=Decimal("0.13"),
            applies_to=(Scope.EQUITY_DELIVERY,),
            side=FeeSide.BOTH,
            places=0,
            round_by=RoundBy.DAY,
        ),
    ),
)
MONTHLY = FeePlan(
    name="Month",
    currency="USD",
    rules=(
        FeeRule(
            label="Commission",
            basis=Basis.PER_UNIT,
            rate=Decimal("0.1"),
            tiers=(Tier(above=Decimal(120), rate=Decimal("0.01")),),
            tier_by=TierBy.MONTH,
        ),
    ),
)


@pytest.mark.parametrize("plan", [INTRADAY, MONTHLY], ids=["day", "month"])
def test_a_late_fill_changes_what_depends_on_it(services: Services, maya: User, plan: FeePlan) -> None:
    """A sale that arrives later makes the morning's purchase intraday, and moves what comes after up the tiers."""
    planned(services, maya, FREE[0], FREE[2], "t9,2026-03-04 10:00:00,BOLT,Buy,10,5.00,0,USD", plan=plan)
    before = fees_now(services, maya)
    services.imports.commit(maya.id, request(FREE[1], name="late.csv"))
    grown = fees_now(services, maya)
    assert grown[:3] != before
    assert grown == fees_anew(services, maya)


@pytest.mark.parametrize(
    ("plan", "method"),
    [(PERCENT, LotMethod.AVERAGE), (INTRADAY, LotMethod.FIFO), (MONTHLY, LotMethod.LIFO)],
    ids=["percent", "day", "month"],
)
def test_files_in_any_order_give_the_same_fees(
    services: Services, maya: User, plan: FeePlan, method: LotMethod
) -> None:
    """The same fills in one file, in two, or in two the other way round: the same trades to the last digit."""
    found = []
    for name, files in (("a", (FREE,)), ("b", (FREE[:1], FREE[1:])), ("c", (FREE[1:], FREE[:1]))):
        account = services.accounts.create(maya.id, name, currency="USD", lot_method=method.value)
        services.fee_plans.save(maya.id, account.id, plan)
        for number, rows in enumerate(files):
            services.ledger.books(maya.id)
            services.imports.commit(maya.id, request(*rows, name=f"{number}.csv", account=name))
        trades = services.portfolio.every_trade(maya.id, ALL.with_(accounts=(account.id,)))
        found.append([(item.gross, item.fees.normalize(), item.fees_estimated) for item in trades])
    assert found[0] == found[1] == found[2]
    assert found[0][0][1] > 0


def test_real_fees_take_the_place_of_estimates(services: Services, maya: User) -> None:
    """A later file with the fees of known fills completes them, counts them, and adds nothing."""
    planned(services, maya, *FREE)
    assert one_trade(services, maya).fees_estimated
    batch = services.imports.commit(maya.id, request(*PAID, name="contract notes.csv"))
    assert (batch.rows.executions, batch.rows.duplicates, batch.completed_fees) == (0, 3, 3)
    trade = one_trade(services, maya)
    assert (trade.fees, trade.fees_estimated) == (Decimal("2.20"), False)
    assert fees_anew(services, maya) == [(Decimal("1.1"), False), (Decimal("0.44"), False), (Decimal("0.66"), False)]


def test_real_fees_arrive_without_a_plan_too(services: Services, maya: User) -> None:
    """Fees are completed whether or not anything was estimated; a fee that is there is never changed."""
    services.imports.commit(maya.id, request(*MIXED))
    other = ("t1,2026-03-02 09:31:05,ACME,Buy,100,10.00,5.00,USD", "t2,2026-03-02 10:02:11,ACME,Sell,40,11.00,9.99,USD")
    batch = services.imports.commit(maya.id, request(*other, name="later.csv"))
    assert batch.completed_fees == 1
    assert fees_now(services, maya) == [(Decimal(5), False), (Decimal("0.44"), False), (Decimal(0), False)]


def test_another_quantity_is_not_the_same_fill(services: Services, maya: User) -> None:
    """A row whose id is known but whose quantity differs completes nothing."""
    services.imports.commit(maya.id, request(*FREE))
    changed = "t1,2026-03-02 09:31:05,ACME,Buy,90,10.00,1.10,USD"
    batch = services.imports.commit(maya.id, request(changed, name="later.csv"))
    assert (batch.rows.duplicates, batch.completed_fees) == (1, 0)


def test_undo_gives_the_estimates_back(services: Services, maya: User) -> None:
    """Taking back the file that brought the fees leaves the fills as the first file had them."""
    planned(services, maya, *FREE)
    before = fees_now(services, maya)
    batch = services.imports.commit(maya.id, request(*PAID, name="later.csv"))
    undone = services.imports.undo(maya.id, batch.id)
    assert undone.completed_fees == 0
    assert fees_now(services, maya) == before == fees_anew(services, maya)
    again = services.imports.commit(maya.id, request(*PAID, name="later.csv"))
    assert again.completed_fees == 3


def test_undo_of_the_first_file_forgets_what_completed_it(services: Services, maya: User) -> None:
    """With its fills gone there is nothing left to restore when the second file goes too."""
    first = services.imports.commit(maya.id, request(*FREE))
    second = services.imports.commit(maya.id, request(*PAID, name="later.csv"))
    services.imports.undo(maya.id, first.id)
    assert services.imports.batch(maya.id, second.id).completed_fees == 0
    services.imports.undo(maya.id, second.id)
    assert services.portfolio.every_trade(maya.id, ALL) == []
    services.imports.commit(maya.id, request(*FREE))
    assert fees_now(services, maya) == [(Decimal(0), False)] * 3


def test_a_failed_import_completes_nothing(services: Services, maya: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fees belong to the import's transaction: all of it or nothing."""
    services.imports.commit(maya.id, request(*FREE))

    def fail(*_: object, **__: object) -> None:
        message = "no room"
        raise OSError(message)

    monkeypatch.setattr("services.imports.table.finish_import", fail)
    with pytest.raises(OSError, match="no room"):
        services.imports.commit(maya.id, request(*PAID, name="later.csv"))
    assert fees_anew(services, maya) == [(Decimal(0), False)] * 3
    assert len(services.imports.history(maya.id)) == 1


def test_a_plan_is_its_owners(services: Services, maya: User) -> None:
    """Another user finds no such account, whatever they try."""
    account = planned(services, maya, *FREE)
    noor = services.users.register("noor", "four other unrelated words")
    with pytest.raises(NotFoundError):
        services.fee_plans.plan(noor.id, account.id)
    with pytest.raises(NotFoundError):
        services.fee_plans.save(noor.id, account.id, PERCENT)
    with pytest.raises(NotFoundError):
        services.fee_plans.remove(noor.id, account.id)
    with pytest.raises(NotFoundError):
        services.fee_plans.effect(noor.id, account.id, PERCENT)
    assert services.fee_plans.names(noor.id) == {}
    assert services.fee_plans.names(maya.id) == {account.id: "One percent"}
    assert services.fee_plans.plan(maya.id, account.id) == PERCENT


def test_a_plan_goes_with_its_account(services: Services, maya: User) -> None:
    """Deleting the account deletes the plan and what was completed."""
    account = planned(services, maya, *FREE)
    services.imports.commit(maya.id, request(*PAID, name="later.csv"))
    services.accounts.delete(maya.id, account.id)
    with services.db.read() as session:
        assert plan_table.list_plans(session, [account.id]) == {}


def test_a_changed_preset_is_no_preset(services: Services, maya: User) -> None:
    """The name stays, the slug goes."""
    services.imports.commit(maya.id, request(*FREE))
    account = account_of(services, maya)
    preset = services.fee_plans.preset("us-per-share")
    assert services.fee_plans.save(maya.id, account.id, preset).preset == "us-per-share"
    shorter = FeePlan(name=preset.name, currency="USD", rules=preset.rules[:2], preset=preset.preset)
    assert services.fee_plans.save(maya.id, account.id, shorter).preset == ""


def test_the_effect_is_told_before_it_happens(services: Services, maya: User) -> None:
    """Two fills would get 17.20, one keeps its fee, and nothing is written."""
    services.imports.commit(maya.id, request(*MIXED))
    account = account_of(services, maya)
    effect = services.fee_plans.effect(maya.id, account.id, PERCENT)
    assert (effect.fills, effect.stated, effect.other_currency) == (2, 1, 0)
    assert effect.amounts == {"USD": Decimal("17.20")}
    assert effect.by_label == {("Commission", "USD"): Decimal("17.20")}
    assert services.fee_plans.plan(maya.id, account.id) is None
    rupees = FeePlan(name="x", currency="INR", rules=PERCENT.rules)
    assert services.fee_plans.effect(maya.id, account.id, rupees).other_currency == 2


def test_the_effect_of_a_plan_in_force_is_the_same(services: Services, maya: User) -> None:
    """Estimates that are in the book are not counted as stated fees."""
    account = planned(services, maya, *MIXED)
    effect = services.fee_plans.effect(maya.id, account.id, PERCENT)
    assert (effect.fills, effect.stated, effect.amounts) == (2, 1, {"USD": Decimal("17.20")})


def test_an_estimate_explains_itself(services: Services, maya: User) -> None:
    """Each estimated fill says how its fee comes about; a stated fee has nothing to explain."""
    account = planned(services, maya, *MIXED)
    ids = services.ledger.books(maya.id)[0].executions.id.tolist()
    explained = services.fee_plans.explain(maya.id, account.id, ids)
    assert [line.derivation for key in sorted(explained) for line in explained[key]] == [
        "1 % × 1,000.00 = 10.00",
        "1 % × 720.00 = 7.20",
    ]


def test_the_example_charges_both_fills(services: Services) -> None:
    """A hundred shares intraday on the Indian preset: 21.02 and 32.71, as in the textbook."""
    plan = services.fee_plans.preset("india-nse")
    trade = ExampleTrade(
        scope=Scope.EQUITY_INTRADAY,
        quantity=Decimal(100),
        entry_price=Decimal(500),
        exit_price=Decimal(505),
        day=date(2025, 1, 6),
    )
    assert [fill.total for fill in services.fee_plans.example(plan, trade)] == [Decimal("21.02"), Decimal("32.71")]
    with pytest.raises(InvalidInputError, match="above 0"):
        services.fee_plans.example(
            plan,
            ExampleTrade(
                scope=Scope.STOCK, quantity=Decimal(0), entry_price=Decimal(1), exit_price=Decimal(1), day=trade.day
            ),
        )


def test_every_preset_has_an_example_for_all_it_speaks_of(services: Services) -> None:
    """Whatever a plan charges can be tried out, and is charged."""
    for plan in services.fee_plans.presets():
        assert example_scopes(plan)
        for scope in example_scopes(plan):
            trade = ExampleTrade(
                scope=scope,
                quantity=Decimal(10),
                entry_price=Decimal(50000),
                exit_price=Decimal(50100),
                day=date(2026, 11, 20),
            )
            fills = services.fee_plans.example(plan, trade)
            free = plan.preset == "us-zero" and scope in (Scope.STOCK, Scope.FUND)
            assert fills[1].total > 0
            assert fills[0].total > 0 or free


@pytest.mark.parametrize(
    "change",
    [
        {"kind": ActionKind.SPLIT, "ratio_new": Decimal(2), "ratio_old": Decimal(1)},
        {"kind": ActionKind.SYMBOL_CHANGE, "new_symbol": "ACMX"},
    ],
    ids=["split", "renamed"],
)
def test_corporate_actions_leave_estimates_alone(services: Services, maya: User, change: dict[str, Any]) -> None:
    """Fees are those of the fills as they were executed, whatever became of the shares later."""
    account = planned(services, maya, *FREE[:2])
    moment = datetime(2026, 3, 3, 5, tzinfo=UTC)
    services.corporate_actions.save(maya.id, CorporateAction(symbol="ACME", effective_at=moment, **change))
    services.imports.commit(maya.id, request("t8,2026-03-04 10:00:00,BOLT,Buy,10,5.00,0,USD", name="more.csv"))
    grown = fees_now(services, maya)
    assert grown == [(Decimal(10), True), (Decimal("4.4"), True), (Decimal("0.5"), True)]
    assert grown == fees_anew(services, maya)
    effect = services.fee_plans.effect(maya.id, account.id, PERCENT)
    assert (effect.fills, effect.amounts) == (3, {"USD": Decimal("14.90")})
    explained = services.fee_plans.explain(maya.id, account.id, services.ledger.books(maya.id)[0].base.id.tolist())
    assert sum(line.amount for lines in explained.values() for line in lines) == Decimal("14.90")


def test_exports_say_which_fees_are_estimates(services: Services, maya: User) -> None:
    """The last column of both files is yes or no."""
    planned(services, maya, *MIXED)
    trades = "".join(trades_export(services.portfolio, maya.id, ALL)).splitlines()
    assert trades[0].endswith(",fees_estimated")
    assert trades[1].endswith(",yes")
    detail = services.portfolio.trade(maya.id, one_trade(services, maya).id)
    rows = "".join(executions_csv(detail)).splitlines()
    assert [row.rsplit(",", 1)[1] for row in rows] == ["fees_estimated", "yes", "no", "yes"]


def fees_of(services: Services, user: User) -> list[tuple[Decimal, bool]]:
    """Return the fee of each fill, oldest first, and whether it is an estimate."""
    query = FillQuery(chosen=ALL, sort=(("time", False),))
    rows = services.fills.page(user.id, query).rows
    return [(item.execution.fees, item.execution.fees_estimated) for item in rows]


def test_a_fee_of_zero_typed_by_hand_stays_zero(services: Services, maya: User) -> None:
    """A typed 0 is no missing fee: it stays through a restart, undo brings the estimate back."""
    account = planned(services, maya, *FREE[:2])
    first = services.fills.page(maya.id, FillQuery(chosen=ALL, sort=(("time", False),))).rows[0].execution.id
    assert fees_of(services, maya) == [(Decimal(10), True), (Decimal("4.4"), True)]
    change = services.fills.edit(maya.id, first, {"fees": "0"})
    assert change.summary.endswith("no fee.")
    assert fees_of(services, maya) == [(Decimal(0), False), (Decimal("4.4"), True)]
    services.ledger.forget()
    assert fees_of(services, maya)[0] == (Decimal(0), False)
    assert services.fee_plans.effect(maya.id, account.id, PERCENT).fills == 1
    services.fills.edit(maya.id, first, {"price": "20"})
    assert fees_of(services, maya)[0] == (Decimal(0), False)
    services.fills.edit(maya.id, first, {"fees": ""})
    assert fees_of(services, maya)[0] == (Decimal(20), True)
    services.fills.restore(maya.id, [first])
    again = services.fills.edit(maya.id, first, {"fees": "0"})
    services.fills.undo(maya.id, again.id)
    assert fees_of(services, maya)[0] == (Decimal(10), True)


def test_a_typed_zero_outlives_a_later_file_and_a_split(services: Services, maya: User) -> None:
    """What a person stated goes before a fee that a file brings later; both parts of the fill cost nothing."""
    planned(services, maya, *FREE[:2])
    first = services.fills.page(maya.id, FillQuery(chosen=ALL, sort=(("time", False),))).rows[0].execution.id
    services.fills.edit(maya.id, first, {"fees": "0"})
    services.imports.commit(maya.id, request(*PAID, name="later.csv"))
    assert [fee for fee, _ in fees_of(services, maya)] == [Decimal(0), Decimal("0.44"), Decimal("0.66")]
    services.fills.split(maya.id, first, "30")
    assert [fee for fee, _ in fees_of(services, maya)] == [Decimal(0)] * 2 + [Decimal("0.44"), Decimal("0.66")]


@pytest.mark.parametrize(("typed", "expected"), [("0", (Decimal(0), False)), ("", (Decimal(2), True))])
def test_a_fill_added_by_hand_costs_what_was_typed(
    services: Services, maya: User, typed: str, expected: tuple[Decimal, bool]
) -> None:
    """A typed 0 is a fee; an empty field leaves it to the plan."""
    account = planned(services, maya, *FREE[:1])
    draft = FillDraft(symbol="ACME", side="sell", quantity="10", price="20", executed_at="2026-03-06 10:00", fees=typed)
    services.fills.add(maya.id, account.id, draft)
    assert fees_of(services, maya)[1] == expected
    services.ledger.forget()
    assert fees_of(services, maya)[1] == expected
