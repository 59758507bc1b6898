"""Addresses that are added to a server which serves already.

Flask refuses that, because hooks added late would miss requests. Nothing but rules and views is
added here, and no request asks for one before all of them stand (`web.api.load`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask


class LateRules:
    """Adds rules to a server the way `Flask.add_url_rule` does."""

    def __init__(self, server: Flask) -> None:
        self._server = server

    def add_url_rule(
        self,
        rule: str,
        endpoint: str,
        view: Callable[..., Any],
        *,
        methods: Iterable[str] = ("GET",),
        provide_automatic_options: bool = True,
    ) -> None:
        """Let a view answer an address.

        Raises:
            ValueError: If the endpoint is taken.
        """
        if endpoint in self._server.view_functions:
            message = f"Two views are called {endpoint!r}."
            raise ValueError(message)
        options = {"OPTIONS"} if provide_automatic_options else set()
        made = self._server.url_rule_class(rule, methods={*methods, *options}, endpoint=endpoint)
        made.provide_automatic_options = provide_automatic_options  # type: ignore[attr-defined]
        # The view first: a request may match the rule as soon as it stands.
        self._server.view_functions[endpoint] = view
        self._server.url_map.add(made)
