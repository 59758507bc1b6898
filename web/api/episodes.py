"""Streaks and drawdowns with the trades and days they consist of, and the excursions of a trade."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from web.api.contract import Topic
from web.api.filters import LedgerQuery
from web.api.values import FloatText, Schema
from web.context import current_owner, services

TOPIC = Topic("Episodes", "/api/v1", "Stretches of a record, and what prices did while a trade was open.")


class TradeKey(Schema):
    """Which trade."""

    account_id: int
    id: int


class StreakRow(Schema):
    """Wins or losses in a row by order of exit; a breakeven ends a run."""

    length: int = Field(description="0 when there is none.")
    outcome: int = Field(description="1 wins, -1 losses, 0 none.")
    pnl: FloatText
    trades: list[TradeKey]


class Streaks(Schema):
    """The streaks of a filter."""

    longest_win: StreakRow
    longest_loss: StreakRow
    current: StreakRow
    currency: str


class DrawdownRow(Schema):
    """A stretch of the daily curve below its peak; dates in the account's zone."""

    start: date = Field(description="Day of the peak, the first day where the start is the peak.")
    trough: date
    recovery: date | None = Field(description="Null while the peak is not reached again.")
    money: FloatText
    fraction: float | None = Field(description="Of the peak; null where the starting balance is not known.")
    days: int
    days_to_trough: int
    days_to_recover: int | None


class DrawdownQuery(LedgerQuery):
    """Which trades, and how many drawdowns."""

    limit: int = Field(10, ge=1, le=1_000, description="Most drawdowns, deepest first.")


class DrawdownList(Schema):
    """Drawdowns, deepest first."""

    items: list[DrawdownRow]
    currency: str
    next_cursor: str | None = None


class ExcursionAnswer(Schema):
    """What prices did while a trade was open, before fees; null without candles."""

    mae: FloatText | None = Field(description="Worst unrealised P&L, 0 or less.")
    mfe: FloatText | None = Field(description="Best unrealised P&L, 0 or more.")
    mae_price: float | None = Field(description="For one unit at the largest size.")
    mfe_price: float | None
    mae_fraction: float | None = Field(description="Of the money put in.")
    mfe_fraction: float | None
    mae_r: float | None = Field(description="Of the initial risk; null without a planned stop.")
    mfe_r: float | None
    give_back: FloatText | None = Field(description="Best unrealised P&L less gross P&L; null while open.")
    entry_efficiency: float | None
    exit_efficiency: float | None
    total_efficiency: float | None
    coverage: float = Field(description="Share of the time held that candles span.")
    is_whole: bool = Field(description="Whether they span all of it; otherwise the figures are estimates.")
    bars: int
    interval: str
    simulated: bool
    reason: str = Field(description='Why there are none, "" otherwise.')


@TOPIC.get("/streaks", Streaks, query=LedgerQuery, errors=(404,))
def read_streaks(query: LedgerQuery) -> Streaks:
    """Return the longest and the current run of wins or losses with their trades."""
    from services.episodes import streaks_of

    owner = current_owner()
    found = services().portfolio.sets.load(owner, query.to_filter(owner))
    rows = {
        item.name: StreakRow(
            length=len(item),
            outcome=item.outcome,
            pnl=item.pnl,
            trades=[TradeKey(account_id=account, id=trade) for account, trade in item.trades],
        )
        for item in streaks_of(found)
    }
    return Streaks(**rows, currency=found.currency)


@TOPIC.get("/drawdowns", DrawdownList, query=DrawdownQuery, errors=(404,))
def read_drawdowns(query: DrawdownQuery) -> DrawdownList:
    """Return the deepest drawdowns of the daily curve with their dates."""
    from services.episodes import falls_of

    owner = current_owner()
    found = services().portfolio.sets.load(owner, query.to_filter(owner))
    rows = [
        DrawdownRow(
            start=item.start,
            trough=item.trough,
            recovery=item.recovery,
            money=item.money,
            fraction=item.fraction,
            days=item.days,
            days_to_trough=item.days_to_trough,
            days_to_recover=item.days_to_recover,
        )
        for item in falls_of(found, most=query.limit)
    ]
    return DrawdownList(items=rows, currency=found.currency)


@TOPIC.get("/trades/<int:trade_id>/excursion", ExcursionAnswer, errors=(404,))
def read_excursion(trade_id: int) -> ExcursionAnswer:
    """Return what prices did while a trade was open; an open trade's reach to now."""
    found = services().portfolio.excursion(current_owner(), trade_id)
    return ExcursionAnswer(**{name: getattr(found, name) for name in ExcursionAnswer.model_fields})
