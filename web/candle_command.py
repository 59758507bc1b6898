"""`python app.py candles …`: history fetched, repaired, listed, taken in from files and written to them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import FillwiseError, InvalidInputError, SettingsError
from domain.market import BarInterval
from domain.watching import Watcher, watched_by

if TYPE_CHECKING:
    from domain.candles import KeepingReport, SeriesKey
    from domain.columns import CandleTable
    from services.container import Services

WIDTHS = tuple(interval.value for interval in BarInterval)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe what may follow `candles`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    fetch = actions.add_parser("fetch", help="fetch history and keep it; without --from what came since the last time")
    fetch.add_argument("symbols", nargs="+", metavar="SYMBOL")
    fetch.add_argument("--provider", default="", help="only this one; the configured order otherwise")
    repair = actions.add_parser("repair", help="fetch what is missing of kept history, and check the files")
    repair.add_argument("symbols", nargs="*", metavar="SYMBOL", help="all by default")
    repair.add_argument("--provider", default="", help="only its series")
    export = actions.add_parser("export", help="write candles to a CSV or Parquet file")
    export.add_argument("symbols", nargs="+", metavar="SYMBOL")
    export.add_argument("--format", choices=("csv", "parquet"), default="csv")
    export.add_argument("--out", type=Path, default=Path(), metavar="FOLDER", help="here by default; - prints CSV")
    taken = actions.add_parser("import", help="keep the bars of CSV or Parquet files")
    taken.add_argument("files", nargs="+", type=Path, metavar="FILE", help="SYMBOL_INTERVAL.csv, such as AAPL_1m.csv")
    taken.add_argument("--symbol", default="", help="whose, where the name of the file does not say it")
    actions.add_parser("list", help="say what is kept")
    for each in (fetch, repair, export, taken):
        each.add_argument("--interval", default="", choices=WIDTHS, help="width of the bars; 1m by default")
    for each in (fetch, repair, export):
        each.add_argument("--from", dest="start", default="", help="first day (UTC) or instant: 2026-01-31")
        each.add_argument("--to", dest="end", default="", help="last day (UTC), included, or instant")


def run(services: Services, options: argparse.Namespace) -> int:
    """Do one action and return the exit code: 1 when something failed."""
    work: dict[str, Callable[[Services, argparse.Namespace], int]] = {
        "fetch": fetch_candles,
        "repair": repair_candles,
        "export": export_candles,
        "import": import_candles,
        "list": list_candles,
    }
    try:
        return work[options.action](services, options)
    finally:
        services.quotes.close()


def fetch_candles(services: Services, options: argparse.Namespace) -> int:
    """Fetch the history of some symbols; one that fails does not hinder the others."""
    start, end = _period(options)
    interval = BarInterval(options.interval or "1m")

    def fetch(symbol: str) -> KeepingReport:
        return services.candle_keeper.fetch(symbol, interval, start=start, end=end, provider=options.provider or None)

    return _each(options.symbols, fetch)


def repair_candles(services: Services, options: argparse.Namespace) -> int:
    """Repair the series of some symbols, all of them without one."""
    start, end = _period(options)
    wanted = BarInterval(options.interval) if options.interval else None
    jobs = services.candle_jobs
    keys: list[SeriesKey] = [
        key
        for symbol in options.symbols or [""]
        for key in jobs.series(symbol, wanted)
        if options.provider in ("", key.provider)
    ]
    if not keys:
        raise InvalidInputError("Nothing of this is kept.", hint="`python app.py candles list` says what is.")
    named = {f"{key.symbol} {key.interval.value} of {key.provider}": key for key in keys}
    return _each(list(named), lambda name: services.candle_keeper.repair(named[name], start=start, end=end))


def import_candles(services: Services, options: argparse.Namespace) -> int:
    """Keep the bars of files under the provider `files`."""

    def take_in(name: str) -> KeepingReport:
        path = Path(name)
        symbol, _, width = path.stem.rpartition("_")
        width = options.interval or (width if symbol else "")
        if width not in WIDTHS:
            raise InvalidInputError(
                f"The name {path.name} does not say how wide its bars are.",
                hint="Add --interval 1m, or name it AAPL_1m.csv.",
            )
        return services.candle_keeper.import_file(path, options.symbol or symbol or path.stem, BarInterval(width))

    return _each([str(path) for path in options.files], take_in)


def export_candles(services: Services, options: argparse.Namespace) -> int:
    """Write candles to files, one a symbol."""
    start, end = _period(options)
    interval = BarInterval(options.interval or "1m")
    failed = 0
    for symbol in options.symbols:
        try:
            bars = _read(services, symbol, interval, start, end)
            print(_write(bars, symbol, interval, options), file=sys.stderr)
        except FillwiseError as error:
            failed += 1
            print(f"{symbol}: not written. {error.message} {error.hint}".rstrip(), file=sys.stderr)
    return int(failed > 0)


def _read(
    services: Services, symbol: str, interval: BarInterval, start: datetime | None, end: datetime | None
) -> CandleTable:
    keys = services.candles.keys(symbol)
    begin = start or (services.candles.first_kept(keys[0]) if keys else None)
    bars = services.candles.candles(symbol, interval, start=begin, end=end, limit=2**40 if keys else 100_000)
    if not len(bars):
        raise InvalidInputError(f"There are no {interval.value} candles of {symbol} in this time.")
    return bars


def _write(bars: CandleTable, symbol: str, interval: BarInterval, options: argparse.Namespace) -> str:
    from web.api.candles import candles_csv

    if str(options.out) == "-":
        sys.stdout.writelines(candles_csv(bars))
        return f"{symbol}: {len(bars):,} candles"
    word = "".join(sign if sign.isalnum() or sign in "-.^" else "-" for sign in symbol.upper()).lstrip(".")
    path = options.out / f"{word}_{interval.value}.{options.format}"
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        if options.format == "csv":
            with path.open("w", newline="", encoding="utf-8") as file:
                file.writelines(candles_csv(bars))
        else:
            write_parquet(bars, path)
    except OSError as error:
        raise FillwiseError(f"Cannot write {path}: {error.strerror}.") from error
    return f"{symbol}: {len(bars):,} candles in {path}"


def write_parquet(bars: CandleTable, path: Path) -> None:
    """Write candles as Parquet: `time` in UTC, prices and volume as float64."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {"time": pa.array(bars.start, type=pa.int64()).cast(pa.timestamp("us", tz="UTC"))}
    columns |= {name: pa.array(getattr(bars, name)) for name in ("open", "high", "low", "close", "volume")}
    pq.write_table(pa.table(columns), path, compression="zstd")


def list_candles(services: Services, _: argparse.Namespace) -> int:
    """Print one line a series."""
    found = services.candles.list_series()
    for item in found:
        key, size = item.key, item.size_bytes / 1e6
        mark = "  (simulated)" if item.simulated else ""
        print(
            f"{key.symbol:<12} {key.interval.value:>3}  {key.provider:<12} {item.bars:>10,} bars  "
            f"{item.first:%Y-%m-%d} to {item.last:%Y-%m-%d}  {size:8.1f} MB{mark}"
        )
    if not found:
        print("Nothing is kept yet. `python app.py candles fetch AAPL --from 2026-01-01` fetches some.")
    return 0


def _each(names: Sequence[str], work: Callable[[str], KeepingReport]) -> int:
    """Do a work for each name and print what came of it; 1 when one failed."""
    failed = 0
    for name in names:
        try:
            with _shown(name):
                found = work(name)
        except FillwiseError as error:
            failed += 1
            print(f"{name}: {error.message} {error.hint}".rstrip(), file=sys.stderr, flush=True)
            continue
        print(f"{name}: {sentence_of(found)}", flush=True)
        for note in found.notes:
            print(f"  note: {note}", flush=True)
    return int(failed > 0)


def sentence_of(found: KeepingReport) -> str:
    """Say what became of a series."""
    parts = [f"{found.added:,} bars added"]
    parts += [f"{found.changed:,} corrected"] if found.changed else []
    parts += [f"{found.same:,} there already"] if found.same else []
    parts += [f"{found.refused:,} refused because the kept ones are better"] if found.refused else []
    parts += [f"{found.missing:,} still missing"] if found.missing is not None else []
    return f"{', '.join(parts)} ({found.key.interval.value}, {found.key.provider})."


@contextmanager
def _shown(name: str) -> Iterator[None]:
    from web.import_command import TerminalWatcher

    watcher = TerminalWatcher(sys.stderr, name) if sys.stderr.isatty() else Watcher()
    with watched_by(watcher):
        try:
            yield
        finally:
            if isinstance(watcher, TerminalWatcher):
                watcher.clear()


def _period(options: Any) -> tuple[datetime | None, datetime | None]:
    start, end = read_instant(options.start, "--from"), read_instant(options.end, "--to", is_end=True)
    if start and end and end <= start:
        raise SettingsError(f"--to {options.end} is before --from {options.start}.")
    return start, end


def read_instant(text: str, name: str, *, is_end: bool = False) -> datetime | None:
    """Read a day in UTC, or an instant; the end of a day where the end of a period is asked for.

    Raises:
        SettingsError: If it is neither.
    """
    if not text:
        return None
    try:
        if len(text) == len("2026-01-31"):
            first = datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
            return first + timedelta(days=is_end)
        found = datetime.fromisoformat(text)
    except ValueError as error:
        hint = "Write 2026-01-31, or 2026-01-31T14:30:00+00:00."
        raise SettingsError(f"{name} {text!r} is not a day.", hint=hint) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
