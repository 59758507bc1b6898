"""Colours and templates of every figure.

**How a theme is switched without a round trip** (by the browser). Every colour in a figure is the value of a
*role* of the palette, so a switch may replace value by value. Where a value is not enough (two roles can share a
colour) the role is written down, as paths and tokens. Each trace carries
``meta = {"role": "accent", "paint": {"line.color": "accent", "fillcolor": "loss@0.16"}}``; shapes and annotations
carry the same pairs in ``name``: ``"fw:line.color=loss;font.color=text2"``. Tokens:

    role            colours[role]: accent bench profit loss profit_text loss_text text text2 text3 warn neutral
                    surface overlay line grid axis zero spike tag_text c1 ... c8
    role@0.16       the same with an alpha: "rgba(r,g,b,0.16)"
    scale:ramp      scales["ramp"]: nine flat steps of profit and loss around zero
    flat:role       [[0, c], [1, c]]
    fade:role@0.2   [[0, rgba(role, 0)], [1, rgba(role, 0.2)]]

A trace of role "pl" has one colour a point in ``marker.color``, always the palette's "profit" or "loss".
`theme_payload()` is what the browser needs to resolve tokens::

    {"dark": {"template": {...}, "colors": {role: "#rrggbb"}, "scales": {"ramp": [[0, colour], ...]}}, "light": {...}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal

Theme = Literal["dark", "light"]
Scale = list[list[Any]]

FONT: Final = "Inter Variable, Inter, system-ui, sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one theme: by role, for categories, and the ramp of profit and loss (-4 ... +4)."""

    colors: Mapping[str, str]
    colorway: tuple[str, ...]
    ramp: tuple[str, ...]

    def resolve(self, token: str) -> Any:
        """Return the colour, or the colour scale, that a token stands for.

        Raises:
            KeyError: If the token names no role of this palette.
        """
        kind, colon, rest = token.partition(":")
        if colon:
            return self._resolve_scale(kind, rest)
        role, at, alpha = token.partition("@")
        return _with_alpha(self._color(role), alpha) if at else self._color(role)

    def scales(self) -> dict[str, Scale]:
        """Return the named colour scales."""
        return {"ramp": _flat_steps(self.ramp)}

    def _color(self, role: str) -> str:
        if role in self.colors:
            return self.colors[role]
        if role[:1] == "c" and role[1:].isdigit():
            return self.colorway[(int(role[1:]) - 1) % len(self.colorway)]
        raise KeyError(role)

    def _resolve_scale(self, kind: str, rest: str) -> Scale:
        if kind == "scale":
            return self.scales()[rest]
        if kind == "flat":
            return [[0, self.resolve(rest)], [1, self.resolve(rest)]]
        if kind == "fade":
            return [[0, self.resolve(rest.partition("@")[0] + "@0")], [1, self.resolve(rest)]]
        raise KeyError(kind)


def _flat_steps(colors: tuple[str, ...]) -> Scale:
    n = len(colors)
    return [[edge / n, color] for k, color in enumerate(colors) for edge in (k, k + 1)]


def _with_alpha(color: str, alpha: str) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def _palette(roles: str, colorway: str, ramp: str) -> Palette:
    pairs = (pair.split("=") for pair in roles.split())
    return Palette(
        colors=MappingProxyType({role: f"#{color}" for role, color in pairs}),
        colorway=tuple(f"#{color}" for color in colorway.split()),
        ramp=tuple(f"#{color}" for color in ramp.split()),
    )


THEMES: Final[Mapping[str, Palette]] = MappingProxyType(
    {
        "dark": _palette(
            "surface=12151A overlay=171B21 line=282E37 text=E9ECF1 text2=A3ABB8 text3=8A93A2 grid=1C2128 axis=2B323B "
            "zero=454D59 spike=737C8A accent=8E8BFF bench=9AA5B5 profit=22C4B0 loss=FF7551 profit_text=22C4B0 "
            "loss_text=FF7551 neutral=4A5361 warn=E5B454 tag_text=0B0D11",
            "8E8BFF 5BB8F5 E5B454 D98BE0 8FBF6A F08FA6 9AA5B5 C7A27C",
            "924938 763D31 57312A 382423 232932 153132 174846 195E59 1B746B",
        ),
        "light": _palette(
            "surface=FFFFFF overlay=FFFFFF line=DFE2E8 text=14171D text2=4F5866 text3=5E6777 grid=EEF0F3 axis=DFE2E8 "
            "zero=B4BAC4 spike=868F9D accent=4B45D6 bench=6B7483 profit=0E9C8C loss=DE5B30 profit_text=007469 "
            "loss_text=BF3A12 neutral=B7BEC9 warn=8A5A00 tag_text=FFFFFF",
            "4B45D6 1677B8 9A6700 A33FB0 4C7A22 BE3A63 5E6777 8A5A36",
            "DE9984 E8B8AA F1D4CB F9EBE7 E7EAEF E6F1F0 C7E1DE A3CECA 7AB8B2",
        ),
    }
)


def palette(theme: str) -> Palette:
    """Return a theme's colours; anything but "light" is the dark theme."""
    return THEMES["light" if theme == "light" else "dark"]


@lru_cache(maxsize=1)
def register() -> bool:
    """Register the templates "fillwise-dark" and "fillwise-light" once; every figure calls it."""
    import plotly.io as pio

    for name, colors in THEMES.items():
        pio.templates[f"fillwise-{name}"] = _template(colors)
    return True


def template_name(theme: str) -> str:
    """Return the name of a theme's template, registered."""
    register()
    return "fillwise-light" if theme == "light" else "fillwise-dark"


def template_of(theme: str) -> dict[str, Any]:
    """Return a theme's template as plain data, to be read only."""
    found: dict[str, Any] = _payload()["light" if theme == "light" else "dark"]["template"]
    return found


@lru_cache(maxsize=1)
def _payload() -> dict[str, Any]:
    import plotly.io as pio

    register()
    return {
        name: {
            "template": pio.templates[f"fillwise-{name}"].to_plotly_json(),
            "colors": {**colors.colors, **{f"c{k}": color for k, color in enumerate(colors.colorway, 1)}},
            "scales": colors.scales(),
        }
        for name, colors in THEMES.items()
    }


def theme_payload() -> dict[str, Any]:
    """Return templates, role colours and colour scales of both themes, ready for JSON."""
    import copy

    return copy.deepcopy(_payload())


def _template(colors: Palette) -> Any:
    import plotly.graph_objects as go

    return go.layout.Template(layout=_layout(colors), data=_trace_defaults(colors))


def _layout(colors: Palette) -> dict[str, Any]:
    c = colors.colors
    axis = _axis(c)
    hover = {"family": FONT, "size": 12, "color": c["text"]}
    return {
        "font": {"family": FONT, "size": 12, "color": c["text2"]},
        "colorway": list(colors.colorway),
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": c["surface"],  # solid: the library outlines spike lines in what it takes for the background
        "separators": ".,",
        "margin": {"l": 0, "r": 56, "t": 10, "b": 24, "pad": 0},
        "bargap": 0.38,
        "bargroupgap": 0.08,
        "barcornerradius": 2,
        "hovermode": "x unified",
        "hoverdistance": 40,
        "spikedistance": -1,
        "dragmode": "pan",
        "hoverlabel": {
            "bgcolor": c["overlay"],
            "bordercolor": c["line"],
            "align": "left",
            "namelength": -1,
            "font": hover,
        },
        "legend": _legend(c),
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": c["text3"], "activecolor": c["accent"], "orientation": "h"},
        "xaxis": {**axis, "showgrid": False, "showspikes": True},
        "yaxis": {**axis, "side": "right", "showspikes": False, "nticks": 5},
        "coloraxis": {"colorbar": {"thickness": 8, "outlinewidth": 0, "tickfont": {"size": 11, "color": c["text3"]}}},
        "colorscale": {"diverging": _flat_steps(colors.ramp)},
        "annotationdefaults": {"font": {"size": 11, "color": c["text2"]}, "showarrow": False},
        "shapedefaults": {"line": {"color": c["axis"], "width": 1}},
        "uniformtext": {"minsize": 10, "mode": "hide"},
        "transition": {"duration": 0},
    }


def _axis(c: Mapping[str, str]) -> dict[str, Any]:
    return {
        "showgrid": True,
        "gridcolor": c["grid"],
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "linecolor": c["axis"],
        "ticks": "",
        "ticklabelstandoff": 6,
        "tickfont": {"size": 11, "color": c["text3"]},
        "title": {"font": {"size": 11, "color": c["text3"]}, "standoff": 8},
        "automargin": True,
        "fixedrange": False,
        "showspikes": True,
        "spikecolor": c["spike"],
        "spikethickness": 1,
        "spikedash": "2px,2px",
        "spikemode": "across",
        "spikesnap": "cursor",
    }


def _legend(c: Mapping[str, str]) -> dict[str, Any]:
    return {
        "orientation": "h",
        "x": 1,
        "xanchor": "right",
        "y": 1.0,
        "yanchor": "bottom",
        "font": {"size": 12, "color": c["text2"]},
        "bgcolor": "rgba(0,0,0,0)",
        "itemsizing": "constant",
        "tracegroupgap": 0,
    }


def _trace_defaults(colors: Palette) -> dict[str, Any]:
    c = colors.colors
    clear = "rgba(0,0,0,0)"
    rising = {"line": {"color": c["profit"], "width": 1}, "fillcolor": c["surface"]}
    falling = {"line": {"color": c["loss"], "width": 1}, "fillcolor": c["loss"]}
    text = {"size": 11, "color": c["text"]}
    edge = {"width": 2, "color": c["surface"]}
    heat = {
        "colorscale": _flat_steps(colors.ramp),
        "zmid": 0,
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
        "textfont": text,
    }
    return {
        "scatter": [{"line": {"width": 1.75}, "marker": {"size": 6, "line": {"width": 1.5, "color": c["surface"]}}}],
        "bar": [{"marker": {"line": {"width": 0}, "opacity": 0.88}, "textfont": {"size": 11, "color": c["text2"]}}],
        "candlestick": [{"increasing": rising, "decreasing": falling, "whiskerwidth": 0}],
        "histogram": [{"marker": {"line": {"width": 0}, "opacity": 0.85}}],
        "heatmap": [heat],
        "treemap": [
            {
                "marker": {"cornerradius": 4, "line": edge},
                "tiling": {"pad": 0},
                "root": {"color": clear},
                "pathbar": {"visible": False},
                "textfont": text,
                "textposition": "top left",
            }
        ],
        "sunburst": [{"marker": {"line": edge}, "insidetextorientation": "horizontal", "textfont": {"size": 11}}],
    }
