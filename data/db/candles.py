"""What the candle store lacks and which splits its providers made known, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, delete, insert, select, update

from data.db.candle_tables import candle_gaps, known_splits
from data.db.engine import Session
from data.db.history_tables import provider_actions
from domain.candles import ActionWord, CandleGap, GapState, KnownSplit, SeriesKey, StatedAction


def list_gaps(session: Session, key: SeriesKey) -> list[CandleGap]:
    """Return the stretches of a series that a provider was asked for, oldest first; `bars` is not kept."""
    query = select(candle_gaps).where(*_of(key)).order_by(candle_gaps.c.start_at)
    return [
        CandleGap(start=row.start_at, end=row.end_at, bars=0, state=GapState(row.state), tries=row.tries)
        for row in session.execute(query)
    ]


def save_gap(session: Session, key: SeriesKey, gap: CandleGap, *, checked_at: datetime) -> None:
    """Note what came of asking for a stretch."""
    where = (*_of(key), candle_gaps.c.start_at == gap.start)
    values = {"end_at": gap.end, "state": gap.state.value, "tries": gap.tries, "checked_at": checked_at}
    if not session.execute(update(candle_gaps).where(*where).values(**values)).rowcount:
        session.execute(
            insert(candle_gaps).values(
                provider=key.provider, symbol=key.symbol, interval=key.interval.value, start_at=gap.start, **values
            )
        )


def forget_gaps(session: Session, key: SeriesKey, starts: Sequence[datetime]) -> None:
    """Forget stretches that are gaps no more."""
    if starts:
        session.execute(delete(candle_gaps).where(*_of(key), candle_gaps.c.start_at.in_(starts)))


def list_splits(session: Session, symbol: str) -> list[KnownSplit]:
    """Return the splits of a symbol, oldest first."""
    query = select(known_splits).where(known_splits.c.symbol == symbol).order_by(known_splits.c.effective_at)
    return [
        KnownSplit(effective_at=row.effective_at, new=row.ratio_new, old=row.ratio_old)
        for row in session.execute(query)
    ]


def add_split(session: Session, symbol: str, split: KnownSplit, *, provider: str, seen_at: datetime) -> bool:
    """Note a split; False when one of the symbol is known for that instant."""
    same = (known_splits.c.symbol == symbol, known_splits.c.effective_at == split.effective_at)
    if session.execute(select(known_splits.c.id).where(*same)).scalar() is not None:
        return False
    session.execute(
        insert(known_splits).values(
            symbol=symbol,
            effective_at=split.effective_at,
            ratio_new=Decimal(split.new),
            ratio_old=Decimal(split.old),
            provider=provider,
            seen_at=seen_at,
        )
    )
    return True


def list_stated(session: Session, symbol: str) -> list[StatedAction]:
    """Return what providers state of a symbol, oldest first."""
    query = select(provider_actions).where(provider_actions.c.symbol == symbol)
    query = query.order_by(provider_actions.c.effective_at, provider_actions.c.id)
    return [
        StatedAction(
            symbol=row.symbol,
            provider=row.provider,
            word=ActionWord(row.kind),
            effective_at=row.effective_at,
            new=row.ratio_new,
            old=row.ratio_old,
            amount=row.amount,
            seen_at=row.seen_at,
        )
        for row in session.execute(query)
    ]


def symbols_with_splits(session: Session) -> set[str]:
    """Return the symbols of which a split was stated or inferred."""
    stated = select(provider_actions.c.symbol).where(provider_actions.c.kind == ActionWord.SPLIT.value)
    inferred = select(known_splits.c.symbol)
    return set(session.execute(stated).scalars()) | set(session.execute(inferred).scalars())


def replace_stated(
    session: Session,
    symbol: str,
    provider: str,
    actions: Sequence[StatedAction],
    *,
    start: datetime,
    seen_at: datetime,
) -> None:
    """Put what a provider states of a symbol since an instant in the place of what it stated before."""
    columns = provider_actions.c
    since = (columns.symbol == symbol, columns.provider == provider, columns.effective_at >= start)
    session.execute(delete(provider_actions).where(*since))
    once = {(item.word, item.effective_at): item for item in actions if item.effective_at >= start}
    rows = [
        {
            "symbol": symbol,
            "provider": provider,
            "kind": item.word.value,
            "effective_at": item.effective_at,
            "ratio_new": item.new,
            "ratio_old": item.old,
            "amount": item.amount,
            "seen_at": seen_at,
        }
        for item in once.values()
    ]
    if rows:
        session.execute(insert(provider_actions), rows)


def _of(key: SeriesKey) -> tuple[ColumnElement[bool], ...]:
    columns = candle_gaps.c
    return columns.provider == key.provider, columns.symbol == key.symbol, columns.interval == key.interval.value
