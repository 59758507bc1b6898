"""Metrics and breakdowns against bare bincounts and pandas: `python -m benchmarks.bench_metrics`."""

from __future__ import annotations

from functools import partial

import numpy as np

from analytics.breakdowns import breakdowns
from analytics.inputs import metric_input
from analytics.metrics import MetricInput, compute_metrics
from analytics.selection import select, select_exits
from analytics.sessions import local_minutes, trading_days
from benchmarks.figures import Figure
from benchmarks.generate import make_trades
from benchmarks.reference import bincount_metrics, pandas_metrics
from benchmarks.timing import interleave, ratio, show
from domain.columns import ExitFrame, TradeFrame, take
from domain.filters import LedgerFilter
from domain.periods import DateRange

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


def everything(frame: TradeFrame, exits: ExitFrame) -> None:
    """All metrics and seven breakdowns, with the local times the reference also works out."""
    trading_days(frame.closed_at, "America/New_York")
    local_minutes(frame.closed_at, "America/New_York")
    compute_metrics(metric_input(frame, exits, starting_balance=1e6))
    breakdowns(frame, BY)


def filtered(frame: TradeFrame, exits: ExitFrame, chosen: LedgerFilter, period: DateRange) -> None:
    rows = take(frame, select(frame, chosen, period))
    own = take(exits, select_exits(exits, frame, chosen, period))
    compute_metrics(metric_input(rows, own, starting_balance=1e6))
    breakdowns(rows, BY)


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
    period = DateRange(np.datetime64(half).item(), None)
    reference, mine, pandas = "bincount (reference)", "all metrics + breakdowns", "pandas, prepared columns"
    times = interleave(
        {
            reference: partial(bincount_metrics, plain),
            mine: partial(everything, frame, exits),
            "filter, then all": partial(filtered, frame, exits, chosen, period),
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
