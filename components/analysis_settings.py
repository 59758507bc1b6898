"""The settings of the analysis: the user's default, and what accounts have of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import html

from components import feedback, forms
from components.icons import icon

FieldId = Callable[[str], Any]
DAYS = (("252", "252, exchange days"), ("365", "365, every day"))
AUTO = "Automatic"
BUILT_IN = {"breakeven_money": "0", "breakeven_r": "0", "year_days": "auto", "risk_free": "0", "trials": "not counted"}
LABELS = {
    "breakeven_money": "Breakeven, money",
    "breakeven_r": "Breakeven, R",
    "year_days": "Days of a year",
    "risk_free": "Risk-free rate, % a year",
    "trials": "Strategies tried",
}
HELP = {
    "breakeven_money": "A trade whose P&L or price result is within so much either way neither won nor lost. In the "
    "currency of the trade.",
    "breakeven_r": "The same in R, for trades with a planned risk; the wider of both counts.",
    "year_days": "Sessions a year: what yearly figures count with. Automatic: 365 for crypto alone, else 252.",
    "risk_free": "One rate such as 4.5, or dated ones: 2024-01-01 5.25; 2025-09-18 4.0.",
    "trials": "How many variants you tested before this one. The deflated Sharpe ratio needs it.",
}
RULES = (
    "Each trade is judged by the tolerance of its own account.",
    (
        "Days of a year, risk-free rate and strategies tried hold for a whole set of trades: where the accounts with "
        "trades in it agree, by what they say, else by your default."
    ),
    "“Why this number?” beside a figure shows what it was worked out by.",
)


def settings_form(values: Mapping[str, str], id_of: FieldId, *, default: Mapping[str, str] | None = None) -> html.Div:
    """Return the fields of a default, or, with the default's values, those of an account."""
    shown = {name: (default or {}).get(name) or BUILT_IN[name] for name in LABELS}
    fields = [
        forms.field(
            LABELS[name], _control(name, values[name], id_of, shown[name], default is not None), help_=HELP[name]
        )
        for name in LABELS
    ]
    save = forms.button("Save account" if default is not None else "Save default", id=id_of("save"), kind="primary")
    return html.Div([html.Div(fields, className="se-fields"), html.Div(save, className="se-end")])


def _control(name: str, value: str, id_of: FieldId, shown: str, is_account: bool) -> Any:
    if name != "year_days":
        return forms.text_input(id_of(name), value=value, placeholder=f"Default: {shown}" if is_account else shown)
    first = ("", f"Default: {AUTO if shown == 'auto' else shown}") if is_account else ("auto", AUTO)
    options = [first, *([("auto", AUTO)] if is_account else []), *DAYS]
    return forms.select(id_of(name), options, value=value or options[0][0], size="md")


def account_list(
    rows: Sequence[tuple[int, str, Mapping[str, str]]], default: Mapping[str, str], *, ids: Callable[[int], FieldId]
) -> Any:
    """Return every account, (id, name, own values), with its form."""
    if not rows:
        return feedback.empty("wallet", "No accounts yet", "The default holds for all that you add.")
    return html.Div([_account(name, own, ids(number), default) for number, name, own in rows], className="se-list")


def _account(name: str, own: Mapping[str, str], id_of: FieldId, default: Mapping[str, str]) -> html.Details:
    said = [f"{LABELS[key].lower()} {value}" for key, value in own.items() if value]
    letters = "".join(word[0] for word in name.split()[:2]).upper()
    facts = html.Div(" · ".join(said) or "As the default", className="im-sub fw-num")
    summary = html.Summary(
        [
            html.Span(letters, className="se-logo"),
            html.Div([html.B(name), facts], className="im-facts"),
            html.Span(["Edit", icon("chevron-down", size=13)], className="fw-btn ghost xs"),
        ]
    )
    return html.Details([summary, settings_form(own, id_of, default=default)], className="se-item")


def rules_note() -> html.Ul:
    """Return what holds where accounts differ."""
    return html.Ul([html.Li(text) for text in RULES], className="se-text")
