"""DEGIRO's account statement."""

from __future__ import annotations

from decimal import Decimal

import pytest

from data.brokers import degiro
from domain.executions import Side
from domain.statements import OtherKind
from tests.data.brokers.formats import crypto_cases as cases

CONTENT = cases.payload("degiro-account/account.csv")
SLUG = "degiro-account"
HEADERS = (
    b"Date,Time,Value date,Product,ISIN,Description,FX,Change,,Balance,,Order Id",
    "Datum,Uhrzeit,Valutadatum,Produkt,ISIN,Beschreibung,FX,Änderung,,Saldo,,Order-ID".encode(),
    b"Date,Heure,Date de valeur,Produit,Code ISIN,Description,FX,Mouvements,,Solde,,ID Ordre",
    "Fecha,Hora,Fecha valor,Producto,ISIN,Descripción,Tipo,Variación,,Saldo,,ID Orden".encode(),
)


def test_sentences_become_trades_with_the_costs_of_their_order() -> None:
    """Costs are shared by quantity among the fills of an order; its exchange row gives the rate; pence are pounds."""
    assert cases.rows(cases.parse(CONTENT)) == [
        (10, "GB00B10RZP78", "GBP", "sell", "4", "46", "0", "GBP", None, "2025-03-04T09:00:00.000000"),
        (9, "US7134481081", "USD", "buy", "7", "142", "1.4", "EUR", "1.08", "2025-03-05T15:31:00.000000"),
        (8, "US7134481081", "USD", "buy", "3", "142", "0.6", "EUR", "1.08", "2025-03-05T15:31:00.000000"),
    ]


def test_every_other_row_is_kept() -> None:
    """Costs counted with a trade move no cash twice; the wrapped id is a row of its own."""
    assert [(row.line, row.kind, row.label) for row in cases.parse(CONTENT).others] == [
        (13, OtherKind.DEPOSIT, "cash/fx/other"),
        (12, OtherKind.FEE, "cash/fx/other"),
        (11, OtherKind.CORPORATE_ACTION, "corporate action / cash fund (not a trade)"),
        (7, OtherKind.SKIPPED, "fee rows"),
        (6, OtherKind.CONVERSION, "cash/fx/other"),
        (5, OtherKind.SKIPPED, "wrapped Order Id line"),
        (4, OtherKind.CONVERSION, "cash/fx/other"),
        (3, OtherKind.DIVIDEND, "dividend/tax"),
        (2, OtherKind.TAX, "dividend/tax"),
    ]


@pytest.mark.parametrize("header", HEADERS)
def test_header_of_any_language_is_understood(header: bytes) -> None:
    """The columns are found by their words in several languages."""
    translated = header + CONTENT[CONTENT.index(b"\n") :]
    assert cases.rows(cases.parse(translated)) == cases.rows(cases.parse(CONTENT))


@pytest.mark.parametrize(
    ("text", "amount", "found"),
    [
        ("Koop 1.000 NAME@2,5 EUR (NL0000000001)", "-2500", (Side.BUY, "1000", "2.5", "EUR")),
        ("Verkauf 2 zu je 114.8 EUR (DE0000000001)", "229.60", (Side.SELL, "2", "114.8", "EUR")),
        ("Achat 1 3M COMPANY@150,5 USD (US0000000001)", "-150.5", (Side.BUY, "1", "150.5", "USD")),
        ("Vente 1 046,5 @ 0,5 EUR", "523.25", (Side.SELL, "1046.5", "0.5", "EUR")),
        ("Sell 40 SOMETHING@1,496 GBX (GB0000000001)", "598.40", (Side.SELL, "40", "14.96", "GBP")),
    ],
)
def test_ambiguous_numbers_are_settled_by_the_amount(text: str, amount: str, found: tuple[object, ...]) -> None:
    """A comma or point before three digits means what makes quantity times price the amount."""
    deal = degiro.read_deal(text, Decimal(amount), column="x")
    assert deal is not None
    assert (deal.side, f"{deal.quantity:f}", f"{deal.price.normalize():f}", deal.currency) == found
    assert deal.fits_amount


def test_costs_of_a_contradictory_order_are_not_attached() -> None:
    """When quantity times price is not the amount, the trade is noted and its cost stays a cost of the account."""
    statement = cases.parse(CONTENT.replace(b'"-426,00"', b'"-999,99"'))
    assert [row[6] for row in cases.rows(statement)] == ["0", "0", "0"]
    assert [row.kind for row in statement.others if row.label == "fee rows"] == [OtherKind.FEE]
    assert "line 8" in statement.notes[0]


def test_broken_cells_are_problems_with_their_place() -> None:
    """An ambiguous quantity without a fitting amount, a bad date and a bad amount are told."""
    content = (
        CONTENT.replace(b'"Koop 7 @ 142 USD"', b'"Koop 7,000 @ 142 USD"').replace(b'"-994,00"', b'"-1,00"')
        .replace(b"04-03-2025,10:00", b"44-03-2025,10:00").replace(b'"-0,81"', b'"-0,8l"')
    )  # fmt: skip
    assert [(item.line, item.column, item.value) for item in cases.parse(content).problems] == [
        (2, "Mutatie (amount)", "-0,8l"),
        (9, "Omschrijving", "Koop 7,000 @ 142 USD"),
        (10, "Datum", "44-03-2025 10:00"),
    ]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing, as long as each amount stands beside its currency."""
    cases.check_rearranged(CONTENT, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
