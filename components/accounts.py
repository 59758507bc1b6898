"""Accounts and portfolios as the settings show them: facts, and the form behind each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, feedback, forms, settings
from components import format as fmt
from components.icons import icon
from components.import_steps import zone_options
from domain.accounts import Account, LotMethod, Portfolio

if TYPE_CHECKING:
    from domain.portfolios import PortfolioPlan

METHODS = (
    (LotMethod.FIFO.value, "FIFO, oldest first"),
    (LotMethod.LIFO.value, "LIFO, newest first"),
    (LotMethod.AVERAGE.value, "Average cost"),
)
REGIMES = (("us", "United States"), ("uk", "United Kingdom"), ("in", "India"))
LOT_METHODS = (
    ("fifo", "FIFO, oldest first"),
    ("lifo", "LIFO, newest first"),
    ("hifo", "HIFO, dearest first"),
    ("average", "Average cost"),
    ("specific", "Specific lots"),
)
FieldId = Callable[[str], Any]


def account_list(
    accounts: Sequence[Account],
    fills: Mapping[int, int],
    *,
    ids: Callable[[int], FieldId],
    plans: Mapping[int, str] | None = None,
) -> Any:
    """Return every account with its form.

    Args:
        accounts: The accounts.
        fills: Executions of each, by account.
        plans: Name of the fee plan of each that has one.
        ids: Makes, for an account, the id of a part: a field's name, "save" or "delete".
    """
    if not accounts:
        text = "An import makes one, or add one below: its currency, time zone and lot method."
        return feedback.empty("wallet", "No accounts yet", text)
    named = plans or {}
    rows = [_account(item, fills.get(item.id, 0), ids(int(item.id)), named.get(item.id, "")) for item in accounts]
    return html.Div(rows, className="se-list")


def _account(account: Account, fills: int, id_of: FieldId, plan: str) -> html.Details:
    method = dict(METHODS)[account.lot_method.value].split(",", 1)[0]
    facts = [account.broker or "No broker", account.currency, _place(account.timezone), method]
    if account.starting_balance:
        facts.append(f"starts with {fmt.money(Decimal(account.starting_balance), account.currency)}")
    if plan:
        facts.append(f"fees estimated by “{plan}”")
    summary = _summary(account.name, facts, fmt.plural(fills, "fill"))
    dialog = f"settings-account-{int(account.id)}"
    text = f"{fmt.plural(fills, 'fill')}, their trades, notes and imports go with it. This cannot be undone."
    return html.Details(
        [
            summary,
            _fees_row(account, plan),
            account_form(account, id_of, remove=_delete_button("Delete account", dialog)),
            forms.confirm_dialog(
                dialog,
                title=f"Delete {account.name}",
                text=text,
                confirm_id=id_of("delete"),
                verb="Delete account",
                typed=account.name,
            ),
        ],
        className="se-item",
    )


def _fees_row(account: Account, plan: str) -> html.Div:
    """Return where the account's fee plan is set."""
    text = f"“{plan}” estimates fees that files do not state." if plan else "None: fees are those of its files."
    verb = "Edit fee plan" if plan else "Choose a fee plan"
    link = forms.link_button(verb, f"/settings/accounts/{int(account.id)}/fees", icon_name="receipt")
    return forms.settings_row("Fee plan", text, link)


def _summary(name: str, facts: Sequence[str], count: str) -> html.Summary:
    letters = "".join(word[0] for word in name.split()[:2]).upper()
    return html.Summary(
        [
            html.Span(letters, className="se-logo"),
            html.Div([html.B(name), html.Div(" · ".join(facts), className="im-sub fw-num")], className="im-facts"),
            html.Span(count, className="im-sub fw-num se-count"),
            html.Span(["Edit", icon("chevron-down", size=13)], className="fw-btn ghost xs"),
        ]
    )


def _delete_button(text: str, dialog: str) -> Any:
    return forms.button(text, kind="danger", icon_name="trash-2", attributes={"data-fw-dialog": dialog})


def account_form(account: Account | None, id_of: FieldId, *, remove: Any = None) -> html.Div:
    """Return the fields of an account; without one, those of a new account."""
    currency = account.currency if account else "USD"
    fields = [
        forms.field("Name", forms.text_input(id_of("name"), value=account.name if account else "", placeholder="Name")),
        forms.field(
            "Broker", forms.text_input(id_of("broker"), value=account.broker if account else "", placeholder="Broker")
        ),
        forms.field(
            "Currency", forms.select(id_of("currency"), settings.currency_options(currency), value=currency, size="md")
        ),
        forms.field(
            "Time zone",
            forms.select(
                id_of("timezone"), _zones(account), value=account.timezone if account else "America/New_York", size="md"
            ),
            help_="Decides which trading day a fill belongs to.",
        ),
        forms.field(
            "Lot method",
            forms.select(
                id_of("lot_method"), METHODS, value=account.lot_method.value if account else "fifo", size="md"
            ),
            help_="Changing it matches every trade of the account again; P&L moves between trades and days.",
        ),
        forms.field(
            "Starting balance",
            forms.text_input(
                id_of("starting_balance"), value=account.starting_balance if account else "", placeholder="Unknown"
            ),
            help_="What percentages and drawdown are measured from.",
        ),
    ]
    save = forms.button("Save account" if account else "Add account", id=id_of("save"), kind="primary")
    return html.Div([html.Div(fields, className="se-fields"), html.Div([remove, save], className="se-end")])


def _zones(account: Account | None) -> list[tuple[str, str]]:
    known = list(zone_options())
    if account and account.timezone not in dict(known):
        known.insert(0, (account.timezone, account.timezone))
    return known


def _place(timezone: str) -> str:
    return timezone.rsplit("/", 1)[-1].replace("_", " ")


def portfolio_list(
    found: Sequence[Portfolio],
    accounts: Sequence[Account],
    *,
    ids: Callable[[int], FieldId],
    plans: Mapping[int, PortfolioPlan] | None = None,
) -> Any:
    """Return every portfolio with its form; `plans` are the same portfolios with their rules."""
    if not found:
        text = "A portfolio is a named choice of accounts in one currency."
        return feedback.empty("briefcase", "No portfolios yet", text)
    known = plans or {}
    rows = [_portfolio(item, accounts, ids(int(item.id)), known.get(int(item.id))) for item in found]
    return html.Div(rows, className="se-list")


def _portfolio(
    portfolio: Portfolio, accounts: Sequence[Account], id_of: FieldId, plan: PortfolioPlan | None
) -> html.Details:
    names = [item.name for item in accounts if item.id in portfolio.account_ids]
    facts = [portfolio.currency, ", ".join(names) or "no accounts"]
    dialog = f"settings-portfolio-{int(portfolio.id)}"
    return html.Details(
        [
            _summary(portfolio.name, facts, fmt.plural(len(names), "account")),
            portfolio_form(portfolio, accounts, id_of, remove=_delete_button("Delete portfolio", dialog), plan=plan),
            forms.confirm_dialog(
                dialog,
                title=f"Delete {portfolio.name}",
                text="Its accounts and their trades stay.",
                confirm_id=id_of("delete"),
                verb="Delete portfolio",
            ),
        ],
        className="se-item",
    )


def _portfolio_rules(plan: PortfolioPlan | None, id_of: FieldId) -> list[Any]:
    """Return the fields of what a portfolio is compared with, and of the rules it is computed by."""
    return [
        forms.field(
            "Benchmark",
            forms.text_input(id_of("benchmark"), value=plan.benchmark if plan else "", placeholder="60 SPY + 40 BND"),
            help_="One symbol, or several with their weights; “none” for none. Empty takes that of a larger portfolio, "
            "else SPY.",
        ),
        forms.field(
            "Rules for gains",
            forms.select(id_of("regime"), REGIMES, value=plan.regime.value if plan else "us", size="md"),
        ),
        forms.field(
            "Tax lots",
            forms.select(id_of("method"), LOT_METHODS, value=plan.method.value if plan else "fifo", size="md"),
            help_="United States only; the other rules prescribe theirs.",
        ),
        forms.field(
            "Age of exchange rates",
            _rate_days(id_of("rate_days"), plan),
            help_="So old a rate may be before it is missing.",
            for_id=_written(id_of("rate_days")),
        ),
    ]


def _written(identity: dict[str, Any]) -> str:
    """Return an id as Dash writes it into the page."""
    return json.dumps(identity, sort_keys=True, separators=(",", ":"))


def _rate_days(field_id: Any, plan: PortfolioPlan | None) -> Any:
    return forms.number_input(field_id, value=plan.rate_days if plan else 7, unit="days")


def portfolio_form(
    portfolio: Portfolio | None,
    accounts: Sequence[Account],
    id_of: FieldId,
    *,
    remove: Any = None,
    plan: PortfolioPlan | None = None,
) -> html.Div:
    """Return the fields of a portfolio; without one, those of a new portfolio."""
    currency = portfolio.currency if portfolio else "USD"
    members = [int(item) for item in portfolio.account_ids] if portfolio else []
    name = portfolio.name if portfolio else ""
    fields = [
        forms.field("Name", forms.text_input(id_of("name"), value=name, placeholder="Name")),
        forms.field(
            "Currency",
            forms.select(
                id_of("currency"),
                settings.currency_options(currency, *(item.currency for item in accounts)),
                value=currency,
                size="md",
            ),
        ),
        forms.field(
            "Accounts",
            forms.checklist(
                id_of("accounts"), [(int(item.id), f"{item.name}, {item.currency}") for item in accounts], members
            ),
            help_="" if accounts else "There are no accounts yet.",
        ),
        *_portfolio_rules(plan, id_of),
    ]
    save = forms.button("Save portfolio" if portfolio else "Add portfolio", id=id_of("save"), kind="primary")
    return html.Div([html.Div(fields, className="se-fields"), html.Div([remove, save], className="se-end")])


def new_card(title: str, form: Any) -> html.Section:
    """Return the card that adds one."""
    return cards.card(title, form)
