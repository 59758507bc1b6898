"""Indicators of a chart as its address writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from domain.errors import InvalidInputError

_WORD = re.compile(r"([a-z]+)(\d[\d.-]*)?")


class IndicatorKind(StrEnum):
    """Indicators of the price chart, as written in the URL; those below the prices come last."""

    SMA = "sma"
    EMA = "ema"
    WMA = "wma"
    VWAP = "vwap"
    ANCHORED_VWAP = "avwap"
    BOLLINGER = "bb"
    KELTNER = "kc"
    DONCHIAN = "dc"
    ICHIMOKU = "ichi"
    SAR = "sar"
    SUPERTREND = "st"
    RSI = "rsi"
    MACD = "macd"
    STOCHASTIC = "stoch"
    CCI = "cci"
    ADX = "adx"
    ATR = "atr"
    OBV = "obv"
    MFI = "mfi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One number of an indicator: its name, usual value and bounds (inclusive)."""

    name: str
    usual: float
    least: float
    most: float
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorSpec:
    """What an indicator is called, which numbers it takes and how it is drawn.

    Attributes:
        outputs: Names of its columns, ("",) for a single one.
        most: How many of it may be on a chart.
        is_band: Whether its three columns are the lower edge, middle and upper edge of a band.
        has_pane: Whether it stands under the prices, on a scale of its own.
        has_bars: Whether the last column is drawn as bars.
        levels: Two levels of the pane that mean something, with a shade between.
        span: Fixed range of the pane.
        settles: Bars before the first one shown that make its values settle, 0 for three times its longest number.
    """

    title: str
    short: str
    parameters: tuple[Parameter, ...] = ()
    outputs: tuple[str, ...] = ("",)
    most: int = 6
    is_band: bool = False
    has_pane: bool = False
    has_bars: bool = False
    levels: tuple[float, float] | None = None
    span: tuple[float, float] | None = None
    settles: int = 0


def _period(usual: float, *, name: str = "Period", least: float = 2) -> Parameter:
    return Parameter(name=name, usual=usual, least=least, most=400)


def _multiple(usual: float, *, name: str = "Multiple") -> Parameter:
    return Parameter(name=name, usual=usual, least=0.1, most=10, whole=False)


_EDGES = ("lower", "middle", "upper")
INDICATORS: Mapping[IndicatorKind, IndicatorSpec] = {
    IndicatorKind.SMA: IndicatorSpec(title="Simple average", short="SMA", parameters=(_period(20),)),
    IndicatorKind.EMA: IndicatorSpec(title="Exponential average", short="EMA", parameters=(_period(50),)),
    IndicatorKind.WMA: IndicatorSpec(title="Weighted average", short="WMA", parameters=(_period(20),)),
    IndicatorKind.VWAP: IndicatorSpec(title="VWAP of the session", short="VWAP", settles=500, most=1),
    IndicatorKind.ANCHORED_VWAP: IndicatorSpec(
        title="VWAP since a bar",
        short="VWAP since",
        parameters=(Parameter(name="Anchor, minutes since 1970", usual=0, least=0, most=100_000_000),),
    ),
    IndicatorKind.BOLLINGER: IndicatorSpec(
        title="Bollinger bands",
        short="BB",
        parameters=(_period(20), _multiple(2, name="Deviations")),
        outputs=_EDGES,
        is_band=True,
    ),
    IndicatorKind.KELTNER: IndicatorSpec(
        title="Keltner channel",
        short="KC",
        parameters=(_period(20), _period(10, name="Range period"), _multiple(2)),
        outputs=_EDGES,
        is_band=True,
        settles=100,
    ),
    IndicatorKind.DONCHIAN: IndicatorSpec(
        title="Donchian channel", short="DC", parameters=(_period(20),), outputs=_EDGES, is_band=True
    ),
    IndicatorKind.ICHIMOKU: IndicatorSpec(
        title="Ichimoku",
        short="ICHI",
        parameters=(_period(9, name="Conversion"), _period(26, name="Base"), _period(52, name="Span")),
        outputs=("conversion", "base", "span A", "span B", "lagging"),
    ),
    IndicatorKind.SAR: IndicatorSpec(
        title="Parabolic SAR",
        short="SAR",
        parameters=(
            Parameter(name="Step", usual=0.02, least=0.01, most=0.2, whole=False),
            Parameter(name="Most", usual=0.2, least=0.2, most=1, whole=False),
        ),
        outputs=("below", "above"),
        settles=100,
    ),
    IndicatorKind.SUPERTREND: IndicatorSpec(
        title="SuperTrend", short="ST", parameters=(_period(10), _multiple(3)), outputs=("below", "above"), settles=150
    ),
    IndicatorKind.RSI: IndicatorSpec(
        title="Relative strength",
        short="RSI",
        parameters=(_period(14),),
        has_pane=True,
        levels=(30, 70),
        span=(10, 90),
        settles=150,
    ),
    IndicatorKind.MACD: IndicatorSpec(
        title="MACD",
        short="MACD",
        parameters=(_period(12, name="Fast"), _period(26, name="Slow"), _period(9, name="Signal", least=1)),
        outputs=("line", "signal", "histogram"),
        has_pane=True,
        has_bars=True,
    ),
    IndicatorKind.STOCHASTIC: IndicatorSpec(
        title="Stochastic",
        short="STOCH",
        parameters=(_period(14), _period(3, name="Smooth", least=1), _period(3, name="Signal", least=1)),
        outputs=("%K", "%D"),
        has_pane=True,
        levels=(20, 80),
        span=(0, 100),
    ),
    IndicatorKind.CCI: IndicatorSpec(
        title="Commodity channel", short="CCI", parameters=(_period(20),), has_pane=True, levels=(-100, 100)
    ),
    IndicatorKind.ADX: IndicatorSpec(
        title="Directional index",
        short="ADX",
        parameters=(_period(14),),
        outputs=("index", "+DI", "-DI"),
        has_pane=True,
        settles=200,
    ),
    IndicatorKind.ATR: IndicatorSpec(
        title="Average true range", short="ATR", parameters=(_period(14, least=1),), has_pane=True, settles=150
    ),
    IndicatorKind.OBV: IndicatorSpec(title="On-balance volume", short="OBV", has_pane=True),
    IndicatorKind.MFI: IndicatorSpec(
        title="Money flow", short="MFI", parameters=(_period(14),), has_pane=True, levels=(20, 80), span=(0, 100)
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """An indicator with its numbers, checked against their bounds.

    Raises:
        InvalidInputError: If a number is out of bounds, or MACD's fast period is not the shorter one.
    """

    kind: IndicatorKind
    numbers: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        wanted = self.spec.parameters
        if not self.numbers:
            object.__setattr__(self, "numbers", tuple(item.usual for item in wanted))
        if len(self.numbers) < len(wanted):
            rest = tuple(item.usual for item in wanted[len(self.numbers) :])
            object.__setattr__(self, "numbers", (*self.numbers, *rest))
        if len(self.numbers) > len(wanted):
            raise InvalidInputError(f"{self.spec.title} takes {len(wanted)} numbers.", field="ind")
        for item, value in zip(wanted, self.numbers, strict=True):
            _check_number(self.spec, item, value)
        if self.kind is IndicatorKind.MACD and self.numbers[0] >= self.numbers[1]:
            raise InvalidInputError(
                f"MACD's fast period ({self.numbers[0]:g}) must be shorter than the slow one ({self.numbers[1]:g}).",
                field="ind",
            )

    @property
    def spec(self) -> IndicatorSpec:
        """Its description."""
        return INDICATORS[self.kind]

    @property
    def code(self) -> str:
        """Text for the URL: "sma20", "bb20", "macd", "macd8-21-5"; usual numbers behind the first are left out."""
        usual = tuple(item.usual for item in self.spec.parameters)
        if self.numbers == usual and len(usual) > 2:
            return self.kind.value
        kept = list(self.numbers)
        while len(kept) > 1 and kept[-1] == usual[len(kept) - 1]:
            kept.pop()
        return self.kind.value + "-".join(_plain(number) for number in kept)

    @property
    def label(self) -> str:
        """Text for readouts: "SMA 20", "BB 20 2", "VWAP since 2026-06-01"."""
        if self.kind is IndicatorKind.ANCHORED_VWAP:
            day = datetime.fromtimestamp(self.numbers[0] * 60, UTC).date().isoformat()
            return f"{self.spec.short} {day if self.numbers[0] else 'the first bar'}"
        return " ".join([self.spec.short, *(f"{number:g}" for number in self.numbers)])

    @property
    def reach(self) -> int:
        """Bars before the first one shown that make its values settle."""
        if self.kind is IndicatorKind.ANCHORED_VWAP:  # its number is an instant
            return 0
        return max(self.spec.settles, int(3 * max(self.numbers, default=0)))


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:g}"


def _check_number(spec: IndicatorSpec, item: Parameter, value: float) -> None:
    if not item.least <= value <= item.most or (item.whole and value != int(value)):
        kind = "a whole number" if item.whole else "a number"
        raise InvalidInputError(
            f"{spec.title}: {item.name.lower()} {value:g} is not possible.",
            field="ind",
            hint=f"Use {kind} from {item.least:g} to {item.most:g}.",
        )


def parse_indicators(text: str) -> tuple[Indicator, ...]:
    """Read "sma20,ema50,rsi14,macd,bb20" in its order: that of the lines, and of the panes from above.

    Raises:
        InvalidInputError: If a word is not known, a number is out of bounds, or there are too many of a kind.
    """
    found = [_parse_indicator(word) for word in text.lower().split(",") if word.strip()]
    for kind, spec in INDICATORS.items():
        if sum(item.kind is kind for item in found) > spec.most:
            raise InvalidInputError(f"A chart has at most {spec.most} of {spec.title}.", field="ind")
    return tuple(dict.fromkeys(found))


def _parse_indicator(word: str) -> Indicator:
    match = _WORD.fullmatch(word.strip())
    kinds = {kind.value: kind for kind in IndicatorKind}
    if match is None or match[1] not in kinds:
        raise InvalidInputError(
            f"Indicator {word[:20]!r} is not known.", field="ind", hint="For example sma20, ema50, bb20, rsi14, macd."
        )
    try:
        numbers = tuple(float(part) for part in (match[2] or "").split("-") if part)
    except ValueError as error:
        raise InvalidInputError(f"Indicator {word[:20]!r} cannot be read.", field="ind") from error
    return Indicator(kind=kinds[match[1]], numbers=numbers)


DEFAULT_INDICATORS = (
    Indicator(kind=IndicatorKind.SMA, numbers=(20,)),
    Indicator(kind=IndicatorKind.SMA, numbers=(50,)),
    Indicator(kind=IndicatorKind.RSI),
    Indicator(kind=IndicatorKind.MACD),
)
