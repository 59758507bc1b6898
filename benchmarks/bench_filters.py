"""What a filter nobody has asked for before costs, at three sizes of the book: `python -m benchmarks filters`.

The pages are opened as a browser opens them (`dash_browser.py`); a callback's figure is the median over the filters,
in CPU seconds of the process, for whatever calls it with most work. The largest book shows what is sent to the
browser as well.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from app import create_app
from benchmarks.bench_pages import COLD, NAME, PASSWORD, Calls, build, slowest_triggers, visit
from benchmarks.dash_browser import Browser
from benchmarks.figures import Figure
from domain.filters import LedgerFilter
from web.memory import settle_memory

PAGES = ("/", "/analytics", "/analytics/breakdowns", "/analytics/compare", "/analytics/trends", "/calendar", "/trades")
FEWEST_TRADES = 500
LARGE_MS, SMALL_MS = 300.0, 80.0
FIGURE_BYTES = 300_000
ROUNDS = len(COLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the pages of one book answered: the median seconds of each callback, and its largest answer."""

    trades: int
    seconds: dict[tuple[str, str], float]
    sizes: dict[tuple[str, str], int]

    @property
    def slowest_ms(self) -> float:
        """Median of the slowest callback."""
        return max(self.seconds.values()) * 1e3

    @property
    def largest_figure(self) -> int:
        """Bytes of the largest answer that draws something."""
        return max(size for (_, output), size in self.sizes.items() if "figure" in output)


def measure(trades: int, rounds: int) -> Answers:
    """Build a book, open the pages once, then under filters that are new each time."""
    with tempfile.TemporaryDirectory() as name:
        app = create_app(build(Path(name), trades))
        settle_memory()  # as the server does when it has started
        services = app.server.extensions["fillwise"]
        owner = services.users.find(NAME).id
        number = len(services.portfolio.sets.load(owner, LedgerFilter()).frame)
        browser = Browser(app.server, NAME, PASSWORD)
        calls: Calls = {}
        opened: Calls = {}
        for path in PAGES:
            visit(browser, path, "", opened)
        for query in COLD[:rounds]:
            for path in PAGES:
                visit(browser, path, query, calls)
        services.stop_jobs()
        services.db.close()
    found = Answers(
        trades=number,
        seconds={key: milliseconds / 1e3 for key, milliseconds in slowest_triggers(calls).items()},
        sizes=largest(calls, opened),
    )
    show(found)
    return found


def largest(*visits: Calls) -> dict[tuple[str, str], int]:
    """Return the bytes of the largest answer of each callback."""
    sizes: dict[tuple[str, str], int] = {}
    for calls in visits:
        for (page, output, _), each in calls.items():
            sizes[page, output] = max(sizes.get((page, output), 0), *(call.size for call in each))
    return sizes


def show(found: Answers) -> None:
    """Print the slowest callbacks."""
    print(f"{found.trades:,} trades, a new filter; milliseconds of CPU, bytes of the answer")
    for key, seconds in sorted(found.seconds.items(), key=lambda item: -item[1])[:8]:
        print(f"  {key[0]:24} {key[1][:60]:60} {seconds * 1e3:8.1f} {found.sizes[key]:9,}")


def figures(rows: int = 1_000_000, rounds: int = ROUNDS) -> list[Figure]:
    small, middle, large = (measure(max(rows // share, FEWEST_TRADES), rounds) for share in (100, 10, 1))
    growth = sum(large.seconds.values()) / sum(small.seconds.values())
    return [
        Figure(
            id="filter", text="slowest callback, a new filter / budget of 300 ms", value=large.slowest_ms / LARGE_MS,
            target=1, n=large.trades,
        ),
        Figure(
            id="filter", text="the same with a tenth of the trades / budget of 80 ms",
            value=middle.slowest_ms / SMALL_MS, target=1, n=middle.trades,
        ),
        Figure(
            id="growth", text="all callbacks under a new filter / with a hundredth of the trades", value=growth,
            target=80, n=large.trades,
        ),
        Figure(
            id="P15", text="largest figure sent to a browser / 300 kB", value=large.largest_figure / FIGURE_BYTES,
            target=1, n=large.trades,
        ),
    ]  # fmt: skip
