"""Metrics and breakdowns against bare bincounts and pandas: `python -m benchmarks.bench_metrics`."""

from __future__ import annotations

from functools import partial

import numpy as np

from analytics.breakdowns import breakdowns
from analytics.inputs import metric_input
from analytics.metrics import MetricInput, compute_metrics
from analytics.selection import select, select_exits
from analytics.sessions import local_minutes, trading_days
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


def main() -> None:
    for n in (10_000, 1_000_000):
        frame = make_trades(n)
        exits = exits_of(frame)
        plain = plain_columns(frame)
        data: MetricInput = metric_input(frame, exits)
        assert compute_metrics(data, ["trades"])["trades"].value == n
        half = str(np.datetime64(int(np.median(frame.exit_day)), "D"))
        chosen = LedgerFilter(symbols=frame.symbols[:20])
        period = DateRange(np.datetime64(half).item(), None)
        table = pandas_table(frame)
        times = interleave(
            {
                "bincount (reference)": partial(bincount_metrics, plain),
                "all metrics + breakdowns": partial(everything, frame, exits),
                "filter, then all": partial(filtered, frame, exits, chosen, period),
                "pandas, prepared columns": partial(pandas_metrics, table),
            }
        )
        show(f"{n:,} trades (CPU)", times, "bincount (reference)")
        mine = "all metrics + breakdowns"
        print(f"  P6 metrics / reference = {ratio(times, mine, 'bincount (reference)'):.2f}  (<= 2)")
        print(f"  P6 pandas / metrics    = {ratio(times, 'pandas, prepared columns', mine):.2f}  (>= 2)")
        print(f"  P6 filtered / full     = {ratio(times, 'filter, then all', mine):.2f}  (<= 1)")


if __name__ == "__main__":
    main()
