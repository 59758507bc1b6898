"""Every figure of a filter, family by family: value or the reason there is none, its sample, its definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from dash import html

from components import feedback
from components import format as fmt
from components.why import UNSIGNED, value_text
from components.why_mark import why_button

if TYPE_CHECKING:
    from domain.performance import MetricValue


class Definition(Protocol):
    """Name and meaning of a metric."""

    @property
    def label(self) -> str: ...  # noqa: D102 - the protocol's class says it
    @property
    def formula(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def hint(self) -> str: ...  # noqa: D102
    @property
    def family(self) -> str: ...  # noqa: D102


def figure_list(
    metrics: Mapping[str, MetricValue],
    definitions: Mapping[str, Definition],
    families: Mapping[str, str],
    currency: str,
) -> Any:
    """Return the figures in columns of families.

    Args:
        metrics: Values by slug, in order.
        definitions: Of the same slugs; figures without one are left out.
        families: Title of each family.
        currency: Unit of money.
    """
    if not metrics:
        return feedback.empty("list", "No figures yet", "Import a file first.")
    known = [slug for slug in metrics if slug in definitions]
    grouped = {name: [slug for slug in known if definitions[slug].family == name] for name in families}
    blocks = [
        _family(families[name], (_row(slug, definitions[slug], metrics[slug], currency) for slug in slugs))
        for name, slugs in grouped.items()
        if slugs
    ]
    return html.Div(blocks, className="fw-fig-list")


def _family(title: str, rows: Iterable[html.Tr]) -> html.Details:
    """Return a family that folds; phones fold all but the first (assets/js/phones.js)."""
    table = html.Table(
        [
            html.Caption(title, className="sr"),
            html.Thead(
                html.Tr([html.Th("Figure", scope="col"), html.Th("Value", scope="col"), html.Th("n", scope="col")])
            ),
            html.Tbody(list(rows)),
        ]
    )
    return html.Details([html.Summary(title), table], open=True, className="fw-fig-family")


def _row(slug: str, definition: Definition, value: MetricValue, currency: str) -> html.Tr:
    about = f"{definition.hint} {definition.formula}. Source: {definition.source}"
    first, space, last = definition.label.rpartition(" ")
    # The mark stays on the line of the last word.
    end = html.Span([html.Span(last, title=about), why_button(slug, definition.label)], className="nowrap")
    name = html.Th([html.Span(first + space, title=about), end], scope="row")
    return html.Tr([name, html.Td(_shown(value, currency), className="v"), html.Td(_sample(value), className="n")])


def _shown(value: MetricValue, currency: str) -> Any:
    from domain.performance import Unit

    if value.value is None:
        return html.Span(value.reason or fmt.NOT_COMPUTABLE, className="fw-weak why-not")
    shown: Any = fmt.metric(value.value, value.unit, currency)
    if value.unit is Unit.MONEY:
        shown = value_text(value.value, value.unit, currency, value.slug)
        shown = shown if value.slug in UNSIGNED else html.Span(shown, className=f"fw-{fmt.tone(value.value)}")
    if not value.note:
        return shown
    mark = "est. " if "estimate" in value.note.lower() else "* "
    return html.Span([html.Span(mark, className="fw-weak"), shown], title=value.note)


def _sample(value: MetricValue) -> Any:
    count = fmt.count(value.n)
    if not value.low_sample or not value.n:
        return count
    return html.Span([count, html.Span(" low", className="fw-fig-low")], title="A small sample: read it with care.")
