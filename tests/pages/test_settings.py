"""The settings over the whole app: profile, accounts, portfolios, security, API and About."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from dash.exceptions import PreventUpdate
from flask.testing import FlaskClient

from components import accounts
from domain.accounts import LotMethod
from domain.drafts import DraftChoices
from domain.errors import ConflictError, ForbiddenError, NotFoundError
from domain.filters import LedgerFilter
from pages import settings, settings_about, settings_accounts, settings_api, settings_appearance, settings_security
from tests.pages.uploads import GOOD, make_client, services_of, signed_in, text_of, upload
from tests.web.client import PAGE_HEADERS, dash_call, make_app, post_form, sign_in, sign_in_demo, sign_up
from web.context import current_owner, current_profile

SECTIONS = ("", "/appearance", "/accounts", "/portfolios", "/analysis", "/security", "/api", "/about")


@pytest.fixture
def made(tmp_path: Path) -> tuple[Dash, FlaskClient]:
    """The app and a signed-in client."""
    return make_client(tmp_path)


@pytest.fixture
def demo(tmp_path: Path) -> tuple[Dash, FlaskClient]:
    """The app and a client in the demo."""
    app = make_app(tmp_path)
    client = app.server.test_client()
    sign_in_demo(client)
    return app, client


def fill(app: Dash, client: FlaskClient) -> None:
    """Import a small file into the account Main."""
    answer = upload(client, GOOD)
    with signed_in(client):
        choices = DraftChoices(upload=answer["body"]["upload"], name="fills.csv", account="Main")
        services_of(app).import_drafts.commit(current_owner(), choices)


def test_every_section_has_an_address(made: tuple[Dash, FlaskClient]) -> None:
    """/settings and each of its sections answer a navigation; an unknown one does not."""
    _, client = made
    for section in SECTIONS:
        assert client.get(f"/settings{section}", headers=PAGE_HEADERS).status_code == 200, section
    assert client.get("/settings/nothing", headers=PAGE_HEADERS).status_code == 404


def test_the_profile_is_saved(made: tuple[Dash, FlaskClient]) -> None:
    """Name, zone and currency are kept, and the corner shows the new initials."""
    app, client = made
    with signed_in(client):
        toast, initials, _ = settings.save_profile(1, "Maya Okafor", "Europe/Zurich", "CHF")
        person = services_of(app).users.get(current_owner())
    assert "Profile saved" in text_of(toast)
    assert initials == "MO"
    assert (person.timezone, person.base_currency) == ("Europe/Zurich", "CHF")


def test_nothing_is_saved_without_a_press(made: tuple[Dash, FlaskClient]) -> None:
    """Dash calls a callback when its button appears; that saves nothing and ends no session."""
    _, client = made
    with signed_in(client):
        with pytest.raises(PreventUpdate):
            settings.save_profile(None, "", "", "")
        with pytest.raises(PreventUpdate):
            settings_security.end_others(None)


def test_the_name_of_the_demo_is_fixed(demo: tuple[Dash, FlaskClient]) -> None:
    """The demo's zone can be tried, its name cannot be changed; the reason is said."""
    _, client = demo
    with signed_in(client):
        with pytest.raises(ForbiddenError, match="name of the demo is fixed"):
            settings.save_profile(1, "Somebody", "UTC", "USD")
        settings.save_profile(1, current_profile().display_name, "Europe/Berlin", "USD")
        assert current_profile().display_name == "Demo"
        shown, _, is_off = settings_security.fill_security(None)
        with pytest.raises(ForbiddenError, match="belong to everyone"):
            settings_security.end_others(1)
    assert "password is fixed" in text_of(shown)
    assert is_off


def test_the_appearance_is_kept_with_the_user(made: tuple[Dash, FlaskClient]) -> None:
    """Theme and palette of the browser are saved for the next one."""
    app, client = made
    with signed_in(client):
        settings_appearance.save_appearance({"theme": "system", "palette": "blue", "at": 1})
        person = services_of(app).users.get(current_owner())
    assert (person.theme, person.palette) == ("system", "blue")


def test_an_account_is_listed_with_its_fills(made: tuple[Dash, FlaskClient]) -> None:
    """The list says broker, currency, zone, lot method and how many executions there are."""
    app, client = made
    fill(app, client)
    with signed_in(client):
        shown = text_of(settings_accounts.fill_accounts(None))
    assert "Other broker · USD · " in shown
    assert "4 fills" in shown


def test_a_changed_lot_method_matches_again(made: tuple[Dash, FlaskClient]) -> None:
    """Saving LIFO through the form's door rebuilds the trades and the toast says so."""
    app, client = made
    fill(app, client)
    account = services_of(app).users.find("maya")
    assert account is not None
    owner = account.id
    main = services_of(app).accounts.list_accounts(owner)[0]
    values = {"name": "Main", "broker": "B", "currency": "USD", "timezone": "UTC", "lot_method": "lifo"}
    response = _press(app, client, int(main.id), values | {"starting_balance": "5000"})
    assert "matched again by LIFO: 1 closed trade" in response.get_data(as_text=True)
    saved = services_of(app).accounts.account(owner, main.id)
    assert (saved.lot_method, saved.starting_balance) == (LotMethod.LIFO, "5000")
    assert services_of(app).portfolio.summary(owner, LedgerFilter()).trades == 1


def _press(app: Dash, client: FlaskClient, account: int, values: dict[str, str]) -> Any:
    """Press Save of an account's form through the callback door."""
    ids = settings_accounts.Ids
    name = '{"account":["ALL"],"type":"settings-account-save"}.n_clicks'
    output = next(
        key for key, item in app.callback_map.items()
        if [f"{part['id']}.{part['property']}" for part in item["inputs"]] == [name]
    )  # fmt: skip
    button = {"type": str(ids.SAVE), "account": account}
    fields = [
        {"id": {"type": str(ids.FIELD), "account": account, "field": field}, "property": "value", "value": value}
        for field, value in values.items()
    ]
    from tests.web.client import dash_body, dash_post  # noqa: PLC0415 - beside its only use

    body = dash_body(output, [])
    body["inputs"] = [[{"id": button, "property": "n_clicks", "value": 1}]]
    body["state"] = [fields]
    body["changedPropIds"] = [f'{{"account":{account},"type":"{ids.SAVE}"}}.n_clicks']
    return dash_post(client, body)


def test_deleting_an_account_asks_for_its_name(made: tuple[Dash, FlaskClient]) -> None:
    """The dialog of an account carries the name that must be typed and says what is lost."""
    app, client = made
    fill(app, client)
    with signed_in(client):
        shown = settings_accounts.fill_accounts(None)
    assert "data-fw-typed='Main'" in str(shown)
    assert "4 fills, their trades, notes and imports go with it" in text_of(shown)


def test_a_portfolio_can_be_renamed_but_not_onto_another(made: tuple[Dash, FlaskClient]) -> None:
    """Changing a portfolio keeps one of it; a taken name is refused and nothing changes."""
    app, client = made
    fill(app, client)
    with signed_in(client):
        service, owner = services_of(app).accounts, current_owner()
        main = int(service.list_accounts(owner)[0].id)
        first = service.put_portfolio(owner, None, name="All", currency="USD", account_ids=[main])
        service.put_portfolio(owner, None, name="Swing", currency="EUR", account_ids=[])
        renamed = service.put_portfolio(owner, first, name="Everything", currency="CHF", account_ids=[main])
        with pytest.raises(ConflictError):
            service.put_portfolio(owner, renamed, name="Swing", currency="USD", account_ids=[])
        found = service.list_portfolios(owner)
        with pytest.raises(NotFoundError):
            service.put_portfolio(owner, 999, name="X", currency="USD", account_ids=[])
        shown = text_of(accounts.portfolio_list(found, service.list_accounts(owner), ids=settings_accounts.part_id))
    assert [(item.name, item.currency) for item in found] == [("Everything", "CHF"), ("Swing", "EUR")]
    assert "CHF · Main" in shown


def test_other_browsers_are_signed_out(made: tuple[Dash, FlaskClient]) -> None:
    """The list marks this browser; signing out everywhere else leaves it alone."""
    app, client = made
    other = app.server.test_client()
    sign_in(other, "maya")
    with signed_in(client):
        _, table, is_off = settings_security.fill_security(None)
        assert text_of(table).count("this browser") == 1
        assert not is_off
        _, toast = settings_security.end_others(1)
    assert "1 session ended" in text_of(toast)
    assert other.get("/settings", headers=PAGE_HEADERS).status_code == 302 or "/signin" in str(
        other.get("/settings", headers=PAGE_HEADERS).headers.get("Location")
    )
    assert client.get("/settings", headers=PAGE_HEADERS).status_code == 200


def test_the_password_form_leads_back_with_a_note(made: tuple[Dash, FlaskClient]) -> None:
    """The form posts to the account route; Settings then says that it worked."""
    _, client = made
    answer = post_form(
        client, "/account/password", current_password="four unrelated words", new_password="five more unrelated words"
    )
    assert answer.headers["Location"] == "/settings?note=password-changed"
    with signed_in(client):
        assert "The password is changed" in text_of(settings.show_note("?note=password-changed", False))


def test_the_api_section_shows_the_real_address(made: tuple[Dash, FlaskClient]) -> None:
    """The commands carry the address of this request and the user's name."""
    _, client = made
    with signed_in(client):
        shown = text_of(settings_api.fill_api(""))
    assert "curl -s http://localhost/api/auth/token" in shown
    assert "username=maya" in shown


def test_about_says_what_is_installed(made: tuple[Dash, FlaskClient]) -> None:
    """Version, database, formats and the state of the quotes are shown; no address of the database is."""
    app, client = made
    with signed_in(client):
        facts, providers = settings_about.fill_about("")
    shown = text_of(facts)
    engine = services_of(app).db.engine.dialect.name
    assert {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[engine] in shown
    assert "://" not in shown
    assert str(len(services_of(app).imports.formats())) in shown
    assert "Simulated" in text_of(providers)


def test_accounts_of_others_cannot_be_saved(made: tuple[Dash, FlaskClient]) -> None:
    """A stranger's account number is not found."""
    app, client = made
    fill(app, client)
    stranger = app.server.test_client()
    sign_up(stranger, "eve1")
    values = {"name": "Mine", "broker": "", "currency": "USD", "timezone": "UTC", "lot_method": "fifo"}
    response = _press(app, stranger, 1, values)
    owner = services_of(app).users.find("maya")
    assert owner is not None
    assert services_of(app).accounts.list_accounts(owner.id)[0].name == "Main"
    assert "No such account" in response.get_data(as_text=True)


def test_the_list_is_filled_over_http(made: tuple[Dash, FlaskClient]) -> None:
    """The real callback door answers the list of accounts."""
    _, client = made
    output = f"{settings_accounts.Ids.LIST}.children"
    answer = dash_call(client, output, [(settings_accounts.Ids.CHANGED, "data", None)])
    assert "No accounts yet" in answer.get_data(as_text=True)
