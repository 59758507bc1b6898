"""The chart kernel in node: it reads what the server sends and computes what the server computes."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analytics.indicators import volume_profile
from components.chart import study_specs
from data.candles import wire
from domain.chart_indicators import Indicator, IndicatorKind, parse_indicators
from domain.columns import CandleTable
from services.studies import study_of

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets" / "chart"
MINUTE = 60_000_000
OPENING = 1_780_320_600_000_000  # 2026-06-01 13:30 UTC
ZONE = "America/New_York"
STEP = 5
VIEWS = ((0, 2_999, 800), (100, 220, 800), (1_003, 2_500, 100))
_OVER = "sma20,sma50,ema21,wma20,vwap,bb20,bb14-2.5,kc,dc20,ichi,sar0.02,st10,avwap29672490"
STUDIES = f"{_OVER},wma200,rsi14,macd,macd5-35-5,stoch,cci20,adx14,atr14,obv,mfi14"
RELATIVE = 1e-6
# What is nothing but the rounding of doubles: where two averages meet, where nothing flows, where nothing moves.
ULPS = 1e-14  # of the price, for lines on the scale of prices
NOISE = 1e-9  # on scales of a hundred
_HUNDREDS = {"rsi", "stoch", "cci", "adx", "mfi"}

node = shutil.which("node")
needs_node = pytest.mark.skipif(node is None, reason="node is not installed: the kernel was not run")


def bars(count: int = 3_000) -> CandleTable:
    """Bars of cents that wander, with uneven ranges, volume and a weekend."""
    random = np.random.default_rng(7)
    close = np.round(100 + np.cumsum(random.normal(0, 0.4, count)), 2)
    opening = np.round(close - random.normal(0, 0.2, count), 2)
    start = OPENING + np.arange(count, dtype=np.int64) * STEP * MINUTE
    start[count // 2 :] += 2 * 1_440 * MINUTE
    return CandleTable(
        start=start,
        open=opening,
        high=np.round(np.maximum(opening, close) + random.uniform(0.01, 0.9, count), 2),
        low=np.round(np.minimum(opening, close) - random.uniform(0.01, 0.9, count), 2),
        close=close,
        volume=np.floor(random.uniform(10, 90_000, count)),
    )


def made_of(close: NDArray[np.float64], spread: float, places: int, volume: float = 9e4) -> CandleTable:
    """Bars around given closes, rounded to decimals, every price above zero."""
    random, count, least = np.random.default_rng(11), len(close), 10.0**-places
    close = close.clip(least).round(places)
    opening = (close + random.normal(0, spread / 3, count)).clip(least).round(places)
    low = np.round(np.minimum(opening, close) - random.uniform(0, spread, count), places)
    return CandleTable(
        start=OPENING + np.arange(count, dtype=np.int64) * STEP * MINUTE,
        open=opening,
        high=np.round(np.maximum(opening, close) + random.uniform(0, spread, count), places),
        low=np.maximum(low, least),
        close=close,
        volume=np.floor(random.uniform(0, volume, count)),
    )


def flat(close: NDArray[np.float64]) -> CandleTable:
    """Bars without any range."""
    same = dict.fromkeys(("open", "high", "low", "close"), close)
    start = OPENING + np.arange(len(close), dtype=np.int64) * STEP * MINUTE
    return CandleTable(start=start, volume=np.full(len(close), 100.0), **same)


def courses() -> dict[str, CandleTable]:
    """Courses that are hard on arithmetic."""
    random, count = np.random.default_rng(3), 3_000
    walk = np.cumsum(random.normal(0, 1, count))
    jumps = np.where(np.arange(count) < 1_000, 0, 80) - np.where(np.arange(count) < 2_000, 0, 60)
    return {
        "walk": bars(),
        "gaps": made_of(100 + 0.4 * walk + jumps, 0.5, 2),
        "constant": flat(np.full(count, 50.0)),
        "one step": flat(np.where(np.arange(count) < 500, 50.0, 51.0)),
        "huge prices": made_of(450_000 + 300 * walk, 500, 2),
        "huge volumes": made_of(60_000 + 40 * walk, 50, 2, 9e11),
        "tiny prices": made_of(0.0001 + 1e-7 * walk, 2e-7, 8),
        "long and quiet": made_of(100 + 0.02 * np.cumsum(random.normal(0, 1, 20_000)), 0.03, 2),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What node answered."""

    candles: CandleTable
    answer: dict[str, Any]
    columns: tuple[list[np.ndarray], list[np.ndarray]]


def run_kernel(folder: Path, candles: CandleTable) -> Ran:
    """Run the kernel and its twin over bars."""
    cuts = (slice(0, 1_000), slice(1_000, None))
    parts = [CandleTable(**{name: getattr(candles, name)[cut] for name in candles.__slots__}) for cut in cuts]
    (folder / "bars.fwc").write_bytes(b"".join(wire.encode_chunk(part) for part in parts))
    job = {
        "assets": str(ASSETS),
        "bars": len(candles),
        "step": STEP,
        "studies": STUDIES.split(","),
        "specs": study_specs(),
        "options": {"zone": ZONE, "intraday": True},
        "views": VIEWS,
        "bottom": float(candles.low.min()),
        "top": float(candles.high.max()),
    }
    (folder / "job.json").write_text(json.dumps(job))
    script = Path(__file__).with_name("run_kernel.mjs")
    done = subprocess.run([str(node), str(script), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads((folder / "answer.json").read_text())
    table = np.fromfile(folder / "columns.f32", dtype="<f4").reshape(-1, len(candles))
    half = len(table) // 2
    return Ran(candles=candles, answer=answer, columns=(list(table[:half]), list(table[half:])))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The kernel and its twin over the same bars, once."""
    return run_kernel(tmp_path_factory.mktemp("kernel"), bars())


def assert_agrees(item: Indicator, name: str, ours: np.ndarray, theirs: np.ndarray, price: float) -> None:
    """Each value is the other's to a millionth of itself, or both are zero but for the rounding of doubles."""
    found = ours.astype(np.float64)
    assert np.array_equal(np.isnan(found), np.isnan(theirs)), (item.code, name)
    zero = NOISE if item.kind.value in _HUNDREDS else 0 if item.kind is IndicatorKind.OBV else ULPS * price
    np.testing.assert_allclose(found, theirs, rtol=RELATIVE, atol=zero, err_msg=f"{item.code} {name}", equal_nan=True)


@needs_node
@pytest.mark.parametrize("course", courses())
def test_every_indicator_agrees_with_the_server(tmp_path: Path, course: str) -> None:
    """Each value of the kernel is the server's (TA-Lib) to a millionth of itself, and absent where that is absent."""
    candles = courses()[course]
    ran = run_kernel(tmp_path, candles)
    items = [parse_indicators(code)[0] for code in STUDIES.split(",")]
    assert {item.kind for item in items} == set(IndicatorKind)
    assert ran.answer["runs"][0]["codes"] == [item.code for item in items]
    ours, ahead = iter(ran.columns[0]), iter(ran.answer["runs"][0]["ahead"])
    price = float(candles.high.max())
    for item in items:
        study = study_of(item, candles, zone=ZONE)
        behind = study.ahead or ((),) * len(study.columns)
        for name, theirs, later in zip(item.spec.outputs, study.columns, behind, strict=True):
            assert_agrees(item, name, next(ours), theirs, price)
            assert_agrees(item, name, np.array(next(ahead), dtype=np.float64), np.asarray(later, np.float64), price)


@needs_node
def test_the_cloud_reaches_into_the_future(ran: Ran) -> None:
    """Ichimoku's edges go on as many bars as its base has behind the last one, the lagging line ends as many before."""
    codes = ran.answer["runs"][0]["codes"]
    at = sum(len(parse_indicators(code)[0].spec.outputs) for code in codes[: codes.index("ichi")])
    lengths = [len(values) for values in ran.answer["runs"][0]["ahead"]]
    assert lengths[at : at + 5] == [0, 0, 26, 26, 0]
    assert sum(lengths) == 52
    lagging = ran.columns[0][at + 4]
    assert lagging[0] == np.float32(ran.candles.close[26])
    assert np.isnan(lagging[-26:]).all()
    assert not np.isnan(lagging[:-26]).any()


@needs_node
def test_the_twin_gives_the_same_bits(ran: Ran) -> None:
    """WebAssembly and plain JavaScript give equal columns, views, rows and profiles."""
    assert ran.answer["kinds"] == ["wasm", "javascript"]
    for ours, theirs in zip(*ran.columns, strict=True):
        assert np.array_equal(ours, theirs, equal_nan=True)
    assert ran.answer["runs"][0] == ran.answer["runs"][1]


@needs_node
def test_bars_are_what_the_server_sent(ran: Ran) -> None:
    """Prices come through as the very decimals, starts to the minute."""
    run, candles = ran.answer["runs"][0], ran.candles
    for row, at in zip(run["rows"], (0, len(candles) // 2, len(candles) - 1), strict=True):
        assert row["start"] == candles.start[at] // 1_000
        assert all(row[name] == getattr(candles, name)[at] for name in ("open", "high", "low", "close", "volume"))
    assert run["scale"] == 100
    assert run["aligned"] == pytest.approx(candles.close[5])
    assert run["found"] == [-1, len(candles) // 2, len(candles) // 2]


@needs_node
@pytest.mark.parametrize("number", range(len(VIEWS)))
def test_a_view_holds_the_extremes_of_its_bars(ran: Ran, number: int) -> None:
    """Each bucket has the first open, highest high, lowest low, last close and the volume of its bars."""
    run, candles = ran.answer["runs"][0], ran.candles
    view, sma = run["lods"][number], ran.columns[0][0].astype(np.float64)
    assert view["count"] <= VIEWS[number][2]
    assert view["first"] <= VIEWS[number][0]
    for place in range(view["count"]):
        rows = slice(view["first"] + place * view["per"], view["first"] + (place + 1) * view["per"])
        assert view["open"][place] == candles.open[rows][0]
        assert view["high"][place] == candles.high[rows].max()
        assert view["low"][place] == candles.low[rows].min()
        assert view["close"][place] == candles.close[rows][-1]
        assert view["volume"][place] == candles.volume[rows].sum()
        known = sma[rows][~np.isnan(sma[rows])]
        least = view["line"]["least"][place]
        assert least == known.min() if len(known) else least is None


@needs_node
def test_a_bar_is_appended_in_place(ran: Ran) -> None:
    """A new bar and a tick in it reach every level of the pyramid."""
    appended, candles = ran.answer["runs"][0]["appended"], ran.candles
    assert appended["length"] == len(candles) + 1
    assert appended["row"]["volume"] == 9
    assert appended["high"] == max(candles.high.max(), appended["row"]["high"])
    assert appended["volume"] == candles.volume.sum() + 9


@needs_node
def test_the_volume_profile_is_the_servers(ran: Ran) -> None:
    """Volume by price agrees with the server's."""
    candles = ran.candles
    theirs = volume_profile(candles.high, candles.low, candles.volume, levels=24)
    np.testing.assert_allclose(ran.answer["runs"][0]["profile"], theirs.volume, rtol=RELATIVE)


@needs_node
def test_the_kernel_is_built_from_its_source(tmp_path: Path) -> None:
    """A build of `kernel/` gives the very files that are served."""
    if not (ROOT / "kernel" / "node_modules" / "assemblyscript").is_dir():
        pytest.skip("the toolchain is not installed (make kernel): the kernel was not rebuilt")
    done = subprocess.run(
        [str(node), str(ROOT / "kernel" / "build.mjs"), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for name in ("kernel.wasm", "kernel_twin.mjs"):
        built, served = (hashlib.sha256((folder / name).read_bytes()).hexdigest() for folder in (tmp_path, ASSETS))
        assert built == served, f"{name} is not what kernel/ builds: run make kernel"
