# ruff: noqa: INP001 - a script of its own, not part of a package
"""Write docs/metrics.md from the metrics themselves: `python tools/metrics_doc.py`.

tests/test_docs.py fails when the page differs from what this writes.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from analytics.metrics import Metric, all_metrics  # noqa: E402 - the root must be importable first
from domain.performance import LOW_SAMPLE, Direction, Unit  # noqa: E402

PAGE = ROOT / "docs" / "metrics.md"
UNITS = {
    Unit.MONEY: "money",
    Unit.FRACTION: "fraction (0.01 is 1 %)",
    Unit.RATIO: "ratio",
    Unit.R: "R",
    Unit.COUNT: "count",
    Unit.SECONDS: "seconds",
    Unit.DAYS: "days",
}
BETTER = {Direction.UP: "higher", Direction.DOWN: "lower", Direction.NONE: "neither"}
HEAD = f"""# Metrics

Every figure on the pages, in the API and in the exports is one of these, computed once from one filtered set of
trades. This page is written by `tools/metrics_doc.py` from the code; do not edit it.

- **Undefined is empty, with a reason** ("no losing trade", "starting balance unknown"), never 0 and never infinity.
- Each value carries **n**, the number of trades, exits, days or returns it rests on; below {LOW_SAMPLE} it is
  marked as a low sample.
- **P&L** is net of fees unless the filter says gross. A trade is a round trip, flat to flat
  ([glossary](glossary.md)).
- Totals (`net_pnl`, `gross_pnl`, `fees`), drawdowns and days count every **exit**, partial exits of open trades
  included, dated at the exit. All other figures are about **closed trades**.
- A trade within the tolerance of zero, before or after fees, is a **breakeven**: neither won nor lost.
- Drawdown as a fraction, `sharpe`, `sortino` and `volatility` need the accounts' **starting balance**; figures in
  R need a **planned stop**.
- P is the number of session days a year: 252 on exchanges, 365 around the clock.

"""


def render() -> str:
    """Return the text of the page."""
    metrics = list(all_metrics().values())
    families: dict[str, list[Metric]] = {}
    for metric in metrics:
        families.setdefault(metric.compute.__module__.rsplit(".", 1)[-1], []).append(metric)
    parts = [_family(name, members) for name, members in sorted(families.items(), key=lambda pair: _rank(pair[0]))]
    return HEAD + f"{len(metrics)} metrics in {len(families)} families.\n" + "".join(parts)


def _rank(family: str) -> tuple[bool, str]:
    """Put the family of the headline figures first."""
    return (family != "trades", family)


def _family(name: str, members: list[Metric]) -> str:
    """Return the section of one file of `analytics/metrics`."""
    about = (sys.modules[f"analytics.metrics.{name}"].__doc__ or "").split("\n", 1)[0]
    return f"\n## {name.capitalize()}\n\n{about}\n" + "".join(_entry(metric) for metric in members)


def _entry(metric: Metric) -> str:
    """Return one metric: its name, what it tells, its definition."""
    lines = (
        f"\n### {metric.label} (`{metric.slug}`)",
        "",
        metric.hint,
        "",
        f"- Formula: {metric.formula}",
        f"- Unit: {UNITS[metric.unit]}; better: {BETTER[metric.better]}",
        f"- Source: {metric.source}",
        "",
    )
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
