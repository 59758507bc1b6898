"""The bar over the grid of trades while rows are selected: tag, setup, merge, clear."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html

from components import controls, picker, tables


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkIds:
    """Ids of the bar's parts; the `_pick` ones are stores of the page."""

    bar: str
    summary: str
    tag_list: str
    tag_pick: str
    setup_list: str
    setup_pick: str
    merge: str


def bulk_bar(ids: BulkIds) -> html.Div:
    """Return the bar, hidden until a callback shows it."""
    opens = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false"}
    keyed = {**opens, "data-fw-key": "l", "title": "Tag  L"}
    tag = controls.button("Tag", kind="ghost", icon_name="tag", attributes=keyed)
    setup = controls.button("Setup", kind="ghost", icon_name="layers", attributes=opens)
    to_tags, to_setup = picker.to_store(ids.tag_pick, stay=True), picker.to_store(ids.setup_pick)
    tags = picker.pick_list(ids.tag_list, to_tags, find="Find or add a tag", create="tag")
    setups = picker.pick_list(ids.setup_list, to_setup, find="Find or add a setup", create="setup")
    told = {"data-fw-value": "merge", "title": "Tell consecutive trades of one instrument as one"}
    merge = controls.button("Merge", kind="ghost", icon_name="git-merge", attributes=told)
    actions = [
        picker.picker(tag, tags, label="Tags"),
        picker.picker(setup, setups, label="Setup"),
        html.Span(merge, **picker.to_store(ids.merge)),
        html.I(className="sep"),
        controls.icon_button("x", "Clear the selection", small=True, attributes={"data-fw-unselect": ""}),
    ]
    return tables.bulk_bar(ids.bar, html.Span(id=ids.summary), actions)
