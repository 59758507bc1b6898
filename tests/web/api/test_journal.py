"""The journal of the REST interface: entries, days, playbooks, tags, templates, missed trades, files, search."""

from __future__ import annotations

import io
from base64 import b64decode
from hashlib import sha256
from typing import Any

from tests.services.journaling import picture
from tests.web.api.client import Program, csv_of
from tests.web.api.conftest import Office

ROOT = "/api/v1/journal"
FILLS = ("2026-09-01T13:30:00Z,AAA,buy,100,10,0,USD,a1", "2026-09-01T14:30:00Z,AAA,sell,100,12,0,USD,a2")


def send(program: Program, method: str, path: str, body: dict[str, Any], status: int = 200) -> Any:
    """Send a JSON body; the answer's JSON."""
    answer = program.ask(ROOT + path, method=method, json=body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def one_trade(program: Program) -> int:
    """Import one trade; its id."""
    program.send(csv_of(*FILLS), account="Main", timezone="UTC")
    return int(program.get("/api/v1/trades")["items"][0]["id"])


def test_a_trade_is_written_about_part_by_part(fresh: Program) -> None:
    """Members that are left out stay; rules are answered; R follows the plan; a wrong stop changes nothing."""
    trade = one_trade(fresh)
    setup = send(fresh, "POST", "/setups", {"name": "Breakout", "rules": [{"text": "Volume"}]}, 201)
    rule = setup["rules"][0]["id"]
    path = f"/trades/{trade}"
    send(fresh, "PATCH", path, {"note": "**Early**", "setup": "Breakout", "planned_risk": "100", "tags": ["late"]})
    found = send(fresh, "PATCH", path, {"rating": 4, "category": "swing", "rules": {rule: False}, "reviewed": True})
    assert (found["note"], found["rating"], found["category"], found["tags"]) == ("**Early**", 4, "swing", ["late"])
    assert (found["planned_risk"], found["initial_risk"]) == ("100", "100")
    assert found["rules"] == [{"id": rule, "text": "Volume", "followed": False}]
    assert fresh.get("/api/v1/trades")["items"][0]["r_multiple"] == 2.0
    assert found["reviewed_at"]
    assert fresh.get(f"{ROOT}/review") == {"waiting": 0, "trades": []}
    send(fresh, "PATCH", path, {"planned_stop": "11", "note": "gone"}, 422)
    assert fresh.get(ROOT + path)["note"] == "**Early**"
    (item,) = fresh.get(f"{ROOT}/setups")["items"]
    assert (item["broken"]["trades"], item["broken"]["net"], item["followed"]["trades"]) == (1, "200", 0)


def test_days_are_written_and_found(fresh: Program) -> None:
    """A day keeps what is not sent; the search finds its words; an empty day has no note."""
    send(fresh, "PUT", "/days/2026-09-01", {"note": "Chased the *close*", "mood": 2})
    found = send(fresh, "PUT", "/days/2026-09-01", {"plan": "Two trades"})
    assert (found["note"], found["plan"], found["mood"]) == ("Chased the *close*", "Two trades", 2)
    (hit,) = fresh.get(f"{ROOT}/search", q="CHAS clo")["items"]
    assert (hit["kind"], hit["ref"], hit["hits"]) == ("day", "2026-09-01", ["Chased", "close"])
    send(fresh, "PUT", "/days/2026-09-01", {"note": "", "plan": "", "mood": None})
    assert fresh.get(f"{ROOT}/days") == {"items": []}
    send(fresh, "PUT", "/days/yesterday", {"note": "x"}, 422)


def test_everything_can_be_added_changed_and_removed(fresh: Program) -> None:
    """Groups, tags, templates and missed trades go all the way round; a second of a name is a conflict."""
    group = send(fresh, "POST", "/tag-groups", {"name": "Slips", "kind": "mistake"}, 201)
    send(fresh, "POST", "/tag-groups", {"name": "Slips"}, 409)
    tag = send(fresh, "POST", "/tags", {"name": "FOMO", "group_id": group["id"]}, 201)
    assert tag["kind"] == "mistake"
    assert fresh.get(f"{ROOT}/tags")["items"][0]["trades"]["trades"] == 0
    template = send(fresh, "POST", "/templates", {"kind": "day", "name": "Open", "body": "Plan"}, 201)
    missed = {"symbol": "nvda", "seen_at": "2026-09-01T14:00:00Z", "planned_entry": "10", "planned_stop": "9"}
    logged = send(fresh, "POST", "/missed", missed, 201)
    assert (logged["symbol"], logged["side"], logged["planned_stop"]) == ("NVDA", "long", "9")
    send(fresh, "PUT", f"/missed/{logged['id']}", missed | {"planned_stop": "11"}, 422)
    changes = (
        ("/tag-groups", group, {"name": "Errors", "kind": "mistake"}),
        ("/tags", tag, {"name": "Chased"}),
        ("/templates", template, {"kind": "day", "name": "Dawn", "body": "x"}),
        ("/missed", logged, missed),
    )
    for path, item, body in changes:
        assert send(fresh, "PUT", f"{path}/{item['id']}", body)["id"] == item["id"]
        assert fresh.ask(f"{ROOT}{path}/{item['id']}", method="DELETE").status_code == 200
        assert fresh.ask(f"{ROOT}{path}/{item['id']}", method="DELETE").status_code == 404
        assert fresh.get(ROOT + path)["items"] == []


def test_a_picture_is_kept_anew(fresh: Program) -> None:
    """The file that comes back is not the one that was sent; what is no picture is refused."""
    trade = one_trade(fresh)
    sent = picture((80, 40), compress_level=1)
    form = {"file": (io.BytesIO(sent), "../../a shot.exe"), "trade": str(trade)}
    answer = fresh.ask(f"{ROOT}/attachments", method="POST", data=form, content_type="multipart/form-data")
    assert answer.status_code == 201, answer.get_data(as_text=True)
    item = answer.get_json()
    assert (item["kind"], item["width"], item["height"], item["trade"]) == ("png", 80, 40, trade)
    assert item["name"] == "a shot.png"
    content = fresh.get(f"{ROOT}/attachments/{item['id']}/content")
    kept = b64decode(content["base64"])
    assert (content["mime_type"], sha256(kept).hexdigest()) == ("image/png", item["sha256"])
    assert kept != sent
    assert len(fresh.get(f"{ROOT}/attachments", trade=trade)["items"]) == 1
    assert fresh.ask(f"{ROOT}/attachments/{item['id']}", method="DELETE").status_code == 200
    assert fresh.ask(f"{ROOT}/attachments/{item['id']}/content").status_code == 404
    form = {"file": (io.BytesIO(b"<svg onload=alert(1)>"), "a.png"), "trade": str(trade)}
    answer = fresh.ask(f"{ROOT}/attachments", method="POST", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "scripts" in answer.get_data(as_text=True)


def test_the_journal_of_another_user_is_not_found(office: Office) -> None:
    """Bob reads, changes and attaches nothing of ann's."""
    trade = office.ann.get("/api/v1/trades", account="Main", symbol="AAPL")["items"][1]["id"]
    send(office.bob, "PATCH", f"/trades/{trade}", {"note": "mine"}, 404)
    assert office.bob.ask(f"{ROOT}/trades/{trade}").status_code == 404
    assert office.bob.ask(f"{ROOT}/attachments?trade={trade}").status_code == 404
    assert office.bob.get(f"{ROOT}/search", q="held")["items"] == []
    assert [item["kind"] for item in office.ann.get(f"{ROOT}/search", q="held")["items"]] == ["trade"]
