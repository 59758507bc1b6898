"""What the tests of one provider need: it, talking to a local server that answers as told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from data.quotes import ProviderOptions, QuoteProvider, known_providers
from tests.data.quotes.recorded import NOW, RECORDED, Query
from tests.data.quotes.vendor import Answer, Vendor


def build(slug: str, vendor: Vendor, *, now: datetime = NOW, **options: Any) -> QuoteProvider:
    """Make a provider that talks to the local server; it waits long, for a busy machine."""
    given = {"clock": lambda: now, "base_url": vendor.url, "timeout_seconds": 60.0, **RECORDED[slug].options}
    return known_providers()[slug].build(ProviderOptions(**(given | options)))


def serve(vendor: Vendor, answer: Callable[[str, Query], Any], *, content_type: str = "application/json") -> None:
    """Let a vendor answer with bodies."""

    def respond(path: str, query: Query) -> Answer:
        body = answer(path, query)
        return body if isinstance(body, Answer) else Answer(body, content_type=content_type)

    vendor.answer = respond
