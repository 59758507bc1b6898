"""A program that talks to the REST interface, for tests, and a book whose figures can be done by hand."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.container import Services
from web.context import EXTENSION

PASSWORD = "four unrelated words"
HEADER = "time,symbol,side,quantity,price,fees,currency,id"
# (9 closed trades in USD, one in EUR, one still open; the half sold of IBM is realised by a trade still open.)
FILLS = (
    "2026-09-01T13:30:00Z,AAPL,buy,100,10,1,USD,a1",
    "2026-09-01T14:30:00Z,AAPL,sell,100,11,1,USD,a2",
    "2026-09-02T13:30:00Z,AAPL,buy,10,12.5,0.5,USD,a3",
    "2026-09-03T13:31:00Z,AAPL,sell,10,12,0.5,USD,a4",
    "2026-09-07T15:00:00Z,MSFT,sell,20,300.25,2,USD,m1",
    "2026-09-07T15:00:30Z,MSFT,buy,20,299.75,2,USD,m2",
    "2026-09-30T15:00:00Z,MSFT,buy,1,250,0,USD,m3",
    "2026-10-01T15:00:00Z,MSFT,sell,1,249.99,0,USD,m4",
    "2026-10-01T16:00:00Z,NVDA,buy,3,100.1,0.3,USD,n1",
    "2026-10-01T16:20:00Z,NVDA,sell,3,100.1,0.3,USD,n2",
    "2026-10-02T02:30:00Z,NVDA,buy,3,100,0,USD,n3",
    "2026-10-02T19:00:00Z,NVDA,sell,3,104.5,0,USD,n4",
    "2026-10-05T14:00:00Z,SAP,buy,5,200,1,EUR,s1",
    "2026-10-05T15:00:00Z,SAP,sell,5,210,1,EUR,s2",
    "2026-10-06T14:00:00Z,IBM,buy,10,400,1,USD,t1",
    "2026-10-07T14:00:00Z,IBM,sell,4,410,0.4,USD,t2",
)
USD_NET = "130.49"
"""Of the closed USD trades: 98 - 6 + 6 - 0.01 - 0.6 + 13.5 plus two of the second account (9.6 + 10)."""
SECOND = (
    "2026-10-08T14:00:00Z,AAPL,sell,10,20,0.2,USD,b1",
    "2026-10-08T14:10:00Z,AAPL,buy,10,19,0.2,USD,b2",
    "2026-10-08T15:00:00Z,AAPL,buy,10,19,0,USD,b3",
    "2026-10-08T15:10:00Z,AAPL,sell,10,20,0,USD,b4",
)


@dataclass(frozen=True)
class Program:
    """A client without cookies that sends a user's token."""

    client: FlaskClient
    token: str

    def ask(self, path: str, **options: Any) -> TestResponse:
        """Send a request with the token; the answer is read."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return self.client.open(path, headers=headers, buffered=True, **options)

    def get(self, path: str, expect: int = 200, **parameters: Any) -> Any:
        """GET with parameters; the JSON of the answer."""
        answer = self.ask(path, method="GET", query_string=parameters)
        assert answer.status_code == expect, answer.get_data(as_text=True)
        return answer.get_json()

    def send(self, payload: bytes, name: str = "fills.csv", *, status: int = 201, **fields: str) -> Any:
        """Import a file."""
        data = {"file": (io.BytesIO(payload), name)} | fields
        answer = self.ask("/api/v1/imports", method="POST", data=data, content_type="multipart/form-data")
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()

    def every(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """All rows of a list, page after page."""
        rows: list[dict[str, Any]] = []
        cursor = ""
        while True:
            answer = self.get(path, cursor=cursor, **parameters)
            rows += answer["items"]
            cursor = answer["next_cursor"] or ""
            if not cursor:
                return rows


def services_of(app: Dash) -> Services:
    """The services of an app."""
    found: Services = app.server.extensions[EXTENSION]
    return found


def join(app: Dash, username: str) -> Program:
    """Register a user and get a token, as a program does."""
    client = app.server.test_client(use_cookies=False)
    body = {"username": username, "password": PASSWORD}
    assert client.post("/api/auth/register", json=body).status_code == 201
    answer = client.post("/api/auth/token", data=body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return Program(client, answer.get_json()["access_token"])


def csv_of(*rows: str) -> bytes:
    """A file of the generic layout."""
    return "\n".join([HEADER, *rows, ""]).encode()
