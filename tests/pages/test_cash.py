"""The Cash page as a browser uses it: choices, status, figure, totals, chips, lines, export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pages.cash import Ids, query_of
from services.imports import ImportRequest
from tests.pages.callbacks import call
from tests.pages.trading import Desk, open_desk
from tests.services.statements import BROKEN, COINS
from tests.web.client import make_app, sign_up
from web.shell import Shell


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A person with trades by hand, a statement with a hole and a coin ledger."""
    made = open_desk(tmp_path_factory.mktemp("cash"))
    for name, text in (("Paper", BROKEN), ("Coins", COINS)):
        request = ImportRequest(filename=f"{name.lower()}.csv", payload=text.encode(), account=name)
        made.services.imports.commit(made.owner, request)
    yield made
    made.services.db.close()


def choose(desk: Desk, query: str = "") -> dict[str, Any]:
    """What the selector offers under a filter."""
    answer: dict[str, Any] = call(desk.app, desk.client, f"{Ids.CHOICE}.options", {f"{Shell.FILTER}.data": query})
    return answer


def choice(desk: Desk, label: str) -> str:
    """The value of an option by its label."""
    options = choose(desk)[Ids.CHOICE]["options"]
    return next(str(item["value"]) for item in options if item["label"] == label)


def ask(desk: Desk, output: str, label: str, query: str = "", *, more: dict[str, Any] | None = None) -> Any:
    """Call a callback with an option chosen."""
    values = {f"{Ids.CHOICE}.value": choice(desk, label), f"{Shell.FILTER}.data": query, f"{Ids.KINDS}.data": []}
    return call(desk.app, desk.client, output, values | (more or {}))


def test_every_account_and_currency_can_be_chosen(desk: Desk) -> None:
    """Accounts by name, the account's own currency first; the filter narrows them and its currency is preferred."""
    found = choose(desk)[Ids.CHOICE]
    assert [item["label"] for item in found["options"]] == [
        "Coins · EUR", "Coins · BTC", "Main · USD", "Paper · USD",
    ]  # fmt: skip
    assert found["value"] == found["options"][0]["value"]
    narrowed = choose(desk, f"accounts={desk.account}")[Ids.CHOICE]
    assert [item["label"] for item in narrowed["options"]] == ["Main · USD"]
    assert choose(desk, "currency=BTC")[Ids.CHOICE]["value"].endswith(":BTC")


def test_the_status_names_the_first_diverging_day(desk: Desk) -> None:
    """Balances, line, file and what moved that day stand in the banner; the day is marked in the line."""
    answer = ask(desk, f"{Ids.BANNER}.children", "Paper · USD")
    text = json.dumps(answer[Ids.BANNER], ensure_ascii=False)
    assert "Agrees on 1 of 2 printed balances." in text
    assert "First differs on 2026-03-04: broker $49,502.97, ours $49,477.97 (line 4 of paper.csv)" in text
    assert "a gap of +$25.00" in text
    assert "Sold 40 ACME at 12.00 +$478.99" in text
    marks = [trace for trace in answer[Ids.CURVE]["figure"]["data"] if trace["mode"] == "markers"]
    assert len(marks) == 1


def test_an_agreeing_statement_says_so(desk: Desk) -> None:
    """Every printed balance of the coin ledger agrees; an account without any has no banner."""
    text = json.dumps(ask(desk, f"{Ids.BANNER}.children", "Coins · EUR")[Ids.BANNER], ensure_ascii=False)
    assert "Agrees on all 4 printed balances." in text
    assert ask(desk, f"{Ids.BANNER}.children", "Main · USD")[Ids.BANNER]["children"] is None


def test_the_line_is_stepped_and_described(desk: Desk) -> None:
    """The curve stands still between days, and its sentence has both ends."""
    answer = ask(desk, f"{Ids.CURVE}.figure", "Coins · EUR")
    line = answer[Ids.CURVE]["figure"]["data"][0]
    assert line["line"]["shape"] == "hv"
    assert answer[Ids.CURVE_LABEL]["aria-label"] == (
        "Cash balance from €598.00 on 1 Feb 2023 to €306.95 on 10 Feb 2023."
    )


def test_totals_lead_from_opening_to_closing(desk: Desk) -> None:
    """Kinds, trading fees and both balances stand in the table of the period."""
    text = json.dumps(ask(desk, f"{Ids.TOTALS}.children", "Coins · EUR", "period=2023-02-02..2023-02-28"),
                      ensure_ascii=False)  # fmt: skip
    for part in ("Brought forward", "€598.00", "+€210.00", "−€500.00", "−€1.05", "€306.95"):
        assert part in text


def test_a_block_of_lines_is_the_newest_first(desk: Desk) -> None:
    """The grid gets its rows with amounts, balances and sources, and how many there are."""
    request = {"startRow": 0, "endRow": 2}
    found = ask(desk, f"{Ids.GRID}.getRowsResponse", "Coins · EUR", more={f"{Ids.GRID}.getRowsRequest": request})
    rows = found[Ids.GRID]["getRowsResponse"]
    assert rows["rowCount"] == 4
    assert [(row["kind"], row["amount_text"], row["balance_text"]) for row in rows["rowData"]] == [
        ("Withdrawals", "−€500.00", "€306.95"), ("Sold", "+€208.95", "€806.95"),
    ]  # fmt: skip
    assert rows["rowData"][1]["what"] == "Sold 0.01 BTC-EUR at 21,000.00"
    assert rows["rowData"][0]["source"] == "coins.csv, line 9"
    assert len({row["id"] for row in rows["rowData"]}) == 2


def test_chips_narrow_lines_and_export(desk: Desk) -> None:
    """A pressed chip narrows the grid, the phone's list and the CSV, which is exactly what is shown."""
    kinds = {f"{Ids.KINDS}.data": ["deposit"]}
    answer = ask(desk, f"{Ids.CHIPS}.children", "Coins · EUR", more=kinds)
    pressed = [chip["props"]["children"][0] for chip in answer[Ids.CHIPS]["children"]
               if chip["props"].get("aria-pressed") == "true"]  # fmt: skip
    assert pressed == ["Deposits"]
    csv = desk.client.get(answer[Ids.EXPORT]["href"]).get_data(as_text=True).splitlines()
    assert [line.split(",")[2] for line in csv[1:]] == ["deposit"]
    rows = ask(desk, f"{Ids.GRID}.getRowsResponse", "Coins · EUR",
               more=kinds | {f"{Ids.GRID}.getRowsRequest": {"startRow": 0, "endRow": 9}})  # fmt: skip
    assert rows[Ids.GRID]["getRowsResponse"]["rowCount"] == 1


def test_a_chip_is_pressed_and_let_go(desk: Desk) -> None:
    """The first click narrows to the kind, the second one lets go."""
    chip = {"type": Ids.CHIP, "key": "fee"}
    values: dict[str, Any] = {"ids": [chip], f"{Ids.CHIP}.n_clicks": [1], f"{Ids.KINDS}.data": []}
    changed = f'{{"key":"fee","type":"{Ids.CHIP}"}}.n_clicks'
    assert call(desk.app, desk.client, f"{Ids.KINDS}.data", values, changed=changed)[Ids.KINDS]["data"] == ["fee"]
    values[f"{Ids.KINDS}.data"] = ["fee"]
    assert call(desk.app, desk.client, f"{Ids.KINDS}.data", values, changed=changed)[Ids.KINDS]["data"] == []


def test_another_account_starts_with_every_kind(desk: Desk) -> None:
    """Choosing another account or currency lets go of the pressed chips: it may have none of those kinds."""
    values = {f"{Ids.KINDS}.data": ["deposit"], f"{Ids.CHOICE}.value": choice(desk, "Coins · BTC")}
    answer = call(desk.app, desk.client, f"{Ids.KINDS}.data", values, changed=f"{Ids.CHOICE}.value")
    assert answer[Ids.KINDS]["data"] == []


def test_a_pressed_kind_stays_in_sight(desk: Desk) -> None:
    """In a period without that kind its chip stays, with 0, so that it can be let go."""
    answer = ask(desk, f"{Ids.CHIPS}.children", "Coins · EUR", "period=2023-02-10..2023-02-10",
                 more={f"{Ids.KINDS}.data": ["deposit"]})  # fmt: skip
    texts = [(chip["props"]["children"][0], chip["props"]["children"][1]["props"]["children"])
             for chip in answer[Ids.CHIPS]["children"] if chip["type"] == "Button"]  # fmt: skip
    assert texts == [("Deposits", "0"), ("Withdrawals", "1")]


def test_the_filter_s_period_reaches_the_service(desk: Desk) -> None:
    """What the page asks for is the selector's account and currency, and the period of the filter."""
    query = query_of("7:EUR", "period=30d&accounts=3", ["fee", "nonsense"], end=5)
    assert (query.account, query.currency, query.period, query.end) == (7, "EUR", "30d", 5)
    assert [kind.value for kind in query.kinds] == ["fee"]


def test_a_newcomer_sees_what_the_page_is_for(tmp_path: Path) -> None:
    """Without any account there is a designed empty state with a way to the import."""
    app = make_app(tmp_path, demo=False)
    client = app.server.test_client()
    sign_up(client, "nina")
    answer = call(app, client, f"{Ids.CHOICE}.options", {f"{Shell.FILTER}.data": ""})
    assert answer[Ids.BODY]["hidden"] is True
    assert "/import" in json.dumps(answer[Ids.EMPTY]["children"])
    app.server.extensions["fillwise"].db.close()
