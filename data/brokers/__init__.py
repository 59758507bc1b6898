"""Broker files: what a format is, and the one function that finds the format of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from data.brokers.source import FileKind, SourceFile, binary_error
from domain.contract_sizes import ContractSizes
from domain.errors import AmbiguousFormatError, ImportFileError, UnknownFormatError
from domain.fixes import Fixes
from domain.plugins import load_plugins
from domain.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseOptions:
    """What the user decides about a file before it is read.

    Attributes:
        timezone: IANA zone for naive times; "" takes the format's default.
        currency: Currency for files that name none; "" takes the format's default.
        mapping: For the generic format: our field -> the file's column header.
        day_first: Whether 03/04 is 3 April; None decides from the whole column.
        fixes: Cells typed anew and rows left out.
        sizes: Contract sizes the owner entered.
    """

    timezone: str = ""
    currency: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    fixes: Fixes = field(default_factory=Fixes)
    sizes: ContractSizes = field(default_factory=ContractSizes)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerFormat:
    """One layout of one broker.

    Attributes:
        slug: Short name in the API, for example "ibkr-flex-csv".
        title: Name on the page, for example "Interactive Brokers Flex Query".
        broker: Name of the broker, the default name of a new account.
        timezone: IANA zone the broker writes naive times in.
        sniff: Returns a confidence from 0 (not mine) to 1 (certainly mine) from the content alone.
            It must not raise on any bytes, and must claim only its own files.
        parse: Reads the whole file. Raises ImportFileError when it cannot be read at all.
    """

    slug: str
    title: str
    broker: str
    timezone: str
    sniff: Callable[[SourceFile], float]
    parse: Callable[[SourceFile, ParseOptions], Statement]
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """The format a file was recognised as, and how sure we are."""

    format: BrokerFormat
    confidence: float


CLAIM = 0.5
"""Confidence from which a format claims a file."""
GENERIC = "generic-csv"
"""Slug of the format for files of brokers nobody wrote a format for."""
CLEAR = 0.15
"""Lead the best claim needs over the second."""


@cache
def all_formats() -> tuple[BrokerFormat, ...]:
    """Return every broker format, ordered by slug."""
    import data.brokers.formats  # noqa: PLC0415 - formats import this module

    return load_plugins(data.brokers.formats, "FORMAT", BrokerFormat)


def format_by_slug(slug: str) -> BrokerFormat:
    """Return one format.

    Raises:
        UnknownFormatError: If there is none of that slug.
    """
    for candidate in all_formats():
        if candidate.slug == slug:
            return candidate
    known = ", ".join(item.slug for item in all_formats())
    message = f"Format {slug[:40]!r} is not known."
    raise UnknownFormatError(message, hint=f"Known formats: {known}.")


def detect(source: SourceFile) -> Detection:
    """Find the one format that claims a file by its content.

    Raises:
        UnknownFormatError: If none does; the message shows what was seen.
        AmbiguousFormatError: If two claim it about equally.
    """
    claims = sorted(
        (Detection(format=item, confidence=item.sniff(source)) for item in all_formats()),
        key=lambda claim: -claim.confidence,
    )
    claims = [claim for claim in claims if claim.confidence >= CLAIM]
    if not claims:
        raise _unclaimed(source)
    if len(claims) > 1 and claims[0].confidence - claims[1].confidence < CLEAR:
        names = " and ".join(claim.format.title for claim in claims[:2])
        message = f"{source.name!r} could be from {names}."
        raise AmbiguousFormatError(message, hint="Choose the format.")
    return claims[0]


def _unclaimed(source: SourceFile) -> ImportFileError:
    """Return why nobody claims a file: it could not be opened, or is not known."""
    for found in source.extracts.values():
        if isinstance(found, ImportFileError):
            return found
    if source.kind is FileKind.BINARY:
        return binary_error(source)
    if source.kind is not FileKind.XLSX:
        try:
            _ = source.text
        except ImportFileError as error:
            return error
    near = _nearest(source)
    if near is not None:
        return near
    message = f"No known broker writes files like {source.name!r}. It starts with: {source.first_line()!r}"
    return UnknownFormatError(message, hint="Choose the format, or map the columns yourself with the generic CSV.")


def _nearest(source: SourceFile) -> UnknownFormatError | None:
    """Return which format a file would be of if it had a column or two more; None when there is no such."""
    from data.brokers.near_misses import watch_misses  # noqa: PLC0415 - of use for unknown files only

    found = []
    for item in all_formats():
        if item.slug == GENERIC:  # it asks all others, and would be told of their misses
            continue
        with watch_misses() as misses:
            item.sniff(source)
        found += [(len(miss.missing) / miss.width, item.title, miss.missing) for miss in misses]
    if not found:
        return None
    _, title, missing = min(found)
    message = f"{source.name!r} looks like a file of {title}, but lacks the column(s) {', '.join(missing)}."
    hint = "Export it again with all columns, or map the columns yourself with the generic CSV."
    return UnknownFormatError(message, hint=hint)


def read_statement(chosen: BrokerFormat, source: SourceFile, options: ParseOptions) -> Statement:
    """Read a file with what a person mended in it: the one door through which a file becomes a statement.

    Raises:
        ImportFileError: If it cannot be read at all.
    """
    from data.brokers.left_out import leave_out  # noqa: PLC0415 - the readers load with the first file
    from data.brokers.mending import mending  # noqa: PLC0415 - same
    from data.brokers.sizes import knowing  # noqa: PLC0415 - same

    with mending(options.fixes), knowing(options.sizes):
        statement = chosen.parse(source, options)
    return leave_out(_tell_legacy(_tell_ignored(statement), source), options.fixes)


def _tell_legacy(statement: Statement, source: SourceFile) -> Statement:
    """Add to the notes that the file is in an old encoding, which is a guess."""
    if not source.is_legacy:
        return statement
    note = "The file is not in UTF-8; it is read as Windows-1252. Check names with accents and signs."
    return replace(statement, notes=(note, *statement.notes))


SHOWN_COLUMNS = 40
"""Ignored columns that are named; of a wider table the rest is counted."""


def _tell_ignored(statement: Statement) -> Statement:
    """Add to the notes which columns of the file were not read."""
    if not statement.ignored:
        return statement
    names = ", ".join(statement.ignored[:SHOWN_COLUMNS])
    more = len(statement.ignored) - SHOWN_COLUMNS
    said = f"Ignored columns: {names}{f' and {more} more' if more > 0 else ''}."
    return replace(statement, notes=(*statement.notes, said))
