"""What the tests of the Import page upload, and how a callback of a page is called with a signed-in user."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dash import Dash
from flask.testing import FlaskClient

from services.container import Services
from tests.services.samples import OPEN_SHORT, ROUND_TRIP, trades_csv
from tests.web.client import csrf_of, make_app, sign_up
from web.auth.csrf import HEADER

GOOD = trades_csv((*ROUND_TRIP, *OPEN_SHORT))
FAULTY = trades_csv(
    (
        *ROUND_TRIP,
        *OPEN_SHORT,
        "t8,2026-03-04 11:00:00,BOLT,Buy,50,20.00,1.00,USD",
        "t9,2026-03-31 09:30:00,ACME,Buy,1O0,10.00,1.00,USD",
    )
)
UNKNOWN = b"When,What,Whatever\n2026-03-02,ACME,1\n2026-03-03,BOLT,2\n"


def make_client(tmp_path: Path, username: str = "maya") -> tuple[Dash, FlaskClient]:
    """The whole app, and a client that is signed in as a new user."""
    app = make_app(tmp_path)
    client = app.server.test_client()
    sign_up(client, username)
    return app, client


def upload(client: FlaskClient, payload: bytes, name: str = "fills.csv") -> dict[str, Any]:
    """Send a file as the drop zone does; returns what the zone hands to the page."""
    response = client.post(
        f"/files/import?name={name}",
        data=payload,
        content_type="application/octet-stream",
        headers={HEADER: csrf_of(client), "Sec-Fetch-Site": "same-origin"},
    )
    return {"status": response.status_code, "body": response.get_json(), "name": name, "size": len(payload), "at": 1}


def services_of(app: Dash) -> Services:
    """The services of an app."""
    found: Services = app.server.extensions["fillwise"]
    return found


@contextmanager
def signed_in(client: FlaskClient) -> Iterator[None]:
    """A request of the client's, in which a callback can be called as the plain function it is."""
    with client:
        client.get("/health")
        headers = {"Cookie": "; ".join(f"{item.key}={item.value}" for item in (client._cookies or {}).values())}
        with client.application.test_request_context("/import", headers=headers):
            yield


def text_of(component: Any) -> str:
    """All the text inside a component, in order."""
    if isinstance(component, (list, tuple)):
        return "".join(map(text_of, component))
    if component is None or isinstance(component, bool):
        return ""
    if isinstance(component, (str, int, float)):
        return str(component)
    return text_of(getattr(component, "children", None))


def find_all(component: Any, wanted: Callable[[Any], bool]) -> list[Any]:
    """Every component below (and with) one that fits."""
    if isinstance(component, (list, tuple)):
        return [found for item in component for found in find_all(item, wanted)]
    own = [component] if wanted(component) else []
    # A component without children is falsy, so the children are asked for by name.
    children = getattr(component, "children", None)
    return own if children is None or isinstance(children, str) else own + find_all(children, wanted)
