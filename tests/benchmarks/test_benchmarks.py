"""The benchmarks run and report; no figure is asserted here, because tests do not measure time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import SUITES
from benchmarks.figures import Figure, table_of

ROOT = Path(__file__).resolve().parent.parent.parent


# Without "charts", which fetches the libraries that it measures against.
IDS = {
    "start": {"P13"},
    "parse": {"P1", "growth"},
    "matching": {"P4", "P5", "growth"},
    "metrics": {"P6"},
    "simulation": {"P12"},
    "risk": {"P7"},
    "excursions": {"P8"},
    "candles": {"M1", "M2", "M3", "M4"},
    "import": {"P2", "P3", "P5", "growth"},
    "pages": {"pages"},
    "filters": {"filter", "growth", "P15"},
    "tenant": {"tenant"},
    "large": {"large"},
    "live": {"P16"},
}


@pytest.mark.slow
@pytest.mark.parametrize("suite", sorted(IDS))
def test_a_suite_runs_on_few_rows_and_prints_a_table(suite: str) -> None:
    """`python -m benchmarks SUITE --rows 2000` measures a suite and names its targets; the kept figures stay."""
    kept = ROOT / "benchmarks" / "results" / "latest.md"
    before = kept.read_bytes() if kept.is_file() else None
    command = [sys.executable, "-m", "benchmarks", suite, "--rows", "2000", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    table = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert {line.split("|")[1].strip() for line in table[2:]} == IDS[suite]
    assert (kept.read_bytes() if kept.is_file() else None) == before


def test_every_suite_but_the_charts_is_run() -> None:
    """No suite is left out by forgetting it here."""
    assert set(SUITES) == {*IDS, "charts"}


def test_an_unknown_suite_is_refused_by_name() -> None:
    """A suite that does not exist is named in the error, beside those that do."""
    command = [sys.executable, "-m", "benchmarks", "nothing"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no suite nothing" in done.stderr
    assert "matching" in done.stderr


@pytest.mark.parametrize(
    ("value", "target", "at_least", "verdict"),
    [(1.0, 2.0, False, "pass"), (3.0, 2.0, False, "MISS"), (30.0, 20.0, True, "pass"), (10.0, 20.0, True, "MISS")],
)
def test_a_figure_says_whether_it_holds(value: float, target: float, at_least: bool, verdict: str) -> None:
    """A ratio is held against its target from the right side."""
    figure = Figure(id="P0", text="a / b", value=value, target=target, at_least=at_least, n=1)
    assert figure.verdict == verdict
    assert table_of([figure])[-1].endswith(f"| {verdict} |")


def test_a_figure_without_a_target_has_no_verdict() -> None:
    """What is only told is neither passed nor missed."""
    assert Figure(id="P0", text="a / b", value=1.0, n=1).verdict == ""
