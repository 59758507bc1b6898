"""Saved column mappings and the files they fit: the very header, or one that only moved or gained columns."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from data.brokers.field_names import is_fixed, split_columns
from data.brokers.generic_table import HEADER_LINES, absent_columns
from data.brokers.grids import head_grids
from data.brokers.records import normalise_header, number_columns
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from domain.imports import ImportTemplate

FEWEST_COLUMNS = 4
"""Columns a template must map to be recognised without its exact header."""


def header_key(header: Sequence[str]) -> str:
    """Return the fingerprint of a header, by which a saved mapping finds its files."""
    joined = "\x1f".join(" ".join(text.split()).casefold() for text in header)
    return hashlib.blake2b(joined.encode(), digest_size=16).hexdigest()


def find_fitting(templates: Sequence[ImportTemplate], source: SourceFile) -> ImportTemplate | None:
    """Return the template all of whose columns one line of a file names; None when none or several do.

    Of several, one that maps more columns wins; two that map as many in different ways leave it open.
    """
    headers = _head_lines(source)
    fitting = [
        template
        for template in templates
        if len(_columns(template)) >= FEWEST_COLUMNS
        and any(not absent_columns(template.mapping, header) for header in headers)
    ]
    most = max((len(_columns(template)) for template in fitting), default=0)
    best = [template for template in fitting if len(_columns(template)) == most]
    return best[0] if best and all(item.mapping == best[0].mapping for item in best) else None


def tell_difference(template: ImportTemplate, header: Sequence[str]) -> str:
    """Return as one sentence that a template is used for another header than its own."""
    used = {normalise_header(column) for column in _columns(template)}
    others = [title for title in header if title and normalise_header(title) not in used]
    said = f"; it does not read {', '.join(others)}" if others else ""
    return f"The template {template.name!r} names all its columns in this file, though the header is another{said}."


def fitting_header(template: ImportTemplate, source: SourceFile) -> Sequence[str]:
    """Return the line of a file that names all columns of a template, () when there is none."""
    return next((header for header in _head_lines(source) if not absent_columns(template.mapping, header)), ())


def _columns(template: ImportTemplate) -> list[str]:
    known = number_columns(list(template.mapping.values()))
    texts = (text for text in template.mapping.values() if not is_fixed(text))
    return [column for text in texts for column in split_columns(text, known if "+" not in text else {})]


def _head_lines(source: SourceFile) -> list[Sequence[str]]:
    try:
        grids = head_grids(source)
    except ImportFileError:
        return []
    return [record.cells for grid in grids for record in grid.records[:HEADER_LINES]]
