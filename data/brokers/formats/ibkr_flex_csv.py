"""Interactive Brokers Flex query as CSV: activity and trade confirmations, whatever columns were chosen.

A query of several sections is several tables in one file, each under its own header; with the
option "include header and trailer records" each line starts with BOF, BOS, HEADER, DATA, EOS or EOF.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import clean
from data.brokers.flex import MOMENT, PRICE, SIDE, FlexReader, FlexRow, find_corrections, has_executions
from data.brokers.ibkr import TIMEZONE
from data.brokers.reader import Record, normalise_header, number_columns, read_records, refuse_doubles, sniff_delimiter
from data.brokers.source import FileKind, SourceFile
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from domain.statements import Statement

SLUG = "ibkr-flex-csv"
MARKS = frozenset({"BOF", "BOA", "BOS", "EOS", "EOA", "EOF"})
OWN = frozenset(
    {"clientaccountid", "ibcommission", "ibcommissioncurrency", "ibexecid", "iborderid", "currencyprimary", "conid",
     "levelofdetail", "fifopnlrealized", "trademoney", "assetclass", "fxratetobase", "securityidtype", "notes/codes",
     "open/closeindicator", "accountalias"}
)  # fmt: skip
"""Headers only Flex queries have."""
SHARED = frozenset(
    {"account", "symbol", "isin", "description", "buy/sell", "side", "quantity", "price", "tradeprice", "amount",
     "type", "commission", "netcash", "proceeds", "taxes", "datetime", "date/time", "tradedate", "tradetime",
     "settledate", "reportdate", "underlyingsymbol", "strike", "expiry", "put/call", "multiplier", "exchange",
     "ordertype", "tradeid", "transactionid", "transactiontype", "code", "position", "markprice", "direction",
     "cusip", "figi"}
)  # fmt: skip
LEAST = frozenset({"account", "symbol", "date/time", "quantity", "price"})
_ACCOUNT = re.compile(r"(DU|U|F|I)\d{5,9}")


def sniff(source: SourceFile) -> float:
    """Return how surely the file is a Flex query, from the headers only Flex writes."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    mark = sniff_delimiter(source.head)
    lines = [[clean(cell.strip().strip('"')) for cell in line.split(mark)] for line in source.head.splitlines()[:60]]
    return max((_claim(cells, lines[place + 1 : place + 2]) for place, cells in enumerate(lines)), default=0.0)


def _claim(cells: list[str], following: list[list[str]]) -> float:
    if cells[1:2] == ["Header"]:
        return 0.0  # a section of a statement
    names = {normalise_header(cell) for cell in cells if cell}
    own, shared = len(names & OWN), len(names & SHARED)
    if own and own + shared >= 4:
        return 0.97 if own > 1 else 0.85
    account = following[0][cells.index("Account")] if names == LEAST and "Account" in cells and following else ""
    return 0.75 if _ACCOUNT.fullmatch(account) else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read every table of the query.

    Raises:
        ImportFileError: If there is no header line.
    """
    rows = _read_rows(read_records(source.text, name=source.name), source.name)
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    accounts = dict.fromkeys(filter(None, (row.text("ClientAccountID", "AccountId", "Account") for row in rows)))
    builder.account_hint = next(iter(accounts), "")
    if len(accounts) > 1:
        builder.notes.append(f"The file holds {len(accounts)} accounts: {', '.join(accounts)}.")
    reader = FlexReader(
        builder=builder,
        currency=options.currency or FORMAT.currency,
        orders_are_fills=not has_executions(rows),
        day_first=bool(options.day_first),
        corrections=find_corrections(rows),
    )
    builder.each(rows, reader.read)
    return builder.build(rows=len(rows))


def _read_rows(records: list[Record], name: str) -> list[FlexRow]:
    columns: Mapping[str, int] = {}
    rows: list[FlexRow] = []
    headers: list[tuple[int, list[str], Mapping[str, int]]] = []
    section = ""
    for record in records:
        mark = record.cells[0].upper()
        if mark in MARKS:
            continue
        if mark == "HEADER" or (mark != "DATA" and _is_header(record.cells)):
            names = ["", "", *record.cells[2:]] if mark == "HEADER" else record.cells
            columns = number_columns(names)
            headers.append((record.line, names, columns))
            section = _section(columns)
        elif columns:
            rows.append(FlexRow(record.line, record.cells, columns, section))
    if not columns:
        message = f"{name}: no header line with Flex columns such as Symbol, Quantity and TradePrice."
        hint = "Switch on column headers in the Flex query and export again."
        raise ImportFileError(message, hint=hint, code=FileCode.MISSING_COLUMNS)
    for line, names, own in headers:
        refuse_doubles(names, [row for row in rows if row.columns is own], name=name, line=line)
    return rows


def _is_header(cells: list[str]) -> bool:
    names = {normalise_header(cell) for cell in cells if cell}
    return len(names & (OWN | SHARED)) >= 3


def _section(columns: Mapping[str, int]) -> str:
    def has(*names: str) -> bool:
        return any(normalise_header(name) in columns for name in names)

    if has("Quantity") and has(*PRICE) and has(*SIDE, *MOMENT, "TradeDate"):
        return "Trade"
    if has("Type") and has("Amount"):
        return "CashTransaction"
    if has("MarkPrice", "PositionValue"):
        return "OpenPosition"
    if has("TransactionType") and has("Quantity"):
        return "OptionEAE"
    if has("ActionDescription", "ActionID"):
        return "CorporateAction"
    return "Transfer" if has("Direction") else ""


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Interactive Brokers Flex Query (CSV)",
    broker="Interactive Brokers",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
