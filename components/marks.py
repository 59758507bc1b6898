"""Small marks inside cards and tables: tags, deltas, sparklines, R bars, keys. Sign is never colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from dash import dcc, html

from components.format import Value, tone
from components.icons import icon

_R_LIMIT = 3.0
_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "accent": "var(--fw-accent)",
        "bench": "var(--fw-bench)",
        "profit": "var(--fw-profit-mark)",
        "loss": "var(--fw-loss-mark)",
        "warn": "var(--fw-warn)",
        "neutral": "var(--fw-series-neutral)",
        "text": "var(--fw-text)",
        "text-2": "var(--fw-text-2)",
        "text-3": "var(--fw-text-3)",
        **{f"c{number}": f"var(--fw-c{number})" for number in range(1, 9)},
    }
)


def role_colour(role: str) -> str:
    """Return the CSS colour of a role: accent, bench, profit, loss, warn, neutral, text…text-3, c1…c8."""
    return _ROLES[role]


def tag(text: str, *, tone: str = "", icon_name: str = "") -> html.Span:
    """Return a 20 px tag; tones "", "warn" (mistakes only), "acc" (A+), "pos", "neg", "out"."""
    children = [icon(icon_name, size=12), text] if icon_name else text
    return html.Span(children, className=f"fw-tag {tone}".strip())


def tags(texts: Sequence[str | tuple[str, str]]) -> html.Span:
    """Return several tags; each is a text or (text, tone)."""
    pairs = [(item, "") if isinstance(item, str) else item for item in texts]
    return html.Span([tag(text, tone=kind) for text, kind in pairs], className="fw-tags")


def side(is_long: bool) -> html.Span:
    """Return "▲ Long" or "▼ Short"."""
    kind, word = ("up", "Long") if is_long else ("dn", "Short")
    return html.Span([html.I(className=f"tri {kind}", **{"aria-hidden": "true"}), word], className="side")


def symbol(text: str, *, href: str = "", name: str = "") -> html.Span | dcc.Link:
    """Return a ticker, linked if wanted, with the instrument's name behind it if given."""
    if href:
        return dcc.Link(text, href=href, className="fw-sym", title=name or None)
    return html.Span(text, className="fw-sym", title=name or None)


def signed(text: str, value: Value, *, strong: bool = False) -> html.Span:
    """Return a text coloured by the sign of its value."""
    return html.Span(text, className=f"fw-num fw-{tone(value)}{' fw-strong' if strong else ''}")


def kbd(*keys: str) -> html.Span:
    """Return key caps, e.g. for "Ctrl" and "K"."""
    return html.Span([html.Span(key, className="kbd") for key in keys], className="fw-keys")


def delta(text: str, direction: str) -> html.Span:
    """Return a change since the last period.

    Args:
        text: The magnitude without sign, e.g. "18.2%".
        direction: "up" (better), "down" (worse) or "flat".
    """
    kind = {"up": "up", "down": "dn", "flat": "fl"}[direction]
    spoken = {"up": "better by", "down": "worse by", "flat": "unchanged"}[direction]
    arrow = [] if direction == "flat" else [html.I(className=f"tri {kind}", **{"aria-hidden": "true"})]
    return html.Span([html.Span(spoken, className="sr"), *arrow, text], className=f"fw-delta {kind}")


def dot(state: str) -> html.Span:
    """Return a status dot: "live", "stale" or "off"."""
    return html.Span(className=f"dot {state}", **{"aria-hidden": "true"})


def trend_role(values: Sequence[float]) -> str:
    """Return the colour role of a sparkline by where it went from its first value to its last."""
    if len(values) < 2 or values[-1] == values[0]:
        return "text-3"
    return "profit" if values[-1] > values[0] else "loss"


def sparkline(values: Sequence[float], *, role: str = "text-3", width: int = 54, height: int = 20) -> html.Span:
    """Return a line without axes, drawn as a mask so that it takes the theme's colour.

    Fewer than two values give an empty span of the same size.
    """
    style = {"width": f"{width}px", "height": f"{height}px", "--c": role_colour(role)}
    if len(values) > 1:
        style["--fw-spark"] = _spark_mask(values, width, height)
    return html.Span(className="fw-spark", style=style, **{"aria-hidden": "true"})


def _spark_mask(values: Sequence[float], width: int, height: int) -> str:
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = (width - 5) / (len(values) - 1)
    points = [(1 + k * step, height - 3 - (value - low) / span * (height - 6)) for k, value in enumerate(values)]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    end_x, end_y = points[-1]
    svg = (
        f"%3Csvg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'%3E"
        f"%3Cpath d='M{path}' fill='none' stroke='black' stroke-width='1.4' stroke-linejoin='round'/%3E"
        f"%3Ccircle cx='{end_x:.1f}' cy='{end_y:.1f}' r='2'/%3E%3C/svg%3E"
    )
    return f'url("data:image/svg+xml,{svg}")'


def r_bar(value: float | None) -> html.Span:
    """Return a 56 × 6 bar diverging at zero and clipped at ±3R; empty for None."""
    children: list[Any] = []
    if value is not None:
        share = min(abs(value), _R_LIMIT) / _R_LIMIT * 50
        edge = {"left": "50%"} if value >= 0 else {"right": "50%"}
        colour = role_colour("profit" if value >= 0 else "loss")
        children = [html.I(style={**edge, "width": f"{share:.1f}%", "background": colour})]
    return html.Span(children, className="rbar", **{"aria-hidden": "true"})


def meter(fraction: float, *, label: str, role: str = "accent", thick: bool = False) -> html.Div:
    """Return a thin bar filled to a fraction (clipped to 0…1)."""
    share = round(min(1.0, max(0.0, fraction)) * 100)
    spoken = {"aria-label": label, "aria-valuenow": str(share), "aria-valuemin": "0", "aria-valuemax": "100"}
    fill = html.I(style={"width": f"{share}%", "background": role_colour(role)})
    return html.Div(fill, className=f"fw-meter{' t6' if thick else ''}", role="meter", **spoken)


def exposure_bar(parts: Sequence[tuple[str, float, str]]) -> html.Div:
    """Return positions side by side by size; a short is hatched.

    Args:
        parts: (label, signed market value, text of the value) of each position.
    """
    cells = [
        html.Span(
            html.Span(label),
            className=f"fw-num cell{' short' if value < 0 else ''}",
            style={"flex": f"{abs(value):.2f}"},
            title=f"{label} {text}",
        )
        for label, value, text in parts
        if value
    ]
    return html.Div(cells, className="fw-expo", role="img", **{"aria-label": "Exposure by position"})


def quality_bar(*, stop: float, worst: float, exit_: float, best: float, target: float | None = None) -> html.Div:
    """Return a trade's path in R: worst point, entry at zero, exit, best point, between stop and target.

    Args:
        stop: R of the stop, normally −1.
        worst: Worst point (MAE) in R, ≤ 0.
        exit_: Exit in R.
        best: Best point (MFE) in R, ≥ 0.
        target: Planned target in R, None without one.
    """
    low = min(stop, worst, exit_)
    high = max(best, exit_, target or 0.0, 1.0)
    span = (high - low) or 1.0

    def at(value: float) -> str:
        return f"{(value - low) / span * 100:.1f}%"

    def part(first: float, last: float, kind: str) -> html.I:
        return html.I(className=kind, style={"left": at(first), "width": f"{max(0.0, last - first) / span * 100:.1f}%"})

    labels = [(stop, "stop", f"{stop:+.0f}R stop".replace("-", "−")), (0.0, "entry", "entry"), (exit_, "exit", "exit")]
    if target is not None:
        labels.append((target, "target", f"+{target:.0f}R target"))
    return html.Div(
        [
            html.Div(
                [
                    part(worst, 0.0, "lossp"),
                    part(min(0.0, exit_), max(0.0, exit_), "profitp" if exit_ >= 0 else "lossp"),
                    part(max(0.0, exit_), best, "left"),
                    html.B(className="mark", style={"left": at(0.0)}),
                    html.B(className="mark exit", style={"left": at(exit_)}),
                ],
                className="track",
            ),
            html.Div(
                [html.Span(text, className=f"lab {kind}", style={"left": at(value)}) for value, kind, text in labels],
                className="labels",
            ),
        ],
        className="fw-quality fw-num",
        role="img",
        **{"aria-label": f"Worst {worst:.2f}R, exit {exit_:.2f}R, best {best:.2f}R"},
    )
