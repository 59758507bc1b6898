"""The same totals on the page, over REST and in every file; and what the Reports page does when it is used."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from pypdf import PdfReader

from components import format as fmt
from domain.filters import LedgerFilter
from domain.reports import SECTIONS, ReportForm
from services.container import Services
from tests.pages.callbacks import call
from tests.services.reports import SYMBOLS, Desk, make_desk
from tests.services.test_report_document import sheet_cells
from tests.web.client import csrf_of, make_app, sign_in
from web.auth.csrf import HEADER
from web.context import EXTENSION

DRAFT = {
    "report-name.value": "Month end",
    "report-sections.value": ["kpis", "month", "trades"],
    "report-brand.value": "Maya & Co",
    "report-accent.value": "#0e7f73",
    "report-private.value": [],
    "report-rows.value": 500,
    "report-manner.value": "accounting",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dash]:
    """The whole app with maya's book."""
    made = make_app(Path(tmp_path_factory.mktemp("reports")))
    services: Services = made.server.extensions[EXTENSION]
    made.server.config["desk"] = make_desk(services)
    yield made
    services.stop_jobs()
    services.db.close()


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    """Maya's browser."""
    made: FlaskClient = app.server.test_client()
    sign_in(made, "maya")
    return made


@pytest.fixture
def desk(app: Dash) -> Desk:
    """Maya's services and accounts."""
    found: Desk = app.server.config["desk"]
    return found


def send(client: FlaskClient, method: str, path: str, body: Any = None) -> Any:
    """Call the REST interface and return its JSON."""
    answer = client.open(path, method=method, json=body, headers={HEADER: csrf_of(client)})
    assert answer.status_code in (200, 201, 202), answer.get_data(as_text=True)
    return answer.get_json()


def random_filters(number: int) -> Iterator[LedgerFilter]:
    """Filters as people combine them."""
    draw = random.Random(20261120)
    for _ in range(number):
        chosen = {
            "symbols": ",".join(draw.sample(SYMBOLS, draw.randint(1, 2))) if draw.random() < 0.5 else "",
            "side": draw.choice(("", "", "long", "short")),
            "result": draw.choice(("", "", "win", "loss")),
            "basis": draw.choice(("net", "gross")),
            "period": draw.choice(("all", "2026-09-01..2026-09-30", "2026-10-01..", "2026-09-10..2026-11-03")),
        }
        yield LedgerFilter.from_query(chosen)


def amount(texts: Iterator[list[str]], heading: str) -> float:
    """The value of the key figure of this name in the rows of a CSV file."""
    return next(float(row[1]) for row in texts if row and row[0] == heading)


def test_totals_agree_everywhere(app: Dash, client: FlaskClient, desk: Desk) -> None:
    """Over random filters the P&L of the overview is that of the curve over REST, CSV, workbook, HTML and PDF."""
    made = send(client, "POST", "/api/v1/reports", {"name": "Check", "sections": ["kpis", "month"]})
    seen = set()
    for chosen in random_filters(6):
        query = chosen.to_query()
        found = desk.services.portfolio.performance(desk.owner, chosen)
        shown = json.dumps(
            call(app, client, "overview-kpis.children", {"shell-filter.data": query}), ensure_ascii=False
        )
        assert fmt.pnl(found.realised, "USD") in shown, query
        send(client, "PUT", f"/api/v1/reports/{made['id']}", made_body(query))
        page = client.get(f"/api/v1/reports/{made['id']}/download?form=html").get_data(as_text=True)
        rows = csv.reader(io.StringIO(download(client, made["id"], "csv").decode("utf-8-sig")))
        heading = f"{chosen.basis.value.capitalize()} P&L"
        assert amount(rows, heading) == pytest.approx(found.realised, abs=0.005)
        cells = {place: value for place, _, value in sheet_cells(download(client, made["id"], "xlsx"), 2)}
        assert cells["A2"] == heading
        assert float(cells["B2"]) == pytest.approx(found.realised, abs=0.005)
        text = fmt.accounting(found.realised)
        assert f"<dd>{text}</dd>" in page, query
        pdf = PdfReader(io.BytesIO(download(client, made["id"], "pdf")))
        assert text in "".join(sheet.extract_text() for sheet in pdf.pages), query
        seen.add(round(found.realised, 2))
    assert len(seen) > 3


def made_body(query: str) -> dict[str, Any]:
    """A report of this filter as REST takes it."""
    return {"name": "Check", "sections": ["kpis", "month"], "filter": query}


def download(client: FlaskClient, report_id: int, form: str) -> bytes:
    """A report as a file."""
    answer = client.get(f"/api/v1/reports/{report_id}/download?form={form}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert "attachment" in answer.headers["Content-Disposition"]
    return bytes(answer.data)


def test_rest_total_is_that_of_the_report(client: FlaskClient, desk: Desk) -> None:
    """The last point of /api/v1/equity is the key figure of a report of the same filter."""
    points = send(client, "GET", "/api/v1/equity?symbol=ACME")["items"]
    found = desk.services.portfolio.performance(desk.owner, LedgerFilter(symbols=("ACME",)))
    assert float(points[-1]["pnl"]) == pytest.approx(found.realised, abs=0.005)


def test_the_sheet_shows_the_draft(app: Dash, client: FlaskClient) -> None:
    """What the controls say is on the sheet at once, and in the address of its files."""
    values = {**DRAFT, "shell-filter.data": "symbols=ACME", "report-current.data": "performance"}
    answer = call(app, client, "report-sheet.children", values)
    page = answer["report-sheet"]["children"][-1]["props"]["srcDoc"]
    assert "Maya &amp; Co" in page
    assert "--a:#0e7f73" in page
    assert answer["report-title"]["children"] == "Month end"
    address = answer["report-pdf"]["href"]
    sent = client.get(address)
    assert sent.status_code == 200
    assert sent.data.startswith(b"%PDF")
    assert sent.headers["Content-Disposition"].startswith('attachment; filename="month-end-')
    assert client.get(address.replace(".pdf", ".exe")).status_code == 404


def test_a_section_is_pinned_to_the_filter_of_the_bar(app: Dash, client: FlaskClient) -> None:
    """Pinning keeps the bar's filter for one section, the list says so, the sheet follows, and it can be let go."""
    values = {"report-pin.n_clicks": 1, "report-pin-section.value": "month", "shell-filter.data": "symbols=ACME"}
    values |= {"report-pins.data": {"kpis": "period=30d"}}
    pinned = call(app, client, "report-pin-section.value", values, changed="report-pin.n_clicks")["report-pins"]["data"]
    assert pinned == {"kpis": "period=30d", "month": "symbols=ACME"}
    listed = json.dumps(call(app, client, "report-pin-list.children", {"report-pins.data": pinned}))
    assert "filter on symbols" in listed
    assert "Last 30 days" in listed
    sheet = call(app, client, "report-sheet.children", {**DRAFT, "report-pins.data": {"month": "symbols=ACME"}})
    assert "own=month%3Dsymbols%253DACME" in sheet["report-pdf"]["href"]
    answer = client.get(sheet["report-pdf"]["href"].replace("draft.pdf", "draft.csv"))
    assert answer.status_code == 200
    assert 'Months,"All time' in answer.get_data(as_text=True)


def test_a_private_draft_shows_no_dollar(app: Dash, client: FlaskClient) -> None:
    """The switch takes every amount off the sheet."""
    values = {**DRAFT, "report-private.value": ["on"], "report-manner.value": "screen", "shell-filter.data": None}
    page = call(app, client, "report-sheet.children", values)["report-sheet"]["children"][-1]["props"]["srcDoc"]
    assert "$" not in page
    assert "%" in page


def test_a_template_cannot_be_deleted(app: Dash, client: FlaskClient) -> None:
    """What is not saved has nothing to delete."""
    filled = call(app, client, "report-templates.children", {"report-current.data": "metrics"})
    assert filled["report-delete"]["disabled"] is True


def test_a_draft_that_cannot_be_says_why(app: Dash, client: FlaskClient) -> None:
    """Without a section, or with a filter that cannot be read, the desk says what to do."""
    answer = call(app, client, "report-sheet.children", {**DRAFT, "report-sections.value": []})
    assert "at least one section" in json.dumps(answer)
    answer = call(app, client, "report-sheet.children", {**DRAFT, "shell-filter.data": "period=nonsense"})
    assert "nonsense" in json.dumps(answer)


def test_saving_scheduling_and_sharing(app: Dash, client: FlaskClient, desk: Desk) -> None:
    """Save keeps the draft with its filter; only what is saved can be scheduled and shared."""
    plan: dict[str, Any] = {
        f"report-{name}.value": value for name, value in (("every", "monthly"), ("month-day", 31), ("time", "7:05"))
    }
    plan |= {"report-forms.value": ["pdf"], "report-zone.value": "Europe/Zurich", "report-weekday.value": 0}
    unsaved = call(app, client, "report-plan-error.children", {**plan, "report-plan.n_clicks": 1})
    assert "Save the report first" in json.dumps(unsaved)
    state = {**DRAFT, "report-save.n_clicks": 1, "shell-filter.data": "symbols=BOLT", "report-current.data": "trades"}
    saved = save(app, client, state)
    report = desk.services.reports.get(desk.owner, int(saved))
    assert (report.name, report.query, report.brand) == ("Month end", "symbols=BOLT", "Maya & Co")
    call(app, client, "report-plan-error.children", {**plan, "report-plan.n_clicks": 1, "report-current.data": saved})
    made = desk.services.report_schedules.list_schedules(desk.owner)[-1]
    assert (made.month_day, made.minute, made.zone) == (31, 425, "Europe/Zurich")
    shared = call(
        app,
        client,
        "report-new.children",
        {
            "report-make-link.n_clicks": 1,
            "report-days.value": 7,
            "report-share-private.value": ["on"],
            "report-current.data": saved,
        },
    )
    assert "/share/" in json.dumps(shared)
    filled = call(app, client, "report-templates.children", {"report-current.data": saved})
    assert filled["report-delete"]["disabled"] is False
    lists = json.dumps(filled)
    assert "Day 31 of the month, 07:05 Zurich" in lists


def test_schedules_files_and_links_over_rest(client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page does can be done over REST: schedule, rest, run, list and take files, share and close."""
    monkeypatch.setattr(desk.services.jobs._supervisor, "wake", lambda: None)
    whole = {"name": "Over REST", "sections": list(SECTIONS), "private": True}
    made = send(client, "POST", "/api/v1/reports", whole)
    assert send(client, "GET", f"/api/v1/reports/{made['id']}")["sections"] == list(SECTIONS), "every section"
    below = f"/api/v1/reports/{made['id']}"
    plan = {"every": "daily", "time": "06:15", "zone": "Asia/Kolkata", "forms": ["csv", "pdf"]}
    schedule = send(client, "POST", f"{below}/schedules", plan)
    assert (schedule["time"], schedule["forms"], schedule["is_on"]) == ("06:15", ["csv", "pdf"], True)
    assert schedule["id"] in [item["id"] for item in send(client, "GET", "/api/v1/reports/schedules")["items"]]
    address = f"/api/v1/reports/schedules/{schedule['id']}"
    assert send(client, "PATCH", address, {"is_on": False})["is_on"] is False
    assert send(client, "GET", "/api/v1/reports/schedules")["items"][-1]["is_on"] is False
    job = send(client, "POST", f"{address}/run")
    assert (job["kind"], job["title"], job["state"]) == ("report", "Over REST", "queued")
    assert send(client, "DELETE", f"/api/v1/jobs/{job['id']}")["is_cancelled"]
    desk.services.reports.keep_file(desk.owner, b"a,b", name="x.csv", form=ReportForm.CSV)
    newest = send(client, "GET", "/api/v1/reports/files")["items"][0]
    assert client.get(f"/api/v1/reports/files/{newest['id']}/download").data == b"a,b"
    link = send(client, "POST", f"{below}/links", {"days": 3})
    assert len(link["token"]) == 43
    assert client.get(f"/share/{link['token']}").status_code == 200
    send(client, "DELETE", f"/api/v1/reports/links/{link['id']}")
    assert client.get(f"/share/{link['token']}").status_code == 404
    send(client, "DELETE", f"/api/v1/reports/schedules/{schedule['id']}")
    send(client, "DELETE", below)
    assert client.get(below).status_code == 404
    for path, body in (
        ("", {"name": "x", "sections": ["nothing"]}),
        ("", {"name": ""}),
        ("", {"name": "y", "accent": "red"}),
    ):
        answer = client.post(f"/api/v1/reports{path}", json=body, headers={HEADER: csrf_of(client)})
        assert answer.status_code == 422, body


def save(app: Dash, client: FlaskClient, state: dict[str, Any]) -> str:
    """Press Save and return the key of the report."""
    declared = [
        key
        for key, item in app.callback_map.items()
        if "report-current.data" in key and any(each["id"] == "report-save" for each in item["inputs"])
    ]
    answer = call(app, client, declared[0], state, changed="report-save.n_clicks")
    return str(next(value["data"] for name, value in answer.items() if name.startswith("report-current")))
