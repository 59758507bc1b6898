"""The page of an account's fee plan, and where estimates show."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dash.exceptions import PreventUpdate

from components import fee_plan_rows, fill_grid, import_results
from components.figure_list import figure_list
from data.brokers.batch import make_batch
from data.fees import list_presets
from domain.accounts import AccountId
from domain.errors import InvalidInputError
from domain.executions import Side
from domain.fee_plan_text import read_fee_plan
from domain.fee_plans import Basis, FeePlan, FeeRule, RoundBy, Rounding, Scope, Tier, TierBy
from domain.filters import LedgerFilter
from domain.instruments import AssetClass, Instrument
from domain.statements import ParsedExecution
from pages import settings_accounts, settings_fees, trade, trades
from services.fill_pages import FillQuery
from tests.pages.trading import FIRST, Desk, open_desk
from tests.pages.uploads import make_client, services_of, signed_in, text_of
from tests.web.client import PAGE_HEADERS

ALL = LedgerFilter(period="all")
PLAN = FeePlan(
    name="Half a dollar",
    currency="USD",
    rules=(FeeRule(label="Commission", basis=Basis.PER_FILL, rate=Decimal("0.5")),),
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk for tests that change nothing."""
    made = open_free_desk(tmp_path_factory.mktemp("office"))
    yield made
    made.services.db.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk of a test's own."""
    made = open_free_desk(tmp_path)
    yield made
    made.services.db.close()


def open_free_desk(folder: Path) -> Desk:
    """Return a person with a book whose last trade has no fees."""
    made = open_desk(folder)
    share = Instrument(symbol="FREE", asset_class=AssetClass.STOCK, currency="USD")
    fills = [
        ParsedExecution(
            line=line, instrument=share, side=side, quantity=Decimal(10), price=Decimal(price), fees=Decimal(0),
            fee_currency="USD", executed_at=FIRST, identity=f"free-{line}",
        )
        for line, side, price in ((1, Side.BUY, "10"), (2, Side.SELL, "12"))
    ]  # fmt: skip
    batch = make_batch(fills, [f"free-{item.line}" for item in fills])
    made.services.ledger.add_executions(made.owner, AccountId(made.account), batch)
    return made


def plan_rows() -> list[dict[str, Any]]:
    """Return the rows of the grid for `PLAN`."""
    return fee_plan_rows.rows_of(PLAN)


def test_the_page_has_an_address(office: Desk) -> None:
    """It answers a navigation; whose account it is, the callback asks."""
    assert office.client.get(f"/settings/accounts/{office.account}/fees", headers=PAGE_HEADERS).status_code == 200


def test_an_account_without_a_plan_says_so(office: Desk) -> None:
    """The page opens with no rules, a name to change and the account's currency; nothing can be removed."""
    with signed_in(office.client):
        head, hidden, is_off, name, currency, about, rows, day = settings_fees.open_plan(str(office.account), None)
    assert "Main There is no plan" in text_of(head)
    assert (hidden, is_off, name, currency, about, rows) == (False, True, "My plan", "USD", "", [])
    assert len(day) == len("2026-11-20")


@pytest.mark.parametrize("asked", ["999999", "x", "", None, "-1"])
def test_an_account_that_is_not_there(office: Desk, asked: str | None) -> None:
    """A foreign, unknown or nonsensical number shows one sentence and hides the rest."""
    with signed_in(office.client):
        head, hidden, *_ = settings_fees.open_plan(asked, None)
    assert "No such account" in text_of(head)
    assert hidden


def test_another_persons_account_is_not_shown(office: Desk) -> None:
    """Somebody else can neither see nor set the plan."""
    other = office.app.server.test_client()
    from tests.web.client import sign_up  # noqa: PLC0415 - this test alone

    sign_up(other, "noor")
    with signed_in(other):
        assert settings_fees.open_plan(str(office.account), None)[1]
        with pytest.raises(Exception, match="No such account"):
            settings_fees.save_plan(1, plan_rows(), "x", "USD", "", "", str(office.account))
    assert office.services.fee_plans.plan(office.owner, office.account) is None


def test_the_presets_offered_are_those_there_are() -> None:
    """Slugs and names of the choice are the plans' own."""
    assert tuple((plan.preset, plan.name) for plan in list_presets()) == settings_fees.PRESETS


@pytest.mark.parametrize("plan", list_presets(), ids=lambda plan: plan.preset)
def test_every_preset_survives_the_grid(plan: FeePlan) -> None:
    """Rows that nobody edits are the plan they came from."""
    values = fee_plan_rows.plan_values(
        fee_plan_rows.rows_of(plan), name=plan.name, currency=plan.currency, preset=plan.preset, about=plan.about
    )
    assert read_fee_plan(values) == plan


def test_tiers_and_rounding_survive_the_grid() -> None:
    """Tiers by month, rounding up and rounding by day are words that are read back."""
    rule = FeeRule(
        label="Fee",
        basis=Basis.PER_UNIT,
        rate=Decimal("0.01"),
        applies_to=(Scope.STOCK, Scope.FUND),
        minimum=Decimal(1),
        tiers=(Tier(above=Decimal(1000), rate=Decimal("0.005")), Tier(above=Decimal("2500.5"), rate=Decimal(0))),
        tier_by=TierBy.MONTH,
        rounding=Rounding.UP,
        places=0,
        round_by=RoundBy.DAY,
    )
    plan = FeePlan(name="x", currency="USD", rules=(rule,))
    (row,) = fee_plan_rows.rows_of(plan)
    assert (row["tiers"], row["places"]) == ("above 1000: 0.005; above 2500.5: 0 a month", "0 up a day")
    assert read_fee_plan(fee_plan_rows.plan_values([row], name="x", currency="USD")) == plan


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"applies_to": "Bananas"}, "what it applies to is not 'Bananas'"),
        ({"basis": "each"}, "what the rate is of is not 'each'"),
        ({"side": "left"}, "the side is not 'left'"),
        ({"tiers": "over 10: 1"}, "'over 10: 1' is not a tier"),
        ({"places": "two"}, "decimals are not 'two'"),
        ({"rate": "much"}, "rate 'much' is not a number"),
        ({"valid_from": "1.4.2024"}, "not a date"),
        ({"label": None}, "label"),
    ],
)
def test_a_wrong_cell_is_named(change: dict[str, Any], words: str) -> None:
    """The error says which rule, which cell and what was typed."""
    row = {**fee_plan_rows.blank_row(0), **change}
    with pytest.raises(InvalidInputError) as caught:
        read_fee_plan(fee_plan_rows.plan_values([row], name="x", currency="USD"))
    assert words in caught.value.message
    assert "Rule 1" in caught.value.message


def test_a_schedule_fills_the_page(office: Desk) -> None:
    """Choosing a preset brings its name, currency, notes and rules, and an example it speaks of."""
    with signed_in(office.client):
        name, currency, about, rows, scope = settings_fees.start_from("india-nse")
        with pytest.raises(PreventUpdate):
            settings_fees.start_from(None)
    assert (name, currency, scope) == ("India, NSE and MCX", "INR", "equity_delivery")
    assert "Left out" in about
    assert len(rows) > 40


def test_rules_are_added_and_removed(office: Desk) -> None:
    """A new rule has an id of its own; only ticked rules go."""
    with signed_in(office.client):
        rows = settings_fees.add_rule(1, settings_fees.add_rule(1, None))
        assert [row["id"] for row in rows] == ["0", "1"]
        left = settings_fees.remove_rules(1, rows, [rows[0]])
        assert [row["id"] for row in settings_fees.add_rule(2, left)] == ["1", "2"]
        with pytest.raises(PreventUpdate):
            settings_fees.remove_rules(None, rows, rows)
        with pytest.raises(PreventUpdate):
            settings_fees.remove_rules(1, rows, [])


def test_the_example_shows_its_calculation(office: Desk) -> None:
    """Every charge is written out, and the sums stand below; a slip is said in place of the table."""
    trade_ = ("equity_intraday", "100", "500", "505", "2025-01-06")
    with signed_in(office.client):
        rows = settings_fees.start_from("india-nse")[3]
        shown = text_of(settings_fees.try_plan(rows, None, "x", "INR", *trade_))
        slip = text_of(settings_fees.try_plan(rows, None, "x", "INR", "stock", "lots", "1", "1", "2025-01-06"))
        late = text_of(settings_fees.try_plan(rows, None, "x", "INR", "stock", "1", "1", "1", "yesterday"))
        none = text_of(settings_fees.try_plan(rows, None, "x", "INR", "crypto", "1", "1", "1", "2025-01-06"))
        empty = text_of(settings_fees.try_plan([], None, "x", "INR", *trade_))
    assert "0.03 % × 50,000.00, at most 20.00, = 15.00" in shown
    assert "buy 21.02 · sell 32.71" in shown
    assert "53.73" in shown
    assert "The quantity 'lots' is not a number." in slip
    assert "'yesterday' is not a date." in late
    assert "Nothing is charged" in none
    assert "No rules yet" in empty


def test_the_effect_is_said_before_saving(office: Desk) -> None:
    """Two fills of nine would get an estimate; the seven others keep what their file says; nothing is saved."""
    with signed_in(office.client):
        shown = text_of(settings_fees.show_effect(plan_rows(), None, "x", "USD", str(office.account)))
        wrong = text_of(settings_fees.show_effect(plan_rows(), None, "x", "", str(office.account)))
    assert "Adds $1.00 of estimated fees to 2 fills. 7 fills keep the fee of its file." in shown
    assert "amounts of money need a currency" in wrong
    assert office.services.fee_plans.plan(office.owner, office.account) is None


def test_a_plan_is_saved_shown_and_removed(desk: Desk) -> None:
    """From the page into the list of accounts and every place where fees are, and back."""
    with signed_in(desk.client):
        with pytest.raises(PreventUpdate):
            settings_fees.save_plan(None, plan_rows(), "x", "USD", "", "", str(desk.account))
        _, toast = settings_fees.save_plan(1, plan_rows(), "Half a dollar", "USD", "", "", str(desk.account))
        head, _, is_off, *_ = settings_fees.open_plan(str(desk.account), None)
        listed = text_of(settings_accounts.fill_accounts(None))
        grid = trades.fill_rows({"startRow": 0, "endRow": 100}, "period=all")[0]["rowData"]
        totals = text_of(trades.fill_frame("period=all", None)[1])
    assert "“Half a dollar” is in force" in text_of(toast)
    assert "“Half a dollar” is in force." in text_of(head)
    assert not is_off
    assert "fees estimated by “Half a dollar”" in listed
    marked = {row["symbol"]: row["fees_text"] for row in grid}
    assert (marked["FREE"], marked["BBB"]) == ("≈ 1.00", "2.00")
    assert "est." in totals
    assert desk.services.fee_plans.plan(desk.owner, desk.account) == PLAN
    with signed_in(desk.client):
        settings_fees.remove_plan(1, str(desk.account))
        with pytest.raises(PreventUpdate):
            settings_fees.remove_plan(None, str(desk.account))
        assert "est." not in text_of(trades.fill_frame("period=all", None)[1])
    assert desk.services.fee_plans.plan(desk.owner, desk.account) is None


def test_the_trade_page_marks_and_explains(desk: Desk) -> None:
    """Estimated fills wear a badge, the calculation folds out below; other trades show neither."""
    desk.services.fee_plans.save(desk.owner, desk.account, PLAN)
    found = {item.instrument.symbol: item for item in desk.services.portfolio.every_trade(desk.owner, ALL)}
    with signed_in(desk.client):
        free = text_of(trade.fill_executions(str(found["FREE"].id))[0])
        paid = text_of(trade.fill_executions(str(found["BBB"].id))[0])
        head = text_of(trade.fill_head(str(found["FREE"].id), None, "", "")[0])
    assert free.count("est.") == 2
    assert "How the estimated fees come about" in free
    assert "0.50 per fill" in free
    assert "Fees, estimated" in head
    assert "est." not in paid
    assert "come about" not in paid


def test_the_table_of_figures_marks_the_fees(desk: Desk) -> None:
    """The fee figure says on how many trades it is estimated."""
    desk.services.fee_plans.save(desk.owner, desk.account, PLAN)
    found = desk.services.portfolio.performance(desk.owner, ALL)
    faces = desk.services.portfolio
    shown = figure_list(found.metrics, faces.definitions(), faces.families(), found.unit)
    assert "est. " in text_of(shown)
    assert found.metrics["fees"].note == "Includes estimated fees on 1 trade."


def test_editing_a_fill_does_not_make_its_estimate_real(desk: Desk) -> None:
    """The form of an estimated fill has no fee in it, so that saving it leaves the estimate an estimate."""
    desk.services.fee_plans.save(desk.owner, desk.account, PLAN)
    query = FillQuery(chosen=ALL)
    rows = desk.services.fills.page(desk.owner, query, start=0, end=100).rows
    first = next(row for row in rows if row.execution.instrument.symbol == "FREE" and row.execution.side > 0)
    assert (first.execution.fees, first.execution.fees_estimated) == (Decimal("0.50"), True)
    values = fill_grid.form_values(first)
    assert values["fees"] == ""
    typed = {name: value for name, value in values.items() if isinstance(value, str)} | {"price": "11"}
    desk.services.fills.edit(desk.owner, int(first.execution.id), typed)
    rows = desk.services.fills.page(desk.owner, query, start=0, end=100).rows
    again = next(row for row in rows if row.execution.id == first.execution.id)
    assert (again.execution.price, again.execution.fees, again.execution.fees_estimated) == (
        Decimal(11),
        Decimal("0.50"),
        True,
    )


def test_the_result_of_an_import_tells_completed_fees(tmp_path: Path) -> None:
    """Beside new and skipped fills the page counts those that got their fees."""
    from domain.drafts import DraftChoices  # noqa: PLC0415 - this test alone
    from tests.pages.uploads import upload  # noqa: PLC0415 - same
    from tests.services.samples import ROUND_TRIP, trades_csv  # noqa: PLC0415 - same
    from web.context import current_owner  # noqa: PLC0415 - same

    app, client = make_client(tmp_path)
    free = [",".join([*row.split(",")[:6], "0", "USD"]) for row in ROUND_TRIP]
    said = []
    for rows, name in ((free, "a.csv"), (ROUND_TRIP, "b.csv")):
        answer = upload(client, trades_csv(rows), name)
        with signed_in(client):
            choices = DraftChoices(upload=answer["body"]["upload"], name=name, account="Main")
            outcome = services_of(app).import_drafts.commit(current_owner(), choices)
        said.append(text_of(import_results.result(outcome, undo_id="undo", diff_id="diff", mend_id="mend")))
    assert "gave a fill its fees" not in said[0]
    assert "3of them gave a fill its fees" in said[1]
    services_of(app).db.close()
