"""What a page says when there is nothing, not yet, or too little to show; and toasts, notices, progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from dash import html

from components.controls import button, link_button
from components.format import ago, count, plural
from components.icons import icon
from components.marks import dot, meter

Child = Any
Kind = Literal["info", "warn", "error", "ok"]

_NOTICE_ICONS = {"info": "info", "warn": "triangle-alert", "error": "circle-alert", "ok": "circle-check"}
_NOTICE_CLASSES = {"info": "info", "warn": "warn", "error": "err", "ok": "ok"}
_TOAST_LOOKS = {
    "ok": ("circle-check", "profit"),
    "info": ("info", "info"),
    "warn": ("bell-ring", "warn"),
    "error": ("circle-x", "danger"),
}
_BARS = (38, 52, 44, 66, 58, 74, 70, 82, 64, 88, 92, 80)


def _bone(width: str, height: int, *, margin: str = "0") -> html.Span:
    return html.Span(className="skel", style={"width": width, "height": f"{height}px", "margin": margin})


def skeleton_kpis(number: int = 6) -> html.Section:
    """Return the KPI strip while it loads, in its final size."""
    widths = (58, 46, 64, 60, 82, 74)
    cell = [
        html.Div(
            [
                _bone(f"{widths[k % 6]}px", 11, margin="4px 0 10px"),
                _bone("104px", 20, margin="0 0 11px"),
                _bone("84px", 10),
            ],
            className="fw-kpi",
        )
        for k in range(number)
    ]
    strip = html.Div(cell, className="fw-kpis", style={"--n": str(number)})
    return html.Section(strip, className="fw-card", **{"aria-busy": "true", "aria-label": "Loading key figures"})


def skeleton_chart(height: int = 306) -> html.Div:
    """Return the body of a chart while it loads."""
    bars = [html.Span(className="skel", style={"flex": "1", "height": f"{share}%"}) for share in _BARS]
    return html.Div(bars, className="fw-skel-bars", style={"height": f"{height}px"}, **{"aria-busy": "true"})


def skeleton_table(rows: int = 8, *, row_height: int = 32) -> html.Div:
    """Return the body of a table while it loads."""
    widths = ("62%", "48%", "71%", "55%", "66%", "43%")
    lines = [
        html.Div(
            [_bone(widths[k % 6], 10), _bone("56px", 10), _bone("72px", 10)],
            className="row",
            style={"height": f"{row_height}px"},
        )
        for k in range(rows)
    ]
    return html.Div(lines, className="fw-skel-rows", **{"aria-busy": "true", "aria-label": "Loading rows"})


def skeleton_lines(number: int = 3) -> html.Div:
    """Return lines of text while they load."""
    widths = ("92%", "78%", "85%", "60%")
    lines = [_bone(widths[k % 4], 11, margin="0 0 9px") for k in range(number)]
    return html.Div(lines, **{"aria-busy": "true"})


def skeleton_card(height: int = 216, *, classes: str = "") -> html.Section:
    """Return a whole card while it loads."""
    head = html.Header([_bone("72px", 12), html.Div(_bone("84px", 22), className="r")], className="fw-card-h")
    body = html.Div(skeleton_chart(max(40, height - 64)), className="fw-card-b")
    return html.Section([head, body], className=f"fw-card {classes}".strip(), style={"minHeight": f"{height}px"})


def empty(icon_name: str, title: str, text: Child = "", *, actions: Sequence[Child] = ()) -> html.Div:
    """Return an empty state: what the state is, one sentence why, one primary and one ghost action."""
    parts: list[Child] = [icon(icon_name, size=20, tone="weak"), html.H3(title)]
    if text:
        parts.append(html.P(text))
    if actions:
        parts.append(html.Div(list(actions), className="acts"))
    return html.Div(parts, className="fw-empty")


def error_state(title: str, text: Child, *, actions: Sequence[Child] = ()) -> html.Div:
    """Return the state of a part that failed: what, why, and that the data is safe if it is."""
    parts: list[Child] = [icon("circle-alert", size=20, tone="danger"), html.H3(title), html.P(text)]
    if actions:
        parts.append(html.Div(list(actions), className="acts"))
    return html.Div(parts, className="fw-empty", role="alert")


def not_enough(needed: int, have: int, what: str = "trades", *, where: str = "") -> html.Div:
    """Return the state of a statistic with too small a sample."""
    place = f" in {where}" if where else ""
    text = f"This needs at least {count(needed)} {what}{place}. There are {count(have)}."
    return empty("layers", f"Not enough {what} to say", text)


def no_match(text: str, *, actions: Sequence[Child] = ()) -> html.Div:
    """Return the state of filters that leave nothing."""
    return empty("list-filter", "No trades match these filters", text, actions=actions)


def notice(
    kind: Kind,
    strong: str,
    text: Child = "",
    *,
    actions: Sequence[Child] = (),
    dismiss: bool = True,
    icon_name: str = "",
) -> html.Div:
    """Return a full-width notice: one cause, one action."""
    end = list(actions)
    if dismiss:
        end.append(_dismiss())
    parts: list[Child] = [
        icon(icon_name or _NOTICE_ICONS[kind]),
        html.Div([html.B(strong), " ", text]),
    ]
    if end:
        parts.append(html.Div(end, className="r"))
    role = "alert" if kind == "error" else "status"
    return html.Div(parts, className=f"fw-note {_NOTICE_CLASSES[kind]}", role=role, **{"data-fw-dismissable": ""})


def _dismiss() -> html.Button:
    return html.Button(
        icon("x"), className="fw-icon-btn xs", type="button", **{"aria-label": "Dismiss", "data-fw-dismiss": ""}
    )


def stale_notice(age_seconds: float, provider: str, *, retry_id: Any = None) -> html.Div:
    """Return the notice above prices that could not be renewed."""
    text = f"{provider} did not answer. Prices and open P&L below are from then."
    actions = [button("Retry now", id=retry_id, icon_name="refresh-cw")] if retry_id else []
    return notice("warn", f"Quotes are {ago(age_seconds)} old.", text, actions=actions, icon_name="wifi-off")


def toast(
    kind: Kind,
    title: Child,
    text: Child = "",
    *,
    action: Child = None,
    seconds: float | None = None,
    key: str = "",
) -> html.Div:
    """Return a toast for the toast region's children.

    Args:
        kind: "ok", "info", "warn" or "error".
        title: One line.
        text: Detail.
        action: One button or link.
        seconds: How long it stays; by default 5, with an action 10, errors until closed.
        key: A text that differs between two toasts that look alike, so that the second shows again.
    """
    name, tone = _TOAST_LOOKS[kind]
    if seconds is None:
        seconds = 0 if kind == "error" else 10 if action is not None else 5
    body: list[Child] = [html.Div(title, className="t")]
    if text:
        body.append(html.Div(text, className="b fw-num"))
    act = [*([action] if action is not None else []), _dismiss()]
    return html.Div(
        [icon(name, tone=tone), html.Div(body, className="txt"), html.Div(act, className="act")],
        className="fw-toast",
        role="alert" if kind == "error" else "status",
        **({"key": key} if key else {}),
        **{"data-fw-seconds": f"{seconds:g}", "data-fw-key": key, "data-fw-dismissable": ""},
    )


def progress(
    label: Child,
    done: int,
    total: int,
    *,
    left: str = "",
    cancel: Child = None,
) -> html.Div:
    """Return a running job: what, done of total, time left, and Cancel. A total of 0 shows a spinner."""
    known = total > 0
    line: list[Child] = [html.Span(label, className="t")]
    if known:
        line.append(html.Span(f"{count(done)} of {count(total)}", className="k fw-num"))
    if left:
        line.append(html.Span(left, className="k end fw-num"))
    bar = meter(done / total, label=str(label), thick=True) if known else spinner()
    act = [html.Div(cancel, className="act")] if cancel is not None else []
    return html.Div(
        [html.Div([html.Div(line, className="row-f"), bar], className="txt"), *act],
        className="fw-progress",
        role="status",
    )


def spinner(label: str = "Working") -> html.Span:
    """Return a small turning ring."""
    return html.Span(icon("loader-circle", size=14, label=label), className="fw-spin")


def live_dot(state: Literal["live", "stale", "off"], text: str) -> html.Span:
    """Return the state of a feed as a dot with its words."""
    return html.Span([dot(state), text], className="fw-live")


def demo_notice() -> html.Div:
    """Say that the workspace is invented, and offer the way out."""
    reset = html.Form(
        html.Button("Reset the demo", className="fw-btn xs ghost", type="submit"),
        action="/demo/reset",
        method="POST",
        **{"data-fw-csrf": ""},
    )
    leave = html.A("Create an account", href="/signup", className="fw-btn xs")
    return notice(
        "info",
        "Demo workspace.",
        "Invented trades at simulated prices; anyone at this machine can change them.",
        actions=[reset, leave],
    )


def first_notice() -> html.Div:
    """Say to somebody without an account what fills the page, and where to begin."""
    actions = [
        link_button("Import a file", "/import", size="xs", icon_name="upload"),
        link_button("Add an account", "/settings/accounts", size="xs", kind="ghost"),
    ]
    text = "This page fills itself from them: import what your broker exports, or type fills into an account."
    return notice("info", "No trades yet.", text, actions=actions, dismiss=False)


def left_out_notice(left_out: Mapping[str, int], currency: str, *, without_unit: int = 0) -> html.Div | None:
    """Say which trades are not in the figures and why; None when all are.

    Args:
        left_out: Trades by other currency.
        currency: The currency shown.
        without_unit: Trades without a planned stop, which have no R.
    """
    parts = [
        f"{plural(number, 'trade')} in {name}, not added to {currency} without a rate"
        for name, number in left_out.items()
    ]
    if without_unit:
        parts.append(f"{plural(without_unit, 'trade')} without a planned stop, so without an R")
    if not parts:
        return None
    return notice("warn", "Left out:", f"{'; '.join(parts)}. Choose currency and unit above.", dismiss=False)
