"""What the user sees: pure functions from values to Dash components.

`from components import cards` imports nothing yet: the module is loaded with its first use, so that
a start does not wait for every page's parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.lazy_modules import lazy_submodule

if not TYPE_CHECKING:  # type checkers see the modules themselves

    def __getattr__(name: str) -> object:
        return lazy_submodule(__name__, name)
