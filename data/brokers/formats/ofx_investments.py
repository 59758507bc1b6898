"""Investment statements in OFX or QFX, as E*TRADE and many other US brokers offer them for download.

Securities are known by their number (mostly a CUSIP); ticker and name come from the list of securities.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.listed import OpenPositions
from data.brokers.mending import MendedCells, mend_rows
from data.brokers.ofx import Node, read_ofx
from data.brokers.option_symbols import option_terms, parse_expiry
from data.brokers.reader import Row, normalise_header
from data.brokers.shared_lines import number_rows
from data.brokers.source import FileKind, SourceFile
from domain.charge_kinds import ChargeKind
from domain.errors import ImportFileError
from domain.executions import ExecutionKind, Side
from domain.import_codes import FileCode
from domain.instruments import ONE, OPTION_MULTIPLIER, AssetClass, Instrument, OptionTerms
from domain.money import decimal_text
from domain.security_numbers import read_cusip, read_sedol
from domain.statements import OtherKind, Statement

SLUG = "ofx-investments"
TIMEZONE = "UTC"
ZERO = Decimal(0)
BOND_MULTIPLIER = Decimal("0.01")
PERIOD = frozenset({"DTSTART", "DTEND"})
NEEDED = ("DTTRADE", "UNIQUEID", "UNITS", "UNITPRICE")
CHARGES = {
    "COMMISSION": ChargeKind.COMMISSION,
    "FEES": ChargeKind.OTHER,
    "TAXES": ChargeKind.TAX,
    "LOAD": ChargeKind.OTHER,
    "PENALTY": ChargeKind.OTHER,
    "WITHHOLDING": ChargeKind.TAX,
}
CLASSES = {
    "STOCKINFO": AssetClass.STOCK,
    "MFINFO": AssetClass.FUND,
    "DEBTINFO": AssetClass.BOND,
    "OPTINFO": AssetClass.OPTION,
    "OTHERINFO": AssetClass.STOCK,
}
ENDS = {"EXPIRE": ExecutionKind.EXPIRY, "ASSIGN": ExecutionKind.ASSIGNMENT, "EXERCISE": ExecutionKind.EXERCISE}
INCOMES = {"INTEREST": OtherKind.INTEREST}
KINDS = {
    "INCOME": OtherKind.DIVIDEND,
    "INVEXPENSE": OtherKind.FEE,
    "MARGININTEREST": OtherKind.INTEREST,
    "RETOFCAP": OtherKind.DIVIDEND,
    "SPLIT": OtherKind.SPLIT,
    "TRANSFER": OtherKind.TRANSFER,
    "JRNLFUND": OtherKind.TRANSFER,
    "JRNLSEC": OtherKind.TRANSFER,
}
_TRADE = re.compile(r"(?P<side>BUY|SELL)(?P<what>STOCK|MF|DEBT|OPT|OTHER)")


@dataclass(frozen=True, slots=True)
class OfxRow(Row):
    """A transaction or position as the row accounting sees it: its cells are the texts of its leaves.

    Attributes:
        node: What is read.
        written: What the file says, where a cell of it was mended.
    """

    node: Node
    written: Node


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the transactions of one account."""

    builder: StatementBuilder
    currency: str
    securities: Mapping[str, Node]
    positions: OpenPositions

    def read(self, row: OfxRow) -> None:
        """Turn one transaction into an execution, an option's end or an other row."""
        node = row.node
        trade = _TRADE.fullmatch(node.tag)
        if trade:
            self._add_trade(row, Side.BUY if trade["side"] == "BUY" else Side.SELL)
        elif node.tag == "REINVEST":
            self._add_trade(row, Side.BUY)
        elif node.tag == "CLOSUREOPT":
            self._end_option(row)
        else:
            self._keep(row, _kind(node))

    def _add_trade(self, row: OfxRow, side: Side) -> None:
        node = row.node
        units = node.decimal("UNITS")
        if units * side < 0:
            reason = f"{node.tag} does not go with {decimal_text(units)} units."
            raise CellError("UNITS", node.value("UNITS"), reason)
        instrument = self._instrument(node)
        currency = node.value("CURSYM", self.currency)
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=side,
            quantity=abs(units),
            price=node.decimal("UNITPRICE"),
            charges=[(kind, node.decimal(tag, ZERO)) for tag, kind in CHARGES.items()],
            fee_currency=currency,
            executed_at=self._instant(node),
            identity=node.value("FITID"),
            fingerprint=_identifying(row.written),
        )

    def _end_option(self, row: OfxRow) -> None:
        node = row.node
        action = node.value("OPTACTION").upper()
        kind = ENDS.get(action)
        if kind is None:
            raise CellError("OPTACTION", action, "This end of an option is not known.", "Expected EXPIRE, ASSIGN …")
        instrument, change = self._instrument(node), node.decimal("UNITS")
        self._keep(row, OtherKind.OPTION_EVENT)
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=self.positions.closing_side(instrument.symbol, change),
            quantity=abs(change),
            price=ZERO,
            executed_at=self._instant(node),
            kind=kind,
            identity=node.value("FITID"),
            fingerprint=_identifying(row.written),
        )

    def _keep(self, row: OfxRow, kind: OtherKind) -> None:
        node = row.node
        amount = node.value("TOTAL") or node.value("TRNAMT")
        tag = "TOTAL" if node.value("TOTAL") else "TRNAMT"
        self.builder.other(
            row.line,
            kind,
            node.tag,
            occurred_at=self._instant(node),
            symbol=node.value("UNIQUEID"),
            amount=node.decimal(tag) if amount else None,
            currency=node.value("CURSYM", self.currency),
            quantity=node.decimal("UNITS") if node.value("UNITS") else None,
            ratio=_ratio(node),
            description=node.value("MEMO") or node.value("NAME"),
            identity=node.value("FITID"),
        )

    def keep_position(self, row: OfxRow) -> None:
        """Keep a holding of the statement's day."""
        node = row.node
        self.builder.other(
            row.line,
            OtherKind.POSITION,
            node.tag,
            occurred_at=self.builder.instant(node.moment("DTPRICEASOF"), raw=node.value("DTPRICEASOF"))
            if node.value("DTPRICEASOF")
            else None,
            symbol=node.value("UNIQUEID"),
            amount=node.decimal("MKTVAL", ZERO),
            currency=node.value("CURSYM", self.currency),
            quantity=node.decimal("UNITS"),
            description=node.value("MEMO"),
        )

    def _instrument(self, node: Node) -> Instrument:
        number = node.value("UNIQUEID")
        if not number:
            raise CellError("UNIQUEID", "", "The transaction names no security.")
        kind = node.value("UNIQUEIDTYPE").upper()
        info = self.securities.get(number)
        asset = CLASSES.get(info.tag, AssetClass.STOCK) if info else AssetClass.STOCK
        names = (info.value("TICKER"), info.value("SECNAME")) if info else ("", node.value("MEMO"))
        return Instrument(
            symbol=number,
            asset_class=asset,
            currency=node.value("CURSYM", self.currency),
            multiplier=_multiplier(asset, info),
            isin=number if kind == "ISIN" else "",
            cusip=read_cusip(number) if kind == "CUSIP" else "",
            sedol=read_sedol(number) if kind == "SEDOL" else "",
            name=" · ".join(filter(None, names)),
            option=_terms(info) if info is not None and asset is AssetClass.OPTION else None,
        )

    def _instant(self, node: Node) -> datetime:
        tag = next((name for name in ("DTTRADE", "DTPOSTED") if node.value(name)), "DTTRADE")
        return self.builder.instant(node.moment(tag), raw=node.value(tag), column=tag)


def _multiplier(asset: AssetClass, info: Node | None) -> Decimal:
    if asset is AssetClass.BOND:
        return BOND_MULTIPLIER
    if asset is AssetClass.OPTION and info is not None:
        return info.decimal("SHPERCTRCT", OPTION_MULTIPLIER)
    return ONE


def _terms(info: Node) -> OptionTerms | None:
    expiry = parse_expiry(info.value("DTEXPIRE")[:8])
    if expiry is None or not info.value("STRIKEPRICE"):
        return None
    underlying = info.value("TICKER") or info.value("SECNAME").split(" ")[0]
    return option_terms(
        underlying=underlying, expiry=expiry, strike=info.decimal("STRIKEPRICE"), right=info.value("OPTTYPE")
    )


def _ratio(node: Node) -> tuple[Decimal, Decimal] | None:
    if node.tag != "SPLIT" or not node.value("NUMERATOR"):
        return None
    return node.decimal("NUMERATOR"), node.decimal("DENOMINATOR", ONE)


def _identifying(node: Node) -> tuple[str, ...]:
    tags = ("DTTRADE", "UNIQUEID", "UNITS", "UNITPRICE", "TOTAL")
    return (node.tag, *(node.value(tag) for tag in tags))


def _kind(node: Node) -> OtherKind:
    if node.tag == "INVBANKTRAN":
        return OtherKind.WITHDRAWAL if node.decimal("TRNAMT", ZERO) < 0 else OtherKind.DEPOSIT
    if node.tag == "INCOME":
        return INCOMES.get(node.value("INCOMETYPE").upper(), OtherKind.DIVIDEND)
    kind = KINDS.get(node.tag)
    if kind is None:
        raise CellError("Transaction", node.tag, "This kind of transaction is not known.", "Report the file.")
    return kind


def sniff(source: SourceFile) -> float:
    """Return how surely this is an OFX statement of an investment account."""
    if source.kind not in (FileKind.TEXT, FileKind.XML):
        return 0.0
    head = source.head[:2_000].upper()
    is_ofx = "OFXHEADER" in head or "<OFX>" in head
    return 0.97 if is_ofx and "<INVSTMTRS>" in source.head.upper() else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read transactions and positions.

    Raises:
        ImportFileError: If the file is cut off or holds no statement of an investment account.
    """
    root = read_ofx(source)
    statement = root.find("INVSTMTRS")
    if statement is None:
        message = f"{source.name!r} holds no investment statement (INVSTMTRS)."
        hint = "Download the statement of the investment account."
        raise ImportFileError(message, hint=hint, code=FileCode.NO_TABLE)
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    builder.account_hint = statement.value("ACCTID")
    builder.currency_hint = statement.value("CURDEF")
    currency = builder.currency_hint or options.currency or FORMAT.currency
    infos = (node for node in root.walk() if node.tag in CLASSES)
    securities = {node.value("UNIQUEID"): node for node in infos}
    reader = Reader(builder, currency, securities, OpenPositions(builder.executions))
    transactions = _nodes(statement.find("INVTRANLIST"), PERIOD)
    positions = _nodes(statement.find("INVPOSLIST"), frozenset())
    rows, notes = number_rows([_row(node) for node in (*transactions, *positions)])
    rows = [_mended(row) for row in mend_rows(rows)]
    moves, held = rows[: len(transactions)], rows[len(transactions) :]
    builder.each(sorted(moves, key=lambda row: row.node.value("DTTRADE")[:14]), reader.read)
    builder.each(held, reader.keep_position)
    _keep_balance(builder, statement, currency)
    builder.notes += notes
    return builder.build(rows=len(rows))


def _keep_balance(builder: StatementBuilder, statement: Node, currency: str) -> None:
    """Keep the available cash of the statement's day; one that cannot be read is no row, so it is passed over."""
    balances = statement.find("INVBAL")
    if balances is None or not balances.value("AVAILCASH") or not statement.value("DTASOF"):
        return
    try:
        moment = builder.instant(statement.moment("DTASOF"), raw=statement.value("DTASOF"), column="DTASOF")
        builder.balance(balances.line, moment, currency, lambda: balances.decimal("AVAILCASH"))
    except CellError as error:
        builder.notes.append(f"The available cash was not read: {error}")


def _nodes(node: Node | None, without: frozenset[str]) -> list[Node]:
    return [item for item in node.children if item.tag not in without] if node else []


def _row(node: Node) -> OfxRow:
    """Return a transaction as a row: a cell for each leaf, and for each that it needs and lacks."""
    node = _completed(node)
    leaves = node.leaves
    columns: dict[str, int] = {}
    for place, leaf in enumerate(leaves):
        columns.setdefault(normalise_header(leaf.tag), place)
    return OfxRow(node.line, [leaf.text for leaf in leaves], columns, node, node)


def _completed(node: Node) -> Node:
    """Return a trade with empty leaves for what it needs and does not say, so that it can be typed."""
    if not _TRADE.fullmatch(node.tag):
        return node
    whole = node.with_leaves((*NEEDED, *CHARGES))
    missing = [Node(tag, node.line) for tag in NEEDED if whole.find(tag) is None]
    return replace(whole, children=[*whole.children, *missing])


def _mended(row: OfxRow) -> OfxRow:
    """Return a row that says what was typed in it."""
    return replace(row, node=row.node.with_texts(row.cells)) if isinstance(row.cells, MendedCells) else row


FORMAT = BrokerFormat(
    slug=SLUG,
    title="OFX / QFX investment statement",
    broker="E*TRADE",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
