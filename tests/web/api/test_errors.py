"""Whatever is wrong, the answer is JSON with a sentence in `detail`, and never a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.api.conftest import Office

WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("trades", {"limit": 0}, "limit"),
    ("trades", {"limit": 1001}, "limit"),
    ("trades", {"limit": "ten"}, "limit"),
    ("trades", {"cursor": "%%%"}, "cursor"),
    ("trades", {"cursor": "WzFd"}, "cursor"),
    ("trades", {"cursor": "WzEsMiwxZTk5XQ"}, "cursor"),
    ("trades", {"acount": "Main"}, "acount"),
    ("trades", {"status": "shut"}, "status"),
    ("trades", {"side": "up"}, "side"),
    ("trades", {"from": "yesterday"}, "from"),
    ("trades", {"from": "2026-02-30"}, "from"),
    ("trades", {"from": "0001-01-01"}, "from"),
    ("trades", {"to": "9999-12-31"}, "to"),
    ("trades", {"to": "9999-12-31T23:59:59-23:00"}, "to"),
    ("trades", {"from": "2026-09-01T10:00:00"}, "from"),
    ("trades", {"from": "2026-09-02", "to": "2026-09-01"}, "to"),
    ("trades", {"from": "2026-09-02T10:00:00Z", "to": "2026-09-01"}, "to"),
    ("trades", {"weekday": 7}, "weekday"),
    ("trades", {"hour": -1}, "hour"),
    ("trades", {"duration": "forever"}, "duration"),
    ("trades", {"currency": "US$"}, "currency"),
    ("trades", {"limit": ["1", "2"]}, "limit"),
    ("executions", {"cursor": "WyJhIl0"}, "cursor"),
    ("executions", {"cursor": "WzFlOTld"}, "cursor"),
    ("executions", {"symbol": "A\x00B"}, "symbol"),
    ("imports", {"limit": "-1"}, "limit"),
    ("positions", {"limit": 5}, "limit"),
    ("metrics", {"by": "moon"}, "by"),
    ("metrics", {"basis": "raw"}, "basis"),
    ("equity", {"limit": 3}, "limit"),
    ("quotes", {}, "symbols"),
    ("quotes", {"symbols": ",".join(f"S{n}" for n in range(101))}, "symbols"),
    ("quotes", {"symbols": "x" * 65}, "symbols"),
    ("candles", {}, "symbol"),
    ("candles", {"symbol": "AAPL", "interval": "7m"}, "interval"),
    ("candles", {"symbol": "AAPL", "from": "2026-09-02", "to": "2026-09-01"}, "to"),
    ("candles", {"symbol": "AAPL", "from": "2026-09-01", "cursor": "WzkyMjMzNzIwMzY4NTQ3NzU4MDdd"}, "cursor"),
)


@pytest.mark.parametrize(("path", "parameters", "field"), WRONG)
def test_a_bad_parameter_is_named(office: Office, path: str, parameters: dict[str, Any], field: str) -> None:
    """422, the parameter in `field` and in the sentence."""
    answer = office.ann.get(f"/api/v1/{path}", expect=422, **parameters)
    assert answer["field"] == field
    assert field in answer["detail"]
    assert answer["detail"].endswith(".")


def test_an_empty_parameter_is_as_good_as_none(office: Office) -> None:
    """`?account=&symbol=` filters nothing."""
    empty = office.ann.ask("/api/v1/trades?account=&symbol=&status=&from=&to=&cursor=&limit=")
    assert empty.get_json() == office.ann.get("/api/v1/trades")


def test_json_that_is_none_is_a_bad_request(office: Office) -> None:
    """Broken JSON is 400, another type 415, JSON that is no object 422."""
    client = office.ann.client
    for body, mimetype, status in (
        (b"{", "application/json", 400),
        (b'{"username": NaN}', "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"username=a", "application/x-www-form-urlencoded", 415),
        (b"[1]", "application/json", 422),
    ):
        answer = client.post("/api/auth/register", data=body, content_type=mimetype)
        assert answer.status_code == status, body[:20]
        assert next(iter(answer.get_json())) == "detail"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/trades", "GET"),
        ("PATCH", "/api/v1/imports", "GET"),
        ("PUT", "/api/v1/imports/1", "DELETE"),
        ("POST", "/api/v1/metrics", "GET"),
        ("GET", "/api/auth/token", "POST"),
        ("GET", "/api/auth/register", "POST"),
        ("POST", "/health", "GET"),
        ("DELETE", "/openapi.json", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_one(office: Office, method: str, path: str, allowed: str) -> None:
    """405 with `Allow`, on public addresses also without a token."""
    answers = [office.ann.ask(path, method=method)]
    if not path.startswith("/api/v1/"):
        answers.append(office.ann.client.open(path, method=method))
    for answer in answers:
        assert answer.status_code == 405
        assert allowed in answer.headers["Allow"]
        assert list(answer.get_json()) == ["detail"]


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/", "/api/v1/trades/", "/api/v2/trades", "/api/x", "/platform/x"])
def test_an_unknown_address_is_not_found(office: Office, path: str) -> None:
    """404 with a sentence for every method; 401 for strangers, whatever they prefer to read."""
    for method in ("GET", "POST", "DELETE"):
        answer = office.ann.ask(path, method=method, headers={"Accept": "text/html"})
        if path.startswith("/platform"):
            assert answer.status_code in (401, 404)
        else:
            assert answer.status_code == 404
        assert answer.get_json()["detail"]
        assert office.ann.client.open(path, method=method, headers={"Accept": "text/html"}).status_code == 401


def test_every_address_is_closed_to_strangers(office: Office) -> None:
    """Without a token every documented address but the public ones is 401 with a detail."""
    document = office.ann.client.get("/openapi.json").get_json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation.get("security") == []:
                continue
            answer = office.ann.client.open(path.replace("{import_id}", "1"), method=method.upper())
            assert answer.status_code == 401, path
            assert answer.get_json()["detail"] == "Sign in first."
