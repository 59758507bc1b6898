"""The frame and the parts that callbacks put into it."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from dash import dcc, html

from components import shell, shell_parts
from components.shell import NavItem, ShellIds
from tests.components.markup import find, property_of, text_of, walk

IDS = ShellIds(**{field.name: f"id-{field.name}" for field in fields(ShellIds)})
NAV = [
    NavItem(path="/", title="Overview", icon="layout-dashboard", key="O", mobile=True),
    NavItem(path="/trades", title="Trades", icon="list", key="T", mobile=True, count_id="count"),
    NavItem(path="/market", title="Market", icon="chart-candlestick", group="Markets", filters=False, mobile=True),
    NavItem(path="/settings", title="Settings", icon="settings", key="S", place="foot", filters=False),
]


def _frame() -> html.Div:
    return shell.shell(IDS, NAV, html.Div(id="page"))


def _ids(node: object) -> list[str]:
    return [each.id for each in walk(node) if isinstance(getattr(each, "id", None), str)]


def test_every_id_is_in_the_frame_exactly_once() -> None:
    """A callback finds each part it was promised; no id is doubled."""
    found = _ids(_frame())
    assert len(found) == len(set(found))
    assert {getattr(IDS, field.name) for field in fields(ShellIds)} <= set(found)
    assert {"count", "page", "main"} <= set(found)


def test_the_sidebar_groups_pages() -> None:
    """A group is named once, above its first page; the foot holds its own."""
    bar = shell.sidebar(IDS, NAV)
    assert [text_of(each) for each in find(bar, "fw-nav-label")] == ["Markets"]
    assert [each.href for each in find(bar, "fw-nav")] == ["/", "/trades", "/market", "/settings"]
    assert [each.href for each in find(find(bar, "fw-side-foot"), "fw-nav")] == ["/settings"]


def test_phones_have_five_places() -> None:
    """Two pages, import, one page, More."""
    bar = shell.tab_bar(NAV)
    assert [getattr(each, "href", "more") for each in find(bar, "fw-tab")] == [
        "/",
        "/trades",
        "/import",
        "/market",
        "more",
    ]


def test_scripts_read_the_pages_from_the_frame() -> None:
    """Keys are lower case, filters say where the global filter holds."""
    (holder,) = [value for each in walk(_frame()) if (value := property_of(each, "data-fw-nav"))]
    pages = json.loads(holder)
    assert [page["key"] for page in pages] == ["o", "t", "", "s"]
    assert [page["filters"] for page in pages] == [True, True, False, False]


def test_the_frame_has_its_landmarks_and_a_skip_link() -> None:
    """One main region, named navigations, and a way past them."""
    frame = _frame()
    kinds = [type(each) for each in walk(frame)]
    assert kinds.count(html.Main) == 1
    assert find(frame, "fw-skip")[0].href == "#main"
    assert property_of(find(frame, "fw-side")[0], "aria-label") == "Main navigation"


def test_periods_are_those_of_the_vocabulary() -> None:
    """The choices are the presets and "custom"."""
    (choices,) = [each for each in walk(_frame()) if getattr(each, "id", "") == IDS.period]
    assert [option["value"] for option in choices.options][-3:] == ["12m", "all", "custom"]
    assert choices.value == "all"


def test_keyboard_help_lists_the_pages_that_have_a_key() -> None:
    """Pages without a key are not promised one."""
    shown = text_of(_frame())
    assert "OverviewGO" in shown
    assert "Market" not in shown.split("Go to")[1].split("In lists")[0]


def test_page_title_with_crumbs() -> None:
    """There is one h1, behind the links to the pages above."""
    parts = shell_parts.page_title("PLTR #4307", crumbs=[("Trades", "/trades")])
    assert [each.href for each in walk(parts) if isinstance(each, dcc.Link)] == ["/trades"]
    assert [text_of(each) for each in walk(parts) if isinstance(each, html.H1)] == ["PLTR #4307"]


@pytest.mark.parametrize(("used", "colour"), [(0.2, "text-3"), (0.8, "warn"), (1.0, "loss-mark")])
def test_today_meter_warns_before_the_limit(used: float, colour: str) -> None:
    """Grey, amber from three quarters, the loss colour at the limit."""
    shown = shell_parts.today_meter("−$600.00", tone="loss", low="−$600", limit="−$750", used=used)
    (bar,) = [each for each in walk(find(shown, "fw-meter")) if isinstance(each, html.I)]
    assert bar.style["background"] == f"var(--fw-{colour})"


def test_today_without_a_limit_has_no_bar() -> None:
    """No limit, no meter, no second line."""
    shown = shell_parts.today_meter("+$1.00", tone="profit")
    assert text_of(shown) == "Today+$1.00"
    assert not find(shown, "fw-meter")


def test_status_bar_shows_at_most_ten_quotes() -> None:
    """Session, quotes, feed; no marquee."""
    quotes = [shell_parts.Ticker(symbol=f"S{k}", price="1.00", change="+0.1%", tone="profit") for k in range(14)]
    bar = shell_parts.status_bar("US market open", "live", quotes=quotes, feed="Delayed 15 min")
    assert len(find(bar, "q")) == 10
    assert find(bar, "live")
    assert text_of(bar).endswith("Delayed 15 min")


def test_figures_of_the_frame_have_their_mark() -> None:
    """The Today meter shows what it was added up from, and each price of the status bar asks the server."""
    mark = shell_parts.today_mark("+$12.00", low="−$3.00", trades=2)
    meter = shell_parts.today_meter("+$12.00", tone="profit", low="−$3.00", mark=mark)
    (own,) = find(meter, "fw-why-own")
    assert property_of(next(each for each in walk(own) if isinstance(each, html.Button)), "data-fw-why-note") == ""
    assert all(words in text_of(own) for words in ("Realised today+$12.00", "Day low−$3.00", "Trades closed today2"))
    bar = shell_parts.status_bar("US market open", "live", quotes=[shell_parts.Ticker(symbol="SPY", price="1.00")])
    assert [property_of(each, "data-fw-why-price") for each in find(bar, "fw-why")] == ["SPY"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Maya Okafor", "MO"),
        ("maya", "M"),
        ("Anna Maria von Berg", "AB"),
        ("demo@example.org", "DO"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_initials(name: str, text: str) -> None:
    """First and last word, whatever the name."""
    assert shell_parts.initials(name) == text


def test_user_menu_signs_out_by_a_guarded_post() -> None:
    """Signing out is a POST form that takes the CSRF token; the demo says so."""
    menu = shell_parts.user_menu("Maya Okafor", "maya@example.org", is_demo=True, sign_out="/signout")
    (form,) = [each for each in walk(menu) if isinstance(each, html.Form)]
    assert (form.method, form.action, property_of(form, "data-fw-csrf")) == ("POST", "/signout", "")
    assert "Demo" in text_of(menu)
    assert "Demo" not in text_of(shell_parts.user_menu("Maya", "m@example.org"))


def test_account_options_show_the_balance() -> None:
    """The value is the id, the label name and balance."""
    (option,) = shell_parts.account_options([(7, "IBKR ··4821", "$66,800")])
    assert option["value"] == 7
    assert text_of(option["label"]) == "IBKR ··4821$66,800"
