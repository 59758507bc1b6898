"""Gains of large books: worked out by a job, kept by what they were made of, anew only where something changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.tax import compute_gains
from data.db import jobs as job_table
from data.gain_shelf import GainShelf
from domain.accounts import UserId
from domain.errors import NotReadyError
from domain.executions import Side
from domain.jobs import Job, JobKind
from domain.portfolios import PortfolioPlan
from domain.statements import ParsedExecution
from domain.tax import CostMethod, Disposal, TaxRegime
from services import gains as module
from services import tax_reports
from services.container import Services
from services.gain_tables import dump_head, load_part, make_part, year_disposals
from tests.analytics.tax.trading import SHARE, make_fill
from tests.services.test_portfolios import ALL, START, fill, owner_of, store
from tests.services.test_portfolios import SHARE as STOCK

SYMBOLS = ("AAA", "BBB", "CCC")


def deal(symbol: str, made: ParsedExecution) -> ParsedExecution:
    """The same fill of another symbol."""
    return replace(made, instrument=replace(STOCK, symbol=symbol))


@pytest.fixture
def large(services: Services, monkeypatch: pytest.MonkeyPatch) -> tuple[UserId, PortfolioPlan]:
    """A book of three symbols with four fills each, where more than four fills at once are too many."""
    monkeypatch.setattr(module, "FILLS_AT_ONCE", 4)
    for name in ("wake", "ensure"):
        monkeypatch.setattr(services.jobs._supervisor, name, lambda: None)
    owner = owner_of(services)
    account = services.accounts.create(owner, "Main", currency="EUR", timezone="UTC")
    fills = [
        deal(symbol, fill(number * 10 + step, START + timedelta(days=step), side, "2", str(10 + step + number)))
        for number, symbol in enumerate(SYMBOLS)
        for step, side in enumerate((Side.BUY, Side.BUY, Side.SELL, Side.SELL), 1)
    ]
    store(services, owner, account, fills)
    return owner, services.portfolios.plans.resolve(owner, ALL)


def waiting(services: Services, owner: UserId) -> list[Job]:
    """The jobs about gains that wait."""
    with services.db.read() as session:
        return [
            job_table.get_job(session, owner, job.id)
            for job in job_table.list_active(session, owner)
            if job.kind is JobKind.GAINS
        ]


def test_a_large_book_is_worked_out_by_one_job(services: Services, large: tuple[UserId, PortfolioPlan]) -> None:
    """Who asks is told of the job, twice of the same one; when its work is done the gains are there."""
    owner, plan = large
    with pytest.raises(NotReadyError, match="12 fills") as refused:
        services.portfolios.gains(owner, plan)
    assert services.portfolios.tax_years(owner, plan) == []
    asked = services.portfolios.gains_job(owner, plan)
    (job,) = waiting(services, owner)
    assert asked is not None
    assert asked.id == job.id == refused.value.job_id
    assert services.portfolios.run_gains(job) == {"instruments": 3, "fills": 12}
    assert services.portfolios.gains_job(owner, plan) is None
    found = services.portfolios.gains(owner, plan)
    assert found.total.gain == 3 * 2 * (2 + 2)
    assert [item.instrument.symbol for item in found.disposals] == [*SYMBOLS, *SYMBOLS]
    assert len(found.disposals[:4]) == 4


def test_another_process_finds_what_a_job_kept(services: Services, large: tuple[UserId, PortfolioPlan]) -> None:
    """The gains lie in the installation's folder, and another owner's lie elsewhere."""
    owner, plan = large
    services.portfolios.gains_job(owner, plan)
    services.portfolios.run_gains(waiting(services, owner)[0])
    other = Services(services.installation)
    try:
        assert other.portfolios.gains(owner, plan).total == services.portfolios.gains(owner, plan).total
        assert list(other.portfolios.gains(owner, plan).disposals) == list(
            services.portfolios.gains(owner, plan).disposals
        )
    finally:
        other.db.close()
    folder = services.installation.data_dir / "gains"
    assert [item.name for item in folder.iterdir()] == [str(int(owner))]


def test_a_new_fill_works_out_its_own_instrument(
    services: Services, large: tuple[UserId, PortfolioPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a sale of one symbol four or five fills are matched, at once and not by a job."""
    owner, plan = large
    services.portfolios.gains_job(owner, plan)
    services.portfolios.run_gains(waiting(services, owner)[0])
    monkeypatch.setattr(module, "FILLS_AT_ONCE", 5)
    before = services.portfolios.gains(owner, plan)
    worked: list[str] = []
    match = tax_reports.match_part

    def note(plan: PortfolioPlan, item: Any, picks: Any = None) -> Any:
        worked.append(item.instrument.symbol)
        return match(plan, item, picks)

    monkeypatch.setattr("services.gains.match_part", note)
    account = services.accounts.list_accounts(owner)[0]
    store(services, owner, account, [deal("BBB", fill(99, START + timedelta(days=9), Side.SELL, "1", "50"))])
    after = services.portfolios.gains(owner, plan)
    assert worked == ["BBB"]
    assert after.total == before.total
    assert [(lot.instrument.symbol, lot.is_short) for lot in after.held] == [("BBB", True)]
    # The rules are part of the name: others find nothing of it.
    with pytest.raises(NotReadyError):
        services.portfolios.gains(owner, services.portfolios.with_rules(plan, "uk", ""))


def test_a_small_book_leaves_nothing_on_the_disk(services: Services) -> None:
    """What is worked out at once is kept in memory alone."""
    owner = owner_of(services)
    account = services.accounts.create(owner, "Main", currency="EUR", timezone="UTC")
    store(services, owner, account, [fill(1, START, Side.BUY, "1", "10"), fill(2, START, Side.SELL, "1", "12")])
    assert services.portfolios.gains(owner, services.portfolios.plans.resolve(owner, ALL)).total.gain == 2
    assert not (services.installation.data_dir / "gains").exists()


def test_what_is_broken_or_too_much_on_the_shelf_is_not_there(tmp_path: Path) -> None:
    """A file cut short is as good as none; the oldest of too much is forgotten, another owner's is not found."""
    shelf, owner = GainShelf(tmp_path), UserId(7)
    part = make_part(SHARE, compute_gains(TaxRegime.US, SHARE, _fills([1, 1, -1], [5, 6, 7])), TaxRegime.US)
    names = [letter * 64 for letter in "ab"]
    for name in names:
        assert shelf.write(owner, name, dump_head(part), part.rows)
    assert not shelf.has(UserId(8), names[0])
    rows = tmp_path / "7" / f"{names[0]}.npy"
    rows.write_bytes(rows.read_bytes()[:-8])
    assert shelf.read(owner, names[0]) is None
    found = shelf.read(owner, names[1])
    assert found is not None
    assert load_part(*found).disposal(0) == part.disposal(0)
    shelf.prune(owner, most=0)
    assert not any(shelf.has(owner, name) for name in names)
    with pytest.raises(ValueError, match="not a digest"):
        shelf.read(owner, "../../secret")


def _fills(sides: list[int], amounts: list[Any]) -> list[Any]:
    return [
        make_fill(number, f"20{20 + number % 5}-0{1 + number % 9}-03", side, abs(side), amount)
        for number, (side, amount) in enumerate(zip(sides, amounts, strict=True), 1)
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([-3, -2, -1, 1, 2, 3]),
            st.one_of(
                st.decimals(0, 10**6, places=2),
                st.decimals(0, 10**25, places=12, allow_nan=False),
            ),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(
        [(TaxRegime.US, CostMethod.FIFO), (TaxRegime.US, CostMethod.HIFO), (TaxRegime.UK, CostMethod.FIFO)]
    ),
)
def test_columns_hold_every_disposal_exactly(
    trades: list[tuple[int, Decimal]], rules: tuple[TaxRegime, CostMethod]
) -> None:
    """Whatever the size of the numbers: the same rows and sums come out as went in, also by way of the disk."""
    regime, method = rules
    gains = compute_gains(regime, SHARE, _fills(*map(list, zip(*trades, strict=True))), method=method)
    made = make_part(SHARE, gains, regime)
    part = load_part(json.loads(json.dumps(dump_head(made))), made.rows)
    rows = [item for year in sorted(part.years) for item in year_disposals([part], year)]
    assert sorted(map(_key, rows)) == sorted(map(_key, gains.disposals))
    assert part.held == gains.held
    total = sum((group.gain for span in part.years.values() for group in span.groups.values()), Decimal(0))
    with_all = sum((item.gain for item in gains.disposals), Decimal(0))
    assert total == pytest.approx(with_all, rel=Decimal("1e-20"))


def _key(item: Disposal) -> tuple[Any, ...]:
    values = (item.sold, item.sale_ref, str(item.acquired), item.lot_ref, item.quantity, item.proceeds, item.cost)
    return (*values, item.adjustment, item.rule, item.term, item.code, item.category, item.is_short, item.account)
