"""Metrics and breakdowns against bare bincounts and pandas: `python -m benchmarks.bench_metrics`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np

from analytics.facts import Facts
from analytics.inputs import metric_input
from analytics.metrics import MetricInput, compute_metrics
from analytics.selection import select, select_exits
from analytics.sessions import local_minutes, trading_days
from benchmarks.figures import Figure
from benchmarks.generate import make_trades
from benchmarks.reference import bincount_metrics, pandas_metrics
from benchmarks.timing import interleave, ratio, show
from domain.accounts import UserId
from domain.columns import ExitFrame, TradeFrame, take
from domain.filters import LedgerFilter
from domain.periods import DateRange
from services.figure_inputs import inputs_of
from services.slices import DEFAULT_FIGURES, bucket_tables
from services.trade_sets import TradeSet

BY = ["account", "symbol", "tag", "side", "hour", "weekday", "month"]


def plain_columns(frame: TradeFrame) -> dict[str, np.ndarray]:
    tag = np.log2(frame.tag_mask).astype(np.int8)
    return {
        "account": frame.account,
        "symbol": frame.instrument,
        "tag": tag,
        "side": frame.side,
        "closed_at": frame.closed_at,
        "pnl": frame.net,
    }


def exits_of(frame: TradeFrame) -> ExitFrame:
    return ExitFrame(
        trade_id=frame.id,
        account=frame.account,
        closed_at=frame.closed_at,
        day=frame.exit_day,
        net=frame.net,
        gross=frame.gross,
        fees=frame.fees,
        currency="USD",
    )


def book_of(frame: TradeFrame, exits: ExitFrame) -> TradeSet:
    """The trade set that the pages ask, with nothing worked out yet."""
    rows = np.arange(len(frame))
    return TradeSet(
        owner=UserId(1),
        filter=LedgerFilter(),
        period=DateRange(),
        currency="USD",
        accounts=(),
        books={},
        frame=frame,
        rows=rows,
        chosen=frame,
        exits=exits,
        unit="USD",
        balance=1e6,
        without_unit=0,
        left_out={},
        starting_balance=1e6,
        journal={},
        today=date(2026, 1, 1),
        facts=Facts(frame),
        chosen_rows=rows,
        exit_rows=rows,
    )


def everything(frame: TradeFrame, exits: ExitFrame) -> None:
    """All metrics and seven breakdowns of the pages, with the local times the reference also works out."""
    trading_days(frame.closed_at, "America/New_York")
    local_minutes(frame.closed_at, "America/New_York")
    found = book_of(frame, exits)
    compute_metrics(inputs_of(found))
    bucket_tables(found, BY, DEFAULT_FIGURES)


def filtered(whole: TradeSet, chosen: LedgerFilter, period: DateRange) -> None:
    """The same over what a filter keeps."""
    rows = np.flatnonzero(select(whole.frame, chosen, period))
    places = np.flatnonzero(select_exits(whole.exits, whole.frame, chosen, period, rows=whole.exit_rows))
    found = replace(
        whole,
        chosen=take(whole.frame, rows),
        exits=take(whole.exits, places),
        chosen_rows=rows,
        exit_rows=whole.exit_rows[places],
    )
    compute_metrics(inputs_of(found))
    bucket_tables(found, BY, DEFAULT_FIGURES)


def pandas_table(frame: TradeFrame) -> object:
    import pandas as pd  # noqa: PLC0415

    table = pd.DataFrame(plain_columns(frame))
    return table.assign(at=pd.to_datetime(table["closed_at"], unit="us", utc=True))


def figures(rows: int = 1_000_000, rounds: int = 5) -> list[Figure]:
    frame = make_trades(rows)
    exits = exits_of(frame)
    plain = plain_columns(frame)
    data: MetricInput = metric_input(frame, exits)
    assert compute_metrics(data, ["trades"])["trades"].value == rows
    half = str(np.datetime64(int(np.median(frame.exit_day)), "D"))
    chosen = LedgerFilter(symbols=frame.symbols[:20])
    period = DateRange(date.fromisoformat(half), None)
    reference, mine, pandas = "bincount (reference)", "all metrics + breakdowns", "pandas, prepared columns"
    times = interleave(
        {
            reference: partial(bincount_metrics, plain),
            mine: partial(everything, frame, exits),
            "filter, then all": partial(filtered, book_of(frame, exits), chosen, period),
            pandas: partial(pandas_metrics, pandas_table(frame)),
        },
        rounds,
    )
    show(f"{rows:,} trades (CPU)", times, reference)
    fast, peer = ratio(times, mine, reference), ratio(times, pandas, mine)
    part = ratio(times, "filter, then all", mine)
    return [
        Figure(id="P6", text="all metrics and breakdowns / numpy reference", value=fast, target=2, n=rows),
        Figure(id="P6", text="pandas on prepared columns / all metrics", value=peer, target=2, at_least=True, n=rows),
        Figure(id="P6", text="filter, then all metrics / all metrics", value=part, target=1, n=rows),
    ]


if __name__ == "__main__":
    figures(10_000)
    figures()
