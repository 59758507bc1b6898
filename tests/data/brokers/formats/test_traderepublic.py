"""Trade Republic's export by pytr."""

from __future__ import annotations

from domain.instruments import AssetClass
from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

DUTCH = cases.payload("traderepublic-pytr/export_nl.csv")
GERMAN = cases.payload("traderepublic-pytr/export_de.csv")
SLUG = "traderepublic-pytr"


def test_price_is_what_was_paid_without_costs() -> None:
    """Each row tells its own decimal mark; costs and taxes are added back on a sale and taken off a purchase."""
    statement = cases.parse(DUTCH)
    assert cases.rows(statement) == [
        (3, "IE00B3RBWM25", "EUR", "buy", "0.805", "124.8447204969", "1", "EUR", None, "2024-05-02T22:00:00.000000"),
        (4, "IE00B3RBWM25", "EUR", "sell", "0.805", "156.2111801242", "5", "EUR", None, "2024-06-03T08:15:30.000000"),
        (6, "XF000BTC0017", "EUR", "buy", "0.00125", "40000", "0", "EUR", None, "2024-06-04T22:00:00.000000"),
    ]
    assert [item.asset_class for item in statement.executions.instruments] == [AssetClass.STOCK, AssetClass.CRYPTO]
    assert us_cases.others(statement) == [
        (2, "deposit", "Storting", "", "1000"),
        (5, "interest", "Rente", "", "0.85"),
    ]


def test_german_titles_and_words_are_read() -> None:
    """An unheard-of type is an adjustment of the balance."""
    statement = cases.parse(GERMAN)
    assert cases.rows(statement) == [
        (2, "DE0007164600", "EUR", "buy", "2", "50", "1", "EUR", None, "2024-05-03T07:00:00.000000")
    ]
    assert us_cases.others(statement) == [
        (3, "dividend", "Dividende", "DE0007164600", "3.25"),
        (4, "adjustment", "Kurzmeldung", "", "0"),
    ]


def test_broken_cells_are_problems_with_their_place() -> None:
    """Missing shares and an amount below its costs name line, column and value."""
    _, problem = us_cases.broken(DUTCH, ";0,805;-1", ";;-1")
    assert (problem.line, problem.column, problem.value) == (3, "Aantal", "")
    _, problem = us_cases.broken(DUTCH, "Aankoop;-101,5", "Aankoop;-0,5")
    assert (problem.line, problem.column, problem.value) == (3, "Waarde (netto)", "-0,5")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(DUTCH, SLUG, delimiter=";")
    cases.check_rearranged(GERMAN, SLUG, delimiter=";")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
