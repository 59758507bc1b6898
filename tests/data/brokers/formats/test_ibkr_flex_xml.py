"""Interactive Brokers Flex query as XML."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.errors import ImportFileError
from domain.statements import OtherKind
from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("ibkr-flex-xml/activity.xml")


def test_every_trade_becomes_its_fill() -> None:
    """Separators differ, a cancelled sale is taken back, a time may stand in two attributes."""
    assert cases.fills(cases.parse(CONTENT)) == [
        (6, "DIS", "TRADE", "buy", "50", "110.2", "0.4", "2025-02-10 15:15:00"),
        (7, "DIS", "TRADE", "sell", "50", "112", "1", "2025-02-11 15:15:00"),
        (8, "DIS", "TRADE", "buy", "50", "112", "-1", "2025-02-11 16:15:00"),
        (9, "EUUM5 P1080", "TRADE", "buy", "1", "0.0042", "2.47", "2025-03-03 14:00:00"),
    ]


def test_fee_in_the_base_currency_has_its_rate() -> None:
    """Dollars per franc follow from the trade's own rate to the base currency."""
    batch = cases.parse(CONTENT).executions
    assert batch.fee_currencies[int(batch.fee_currency[0])] == "CHF"
    assert batch.fee_rate[0] == Decimal("1.25")


def test_terms_of_an_option_on_a_future_come_from_the_attributes() -> None:
    """The description spells the contract."""
    option = cases.parse(CONTENT).executions.instruments[1]
    assert option.option is not None
    assert (option.multiplier, option.option.strike) == (Decimal(125000), Decimal("1.08"))


def test_identities_are_the_execution_or_trade_ids() -> None:
    """A row without ibExecID is known by its trade id."""
    assert cases.parse(CONTENT).executions.identity == ["aa.01", "trade/72", "trade/73", "aa.04"]


def test_other_sections_keep_their_names() -> None:
    """Cash carries its type, a summary of cash rows moves no money, a split has its ratio."""
    statement = cases.parse(CONTENT)
    assert cases.others(statement) == [
        (10, "summary", "CLOSED_LOT", "DIS", None),
        (13, "dividend", "CashTransaction:Dividends", "DIS", "25"),
        (14, "summary", "CashTransaction:Dividends", "DIS", "25"),
        (17, "split", "CorporateAction", "NVDA", None),
    ]
    (split,) = [row for row in statement.others if row.kind is OtherKind.SPLIT]
    assert split.ratio == (Decimal(10), Decimal(1))
    assert statement.notes == ("Sections that change no position and were not read: ConversionRate (1).",)
    assert (statement.account_hint, statement.currency_hint) == ("U7000003", "CHF")


def test_broken_attribute_is_a_problem_with_its_line() -> None:
    """Lines are those of the XML file."""
    _, problem = cases.broken(CONTENT, 'tradePrice="112"', 'tradePrice="NaN"')
    assert (problem.line, problem.column, problem.value) == (7, "TradePrice", "NaN")


def test_attributes_in_another_order_change_nothing() -> None:
    """Attributes are found by name."""
    text = CONTENT.decode().replace(
        '<Trade accountId="U7000003" currency="USD"', '<Trade extra="1" currency="USD" accountId="U7000003"'
    )
    assert cases.parse(text.encode()).executions.identity == cases.parse(CONTENT).executions.identity
    assert cases.fills(cases.parse(text.encode())) == cases.fills(cases.parse(CONTENT))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><FlexQueryResponse>&a;</FlexQueryResponse>', "document type"),
        (b"<FlexQueryResponse><FlexStatements>", "not well-formed"),
        (
            b"<FlexQueryResponse><ErrorMessage>Token has expired.</ErrorMessage></FlexQueryResponse>",
            "Token has expired",
        ),
    ],
)
def test_dangerous_broken_and_failed_answers_are_refused(content: bytes, message: str) -> None:
    """Entities are never expanded; the line of a fault and IB's own words are told."""
    with pytest.raises(ImportFileError, match=message):
        cases.parse(content)


def test_sniff_survives_garbage() -> None:
    """No bytes make the sniffing raise or claim."""
    cases.check_sniff_survives_garbage("ibkr-flex-xml")
