"""Tags in their groups, and what trades with a tag made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import controls, feedback, marks, playbook_view, tables
from components import format as fmt

if TYPE_CHECKING:
    from domain.journal import TagCost, TagGroup

Child = Any
COLOUR_WORDS = {
    "grey": "Grey",
    "accent": "Accent",
    "green": "Green",
    "red": "Red",
    "amber": "Amber",
    "blue": "Blue",
    "violet": "Violet",
}
KIND_WORDS = {"tag": "Ordinary tags", "mistake": "Mistakes, with their cost", "quality": "Signs of quality"}
_COLUMNS = (
    tables.Column(key="tag", title="Tag"),
    tables.Column(key="n", title="n", align="right", muted=True),
    tables.Column(key="won", title="Won", align="right", hide_mobile=True),
    tables.Column(key="r", title="Mean R", align="right"),
    tables.Column(key="net", title="P&L", align="right"),
    tables.Column(key="edit", title=html.Span("Change", className="sr"), align="right"),
)


def costs(found: Sequence[TagCost], currency: str, *, edit_type: str, query: str, empty: str) -> Child:
    """Return tags with what their closed trades made; each name leads to those trades."""
    if not found:
        return html.Div(empty, className="fw-weak")
    return tables.table(_COLUMNS, [_row(item, currency, edit_type, query) for item in found], caption="Tags")


def _row(item: TagCost, currency: str, edit_type: str, query: str) -> dict[str, Child]:
    name = item.tag.name
    edit = controls.icon_button("pencil", f"Change {name}", id={"type": edit_type, "tag": item.tag.id}, small=True)
    its = playbook_view.named(query, tags=name)
    won = fmt.percent(item.wins / item.trades) if item.trades else fmt.MISSING
    mean = fmt.MISSING if item.mean_r is None else marks.signed(fmt.r_multiple(item.mean_r), item.mean_r)
    net = marks.signed(fmt.pnl(item.net, currency), item.net) if item.trades else fmt.MISSING
    return {
        "tag": dcc.Link(name, href=playbook_view.trades_href(query, tags=name), className="fw-link"),
        "n": playbook_view.sample(item.trades),
        "won": playbook_view.explained(won, "win_rate_all", "Won", its),
        "r": playbook_view.explained(mean, "expectancy_r", "Mean R", its),
        "net": playbook_view.explained(net, "net_pnl", "P&L", its),
        "edit": edit,
    }


def mistake_head(found: Sequence[TagCost], currency: str, query: str) -> Child:
    """Return what the dearest mistake cost, in one sentence."""
    dear = [item for item in found if item.trades and item.net < 0]
    if not dear:
        return html.Span("No mistake has cost anything here." if found else "", className="fw-weak")
    worst = dear[0]
    text = f"Dearest: {worst.tag.name}, {fmt.plural(worst.trades, 'trade')}, "
    shown = html.B(fmt.pnl(worst.net, currency), className="fw-loss")
    its = playbook_view.named(query, tags=worst.tag.name)
    return html.Div([text, playbook_view.explained(shown, "net_pnl", worst.tag.name, its)], className="fw-num")


def groups(
    found: Sequence[TagGroup], costs_: Sequence[TagCost], currency: str, *, ids: tuple[str, str], query: str
) -> list[Child]:
    """Return each group with its tags; `ids` are the types of the edit buttons of tags and groups."""
    tag_type, group_type = ids
    parts: list[Child] = []
    for group in found:
        edit = controls.icon_button(
            "pencil", f"Change {group.name}", id={"type": group_type, "group": group.id}, small=True
        )
        swatch = html.I(className=f"fw-swatch {group.colour}", **{"aria-hidden": "true"})
        head = html.Div(
            [swatch, html.H3(group.name), html.Span(KIND_WORDS[group.kind], className="k s12"), edit],
            className="fw-tg-head",
        )
        mine = [item for item in costs_ if item.tag.group_id == group.id]
        table = costs(mine, currency, edit_type=tag_type, query=query, empty="No tags in it yet.")
        parts.append(html.Div([head, table], className="fw-tg"))
    return parts


def ungrouped(costs_: Sequence[TagCost], currency: str, *, edit_type: str, query: str) -> list[Child]:
    """Return the tags that stand in no group."""
    parts: list[Child] = []
    rest = [item for item in costs_ if item.tag.group_id is None]
    if rest:
        head = html.Div(html.H3("In no group"), className="fw-tg-head")
        table = costs(rest, currency, edit_type=edit_type, query=query, empty="No tags yet.")
        parts.append(html.Div([head, table], className="fw-tg"))
    return parts


def no_mistakes() -> html.Div:
    """Return how the cost of mistakes begins."""
    text = "Add a group of mistakes and put tags such as FOMO into it: their trades are added up here."
    return feedback.empty("circle-alert", "No group of mistakes yet", text)


def no_tags() -> html.Div:
    """Return how tags begin."""
    return feedback.empty("tags", "No tags yet", "Tags are added to trades, or here; groups keep them apart.")
