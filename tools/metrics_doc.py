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

from analytics.metrics import FAMILIES, Cost, Metric, all_metrics  # noqa: E402 - the root must be importable first
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
- Figures from **daily returns** (r), and drawdown as a fraction, need the accounts' **starting balance**: r is the
  realised P&L of a session day over the equity before it, days without a trade are 0, deposits are not in it. Figures
  in R need a **planned stop**; excursions need **candles**; the family against the benchmark needs a benchmark with
  prices.
- P is the number of session days a year: 252, and 365 where nothing but coins is traded. rf is the yearly risk-free
  rate as a daily one, (1 + rf)^(1 ÷ P) − 1; it is 0 unless said otherwise.
- **MAE** and **MFE** are the worst and the best unrealised P&L while a trade was open, before fees. Candles that hold a
  fill are left out and the fills themselves are samples; a trade whose fills lie more than 20 % outside its candles has
  none. Where candles do not span all of the time held the figure is marked as an estimate. Fills before a split are
  restated, as candles are.
- What takes long is marked **on request**: the list of all figures, `GET /api/v1/metrics?figures=all` and explanations
  compute it, other pages do not.

## Where other programs differ

Tests compare these figures with empyrical, quantstats and scipy and agree to nine digits where the definitions do:
Sharpe, Sortino, volatility, maximum drawdown, CAGR (years = sessions ÷ P), Calmar, Omega, historical value at risk and
expected shortfall, tail ratio, beta, moments, t and sign tests. They differ, on purpose, here:

- *Value at risk* in quantstats is Gaussian and its expected shortfall is the mean beyond that Gaussian bound; both
  kinds are here, under their names.
- *Ulcer index*: by Martin the squares are divided by n, in quantstats by n − 1.
- *UPI* in quantstats takes the total return, here the yearly one.
- *Probabilistic Sharpe ratio*: the formula takes raw kurtosis; quantstats puts excess kurtosis into it.
- *Alpha* in empyrical is compounded to a year, here it is P times the daily one, as Jensen has it.
- *Capture ratios* in empyrical annualise the compounded rising days alone, which gives rates of thousands of percent;
  here they are ratios of means.
- *Recovery factor* keeps its sign: a losing account has a negative one.
- *Risk of ruin* is simulated from the trades' own R multiples; the closed formula holds for even bets of one size only.
- *Expectancy ratios* that take 1 − win rate for the loss rate are wrong as soon as there are breakevens.

"""


def render() -> str:
    """Return the text of the page."""
    metrics = list(all_metrics().values())
    families: dict[str, list[Metric]] = {}
    for metric in metrics:
        families.setdefault(metric.family, []).append(metric)
    parts = [_family(name, members) for name, members in families.items()]
    return HEAD + f"{len(metrics)} metrics in {len(families)} families.\n" + "".join(parts)


def _family(name: str, members: list[Metric]) -> str:
    """Return the section of one file of `analytics/metrics`."""
    about = (sys.modules[f"analytics.metrics.{name}"].__doc__ or "").split("\n", 1)[0]
    return f"\n## {FAMILIES.get(name, name.capitalize())}\n\n{about}\n" + "".join(_entry(metric) for metric in members)


def _entry(metric: Metric) -> str:
    """Return one metric: its name, what it tells, its definition."""
    lines = (
        f"\n### {metric.label} (`{metric.slug}`)",
        "",
        metric.hint,
        "",
        f"- Formula: {metric.formula}",
        f"- Unit: {UNITS[metric.unit]}; better: {BETTER[metric.better]}" + _remarks(metric),
        f"- Source: {metric.source}",
        "",
    )
    return "\n".join(lines)


def _remarks(metric: Metric) -> str:
    """Return what else there is to know: that it is not on every page, and its own low sample."""
    heavy = "; on request" if metric.cost is not Cost.LIGHT else ""
    return heavy + (f"; low sample below {metric.enough}" if metric.enough != LOW_SAMPLE else "")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
