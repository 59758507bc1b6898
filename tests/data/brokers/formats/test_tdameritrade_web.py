"""thinkorswim's former website transactions."""

from __future__ import annotations

from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("thinkorswim-web/transactions.csv")


def test_every_trade_becomes_its_fill() -> None:
    """Commission and regulatory fee are added; the expiry closes what the file had opened."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (3, "KO", "TRADE", "buy", "20", "59.5", "0", "2022-01-05 05:00:00"),
        (4, "KO Jan 21 2022 62.5 Call", "TRADE", "sell", "1", "0.4", "0.67", "2022-01-06 05:00:00"),
        (5, "KO", "TRADE", "sell", "20", "60.25", "0.01", "2022-01-20 05:00:00"),
        (6, "KO Jan 21 2022 62.5 Call", "EXPIRY", "buy", "1", "0", "0", "2022-01-24 05:00:00"),
    ]
    assert statement.executions.identity[:3] == ["40100000002", "40100000003", "40100000004"]


def test_other_rows_have_their_kind() -> None:
    """The end of the file is a footer."""
    assert cases.others(cases.parse(CONTENT)) == [
        (2, "deposit", "other", "", "2500"),
        (6, "option_event", "other", "KO Jan 21 2022 62.5 Call", "0"),
        (7, "dividend", "other", "KO", "8.4"),
        (8, "summary", "footer", "", None),
    ]


def test_masked_id_identifies_nothing() -> None:
    """Ids made unreadable by hand may repeat and are not used."""
    masked = CONTENT.replace(b"40100000002", b"401XXXX").replace(b"40100000004", b"401XXXX")
    identities = cases.parse(masked).executions.identity
    assert identities[0].startswith("#")
    assert len(set(identities)) == 4


def test_broken_cell_is_a_problem_of_its_row() -> None:
    """Line, column and value are named."""
    _, problem = cases.broken(CONTENT, "20,KO,59.5,", "20,KO,59;5,")
    assert (problem.line, problem.column, problem.value) == (3, "PRICE", "59;5")


def test_columns_in_another_order_change_nothing() -> None:
    """Columns are found by name."""
    body = b"".join(CONTENT.splitlines(keepends=True)[:-1])
    cases.check_rearranged(body, "thinkorswim-web")


def test_sniff_survives_garbage() -> None:
    """No bytes make the sniffing raise or claim."""
    cases.check_sniff_survives_garbage("thinkorswim-web")
