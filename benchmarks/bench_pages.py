"""How long the server takes for every callback of every page, with 100,000 trades in one account.

    python -m benchmarks.bench_pages [--trades 100000] [--rounds 4]

The installation is built through the services, the pages are opened as a browser opens them
(`dash_browser.py`). Warm: the same filter again. Cold: filters nobody has asked for before. What a
job works out (the gains of a large book) is waited for once: no callback does it. Seconds
are CPU of the process, because the machine may be busy; on an idle one they are the wall time.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from app import build_services, create_app
from benchmarks.dash_browser import Browser, Call
from benchmarks.figures import Figure
from benchmarks.generate import make_book
from config import Settings
from data.brokers.batch import make_batch
from domain.executions import Side
from domain.filters import LedgerFilter
from domain.statements import ParsedExecution
from services.container import Services
from services.imports import ImportRequest
from web.memory import settle_memory

TARGET_MS = 200.0
NAME, PASSWORD = "bench", "four unrelated words"
TAGS = ("breakout", "fomo", "plan kept", "early exit", "news", "revenge")
SETUPS = ("Opening drive", "Pullback", "Reversal", "Range")
INSTRUMENTS = 150
LISTED = ("AAPL", "MSFT", "IBM", "GOOG", "FB")
"""Symbols the demo market has candles of."""
FILLS_PER_TRADE = 3.85
ROUNDS = 4
COLD_FILTERS = 3
NEW_FILLS = 2
COLD = (
    "period=2023-01-01..2023-12-31",
    "side=long",
    "result=win&period=2021-03-01..2022-12-31",
    "basis=gross&period=2021-01-01..2021-12-31",
    "where=hour:9,10;after_losses:1..",
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


def routes(trade_id: int) -> list[str]:
    """Return every page's address."""
    import dash  # noqa: PLC0415 - the registry is filled by now

    listed = [str(page["path"]) for page in dash.page_registry.values() if not page.get("path_template")]
    return [*sorted(listed), f"/trade/{trade_id}"]


Calls = dict[tuple[str, str, str], list[Call]]


def visit(browser: Browser, path: str, query: str, into: Calls | None = None) -> None:
    """Open a page, use it, and note its calls by page, callback and what called it."""
    browser.calls.clear()
    browser.open(path, query)
    actions(browser, path, query)
    if into is None:
        return
    for call in browser.calls:
        into.setdefault((call.page, call.output, call.trigger), []).append(call)


def measure(app: Any, rounds: int) -> dict[str, Calls]:
    """Return the calls with a filter asked before, with new filters, and right after a new fill."""
    services = app.server.extensions["fillwise"]
    owner = services.users.find(NAME).id
    frame = services.portfolio.sets.load(owner, LedgerFilter()).frame
    listed = ~frame.is_open & (frame.instrument == frame.symbols.index(LISTED[0]))
    browser = Browser(app.server, NAME, PASSWORD)
    found: dict[str, Calls] = {"warm": {}, "cold": {}, "changed": {}}
    for number, path in enumerate(routes(int(frame.id[np.flatnonzero(listed)[-1]]))):
        visit(browser, path, "")
        finish_jobs(services, owner)
        visit(browser, path, "")
        for _ in range(rounds):
            visit(browser, path, "", found["warm"])
        for query in (COLD * 2)[number % len(COLD) :][: min(rounds, COLD_FILTERS)]:
            visit(browser, path, f"{query}&symbols={some_symbols(path)}", found["cold"])
        for _ in range(min(rounds, NEW_FILLS)):
            add_fill(services, owner)
            visit(browser, path, "", found["changed"])
            # A job that this began would only be in the way of what is measured next.
            for job in services.jobs.list_active(owner):
                services.jobs.cancel(owner, job.id)
            finish_jobs(services, owner)
    return found


def finish_jobs(services: Services, owner: Any) -> None:
    """Wait until the jobs that a page began are over."""
    while services.jobs.list_active(owner):
        time.sleep(0.1)


def add_fill(services: Services, owner: Any) -> None:
    """Add one fill, so that everything derived from the book is out of date."""
    account = services.accounts.list_accounts(owner)[0]
    book = services.ledger.book(owner, account.id)
    rows = book.group(0)
    fill = ParsedExecution(
        line=0, instrument=book.instruments[0], side=Side.BUY, quantity=rows.quantity.at(0), price=rows.price.at(0),
        executed_at=datetime.now(UTC) - timedelta(minutes=1), identity=f"new-{book.revision}",
    )  # fmt: skip
    services.ledger.add_executions(owner, account.id, make_batch([fill], [fill.identity]))


def some_symbols(path: str) -> str:
    """Return symbols to filter by that differ from page to page, so that each page meets a new trade set."""
    start = sum(map(ord, path)) % 100
    return ",".join(f"S{code:03d}" for code in range(start, start + 40))


def names_of(app: Any) -> dict[str, str]:
    """Return the name of each callback's function by its output."""
    named = {}
    for output, entry in app.callback_map.items():
        function = entry.get("callback")
        named[output] = str(getattr(getattr(function, "__wrapped__", function), "__name__", output))
    return named


def slowest_triggers(calls: Calls) -> dict[tuple[str, str], float]:
    """Return the median milliseconds of each callback, for whatever calls it with most work."""
    slowest: dict[tuple[str, str], float] = {}
    for (page, output, _), each in calls.items():
        median = statistics.median(call.cpu for call in each) * 1e3
        slowest[page, output] = max(median, slowest.get((page, output), 0.0))
    return slowest


def run(trades: int = 100_000, rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure, print one line a callback and return the slowest of each kind."""
    with tempfile.TemporaryDirectory() as name:
        app = create_app(build(Path(name), trades))
        settle_memory()  # as the server does when it has started
        services = app.server.extensions["fillwise"]
        owner = services.users.find(NAME).id
        number = len(services.portfolio.sets.load(owner, LedgerFilter()).frame)
        found = measure(app, rounds)
        names = names_of(app)
        services.stop_jobs()
        services.db.close()
    tables = {kind: slowest_triggers(calls) for kind, calls in found.items()}
    print(f"{number:,} trades; milliseconds of CPU on the server, target {TARGET_MS:.0f}")
    print(f"{'page':22} {'callback':20} {'warm':>7} {'cold':>7} {'changed':>7}")
    for key in sorted(tables["warm"], key=lambda key: (key[0], -tables["warm"][key])):
        figures = " ".join(f"{tables[kind].get(key, float('nan')):7.1f}" for kind in tables)
        miss = "  MISS" if tables["warm"][key] > TARGET_MS else ""
        print(f"{key[0]:22} {names.get(key[1], key[1])[:20]:20} {figures}{miss}")
    slowest = {kind: max(table.items(), key=lambda item: item[1]) for kind, table in tables.items()}
    for kind, ((page, output), value) in slowest.items():
        print(f"slowest {kind}: {value:.0f} ms, {names.get(output, output)} of {page}")
    return {"trades": number, "callbacks": len(tables["warm"])} | {kind: item[1] for kind, item in slowest.items()}


def figures(rows: int = 1_000_000, rounds: int = ROUNDS) -> list[Figure]:
    found = run(max(rows // 10, 500), rounds)
    kinds = {
        "warm": "slowest callback, the same filter again / budget of 200 ms",
        "cold": "slowest callback, a new filter / budget of 200 ms",
        "changed": "slowest callback, right after a new fill / budget of 200 ms",
    }
    return [
        Figure(id="pages", text=text, value=found[kind] / TARGET_MS, target=1, n=found["trades"])
        for kind, text in kinds.items()
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trades", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    run(options.trades, options.rounds)
