"""The column mapper against the shared samples, with every broker's own format switched off."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from data.brokers import ParseOptions
from data.brokers.formats import generic_csv
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from domain.statements import Statement
from tests.conftest import SAMPLES
from tests.data.brokers import expected
from tests.data.brokers.test_samples import entries

UNAIDED = (
    "ibkr/activity_statement_trades_section.csv", "ibkr/flex_trades.csv", "ibkr/flex_compact_fills.csv",
    "ibkr/flex_same_second_fills.csv", "ibkr/flex_option_rebates.csv", "ibkr/flex_partial_fills_execids.csv",
    "ibkr/trade_confirm_futures.csv", "ibkr/captrader_transaction_history_de.csv",
    "thinkorswim/tda_web_transactions.csv", "thinkorswim/papermoney_filled_orders.csv",
    "thinkorswim/schwab_todays_trade_activity.csv", "thinkorswim/papermoney_four_digit_year.csv",
    "webull/orders_options_2026.csv", "webull/orders_gmt_offset.csv", "webull/orders_same_symbol_round_trips.csv",
    "webull/international_trade_record.csv", "tastytrade/futures_cl_2023.csv",
    "tastytrade/futures_options_mes_2024.csv", "tradezero/trades_hcai_2026.csv", "tradezero/options_2026.csv",
    "tradezero/tradenote_template_2022.csv", "tradestation/tv_account_manager_orders.csv",
    "tradingview/orders_fractional_2026.csv", "tradingview/orders_forex_nostatus.csv",
    "tradingview/orders_short_first.csv", "tiger/trade_history_2026.csv", "avatrade/orders_de_2026.csv",
    "questrade/trade_confirmations_2025.csv", "questrade/Activities.xlsx", "generic/separate_date_time_issue383.csv",
    "tradervue/trades_2025.csv", "ninjatrader/trade_performance_feecolumns_2026.csv",
    "tradovate/orders_bracket_issue304.csv", "topstepx/trades.csv", "topstepx/completed_orders_apex.csv",
    "quantower/trades.csv", "tradezella/trades.csv", "trading212/history_2023.csv",
    "trading212/multi_currency_2022.csv", "trading212/fractional_pep_2024.csv", "trading212/history_14col_2024.csv",
    "revolut/crypto.csv", "freetrade/activity_2024.csv", "bux/transactions_2023.csv", "parqet/activities.csv",
    "coinbase/transactions_2025.csv", "coinbase/transactions_2025_eur.csv", "coinbasepro/fills.csv",
    "kraken/trades_2016_2024.csv", "binance/trades_v1.csv", "okx/trades_old.csv", "kucoin/fills_2022.csv",
    "zerodha/tradebook_mf_excel_resaved.csv", "zerodha/tradebook_eq_2022_2024.csv",
)  # fmt: skip
"""Tables of fills or whole trades that are right without any answer."""
ONE_ANSWER = (
    "fidelity/history_options_14col.csv", "thinkorswim/papermoney_futures.csv", "etrade/transactions_basic.csv",
    "webull/orders_basic.csv", "webull/options_22col_dollar.csv", "tastytrade/transactions_16col.csv",
    "lightspeed/trades.csv", "tradestation/trades_basic.csv", "tradingview/performance_2026.csv",
    "questrade/orders.csv", "ninjatrader/trade_performance_2025.csv", "ninjatrader/performance_12col.csv",
    "tradovate/performance.csv", "tradovate/paired_trades_2026.csv", "tradovate/orders_mes_2026.csv",
    "topstepx/projectx_orders_2026.csv", "groww/order_history_stocks.csv",
)  # fmt: skip
"""Tables whose dates could be read in two ways: they are right once their owner has said which."""
DAY_FIRST = frozenset({"groww"})


def read(name: str, *, day_first: bool | None = None) -> Statement:
    """Read a sample with the generic format."""
    path: Path = SAMPLES / "brokers" / name
    return generic_csv.parse(SourceFile(path.name, path.read_bytes()), ParseOptions(day_first=day_first))


@cache
def wanted() -> dict[str, dict[str, Any]]:
    """Return the independently counted figures of the samples."""
    return entries()


def differences(statement: Statement, entry: dict[str, Any]) -> list[str]:
    """Return what differs from a sample's entry: counts, sides, and net quantities under whatever symbol."""
    found = expected.summarise(statement)
    if entry.get("round_trips") and not entry.get("executions"):
        trips = expected.summarise(statement, expected.WITH_PAIRS)["totals"]["round_trips"]
        return [] if trips == entry["round_trips"] and not statement.problems else [f"{trips} round trips"]
    wrong = [name for name in ("executions", "buys", "sells") if name in entry and found[name] != entry[name]]
    # One broker names an instrument by ISIN where we take its ticker: only the quantities are compared.
    net = sorted(value for value in found["net_qty"].values() if value)
    counted = sorted(value for text in entry.get("net_qty", {}).values() if (value := Decimal(text)))
    return wrong + ([] if net == counted else [f"net {net} instead of {counted}"])


pytestmark = [
    pytest.mark.samples,
    pytest.mark.skipif(not (SAMPLES / "brokers").is_dir(), reason="the shared samples are not beside this checkout"),
]


@pytest.mark.parametrize("name", UNAIDED)
def test_table_of_an_unknown_broker_is_right_unaided(name: str) -> None:
    """Executions, sides and net quantities equal the independent count without a question."""
    assert differences(read(name), wanted()[name]) == []


@pytest.mark.parametrize("name", ONE_ANSWER)
def test_table_with_ambiguous_dates_asks_only_for_their_order(name: str) -> None:
    """It is refused with that question, and right once it is answered."""
    with pytest.raises(ImportFileError, match="could be day/month or month/day"):
        read(name)
    statement = read(name, day_first=name.split("/", maxsplit=1)[0] in DAY_FIRST)
    assert differences(statement, wanted()[name]) == []


def test_most_plain_tables_need_no_help() -> None:
    """The floor of the evaluation: at least 50 samples unaided, at least 70 with at most one answer."""
    assert len(set(UNAIDED)) >= 50
    assert len({*UNAIDED, *ONE_ANSWER}) >= 70
