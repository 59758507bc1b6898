"""Buttons, menus, popovers and dialogs. They open and close in the browser; callbacks only hear the choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from dash import dcc, html

from components.icons import icon
from components.markup import late

Child = Any
Attributes = Mapping[str, Any]
Kind = Literal["default", "primary", "ghost", "danger"]
Size = Literal["xs", "sm", "md", "lg"]


def _named(id: Any) -> dict[str, Any]:  # noqa: A002 - Dash's own name
    return {"id": id} if id else {}


def button(
    text: Child,
    *,
    id: Any = None,  # noqa: A002 - Dash's own name
    kind: Kind = "default",
    icon_name: str = "",
    size: Size = "sm",
    disabled: bool = False,
    attributes: Attributes | None = None,
) -> html.Button:
    """Return a button; one "primary" per view. `attributes` are further properties (title, data-…)."""
    children = [icon(icon_name), text] if icon_name else text
    classes = " ".join(
        part for part in ("fw-btn", "" if kind == "default" else kind, "" if size == "sm" else size) if part
    )
    properties = {"type": "button", **(attributes or {})}
    return html.Button(children, className=classes, disabled=disabled, **properties, **_named(id))


def icon_button(
    icon_name: str,
    label: str,
    *,
    id: Any = None,  # noqa: A002 - Dash's own name
    small: bool = False,
    shortcut: str = "",
    attributes: Attributes | None = None,
) -> html.Button:
    """Return a square button with an icon; the label is its tooltip and spoken name."""
    title = f"{label}  {shortcut}" if shortcut else label
    spoken = {"aria-label": label, "title": title, "type": "button", **(attributes or {})}
    return html.Button(icon(icon_name), className=f"fw-icon-btn{' xs' if small else ''}", **spoken, **_named(id))


def link_button(
    text: Child,
    href: str,
    *,
    kind: Kind = "default",
    icon_name: str = "",
    icon_end: str = "",
    size: Size = "sm",
    download: bool = False,
) -> dcc.Link | html.A:
    """Return a link that looks like a button; `download` fetches a file instead of opening a page."""
    children: list[Child] = [icon(icon_name)] if icon_name else []
    children.append(text)
    if icon_end:
        children.append(icon(icon_end))
    classes = " ".join(
        part for part in ("fw-btn", "" if kind == "default" else kind, "" if size == "sm" else size) if part
    )
    if download:
        return html.A(children, href=href, className=classes, download="")
    return dcc.Link(children, href=href, className=classes)


def popover(
    trigger: Child,
    body: Child,
    *,
    width: int = 260,
    align: Literal["start", "end"] = "start",
    label: str = "",
) -> html.Div:
    """Return a trigger with a panel that opens under it (a sheet on phones).

    Args:
        trigger: A button; it must carry `data-fw-open` (see `trigger_button`).
        body: Content of the panel; clicks inside keep it open.
        width: Pixels.
        align: Which edges line up.
        label: Spoken name.
    """
    panel = html.Div(
        body,
        className="fw-menu fw-pop fw-panel",
        hidden=True,
        role="dialog",
        style={"width": f"{width}px"},
        **{"data-fw-align": align, "data-fw-keep": "", "aria-label": label},
    )
    return html.Div([trigger, panel], className="fw-pop-wrap")


def menu(
    trigger: Child, items: Sequence[Child], *, align: Literal["start", "end"] = "start", is_late: bool = False
) -> html.Div:
    """Return a trigger with a menu of `menu_item`s, `menu_rule`s and `menu_caption`s; a choice closes it.

    Args:
        trigger: A button; it must carry `data-fw-open`.
        items: Rows.
        align: Which edges line up.
        is_late: Whether the rows are made when the menu opens first (`components.markup`); for long ones that no
            callback knows.
    """
    rows, content = ([], late(items)) if is_late else (list(items), {})
    panel = html.Div(rows, className="fw-menu fw-pop", hidden=True, role="menu", **{"data-fw-align": align}, **content)
    return html.Div([trigger, panel], className="fw-pop-wrap")


def trigger_button(
    text: Child, *, icon_name: str = "", classes: str = "", attributes: Attributes | None = None
) -> html.Button:
    """Return a button with a caret that opens the panel behind it."""
    parts = [icon(icon_name)] if icon_name else []
    parts += [html.Span(text, className="ell"), icon("chevron-down", size=13)]
    properties = {
        "type": "button",
        "aria-haspopup": "true",
        "aria-expanded": "false",
        "data-fw-open": "",
        **(attributes or {}),
    }
    return html.Button(parts, className=f"fw-btn {classes}".strip(), **properties)


def menu_item(
    text: Child,
    *,
    id: Any = None,  # noqa: A002 - Dash's own name
    icon_name: str = "",
    href: str = "",
    right: Child = None,
    danger: bool = False,
    attributes: Attributes | None = None,
) -> html.Button | dcc.Link:
    """Return a menu entry: a link with `href`, else a button."""
    parts: list[Child] = [icon(icon_name)] if icon_name else []
    parts.append(html.Span(text))
    if right is not None:
        parts.append(html.Span(right, className="r"))
    classes = f"it{' danger' if danger else ''}"
    if href:
        return dcc.Link(parts, href=href, className=classes)
    return html.Button(parts, className=classes, role="menuitem", type="button", **(attributes or {}), **_named(id))


def menu_rule() -> html.Hr:
    """Return the line between groups of a menu."""
    return html.Hr()


def menu_caption(text: str) -> html.Div:
    """Return the caption of a group of a menu."""
    return html.Div(text, className="cap")


def dialog(
    id: str,  # noqa: A002 - Dash's own name
    title: Child,
    body: Child,
    *,
    footer: Child = None,
    width: int = 480,
    side: bool = False,
) -> html.Dialog:
    """Return a modal dialog, or with `side` a drawer at the right.

    It opens when a callback sets `Output(id, "data-fw-open")` to a non-empty text, or on a click on any element with
    `data-fw-dialog="<id>"`; Esc, the cross, a click outside and elements with `data-fw-close` close it.
    """
    close = html.Button(
        icon("x"), className="fw-icon-btn", type="button", **{"aria-label": "Close", "data-fw-close": ""}
    )
    children: list[Child] = [
        html.Header([html.H2(title), close], className="fw-dlg-h"),
        html.Div(body, className="fw-dlg-b"),
    ]
    if footer is not None:
        children.append(html.Footer(footer, className="fw-dlg-f"))
    spoken = {"data-fw-open": "", "aria-label": title if isinstance(title, str) else "Details"}
    kind = "fw-dialog fw-drawer" if side else "fw-dialog"
    return html.Dialog(children, id=id, className=kind, style={"--w": f"{width}px"}, **spoken)


def confirm_dialog(
    id: str,  # noqa: A002 - Dash's own name
    *,
    title: str,
    text: Child,
    confirm_id: Any,
    verb: str,
    typed: str = "",
) -> html.Dialog:
    """Return a dialog for a destructive choice; its button repeats the verb ("Delete 3 trades").

    Args:
        id: Id of the dialog.
        title: What will happen.
        text: What and how many.
        confirm_id: Id of the confirming button (`Input(confirm_id, "n_clicks")`).
        verb: Text of that button.
        typed: A name that must be typed before the button works; "" asks for none.
    """
    parts: list[Child] = [html.P(text)]
    if typed:
        prompt = html.Label(["Type ", html.B(typed, className="fw-mono"), " to go on"], className="fw-label")
        parts += [html.Div([prompt, dcc.Input(className="fw-in")], **{"data-fw-typed": typed})]
    footer = [
        html.Button("Cancel", className="fw-btn ghost", type="button", **{"data-fw-close": ""}),
        html.Button(
            verb,
            id=confirm_id,
            className="fw-btn danger solid",
            type="button",
            **{"data-fw-close": "", "data-fw-confirm": ""},
        ),
    ]
    return dialog(id, title, parts, footer=footer, width=440)
