"""How long the server takes for every callback of every page, with 100,000 trades in one account.

    python -m benchmarks.bench_pages [--trades 100000] [--rounds 6]

The installation is built through the services, the pages are opened as a browser opens them
(`dash_browser.py`). Warm: the same filter again. Cold: filters nobody has asked for before. Seconds
are CPU of the process, because the machine may be busy; on an idle one they are the wall time.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from app import build_services, create_app
from benchmarks.dash_browser import Browser
from benchmarks.generate import make_book
from config import Settings
from domain.filters import LedgerFilter
from services.container import Services
from services.imports import ImportRequest

TARGET_MS = 200.0
NAME, PASSWORD = "bench", "four unrelated words"
TAGS = ("breakout", "fomo", "plan kept", "early exit", "news", "revenge")
SETUPS = ("Opening drive", "Pullback", "Reversal", "Range")
INSTRUMENTS = 150
LISTED = ("AAPL", "MSFT", "IBM", "GOOG", "FB")
"""Symbols the demo market has candles of."""
FILLS_PER_TRADE = 3.46
COLD = (
    "period=2023-01-01..2023-12-31",
    "side=long",
    "result=win&period=2021-03-01..2022-12-31",
    "basis=gross&period=2021-01-01..2021-12-31",
)
HEADER = "Execution ID,Time,Symbol,Side,Quantity,Price,Commission,Currency"


def write_fills(path: Path, fills: int) -> None:
    """Write a book of flat-to-flat trades as a CSV file."""
    book = make_book(fills, instruments=INSTRUMENTS)
    times = np.datetime_as_string(book.at.astype("M8[us]")).tolist()
    columns = zip(
        times,
        book.instrument.tolist(),
        book.side.tolist(),
        book.quantity.tolist(),
        book.price.tolist(),
        book.fee.tolist(),
        strict=True,
    )
    names = [*LISTED, *(f"S{code:03d}" for code in range(len(LISTED), INSTRUMENTS))]
    lines = [
        f"e{row},{at}Z,{names[code]},{'BUY' if side > 0 else 'SELL'},{quantity},{price / 1e4:.4f},{fee / 1e4:.4f},USD"
        for row, (at, code, side, quantity, price, fee) in enumerate(columns)
    ]
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="ascii")


def build(folder: Path, trades: int) -> Settings:
    """Fill an installation: an account with a starting balance, its trades, a journal, a watchlist."""
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'fillwise.db'}", demo=False)
    services = build_services(settings)
    services.migrate()
    owner = services.users.register(NAME, PASSWORD).id
    services.accounts.create(owner, "Main", currency="USD", timezone="America/New_York", starting_balance="250000")
    write_fills(folder / "fills.csv", int(trades * FILLS_PER_TRADE))
    payload = (folder / "fills.csv").read_bytes()
    services.imports.commit(owner, ImportRequest(filename="fills.csv", payload=payload, account="Main"))
    write_journal(services, owner)
    for symbol in ("AAPL", "MSFT", "IBM"):
        services.watchlists.add(owner, symbol)
    services.db.close()
    return settings


def write_journal(services: Services, owner: Any) -> None:
    """Tag a fifth of the trades and plan a stop for a tenth."""
    found = services.portfolio.sets.load(owner, LedgerFilter())
    frame = found.frame
    account = int(found.accounts[0].id)
    ids, entry, side = frame.id.tolist(), frame.entry_price.tolist(), frame.side.tolist()
    for number, tag in enumerate(TAGS):
        services.journal.tag_trades(owner, [(account, ids[row]) for row in range(number, len(ids), 30)], add=[tag])
    for number, setup in enumerate(SETUPS):
        rows = range(number, len(ids), 40)
        changes = {
            ids[row]: {"setup": setup, "planned_stop": f"{entry[row] * (1 - 0.02 * side[row]):.4f}"} for row in rows
        }
        services.journal.save_many(owner, account, changes)


def actions(browser: Browser, path: str, query: str) -> None:
    """Do on a page what its scripts do after it opened, and what a person does most."""
    if path == "/trades":
        request = {"startRow": 0, "endRow": 100, "sortModel": []}
        browser.page.set("trades-grid", "getRowsRequest", request)
        browser.page.set("trades-card-wish", "data", {"cards": 100})
        browser.settle()
        browser.page.set("trades-grid", "getRowsRequest", request | {"sortModel": [{"colId": "net", "sort": "desc"}]})
        browser.page.set("trades-grid", "selectedRows", (answer_rows(browser) or [])[:5])
    elif path == "/market":
        browser.page.set("market-size", "data", {"query": f"symbol=AAPL&{query}", "width": 1200, "height": 700})
    elif path == "/":
        browser.page.set("overview-earlier", "n_clicks", 1)
    elif path == "/calendar":
        browser.page.set("calendar-earlier", "n_clicks", 1)
    browser.settle()
    browser.page.set("shell-tick", "n_intervals", 5)
    browser.settle()


def answer_rows(browser: Browser) -> list[dict[str, Any]] | None:
    """Return the rows that the grid of the Trades page last got."""
    answer = browser.page.props["trades-grid"].get("getRowsResponse") or {}
    return answer.get("rowData")


def routes(browser: Browser, trade_id: int) -> list[str]:
    """Return every page's address."""
    import dash  # noqa: PLC0415 - the registry is filled by now

    listed = [str(page["path"]) for page in dash.page_registry.values() if not page.get("path_template")]
    return [*sorted(listed), f"/trade/{trade_id}"]


def measure(server: Any, owner_trade: int, rounds: int) -> tuple[dict[Any, list[Any]], dict[Any, list[Any]]]:
    """Return the warm and the cold calls by (page, callback)."""
    browser = Browser(server, NAME, PASSWORD)
    warm: dict[Any, list[Any]] = defaultdict(list)
    cold: dict[Any, list[Any]] = defaultdict(list)

    def visit(path: str, query: str, into: dict[Any, list[Any]] | None) -> None:
        browser.calls.clear()
        browser.open(path, query)
        actions(browser, path, query)
        for call in browser.calls if into is not None else ():
            into[call.page, call.output].append(call)  # type: ignore[index]

    for path in routes(browser, owner_trade):
        visit(path, "", None)
        for _ in range(rounds):
            visit(path, "", warm)
        for query in COLD:
            visit(path, f"{query}&symbols={fresh(path)}", cold)
    return warm, cold


def fresh(path: str) -> str:
    """Return symbols to filter by that differ from page to page, so that each page meets a new trade set."""
    start = sum(map(ord, path)) % 100
    return ",".join(f"S{code:03d}" for code in range(start, start + 40))


def names_of(app: Any) -> dict[str, str]:
    """Return the name of each callback's function by its output."""
    found = {}
    for output, entry in app.callback_map.items():
        function: Callable[..., Any] | None = entry.get("callback")
        function = getattr(function, "__wrapped__", function)
        found[output] = getattr(function, "__name__", output)[:40]
    return found


def main(trades: int = 100_000, rounds: int = 6) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        settings = build(Path(name), trades)
        app = create_app(settings)
        services = app.server.extensions["fillwise"]
        owner = services.users.find(NAME).id
        found = services.portfolio.sets.load(owner, LedgerFilter())
        listed = found.frame.symbols.index("AAPL")
        closed = found.frame.id[~found.frame.is_open & (found.frame.instrument == listed)]
        warm, cold = measure(app.server, int(closed[len(closed) // 2]), rounds)
        names = names_of(app)
        services.db.close()
    return report(warm, cold, names, len(found.frame))


def report(warm: Any, cold: Any, names: dict[str, str], trades: int) -> dict[str, Any]:
    print(f"{trades:,} trades; milliseconds of CPU on the server, target {TARGET_MS:.0f}")
    print(f"{'page':12} {'callback':22} {'warm':>7} {'cold':>7} {'wall':>7} {'kB':>7} {'n':>3}")
    rows = []
    for key, calls in warm.items():
        page, output = key
        mine = statistics.median(call.cpu for call in calls) * 1e3
        wall = statistics.median(call.wall for call in calls) * 1e3
        once = [call.cpu * 1e3 for call in cold.get(key, [])]
        rows.append(
            (
                page,
                names.get(output, output)[:22],
                mine,
                statistics.median(once) if once else float("nan"),
                wall,
                calls[-1].size / 1e3,
                len(calls),
            )
        )
    for row in sorted(rows, key=lambda row: (row[0], -row[2])):
        print(
            "{:12} {:22} {:7.1f} {:7.1f} {:7.1f} {:7.1f} {:3d}{}".format(*row, "  MISS" if row[2] > TARGET_MS else "")
        )
    return {
        "rows": rows,
        "trades": trades,
        "slowest": max(row[2] for row in rows),
        "slowest_cold": max(row[3] for row in rows if row[3] == row[3]),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trades", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    main(options.trades, options.rounds)
