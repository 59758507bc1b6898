"""Investment statements in OFX."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.errors import ImportFileError
from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("ofx-investments/statement.qfx")


def test_transactions_become_fills_by_their_ids() -> None:
    """Oldest first, with the fees of several tags, the offset of a time and the end of an option."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (17, "191216100", "TRADE", "buy", "10", "70.25", "0", "2026-03-02 17:00:00"),
        (22, "PEP-C", "TRADE", "buy", "1", "0.45", "0", "2026-03-03 17:00:00"),
        (12, "191216100", "TRADE", "sell", "4", "71.5", "1.26", "2026-03-05 19:30:00"),
        (27, "PEP-C", "EXPIRY", "sell", "1", "0", "0", "2026-03-20 17:00:00"),
    ]
    assert statement.executions.identity == ["T1", "T2", "T3", "T4"]
    share, option = statement.executions.instruments
    assert (share.cusip, share.isin, option.cusip) == ("191216100", "", "")
    assert (share.name, option.multiplier) == ("KO · Coca-Cola", Decimal(100))
    assert option.option is not None
    assert (option.option.underlying, option.option.strike) == ("PEP", Decimal(180))


def test_other_transactions_and_positions_are_kept() -> None:
    """Income, cash and holdings keep the tag they stand in."""
    statement = cases.parse(CONTENT)
    assert cases.others(statement) == [
        (37, "deposit", "INVBANKTRAN", "", "1000"),
        (27, "option_event", "CLOSUREOPT", "PEP-C", None),
        (32, "dividend", "INCOME", "191216100", "3.06"),
        (39, "position", "POSSTOCK", "191216100", "426"),
    ]
    assert (statement.account_hint, statement.currency_hint, statement.rows) == ("77001", "USD", 7)


def test_broken_values_are_told_with_tag_and_line() -> None:
    """A number that is none and units of the wrong sign are problems of their transaction."""
    for old, new, place in (
        ("<UNITS>10", "<UNITS>ten", (17, "UNITS", "ten")),
        ("<UNITS>-4", "<UNITS>4", (12, "UNITS", "4")),
        ("<DTTRADE>20260303170000", "<DTTRADE>20261303170000", (22, "DTTRADE", "20261303170000")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_file_that_is_cut_off_is_refused() -> None:
    """A statement without its end may lack trades."""
    with pytest.raises(ImportFileError, match="not closed"):
        cases.parse(CONTENT[: CONTENT.index(b"<INVPOSLIST>")])


def test_end_tags_of_leaves_change_nothing() -> None:
    """OFX 2 closes every leaf."""
    closed = CONTENT.replace(b"<UNITS>10", b"<UNITS>10</UNITS>").replace(b"<FITID>T1", b"<FITID>T1</FITID>")
    assert cases.fills(cases.parse(closed)) == cases.fills(cases.parse(CONTENT))


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("ofx-investments")
