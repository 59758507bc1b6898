"""Textbook values of every preset, each line worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pytest

from analytics.charges import estimate_charges, explain_charges
from data.fees import SLUGS, list_presets, preset, segments
from domain.errors import NotFoundError
from domain.fee_plan_text import parse_fee_plan, write_fee_plan
from domain.instruments import AssetClass, Instrument
from tests.analytics.charges.build import STOCK, Fill, fill, table

INDIA = "Asia/Kolkata"
NEW_YORK = "America/New_York"
NIFTY_FUTURE = Instrument(symbol="NIFTY24OCTFUT", asset_class=AssetClass.FUTURE, currency="INR")
NIFTY_OPTION = Instrument(symbol="NIFTY24O0325000CE", asset_class=AssetClass.OPTION, currency="INR")
CRUDE = Instrument(symbol="CRUDEOIL25JANFUT", asset_class=AssetClass.FUTURE, currency="INR", multiplier=Decimal(100))
DOLLAR = Instrument(symbol="USDINR25JANFUT", asset_class=AssetClass.FUTURE, currency="INR", multiplier=Decimal(1000))
COTTON = Instrument(symbol="COTTON25JANFUT", asset_class=AssetClass.FUTURE, currency="INR", multiplier=Decimal(25))
APPLE = Instrument(symbol="AAPL", asset_class=AssetClass.STOCK, currency="USD")
APPLE_CALL = Instrument(
    symbol="AAPL 250117C200", asset_class=AssetClass.OPTION, currency="USD", multiplier=Decimal(100)
)


def lines(slug: str, instrument: Instrument, fills: Sequence[Fill], zone: str = INDIA) -> list[dict[str, str]]:
    """Return the charges of each fill by label; their sums are checked against the estimate."""
    rows = table(fills)
    explained = explain_charges(rows, [instrument], preset(slug), zone, segments=segments(), ids=rows.id.tolist())
    found = [explained.get(key, ()) for key in rows.id.tolist()]
    charges = estimate_charges(rows, [instrument], preset(slug), zone, segments=segments())
    assert [charges.amount.at(row) for row in range(len(rows))] == [
        sum(line.amount for line in charged) for charged in found
    ]
    return [{line.rule.label: str(line.amount) for line in charged} for charged in found]


def test_nse_intraday() -> None:
    """100 shares bought at 500 and sold at 505 on one day of 2025.

    Buy, value 50,000: brokerage 0.03 % = 15.00; exchange 0.00297 % = 1.485 -> 1.49; SEBI 0.0001 % =
    0.05; stamp 0.003 % = 1.50; GST 18 % of 16.54 = 2.9772 -> 2.98.
    Sell, value 50,500: brokerage 15.15; STT 0.025 % = 12.625 -> 13; exchange 1.49985 -> 1.50; SEBI
    0.0505 -> 0.05; GST 18 % of 16.70 = 3.006 -> 3.01.
    """
    day = [fill(100, 500, "2025-01-06T04:30:00"), fill(-100, 505, "2025-01-06T09:00:00")]
    assert lines("india-nse", STOCK, day) == [
        {"Brokerage": "15.00", "Exchange": "1.49", "SEBI": "0.05", "Stamp duty": "1.50", "GST": "2.98"},
        {"Brokerage": "15.15", "STT": "13", "Exchange": "1.50", "SEBI": "0.05", "GST": "3.01"},
    ]


def test_bse_intraday() -> None:
    """The same trade on BSE: exchange 0.00375 % = 1.875 -> 1.88 and 1.89375 -> 1.89; GST follows.

    Buy GST 18 % of 16.93 = 3.0474 -> 3.05; sell GST 18 % of 17.09 = 3.0762 -> 3.08.
    """
    day = [fill(100, 500, "2025-01-06T04:30:00"), fill(-100, 505, "2025-01-06T09:00:00")]
    assert lines("india-bse", STOCK, day) == [
        {"Brokerage": "15.00", "Exchange": "1.88", "SEBI": "0.05", "Stamp duty": "1.50", "GST": "3.05"},
        {"Brokerage": "15.15", "STT": "13", "Exchange": "1.89", "SEBI": "0.05", "GST": "3.08"},
    ]


def test_nse_delivery() -> None:
    """The same shares sold a day later.

    Buy: STT 0.1 % of 50,000 = 50; exchange 1.49; SEBI 0.05; stamp 0.015 % = 7.50; GST 18 % of 1.54 =
    0.2772 -> 0.28; no brokerage. Sell: STT 0.1 % of 50,500 = 50.5 -> 51; exchange 1.50; SEBI 0.05;
    GST 18 % of 1.55 = 0.279 -> 0.28.
    """
    held = [fill(100, 500, "2025-01-06T04:30:00"), fill(-100, 505, "2025-01-07T04:30:00")]
    assert lines("india-nse", STOCK, held) == [
        {"STT": "50", "Exchange": "1.49", "SEBI": "0.05", "Stamp duty": "7.50", "GST": "0.28"},
        {"STT": "51", "Exchange": "1.50", "SEBI": "0.05", "GST": "0.28"},
    ]


def test_nse_partly_intraday() -> None:
    """150 shares bought, 100 of them sold on the day: the first 100 are intraday, 50 are delivered.

    Buy at 500: brokerage 0.03 % of 50,000 = 15.00; STT on 25,000 delivered 0.1 % = 25; exchange
    0.00297 % of 75,000 = 2.2275 -> 2.23; SEBI 0.075 -> 0.08; stamp 0.015 % of 25,000 = 3.75 and 0.003 %
    of 50,000 = 1.50; GST 18 % of 17.31 = 3.1158 -> 3.12.
    """
    day = [fill(150, 500, "2025-01-06T04:30:00"), fill(-100, 505, "2025-01-06T09:00:00")]
    rows = table(day)
    explained = explain_charges(rows, [STOCK], preset("india-nse"), INDIA, segments=segments(), ids=[1])[1]
    assert [(line.rule.label, str(line.base), str(line.amount)) for line in explained] == [
        ("Brokerage", "50000", "15.00"),
        ("STT", "25000", "25"),
        ("Exchange", "75000", "2.23"),
        ("SEBI", "75000", "0.08"),
        ("Stamp duty", "25000", "3.75"),
        ("Stamp duty", "50000", "1.50"),
        ("GST", "17.31", "3.12"),
    ]


@pytest.mark.parametrize(
    ("day", "stt", "exchange", "gst"),
    [
        ("2023-03-31", "181", ("36.00", "36.15"), ("10.40", "10.43")),
        ("2023-04-03", "226", ("34.20", "34.34"), ("10.08", "10.11")),
        ("2024-09-30", "226", ("33.84", "33.98"), ("10.02", "10.04")),
        ("2024-10-01", "362", ("31.14", "31.27"), ("9.53", "9.55")),
        ("2026-04-01", "904", ("31.14", "31.27"), ("9.53", "9.55")),
    ],
)
def test_nse_futures_by_date(day: str, stt: str, exchange: tuple[str, str], gst: tuple[str, str]) -> None:
    """75 units of an index future bought at 24,000 and sold at 24,100: 1,800,000 and 1,807,500.

    Brokerage 20 (0.03 % is 540). SEBI 1.80 and 1.8075 -> 1.81. Stamp 0.002 % of the buy = 36.00. STT on
    the sale: 0.01 % = 180.75 -> 181, then 0.0125 % = 225.94 -> 226, 0.02 % = 361.5 -> 362, 0.05 % =
    903.75 -> 904. Exchange: 0.002 %, 0.0019 %, 0.00188 %, 0.00173 %.
    """
    fills = [fill(75, 24000, f"{day}T04:30:00"), fill(-75, 24100, f"{day}T09:00:00")]
    assert lines("india-nse", NIFTY_FUTURE, fills) == [
        {"Brokerage": "20.00", "Exchange": exchange[0], "SEBI": "1.80", "Stamp duty": "36.00", "GST": gst[0]},
        {"Brokerage": "20.00", "STT": stt, "Exchange": exchange[1], "SEBI": "1.81", "GST": gst[1]},
    ]


@pytest.mark.parametrize(
    ("day", "stt", "exchange", "gst"),
    [
        ("2023-03-31", "5", ("3.98", "4.77"), ("4.32", "4.46")),
        ("2024-03-28", "6", ("3.75", "4.50"), ("4.28", "4.41")),
        ("2024-09-30", "6", ("3.71", "4.46"), ("4.27", "4.40")),
        ("2024-10-01", "9", ("2.63", "3.15"), ("4.08", "4.17")),
        ("2026-04-01", "14", ("2.63", "3.15"), ("4.08", "4.17")),
    ],
)
def test_nse_options_by_date(day: str, stt: str, exchange: tuple[str, str], gst: tuple[str, str]) -> None:
    """75 units of an option bought at 100 and sold at 120: premiums of 7,500 and 9,000.

    Brokerage 20. SEBI 0.0075 and 0.009 -> 0.01. Stamp 0.003 % = 0.225 -> 0.23. STT on the sold premium:
    0.05 % = 4.5 -> 5, 0.0625 % = 5.625 -> 6, 0.1 % = 9, 0.15 % = 13.5 -> 14. Exchange: 0.053 %, 0.05 %,
    0.0495 %, 0.03503 %.
    """
    fills = [fill(75, 100, f"{day}T04:30:00"), fill(-75, 120, f"{day}T09:00:00")]
    assert lines("india-nse", NIFTY_OPTION, fills) == [
        {"Brokerage": "20.00", "Exchange": exchange[0], "SEBI": "0.01", "Stamp duty": "0.23", "GST": gst[0]},
        {"Brokerage": "20.00", "STT": stt, "Exchange": exchange[1], "SEBI": "0.01", "GST": gst[1]},
    ]


def test_commodity_futures() -> None:
    """One crude oil contract of 100 barrels, 6,000 and 6,050: 600,000 and 605,000.

    Brokerage 20; CTT 0.01 % of the sale = 60.5 -> 61; exchange 0.0021 % = 12.60 and 12.705 -> 12.71; SEBI
    0.60 and 0.605 -> 0.61; stamp 0.002 % = 12.00; GST 18 % of 33.20 = 5.976 -> 5.98 and of 33.32 = 6.00.
    """
    fills = [fill(1, 6000, "2025-01-06T04:30:00"), fill(-1, 6050, "2025-01-06T09:00:00")]
    assert lines("india-nse", CRUDE, fills) == [
        {"Brokerage": "20.00", "Exchange": "12.60", "SEBI": "0.60", "Stamp duty": "12.00", "GST": "5.98"},
        {"Brokerage": "20.00", "CTT": "61", "Exchange": "12.71", "SEBI": "0.61", "GST": "6.00"},
    ]


def test_farm_futures_pay_no_transaction_tax() -> None:
    """Cotton is sold without CTT and without STT."""
    fills = [fill(1, 55000, "2025-01-06T04:30:00"), fill(-1, 55500, "2025-01-06T09:00:00")]
    assert all({"CTT", "STT"}.isdisjoint(found) for found in lines("india-nse", COTTON, fills))


def test_currency_futures() -> None:
    """Ten contracts of 1,000 dollars, 85.00 and 85.10: 850,000 and 851,000, no transaction tax.

    Brokerage 20; exchange 0.00035 % = 2.975 and 2.9785 -> 2.98; SEBI 0.85; stamp 0.0001 % = 0.85; GST 18 %
    of 23.83 = 4.2894 -> 4.29.
    """
    fills = [fill(10, 85, "2025-01-06T04:30:00"), fill(-10, "85.10", "2025-01-06T09:00:00")]
    assert lines("india-nse", DOLLAR, fills) == [
        {"Brokerage": "20.00", "Exchange": "2.98", "SEBI": "0.85", "Stamp duty": "0.85", "GST": "4.29"},
        {"Brokerage": "20.00", "Exchange": "2.98", "SEBI": "0.85", "GST": "4.29"},
    ]


def test_transaction_tax_is_rounded_once_a_day() -> None:
    """A sale in a hundred fills pays the tax of one: 0.025 % of 50,500 is 12.625, thirteen rupees in all."""
    fills = [fill(100, 500, "2025-01-06T04:30:00")]
    fills += [fill(-1, 505, f"2025-01-06T09:{number % 60:02d}:{number // 60:02d}") for number in range(100)]
    found = lines("india-nse", STOCK, fills)
    assert sum(Decimal(item.get("STT", "0")) for item in found) == 13


@pytest.mark.parametrize(
    ("day", "buy", "sell"),
    [
        ("2024-06-03", {"Commission": "2.50"}, {"Commission": "2.50", "SEC": "0.30", "TAF": "0.09"}),
        ("2025-06-02", {"Commission": "2.50"}, {"Commission": "2.50", "TAF": "0.09"}),
        ("2026-04-06", {"Commission": "2.50"}, {"Commission": "2.50", "SEC": "0.22", "TAF": "0.10"}),
    ],
)
def test_united_states_shares_by_date(day: str, buy: dict[str, str], sell: dict[str, str]) -> None:
    """500 shares, 20 and 21: 0.005 a share = 2.50; sale of 10,500.

    SEC 27.80 a million = 0.2919 -> 0.30 up; nothing from 14 May 2025; 20.60 a million = 0.2163 -> 0.22. TAF
    0.000166 x 500 = 0.083 -> 0.09 up, from 2026 0.000195 x 500 = 0.0975 -> 0.10.
    """
    fills = [fill(500, 20, f"{day}T14:30:00"), fill(-500, 21, f"{day}T15:30:00")]
    assert lines("us-per-share", APPLE, fills, NEW_YORK) == [buy, sell]


def test_united_states_bounds() -> None:
    """Ten shares pay the least commission of 1.00; a hundred thousand sold pay the most TAF of 8.30."""
    found = lines("us-per-share", APPLE, [fill(10, 20, "2024-06-03T14:30:00")], NEW_YORK)
    assert found == [{"Commission": "1.00"}]
    assert lines("us-zero", APPLE, [fill(-100_000, 1, "2024-06-03T14:30:00")], NEW_YORK)[0]["TAF"] == "8.30"


@pytest.mark.parametrize("slug", ["us-per-share", "us-zero"])
def test_united_states_options(slug: str) -> None:
    """Three contracts sold at 2.50 in 2024: 3 x 0.65; SEC of 750 = 0.02085 -> 0.03; TAF 0.00837 -> 0.01."""
    found = lines(slug, APPLE_CALL, [fill(-3, "2.5", "2024-06-03T14:30:00")], NEW_YORK)
    assert found == [{"Commission": "1.95", "SEC": "0.03", "TAF": "0.01"}]


def test_futures_pay_per_contract() -> None:
    """Two contracts pay twice 2.25; shares pay nothing."""
    future = Instrument(symbol="ESH5", asset_class=AssetClass.FUTURE, currency="USD", multiplier=Decimal(50))
    bought = [fill(2, 6000, "2025-01-06T15:00:00")]
    assert lines("futures-per-contract", future, bought, NEW_YORK) == [{"Commission": "4.50"}]
    assert lines("futures-per-contract", APPLE, bought, NEW_YORK) == [{}]


@pytest.mark.parametrize("currency", ["USDT", "EUR", "BTC"])
def test_crypto_pays_in_the_currency_of_the_pair(currency: str) -> None:
    """0.1 % of 0.5 x 60,000.12 is 30.00006, whatever the pair is priced in."""
    coin = Instrument(symbol="X", asset_class=AssetClass.CRYPTO, currency=currency)
    found = lines("crypto-percent", coin, [fill("0.5", "60000.12", "2025-01-06T15:00:00")], "UTC")
    assert [Decimal(item["Trading fee"]) for item in found] == [Decimal("30.00006")]


def test_presets_are_plans_with_sources() -> None:
    """Each survives being written and read, says what it leaves out, and every rule names its source."""
    for plan in list_presets():
        assert parse_fee_plan(write_fee_plan(plan)) == plan
        assert plan.preset in SLUGS
        assert plan.about
        assert all(rule.source for rule in plan.rules)


def test_dated_rates_of_a_preset_leave_no_gap_and_never_overlap() -> None:
    """Where a charge changes, the new rate begins on the day the old one ends."""
    for plan in list_presets():
        steps: dict[tuple[object, ...], list[tuple[object, object]]] = {}
        for rule in plan.rules:
            key = (rule.label, rule.basis, rule.applies_to, rule.side)
            steps.setdefault(key, []).append((rule.valid_from, rule.valid_to))
        for charge, periods in steps.items():
            gaps = sum(one[1] != two[0] for one, two in pairwise(periods))
            assert gaps == (1 if charge[0] == "SEC" else 0), charge
            assert all(period[1] is not None for period in periods[:-1])
            assert periods[-1][1] is None


def test_an_unknown_preset_is_not_found() -> None:
    """The error lists what there is; no path gets out of the folder."""
    with pytest.raises(NotFoundError, match="no fee plan"):
        preset("../india-nse")
