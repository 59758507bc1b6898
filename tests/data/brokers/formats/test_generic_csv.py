"""The generic CSV: proposing a mapping, reading by it, and refusing to guess."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from data.brokers import ParseOptions, format_by_slug
from data.brokers.formats import generic_csv
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from domain.instruments import AssetClass
from domain.periods import from_micros
from domain.statements import OtherKind, Statement
from tests.data.brokers import expected
from tests.data.brokers.formats import crypto_cases as cases

PLAIN = cases.payload("generic-csv/plain.csv")
GERMAN = cases.payload("generic-csv/german.csv")


def parse(content: bytes, **options: Any) -> Statement:
    """Read a payload with the generic format."""
    return generic_csv.parse(SourceFile("my.csv", content), ParseOptions(**options))


def sniff(content: bytes) -> float:
    """Return how sure the generic format is."""
    return generic_csv.sniff(SourceFile("my.csv", content))


def table(*rows: str, header: str = "Date,Symbol,Side,Quantity,Price") -> bytes:
    """Return a small file."""
    return "\n".join([header, *rows]).encode()


def test_complete_file_is_read_by_itself() -> None:
    """Columns are found by name and content; fees add up; options and futures keep their size."""
    statement = expected.read("my.csv", PLAIN)
    assert statement.format == "generic-csv"
    assert cases.rows(statement) == [
        (6, "MESU6", "USD", "sell", "1", "6000.25", "0.62", "USD", None, "2026-07-01T14:00:00.000000"),
        (4, "XYZ260116C00050000", "USD", "buy", "2", "1.1", "1.3", "USD", None, "2026-07-01T15:30:00.000000"),
        (3, "ABC", "USD", "buy", "5", "12.25", "1", "USD", None, "2026-07-02T10:00:03.000000"),
        (2, "ABC", "USD", "sell", "5", "12.5", "1.02", "USD", None, "2026-07-02T10:00:03.000000"),
    ]
    assert statement.executions.identity == ["3", "5", "6", "7"]
    kinds = {item.symbol: (item.asset_class, item.multiplier) for item in statement.executions.instruments}
    assert kinds == {
        "MESU6": (AssetClass.FUTURE, Decimal(5)),
        "XYZ260116C00050000": (AssetClass.OPTION, Decimal(100)),
        "ABC": (AssetClass.STOCK, Decimal(1)),
    }


def test_order_that_was_not_filled_is_skipped() -> None:
    """A cancelled order is kept as a skipped row with its own word, never as a fill."""
    found = [(row.line, row.kind, row.label) for row in parse(PLAIN).others]
    assert found == [(5, OtherKind.SKIPPED, "Cancelled")]


def test_german_file_with_preamble() -> None:
    """German names, decimal commas, thousands points, dotted dates and a side that is none."""
    statement = expected.read("depot.csv", GERMAN)
    assert cases.rows(statement) == [
        (4, "SAP", "EUR", "buy", "10", "1234.5", "4.9", "EUR", None, "2026-03-31T09:15:00.000000"),
        (5, "SAP", "EUR", "sell", "10", "1240", "4.9", "EUR", None, "2026-04-01T17:29:59.000000"),
        (7, "SIE", "EUR", "buy", "2", "0.5", "0", "EUR", None, "2026-04-03T08:00:00.000000"),
        (8, "SIE", "EUR", "sell", "2", "0.75", "0", "EUR", None, "2026-04-06T08:00:00.000000"),
    ]
    assert [(item.line, item.column, item.value) for item in statement.problems] == [(6, "Geschäftsart", "Sparplan")]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Fecha;Símbolo;Compra/Venta;Cantidad;Precio;Comisión;Divisa", "31/12/2025 10:00;SAN;Compra;10;3,5;1,0;EUR"),
        ("Date opération;Valeur;Sens;Quantité;Cours;Frais;Devise", "31/12/2025 10:00;AIR;Achat;10;150,25;1,0;EUR"),
        ("Datum;Symbool;Koop/Verkoop;Aantal;Koers;Kosten;Valuta", "31-12-2025 10:00;ASML;Koop;10;650,5;2,0;EUR"),
        (
            "exec_time,TradingSymbol,trade_type,FilledQty,avgPrice,brokerage,ccy",
            "2025-12-31T10:00,TCS,buy,10,3.5,1,INR",
        ),
    ],
)
def test_names_of_other_languages_and_spellings(header: str, row: str) -> None:
    """Spanish, French and Dutch headers and programmers' spellings map completely."""
    statement = expected.read("x.csv", table(row, header=header))
    assert (len(statement.executions), statement.problems) == (1, ())
    assert from_micros(int(statement.executions.executed_at[0])) == datetime(2025, 12, 31, 10, tzinfo=UTC)
    assert statement.executions.fee_currencies[0] == header_currency(row)


def header_currency(row: str) -> str:
    """Return the last cell of a row."""
    return row.replace(";", ",").rsplit(",", 1)[1]


def test_ambiguous_dates_ask() -> None:
    """03/04 is never guessed: nothing is read until the user chooses, and both choices are obeyed."""
    content = table("03/04/2026,ABC,buy,1,10", "05/04/2026,ABC,sell,1,11")
    with pytest.raises(ImportFileError, match="day/month or month/day") as caught:
        parse(content)
    assert "day first or month first" in caught.value.hint
    days = [
        from_micros(int(parse(content, day_first=first).executions.executed_at[0])).date() for first in (True, False)
    ]
    assert [day.isoformat() for day in days] == ["2026-04-03", "2026-03-04"]


def test_one_day_above_twelve_settles_the_column() -> None:
    """A single 13th decides for every row."""
    batch = parse(table("03/04/2026,ABC,buy,1,10", "13/04/2026,ABC,sell,1,11")).executions
    assert from_micros(int(batch.executed_at[0])).date().isoformat() == "2026-04-03"


def test_contradicting_dates_ask_and_then_show_the_misfits() -> None:
    """Dates that fit no one order are an error of the file; with a choice, of their rows."""
    content = table("13/04/2026,ABC,buy,1,10", "04/13/2026,ABC,sell,1,11")
    with pytest.raises(ImportFileError, match="contradict"):
        parse(content)
    problems = parse(content, day_first=True).problems
    assert [(item.line, item.column, item.value) for item in problems] == [(3, "Date", "04/13/2026")]


def test_mapping_of_the_user_is_obeyed() -> None:
    """Any names work once they are mapped; the sign of the quantity may stand for the side."""
    content = table("2026-01-05,ABC,-3,10.5", "2026-01-06,ABC,3,9", header="a,b,c,d")
    assert sniff(content) == 0
    mapping = {"executed_at": "a", "symbol": "b", "quantity": "c", "price": "d"}
    statement = parse(content, mapping=mapping, currency="CHF", timezone="Europe/Zurich")
    assert [row[1:6] for row in cases.rows(statement)] == [
        ("ABC", "CHF", "sell", "3", "10.5"),
        ("ABC", "CHF", "buy", "3", "9"),
    ]
    assert cases.rows(statement)[0][-1] == "2026-01-04T23:00:00.000000"


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"executed_at": "a", "symbol": "b", "quantity": "c", "price": "zz"}, "zz"),
        ({"executed_at": "a", "symbol": "b", "price": "d"}, "the quantity"),
        ({"when": "a"}, "'when' is no field"),
        ({"executed_at": "a", "symbol": "b", "quantity": "c", "price": "d"}, "tells purchases from sales"),
    ],
)
def test_impossible_mapping_is_refused_in_words(mapping: dict[str, str], words: str) -> None:
    """A missing column, field or side is named."""
    with pytest.raises(ImportFileError, match=words):
        parse(table("2026-01-05,ABC,3,10.5", header="a,b,c,d"), mapping=mapping)


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("2026-02-30", "Date"),
        ("12:30", "Date"),
        ("", "Symbol"),
        ("swap", "Side"),
        ("1.2.3", "Quantity"),
        ("0", "Quantity"),
        ("free", "Price"),
    ],
)
def test_broken_cell_is_a_problem_with_its_place(cell: str, column: str) -> None:
    """The row is shown with line, column and value, and the others are read."""
    good = ["2026-01-05", "ABC", "buy", "3", "10.5"]
    position = ["Date", "Symbol", "Side", "Quantity", "Price"].index(column)
    broken = [*good[:position], cell, *good[position + 1 :]]
    statement = parse(table(*[",".join(good)] * 9, ",".join(broken)))
    assert [(item.line, item.column, item.value) for item in statement.problems] == [(11, column, cell)]
    assert len(statement.executions) == 9


def test_purchase_of_a_negative_quantity_is_refused() -> None:
    """Word and sign that contradict each other are never resolved silently."""
    statement = parse(table("2026-01-05,ABC,buy,-3,10", "2026-01-05,ABC,sell,-3,10"))
    assert [(item.line, item.column) for item in statement.problems] == [(2, "Quantity")]


def test_row_wider_than_the_header_is_a_problem() -> None:
    """An unquoted comma in a cell does not shift the others unseen."""
    statement = parse(table("2026-01-05,ABC,buy,3,1,050.25", "2026-01-05,ABC,sell,3,10"))
    assert [(item.line, item.value) for item in statement.problems] == [(2, "050.25")]


def test_unknown_contract_size_blocks_the_row() -> None:
    """A future nobody knows the size of is a problem, never size 1."""
    content = table("2026-01-05,QQXU6,buy,1,10,future", header="Date,Symbol,Side,Quantity,Price,Asset Class")
    assert [item.column for item in parse(content).problems] == ["Symbol"]


def test_pairs_carry_their_own_currency() -> None:
    """BTC-EUR is priced in euros although no column says so."""
    (instrument,) = parse(table("2026-01-05,BTC-EUR,buy,1,10")).executions.instruments
    assert (instrument.asset_class, instrument.currency) == (AssetClass.CRYPTO, "EUR")


@pytest.mark.parametrize(
    "content",
    [
        table("2026-01-05,ABC,deposit,3,10"),
        table("2026-01-05,ABC,buy,3", header="Date,Symbol,Side,Quantity"),
        table("2026-01-05,2026-01-06,ABC,Long,3,10,11", header="Entry time,Exit time,Symbol,Side,Qty,Price,Exit price"),
        table("2026-01-05,ABC,buy,3,10,12", header="Time,Symbol,Type,Volume,Price,Price"),
        b"",
        b"hello",
    ],
    ids=["no side", "no price", "round trips", "price twice", "empty", "no table"],
)
def test_files_that_do_not_map_are_not_claimed(content: bytes) -> None:
    """A table of something else is nobody's."""
    assert sniff(content) == 0


def test_known_brokers_files_are_left_to_them() -> None:
    """Whatever a broker's own format claims, the generic one does not."""
    for name in ("kraken-trades/trades.csv", "binance-trades/older.csv", "bybit-uta/log.csv"):
        assert sniff(cases.payload(name)) == 0
    assert sniff(PLAIN) == pytest.approx(0.55)


def test_same_file_twice_gives_the_same_identities() -> None:
    """Without ids, fingerprints identify; columns may move and be added without changing them."""
    content = table("2026-01-05 10:00,ABC,buy,3,10", "2026-01-05 10:00,ABC,buy,3,10", "2026-01-05 10:01,ABC,sell,6,11")
    first = parse(content).executions.identity
    assert first == parse(content).executions.identity
    assert len(set(first)) == 3
    cases.check_rearranged(content, "generic-csv")
    cases.check_rearranged(PLAIN, "generic-csv")


def test_preview_shows_header_and_rows() -> None:
    """The mapping form sees the header found below a preamble, or the first line when none is found."""
    header, rows = generic_csv.preview_table(SourceFile("d.csv", GERMAN))
    assert (header[0], len(rows)) == ("Datum", 5)
    assert generic_csv.preview_table(SourceFile("d.csv", b"a,b\n1,2\n")) == (["a", "b"], [["1", "2"]])


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises, and reading garbage is an error in words."""
    cases.check_sniff_survives_garbage("generic-csv")
    for content in (b"", b"\x00\x01", b"a,b\n1,2\n"):
        with pytest.raises(ImportFileError):
            format_by_slug("generic-csv").parse(SourceFile("x", content), ParseOptions())
