"""Interactive Brokers transaction history."""

from __future__ import annotations

from decimal import Decimal

import pytest

from data.brokers import ParseOptions, format_by_slug
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from tests.data.brokers.formats import us_cases as cases

ENGLISH = cases.payload("ibkr-transaction-history/history_en.csv")
GERMAN = cases.payload("ibkr-transaction-history/history_de.csv")


def test_rows_are_turned_round_and_prices_are_in_the_base_currency() -> None:
    """A file that runs newest first is read from its end; the dollar price 100 is worth 80 pounds here."""
    statement = cases.parse(ENGLISH)
    assert cases.fills(statement) == [
        (8, "SWDA", "TRADE", "buy", "20", "80.15", "2", "2025-04-02 04:00:00"),
        (7, "SWDA", "TRADE", "sell", "20", "80", "2", "2025-04-02 04:00:00"),
        (6, "UKT 1 1/4 07/22/27", "TRADE", "buy", "2000", "94.5", "1", "2025-04-03 04:00:00"),
    ]
    assert [item.multiplier for item in statement.executions.instruments] == [1, Decimal("0.01")]
    assert "Prices of 1 trades were taken from the gross amount in GBP" in statement.notes[0]


def test_other_types_keep_the_brokers_word() -> None:
    """A dash is an empty cell."""
    assert cases.others(cases.parse(ENGLISH)) == [
        (10, "dividend", "Dividend", "SWDA", "12.5"),
        (9, "conversion", "Forex Trade Component", "GBP.USD", "-0.9"),
    ]


def test_german_names_are_read_and_fees_have_their_rate() -> None:
    """With a price currency the price stays as printed; the rate follows from the gross amount."""
    statement = cases.parse(GERMAN)
    assert cases.fills(statement) == [
        (7, "MESM5", "TRADE", "buy", "1", "5900.25", "0.6", "2025-05-15 04:00:00"),
        (6, "ALV", "TRADE", "sell", "10", "352.1", "3", "2025-05-16 04:00:00"),
    ]
    batch = statement.executions
    assert batch.fee_currencies == ("EUR",)
    assert batch.fee_rate == (Decimal("1.099972035794"), Decimal(1))
    assert [(item.currency, item.multiplier) for item in batch.instruments] == [
        ("USD", Decimal(5)),
        ("EUR", Decimal(1)),
    ]
    assert cases.others(statement) == [(8, "deposit", "Einzahlung", "", "1000")]


def test_broken_cell_is_a_problem_of_its_row() -> None:
    """A sale of a positive quantity contradicts itself."""
    _, problem = cases.broken(ENGLISH, "Sell,SWDA,-20.0", "Sell,SWDA,20.0")
    assert (problem.line, problem.column, problem.value) == (7, "Quantity", "20.0")


def test_additional_column_changes_nothing() -> None:
    """Columns are found by name, and identities know only the known ones."""
    text = GERMAN.decode().replace("History,Header,", "History,Header,Neu,").replace("History,Data,", "History,Data,x,")
    text = text.replace("Header,Neu,Datum", "Header,Datum,Neu").replace("Data,x,2025-05-16", "Data,2025-05-16,x")
    text = text.replace("Data,x,2025-05-15", "Data,2025-05-15,x").replace("Data,x,2025-05-14", "Data,2025-05-14,x")
    text = text.replace("Header,Datum,Neu,Konto", "Header,Datum,Konto,Neu").replace(",x,U***0001", ",U***0001,x")
    assert text.count(",x,") == 3
    assert cases.parse(text.encode()).executions.identity == cases.parse(GERMAN).executions.identity
    assert cases.fills(cases.parse(text.encode())) == cases.fills(cases.parse(GERMAN))


def test_base_currency_is_needed() -> None:
    """Amounts in an unknown currency are never assumed to be dollars; the user may name it."""
    content = GERMAN.replace("Basiswährung".encode(), b"Sonstiges")
    with pytest.raises(ImportFileError, match="base currency"):
        cases.parse(content)
    chosen = format_by_slug("ibkr-transaction-history").parse(
        SourceFile("x.csv", content), ParseOptions(currency="EUR")
    )
    assert len(chosen.executions) == 2


def test_sniff_survives_garbage() -> None:
    """No bytes make the sniffing raise or claim."""
    cases.check_sniff_survives_garbage("ibkr-transaction-history")
