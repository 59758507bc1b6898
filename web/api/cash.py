"""Cash: the account statement with its running balance, and the balances brokers print."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from domain.cash import BalanceCheck, CashChoice, CashQuery, CashRow, Divergence
from web.api.contract import Topic
from web.api.cursors import read_cursor, write_cursor
from web.api.filters import AccountQuery, choose_accounts, period_of
from web.api.values import DecimalText, Moment, Schema
from web.context import current_owner, services

TOPIC = Topic("Cash", "/api/v1/cash", "Every movement of an account's cash with the balance after it.")


class CashLinesQuery(AccountQuery):
    """Which statement, and which part of it."""

    currency: str = Field(
        "", max_length=24, pattern="^[A-Za-z0-9]*$", description="The account's own by default, else the busiest."
    )
    from_: Moment | None = Field(None, alias="from", description="First day (in the account's zone) or instant.")
    to: Moment | None = Field(None, description="Last day, included; or an instant, itself not included.")
    cursor: str = Field("", description="`next_cursor` of the page before.")
    limit: int = Field(100, ge=1, le=1_000)


class CashLine(Schema):
    """One movement. A trade's amount has its fees inside; `balance` is what is left after it."""

    at: datetime
    day: date
    kind: str
    label: str
    symbol: str
    description: str
    amount: DecimalText
    fee: DecimalText = Field(description="The fee inside the amount of a trade; below 0 is a rebate.")
    balance: DecimalText
    execution_id: int | None
    file: str
    line: int | None


class CashLines(Schema):
    """Movements of one account in one currency, oldest first."""

    account: str
    currency: str
    items: list[CashLine]
    next_cursor: str | None


class Gap(Schema):
    """A printed balance that the movements since the one before do not explain."""

    at: datetime
    broker: DecimalText
    ours: DecimalText
    gap: DecimalText
    file: str
    line: int


class BalanceRow(Schema):
    """How the printed balances of an account and currency compare with its movements."""

    account: str
    currency: str
    checked: int
    agreeing: int
    opening: DecimalText
    opening_from: Literal["zero", "account", "anchor"] = Field(
        description="`anchor`: the first printed balance set it, because the file starts mid-history."
    )
    tolerance: DecimalText = Field(description="Half of the last printed digit.")
    first_gap: Gap | None
    later_gaps: list[Gap]


class BalanceList(Schema):
    """Every account and currency whose files print balances."""

    items: list[BalanceRow]


@TOPIC.get("", CashLines, query=CashLinesQuery, errors=(404,))
def list_cash(query: CashLinesQuery) -> CashLines:
    """List the movements of one account's cash in one currency.

    Without `account` the first account with cash is taken. Paid in full, a trade moves its value and its fees;
    of futures, CFDs and margin currency pairs only the realised result and the fees move cash.
    """
    owner = current_owner()
    period = period_of(query.from_, query.to)
    asked = CashQuery(accounts=choose_accounts(owner, query.account), currency=query.currency, **period)
    after = read_cursor(query.cursor, size=4)
    mark = (after[0], after[1], after[2], after[3]) if after else None
    found = services().cash.lines_after(owner, asked, mark, query.limit)
    if found is None:
        return CashLines(account="", currency="", items=[], next_cursor=None)
    return CashLines(
        account=found.choice.account,
        currency=found.choice.currency,
        items=[_line(row) for row in found.rows],
        next_cursor=write_cursor(found.next_after) if found.next_after else None,
    )


@TOPIC.get("/balances", BalanceList, query=AccountQuery, errors=(404,))
def list_balances(query: AccountQuery) -> BalanceList:
    """Compare the balances that brokers print with ours, account by account and currency by currency."""
    owner = current_owner()
    found = services().cash.balances(owner, choose_accounts(owner, query.account))
    return BalanceList(items=[_balance(choice, check) for choice, check in found])


def _line(row: CashRow) -> CashLine:
    return CashLine(
        at=row.at,
        day=row.day,
        kind=row.kind.value,
        label=row.label,
        symbol=row.symbol,
        description=row.description,
        amount=row.amount,
        fee=row.fee,
        balance=row.balance,
        execution_id=row.ref if row.is_trade else None,
        file=row.filename,
        line=row.line or None,
    )


def _balance(choice: CashChoice, check: BalanceCheck) -> BalanceRow:
    return BalanceRow(
        account=choice.account,
        currency=choice.currency,
        checked=check.checked,
        agreeing=check.agreeing,
        opening=check.opening,
        opening_from=check.opening_source.value,
        tolerance=check.tolerance,
        first_gap=_gap(check.first) if check.first else None,
        later_gaps=[_gap(item) for item in check.others],
    )


def _gap(item: Divergence) -> Gap:
    return Gap(at=item.at, broker=item.broker, ours=item.ours, gap=item.gap, file=item.filename, line=item.line)
