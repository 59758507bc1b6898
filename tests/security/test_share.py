"""Shared links: open to everybody who has the secret, to nobody else, and to nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from sqlalchemy import select

from data.db.report_tables import share_links
from domain.accounts import UserId
from domain.errors import NotFoundError
from domain.reports import ReportDefinition, ShareLink
from services.container import Services
from tests.services.reports import MANY, make_desk
from tests.services.test_report_document import amounts
from tests.web.client import PAGE_HEADERS, make_app, sign_in
from web.context import EXTENSION
from web.security.guard import COOKIELESS_RULES, PUBLIC_RULES
from web.share import EXTENSION as LIMITER

CROSS_SITE = {**PAGE_HEADERS, "Sec-Fetch-Site": "cross-site"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dash]:
    """The whole app with maya, her book, a saved report, and noah."""
    made = make_app(Path(tmp_path_factory.mktemp("share")))
    services: Services = made.server.extensions[EXTENSION]
    made.server.config["desk"] = desk = make_desk(services)
    services.users.register("noah", "four unrelated words")
    services.reports.save(desk.owner, ReportDefinition(name="<b>Book</b>", sections=(*MANY, "notes", "positions")))
    yield made
    services.db.close()


@pytest.fixture
def services(app: Dash) -> Services:
    """The app's services, with the time and the limiter as new."""
    found: Services = app.server.extensions[EXTENSION]
    app.server.extensions[LIMITER]._buckets.clear()
    return found


@pytest.fixture
def guest(app: Dash) -> FlaskClient:
    """A browser of somebody without an account."""
    made: FlaskClient = app.server.test_client()
    return made


MAYA = UserId(1)


def share(services: Services, **changes: Any) -> ShareLink:
    """A link to maya's report."""
    report = services.reports.list_reports(MAYA)[0]
    return services.reports.share(MAYA, report.id, **({"days": 7, "is_private": True} | changes))


def test_the_address_is_on_the_list(app: Dash) -> None:
    """One rule is open, and it is the only one below /share."""
    rules = {rule.rule for rule in app.server.url_map.iter_rules() if rule.rule.startswith("/share")}
    assert rules == {"/share/<token>"}
    assert rules <= PUBLIC_RULES
    assert rules <= COOKIELESS_RULES


def test_anybody_with_the_secret_sees_the_report_and_nothing_else(guest: FlaskClient, services: Services) -> None:
    """The page opens from another site without signing in; it opens nothing else and runs nothing."""
    token = share(services, is_private=False).token
    answer = guest.get(f"/share/{token}", headers=CROSS_SITE)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "&lt;b&gt;Book&lt;/b&gt;" in text
    assert "<b>Book" not in text
    assert "<script" not in text
    assert re.findall(r"(?:src|href)=\"(?!data:)", text) == []
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert guest.get("/api/v1/reports").status_code == 401
    assert guest.get("/export/report/1.pdf").status_code == 401
    assert guest.get("/export/report-file/1").status_code == 401


def test_a_private_link_holds_no_amount(app: Dash, guest: FlaskClient, services: Services) -> None:
    """None of the amounts, prices and notes of the book is in the answer, though the report has them."""
    wanted = amounts(app.server.config["desk"])
    hidden = guest.get(f"/share/{share(services).token}").get_data(as_text=True)
    shown = guest.get(f"/share/{share(services, is_private=False).token}").get_data(as_text=True)
    assert [item for item in wanted if item in hidden] == []
    assert len([item for item in wanted if item in shown]) > 20
    assert "percent of the starting balance" in hidden
    assert "$" not in hidden


def test_the_secret_is_long_and_not_kept(services: Services) -> None:
    """A token has 256 bits, two differ, and the database knows neither."""
    tokens = {share(services).token for _ in range(2)}
    assert {len(token) for token in tokens} == {43}
    assert len(tokens) == 2
    with services.db.read() as session:
        kept = repr(session.execute(select(share_links)).all())
    assert not any(token in kept for token in tokens)
    assert all(link.token == "" for link in services.reports.list_links(MAYA))


def test_wrong_expired_and_revoked_look_alike(
    guest: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever guesses learns nothing: the same page for a wrong, an expired and a revoked link."""
    revoked, expired = share(services), share(services, days=1)
    services.reports.revoke(MAYA, revoked.id)
    later = services.clock() + timedelta(days=1)
    monkeypatch.setattr(services.reports, "_clock", lambda: later)
    answers = [
        guest.get(f"/share/{token}")
        for token in (revoked.token, expired.token, expired.token[:-1], "x", "x" * 5_000, "%00", "..%2f..%2fetc")
    ]
    assert {answer.status_code for answer in answers[:5]} == {404}
    assert len({answer.data for answer in answers[:5]}) == 1
    assert all(answer.status_code in (400, 401, 404) for answer in answers)
    assert guest.get(f"/share/{share(services).token}").status_code == 200


def test_only_its_owner_takes_a_link_back(app: Dash, services: Services) -> None:
    """Another user's revoke is a link that does not exist, and the link stays open."""
    link = share(services)
    noah = services.users.find("noah")
    assert noah is not None
    with pytest.raises(NotFoundError):
        services.reports.revoke(noah.id, link.id)
    with pytest.raises(NotFoundError):
        services.reports.share(noah.id, link.report_id, days=7, is_private=True)
    assert services.reports.list_links(noah.id) == []
    client = app.server.test_client()
    sign_in(client, "noah")
    assert client.get("/export/report/1.pdf").status_code == 404
    assert app.server.test_client().get(f"/share/{link.token}").status_code == 200


def test_deleting_the_report_closes_its_links(guest: FlaskClient, services: Services) -> None:
    """A link leads nowhere when its report is gone."""
    report = services.reports.save(MAYA, ReportDefinition(name="Gone tomorrow"))
    link = services.reports.share(MAYA, report.id, days=7, is_private=False)
    assert guest.get(f"/share/{link.token}").status_code == 200
    services.reports.delete(MAYA, report.id)
    assert guest.get(f"/share/{link.token}").status_code == 404


def test_looks_are_counted_and_limited(guest: FlaskClient, services: Services) -> None:
    """Views are counted for the owner; one address that asks too often has to wait."""
    link = share(services)
    guest.get(f"/share/{link.token}")
    assert next(item for item in services.reports.list_links(MAYA) if item.id == link.id).views == 1
    codes = [guest.get("/share/nothing").status_code for _ in range(60)]
    assert codes[0] == 404
    assert codes[-1] == 429


def test_a_link_takes_no_changes(guest: FlaskClient, services: Services) -> None:
    """No method but reading is answered, and nothing is changed by trying."""
    token = share(services).token
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert guest.open(f"/share/{token}", method=method).status_code in (401, 403, 404, 405)
