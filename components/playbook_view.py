"""Setups as playbooks: what each made, with its rules followed and with one broken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from dash import dcc, html

from components import cards, controls, feedback, marks, tables, written
from components import format as fmt
from components.why_mark import why_button

if TYPE_CHECKING:
    from domain.playbooks import Playbook, RuleResult, Tally

Child = Any
ENOUGH = 10
"""Below so many trades a figure is marked as a small sample."""
_COLUMNS = (
    tables.Column(key="what", title="Trades"),
    tables.Column(key="n", title="n", align="right", muted=True),
    tables.Column(key="won", title="Won", align="right", hide_mobile=True),
    tables.Column(key="r", title="Mean R", align="right"),
    tables.Column(key="net", title="P&L", align="right"),
)
_RULES = (
    tables.Column(key="rule", title="Rule"),
    tables.Column(key="kept", title="Followed", align="right", muted=True, hide_mobile=True),
    tables.Column(key="kept_net", title="P&L followed", align="right"),
    tables.Column(key="broken", title="Broken", align="right", muted=True, hide_mobile=True),
    tables.Column(key="broken_net", title="P&L broken", align="right"),
)


def playbooks(found: Sequence[Playbook], *, edit_type: str, query: str) -> list[Child]:
    """Return the cards of all setups, those with most trades first."""
    if not found:
        text = "A setup is a way to trade with the rules it asks for. Tick on each trade whether they were followed."
        return [html.Section(feedback.empty("layers", "No setups yet", text), className="fw-card")]
    ranked = sorted(found, key=lambda item: (-item.all.trades, item.setup.name))
    return [playbook_card(item, edit_type=edit_type, query=query) for item in ranked]


def playbook_card(item: Playbook, *, edit_type: str, query: str) -> html.Section:
    """Return one setup."""
    setup, currency = item.setup, item.currency
    edit = controls.button(
        "Edit",
        id={"type": edit_type, "setup": setup.id},
        icon_name="pencil",
        size="xs",
        kind="ghost",
        attributes={"aria-label": f"Edit {setup.name}"},
    )
    body: list[Child] = []
    if setup.description:
        body.append(written.markdown(setup.description, classes="fw-weak-md"))
    body.append(_results(item, query))
    if item.rules:
        body.append(_rules(item.rules, currency))
    else:
        body.append(html.Div("No rules yet. With rules, following them gets a price.", className="fw-weak"))
    return cards.card(setup.name, html.Div(body, className="fw-pb"), controls=edit)


def trades_href(query: str, **more: str) -> str:
    """Return the address of the trades behind a figure, the filter kept."""
    return f"/trades?{'&'.join(part for part in (query, urlencode({**more, 'status': 'closed'})) if part)}"


def _results(item: Playbook, query: str) -> Child:
    name, currency = item.setup.name, item.currency

    def link(text: str, **more: str) -> Child:
        href = trades_href(query, setups=name, **more)
        return dcc.Link(text, href=href, className="fw-link", title=f"Trades of {name}: {text.lower()}")

    rows = [_line(link("All"), item.all, currency, named(query, setups=name))]
    if item.rules:
        rows += [
            _line(link(text, rules=rules), made, currency, named(query, setups=name, rules=rules))
            for text, rules, made in (
                ("Rules followed", "followed", item.followed),
                ("A rule broken", "broken", item.broken),
            )
        ]
        if item.unanswered:
            what = link("Not answered", rules="unanswered")
            rows.append({"what": what, "n": fmt.count(item.unanswered), "won": "", "r": "", "net": ""})
    return tables.table(_COLUMNS, rows, caption=f"Results of {name}")


def _line(what: Child, made: Tally, currency: str, query: str) -> dict[str, Child]:
    won = fmt.percent(made.wins / made.trades) if made.trades else fmt.MISSING
    net = marks.signed(fmt.pnl(made.net, currency), made.net) if made.trades else fmt.MISSING
    return {
        "what": what,
        "n": sample(made.trades),
        "won": explained(won, "win_rate_all", "Won", query),
        "r": explained(mean_r(made), "expectancy_r", "Mean R", query),
        "net": explained(net, "net_pnl", "P&L", query),
    }


def named(query: str, **more: str) -> str:
    """Return the filter of the page with some names set, for the mark of a figure."""
    return trades_href(query, **more).partition("?")[2]


def explained(shown: Child, slug: str, label: str, query: str) -> Child:
    """Return a figure of a table with its mark."""
    return html.Span([shown, why_button(slug, label, query=query)], className="fw-why-cell")


def mean_r(made: Tally) -> Child:
    """Return a mean R with how many trades it is of where not all have one."""
    if made.mean_r is None:
        return html.Span(fmt.MISSING, title="No trade of these has an initial risk")
    text = marks.signed(fmt.r_multiple(made.mean_r), made.mean_r)
    return (
        text
        if made.with_r == made.trades
        else html.Span(text, title=f"Of {fmt.plural(made.with_r, 'trade')} with a risk")
    )


def sample(number: int) -> Child:
    """Return a number of trades, marked where it is a small sample."""
    if 0 < number < ENOUGH:
        return html.Span([fmt.count(number), " ", marks.tag("few")], title=f"Under {ENOUGH} trades: a small sample")
    return fmt.count(number)


def _rules(rules: Sequence[RuleResult], currency: str) -> Child:
    rows = [
        {
            "rule": item.rule.text,
            "kept": fmt.count(item.followed.trades),
            "kept_net": _net(item.followed, currency),
            "broken": fmt.count(item.broken.trades),
            "broken_net": _net(item.broken, currency),
        }
        for item in rules
    ]
    return tables.table(_RULES, rows, caption="Rules followed and broken")


def _net(made: Tally, currency: str) -> Child:
    return marks.signed(fmt.pnl(made.net, currency), made.net) if made.trades else fmt.MISSING
