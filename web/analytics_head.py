"""The head that all Analytics pages share: tabs that keep the filter, and its chips."""

from __future__ import annotations

from typing import Any

from components import analysis
from web.context import current_owner, services
from web.dependencies import Input, Output
from web.page import Page
from web.shell import Shell, read_filter


def fill_head_of(page: Page, head_id: str) -> None:
    """Record on a page the callback that fills its head.

    Args:
        page: The page.
        head_id: Id of `components.analysis.head`.
    """

    def fill_head(query: str | None) -> list[Any]:
        words = services().analysis.words(current_owner(), read_filter(query))
        return analysis.head_content(page.path, query or "", words)

    page.callback(Output(head_id, "children"), Input(Shell.FILTER, "data"))(fill_head)
