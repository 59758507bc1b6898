"""The saved column mappings: what each maps, and renaming and deleting it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, feedback, forms
from components import format as fmt
from components.icons import icon
from components.import_columns import field_word

if TYPE_CHECKING:
    from domain.imports import ImportTemplate


def template_list(templates: Sequence[ImportTemplate], *, id_of: Callable[[str, str], Any]) -> Any:
    """Return the saved mappings, each to be opened, renamed or deleted.

    Args:
        templates: The mappings.
        id_of: Id of a part of a template: ("name", "rename" or "delete", its name).
    """
    if not templates:
        return feedback.empty(
            "save", "No templates yet", "Map the columns of a file once and save them: the next one is recognised."
        )
    return html.Div([_template(item, id_of) for item in templates], className="im-templates")


def _template(item: ImportTemplate, id_of: Callable[[str, str], Any]) -> html.Details:
    pairs = [(field_word(name), text.removeprefix("=")) for name, text in item.mapping.items()]
    head = html.Summary(
        [
            html.B(item.name, className="im-name"),
            html.Span(f"{fmt.plural(len(pairs), 'field')}, {item.timezone.replace('_', ' ')} time", className="im-sub"),
            icon("chevron-down", size=14),
        ]
    )
    tools = html.Div(
        [
            html.Label(f"New name of {item.name}", className="sr"),
            forms.text_input(id_of("name", item.name), value=item.name, size="sm", attributes={"maxLength": 120}),
            forms.button("Rename", id=id_of("rename", item.name), size="xs"),
            forms.button("Delete", id=id_of("delete", item.name), kind="ghost", size="xs", icon_name="trash-2"),
        ],
        className="im-tools",
    )
    said = "It is used by itself for files with these columns, and can be chosen for any other."
    note = html.P(said, className="im-sub")
    return html.Details([head, html.Div([cards.key_values(pairs), note, tools])], className="se-item")
