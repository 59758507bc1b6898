"""The vocabulary: values, names and rules shared by every layer; standard library only.

`from domain import charts` imports nothing yet, as with `components`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.lazy_modules import lazy_submodule

if not TYPE_CHECKING:  # type checkers see the modules themselves

    def __getattr__(name: str) -> object:
        return lazy_submodule(__name__, name)
