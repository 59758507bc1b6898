"""Why a figure is what it is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from components.why import sample_text
from web.api.contract import Topic
from web.api.filters import LedgerQuery
from web.api.values import Schema
from web.context import current_owner, services

TOPIC = Topic("Explanations", "/api/v1", "What a figure rests on: formula, inputs, sample, and the trades behind it.")
Measure = Literal["money", "fraction", "ratio", "r", "count", "seconds", "days"]


class TermRow(Schema):
    """One input of a formula."""

    symbol: str
    label: str
    measure: Measure
    value: float | None
    filter: str | None = Field(description="Query of the Trades page with its trades.")


class LeftOutRow(Schema):
    """Trades that do not count."""

    trades: int
    reason: str


class RuleRow(Schema):
    """A setting that the figure rests on, and the value used."""

    name: Literal["breakeven", "year_days", "risk_free", "trials"]
    label: str
    text: str


class Why(Schema):
    """A figure with everything it rests on."""

    metric: str
    label: str
    value: float | None
    measure: Measure
    unit: str
    n: int
    reason: str
    low_sample: bool
    note: str
    formula: str
    source: str
    inputs: list[TermRow]
    rests_on: str
    sample: str = Field(description="n and what it counts, in words.")
    left_out: list[LeftOutRow]
    basis: Literal["net", "gross"]
    zones: list[str]
    accounts: str
    period: str
    words: list[str] = Field(description="The rest of the filter in words.")
    rules: list[RuleRow] = Field(description="The analysis settings that the figure rests on, with the values used.")
    filter: str = Field(description="Query of the Trades page with exactly the trades it came from.")
    trades: int = Field(description="How many these are.")


@TOPIC.get("/metrics/<slug>/why", Why, query=LedgerQuery, errors=(404,))
def explain_metric(slug: str, query: LedgerQuery) -> Why:
    """Return formula, inputs, sample and exclusions of one figure, and the filter of the trades it came from."""
    owner = current_owner()
    found = services().analysis.explain(owner, query.to_filter(owner), slug)
    figure = found.figure
    inputs = [
        TermRow(
            symbol=term.symbol,
            label=term.label,
            measure=term.unit.value,
            value=term.value,
            filter=None if term.filter is None else term.filter.to_query(),
        )
        for term in found.terms
    ]
    return Why(
        metric=found.slug,
        label=found.label,
        value=figure.value,
        measure=figure.unit.value,
        unit=found.money,
        n=figure.n,
        reason=figure.reason,
        low_sample=figure.low_sample,
        note=figure.note,
        formula=found.formula,
        source=found.source,
        inputs=inputs,
        rests_on=found.rests_on,
        sample=sample_text(found),
        left_out=[LeftOutRow(trades=item.trades, reason=item.reason) for item in found.left_out],
        basis=found.basis.value,
        zones=list(found.zones),
        accounts=found.accounts,
        period=found.period,
        words=[f"{word.title}: {word.text}" for word in found.words],
        rules=[RuleRow(name=rule.name, label=rule.label, text=rule.text) for rule in found.rules],  # type: ignore[arg-type]
        filter=found.filter.to_query(),
        trades=found.listed,
    )
