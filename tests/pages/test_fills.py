"""The Fills page as a browser uses it: rows, inline edits, form, bulk actions, pasting, history; the trade's menu."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pages.fills import DESK, Ids
from pages.trade import Ids as TradeIds
from pages.trades import Ids as TradesIds
from tests.components.markup import text_of
from tests.pages.callbacks import call
from tests.pages.trading import Desk, open_desk
from tests.pages.uploads import signed_in
from tests.web.client import dash_post
from web.shell import Shell

FIELDS = ("account", "symbol", "side", "quantity", "price", "executed_at", "fees", "fee_currency", "asset_class",
          "currency", "multiplier")  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Somebody with seven fills."""
    made = open_desk(tmp_path)
    yield made
    made.services.db.close()


def rows(desk: Desk, query: str = "", *, view: str = "all", sort: str = "") -> dict[str, Any]:
    """Return the rows of the grid and the export's address."""
    model = [{"colId": part.split(":")[0], "sort": part.split(":")[1]} for part in sort.split(",") if part]
    values = {
        f"{Ids.GRID}.getRowsRequest": {"startRow": 0, "endRow": 200, "sortModel": model},
        f"{Shell.FILTER}.data": query,
        f"{Ids.VIEW}.value": view,
    }
    answer = call(desk.app, desk.client, f"{Ids.GRID}.getRowsResponse", values)
    return {**answer[Ids.GRID]["getRowsResponse"], "href": answer[Ids.EXPORT]["href"]}


def form_ids() -> list[dict[str, str]]:
    """Return the ids of the form's fields and errors."""
    errors = (*FIELDS, "other")
    return [
        *({"type": Ids.FIELD, "field": name} for name in FIELDS),
        *({"type": Ids.ERROR, "field": name} for name in errors),
    ]


def save(desk: Desk, fill: int | None = None, **typed: Any) -> Any:
    """Press Save with these values in the form."""
    blank = {"account": desk.account, "side": "buy"}
    values = {
        "ids": form_ids(),
        f"{Ids.FIELD}.value": [{**blank, **typed}.get(name, "") for name in FIELDS],
        f"{Ids.FORM_FILL}.data": fill,
        f"{Ids.FORM_SAVE}.n_clicks": 1,
    }
    found = [key for key, item in desk.app.callback_map.items() if any(
        each["id"] == Ids.FORM_SAVE for each in item["inputs"])]  # fmt: skip
    return call(desk.app, desk.client, found[0], values)


def press(desk: Desk, value: str, selected: list[dict[str, Any]] | None = None, *, ids: Any = Ids) -> Any:
    """Press a button whose wish lands in the action store; the answer of the callback that changes fills."""
    values: dict[str, Any] = {f"{ids.ACTION}.data": {"value": value, "at": 1}}
    if ids is Ids:
        values[f"{Ids.GRID}.selectedRows"] = selected
    changed = getattr(ids, "FILLS_CHANGED", None) or ids.CHANGED
    found = [
        key
        for key, item in desk.app.callback_map.items()
        if key.startswith(f"..{changed}.data") and any(each["id"] == ids.ACTION for each in item["inputs"])
    ]
    return call(desk.app, desk.client, found[0], values)


def undo(desk: Desk, toast: Any) -> Any:
    """Press Undo in a toast."""
    number = _value_in(toast)
    found = [key for key, item in desk.app.callback_map.items() if any(
        each["id"] == Ids.UNDO for each in item["inputs"])]  # fmt: skip
    return call(desk.app, desk.client, found[0], {f"{Ids.UNDO}.data": {"value": number, "at": 2}})


def _value_in(node: Any) -> str:
    if isinstance(node, dict):
        if "data-fw-value" in node:
            return str(node["data-fw-value"])
        return next((found for child in node.values() if (found := _value_in(child))), "")
    return next((found for child in node if (found := _value_in(child))), "") if isinstance(node, list) else ""


def test_the_form_tells_the_contract_size_it_would_take(desk: Desk) -> None:
    """A known root shows its size in the empty field, an unknown contract asks, and nothing typed says nothing."""
    with signed_in(desk.client):
        assert DESK.tell_size("future", "ESM6", "2026-03-04 10:00") == "50, known"
        assert DESK.tell_size("option", "NEWCO 1C", None) == "for example 100"
        assert DESK.tell_size(None, "", "") == ""


def test_rows_are_texts_that_can_be_typed(desk: Desk) -> None:
    """Newest first; quantities and prices are exact texts, times those of the account's zone."""
    found = rows(desk)
    assert found["rowCount"] == 7
    first = found["rowData"][0]
    assert (first["symbol"], first["side"], first["quantity"], first["price"]) == ("CCC", "buy", "5", "100")
    assert first["time"] == "2026-09-04 10:00:00"
    assert found["href"] == "/export/fills.csv"


def test_the_export_holds_exactly_the_rows_shown(desk: Desk) -> None:
    """The CSV has the rows of filter, view and order, with plain numbers."""
    found = rows(desk, "search=AAA", sort="price:desc")
    assert found["href"] == "/export/fills.csv?search=AAA&sort=price:desc"
    answer = desk.client.get(found["href"])
    table = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert [row["id"] for row in table] == [row["id"] for row in found["rowData"]]
    assert [row["price"] for row in table] == ["12.5", "12.25", "11", "10"]


def test_a_cell_is_edited_and_undone(desk: Desk) -> None:
    """What is typed into a cell is laid over the fill at once; the toast takes it back."""
    row = rows(desk, sort="price:asc")["rowData"][0]
    values = {f"{Ids.GRID}.cellValueChanged": [{"colId": "price", "value": "10.5", "data": row}]}
    found = [key for key, item in desk.app.callback_map.items() if any(
        each["property"] == "cellValueChanged" and each["id"] == Ids.GRID for each in item["inputs"])]  # fmt: skip
    answer = call(desk.app, desk.client, found[0], values)
    after = rows(desk, sort="price:asc")["rowData"][0]
    assert (after["price"], after["marks"]) == ("10.5", [["Edited", "acc"]])
    assert [item["id"] for item in rows(desk, view="edited")["rowData"]] == [row["id"]]
    undo(desk, answer[Shell.TOASTS]["children"])
    assert rows(desk, sort="price:asc")["rowData"][0]["price"] == "10"
    values[f"{Ids.GRID}.cellValueChanged"][0]["value"] = "ten"
    refused = call(desk.app, desk.client, found[0], values)
    assert "'ten' is not a number" in text_of(refused[Shell.TOASTS]["children"])


def test_the_form_adds_and_edits(desk: Desk) -> None:
    """A wrong value stands under its field and nothing is saved; then the fill is there, and can be edited."""
    refused = save(desk, symbol="AAA", quantity="-1", price="9", executed_at="2026-09-05 10:00")
    errors = {key: each["children"] for key, each in refused.items() if Ids.ERROR in key}
    assert [key for key, child in errors.items() if child] == ['{"field":"quantity","type":"fills-error"}']
    save(desk, symbol="AAA", quantity="7", price="9", executed_at="2026-09-05 10:00")
    (row,) = rows(desk, view="hand")["rowData"]
    assert (row["quantity"], row["source"]) == ("7", "By hand")
    save(desk, int(row["id"]), symbol="AAA", quantity="8", price="9", executed_at=row["time"], fees="0",
         fee_currency="USD")  # fmt: skip
    assert rows(desk, view="hand")["rowData"][0]["quantity"] == "8"


def test_selected_fills_are_deleted_and_come_back(desk: Desk) -> None:
    """Delete takes the selected rows away, undo brings them back; without a selection it says so."""
    chosen = rows(desk)["rowData"][:2]
    answer = press(desk, "delete", chosen)
    assert rows(desk)["rowCount"] == 5
    undo(desk, answer[Shell.TOASTS]["children"])
    assert rows(desk)["rowCount"] == 7


def test_a_selection_that_cannot_be_read_changes_nothing(desk: Desk) -> None:
    """What a client claims to have selected is checked before anything happens."""
    key = next(
        key
        for key, item in desk.app.callback_map.items()
        if key.startswith(f"..{Ids.CHANGED}.data") and any(each["id"] == Ids.ACTION for each in item["inputs"])
    )
    unreadable: list[Any] = [None, [], [{}], [{"id": "x"}], ["no row"]]
    for rubbish in unreadable:
        body = {
            "output": key,
            "outputs": [{"id": Ids.CHANGED, "property": "data"}, {"id": Shell.TOASTS, "property": "children"}],
            "inputs": [{"id": Ids.ACTION, "property": "data", "value": {"value": "delete"}}],
            "state": [{"id": Ids.GRID, "property": "selectedRows", "value": rubbish}],
            "changedPropIds": [f"{Ids.ACTION}.data"],
        }
        assert dash_post(desk.client, body).status_code < 500
        assert rows(desk)["rowCount"] == 7


def test_pasted_rows_are_shown_then_added(desk: Desk) -> None:
    """The preview counts what can be added and tells each problem by its line; adding is one change."""
    text = "Time\tSymbol\tSide\tQuantity\tPrice\n2026-09-08 10:00\tAAA\tBuy\t3\t9\n2026-09-08 11:00\tAAA\tSell\t?\t9\n"
    values = {f"{Ids.PASTE_TEXT}.value": text, f"{Ids.PASTE_ACCOUNT}.value": desk.account}
    shown = call(desk.app, desk.client, f"{Ids.PASTE_PREVIEW}.children", values)
    assert shown[Ids.PASTE_SAVE] == {"children": "Add 1 fill", "disabled": False}
    assert "Line 3" in text_of(shown[Ids.PASTE_PREVIEW]["children"])
    call(desk.app, desk.client, f"{Ids.PASTE_TEXT}.value", {**values, f"{Ids.PASTE_SAVE}.n_clicks": 1})
    assert rows(desk)["rowCount"] == 8
    history = call(desk.app, desk.client, f"{Ids.HISTORY_LIST}.children", {f"{Shell.FILTER}.data": ""})
    assert "Pasted 1 fill into Main." in text_of(history[Ids.HISTORY_LIST]["children"])


def test_phones_get_cards_that_open_the_form(desk: Desk) -> None:
    """A card wishes to edit its fill, and the form opens with its values."""
    values = {f"{Ids.CARD_WISH}.data": {"cards": 100}, f"{Ids.VIEW}.value": "all"}
    cards = call(desk.app, desk.client, f"{Ids.CARDS}.children", values)[Ids.CARDS]["children"]
    wish = _value_in(cards)
    assert wish.startswith("edit:")
    ask = {"ids": form_ids(), f"{Ids.ACTION}.data": {"value": wish}}
    answer = call(desk.app, desk.client, f"{Ids.FORM_TITLE}.children", ask)
    assert answer[Ids.FORM]["data-fw-open"] == "open"
    assert answer['{"field":"symbol","type":"fills-field"}']["value"] == "CCC"
    assert DESK.field("symbol") == {"type": Ids.FIELD, "field": "symbol"}


def test_a_trades_fill_is_deleted_from_its_page(desk: Desk) -> None:
    """The menu of a fill on the trade's page does what the Fills page does."""
    number = desk.trades[3]
    press(desk, f"delete:{number}", ids=TradeIds)
    assert rows(desk)["rowCount"] == 6


def test_trades_are_merged_from_their_list(desk: Desk) -> None:
    """Two round trips of one instrument become one row, and undo makes them two again."""
    first, _, third, _ = desk.trades
    selected = [{"id": str(key), "account": desk.account} for key in (first, third)]
    key = next(key for key, item in desk.app.callback_map.items() if any(
        each["id"] == TradesIds.MERGE for each in item["inputs"]))  # fmt: skip
    values = {f"{TradesIds.MERGE}.data": {"value": "merge", "at": 1}, f"{TradesIds.GRID}.selectedRows": selected}
    answer = call(desk.app, desk.client, key, values)
    detail = desk.services.portfolio.trade(desk.owner, first)
    assert (detail.trade.executions, detail.trade.gross) == (4, Decimal("97.5"))
    number = _value_in(answer[Shell.TOASTS]["children"])
    back = next(key for key, item in desk.app.callback_map.items() if any(
        each["id"] == TradesIds.UNDO for each in item["inputs"]))  # fmt: skip
    call(desk.app, desk.client, back, {f"{TradesIds.UNDO}.data": {"value": number, "at": 2}})
    assert desk.services.portfolio.trade(desk.owner, first).trade.executions == 2
