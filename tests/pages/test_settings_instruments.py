"""Settings, Instruments, over the whole app."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from dash import Dash
from dash.exceptions import PreventUpdate

from components.instruments import instrument_table
from domain.drafts import DraftChoices
from domain.errors import NotFoundError
from domain.filters import LedgerFilter
from pages import settings_instruments as page
from tests.pages.uploads import services_of, signed_in, text_of, upload
from tests.web.client import PAGE_HEADERS, make_app, sign_up
from web.context import current_owner, services

NUMBERS = count(1)
CSV = b"""Trade ID,Time,Symbol,Side,Quantity,Price,Commission,Currency,Asset class
a1,2026-03-02 09:31:05,ACME,Buy,100,10.00,1.00,USD,Stock
a2,2026-03-02 09:32:05,ESM6,Buy,1,5000.00,1.00,USD,Future
a3,2026-03-03 09:32:05,ESM6,Sell,1,5010.00,1.00,USD,Future
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dash]:
    """One app for all tests, each of which has a user of its own."""
    made = make_app(tmp_path_factory.mktemp("instruments"))
    yield made
    services_of(made).db.close()


@pytest.fixture
def made(app: Dash) -> Iterator[None]:
    """A request of a user who holds 100 ACME."""
    client = app.server.test_client()
    sign_up(client, f"user{next(NUMBERS)}")
    answer = upload(client, CSV)
    with signed_in(client):
        choices = DraftChoices(upload=answer["body"]["upload"], name="fills.csv", account="Main")
        services_of(app).import_drafts.commit(current_owner(), choices)
        yield


def form(**values: Any) -> list[Any]:
    """Return the values of the form of an action, in its order."""
    empty = {**dict.fromkeys(page.FORM, ""), "kind": "split", "account": 0}
    return [{**empty, **values}[name] for name in page.FORM]


SPLIT = {"symbol": "ACME", "day": "2026-04-01", "ratio_new": "4", "ratio_old": "1"}


def quantity() -> Any:
    """Return how much ACME is held."""
    positions = services().portfolio.positions(current_owner(), LedgerFilter())
    return next(item.quantity for item in positions if item.instrument.symbol == "ACME")


def test_the_address_answers(app: Dash) -> None:
    """The page is there and is one of the settings."""
    client = app.server.test_client()
    sign_up(client, "anybody")
    assert client.get("/settings/instruments", headers=PAGE_HEADERS).status_code == 200


def test_instruments_are_listed_and_found(made: None) -> None:
    """Class, size, tick and fills are shown; the search leaves what it names."""
    everything = text_of(page.fill_instruments(None, ""))
    assert "ACME" in everything
    assert "0.25" in everything
    found = text_of(page.fill_instruments(None, "esm"))
    assert "ESM6" in found
    assert "ACME" not in found
    assert "Nothing found" in text_of(page.fill_instruments(None, "nobody"))


def test_a_corrected_size_moves_the_profit(made: None) -> None:
    """The form shows the stored size; saving another computes the trade anew and closes the form."""
    key = next(item.id for item in services().instruments.list_instruments(current_owner())
               if item.instrument.symbol == "ESM6")  # fmt: skip
    number, title, size, *_ = page.open_instrument({"value": f"edit:{key}"})
    assert (number, title, size) == (key, "Edit ESM6", "50")
    _, toast, is_open, error = page.save_instrument(1, key, "5", "Mini", "", "037833100", "2046251")
    assert "ESM6 saved" in text_of(toast)
    assert (is_open, error) == ("", None)
    trades = services().portfolio.every_trade(current_owner(), LedgerFilter())
    assert next(item.gross for item in trades if not item.is_open) == 50
    assert page.open_instrument({"value": f"edit:{key}"})[4:7] == ("", "037833100", "2046251")
    listed = instrument_table(services().instruments.list_instruments(current_owner()), text="20462", store="x")
    assert "ESM6" in text_of(listed)
    assert "ACME" not in text_of(listed)


def test_a_wrong_number_stays_in_the_form(made: None) -> None:
    """The reason and what to write instead are said, and nothing is saved."""
    key = services().instruments.list_instruments(current_owner())[0].id
    *_, error = page.save_instrument(1, key, "fifty", "", "", "", "")
    assert "not a number" in text_of(error)
    *_, error = page.save_size(1, "ZZ", "future", "", "", "", "")
    assert "contract size is missing" in text_of(error)
    *_, error = page.save_size(1, "ZZ", "future", "5", "soon", "", "")
    assert "2026-09-01" in text_of(error)


def test_a_size_is_added_and_deleted(made: None) -> None:
    """It is listed until it is taken away, after asking."""
    page.save_size(1, "ZZ", "future", "12.5", "2026-01-01", "0.25", "")
    sizes, _ = page.fill_entries(None)
    assert "12.5" in text_of(sizes)
    size = services().instruments.list_sizes(current_owner())[0]
    asked, question, _ = page.ask_to_drop({"value": f"size:{size.id}"})
    assert "ZZ" in text_of(question)
    page.drop(1, asked)
    assert services().instruments.list_sizes(current_owner()) == ()


def test_an_action_is_previewed_saved_edited_and_deleted(made: None) -> None:
    """The effect is said before anything changes; deleting brings the figures back."""
    state = {"id": 0, "reason": ""}
    effect = text_of(page.show_effect(*form(**SPLIT)[:-1], state))
    assert "100 → 400" in effect
    assert "$10.00 → $2.50" in effect
    assert "unchanged" in effect
    assert quantity() == 100
    page.save_action(1, state, *form(**SPLIT))
    assert quantity() == 400
    _, listed = page.fill_entries(None)
    assert "4 for 1" in text_of(listed)
    key = services().corporate_actions.list_actions(current_owner())[0].action.id
    opened = page.open_action({"value": f"action:{key}"}, "")
    assert opened[0]["id"] == key
    assert dict(zip(page.FORM, opened[4:], strict=True))["day"] == "2026-04-01"
    page.save_action(1, opened[0], *form(**{**SPLIT, "ratio_new": "5"}))
    assert quantity() == 500
    asked, *_ = page.ask_to_drop({"value": f"undo:{key}"})
    page.drop(1, asked)
    assert quantity() == 100


def test_an_incomplete_action_says_what_is_missing(made: None) -> None:
    """While it is typed the missing part is named; saving it changes nothing."""
    values = form(symbol="ACME", day="2026-04-01", kind="cash_merger")
    assert "How much cash" in text_of(page.show_effect(*values[:-1], None))
    *_, error = page.save_action(1, None, *values)
    assert "How much cash" in text_of(error)
    assert quantity() == 100
    assert page.show_effect(*form()[:-1], None) == []


@pytest.mark.parametrize(
    ("kind", "hidden"),
    [
        ("split", [False, True, False, True]),
        ("symbol_change", [True, False, True, True]),
        ("cash_merger", [True, True, False, True]),
        ("stock_merger", [False, False, False, False]),
        ("spin_off", [False, False, True, False]),
    ],
)
def test_a_kind_shows_its_own_fields(kind: str, hidden: list[bool]) -> None:
    """Ratio, new symbol, cash and share of the cost appear where they count."""
    _, ratio, new, cash, _, share = page.show_parts(kind)
    assert [ratio, new, cash, share] == hidden


def test_an_address_with_a_symbol_leads_to_it(made: None) -> None:
    """A known symbol is looked for; of one nobody has traded the size is asked."""
    assert page.follow_address("?symbol=ACME") == ("ACME", "ACME", "")
    assert page.follow_address("?symbol=QQXM6") == ("QQXM6", "QQXM6", "QQXM6")


def test_nothing_happens_without_a_press(made: None) -> None:
    """Dash calls callbacks when their buttons appear; wishes of other forms are not theirs."""
    calls: list[Callable[[], Any]] = [
        lambda: page.save_instrument(None, 1, "5", "", ""),
        lambda: page.save_size(None, "ZZ", "future", "5", "", "", ""),
        lambda: page.save_action(None, None, *form(**SPLIT)),
        lambda: page.drop(None, {"verb": "undo", "id": 1}),
        lambda: page.open_instrument({"value": "add"}),
        lambda: page.open_action({"value": "edit:1"}, ""),
        lambda: page.ask_to_drop(None),
    ]
    for call in calls:
        with pytest.raises(PreventUpdate):
            call()


def test_what_is_not_ones_own_is_not_found(made: None) -> None:
    """A number nobody gave us leads nowhere."""
    with pytest.raises(NotFoundError):
        page.open_instrument({"value": "edit:99999"})
    with pytest.raises(NotFoundError):
        page.ask_to_drop({"value": "undo:99999"})
