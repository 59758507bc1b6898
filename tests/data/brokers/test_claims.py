"""Claiming a file by its header."""

from __future__ import annotations

import pytest

from data.brokers.claims import claim_header
from data.brokers.source import SourceFile

SNIFF = claim_header(0.95, ("Date", "Symbol"), ("Datum", "Produkt"))


@pytest.mark.parametrize(
    ("content", "confidence"),
    [
        (b"Date,Symbol,Price\n2026-01-05,ACME,1\n", 0.95),
        (b"Statement of March\n\nsymbol;DATE\nACME;2026-01-05\n", 0.95),
        (b"Produkt\tDatum\nACME\t05.01.2026\n", 0.95),
        (b"Date,Produkt\n", 0.0),
        (b"Date\nSymbol\n", 0.0),
        (b"", 0.0),
        (b"PK\x03\x04Date,Symbol\n", 0.0),
    ],
)
def test_one_line_names_all_columns_of_one_layout(content: bytes, confidence: float) -> None:
    """Order, case, delimiter and lines before do not matter; a column missing or a file that is no text does."""
    assert SNIFF(SourceFile("x.csv", content)) == confidence
