"""Files beside a trade or a day: thumbnails, and the tile that takes new ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from components import controls, picker
from components import format as fmt
from components.icons import icon

if TYPE_CHECKING:
    from domain.attachments import Attachment

ENDINGS = ".png,.jpg,.jpeg,.pdf"


def file_grid(files: Sequence[Attachment], *, store: str, key: str = "") -> list[Any]:
    """Return the files as thumbnails, each with a button whose pick ("delete:7") lands in a store."""
    return [html.Figure([_face(item), _foot(item, store, key)], className="fw-shot") for item in files]


def _face(item: Attachment) -> html.A:
    href = f"/files/attachment/{item.id}"
    if item.is_image:
        inside: Any = html.Img(src=f"{href}/thumbnail", alt=item.name, width=item.width, height=item.height)
        return html.A(inside, href=href, target="_blank", title=item.name, className="face")
    parts = [icon("file-text", size=20), html.Span(fmt.plural(item.height, "page"))]
    return html.A(parts, href=href, className="face doc", title=item.name, download="")


def _foot(item: Attachment, store: str, key: str) -> html.Figcaption:
    label = f"Remove {item.name}"
    menu = controls.menu(
        controls.icon_button(
            "ellipsis", f"Change {item.name}", small=True, attributes={"data-fw-open": "", "aria-haspopup": "menu"}
        ),
        [
            html.A(
                [icon("download"), html.Span("Download")],
                href=f"/files/attachment/{item.id}?download=1",
                className="it",
            ),
            controls.menu_item(
                "Remove",
                icon_name="trash-2",
                danger=True,
                attributes={"data-fw-value": f"delete:{item.id}", "aria-label": label},
            ),
        ],
        align="end",
    )
    return html.Figcaption([html.Span(item.name, className="ell"), html.Span(menu, **picker.to_store(store, key=key))])


def drop_tile(result_id: str, target: str) -> html.Div:
    """Return the tile that takes files by drop, paste or browsing and sends them to `target`.

    The answer lands in the page's store `result_id`, as that of `forms.drop_zone` does.
    """
    busy = html.Div(
        [html.Span(className="what"), html.Span(className="done fw-num"), html.Div(html.I(), className="fw-meter")],
        className="busy",
        hidden=True,
    )
    look = {
        "data-fw-upload": target,
        "data-fw-result": result_id,
        "data-fw-accept": ENDINGS,
        "data-drop": "window",
        "data-fw-many": "true",
        "data-fw-paste": "",
    }
    idle = html.Div(["Drop or paste", html.Span("PNG, JPEG, PDF")], className="idle")
    return html.Div(
        [
            html.Button(idle, className="browse", type="button", **{"aria-label": "Attach a PNG, JPEG or PDF"}),
            busy,
            html.Button("Cancel", className="fw-btn xs ghost cancel", type="button", hidden=True),
            html.Div(className="err", role="alert", hidden=True),
        ],
        className="fw-shot-drop",
        **look,
    )
