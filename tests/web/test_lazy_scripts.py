"""Scripts that wait until something is drawn with them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.web.client import make_app, sign_in_demo

HEAVY = ("plotly", "dash_ag_grid")


def test_a_page_does_not_load_what_it_may_not_need(tmp_path: Path) -> None:
    """Charts and tables are named where the browser finds them, and are no scripts of the page."""
    client = make_app(tmp_path).server.test_client()
    sign_in_demo(client)
    page = client.get("/").get_data(as_text=True)
    scripts = re.findall(r'<script src="([^"]+)"', page)
    assert scripts
    assert [script for script in scripts if any(name in script for name in HEAVY)] == []
    addresses = dict(re.findall(r'data-fw-lazy-(\w+)="([^"]+)"', page))
    assert set(addresses) == {"charts", "grid"}
    for address in addresses.values():
        with client.get(address) as answer:
            assert answer.status_code == 200
            assert "max-age=31536000" in answer.headers["Cache-Control"]
