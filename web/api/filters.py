"""The filter as parameters of the URL, the same for every figure and list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from domain.accounts import AccountId, UserId
from domain.conditions import Condition, read_conditions
from domain.errors import InvalidInputError
from domain.filters import Basis, LedgerFilter
from domain.periods import to_micros
from web.api.values import Moment, Printable, Schema, Words
from web.context import services

Duration = Literal["1m", "5m", "15m", "1h", "4h", "1d", "1w", "1M", "long"]
_FROM = "First day of the closing time (in the account's zone), or the first instant."
_TO = "Last day of the closing time, included; or an instant, itself not included."


class AccountQuery(Schema):
    """Which accounts."""

    account: Printable = Field("", description="Names or ids of accounts, comma separated; all by default.")


class LedgerQuery(AccountQuery):
    """Which trades."""

    symbol: Words = Field((), description="Any of these symbols, comma separated.")
    side: Literal["", "long", "short"] = ""
    status: Literal["", "open", "closed"] = Field("", description="Both by default.")
    from_: Moment | None = Field(None, alias="from", description=_FROM)
    to: Moment | None = Field(None, description=_TO)
    tag: Words = Field((), description="Any of these tags, comma separated.")
    setup: Words = Field((), description="Any of these setups, comma separated.")
    weekday: int | None = Field(None, ge=0, le=6, description="Of the entry, 0 is Monday.")
    hour: int | None = Field(None, ge=0, le=23, description="Of the entry, in the account's zone.")
    duration: Duration | None = Field(None, description="Holding time up to this, down to the one before.")
    result: Literal["", "win", "loss", "breakeven"] = ""
    discipline: Literal["", "followed", "broken", "unanswered"] = Field(
        "", description="Whether the rules of the trade's setup were followed, one was broken, or none was answered."
    )
    rule: Words = Field(
        (),
        description="Any of these answers to single rules of setups, comma separated: `12-followed`, `12-broken` or "
        "`12-unanswered` of the rule with the id 12 (see `/api/v1/journal/setups`).",
    )
    import_: int | None = Field(None, alias="import", ge=1, description="With at least one fill of this import.")
    where: Printable = Field(
        "",
        max_length=2_000,
        description="Conditions on any dimension (see `/api/v1/dimensions`): `hour:9,10;size:100..500;!tag:late`. "
        "Semicolons join conditions that all hold, commas values of which one holds, `!` leaves out, a backslash "
        "before a character takes away its meaning.",
    )
    currency: str = Field("", max_length=24, pattern="^[A-Za-z0-9]*$", description="Trades in this currency only.")
    basis: Literal["net", "gross"] = Field("net", description="Whether figures are after or before fees.")

    def to_filter(self, owner: UserId) -> LedgerFilter:
        """Return the filter that every service takes.

        Raises:
            NotFoundError: If an account is not the owner's.
            InvalidInputError: If the period ends before it starts.
        """
        return LedgerFilter(
            accounts=choose_accounts(owner, self.account),
            symbols=either_case(self.symbol),
            side=self.side,
            status=self.status,
            tags=self.tag,
            setups=self.setup,
            weekday=self.weekday,
            hour=self.hour,
            duration=self.duration or "",
            result=self.result,
            discipline=self.discipline,
            rules=self.rule,
            import_id=self.import_,
            where=read_where(self.where),
            currency=self.currency.upper(),
            basis=Basis(self.basis),
            **period_of(self.from_, self.to),
        )


def choose_accounts(owner: UserId, text: str) -> tuple[AccountId, ...]:
    """Return the accounts that a parameter names, () for all.

    Raises:
        NotFoundError: If one of them is not the owner's.
    """
    return services().accounts.choose(owner, text) if text.strip() else ()


def read_where(text: str, name: str = "where") -> tuple[Condition, ...]:
    """Return the conditions of a parameter.

    Raises:
        InvalidInputError: If they cannot be read.
    """
    try:
        return read_conditions(text)
    except ValueError as error:
        message = f"Parameter {name}={text[:40]!r} cannot be read: {error}."
        raise InvalidInputError(message, field=name, hint="For example hour:9;size:100..500.") from error


def either_case(symbols: tuple[str, ...]) -> tuple[str, ...]:
    """Return symbols as given and in upper case, so that "aapl" finds AAPL."""
    return tuple(dict.fromkeys((*symbols, *(symbol.upper() for symbol in symbols))))


def period_of(start: date | datetime | None, end: date | datetime | None) -> dict[str, Any]:
    """Return the fields of a filter for a period: days where days are given, instants where instants are.

    Raises:
        InvalidInputError: If it ends before it starts.
    """
    if start is not None and end is not None and _is_before(end, start):
        raise InvalidInputError(f"Parameter to={end} is before from={start}.", field="to")
    first, last = _day_text(start), _day_text(end)
    fields: dict[str, Any] = {"period": f"{first}..{last}" if first or last else "all"}
    if isinstance(start, datetime):
        fields["since"] = to_micros(start)
    if isinstance(end, datetime):
        fields["until"] = to_micros(end)
    return fields


def _is_before(end: date | datetime, start: date | datetime) -> bool:
    if isinstance(start, datetime) and isinstance(end, datetime):
        return end < start
    first = start.date() if isinstance(start, datetime) else start
    last = end.date() if isinstance(end, datetime) else end
    return last < first


def _day_text(moment: date | datetime | None) -> str:
    return "" if moment is None or isinstance(moment, datetime) else moment.isoformat()
