"""The frame around every page: ids, the global filter in the URL, live status, the signed-in person.

The filter has one home, the URL's query. One clientside callback keeps the URL, the controls of the
top bar and the store `Shell.FILTER` (the canonical query text that pages listen to) in step.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import dash
from dash import ClientsideFunction, dcc, html
from dash.exceptions import PreventUpdate

from components import alerts, feedback, market_words, shell, shell_parts, why
from components import format as fmt
from components.shell import NavItem, ShellIds
from domain.filters import LedgerFilter
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.page import CallbackRecorder, Page

if TYPE_CHECKING:
    from domain.accounts import User
    from domain.market import Quote


class Shell(StrEnum):
    """Ids of the frame.

    Pages may listen to URL, FILTER, WATCHED (a watchlist has changed), ALERTED (an alert has changed or spoken), TICK
    (computed figures) and FALLBACK (prices; once a minute while a stream brings them), and write to TOASTS and URL's
    search.
    """

    URL = "shell-url"
    FILTER = "shell-filter"
    TICK = "shell-tick"
    FALLBACK = "shell-fallback"
    WATCHED = "shell-watched"
    PRICE = "shell-price"
    PRICE_CHANGE = "shell-price-change"
    CLOCK = "shell-clock"
    TITLE = "shell-title"
    ACCOUNTS = "shell-accounts"
    ACCOUNTS_LABEL = "shell-accounts-label"
    PERIOD = "shell-period"
    PERIOD_LABEL = "shell-period-label"
    DATES = "shell-dates"
    UNIT = "shell-unit"
    BASIS = "shell-basis"
    CURRENCY = "shell-currency"
    TODAY = "shell-today"
    USER_MENU = "shell-user-menu"
    USER_BADGE = "shell-user-badge"
    STATUS = "shell-status"
    TOASTS = "shell-toasts"
    NOTICES = "shell-notices"
    TRADE_COUNT = "shell-trade-count"
    HEALTH_COUNT = "shell-health-count"
    LOOK = "shell-look"
    LOOK_TAKEN = "shell-look-taken"
    WHY = "shell-why"
    WHY_BODY = "shell-why-body"
    ALERTED = "shell-alerted"
    ALERT_NEWS = "shell-alert-news"
    ALERT_TOLD = "shell-alert-told"
    ALERT_ASKED = "shell-alert-asked"
    ALERT_COUNT = "shell-alert-count"
    ALERT_LIST = "shell-alert-list"
    ALERT_FORM = "shell-alert-form"
    ALERT_TITLE = "shell-alert-title"
    ALERT_EDITED = "shell-alert-edited"
    ALERT_SYMBOL = "shell-alert-symbol"
    ALERT_KIND = "shell-alert-kind"
    ALERT_LEVEL = "shell-alert-level"
    ALERT_NOTE = "shell-alert-note"
    ALERT_REPEATS = "shell-alert-repeats"
    ALERT_ENDS = "shell-alert-ends"
    ALERT_SAVE = "shell-alert-save"
    ALERT_DELETE = "shell-alert-delete"
    ALERT_ERROR = "shell-alert-error"


IDS = ShellIds(
    title=Shell.TITLE,
    accounts=Shell.ACCOUNTS,
    accounts_label=Shell.ACCOUNTS_LABEL,
    period=Shell.PERIOD,
    period_label=Shell.PERIOD_LABEL,
    dates=Shell.DATES,
    unit=Shell.UNIT,
    basis=Shell.BASIS,
    currency=Shell.CURRENCY,
    today=Shell.TODAY,
    user_menu=Shell.USER_MENU,
    user_badge=Shell.USER_BADGE,
    status=Shell.STATUS,
    toasts=Shell.TOASTS,
    notices=Shell.NOTICES,
)
ALERT_FORM = alerts.FormIds(**{name: Shell[f"ALERT_{name.upper()}"] for name in alerts.FormIds.__slots__})
SHELL = CallbackRecorder()
TICKERS = 10
"""Prices in the ticker bar."""
COUNTED = {"/trades": Shell.TRADE_COUNT, "/data-health": Shell.HEALTH_COUNT}
"""Pages with a number behind their name in the navigation."""
FED_BY_TRADES = ("/calendar", "/journal", "/analytics", "/reports", "/portfolio", "/cash")
"""Pages that stay empty without a trade and have no first step of their own."""


def layout(pages: Sequence[Page], *, refresh_seconds: float) -> html.Div:
    """Return the frame with the page container; knows no user.

    Args:
        pages: All pages, for the navigation.
        refresh_seconds: How often live parts look at the quote cache; not below its time to live.
    """
    return html.Div(
        [
            dcc.Location(id=Shell.URL, refresh="callback-nav"),
            dcc.Store(id=Shell.FILTER),
            dcc.Store(id=Shell.LOOK),
            dcc.Store(id=Shell.LOOK_TAKEN),
            dcc.Store(id=Shell.WATCHED),
            dcc.Interval(id=Shell.TICK, interval=int(refresh_seconds * 1000)),
            dcc.Interval(id=Shell.FALLBACK, interval=int(refresh_seconds * 1000)),  # assets/js/stream.js slows it down
            *(dcc.Store(id=name) for name in (Shell.ALERTED, Shell.ALERT_NEWS, Shell.ALERT_TOLD)),
            *(dcc.Store(id=name) for name in (Shell.ALERT_ASKED, Shell.ALERT_EDITED)),
            shell.shell(
                IDS, navigation(pages), dash.page_container, actions=alerts.bell(Shell.ALERT_COUNT, Shell.ALERT_LIST)
            ),
            why.drawer(Shell.WHY, Shell.WHY_BODY),
            alerts.form(ALERT_FORM),
        ],
        **{"data-fw-beat": str(int(refresh_seconds * 1000))},
        **{"data-fw-interval": f"{Shell.TICK} {Shell.FALLBACK}"},  # assets/js/live.js stops it while the tab is hidden
    )


def navigation(pages: Sequence[Page]) -> list[NavItem]:
    """Return the navigation entries of the pages that have an icon, in order."""
    listed = sorted((page for page in pages if page.icon), key=lambda page: (page.group == "foot", page.order))
    return [
        NavItem(
            path=page.path,
            title=page.title,
            icon=page.icon,
            key=page.key,
            group="" if page.group == "foot" else page.group,
            place="foot" if page.group == "foot" else "main",
            filters=page.filters,
            mobile=page.path in ("/", "/trades", "/market"),
            count_id=COUNTED.get(page.path, ""),
        )
        for page in listed
    ]


def read_filter(query: str | None) -> LedgerFilter:
    """Return the filter of a query text such as the data of `Shell.FILTER`."""
    from urllib.parse import parse_qsl

    return LedgerFilter.from_query(dict(parse_qsl((query or "").lstrip("?"))))


def import_name(chosen: LedgerFilter) -> str:
    """Return the name of the file a filter keeps to, "" without one; NotFoundError when it is not the owner's."""
    number = chosen.import_id
    return "" if number is None else services().imports.batch(current_owner(), number).filename


@SHELL.callback(Output(Shell.TITLE, "children"), Input(Shell.URL, "pathname"))
def fill_title(path: str | None) -> Any:
    """Show the title of the page; a page below another names that one first."""
    if (path or "").startswith("/analytics/"):
        return shell_parts.page_title("Analytics")
    page = next((item for item in dash.page_registry.values() if item["path"] == path), None)
    if page is not None:
        return shell_parts.page_title(str(page["name"]))
    if (path or "").startswith("/trade/"):
        return shell_parts.page_title("Trade", crumbs=[("Trades", "/trades")])
    if (path or "").startswith("/company/"):
        return shell_parts.page_title(unquote((path or "")[9:]), crumbs=[("Watchlists", "/watchlists")])
    if (path or "").startswith("/settings"):
        return shell_parts.page_title("Settings")
    return shell_parts.page_title("Not found")


SHELL.clientside(
    ClientsideFunction("fillwise_filters", "sync"),
    Output(Shell.URL, "search"),
    Output(Shell.FILTER, "data"),
    Output(Shell.ACCOUNTS, "value"),
    Output(Shell.PERIOD, "value"),
    Output(Shell.DATES, "start_date"),
    Output(Shell.DATES, "end_date"),
    Output(Shell.UNIT, "value"),
    Output(Shell.BASIS, "value"),
    Output(Shell.CURRENCY, "value"),
    Input(Shell.URL, "pathname"),
    Input(Shell.URL, "search"),
    Input(Shell.ACCOUNTS, "value"),
    Input(Shell.PERIOD, "value"),
    Input(Shell.DATES, "start_date"),
    Input(Shell.DATES, "end_date"),
    Input(Shell.UNIT, "value"),
    Input(Shell.BASIS, "value"),
    Input(Shell.CURRENCY, "value"),
    State(Shell.FILTER, "data"),
)


SHELL.clientside(
    ClientsideFunction("fillwise_filters", "adopt"), Output(Shell.LOOK_TAKEN, "data"), Input(Shell.LOOK, "data")
)


@SHELL.callback(
    Output(Shell.ACCOUNTS, "options"),
    Output(Shell.CURRENCY, "options"),
    Output(Shell.USER_MENU, "children"),
    Output(Shell.USER_BADGE, "children"),
    Output(Shell.NOTICES, "children"),
    Output(Shell.LOOK, "data"),
    Input(Shell.URL, "pathname"),
)
def fill_person(path: str) -> tuple[Any, ...]:
    """Show who is signed in and which accounts there are."""
    person = current_profile()
    accounts = services().accounts.list_accounts(person.id)
    currencies = sorted({person.base_currency, *(account.currency for account in accounts)})
    return (
        shell_parts.account_options([(account.id, account.name, account.currency) for account in accounts]),
        currencies,
        shell_parts.user_menu(person.display_name or person.username, person.username, is_demo=person.is_demo),
        person.initials,
        _notice(path, is_demo=person.is_demo, is_new=not accounts),
        {"theme": person.theme, "palette": person.palette},
    )


def _notice(path: str, *, is_demo: bool, is_new: bool) -> Any:
    if is_demo:
        return feedback.demo_notice()
    return feedback.first_notice() if is_new and (path or "").startswith(FED_BY_TRADES) else None


@SHELL.callback(
    Output(Shell.ACCOUNTS_LABEL, "children"),
    Output(Shell.PERIOD_LABEL, "children"),
    Output(Shell.TRADE_COUNT, "children"),
    Input(Shell.FILTER, "data"),
    Input(Shell.URL, "pathname"),  # an import or a new account on the page before may have changed them
)
def label_filter(query: str | None, _: str) -> tuple[str, str, str]:
    """Say in the top bar which accounts and days are chosen, and count the trades."""
    chosen = read_filter(query)
    summary = services().portfolio.summary(current_owner(), chosen)
    return summary.accounts_label, summary.period_label, fmt.count(summary.trades)


@SHELL.callback(
    Output(Shell.WHY_BODY, "children"),
    Output(Shell.WHY_BODY, "aria-busy"),
    Input(Shell.WHY, "data"),
    prevent_initial_call=True,
)
def explain_figure(wish: dict[str, str] | None) -> tuple[Any, str]:
    """Explain the figure whose mark was clicked."""
    if not wish:
        raise PreventUpdate  # the empty store has joined the page
    if "symbol" in wish:
        from components import price_why

        derived = services().price_derivations.derive(current_owner(), str(wish["symbol"]))
        return price_why.explanation(derived, zone=current_profile().timezone), "false"
    found = services().analysis.explain(current_owner(), read_filter(wish.get("query")), str(wish.get("metric")))
    return why.explanation(found), "false"


@SHELL.callback(Output(Shell.HEALTH_COUNT, "children"), Input(Shell.URL, "pathname"))
def count_findings(_: str) -> str:
    """Count what may be wrong with the data; nothing is shown when all is well."""
    found = services().health.open_count(current_owner())
    return fmt.count(found) if found else ""


@SHELL.callback(
    Output(Shell.TODAY, "children"),
    Input(Shell.TICK, "n_intervals"),
    running=[(Output(Shell.TICK, "disabled"), True, False)],
)
def refresh_today(_: int | None) -> Any:
    """Renew the Today meter from cached quotes."""
    today = services().portfolio.today(current_owner())
    net, low = fmt.pnl(today.net, today.currency), fmt.money(today.low, today.currency)
    mark = shell_parts.today_mark(net, low=low, trades=today.trades)
    return shell_parts.today_meter(net, tone=fmt.tone(today.net), low=low, mark=mark)


@SHELL.callback(
    Output(Shell.STATUS, "children"),
    Input(Shell.WATCHED, "data"),
    Input(Shell.FALLBACK, "n_intervals"),
)
def fill_status(_: Any, __: int | None) -> Any:
    """Write the status bar: what the market does, the prices of the ticker bar, who brings them."""
    person = current_profile()
    watched = services().watchlists.symbols(person.id)[:TICKERS]
    quotes = services().quotes.quotes(watched)
    return _status(person, [quotes[symbol] for symbol in watched if symbol in quotes])


def _status(person: User, quotes: Sequence[Quote]) -> list[Any]:
    now = services().clock()
    simulated = any(quote.simulated for quote in quotes)
    stale = not quotes or all(quote.stale for quote in quotes)
    tickers = [
        shell_parts.Ticker(
            symbol=quote.symbol,
            price=fmt.price(quote.price),
            change=fmt.percent(quote.change_fraction, places=2, signed=True),
            tone=fmt.tone(quote.change_fraction),
            ids=({"type": Shell.PRICE, "key": quote.symbol}, {"type": Shell.PRICE_CHANGE, "key": quote.symbol}),
        )
        for quote in quotes
    ]
    label = fmt.zone_label(person.timezone, now)
    text = f"{now.astimezone(ZoneInfo(person.timezone)):%H:%M:%S} {label}"
    clock = shell_parts.running_clock(Shell.CLOCK, text, zone=person.timezone, label=label)
    state: Any = "off" if not quotes else "stale" if stale else "live"
    feed = _feed_name(quotes, simulated=simulated)
    return shell_parts.status_bar(
        _session_words(quotes, simulated=simulated, stale=stale), state, quotes=tickers, feed=feed, clock=clock
    )


def _session_words(quotes: Sequence[Quote], *, simulated: bool, stale: bool) -> str:
    """Say what the market of the first price is doing."""
    if simulated:
        return "Simulated market, always open"
    status = services().market.market_status(quotes[0].symbol) if quotes else None
    if status is not None:
        return market_words.session_words(status)
    return "Quotes are old" if stale else "Quotes"


def _feed_name(quotes: Sequence[Quote], *, simulated: bool) -> str:
    if simulated:
        return "Simulated prices"
    return f"Live via {quotes[0].provider}" if quotes else "No quotes"
