"""The columns of an unknown table with what was found out about each, for a form that maps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.brokers.field_names import FIELDS, is_fixed, split_columns
from data.brokers.formats.generic_csv import preview_plan
from data.brokers.generic_table import Plan, absent_columns, propose_plans
from data.brokers.grids import head_grids
from data.brokers.inference import infer_mapping
from data.brokers.records import normalise_header, number_columns
from data.brokers.source import SourceFile
from domain.drafts import ColumnFinding, ColumnTable, MappingQuestion
from domain.imports import ImportTemplate

FEWEST_FIELDS = 3
"""Fields that must be found for a file that no format claims to be worth mapping."""


def make_column_table(source: SourceFile, template: ImportTemplate | None = None) -> ColumnTable | None:
    """Return the columns of a file as a template or a proposal maps them; None when it holds no rows.

    Raises:
        ImportFileError: If the file holds no tables.
    """
    plan = _templated_plan(source, template) or preview_plan(source)
    if plan is None:
        return None
    proposal = plan.proposal or infer_mapping(plan.header, plan.sample, delimiter=plan.delimiter)
    mapping = template.mapping if template else proposal.mapping
    return ColumnTable(
        columns=tuple(_titles(plan).values()),
        values=_first_values(plan),
        fields=_fields(plan, mapping),
        known=FIELDS,
        template=template.name if template else "",
        findings=_confirm(proposal.findings, plan, mapping) if template else proposal.findings,
        questions=_open_questions(proposal.questions, template),
        confidence=1.0 if template else proposal.confidence,
        remarks=proposal.remarks,
    )


def is_worth_mapping(table: ColumnTable | None) -> bool:
    """Whether a file that no format claims looks like a table of trades at all."""
    return table is not None and len(set(table.fields.values())) >= FEWEST_FIELDS


def _templated_plan(source: SourceFile, template: ImportTemplate | None) -> Plan | None:
    if template is None:
        return None
    plans = propose_plans(head_grids(source), currency="USD")
    return next((plan for plan in plans if not absent_columns(template.mapping, plan.header)), None)


def _titles(plan: Plan) -> dict[str, str]:
    """Return the columns as a mapping names them, by normalised name."""
    header = plan.header
    return {name: header[at] if normalise_header(header[at]) == name else name for name, at in plan.columns.items()}


def _first_values(plan: Plan) -> tuple[str, ...]:
    first = (next((row[at] for row in plan.sample if at < len(row) and row[at]), "") for at in plan.columns.values())
    return tuple(text[:80] for text in first)


def _fields(plan: Plan, mapping: Mapping[str, str]) -> dict[str, str]:
    """Return column -> field; a fixed value stands as its own column ("=EUR")."""
    titles = _titles(plan)
    positions = number_columns(plan.header)
    found: dict[str, str] = {}
    for name, text in mapping.items():
        if is_fixed(text):
            found[text] = name
            continue
        columns = (normalise_header(column) for column in split_columns(text, positions))
        found.update({titles[column]: name for column in columns if column in titles})
    return found


def _confirm(findings: Sequence[ColumnFinding], plan: Plan, mapping: Mapping[str, str]) -> tuple[ColumnFinding, ...]:
    """Return the findings with the fields of a template, which its owner confirmed."""
    fields = _fields(plan, mapping)
    return tuple(
        ColumnFinding(column=item.column, field=fields[item.column], confidence=1.0, evidence=("From the template.",))
        if item.column in fields
        else ColumnFinding(column=item.column)
        for item in findings
    )


def _open_questions(
    questions: Sequence[MappingQuestion], template: ImportTemplate | None
) -> tuple[MappingQuestion, ...]:
    """Return what is still to be asked; a template has answered all but the order of day and month."""
    return tuple(item for item in questions if template is None or item.key == "day_first")
