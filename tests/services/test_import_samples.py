"""Anonymised samples: nothing of their owner survives, and they are recognised like the original."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest

from data.brokers import ParseOptions, detect
from data.brokers.anonymous import FIRST_ROWS, split_raw
from data.brokers.field_words import structural_words
from data.brokers.formats.generic_csv import parse, preview_plan
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from services.import_samples import anonymise_file
from tests.data.brokers import workbooks
from tests.data.brokers.formats.crypto_cases import FIXTURES

pytestmark = pytest.mark.sqlite

KEY = b"a secret of this test"
CONTENT = (
    'Statement for;"Jane Q. Doe";Depot 44718293\r\n'
    "\r\n"
    "Trade ID;Zeit;Symbol;Seite;Menge;Kurs;Betrag;Gebühr;Währung;Notiz\r\n"
    'KX-83920174;17.03.2026 09:31:07;ABC;Kauf;1.350;"12,34";"16.659,00";4,95;EUR;"for Jane, ""again"""\r\n'
    "KX-83920175;18.03.2026 15:02:44;ABC;Verkauf;1.350;13,07;17.644,50;4,95;EUR;\r\n"
    "KX-83920176;18.03.2026 15:02:45;DEFG;Kauf;47;201,85;9.486,95;4,95;EUR;Jane\r\n"
).encode()


def anonymise(content: bytes, name: str = "depot.csv") -> str:
    """Return the sample of a payload."""
    return "".join(anonymise_file(SourceFile(name, content), ParseOptions(), key=KEY))


def cells(text: str) -> list[list[str]]:
    """Return the cells of a text parted by semicolons."""
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_nothing_of_the_owner_survives() -> None:
    """No name, id or number of the rows is left; headers, sides, currencies and dates are."""
    sample = anonymise(CONTENT)
    rows = cells(sample)
    original = cells(CONTENT.decode())
    for before, after in zip(original[3:], rows[3:], strict=True):
        kept = [one for one, other in zip(before, after, strict=True) if one and one == other]
        assert kept == [before[1], before[3], before[8]]
    tokens = {token for row in original for cell in row for token in re.findall(r"[^\W\d_]{3,}|\d{3,}", cell)}
    dates = {"2026"}
    own = {token for token in tokens if token.casefold() not in structural_words()} - dates - {"EUR", "Seite", "Zeit"}
    left = set(re.findall(r"[^\W\d_]{3,}|\d{3,}", sample))
    assert own & left <= {"Menge", "Kurs", "Gebühr", "Kauf", "Verkauf", "Betrag", "Notiz", "Währung"}
    assert {"Jane", "Doe", "83920174", "44718293", "ABC", "DEFG"} & left == set()


def test_layout_is_kept_letter_for_letter() -> None:
    """Delimiters, quotes, line ends, doubled quotes, decimals and shapes stay where they were."""
    sample = anonymise(CONTENT)

    def shape(text: str) -> str:
        return re.sub(r"[^\W\d_]", "a", re.sub(r"\d+(\.\d+)*", "0", text))

    assert shape(sample) == shape(CONTENT.decode())
    assert sample.count("\r\n") == CONTENT.count(b"\r\n")
    assert sample.splitlines()[2] == CONTENT.decode().splitlines()[2]


def test_products_still_hold() -> None:
    """Quantities, prices and amounts are scaled together, so that the mapping is found in the same way."""
    rows = cells(anonymise(CONTENT))[3:]

    def number(text: str) -> Decimal:
        return Decimal(text.replace(".", "").replace(",", "."))

    for row in rows:
        assert number(row[4]) * number(row[5]) == number(row[6])
    before = preview_plan(SourceFile("x.csv", CONTENT))
    after = preview_plan(SourceFile("x.csv", anonymise(CONTENT).encode()))
    assert before is not None
    assert after is not None
    assert after.mapping == before.mapping
    statements = [parse(SourceFile("x.csv", text), ParseOptions()) for text in (CONTENT, anonymise(CONTENT).encode())]
    assert [len(item.executions) for item in statements] == [3, 3]


def test_same_text_gets_the_same_mask_and_different_ones_stay_apart() -> None:
    """An instrument stays one, ids stay unique, and another key masks otherwise."""
    rows = cells(anonymise(CONTENT))[3:]
    assert rows[0][2] == rows[1][2] != rows[2][2]
    assert len({row[0] for row in rows}) == 3
    other = "".join(anonymise_file(SourceFile("x.csv", CONTENT), ParseOptions(), key=b"another"))
    assert other != anonymise(CONTENT)


def test_long_files_keep_first_rows_and_rows_with_problems() -> None:
    """The sample is short, and holds what its author wants to report."""
    lines = ["Date,Symbol,Side,Quantity,Price"]
    lines += [f"2026-01-{1 + row % 28:02},ABC,{'swap' if row == 300 else 'buy'},{row + 1},10.5" for row in range(400)]
    sample = anonymise("\n".join(lines).encode())
    assert len(sample.splitlines()) == 1 + FIRST_ROWS + 1
    masked = sample.splitlines()[-1].split(",")[2]
    assert masked not in ("swap", "buy")


@pytest.mark.parametrize(
    "name",
    ["kraken-trades/trades.csv", "tradezella/trades.csv", "zerodha-tradebook/equity.csv", "generic-csv/german.csv",
     "generic-csv/plain.csv", "webull/orders.csv", "robinhood-activity/activity.csv", "avatrade-orders/orders.csv"],
)  # fmt: skip
def test_samples_are_recognised_like_their_originals(name: str) -> None:
    """The same format claims the anonymised file."""
    content = (FIXTURES / name).read_bytes()
    slug = detect(SourceFile("x.csv", content)).format.slug
    assert detect(SourceFile("x.csv", anonymise(content).encode())).format.slug == slug


def test_file_with_broken_quotes_gives_a_sample_too() -> None:
    """Just the files that cannot be read are worth reporting."""
    content = b'Date,Symbol,Side,Quantity,Price,Note\n2026-01-05,ABC,buy,3,10.5,"broken "quote"\n'
    assert "broken" not in anonymise(content)


def test_workbook_gives_text() -> None:
    """A sheet is written as delimited text."""
    rows: list[list[object]] = [["Date", "Symbol", "Side", "Quantity", "Price"], ["2026-01-05", "ABC", "Buy", 3, 10.25]]
    sample = anonymise(workbooks.make_workbook(rows), "x.xlsx")
    assert sample.splitlines()[0] == "Date,Symbol,Side,Quantity,Price"
    assert "10.25" not in sample


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"<?xml version='1.0'?><a/>"])
def test_file_without_a_table_is_refused_in_words(content: bytes) -> None:
    """There is nothing to show of it."""
    with pytest.raises(ImportFileError) as caught:
        anonymise(content)
    assert caught.value.hint


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*/*.csv")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_raw_records_are_the_whole_file(path: Path) -> None:
    """Taking a file apart and joining it again loses nothing."""
    text = path.read_bytes().decode("utf-8-sig")
    for delimiter in (",", ";"):
        joined = "".join(
            cell.before + cell.text + cell.after for record in split_raw(text, delimiter) for cell in record.cells
        )
        assert joined == text
