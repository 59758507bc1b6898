"""The accounts of a user."""

from __future__ import annotations

from domain.money import parse_plain_decimal
from web.api.contract import Topic
from web.api.values import DecimalText, Schema
from web.context import current_owner, services

TOPIC = Topic("Accounts", "/api/v1/accounts", "One account is one container of cash and holdings at one broker.")


class AccountRow(Schema):
    """One account."""

    id: int
    name: str
    broker: str
    currency: str
    timezone: str
    lot_method: str
    starting_balance: DecimalText | None
    revision: int


class AccountList(Schema):
    """Accounts by name."""

    items: list[AccountRow]
    next_cursor: str | None = None


@TOPIC.get("", AccountList)
def list_accounts() -> AccountList:
    """List the accounts."""
    rows = [
        AccountRow(
            id=item.id,
            name=item.name,
            broker=item.broker,
            currency=item.currency,
            timezone=item.timezone,
            lot_method=item.lot_method.value,
            starting_balance=parse_plain_decimal(item.starting_balance) if item.starting_balance else None,
            revision=item.revision,
        )
        for item in services().accounts.list_accounts(current_owner())
    ]
    return AccountList(items=rows, next_cursor=None)
