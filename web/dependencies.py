"""Dash's Input, Output and State for ids that are members of an enumeration.

Dash asks of each id whether it is a component. Of a type it has not met that walks all component
classes, and every page has an enumeration of its own: a tenth of the start. Plain text is known.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import dash


def _plain(component_id: Any) -> Any:
    return component_id.value if isinstance(component_id, Enum) else component_id


class Input(dash.Input):  # type: ignore[misc]
    """What a callback hears; see `dash.Input`."""

    def __init__(self, component_id: Any, component_property: str, **options: Any) -> None:
        super().__init__(_plain(component_id), component_property, **options)


class Output(dash.Output):  # type: ignore[misc]
    """What a callback sets; see `dash.Output`."""

    def __init__(self, component_id: Any, component_property: str, **options: Any) -> None:
        super().__init__(_plain(component_id), component_property, **options)


class State(dash.State):  # type: ignore[misc]
    """What a callback reads; see `dash.State`."""

    def __init__(self, component_id: Any, component_property: str, **options: Any) -> None:
        super().__init__(_plain(component_id), component_property, **options)
