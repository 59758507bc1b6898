"""Interactive Brokers Flex query as XML: activity and trade confirmations.

Document types and entities are refused. Sections that neither change a position nor move money
(rates, accruals, security details) are named in the notes and not read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import clean
from data.brokers.flex import SECTIONS, FlexReader, FlexRow, find_corrections, has_executions
from data.brokers.ibkr import TIMEZONE
from data.brokers.mending import mend_rows
from data.brokers.reader import number_columns
from data.brokers.shared_lines import number_rows
from data.brokers.source import FileKind, SourceFile
from data.brokers.xml_rows import Element, read_xml_elements
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from domain.statements import Statement

SLUG = "ibkr-flex-xml"
_FRAME = frozenset({"FlexQueryResponse", "FlexStatements", "FlexStatement", "AccountInformation"})


@dataclass(slots=True)
class _Found:
    """What a query holds: its rows, what was passed over, accounts and the currency of the account."""

    rows: list[FlexRow] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    accounts: dict[str, None] = field(default_factory=dict)
    base_currency: str = ""
    columns: dict[tuple[str, ...], dict[str, int]] = field(default_factory=dict)

    def take(self, element: Element) -> None:
        """Take the next element of the file."""
        if element.tag in SECTIONS and element.names:
            columns = self.columns.get(element.names)
            if columns is None:
                columns = self.columns.setdefault(element.names, number_columns(element.names))
            cells = [clean(value) for value in element.values]
            self.rows.append(FlexRow(element.line, cells, columns, element.tag))
        elif element.tag == "FlexStatement":
            self.accounts.setdefault(element.get("accountId"))
        elif element.tag == "AccountInformation":
            self.base_currency = element.get("currency")
        elif element.names and element.tag not in _FRAME:
            self.skipped[element.tag] += 1


def sniff(source: SourceFile) -> float:
    """Return 1 for a Flex query response."""
    return 1.0 if source.kind is FileKind.XML and "<FlexQueryResponse" in source.head else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read trades, cash, positions, option ends, transfers, corporate actions and grants."""
    found = _collect(source)
    found.rows, notes = number_rows(found.rows)
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    builder.account_hint = next((name for name in found.accounts if name), "")
    builder.currency_hint = found.base_currency
    reader = FlexReader(
        builder=builder,
        currency=options.currency or found.base_currency or FORMAT.currency,
        orders_are_fills=not has_executions(found.rows),
        is_prefixed=True,
        base_currency=found.base_currency,
        day_first=bool(options.day_first),
        corrections=find_corrections(found.rows),
    )
    builder.each(mend_rows(found.rows), reader.read)
    builder.notes += [*notes, *_notes(found)]
    return builder.build(rows=len(found.rows))


def _collect(source: SourceFile) -> _Found:
    found = _Found()
    for element in read_xml_elements(source):
        if element.tag == "ErrorMessage" and element.text:
            message = f"Interactive Brokers did not send the query: {element.text[:200]}"
            raise ImportFileError(message, hint="Run the query again.", code=FileCode.BROKER_FAILURE, line=element.line)
        found.take(element)
    return found


def _notes(found: _Found) -> list[str]:
    notes = []
    if found.skipped:
        names = ", ".join(f"{name} ({count})" for name, count in found.skipped.most_common())
        notes.append(f"Sections that change no position and were not read: {names}.")
    if len(found.accounts) > 1:
        notes.append(f"The file holds {len(found.accounts)} accounts: {', '.join(found.accounts)}.")
    return notes


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Interactive Brokers Flex Query (XML)",
    broker="Interactive Brokers",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)
