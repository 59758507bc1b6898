"""The overview's board: cards in the order and width their user chose, and the drawer where that is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from components import controls, forms
from components.icons import icon
from domain.overview import CARDS

if TYPE_CHECKING:
    from domain.overview import Placed

Child = Any
_WIDTH_WORDS = {4: "a third", 5: "two fifths", 6: "half", 7: "three fifths", 8: "two thirds", 12: "full width"}


def board(cards: Sequence[Placed], build: Callable[[str], Child]) -> list[Child]:
    """Return the grid of the cards.

    Args:
        cards: (slug, columns of twelve), in order.
        build: Makes the card of a slug.
    """
    cells = [cell(slug, width, build(slug)) for slug, width in cards]
    return [html.Div(cells, className="g g12 fw-board")]


def cell(slug: str, width: int, card: Child) -> html.Div:
    """Return a card in its place, with the handles that show while the board is arranged."""
    title = CARDS[slug]
    grip = html.Button(
        [icon("grip-vertical"), html.Span(title, className="t"), html.Span(_WIDTH_WORDS[width], className="b")],
        className="fw-cell-grip",
        type="button",
        title="Drag to move; arrow keys move, + and − change the width, Del takes it out",
        **{"data-fw-grip": "", "aria-label": f"Move {title}, {_WIDTH_WORDS[width]}"},
    )
    size = html.Span(className="fw-cell-size", title="Drag to change the width", **{"data-fw-size": ""})
    return html.Div(
        [card, html.Div([grip, size], className="fw-cell-tools")],
        className=f"fw-cell s{width}",
        **{"data-fw-card": slug, "data-fw-width": str(width)},
    )


def tools(layouts_id: str, drawer_id: str, *, first: str) -> html.Div:
    """Return the line under the board: which layout, and the way to change it."""
    layouts = forms.segmented(layouts_id, [(first, first)], first, label="Layout of this page")
    change = controls.button(
        "Customise", icon_name="sliders-horizontal", kind="ghost", attributes={"data-fw-dialog": drawer_id}
    )
    arrange = html.Button(
        [icon("grip-vertical"), "Arrange"],
        className="fw-btn ghost",
        type="button",
        **{"data-fw-arrange": "", "aria-pressed": "false"},
    )
    said = html.Span(className="sr", role="status", **{"data-fw-board-said": ""})
    return html.Div([layouts, arrange, change, said], className="fw-board-tools")


def drawer(ids: Mapping[str, str], *, first: str) -> html.Dialog:
    """Return the drawer in which the cards are chosen; ids of drawer, editor, name, save and reset."""
    name = forms.field("Name of the layout", forms.text_input(ids["name"], value=first), for_id=ids["name"])
    help_ = html.P("On a phone the cards stand one under the other in this order.", className="fw-help")
    footer = [
        controls.button("Reset", id=ids["reset"], kind="ghost", attributes={"data-fw-close": ""}),
        controls.button("Save", id=ids["save"], kind="primary", attributes={"data-fw-close": ""}),
    ]
    body = [html.Div(id=ids["editor"], **{"aria-live": "polite"}), help_, name]
    return controls.dialog(
        ids["drawer"], "Cards of this page", html.Div(body, className="fw-form"), footer=footer, side=True
    )


def editor(cards: Sequence[Placed], titles: dict[str, str], act: Callable[[str, str], Any]) -> list[Child]:
    """Return the rows of the drawer: the chosen cards with their buttons, then those that are left.

    Args:
        cards: What is chosen.
        titles: Name of every card by slug.
        act: Makes the id of a button from a verb and a slug.
    """
    chosen = [slug for slug, _ in cards]
    rows = [_row(slug, width, titles[slug], act) for slug, width in cards]
    left = [
        controls.button(title, id=act("on", slug), icon_name="plus", kind="ghost")
        for slug, title in titles.items()
        if slug not in chosen
    ]
    more = [html.Div("Add a card", className="fw-label"), html.Div(left, className="row-f wrapf")] if left else []
    return [html.Ol(rows, className="fw-board-list"), *more]


def _row(slug: str, width: int, title: str, act: Callable[[str, str], Any]) -> html.Li:
    buttons = [
        controls.icon_button(name, f"{word}: {title}", id=act(verb, slug), small=True)
        for verb, name, word in (
            ("up", "arrow-up", "Earlier"),
            ("down", "arrow-down", "Later"),
            ("narrower", "minus", "Narrower"),
            ("wider", "plus", "Wider"),
            ("off", "x", "Take out"),
        )
    ]
    words = html.Span([html.Span(title, className="t"), html.Span(_WIDTH_WORDS[width], className="b")], className="w")
    return html.Li([words, html.Span(buttons, className="a")])
