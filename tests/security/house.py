"""The whole app with two users; everything of one of them carries a canary."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from dash import Dash
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from data.db.tables import metadata
from domain.accounts import UserId
from domain.alerts import AlertDraft, AlertKind
from domain.journal import NoteTemplate, TagGroup
from domain.overview import DEFAULT, PRESETS
from domain.playbooks import Rule as SetupRule
from domain.playbooks import Setup
from domain.reports import ReportDefinition, ReportForm, ReportSchedule
from domain.screens import Screen, parse_conditions
from services.container import Services
from services.imports import ImportRequest
from tests.services.journaling import picture
from tests.web.client import make_app, sign_up
from web.context import EXTENSION
from web.security import EXTENSION as SECURITY
from web.security.rate_limits import RateLimiter

CANARY = "ZQXCANARY"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
FILLS = [
    *((f"2026-10-{day:02} 15:00:00", "BUY", "100", "50.25") for day in range(5, 10)),
    *((f"2026-10-{day:02} 16:00:00", "SELL", "100", "51.75") for day in range(12, 16)),
    ("2026-10-16 15:00:00", "BUY", "many", "1.00"),
]


@dataclass(frozen=True)
class House:
    """The app, two signed-in browsers, and the ids of what belongs to the first."""

    app: Dash
    maya: FlaskClient
    noah: FlaskClient
    ids: dict[str, Any]

    @property
    def server(self) -> Flask:
        """The Flask server."""
        server: Flask = self.app.server
        return server

    @property
    def services(self) -> Services:
        """The app's services."""
        services: Services = self.server.extensions[EXTENSION]
        return services

    def stranger(self) -> FlaskClient:
        """A browser that is not signed in."""
        return self.server.test_client()


def build_house(directory: Path) -> House:
    """Start the app, register maya and noah, and give maya a book full of canaries."""
    app = make_app(directory)
    # The walk asks more than a person; that the limits hold is tested in test_rates.
    app.server.extensions[SECURITY].guard._limiter = RateLimiter(lambda: time.monotonic() * 1000)
    maya, noah = app.server.test_client(), app.server.test_client()
    sign_up(maya, "maya")
    sign_up(noah, "noah")
    services: Services = app.server.extensions[EXTENSION]
    ids = fill_book(services, UserId(1))
    return House(app, maya, noah, ids)


def fill_book(services: Services, owner: UserId) -> dict[str, Any]:
    """Write a canary into every place a user can write to; return the ids that came out."""
    request = ImportRequest(
        filename=f"{CANARY}.csv", payload=_file().encode(), account=f"{CANARY} account", format="generic-csv"
    )
    batch = services.imports.commit(owner, request)
    account = services.accounts.list_accounts(owner)[0]
    trades = services.ledger.books(owner)[0].matched.trades
    trade = int(trades.opening_id[0]) if hasattr(trades, "opening_id") else 1
    services.journal.save(
        owner, account.id, trade, note=f"{CANARY} note", tags=[f"{CANARY} tag"], setup=f"{CANARY} way"
    )
    services.journal.save_day_note(owner, date(2026, 11, 3), f"{CANARY} day", plan=f"{CANARY} plan")
    written = _write_journal(services, owner, account.id, trade)
    portfolio = services.accounts.save_portfolio(owner, f"{CANARY} portfolio", "USD", [account.id])
    services.watchlists.create(owner, f"{CANARY} list", [CANARY], description=f"{CANARY} text")
    services.watchlists.mark(owner, CANARY, note=f"{CANARY} note")
    services.watchlists.choose_tiles(owner, [CANARY])
    services.alerts.create(
        owner, AlertDraft(symbol="AAPL", kind=AlertKind.ABOVE, level=Decimal(10_000), note=f"{CANARY} alert")
    )
    services.screener.save(owner, f"{CANARY} screen", Screen(conditions=parse_conditions("price > 1")))
    services.users.update_profile(owner, display_name=f"{CANARY} name")
    write_reports(services, owner)
    upload = services.uploads.save(owner, f"{CANARY}.csv", [b"x"], limit_bytes=10)
    ids = {"account": account.id, "import": batch.id, "trade": trade, "portfolio": portfolio, "upload": upload.key}
    return ids | written


def _write_journal(services: Services, owner: UserId, account: int, trade: int) -> dict[str, Any]:
    """Fill the journal beside the notes: a setup with a rule, a group, a template, a missed trade, files."""
    setup = services.playbooks.setups(owner)[0]
    rules = (SetupRule(id=0, text=f"{CANARY} rule"),)
    saved = services.playbooks.save(
        owner, Setup(id=setup.id, name=setup.name, description=f"{CANARY} text", rules=rules)
    )
    services.playbooks.answer(owner, account, trade, saved.rules[0].id, is_followed=True)
    group = services.tagging.save_group(owner, TagGroup(id=0, name=f"{CANARY} group", kind="mistake"))
    template = services.note_templates.save(
        owner, NoteTemplate(id=0, kind="day", name=f"{CANARY} template", body=f"{CANARY} body")
    )
    fields = {"symbol": f"{CANARY} missed", "seen_at": "2026-11-03", "reason": f"{CANARY} why"}
    missed = services.missed_trades.save(owner, 0, fields)
    file = services.attachments.add_to_day(owner, date(2026, 11, 3), f"{CANARY} file.png", [picture()])
    return {
        "setup": saved.id,
        "group": group.id,
        "template": template.id,
        "missed": missed.id,
        "picks": (f"{saved.rules[0].id}:1", f"delete:{file.id}"),
    }


def write_reports(services: Services, owner: UserId) -> None:
    """Write canaries into what belongs to reports and to the overview."""
    report = services.reports.save(owner, ReportDefinition(name=f"{CANARY} report", brand=f"{CANARY} brand"))
    services.report_schedules.save(owner, ReportSchedule(report_id=report.id))
    services.reports.share(owner, report.id, days=7, is_private=False)
    services.reports.keep_file(owner, CANARY.encode(), name=f"{CANARY}.csv", form=ReportForm.CSV)
    services.overview_layouts.save(owner, f"{CANARY} layout", PRESETS[DEFAULT])


def _file() -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Date", "Symbol", "Side", "Quantity", "Price", "Currency"])
    writer.writerows([when, CANARY, side, quantity, price, "USD"] for when, side, quantity, price in FILLS)
    return text.getvalue()


def address_of(rule: Rule, number: int = 1) -> str:
    """An address that the rule answers to, with a number or a word in each gap."""
    values = {name: number if "Integer" in type(item).__name__ else "x" for name, item in rule._converters.items()}
    return str(rule.build(values, append_unknown=False)[1]) if values else rule.rule  # type: ignore[index]


def rows_of(services: Services) -> dict[str, list[str]]:
    """Every row of the database but the sessions and counters of guesses, which visits change."""
    names = [table for table in metadata.sorted_tables if table.name not in ("sessions", "sign_in_failures")]
    with services.db.read() as session:
        return {table.name: sorted(map(repr, session.execute(select(table)))) for table in names}
