"""The whole REST interface: every topic, its documentation, and the refusals of what it does not have."""

from __future__ import annotations

from flask import Flask

from web.api import (
    accounts,
    alerts,
    analysis,
    analysis_settings,
    attachments,
    calendar,
    candles,
    cash,
    changes,
    charts,
    closes,
    corporate_actions,
    data_health,
    docs,
    edge,
    episodes,
    exchange_rates,
    executions,
    fee_plans,
    imports,
    indicators,
    instruments,
    internal,
    jobs,
    journal,
    market,
    market_hours,
    metrics,
    missed_trades,
    overview,
    playbooks,
    portfolio_lots,
    portfolios,
    positions,
    price_history,
    quote_providers,
    refusals,
    reports,
    screener,
    sign_in,
    simulations,
    trades,
    transfers,
    watchlists,
    why,
)
from web.api.late_rules import LateRules

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
    transfers.TOPIC,
    trades.TOPIC,
    positions.TOPIC,
    portfolios.TOPIC,
    portfolio_lots.TOPIC,
    exchange_rates.TOPIC,
    closes.TOPIC,
    cash.TOPIC,
    data_health.TOPIC,
    metrics.TOPIC,
    overview.TOPIC,
    calendar.TOPIC,
    episodes.TOPIC,
    edge.TOPIC,
    simulations.TOPIC,
    analysis.TOPIC,
    analysis_settings.TOPIC,
    why.TOPIC,
    journal.TOPIC,
    playbooks.TOPIC,
    missed_trades.TOPIC,
    attachments.TOPIC,
    market.TOPIC,
    quote_providers.TOPIC,
    price_history.TOPIC,
    candles.TOPIC,
    indicators.TOPIC,
    charts.TOPIC,
    market_hours.TOPIC,
    watchlists.TOPIC,
    screener.TOPIC,
    alerts.TOPIC,
    reports.TOPIC,
)
"""What the documentation shows."""


def mount(server: Flask) -> None:
    """Add the interface to a server, which may be serving already."""
    rules = LateRules(server)
    docs.install(rules, TOPICS)
    methods: dict[str, set[str]] = {"/health": {"GET"}, "/openapi.json": {"GET"}, "/docs": {"GET"}}
    for topic in (*TOPICS, internal.TOPIC):
        topic.mount(rules)
        for operation in topic.operations:
            methods.setdefault(operation.rule, set()).add(operation.method)
    refusals.refuse_other_methods(rules, methods)
    refusals.refuse_other_paths(rules)
