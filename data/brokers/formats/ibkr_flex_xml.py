"""Interactive Brokers Flex query as XML: activity and trade confirmations.

Document types and entities are refused. Sections that neither change a position nor move money
(rates, accruals, security details) are named in the notes and not read.
"""

from __future__ import annotations

import io
from collections import Counter
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, InputSource

from typing_extensions import override

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import clean
from data.brokers.flex import SECTIONS, FlexReader, FlexRow, has_executions
from data.brokers.ibkr import TIMEZONE
from data.brokers.reader import number_columns
from data.brokers.source import FileKind, SourceFile
from domain.errors import ImportFileError
from domain.statements import Statement

SLUG = "ibkr-flex-xml"
_FRAME = frozenset({"FlexQueryResponse", "FlexStatements", "FlexStatement", "AccountInformation"})


class _Collector(ContentHandler):
    """Gathers the rows of a query with the lines they stand in."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[FlexRow] = []
        self.skipped: Counter[str] = Counter()
        self.accounts: dict[str, None] = {}
        self.base_currency = ""
        self.failure = ""
        self._columns: dict[tuple[str, ...], dict[str, int]] = {}
        self._text: list[str] = []

    @override
    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self._text.clear()
        names = tuple(attrs.getNames())
        if name in SECTIONS and names:
            columns = self._columns.get(names) or self._columns.setdefault(names, number_columns(names))
            cells = [clean(attrs.getValue(key)) for key in names]
            self.rows.append(FlexRow(self._line(), cells, columns, name))
        elif name == "FlexStatement":
            self.accounts.setdefault(attrs.get("accountId", ""))
        elif name == "AccountInformation":
            self.base_currency = attrs.get("currency", "")
        elif names and name not in _FRAME:
            self.skipped[name] += 1

    @override
    def characters(self, content: str) -> None:
        self._text.append(content)

    @override
    def endElement(self, name: str) -> None:
        if name == "ErrorMessage":
            self.failure = "".join(self._text).strip()

    def _line(self) -> int:
        locator = getattr(self, "_locator", None)
        return int(locator.getLineNumber()) if locator is not None else 1


def sniff(source: SourceFile) -> float:
    """Return 1 for a Flex query response."""
    return 1.0 if source.kind is FileKind.XML and "<FlexQueryResponse" in source.head else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read trades, cash, positions, option ends, transfers, corporate actions and grants."""
    found = _collect(source)
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
    )
    builder.each(found.rows, reader.read)
    builder.notes += _notes(found)
    return builder.build(rows=len(found.rows))


def _collect(source: SourceFile) -> _Collector:
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - only Flex files need it
    from defusedxml.sax import make_parser  # noqa: PLC0415 - same

    collector = _Collector()
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(collector)
    document = InputSource()
    document.setCharacterStream(io.StringIO(source.text))
    try:
        parser.parse(document)
    except DefusedXmlException as error:
        message = f"{source.name!r} declares a document type or an entity."
        raise ImportFileError(message, hint="A Flex query has neither; export it again.") from error
    except Exception as error:
        raise _broken(source, error) from error
    if collector.failure:
        raise ImportFileError(f"Interactive Brokers did not send the query: {collector.failure[:200]}")
    return collector


def _broken(source: SourceFile, error: Exception) -> ImportFileError:
    from xml.sax import SAXParseException  # noqa: PLC0415 - the error's class only

    if not isinstance(error, SAXParseException):
        raise error
    message = f"{source.name!r} is not well-formed XML in line {error.getLineNumber()}: {error.getMessage()}."
    return ImportFileError(message, hint="Download the query again; the file is cut off or damaged.")


def _notes(found: _Collector) -> list[str]:
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
