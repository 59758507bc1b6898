"""How the network is spoken to: bounds, budget, and what vendors ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from data.quotes import ProviderOptions
from data.quotes.session import VendorSite, make_session, read_retry_after
from domain.errors import BudgetSpentError, NotOfferedError, QuoteUnavailableError, RateLimitedError
from tests.data.quotes.vendor import Answer, Vendor

NOW = datetime(2026, 11, 18, 15, 20, 30, tzinfo=UTC)


def site(vendor: Vendor, **options: Any) -> VendorSite:
    """A site on the local server."""
    given = {"clock": lambda: NOW, "base_url": vendor.url, "timeout_seconds": 60.0, **options}
    return VendorSite("Vendor", "https://vendor.example", ProviderOptions(**given))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("77", 77),
        ("Wed, 18 Nov 2026 15:21:30 GMT", 60),
        ("Wed, 18 Nov 2026 15:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("٣", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    """Both forms count; nonsense counts as not said."""
    assert read_retry_after({"Retry-After": text}, lambda: NOW) == seconds


def test_an_answer_is_read_to_its_end(vendor: Vendor) -> None:
    """Zipped or not, the object arrives whole, from the path and with the parameters that were asked for."""
    for is_zipped in (False, True):
        answer = Answer({"rows": list(range(20_000))}, is_zipped=is_zipped)
        vendor.answer = partial(lambda found, path, query: found, answer)
        assert len(site(vendor).get_object("/a/b", {"x": "1 2"})["rows"]) == 20_000
    assert vendor.calls == [("/a/b", {"x": "1 2"})] * 2


def test_what_is_too_long_is_broken_off(vendor: Vendor) -> None:
    """A few kilobytes that unpack to megabytes are refused while they unpack."""
    vendor.answer = lambda path, query: Answer(b" " * 30_000_000, is_zipped=True)
    with pytest.raises(QuoteUnavailableError):
        site(vendor, answer_limit_bytes=100_000).get("/", {})


def test_an_answer_that_ends_early_is_none(vendor: Vendor) -> None:
    """A connection that breaks off in the middle does not give half an answer."""
    vendor.answer = lambda path, query: Answer({"rows": [1, 2, 3]}, headers={"Content-Length": "9999"})
    with pytest.raises(QuoteUnavailableError):
        site(vendor).get("/", {})


@pytest.mark.parametrize(
    ("status", "kind"),
    [(429, RateLimitedError), (403, NotOfferedError), (451, NotOfferedError), (500, QuoteUnavailableError)],
)
def test_states_have_a_meaning(vendor: Vendor, status: int, kind: type[Exception]) -> None:
    """Wait, not with this key, broken: each is its own error."""
    vendor.answer = lambda path, query: Answer({}, status)
    with pytest.raises(kind):
        site(vendor).get("/", {})


def test_without_a_token_nothing_is_sent(vendor: Vendor) -> None:
    """A spent budget is noticed before the vendor is bothered."""

    def take() -> None:
        raise BudgetSpentError("Spent.")

    session = make_session(ProviderOptions(base_url=vendor.url, take=take))
    with pytest.raises(BudgetSpentError):
        session.get("https://vendor.example/x")
    session.close()
    assert vendor.calls == []
