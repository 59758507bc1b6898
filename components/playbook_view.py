"""Setups as playbooks: what each made, with its rules followed and with one broken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from dash import dcc, html

from components import cards, controls, feedback, marks, tables, written
from components import format as fmt
from components.why_mark import Note, why_button, why_note

if TYPE_CHECKING:
    from domain.playbooks import Playbook, RuleResult, Tally

Child = Any
_ANSWERS = {"followed": "followed", "broken": "broken", "unanswered": "not answered"}
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
    tables.Column(key="followed", title="Followed", align="right", hide_mobile=True),
    tables.Column(key="broken", title="Broken", align="right"),
    tables.Column(key="unanswered", title="No answer", align="right", muted=True, hide_mobile=True),
    tables.Column(key="cost", title="Breaking it cost", align="right"),
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
    setup = item.setup
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
        body.append(_rules(item, query))
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
            _line(link(text, discipline=key), made, currency, named(query, setups=name, discipline=key))
            for text, key, made in (
                ("Rules followed", "followed", item.followed),
                ("A rule broken", "broken", item.broken),
            )
        ]
        if item.unanswered:
            what = link("Not answered", discipline="unanswered")
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
        return html.Span([marks.tag("few"), " ", fmt.count(number)], title=f"Under {ENOUGH} trades: a small sample")
    return fmt.count(number)


def _rules(item: Playbook, query: str) -> Child:
    rows = [_rule(each, item, query) for each in item.rules]
    return tables.table(_RULES, rows, row_height=44, caption=f"Rules of {item.setup.name} one by one")


def _rule(each: RuleResult, item: Playbook, query: str) -> dict[str, Child]:
    keys = {word: {"setups": item.setup.name, "rules": f"{each.rule.id}-{word}"} for word in _ANSWERS}

    def counted(word: str, number: int) -> Child:
        if not number:
            return fmt.count(0)
        title = f"Trades of {item.setup.name}, {each.rule.text}: {_ANSWERS[word]}"
        return dcc.Link(fmt.count(number), href=trades_href(query, **keys[word]), className="fw-link", title=title)

    def net(word: str, made: Tally) -> Child:
        if not made.trades:
            return fmt.MISSING
        shown = marks.signed(fmt.pnl(made.net, item.currency), made.net)
        money = explained(shown, "net_pnl", f"P&L, {_ANSWERS[word]}", named(query, **keys[word]))
        return html.Div([money, html.Div([counted(word, made.trades), " trades"], className="fw-pb-n")])

    return {
        "rule": each.rule.text,
        "followed": net("followed", each.followed),
        "broken": net("broken", each.broken),
        "unanswered": counted("unanswered", each.unanswered),
        "cost": _cost(each, item.currency, trades_href(query, **keys["broken"])),
    }


def _cost(each: RuleResult, currency: str, href: str) -> Child:
    if each.cost is None:
        return html.Span(fmt.MISSING, title="Needs trades that followed the rule and trades that broke it")
    shown, followed, broken = fmt.pnl(each.cost, currency), each.followed, each.broken
    note = Note(
        formula="P&L of the trades that broke it − their number × mean P&L of those that followed it",
        about="What the trades that broke the rule made beside what as many had made that followed it.",
        inputs=(
            ("P&L of the trades that broke it", fmt.pnl(broken.net, currency)),
            ("Trades that broke it", fmt.count(broken.trades)),
            ("P&L of the trades that followed it", fmt.pnl(followed.net, currency)),
            ("Trades that followed it", fmt.count(followed.trades)),
            ("Mean P&L of those", fmt.pnl(followed.net / followed.trades, currency)),
        ),
        sample=f"n = {fmt.count(broken.trades)} against {fmt.count(followed.trades)} closed trades.",
        left_out=f"{fmt.plural(each.unanswered, 'closed trade')} of the setup without an answer to this rule.",
        href=href,
    )
    name = f"Cost of breaking: {each.rule.text}"
    return html.Span([marks.signed(shown, each.cost), why_note(name, note, value=shown)], className="fw-why-cell")
