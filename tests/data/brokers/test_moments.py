"""Times, decimal marks, local clocks and pairs of unknown files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.crypto_pairs import split_pair
from data.brokers.decimal_mark import decide_decimal_comma
from data.brokers.local_time import to_utc
from data.brokers.moments import decide_day_first, read_moment
from data.brokers.words import find_side, is_filled
from domain.errors import ImportFileError
from domain.executions import Side
from domain.periods import from_micros


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-07-31 16:58:11", "2026-07-31T16:58:11"),
        ("2026-07-31T16:58", "2026-07-31T16:58:00"),
        ("2026-07-31T16:58:11.5Z", "2026-07-31T16:58:11.500000+00:00"),
        ("2026-07-31 16:58:11.123456789", "2026-07-31T16:58:11.123456"),
        ("2026-07-31 16:58:11 -0400", "2026-07-31T16:58:11-04:00"),
        ("2026/07/31 04:47:39,GMT-04", "2026-07-31T04:47:39-04:00"),
        ("07/31/2026 4:58 PM", "2026-07-31T16:58:00"),
        ("7/31/26, 12:00:00 am", "2026-07-31T00:00:00"),
        ("20260731;093000", "2026-07-31T09:30:00"),
        ("20260731", "2026-07-31T00:00:00"),
        ("31-Jul-2026 09:30", "2026-07-31T09:30:00"),
        ("Jul 31, 2026, 09:30", "2026-07-31T09:30:00"),
        ("1785517091", "2026-07-31T16:58:11+00:00"),
        ("1785517091123", "2026-07-31T16:58:11.123000+00:00"),
    ],
)
def test_times_are_read_as_brokers_write_them(text: str, wanted: str) -> None:
    """ISO, American, compact, named and epoch times with and without zone."""
    assert read_moment(text, column="Time") == datetime.fromisoformat(wanted)


@pytest.mark.parametrize("text", ["", "now", "2026-02-29", "2026-01-01 24:00", "13:00 PM", "31/31/2026", "1900-01-01"])
def test_what_is_no_time_is_an_error(text: str) -> None:
    """Dates and hours that do not exist are refused."""
    with pytest.raises(CellError):
        read_moment(text, column="Time")


def test_order_of_day_and_month_is_told_by_the_column() -> None:
    """A value above twelve or a dotted date decides; equal parts and ISO dates need no decision."""
    assert decide_day_first(["03/04/2026", "31/04/2026 10:00"]) is True
    assert decide_day_first(["03/04/2026", "03/31/2026"]) is False
    assert decide_day_first(["03.04.2026"]) is True
    assert decide_day_first(["05/05/2026", "2026-01-02", "x"]) is False
    with pytest.raises(ImportFileError):
        decide_day_first(["03/04/2026", "05/05/2026"])


@pytest.mark.parametrize(
    ("texts", "delimiter", "wanted"),
    [
        (["1,234.56"], ",", False),
        (["1.234,56"], ";", True),
        (["12,5", "1.234"], ";", True),
        (["1,234"], ";", True),
        (["1,234"], ",", False),
        (["10", "-3"], ";", None),
        (["€ 0,5"], ",", True),
        (["12.50", "12,50"], ";", False),
    ],
)
def test_decimal_mark_is_told_by_the_column(texts: list[str], delimiter: str, wanted: bool | None) -> None:
    """Numbers that can only be read one way decide for those that could be read both ways."""
    assert decide_decimal_comma(texts, delimiter) is wanted


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_columns_of_local_times_convert_as_single_ones_do(zone: str) -> None:
    """Every half hour of three years gives the instant, or the refusal, that the row path gives."""
    start = datetime(2023, 12, 31, 0, 30)
    moments = [start + timedelta(minutes=30 * step) for step in range(48 * 365 * 3)]
    local = np.array([(moment - datetime(1970, 1, 1)) // timedelta(microseconds=1) for moment in moments])
    instants, missing, _ = to_utc(local, ZoneInfo(zone))
    builder = StatementBuilder("test", zone)
    for moment, micros, is_missing in zip(moments, instants.tolist(), missing.tolist(), strict=True):
        if moment.time() == datetime.min.time():
            continue
        try:
            wanted = builder.instant(moment, raw="x")
        except CellError:
            assert is_missing, moment
            continue
        assert not is_missing, moment
        assert from_micros(micros) == wanted.astimezone(UTC), moment


@pytest.mark.parametrize(
    ("pair", "parts"),
    [
        ("LTCBTC", ("LTC", "BTC")),
        ("BTCFDUSD", ("BTC", "FDUSD")),
        ("TUSDT", ("T", "USDT")),
        ("ltc_usdt", ("LTC", "USDT")),
        ("XBT/EUR", ("XBT", "EUR")),
        ("USDT", None),
        ("ABCXYZ", None),
        ("A-B-C", None),
    ],
)
def test_pairs_are_split_at_their_quote(pair: str, parts: tuple[str, str] | None) -> None:
    """The longest known quote at the end counts; without one, nothing is guessed."""
    assert split_pair(pair) == parts


def test_words_for_sides_and_states() -> None:
    """Words of several languages and short forms are known; others are not."""
    assert {find_side(word) for word in ("B", "BOT", "Kauf", "Achat", "buy_to_cover", "BC")} == {Side.BUY}
    assert {find_side(word) for word in ("S", "SLD", "SS", "Verkauf", "Sell Short", "verkoop")} == {Side.SELL}
    assert find_side("deposit") is None
    assert [is_filled(word) for word in ("", "Filled", "Ausgeführt", "Cancelled", "Storniert", "Working")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
