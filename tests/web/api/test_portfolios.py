"""Portfolios in the interface: saved ones, their figures, other people's, and rates."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.web.api.client import Program, csv_of

FILLS = (
    "2025-01-06T15:00:00Z,AAPL,buy,10,400,1,USD,a1",
    "2025-03-03T15:00:00Z,AAPL,sell,4,450,1,USD,a2",
    "2025-03-10T15:00:00Z,MSFT,buy,100,25,1,USD,a3",
    "2026-04-01T15:00:00Z,AAPL,buy,2,430,1,USD,a4",
)


@pytest.fixture
def investor(fresh: Program) -> Program:
    """A user with one account of shares and a saved portfolio."""
    fresh.send(csv_of(*FILLS), account="Main", timezone="America/New_York")
    account = fresh.get("/api/v1/accounts")["items"][0]["id"]
    body = {"name": "Long term", "currency": "USD", "account_ids": [account], "benchmark": "60 IBM + 40 GOOG"}
    fresh.post("/api/v1/portfolios", body)
    return fresh
