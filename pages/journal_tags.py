"""Journal, Tags and mistakes: groups of tags, and what trades with each made."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import cards, controls, feedback, forms, journal_forms, journal_frame, tag_view
from domain.errors import FillwiseError, NotFoundError
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell, read_filter

PATH = "/journal/tags"
NO_GROUP = "0"


class Ids(StrEnum):
    """Ids of this page."""

    MISTAKES = "tags-mistakes"
    WORST = "tags-worst"
    GROUPS = "tags-groups"
    STARTERS = "tags-starters"
    CHANGED = "tags-changed"
    EDIT_TAG = "tags-edit-tag"
    EDIT_GROUP = "tags-edit-group"
    NEW_TAG = "tags-new-tag"
    NEW_GROUP = "tags-new-group"
    TAG_FORM = "tags-tag-form"
    TAG_TITLE = "tags-tag-title"
    TAG_EDITED = "tags-tag-edited"
    TAG_NAME = "tags-tag-name"
    TAG_GROUP = "tags-tag-group"
    TAG_SAVE = "tags-tag-save"
    TAG_DELETE = "tags-tag-delete"
    TAG_ERROR = "tags-tag-error"
    GROUP_FORM = "tags-group-form"
    GROUP_TITLE = "tags-group-title"
    GROUP_EDITED = "tags-group-edited"
    GROUP_NAME = "tags-group-name"
    GROUP_KIND = "tags-group-kind"
    GROUP_COLOUR = "tags-group-colour"
    GROUP_SAVE = "tags-group-save"
    GROUP_DELETE = "tags-group-delete"
    GROUP_ERROR = "tags-group-error"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    dear = [html.Div(id=Ids.WORST, className="fw-worst"), html.Div(feedback.skeleton_table(4), id=Ids.MISTAKES)]
    mistakes = cards.card("What mistakes cost", dear)
    buttons = [
        controls.button("New tag", id=Ids.NEW_TAG, icon_name="plus", size="xs"),
        controls.button("New group", id=Ids.NEW_GROUP, icon_name="plus", size="xs"),
    ]
    groups = cards.card("Tags in groups", html.Div(feedback.skeleton_table(6), id=Ids.GROUPS), controls=buttons)
    starters = controls.button("Add the usual groups", id=Ids.STARTERS, size="xs", kind="ghost")
    stores = [dcc.Store(id=name) for name in (Ids.CHANGED, Ids.TAG_EDITED, Ids.GROUP_EDITED)]
    bar = html.Div(
        [html.Span("Closed trades of the filter above.", className="fw-weak"), starters], className="fw-journal-bar"
    )
    body = html.Div([mistakes, groups], className="g two fw-top-aligned")
    return journal_frame.frame(PATH, [*stores, bar, body, tag_form(), group_form()])


def tag_form() -> html.Dialog:
    """Return the dialog of a tag."""
    fields = [
        journal_forms.labelled(
            "Name", forms.text_input(Ids.TAG_NAME), Ids.TAG_NAME, help_="The name of another tag joins the two."
        ),
        journal_forms.labelled("Group", forms.select(Ids.TAG_GROUP, [(NO_GROUP, "No group")], value=NO_GROUP)),
    ]
    return journal_forms.form_dialog(
        Ids.TAG_FORM, Ids.TAG_TITLE, fields, save_id=Ids.TAG_SAVE, delete_id=Ids.TAG_DELETE, error_id=Ids.TAG_ERROR
    )


def group_form() -> html.Dialog:
    """Return the dialog of a group."""
    kinds = [(key, word) for key, word in tag_view.KIND_WORDS.items()]
    colours = [(key, word) for key, word in tag_view.COLOUR_WORDS.items()]
    fields = [
        journal_forms.labelled("Name", forms.text_input(Ids.GROUP_NAME), Ids.GROUP_NAME),
        journal_forms.labelled("Its tags are", forms.select(Ids.GROUP_KIND, kinds, value="tag")),
        journal_forms.labelled("Colour", forms.select(Ids.GROUP_COLOUR, colours, value="grey")),
    ]
    return journal_forms.form_dialog(
        Ids.GROUP_FORM,
        Ids.GROUP_TITLE,
        fields,
        save_id=Ids.GROUP_SAVE,
        delete_id=Ids.GROUP_DELETE,
        error_id=Ids.GROUP_ERROR,
    )


PAGE = Page(module=__name__, path=PATH, title="Tags", order=37, layout=layout)


@PAGE.callback(
    Output(Ids.MISTAKES, "children"),
    Output(Ids.WORST, "children"),
    Output(Ids.GROUPS, "children"),
    Output(Ids.STARTERS, "hidden"),
    Input(Shell.FILTER, "data"),
    Input(Ids.CHANGED, "data"),
)
def fill_tags(query: str | None, _: Any) -> tuple[Any, ...]:
    """Show what mistakes cost, and every group with its tags."""
    owner, tagging = current_owner(), services().tagging
    costs, currency = tagging.costs(owner, read_filter(query))
    groups, words = tagging.groups(owner), {"query": query or "", "currency": currency}
    mistakes = [item for item in costs if item.tag.group == "mistake"]
    ids = (Ids.EDIT_TAG, Ids.EDIT_GROUP)
    dear = tag_view.groups([item for item in groups if item.kind == "mistake"], costs, ids=ids, **words)
    others = tag_view.groups([item for item in groups if item.kind != "mistake"], costs, ids=ids, **words)
    loose = tag_view.ungrouped(costs, edit_type=Ids.EDIT_TAG, **words)
    head = tag_view.mistake_head(mistakes, currency, query or "")
    return dear or tag_view.no_mistakes(), head, [*others, *loose] or tag_view.no_tags(), bool(groups)


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True), Input(Ids.STARTERS, "n_clicks"), prevent_initial_call=True
)
def add_starters(clicks: int | None) -> Any:
    """Add the usual groups."""
    if not clicks:
        raise PreventUpdate
    services().tagging.add_starters(current_owner())
    return {"starters": clicks}


@PAGE.callback(
    Output(Ids.TAG_FORM, "data-fw-open"),
    Output(Ids.TAG_TITLE, "children"),
    Output(Ids.TAG_EDITED, "data"),
    Output(Ids.TAG_NAME, "value"),
    Output(Ids.TAG_GROUP, "options"),
    Output(Ids.TAG_GROUP, "value"),
    Output(Ids.TAG_DELETE, "hidden"),
    Output(Ids.TAG_ERROR, "children"),
    Input({"type": Ids.EDIT_TAG, "tag": ALL}, "n_clicks"),
    Input(Ids.NEW_TAG, "n_clicks"),
    prevent_initial_call=True,
)
def open_tag(clicks: list[int | None], new: int | None) -> tuple[Any, ...]:
    """Open the form of a tag, empty or filled."""
    if not ctx.triggered[0]["value"]:
        raise PreventUpdate
    owner, stamp = current_owner(), f"open {new} {clicks}"
    groups = [(NO_GROUP, "No group"), *((str(item.id), item.name) for item in services().tagging.groups(owner))]
    options = [{"value": value, "label": label} for value, label in groups]
    if ctx.triggered_id == Ids.NEW_TAG:
        return stamp, "New tag", 0, "", options, NO_GROUP, True, []
    number = int(ctx.triggered_id["tag"])
    tag = next((item for item in services().tagging.tags(owner) if item.id == number), None)
    if tag is None:
        raise NotFoundError("There is no such tag.")
    return stamp, f"Change {tag.name}", tag.id, tag.name, options, str(tag.group_id or NO_GROUP), False, []


@PAGE.callback(
    Output(Ids.CHANGED, "data"),
    Output(Ids.TAG_FORM, "data-fw-open", allow_duplicate=True),
    Output(Ids.TAG_ERROR, "children", allow_duplicate=True),
    Input(Ids.TAG_SAVE, "n_clicks"),
    State(Ids.TAG_EDITED, "data"),
    State(Ids.TAG_NAME, "value"),
    State(Ids.TAG_GROUP, "value"),
    prevent_initial_call=True,
)
def save_tag(clicks: int | None, edited: Any, name: str | None, group: Any) -> tuple[Any, ...]:
    """Save the tag of the form."""
    if not clicks:
        raise PreventUpdate
    number = edited if isinstance(edited, int) else 0
    group_id = int(group) if str(group or "").isdecimal() and len(str(group)) < 10 else 0
    try:
        services().tagging.save_tag(current_owner(), number, str(name or ""), group_id or None)
    except FillwiseError as error:
        return no_update, no_update, journal_forms.error(error.message, error.hint)
    return {"tag": clicks}, "", []


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Ids.TAG_FORM, "data-fw-open", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.TAG_DELETE, "n_clicks"),
    State(Ids.TAG_EDITED, "data"),
    prevent_initial_call=True,
)
def delete_tag(clicks: int | None, edited: Any) -> tuple[Any, ...]:
    """Remove the tag of the form from every trade."""
    if not clicks or not isinstance(edited, int) or not edited:
        raise PreventUpdate
    gone = services().tagging.delete_tag(current_owner(), edited)
    done = feedback.toast("ok", f"{gone.name} deleted", "No trade carries it any more.", key=f"{edited}-{clicks}")
    return {"gone": clicks}, "", [done]


@PAGE.callback(
    Output(Ids.GROUP_FORM, "data-fw-open"),
    Output(Ids.GROUP_TITLE, "children"),
    Output(Ids.GROUP_EDITED, "data"),
    Output(Ids.GROUP_NAME, "value"),
    Output(Ids.GROUP_KIND, "value"),
    Output(Ids.GROUP_COLOUR, "value"),
    Output(Ids.GROUP_DELETE, "hidden"),
    Output(Ids.GROUP_ERROR, "children"),
    Input({"type": Ids.EDIT_GROUP, "group": ALL}, "n_clicks"),
    Input(Ids.NEW_GROUP, "n_clicks"),
    prevent_initial_call=True,
)
def open_group(clicks: list[int | None], new: int | None) -> tuple[Any, ...]:
    """Open the form of a group, empty or filled."""
    if not ctx.triggered[0]["value"]:
        raise PreventUpdate
    stamp = f"open {new} {clicks}"
    if ctx.triggered_id == Ids.NEW_GROUP:
        return stamp, "New group", 0, "", "tag", "grey", True, []
    number = int(ctx.triggered_id["group"])
    group = next((item for item in services().tagging.groups(current_owner()) if item.id == number), None)
    if group is None:
        raise NotFoundError("There is no such group of tags.")
    return stamp, f"Change {group.name}", group.id, group.name, group.kind, group.colour, False, []


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Ids.GROUP_FORM, "data-fw-open", allow_duplicate=True),
    Output(Ids.GROUP_ERROR, "children", allow_duplicate=True),
    Input(Ids.GROUP_SAVE, "n_clicks"),
    State(Ids.GROUP_EDITED, "data"),
    State(Ids.GROUP_NAME, "value"),
    State(Ids.GROUP_KIND, "value"),
    State(Ids.GROUP_COLOUR, "value"),
    prevent_initial_call=True,
)
def save_group(clicks: int | None, edited: Any, name: Any, kind: Any, colour: Any) -> tuple[Any, ...]:
    """Save the group of the form."""
    from domain.journal import TagGroup

    if not clicks:
        raise PreventUpdate
    number = edited if isinstance(edited, int) else 0
    group = TagGroup(id=number, name=str(name or ""), kind=str(kind or "tag"), colour=str(colour or "grey"))
    try:
        services().tagging.save_group(current_owner(), group)
    except FillwiseError as error:
        return no_update, no_update, journal_forms.error(error.message, error.hint)
    return {"group": clicks}, "", []


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Ids.GROUP_FORM, "data-fw-open", allow_duplicate=True),
    Input(Ids.GROUP_DELETE, "n_clicks"),
    State(Ids.GROUP_EDITED, "data"),
    prevent_initial_call=True,
)
def delete_group(clicks: int | None, edited: Any) -> tuple[Any, ...]:
    """Remove the group of the form; its tags stay."""
    if not clicks or not isinstance(edited, int) or not edited:
        raise PreventUpdate
    services().tagging.delete_group(current_owner(), edited)
    return {"group gone": clicks}, ""
