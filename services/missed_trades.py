"""Missed trades: what was seen and not taken, and what candles say would have become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from analytics.hindsight import judge_plan
from data.db import accounts as account_table
from data.db import journal as journal_table
from data.db import missed_trades as table
from data.db.engine import Database
from domain.accounts import UserId
from domain.errors import FillwiseError, InvalidInputError
from domain.market import BarInterval
from domain.missed_trades import Hindsight, MissedTrade
from domain.money import ZERO, parse_plain_decimal
from domain.periods import Clock, DateRange, parse_period, to_micros
from services.accounts import check_name
from services.journal import check_note
from services.quotes import QuoteService

SYMBOL_LIMIT = 160
LONGEST = timedelta(days=60)
FIELDS = ("symbol", "side", "seen_at", "until", "planned_entry", "planned_stop", "planned_target", "setup", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTrade:
    """A missed trade with what would have become of it."""

    trade: MissedTrade
    hindsight: Hindsight


class MissedTradeService:
    """Keeps missed trades apart from the book: no metric ever reads them."""

    def __init__(self, db: Database, quotes: QuoteService, clock: Clock) -> None:
        self._db = db
        self._quotes = quotes
        self._clock = clock

    def missed(self, owner: UserId) -> list[MissedTrade]:
        """Return the owner's missed trades, newest first."""
        with self._db.read() as session:
            return table.list_missed(session, owner)

    def one(self, owner: UserId, missed_id: int) -> MissedTrade:
        """Return one missed trade; NotFoundError when it is not the owner's."""
        with self._db.read() as session:
            return table.get_missed(session, owner, missed_id)

    def save(self, owner: UserId, missed_id: int, fields: Mapping[str, Any], *, timezone: str = "UTC") -> MissedTrade:
        """Add a missed trade (id 0) or change one.

        Args:
            owner: Whose it is.
            missed_id: 0 for a new one.
            fields: Texts (or values) by `FIELDS`; times without a zone are in `timezone`.
            timezone: IANA name.

        Raises:
            InvalidInputError: Naming the field that is not valid.
            NotFoundError: If it is not the owner's.
        """
        item = read_missed(missed_id, fields, timezone)
        if item.seen_at > self._clock() + timedelta(days=1):
            raise InvalidInputError("A missed trade lies in the past.", field="seen_at")
        with self._db.begin() as session:
            account_table.lock_owner(session, owner)
            setup_id = journal_table.ensure_setup(session, owner, item.setup) if item.setup else None
            number = table.write_missed(session, owner, item, setup_id=setup_id, now=self._clock())
            if item.setup:
                journal_table.touch(session, owner)
            return table.get_missed(session, owner, number)

    def delete(self, owner: UserId, missed_id: int) -> None:
        """Remove a missed trade; NotFoundError when it is not the owner's."""
        with self._db.begin() as session:
            table.delete_missed(session, owner, missed_id)

    def judged(self, owner: UserId, *, period: str = "all", timezone: str = "UTC", most: int = 50) -> list[JudgedTrade]:
        """Return the newest missed trades of a period with what would have become of them.

        Args:
            owner: Whose they are.
            period: Text for `domain.periods.parse_period`.
            timezone: IANA zone of its days.
            most: No more than so many.

        Raises:
            InvalidInputError: If the period cannot be read.
        """
        zone = ZoneInfo(timezone)
        days = parse_period(period, self._clock().astimezone(zone).date())
        inside = [item for item in self.missed(owner) if _is_inside(item.seen_at.astimezone(zone).date(), days)]
        return [self.judge(item) for item in inside[:most]]

    def judge(self, item: MissedTrade) -> JudgedTrade:
        """Return a missed trade with what would have become of it."""
        return JudgedTrade(trade=item, hindsight=self.hindsight(item))

    def hindsight(self, item: MissedTrade) -> Hindsight:
        """Say what would have become of a missed trade: target or stop first, else the price at its end."""
        if item.planned_entry is None or item.planned_stop is None:
            return Hindsight(r_multiple=None, outcome="unknown", reason="It needs a planned entry and stop.")
        end = min(item.until or item.seen_at + timedelta(days=1), self._clock())
        width = _width(end - item.seen_at)
        try:
            candles = self._quotes.candles(item.symbol, width, start=item.seen_at, end=end, limit=2_000)
        except FillwiseError as error:
            return Hindsight(r_multiple=None, outcome="unknown", reason=error.message)
        return judge_plan(
            candles,
            side=item.side,
            entry=float(item.planned_entry),
            stop=float(item.planned_stop),
            target=None if item.planned_target is None else float(item.planned_target),
            since=to_micros(item.seen_at),
        )


def _is_inside(day: date, period: DateRange) -> bool:
    return (period.start is None or day >= period.start) and (period.end is None or day < period.end)


def _width(length: timedelta) -> BarInterval:
    if length <= timedelta(hours=16):
        return BarInterval.M1
    return BarInterval.M15 if length <= timedelta(days=10) else BarInterval.D1


def read_missed(missed_id: int, fields: Mapping[str, Any], timezone: str) -> MissedTrade:
    """Return a missed trade from its fields.

    Raises:
        InvalidInputError: Naming the field that is not valid.
    """
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise InvalidInputError(f"A missed trade has no {', '.join(sorted(unknown))}.")
    symbol = " ".join(str(fields.get("symbol") or "").upper().split())
    if not symbol or len(symbol) > SYMBOL_LIMIT or not symbol.isprintable():
        raise InvalidInputError("A missed trade needs a symbol.", field="symbol", hint="For example NVDA.")
    seen_at = _instant(fields.get("seen_at"), "seen_at", timezone)
    until = _instant(fields.get("until"), "until", timezone)
    if seen_at is None:
        raise InvalidInputError("When was it?", field="seen_at", hint="For example 2026-11-19 10:30.")
    if until is not None and not timedelta(0) < until - seen_at <= LONGEST:
        message = "The end lies after the start, within 60 days."
        raise InvalidInputError(message, field="until", hint="Leave it empty when you do not know.")
    item = MissedTrade(
        id=missed_id,
        symbol=symbol,
        side=_side(fields.get("side")),
        seen_at=seen_at,
        until=until,
        planned_entry=_price(fields.get("planned_entry"), "planned_entry"),
        planned_stop=_price(fields.get("planned_stop"), "planned_stop"),
        planned_target=_price(fields.get("planned_target"), "planned_target"),
        setup=check_name(str(fields["setup"])) if str(fields.get("setup") or "").strip() else "",
        reason=check_note(fields.get("reason")),
    )
    _check_sides(item)
    return item


def _side(value: Any) -> int:
    sides = {"long": 1, "short": -1, "1": 1, "-1": -1}
    word = str(value or "long").lower()
    if word not in sides:
        raise InvalidInputError(f"{word[:20]!r} is no side.", field="side", hint="long or short.")
    return sides[word]


def _instant(value: Any, field: str, timezone: str) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        read = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    except ValueError as error:
        message = f"{str(value)[:40]!r} is not a time."
        raise InvalidInputError(message, field=field, hint="For example 2026-11-19 10:30.") from error
    if not 1970 <= read.year < 9999:
        raise InvalidInputError(f"The year {read.year} is out of range.", field=field)
    return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(timezone))).astimezone(UTC)


def _price(value: Any, field: str) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        price = value if isinstance(value, Decimal) else parse_plain_decimal(str(value).replace(",", "").strip())
    except ValueError as error:
        message = f"{str(value)[:40]!r} is not a price."
        raise InvalidInputError(message, field=field, hint="For example 175.60.") from error
    return price


def _check_sides(item: MissedTrade) -> None:
    """Refuse a stop that would be a profit and a target that would be a loss."""
    if item.planned_entry is None:
        return
    word = "long" if item.side > 0 else "short"
    for field, price, wanted in (("planned_stop", item.planned_stop, -1), ("planned_target", item.planned_target, 1)):
        if price is not None and (price - item.planned_entry) * item.side * wanted <= ZERO:
            name = field.removeprefix("planned_")
            place = "above" if wanted * item.side > 0 else "below"
            raise InvalidInputError(f"The {name} of a {word} lies {place} its entry.", field=field)
