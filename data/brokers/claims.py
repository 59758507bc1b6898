"""How a format knows its files: most do by the names in the header."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from data.brokers.reader import header_score
from data.brokers.source import FileKind, SourceFile


def claim_header(confidence: float, *layouts: Iterable[str]) -> Callable[[SourceFile], float]:
    """Return a sniffer that claims text files in which one line names all columns of one of the layouts."""
    wanted = tuple(tuple(columns) for columns in layouts)

    def sniff(source: SourceFile) -> float:
        if source.kind is not FileKind.TEXT:
            return 0.0
        return confidence if any(header_score(source.head, columns) == 1.0 for columns in wanted) else 0.0

    return sniff
