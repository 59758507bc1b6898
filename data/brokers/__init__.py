"""Broker files: what a format is, and the one function that finds the format of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from data.brokers.source import SourceFile
from domain.errors import AmbiguousFormatError, UnknownFormatError
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
    """

    timezone: str = ""
    currency: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None


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
        message = f"No known broker writes files like {source.name!r}. It starts with: {source.first_line()!r}"
        raise UnknownFormatError(message, hint="Choose the format, or map the columns yourself with the generic CSV.")
    if len(claims) > 1 and claims[0].confidence - claims[1].confidence < CLEAR:
        names = " and ".join(claim.format.title for claim in claims[:2])
        message = f"{source.name!r} could be from {names}."
        raise AmbiguousFormatError(message, hint="Choose the format.")
    return claims[0]
