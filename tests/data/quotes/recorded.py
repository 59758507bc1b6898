"""What each vendor answers, in its own wire format: small recordings with made-up prices, served by `vendor.Vendor`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.market import BarInterval
from tests.data.quotes.vendor import Answer

NOW = datetime(2026, 11, 18, 15, 20, 30, tzinfo=UTC)
START, END = datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 18, tzinfo=UTC)
CLOSES = (101.0, 102.0, 103.0, 104.0, 105.0)
DAYS = tuple(START + timedelta(days=day) for day in range(5))
"""Monday to Friday of the week before."""
PRICE = 106.5
Query = dict[str, str]


@dataclass(frozen=True)
class Recording:
    """One vendor: what it is asked for, and what it answers to a path and a query."""

    symbol: str
    answer: Callable[[str, Query], Any]
    content_type: str = "application/json"
    options: dict[str, Any] = field(default_factory=dict)
    is_paged: bool = False
    unknown: str = "NOPE"
    profile_name: str = "Example Inc"
    searched: str = "EXM"
    interval: BarInterval = BarInterval.D1


def seconds(moment: datetime) -> int:
    """Seconds since 1970."""
    return int(moment.timestamp())


def _in_span(first: float, last: float) -> list[int]:
    return [row for row, day in enumerate(DAYS) if first <= seconds(day) < last]


def yahoo(path: str, query: Query) -> Any:
    """The chart, the search, and the cookies' crumb."""
    if "/finance/" not in path:
        return "crumb"
    if "search" in path:
        row = {"symbol": "EXM", "longname": "Example Inc", "exchDisp": "NYSE", "quoteType": "EQUITY"}
        return {"quotes": [row]}
    if "NOPE" in path:
        return {"chart": {"result": None, "error": {"code": "Not Found", "description": "No data found"}}}
    meta = {
        "currency": "USD",
        "exchangeTimezoneName": "America/New_York",
        "instrumentType": "EQUITY",
        "regularMarketPrice": PRICE,
        "regularMarketTime": seconds(NOW) - 60,
        "chartPreviousClose": 105.0,
    }
    times = [seconds(day) + 52_200 for day in DAYS]
    rows = {
        "open": [close - 0.5 for close in CLOSES],
        "high": [close + 1 for close in CLOSES],
        "low": [close - 1 for close in CLOSES],
        "close": list(CLOSES),
        "volume": [1000] * 5,
    }
    result = {"meta": meta, "timestamp": times, "indicators": {"quote": [rows]}}
    return {"chart": {"result": [result], "error": None}}


def finnhub(path: str, query: Query) -> Any:
    """Quote, candles, profile, search; an unknown symbol is zeros."""
    is_unknown = query.get("symbol") == "NOPE"
    if path.endswith("/quote"):
        known = {"c": PRICE, "h": 107.0, "l": 104.0, "o": 104.5, "pc": 105.0, "t": seconds(NOW) - 60}
        return dict.fromkeys(known, 0) if is_unknown else known
    if path.endswith("/candle"):
        rows = _in_span(float(query["from"]), float(query["to"]))
        if is_unknown or not rows:
            return {"s": "no_data"}
        return {
            "s": "ok",
            "t": [seconds(DAYS[row]) for row in rows],
            "o": [CLOSES[row] - 0.5 for row in rows],
            "h": [CLOSES[row] + 1 for row in rows],
            "l": [CLOSES[row] - 1 for row in rows],
            "c": [CLOSES[row] for row in rows],
            "v": [1000 for _ in rows],
        }
    if path.endswith("/profile2"):
        company = {
            "name": "Example Inc",
            "exchange": "NYSE",
            "currency": "USD",
            "finnhubIndustry": "Retail",
            "marketCapitalization": 2_500.5,
            "weburl": "https://example.com",
            "ipo": "2001-02-03",
        }
        return {} if is_unknown else company
    return {"count": 1, "result": [{"symbol": "EXM", "description": "EXAMPLE INC", "type": "Common Stock"}]}


def coinbase(path: str, query: Query) -> Any:
    """Products with their prices, and candles, newest first; all numbers are texts."""
    if "NOPE" in path:
        return Answer({"error": "NOT_FOUND", "message": "valid product_id is required"}, 404)
    if path.endswith("/candles"):
        first, last = float(query["start"]), float(query["end"])
        forming = {
            "start": str(seconds(END)),
            "low": "104",
            "high": "108",
            "open": "105",
            "close": "106",
            "volume": "9",
        }
        return {
            "candles": [
                *([forming] if first <= seconds(END) <= last else []),
                *(
                    {
                        "start": str(seconds(DAYS[row])),
                        "low": str(CLOSES[row] - 1),
                        "high": str(CLOSES[row] + 1),
                        "open": str(CLOSES[row] - 0.5),
                        "close": str(CLOSES[row]),
                        "volume": "1000",
                    }
                    for row in reversed(_in_span(first, last))
                ),
            ]
        }
    if query.get("product_ids") == "NOPE-USD":
        return {"products": [], "num_products": 0}
    product = {
        "product_id": "BTC-USD",
        "price": str(PRICE),
        "price_percentage_change_24h": "1.428571428571",
        "volume_24h": "1000",
        "base_name": "Bitcoin",
    }
    return {"products": [product], "num_products": 1}


def kraken(path: str, query: Query) -> Any:
    """Pairs under Kraken's own names; faults come with HTTP 200."""
    if query.get("pair", "").startswith("NOPE"):
        return {"error": ["EQuery:Unknown asset pair"], "result": {}}
    if path.endswith("/AssetPairs"):
        return {"error": [], "result": {"XXBTZUSD": {"altname": "XBTUSD", "wsname": "XBT/USD"}}}
    if path.endswith("/OHLC"):
        rows = _in_span(float(query.get("since", 0)) + 1, 1e12)
        bars = [
            [
                seconds(DAYS[row]),
                str(CLOSES[row] - 0.5),
                str(CLOSES[row] + 1),
                str(CLOSES[row] - 1),
                str(CLOSES[row]),
                str(CLOSES[row]),
                "1000",
                9,
            ]
            for row in rows
        ]
        return {"error": [], "result": {"XXBTZUSD": bars, "last": seconds(DAYS[-1])}}
    ticker = {
        "a": ["106.6", "1", "1.000"],
        "b": ["106.4", "1", "1.000"],
        "c": [str(PRICE), "0.1"],
        "v": ["100", "1000"],
        "p": ["106", "106"],
        "t": [10, 100],
        "l": ["104", "104"],
        "h": ["107", "107"],
        "o": "105.0",
    }
    return {"error": [], "result": {"XXBTZUSD": ticker}}


def okx(path: str, query: Query) -> Any:
    """Tickers and candles, newest first, in milliseconds as text."""
    if query.get("instId", "").startswith("NOPE"):
        return {"code": "51001", "msg": "Instrument ID doesn't exist", "data": []}
    if path.endswith("candles"):
        first, last = float(query["before"]) / 1000, float(query["after"]) / 1000
        rows = [
            [
                str(seconds(DAYS[row]) * 1000),
                str(CLOSES[row] - 0.5),
                str(CLOSES[row] + 1),
                str(CLOSES[row] - 1),
                str(CLOSES[row]),
                "1000",
                "100000",
                "100000",
                "1",
            ]
            for row in reversed(_in_span(first, last))
        ]
        return {"code": "0", "msg": "", "data": rows}
    if path.endswith("instruments"):
        return {"code": "0", "msg": "", "data": [{"instId": "BTC-USD", "instType": "SPOT"}]}
    row = {
        "instType": "SPOT",
        "instId": "BTC-USD",
        "last": str(PRICE),
        "askPx": "106.6",
        "bidPx": "106.4",
        "open24h": "104.5",
        "high24h": "107",
        "low24h": "104",
        "vol24h": "1000",
        "ts": str((seconds(NOW) - 5) * 1000),
        "sodUtc0": "105.0",
    }
    return {"code": "0", "msg": "", "data": [row]}


def coindesk(path: str, query: Query) -> Any:
    """Values of the index, and candles before `to_ts`, oldest first; a fault is an object beside no data."""
    if query.get("instrument", query.get("instruments", "")) == "NOPE-USD":
        fault = {"type": "404", "message": "Instrument not found: NOPE-USD"}
        return {"Data": {}, "Err": fault}
    if path.endswith("/tick"):
        value = {
            "VALUE": PRICE,
            "VALUE_LAST_UPDATE_TS": seconds(NOW) - 3,
            "CURRENT_DAY_OPEN": 105.0,
            "CURRENT_DAY_HIGH": 107.0,
            "CURRENT_DAY_LOW": 104.0,
            "CURRENT_DAY_VOLUME": 1000.0,
        }
        return {"Data": {"BTC-USD": value}, "Err": {}}
    rows = [
        {
            "UNIT": "DAY",
            "TIMESTAMP": seconds(DAYS[row]),
            "OPEN": CLOSES[row] - 0.5,
            "HIGH": CLOSES[row] + 1,
            "LOW": CLOSES[row] - 1,
            "CLOSE": CLOSES[row],
            "VOLUME": 1000.0,
        }
        for row in _in_span(0, float(query["to_ts"]) + 1)
    ]
    return {"Data": rows[-int(query["limit"]) :], "Err": {}}


def stooq(path: str, query: Query) -> Any:
    """CSV; an unknown symbol is a row of N/D or the words No data."""
    names = query.get("s", "").split(" ")
    if path.startswith("/q/l"):
        head = "Symbol,Date,Time,Open,High,Low,Close,Volume,Name\r\n"
        lines = {
            "exm.us": f"EXM.US,2026-11-18,16:19:30,104.5,107,104,{PRICE},1000,EXAMPLE INC\r\n",
            "nope.us": "NOPE.US,N/D,N/D,N/D,N/D,N/D,N/D,N/D,NOPE.US\r\n",
        }
        return head + "".join(lines[name] for name in names)
    if names == ["nope.us"]:
        return "No data"
    rows = [
        f"{day:%Y-%m-%d},{close - 0.5},{close + 1},{close - 1},{close},1000\r\n"
        for day, close in zip(DAYS, CLOSES, strict=True)
    ]
    return "Date,Open,High,Low,Close,Volume\r\n" + "".join(rows)


def alphavantage(path: str, query: Query) -> Any:
    """One path for everything; numbered names and texts for numbers."""
    function, is_unknown = query["function"], query.get("symbol") == "NOPE"
    if function == "GLOBAL_QUOTE":
        row = {
            "01. symbol": "EXM",
            "02. open": "104.5",
            "03. high": "107",
            "04. low": "104",
            "05. price": str(PRICE),
            "06. volume": "1000",
            "07. latest trading day": "2026-11-17",
            "08. previous close": "105",
        }
        return {"Global Quote": {} if is_unknown else row}
    if function == "OVERVIEW":
        company = {"Symbol": "EXM", "Name": "Example Inc", "Sector": "RETAIL", "MarketCapitalization": "2500500000"}
        return {} if is_unknown else company
    if function == "SYMBOL_SEARCH":
        match = {"1. symbol": "EXM", "2. name": "Example Inc", "3. type": "Equity", "8. currency": "USD"}
        return {"bestMatches": [match]}
    if is_unknown:
        return {"Error Message": "Invalid API call. Please retry or visit the documentation for TIME_SERIES_DAILY."}
    series = {
        f"{day:%Y-%m-%d}": {
            "1. open": str(close - 0.5),
            "2. high": str(close + 1),
            "3. low": str(close - 1),
            "4. close": str(close),
            "5. volume": "1000",
        }
        for day, close in reversed(list(zip(DAYS, CLOSES, strict=True)))
    }
    return {"Meta Data": {"2. Symbol": "EXM"}, "Time Series (Daily)": series}


def nse(path: str, query: Query) -> Any:
    """All indices in one answer, and the closes of one index."""
    if path.endswith("/allIndices"):
        row = {"index": "NIFTY 50", "last": PRICE, "open": 104.5, "high": 107.0, "low": 104.0, "previousClose": 105.0}
        return {
            "data": [row | {"pe": "19.9"}, {"index": "NIFTY BANK", "last": 500.5}],
            "timestamp": "18-Nov-2026 15:30",
        }
    rows = [
        {
            "EOD_INDEX_NAME": query["indexType"],
            "EOD_OPEN_INDEX_VAL": close - 0.5,
            "EOD_HIGH_INDEX_VAL": close + 1,
            "EOD_LOW_INDEX_VAL": close - 1,
            "EOD_CLOSE_INDEX_VAL": close,
            "EOD_TIMESTAMP": f"{day:%d-%b-%Y}".upper(),
        }
        for day, close in zip(DAYS, CLOSES, strict=True)
    ]
    return {"data": {"indexCloseOnlineRecords": rows, "indexTurnoverRecords": []}}


RECORDED = {
    "yfinance": Recording("EXM", yahoo),
    "finnhub": Recording("EXM", finnhub, options={"finnhub_key": "k"}),
    "coinbase": Recording(
        "BTC-USD", coinbase, is_paged=True, unknown="NOPE-USD", profile_name="BTC / USD", searched="BTC"
    ),
    "kraken": Recording("BTC-USD", kraken, is_paged=True, unknown="NOPE-USD", profile_name="BTC / USD", searched="BTC"),
    "okx": Recording("BTC-USD", okx, is_paged=True, unknown="NOPE-USD", profile_name="BTC / USD", searched="BTC"),
    "coindesk": Recording(
        "BTC-USD", coindesk, is_paged=True, unknown="NOPE-USD", profile_name="BTC / USD", searched="BTC"
    ),
    "stooq": Recording("EXM", stooq, content_type="text/csv", searched=""),
    "alphavantage": Recording("EXM", alphavantage, options={"alphavantage_key": "k"}),
    "nse": Recording("NIFTY 50", nse, unknown="NIFTY 51", profile_name="NIFTY 50", searched="bank"),
}
