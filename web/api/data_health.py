"""Data health: what may be wrong with the data, and where to mend it."""

from __future__ import annotations

from pydantic import Field

from domain.health import EXPLANATIONS, Finding, FindingGroup
from web.api.contract import Topic
from web.api.filters import AccountQuery, choose_accounts
from web.api.values import Schema
from web.context import current_owner, services

TOPIC = Topic("Data health", "/api/v1/data-health", "Checks over the books and the files they came from.")
LISTED = 1_000


class FindingRow(Schema):
    """One thing that may be wrong."""

    account: str
    subject: str = Field(description="What it is about; stays the same from one look to the next.")
    text: str
    rows: int = Field(description="How many rows it stands for.")
    page: str = Field(description="Where to see it.")
    fix_page: str = Field(description="Where to mend it.")
    dismissed: bool = Field(description="Whether a person called it all right.")


class CheckRow(Schema):
    """One check: what it means and what it found."""

    kind: str
    title: str
    meaning: str
    level: str
    open: int
    dismissed: int
    findings: list[FindingRow]


class CheckList(Schema):
    """Every check, those that found nothing too."""

    open: int
    items: list[CheckRow]


@TOPIC.get("", CheckList, query=AccountQuery, errors=(404,))
def check_data(query: AccountQuery) -> CheckList:
    """Run every check over the chosen accounts."""
    owner = current_owner()
    report = services().health.report(owner, choose_accounts(owner, query.account))
    return CheckList(open=report.open_count, items=[_check(group) for group in report.groups])


def _check(group: FindingGroup) -> CheckRow:
    told = EXPLANATIONS[group.kind]
    rows = [_row(item, dismissed=False) for item in group.open[:LISTED]]
    rows += [_row(item, dismissed=True) for item in group.dismissed[:LISTED]]
    return CheckRow(
        kind=group.kind.value,
        title=told.title,
        meaning=told.meaning,
        level=told.level,
        open=len(group.open),
        dismissed=len(group.dismissed),
        findings=rows,
    )


def _row(item: Finding, *, dismissed: bool) -> FindingRow:
    return FindingRow(
        account=item.account,
        subject=item.subject,
        text=item.text,
        rows=item.count,
        page=item.href,
        fix_page=item.fix_href,
        dismissed=dismissed,
    )
