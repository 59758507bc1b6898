"""Data health over whole books, on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from domain.accounts import User
from domain.errors import NotFoundError
from domain.health import EXPLANATIONS, Finding, FindingKind
from services.container import Services
from services.imports import ImportRequest
from tests.services.samples import ROUND_TRIP, trades_csv
from tests.services.statements import BROKEN, HEAD, flex


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def load(services: Services, user: User, payload: bytes, *, name: str = "a.csv", account: str = "Main") -> None:
    """Import a file."""
    request = ImportRequest(filename=name, payload=payload, account=account, timezone="America/New_York")
    services.imports.commit(user.id, request)


def found(services: Services, user: User, kind: FindingKind, *, is_open: bool = True) -> tuple[Finding, ...]:
    """Findings of a kind."""
    group = next(item for item in services.health.report(user.id).groups if item.kind is kind)
    return group.open if is_open else group.dismissed


def test_clean_data_has_no_findings(services: Services, maya: User) -> None:
    """A round trip with its fees is nothing to complain about, and every kind is reported all the same."""
    load(services, maya, trades_csv(ROUND_TRIP))
    report = services.health.report(maya.id)
    assert report.open_count == 0
    assert [group.kind for group in report.groups] == list(FindingKind)
    assert set(EXPLANATIONS) == set(FindingKind)


def test_an_exit_without_an_entry_is_told(services: Services, maya: User) -> None:
    """The sale of shares that no file bought is named with its day and leads to the trade and the import."""
    load(services, maya, trades_csv(("x1,2026-03-02 10:00:00,OLDCO,Sell,40,11.00,1.00,USD",)))
    finding = found(services, maya, FindingKind.ORPHAN_EXIT)[0]
    assert "first fill of OLDCO is a sale of 40 on 2026-03-02" in finding.text
    assert finding.href.startswith("/trade/")
    assert finding.fix_href == "/import"


def test_selling_more_than_there_was_is_told(services: Services, maya: User) -> None:
    """A holding below zero is named with what it stands at."""
    rows = (*ROUND_TRIP, "t9,2026-03-05 10:00:00,ACME,Sell,7,11.00,1.00,USD")
    load(services, maya, trades_csv(rows))
    assert "ACME stands at −7 since 2026-03-05" in found(services, maya, FindingKind.NEGATIVE_INVENTORY)[0].text


def test_the_same_fill_from_two_files_is_told(services: Services, maya: User) -> None:
    """Two files that name one fill differently: both lines are named; two equal fills of one file are no twins."""
    row = "2026-03-02 09:31:05,ACME,Buy,100,10.00,1.10,USD"
    load(services, maya, trades_csv((f"a1,{row}", f"a2,{row}")), name="mine.csv")
    assert found(services, maya, FindingKind.SUSPECTED_DUPLICATE) == ()
    load(services, maya, trades_csv((f"b1,{row}",)), name="theirs.csv")
    findings = found(services, maya, FindingKind.SUSPECTED_DUPLICATE)
    assert len(findings) == 1
    assert "line 3 of mine.csv, and line 2 of theirs.csv" in findings[0].text
    assert findings[0].fix_href.startswith("/fills?")


def test_fills_of_the_future_are_told(services: Services, maya: User) -> None:
    """A fill more than a day ahead of the clock counts, is warned of in the preview, and leads to itself."""
    today, swapped = "2026-11-21 10:00:00", "2026-12-11 10:00:00"
    rows = [f"{key},{day},ACME,Buy,1,10.00,0.10,USD" for key, day in (("a", today), ("b", swapped))]
    request = ImportRequest(filename="a.csv", payload=trades_csv(rows), account="Main", timezone="America/New_York")
    preview = services.imports.preview(maya.id, request)
    assert preview.rows.executions == 2
    told = "1 fill is dated in the future, first ACME on 2026-12-11 15:00 UTC in line 3"
    assert preview.statement.notes[0].startswith(told)
    batch = services.imports.commit(maya.id, request)
    assert (batch.rows.executions, batch.notes[0][: len(told)]) == (2, told)
    finding = found(services, maya, FindingKind.FUTURE_FILL)[0]
    assert (finding.subject, finding.count) == ("ACME", 1)
    assert "1 fill dated 2026-12-11, after now" in finding.text
    assert "period=2026-12-11.." in finding.fix_href


def test_missing_fees_lead_to_the_fee_plan(services: Services, maya: User) -> None:
    """One free fill among many with a fee is counted."""
    load(services, maya, trades_csv((*ROUND_TRIP, "t8,2026-03-06 10:00:00,ACME,Buy,1,10.00,0,USD")))
    finding = found(services, maya, FindingKind.MISSING_FEES)[0]
    assert finding.text.startswith("1 stock fill has no fee")
    assert finding.fix_href == "/settings/accounts"


def test_a_balance_that_differs_is_told(services: Services, maya: User) -> None:
    """A lost row of a statement leads to the Cash page of that account and currency."""
    load(services, maya, BROKEN.encode(), name="march.csv")
    finding = found(services, maya, FindingKind.BALANCE_GAP)[0]
    assert "first differs on 2026-03-04: broker 49,502.97, ours 49,477.97 (line 4 of march.csv)" in finding.text
    assert finding.fix_href.startswith("/cash?accounts=")


def test_positions_are_held_against_the_broker_s(services: Services, maya: User) -> None:
    """Another quantity, a position we lack and one that the broker lacks are told; an equal one is not."""
    load(services, maya, trades_csv((
        "p1,2026-03-02 10:00:00,ACME,Buy,100,10.00,1,USD", "p2,2026-03-02 10:01:00,BOLT,Buy,5,10.00,1,USD",
        "p3,2026-03-02 10:02:00,CORE,Buy,8,10.00,1,USD",
    )))  # fmt: skip
    held = {"assetCategory": "STK", "currency": "USD", "reportDate": "20260310", "accountId": "U7654321"}
    rows = [held | {"symbol": name, "position": size} for name, size in (("ACME", "90"), ("BOLT", "5"), ("DUST", "1"))]
    load(services, maya, flex(*rows), name="positions.xml")
    texts = {item.subject: item.text for item in found(services, maya, FindingKind.POSITION_GAP)}
    assert sorted(texts) == ["ACME", "CORE", "DUST"]
    assert "the broker has 90, our fills make 100 on 2026-03-10 (positions.xml)" in texts["ACME"]
    assert "the broker has 0, our fills make 8" in texts["CORE"]


def test_an_unknown_contract_size_is_told(services: Services, maya: User) -> None:
    """Rows left out for want of a size are counted by contract and lead to where it is entered."""
    rows = (
        '3/2/26,09:40:00,TRD,="501",BOT +1 /QQZ9 @10.00,,-1.00,-10.00,"1,000.00"',
        '3/2/26,09:41:00,TRD,="502",SOLD -1 /QQZ9 @11.00,,-1.00,11.00,"1,000.00"',
    )
    load(services, maya, (HEAD + "\n".join((*rows, ""))).encode())
    finding = found(services, maya, FindingKind.UNKNOWN_MULTIPLIER)[0]
    assert finding.text.startswith("/QQZ9: 2 rows left out, first in line 3 of a.csv")
    assert finding.count == 2
    assert finding.fix_href == "/settings/instruments?symbol=%2FQQZ9"


def test_a_finding_called_all_right_stays_away_until_restored(services: Services, maya: User) -> None:
    """Dismissing takes it out of the count for good, restoring brings it back; another's cannot be touched."""
    load(services, maya, trades_csv(("x1,2026-03-02 10:00:00,OLDCO,Sell,40,11.00,1.00,USD",)))
    kind, before = FindingKind.ORPHAN_EXIT, services.health.open_count(maya.id)
    finding = found(services, maya, kind)[0]
    assert services.health.dismiss(maya.id, kind, account=int(finding.account_id), subject=finding.subject) == 1
    assert found(services, maya, kind) == ()
    assert found(services, maya, kind, is_open=False) == (finding,)
    assert services.health.open_count(maya.id) == before - 1
    eve = services.users.register("eve", "four unrelated words")
    with pytest.raises(NotFoundError):
        services.health.restore(eve.id, kind, account=int(finding.account_id), subject=finding.subject)
    assert services.health.restore(maya.id, kind) == 1
    assert found(services, maya, kind) == (finding,)


def test_a_held_share_without_a_price_is_told(services: Services, maya: User) -> None:
    """The simulated market prices what it knows; what it does not know has no value and is named."""
    load(services, maya, trades_csv(("x1,2026-03-02 10:00:00,AAPL,Buy,4,11.00,1,USD",
                                     "x2,2026-03-02 10:00:00,NOPE,Buy,4,11.00,1,CHF")))  # fmt: skip
    assert [item.subject for item in found(services, maya, FindingKind.MISSING_PRICE)] == ["NOPE"]
