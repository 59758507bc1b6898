"""How often one client may ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import ThrottledError
from tests.web.auth.conftest import SmallApp, build_small_app
from tests.web.client import PAGE_HEADERS, csrf_of, post_form
from web.security.rate_limits import SIGN_UP, Limit, RateLimiter


def test_bucket_empties_and_fills() -> None:
    """A client may burst, then goes on at the rate; another client is not held up."""
    now = [0.0]
    limiter, limit = RateLimiter(lambda: now[0]), Limit("test", 3, 0.5)
    for _ in range(3):
        limiter.take(limit, "a")
    with pytest.raises(ThrottledError) as caught:
        limiter.take(limit, "a")
    assert caught.value.retry_after_seconds == 2
    limiter.take(limit, "b")
    now[0] = 2.0
    limiter.take(limit, "a")
    with pytest.raises(ThrottledError):
        limiter.take(limit, "a")


def test_buckets_do_not_pile_up() -> None:
    """A million addresses do not fill the memory."""
    limiter = RateLimiter(lambda: 0.0)
    for index in range(25_000):
        limiter.take(SIGN_UP, str(index))
    assert len(limiter._buckets) == 20_000


def sign_ups_until_refused(app: SmallApp, **headers: str) -> int:
    """How many registrations one client starts before it is told to wait."""
    client = app.client()
    post_form(client, "/signup", username="", password="")
    for index in range(1, 60):
        fields = {"username": "", "password": "", "csrf_token": csrf_of(client)}
        sent = PAGE_HEADERS | dict.fromkeys(headers, f"10.0.0.{index}")
        if client.post("/signup", data=fields, headers=sent).status_code == 429:
            return index
    return 60


def test_registrations_are_limited_by_address(small: SmallApp) -> None:
    """One address starts about thirty registrations, whatever it claims to be forwarded for."""
    assert sign_ups_until_refused(small, **{"X-Forwarded-For": ""}) <= 31


def test_trusted_proxies_name_the_client(tmp_path: Path) -> None:
    """Behind one trusted proxy the forwarded address counts."""
    app = build_small_app(tmp_path, trusted_proxies=1)
    assert sign_ups_until_refused(app, **{"X-Forwarded-For": ""}) == 60
    app.close()
