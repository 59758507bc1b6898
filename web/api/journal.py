"""The journal of trades and days, the review queue, and the search over everything written."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from domain.errors import InvalidInputError
from web.api.contract import Topic
from web.api.filters import LedgerQuery
from web.api.values import DecimalText, Printable, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.journal import DayNote
    from services.journal_search import NoteHit
    from services.portfolio import TradeDetail

TOPIC = Topic("Journal", "/api/v1/journal", "What a trader writes: notes of trades and days, in Markdown.")
_DAY = "/days/<day>"
_TRADE = "/trades/<int:trade_id>"
Category = Literal["", "intraday", "swing", "long-term"]


class DayNoteRow(Schema):
    """The note of a trading day."""

    day: date
    note: str
    plan: str = Field(description="What was written before the day.")
    mood: int | None = Field(description="1 (bad) to 5 (good).")
    updated_at: datetime | None


class DayNoteList(Schema):
    """Notes, newest first."""

    items: list[DayNoteRow]


class DayNoteQuery(Schema):
    """Which days."""

    from_: date | None = Field(None, alias="from", description="First day.")
    until: date | None = Field(None, description="Day after the last.")


class DayNoteBody(Schema):
    """What to write; members that are left out stay. A day without note, plan and mood has no note."""

    note: str | None = Field(None, max_length=20_000)
    plan: str | None = Field(None, max_length=20_000)
    mood: int | None = Field(None, ge=1, le=5, description="null clears.")


class RuleRow(Schema):
    """A rule of the trade's setup."""

    id: int
    text: str
    followed: bool | None = Field(description="null: not answered.")


class TradeJournalRow(Schema):
    """What was written about a trade."""

    trade: int
    note: str
    setup: str
    tags: list[str]
    rating: int | None
    category: Category = Field(description="Empty: by the holding time.")
    planned_stop: DecimalText | None
    planned_target: DecimalText | None
    planned_risk: DecimalText | None = Field(description="Money. A planned stop goes before it.")
    initial_risk: DecimalText | None = Field(description="What R is measured by.")
    reviewed_at: datetime | None
    rules: list[RuleRow]
    updated_at: datetime | None


class TradeJournalBody(Schema):
    """What to write; members that are left out stay."""

    note: str = Field("", max_length=20_000)
    setup: str = Field("", max_length=120, description="Empty: none. A new name makes a new setup.")
    tags: list[str] = Field([], max_length=60)
    rating: int | None = Field(None, ge=1, le=5)
    category: Category = ""
    planned_stop: str | None = Field(None, max_length=80)
    planned_target: str | None = Field(None, max_length=80)
    planned_risk: str | None = Field(None, max_length=80)
    reviewed: bool = False
    rules: dict[int, bool | None] = Field({}, description="Whether each rule, by its id, was followed; null: unsaid.")


class ReviewQuery(LedgerQuery):
    """Which trades."""

    limit: int = Field(50, ge=1, le=500)


class ReviewList(Schema):
    """Closed trades that wait for their review, newest first."""

    waiting: int
    trades: list[int] = Field(description="Ids of the first of them.")


class SearchQuery(Schema):
    """What to look for."""

    q: Printable = Field(max_length=200, description="Words; each is found as the beginning of one.")
    limit: int = Field(20, ge=1, le=100)


class SearchHit(Schema):
    """A text that holds all the words."""

    kind: Literal["trade", "day", "missed", "setup"]
    ref: str = Field(description="Id of the trade, missed trade or setup; the day.")
    title: str
    snippet: str = Field(description="Plain text around the first hit.")
    hits: list[str] = Field(description="What matches in the snippet.")


class SearchList(Schema):
    """Texts, newest first."""

    items: list[SearchHit]


@TOPIC.get("/days", DayNoteList, query=DayNoteQuery)
def list_day_notes(query: DayNoteQuery) -> DayNoteList:
    """List the notes of days."""
    found = services().journal.day_notes(current_owner(), since=query.from_, until=query.until)
    return DayNoteList(items=[_day(item) for item in found])


@TOPIC.get(_DAY, DayNoteRow)
def read_day_note(day: str) -> DayNoteRow:
    """Return the note of a day, empty when there is none."""
    return _day(services().journal.day_note(current_owner(), read_day(day)))


@TOPIC.put(_DAY, DayNoteRow, body=DayNoteBody)
def write_day_note(day: str, body: DayNoteBody) -> DayNoteRow:
    """Write the note of a day."""
    values = {name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None}
    if "mood" in body.model_fields_set:
        values["mood"] = body.mood
    return _day(services().journal.save_day_note(current_owner(), read_day(day), **values))


@TOPIC.get(_TRADE, TradeJournalRow, errors=(404,))
def read_trade_journal(trade_id: int) -> TradeJournalRow:
    """Return what was written about a trade."""
    return _trade(services().portfolio.trade(current_owner(), trade_id))


@TOPIC.patch(_TRADE, TradeJournalRow, body=TradeJournalBody, errors=(404,))
def write_trade_journal(trade_id: int, body: TradeJournalBody) -> TradeJournalRow:
    """Write about a trade. Stop and target are checked against its side and entry."""
    owner, sent = current_owner(), body.model_dump(exclude_unset=True)
    trade = services().portfolio.trade(owner, trade_id).trade
    rules = sent.pop("rules", {})
    services().plans.check(trade, stop=sent.get("planned_stop"), target=sent.get("planned_target"))
    if sent:
        services().journal.save(owner, trade.account_id, trade_id, **sent)
    for rule, followed in rules.items():
        services().playbooks.answer(owner, trade.account_id, trade_id, rule, is_followed=followed)
    return _trade(services().portfolio.trade(owner, trade_id))


@TOPIC.get("/review", ReviewList, query=ReviewQuery, errors=(404,))
def list_unreviewed(query: ReviewQuery) -> ReviewList:
    """List the closed trades nobody has reviewed yet."""
    owner = current_owner()
    found = services().reviews.queue(owner, query.to_filter(owner), most=query.limit)
    return ReviewList(waiting=found.waiting, trades=[int(item.id) for item in found.trades])


@TOPIC.get("/search", SearchList, query=SearchQuery)
def search_journal(query: SearchQuery) -> SearchList:
    """Find notes of trades and days, missed trades and setups by their words; case and accents do not matter."""
    found = services().journal_search.find(current_owner(), query.q, most=query.limit)
    return SearchList(items=[_search_hit(item) for item in found])


def read_day(text: str) -> date:
    """Return the day of an address; InvalidInputError when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(f"{text[:20]!r} is not a day.", field="day", hint="For example 2026-11-20.") from error


def _day(item: DayNote) -> DayNoteRow:
    return DayNoteRow(day=item.day, note=item.note, plan=item.plan, mood=item.mood, updated_at=item.updated_at)


def _trade(detail: TradeDetail) -> TradeJournalRow:
    entry, trade = detail.journal, detail.trade
    rules = services().playbooks.checklist(current_owner(), trade.account_id, int(trade.id), entry.setup)
    return TradeJournalRow(
        trade=int(trade.id),
        note=entry.note,
        setup=entry.setup,
        tags=list(entry.tags),
        rating=entry.rating,
        category=entry.category,  # type: ignore[arg-type]  # checked when it was written
        planned_stop=entry.planned_stop,
        planned_target=entry.planned_target,
        planned_risk=entry.planned_risk,
        initial_risk=trade.risk,
        reviewed_at=entry.reviewed_at,
        rules=[RuleRow(id=rule.id, text=rule.text, followed=answer) for rule, answer in rules],
        updated_at=entry.updated_at,
    )


def _search_hit(item: NoteHit) -> SearchHit:
    return SearchHit(
        kind=item.kind,  # type: ignore[arg-type]  # one of four
        ref=item.ref,
        title=item.title,
        snippet="".join(text for text, _ in item.snippet),
        hits=[text for text, is_hit in item.snippet if is_hit],
    )
