"""What links narrow pages by: chips on Fills and Trades, the diff an address opens, and words for a fill's origin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from components import import_results
from components.cash import rows as cash_rows
from components.trade_filters import CHIPS
from domain.cash import CashQuery
from domain.drafts import ImportOutcome, Leftovers
from domain.fills import FillDraft
from domain.imports import RowCounts
from pages.fills import Ids
from pages.trades import Ids as TradesIds
from services.imports import ImportRequest
from tests.pages.callbacks import call
from tests.pages.trading import Desk, open_desk
from tests.services.samples import ROUND_TRIP, trades_csv
from tests.web.client import sign_up
from web.import_diff import DiffIds
from web.shell import Shell


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Somebody with seven fills of a program and three of a file."""
    made = open_desk(tmp_path_factory.mktemp("links"))
    yield made
    made.services.db.close()


@pytest.fixture(scope="module")
def batch(desk: Desk) -> int:
    """The import of the file."""
    request = ImportRequest(filename="march.csv", payload=trades_csv(ROUND_TRIP), account="Main")
    return int(desk.services.imports.commit(desk.owner, request).id)


def text_of(node: Any) -> str:
    """Return the text of markup as the browser gets it."""
    if isinstance(node, dict):
        return text_of(node.get("props", {}).get("children"))
    return "".join(map(text_of, node)) if isinstance(node, list) else "" if node is None else str(node)


def fill_chips(desk: Desk, query: str) -> str:
    """Return the chips of the Fills page as text; "" when their row is hidden."""
    answer = call(desk.app, desk.client, f"{Ids.CHIPS}.children", {f"{Shell.FILTER}.data": query})[Ids.CHIPS]
    assert answer["hidden"] == (not answer["children"])
    return text_of(answer["children"])


def open_address(desk: Desk, search: str) -> Any:
    """Come to the Import page with an address."""
    keys = [
        key for key, item in desk.app.callback_map.items()
        if key.startswith(f"..{DiffIds.DIALOG}") and item["inputs"][0]["id"] == Shell.URL
    ]  # fmt: skip
    return call(desk.app, desk.client, keys[0], {f"{Shell.URL}.search": search})


def test_fills_show_what_a_link_narrowed_them_to(desk: Desk, batch: int) -> None:
    """Each part is a chip with a cross; the file stands there by its name; nothing narrowed, no row of chips."""
    assert fill_chips(desk, "") == ""
    shown = fill_chips(desk, f"symbols=ACME&asset=stock&import={batch}&fees=none")
    assert all(word in shown for word in ("SymbolACME", "ClassStock", "Filemarch.csv", "FeesNone stated"))
    assert "FeesRate unknown" in fill_chips(desk, "fees=unknown")


def test_the_rows_of_fills_obey_the_link(desk: Desk, batch: int) -> None:
    """The grid holds the fills of the file, and its export carries the filter."""
    values = {
        f"{Ids.GRID}.getRowsRequest": {"startRow": 0, "endRow": 50, "sortModel": []},
        f"{Shell.FILTER}.data": f"import={batch}",
        f"{Ids.VIEW}.value": "all",
    }
    answer = call(desk.app, desk.client, f"{Ids.GRID}.getRowsResponse", values)
    assert [row["source"] for row in answer[Ids.GRID]["getRowsResponse"]["rowData"]] == [
        "march.csv, line 4", "march.csv, line 3", "march.csv, line 2",
    ]  # fmt: skip
    assert answer[Ids.EXPORT]["href"] == f"/export/fills.csv?import={batch}"
    export = desk.client.get(answer[Ids.EXPORT]["href"]).get_data(as_text=True)
    assert export.count("march.csv") == len(export.splitlines()) - 1 == 3


def test_trades_name_the_file_they_are_narrowed_to(desk: Desk, batch: int) -> None:
    """The chip carries the file's name, and clearing leads to all trades."""
    ids = [{"type": kind, "key": chip.name} for kind in (TradesIds.CHIP, TradesIds.CHOICES) for chip in CHIPS]
    values = {"ids": ids, f"{Shell.FILTER}.data": f"import={batch}"}
    answer = call(desk.app, desk.client, f"{TradesIds.EXTRA}.children", values)
    assert text_of(answer[TradesIds.EXTRA]["children"]) == "Filemarch.csvClear"


def test_another_s_file_is_not_named(desk: Desk, batch: int) -> None:
    """Somebody else's import is answered as one that does not exist, whichever page is asked."""
    client = desk.app.server.test_client()
    sign_up(client, "noah")
    answer = client.get(f"/export/fills.csv?import={batch}")
    assert answer.status_code == 404
    assert "march" not in answer.get_data(as_text=True)


def test_an_address_opens_what_an_import_changed(desk: Desk, batch: int) -> None:
    """The dialog opens on the part that the link names."""
    answer = open_address(desk, f"?batch={batch}&part=problems")
    assert answer[DiffIds.DIALOG]["data-fw-open"] == f"diff-{batch}-problems"
    shown = text_of(answer[DiffIds.BODY]["children"])
    assert "march.csv into Main" in shown
    assert f"/trades?import={batch}" in json.dumps(answer)
    assert "Left out" in shown


def test_a_fill_s_origin_is_told_alike_on_both_pages(desk: Desk) -> None:
    """Only what somebody typed is by hand; what neither file nor person brought has no file."""
    draft = FillDraft(
        symbol="ZZZ", side="buy", quantity="1", price="2", executed_at="2026-09-09 10:00", asset_class="stock"
    )
    desk.services.fills.add(desk.owner, desk.account, draft)
    statement = desk.services.cash.statement(desk.owner, CashQuery(account=desk.account, currency="USD"))
    assert statement is not None
    told = {row["symbol"]: row["source"] for row in cash_rows(statement)}
    assert (told["ZZZ"], told["AAA"]) == ("By hand", "No file")


def test_the_result_of_an_import_leads_to_exactly_its_trades(desk: Desk, batch: int) -> None:
    """The links of a file with fills carry the import; those of one that brought none carry the account."""
    made = desk.services.imports.batch(desk.owner, batch)
    empty = replace(made, rows=RowCounts(total=3, duplicates=3))
    account = f"accounts={desk.account}"
    for found, link in ((made, f"{account}&import={batch}"), (empty, account)):
        outcome = ImportOutcome(batch=found, effect=None, left=Leftovers(), period=None)
        shown = import_results.result(outcome, undo_id="undo", diff_id="diff", mend_id="mend")
        written = json.dumps([part.to_plotly_json() for part in shown], cls=PlotlyJSONEncoder)
        assert f'"/trades?{link}"' in written
        assert f'"/fills?{link}"' in written
