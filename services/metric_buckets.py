"""The metrics of a trade set by one property, from the same functions as the metrics of the whole set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.breakdowns import breakdown
from analytics.durations import DURATIONS, duration_codes
from analytics.inputs import metric_input
from analytics.metrics import compute_metrics
from domain.columns import ExitFrame, TradeFrame, take
from domain.errors import InvalidInputError
from domain.performance import MetricValue
from services.trade_sets import TradeSet

if TYPE_CHECKING:
    from domain.columns import Bools, Ints

PROPERTIES = ("symbol", "side", "weekday", "hour", "month", "duration", "tag", "setup")
NOTHING = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricBucket:
    """The closed trades that share a property.

    Attributes:
        key: What the filter of the same name takes to choose them ("2026-09" for a month); "" for
            trades without a tag or setup.
        label: Its name for people.
        trades: How many closed trades.
        metrics: As of the whole set.
    """

    key: str
    label: str
    trades: int
    metrics: dict[str, MetricValue]


def metric_buckets(found: TradeSet, by: str) -> tuple[MetricBucket, ...]:
    """Return the metrics of each bucket that has closed trades, in natural order.

    A bucket's figures equal those of the same filter narrowed to it. A trade with two tags counts in
    both of their buckets. By month, exits count in their own month.

    Raises:
        InvalidInputError: If `by` is not one of `PROPERTIES`.
    """
    if by not in PROPERTIES:
        raise InvalidInputError(
            f"Parameter by={by!r} is not known.", field="by", hint=f"Use one of {', '.join(PROPERTIES)}."
        )
    table = breakdown(found.chosen, by, basis=found.filter.basis)
    parts = _tag_parts(found, table.keys) if by == "tag" else _disjoint_parts(found, by, table.keys)
    rows = zip(table.keys.tolist(), table.labels, table.n.tolist(), parts, strict=True)
    return tuple(
        MetricBucket(key=_key_text(by, key, label), label=label, trades=n, metrics=_measure(found, *part))
        for key, label, n, part in rows
    )


def _measure(found: TradeSet, trades: TradeFrame, exits: ExitFrame) -> dict[str, MetricValue]:
    data = metric_input(trades, exits, basis=found.filter.basis, starting_balance=found.starting_balance)
    return compute_metrics(data)


def _disjoint_parts(found: TradeSet, by: str, keys: Ints) -> Iterator[tuple[TradeFrame, ExitFrame]]:
    of_frame = _frame_keys(found.frame, by)
    trade_rows = _rows_by_key(of_frame[found.rows], keys)
    of_exits = _months(found.exits.day) if by == "month" else of_frame[_frame_rows(found)]
    exit_rows = _rows_by_key(of_exits, keys)
    for at in range(len(keys)):
        yield take(found.chosen, trade_rows[at]), take(found.exits, exit_rows[at])


def _tag_parts(found: TradeSet, keys: Ints) -> Iterator[tuple[TradeFrame, ExitFrame]]:
    trade_masks = found.chosen.tag_mask
    exit_masks = found.frame.tag_mask[_frame_rows(found)]
    for key in keys.tolist():
        yield take(found.chosen, _has_tag(trade_masks, key)), take(found.exits, _has_tag(exit_masks, key))


def _has_tag(masks: Ints, key: int) -> Bools:
    has: Bools = masks == 0 if key == NOTHING else (masks >> key) & 1 == 1
    return has


def _frame_rows(found: TradeSet) -> Ints:
    """Return the row of the frame of each exit's trade."""
    order = np.argsort(found.frame.id, kind="stable")
    rows: Ints = order[np.searchsorted(found.frame.id[order], found.exits.trade_id)]
    return rows


def _rows_by_key(values: Ints, keys: Ints) -> list[Ints]:
    """Return the positions of each key among the values, ascending."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    starts, ends = np.searchsorted(ranked, keys, side="left"), np.searchsorted(ranked, keys, side="right")
    return [order[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def _frame_keys(frame: TradeFrame, by: str) -> Any:
    """Return the key of each trade, open ones included, as `breakdown` numbers its buckets."""
    if by == "symbol":
        codes = {name: code for code, name in enumerate(dict.fromkeys(frame.symbols))}
        table = np.array([codes[name] for name in frame.symbols], dtype=np.int64)
        return table[frame.instrument] if len(table) else frame.instrument
    if by == "duration":
        return np.where(frame.is_open, NOTHING, duration_codes(frame.held_seconds))
    if by == "month":
        return _months(frame.exit_day)
    if by == "weekday":
        return (frame.entry_day + 3) % 7
    return {"side": frame.side, "hour": frame.entry_minute // 60, "setup": frame.setup}[by]


def _months(days: Any) -> Ints:
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


def _key_text(by: str, key: int, label: str) -> str:
    if key == NOTHING and by in ("tag", "setup"):
        return ""
    if by == "side":
        return "long" if key > 0 else "short"
    if by == "duration":
        return DURATIONS[key].slug
    return str(key) if by in ("weekday", "hour") else label
