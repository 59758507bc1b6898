"""The REST interface under /api, its documentation, and the health check."""

from __future__ import annotations

from typing import Any

from flask import Flask, jsonify

from web.api import (
    accounts,
    cash,
    changes,
    corporate_actions,
    data_health,
    docs,
    executions,
    fee_plans,
    imports,
    instruments,
    internal,
    jobs,
    market,
    metrics,
    positions,
    refusals,
    sign_in,
    trades,
)

TOPICS = (
    sign_in.TOPIC,
    imports.TOPIC,
    jobs.TOPIC,
    accounts.TOPIC,
    fee_plans.TOPIC,
    executions.TOPIC,
    changes.TOPIC,
    instruments.TOPIC,
    corporate_actions.TOPIC,
    trades.TOPIC,
    positions.TOPIC,
    cash.TOPIC,
    data_health.TOPIC,
    metrics.TOPIC,
    market.TOPIC,
)
"""What the documentation shows."""


def install(server: Flask) -> None:
    """Add the interface to a server."""
    server.add_url_rule("/health", "health", health)
    docs.install(server, TOPICS)
    methods: dict[str, set[str]] = {"/health": {"GET"}, "/openapi.json": {"GET"}, "/docs": {"GET"}}
    for topic in (*TOPICS, internal.TOPIC):
        topic.mount(server)
        for operation in topic.operations:
            methods.setdefault(operation.rule, set()).add(operation.method)
    refusals.refuse_other_methods(server, methods)
    refusals.refuse_other_paths(server)


def health() -> Any:
    """Answer that the process serves; it looks at nothing else, so that it stays cheap and public."""
    return jsonify(status="ok")
