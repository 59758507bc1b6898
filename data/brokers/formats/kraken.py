"""Kraken, trades export: one row a fill, three spellings of a market, times in UTC."""

from __future__ import annotations

from datetime import datetime

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.crypto_pairs import require_pair, spot
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.records import Spare
from data.brokers.source import SourceFile
from domain.executions import Side
from domain.statements import Statement

SLUG = "kraken-trades"
REQUIRED = ("txid", "pair", "time", "type", "price", "fee", "vol")
_SNIFFED = (
    "txid",
    "ordertxid",
    "pair",
    "time",
    "type",
    Spare("ordertype"),
    "price",
    Spare("cost"),
    "fee",
    "vol",
    Spare("margin"),
)
_SIDES = {"buy": Side.BUY, "sell": Side.SELL}

# The exchange's first assets carry a class letter: X for coins, Z for state currencies.
_LEGACY = frozenset(
    (
        "XXBT", "XETH", "XLTC", "XXRP", "XXLM", "XETC", "XREP", "XXMR", "XZEC", "XXDG", "XMLN", "XICN", "XXVN", "XNMC",
        "ZEUR", "ZUSD", "ZGBP", "ZCAD", "ZJPY", "ZAUD", "ZKRW",
    )
)  # fmt: skip
_RENAMED = {"XBT": "BTC", "XDG": "DOGE"}


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the fills; Kraken writes UTC."""
    table = open_table(source.text, REQUIRED, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_fill(builder, row))
    return builder.build(rows=len(table.rows))


def _read_fill(builder: StatementBuilder, row: Row) -> None:
    pair = row.required("pair")
    side = _SIDES.get(row.required("type").lower())
    if side is None:
        raise CellError("type", row.text("type"), "The side is neither buy nor sell.", "Expected buy or sell.")
    _, quote = split_market(pair)
    builder.execution(
        line=row.line,
        instrument=spot(pair, quote),
        side=side,
        quantity=row.decimal("vol", signed=False),
        price=row.decimal("price", signed=False),
        fees=row.decimal("fee"),
        fee_currency=quote,
        executed_at=builder.instant(_moment(row), raw=row.text("time"), column="time"),
        identity=row.required("txid"),
    )


def _moment(row: Row) -> datetime:
    return row.moment("time", formats=("ISO",))


def split_market(pair: str) -> tuple[str, str]:
    """Return (base, quote) in today's codes of XXBTZEUR, DASHEUR or ETH/BTC.

    Raises:
        CellError: If the market is written in none of these ways.
    """
    head, tail = pair[:-4], pair[-4:]
    # XTZEUR is XTZ in EUR: the class letter is only read where four letters or more remain in front.
    if tail in _LEGACY and (head in _LEGACY or len(head) >= 4):
        return _today(head), _today(tail)
    base, quote = require_pair(pair, column="pair")
    return _today(base), _today(quote)


def _today(asset: str) -> str:
    asset = asset[1:] if asset in _LEGACY else asset
    return _RENAMED.get(asset, asset)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Kraken trades",
    broker="Kraken",
    timezone="UTC",
    sniff=claim_header(1.0, _SNIFFED),
    parse=parse,
    currency="EUR",
)
