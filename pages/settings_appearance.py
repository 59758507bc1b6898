"""Settings, Appearance: theme, profit and loss colours, density. They act at once, in this browser."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ClientsideFunction, dcc, html

from components import appearance, cards, forms, settings
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell

PATH = "/settings/appearance"


class Ids(StrEnum):
    """Ids of this page."""

    THEME = "settings-theme"
    PALETTE = "settings-palette"
    DENSITY = "settings-density"
    CHOSEN = "settings-chosen"


def layout(**_: str) -> html.Div:
    """Return the controls; the browser fills them with what it shows."""
    rows = [
        forms.settings_row("Theme", "System follows the setting of the device.", appearance.theme_cards(Ids.THEME)),
        forms.settings_row(
            "Profit and loss colours",
            "Signs, arrows and fills carry the meaning too.",
            appearance.palette_chips(Ids.PALETTE),
        ),
        forms.settings_row(
            "Density",
            "Row height in tables.",
            forms.segmented(
                Ids.DENSITY, [("compact", "Compact 32"), ("cozy", "Cosy 40")], None, label="Density", small=False
            ),
        ),
    ]
    return settings.frame(PATH, [dcc.Store(id=Ids.CHOSEN), cards.card("Appearance", rows), appearance.sample_card()])


PAGE = Page(module=__name__, path=PATH, title="Appearance", order=951, layout=layout, filters=False)

# The first run reads what the browser shows; later ones apply what was chosen and tell the server.
PAGE.clientside(
    ClientsideFunction("fillwise_appearance", "sync"),
    Output(Ids.THEME, "value"),
    Output(Ids.PALETTE, "value"),
    Output(Ids.DENSITY, "value"),
    Output(Ids.CHOSEN, "data"),
    Input(Ids.THEME, "value"),
    Input(Ids.PALETTE, "value"),
    Input(Ids.DENSITY, "value"),
    State(Ids.CHOSEN, "id"),
)


@PAGE.callback(
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.CHOSEN, "data"),
    prevent_initial_call=True,
)
def save_appearance(chosen: dict[str, Any] | None) -> Any:
    """Keep the choice with the user, for the next browser."""
    if not chosen:
        return []
    services().users.update_profile(current_owner(), theme=str(chosen["theme"]), palette=str(chosen["palette"]))
    return settings.saved("Appearance saved", key=f"look-{chosen.get('at')}")
