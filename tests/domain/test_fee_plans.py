"""Fee plans as values and as JSON."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from data.fees import segments
from domain.errors import InvalidInputError
from domain.fee_plan_text import fee_plan_values, parse_fee_plan, read_fee_plan, write_fee_plan
from domain.fee_plans import (
    Basis,
    ChargeLine,
    FeePlan,
    FeeRule,
    FeeSide,
    RoundBy,
    Rounding,
    Scope,
    Tier,
    TierBy,
    scopes_of,
)
from domain.instruments import AssetClass, Instrument, OptionTerms

FULL = FeePlan(
    name="Everything",
    currency="INR",
    about="All fields.",
    rules=(
        FeeRule(label="Brokerage", basis=Basis.PER_FILL, rate=Decimal(20)),
        FeeRule(
            label="STT",
            basis=Basis.PERCENT,
            rate=Decimal("0.025"),
            applies_to=(Scope.EQUITY_INTRADAY, Scope.FUTURE),
            side=FeeSide.SELL,
            minimum=Decimal("0.5"),
            maximum=Decimal(100),
            tiers=(Tier(above=Decimal(1000), rate=Decimal("0.02")),),
            tier_by=TierBy.MONTH,
            valid_from=date(2024, 10, 1),
            valid_to=date(2026, 4, 1),
            rounding=Rounding.UP,
            places=0,
            round_by=RoundBy.DAY,
            source="A schedule",
        ),
        FeeRule(label="GST", basis=Basis.PERCENT_OF_CHARGES, rate=Decimal(18), of=("Brokerage",)),
    ),
)


def rule(**values: Any) -> dict[str, Any]:
    """Return the JSON values of a rule."""
    return {"label": "Commission", "basis": "percent", "rate": "0.1", **values}


def plan(*rules: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Return the JSON values of a plan."""
    return {"name": "Mine", "currency": "USD", "rules": list(rules or [rule()]), **values}


def test_a_plan_survives_being_written_and_read() -> None:
    """Every field of every rule comes back as it was."""
    assert parse_fee_plan(write_fee_plan(FULL)) == FULL
    assert parse_fee_plan(json.dumps(fee_plan_values(FULL))) == FULL


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        (plan(rule(rate="-1")), "rate", "0 or above"),
        (plan(rule(rate="abc")), "rate", "'abc' is not a number"),
        (plan(rule(rate="1e400")), "rate", "too large"),
        (plan(rule(rate=True)), "rate", "is not a number"),
        (plan(rule(basis="per_cent")), "basis", "percent_of_premium"),
        (plan(rule(applies_to=["shares"])), "applies_to", "'shares' is not known"),
        (plan(rule(applies_to=[])), "applies_to", "applies to nothing"),
        (plan(rule(applies_to="stock")), "applies_to", "is a list"),
        (plan(rule(side="long")), "side", "both, buy, sell"),
        (plan(rule(minimum="5", maximum="4")), "maximum", "below the least"),
        (plan(rule(valid_from="2024-13-01")), "valid_from", "not a date"),
        (plan(rule(valid_from="2024-02-01", valid_to="2024-01-01")), "valid_to", "ends before"),
        (plan(rule(places=9)), "places", "0 to 8"),
        (plan(rule(places="2")), "places", "whole number"),
        (plan(rule(label="")), "label", "1 to 40"),
        (plan(rule(label="a\x00b")), "label", "printable"),
        (plan(rule(colour="red")), "colour", "unknown fields: colour"),
        (plan(rule(tiers=[{"above": "10", "rate": "1"}, {"above": "5", "rate": "1"}])), "tiers", "ascend"),
        (plan(rule(basis="per_fill", tiers=[{"above": "10", "rate": "1"}])), "tiers", "no tiers"),
        (plan(rule(basis="percent_of_charges")), "of", "names the charges"),
        (plan(rule(basis="percent_of_charges", of=["VAT"])), "of", "no VAT further up"),
        (plan(rule(basis="per_unit"), currency=""), "currency", "need a currency"),
        (plan(currency="dollars!"), "currency", "not a currency code"),
        (plan(name=" "), "name", "1 to 80"),
        (plan(rules=[]), "rules", "1 to 200"),
        (plan(rules=[rule()] * 201), "rules", "1 to 200"),
        (plan(rules=["0.1 %"]), "rules", "Rule 1 is not an object"),
        ([], "rules", "The plan is not an object"),
    ],
)
def test_a_faulty_plan_is_refused_with_its_field(values: Any, field: str, words: str) -> None:
    """The error names the field and says what was wrong with which value."""
    with pytest.raises(InvalidInputError) as caught:
        read_fee_plan(values)
    assert caught.value.field == field
    assert words in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        '{"name": 1}',
        '{"name": "x", "name": "y", "currency": "USD", "rules": []}',
        '{"name": "x", "currency": "USD", "rules": [{"label": "a", "basis": "percent", "rate": 0.1}]}',
        '{"name": "x", "currency": "USD", "rules": [{"label": "a", "basis": "percent", "rate": NaN}]}',
        "[" * 100_000,
        " " * 200_001,
    ],
)
def test_text_that_is_no_plan_is_refused(text: str) -> None:
    """Broken JSON, repeated names, bare fractions and monsters are one kind of error."""
    with pytest.raises(InvalidInputError):
        parse_fee_plan(text)


def test_the_rule_at_fault_is_named() -> None:
    """The second of two rules is called by number and label."""
    with pytest.raises(InvalidInputError, match=r"^Rule 2 \(SEC\): rate 'x'"):
        read_fee_plan(plan(rule(), rule(label="SEC", rate="x")))


@pytest.mark.parametrize(
    ("symbol", "kind", "segment"),
    [
        ("NIFTY25JANFUT", AssetClass.FUTURE, Scope.EQUITY_FUTURE),
        ("RELIANCE25JUN1300CE", AssetClass.OPTION, Scope.EQUITY_OPTION),
        ("CRUDEOILM25JANFUT", AssetClass.FUTURE, Scope.COMMODITY_FUTURE),
        ("GOLDM25JAN60000CE", AssetClass.OPTION, Scope.COMMODITY_OPTION),
        ("USDINR25JANFUT", AssetClass.FUTURE, Scope.CURRENCY_FUTURE),
        ("COTTONCNDY25JANFUT", AssetClass.FUTURE, Scope.FARM_FUTURE),
        ("GOLDIAM25JANFUT", AssetClass.FUTURE, Scope.EQUITY_FUTURE),
        ("ESH4", AssetClass.FUTURE, Scope.EQUITY_FUTURE),
    ],
)
def test_a_contract_has_the_segment_of_its_root(symbol: str, kind: AssetClass, segment: Scope) -> None:
    """The letters a symbol begins with decide the segment, whole names only."""
    found = scopes_of(Instrument(symbol=symbol, asset_class=kind, currency="INR"), segments())
    contracts = {scope for scope in found if "_" in scope.value and scope is not Scope.FUTURE_OPTION}
    assert contracts == {segment}
    assert Scope(kind.value) in found


def test_an_options_segment_is_that_of_its_underlying() -> None:
    """Terms tell more than a broker's spelling of the symbol."""
    from domain.instruments import OptionRight  # noqa: PLC0415 - this test alone

    terms = OptionTerms(underlying="SILVERM", expiry=date(2025, 1, 31), strike=Decimal(90000), right=OptionRight.CALL)
    option = Instrument(symbol="OPTFUT 31JAN2025 90000", asset_class=AssetClass.OPTION, currency="INR", option=terms)
    assert Scope.COMMODITY_OPTION in scopes_of(option, segments())


def test_a_share_is_delivery_and_intraday_until_its_fills_decide() -> None:
    """Shares have both segments, funds none."""
    share = scopes_of(Instrument(symbol="INFY", asset_class=AssetClass.STOCK, currency="INR"), segments())
    assert {Scope.EQUITY_DELIVERY, Scope.EQUITY_INTRADAY} <= share
    assert Scope.EQUITY_DELIVERY not in scopes_of(
        Instrument(symbol="X", asset_class=AssetClass.FUND, currency="INR"), segments()
    )


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (
            ChargeLine(
                rule=FeeRule(label="Fee", basis=Basis.PERCENT, rate=Decimal("0.1")),
                base=Decimal("12345.00"),
                amount=Decimal("12.35"),
            ),
            "0.1 % × 12,345.00 = 12.35",
        ),
        (
            ChargeLine(
                rule=FeeRule(label="Fee", basis=Basis.PER_UNIT, rate=Decimal("0.005"), minimum=Decimal(1)),
                base=Decimal(100),
                amount=Decimal("1.00"),
            ),
            "0.005 × 100, at least 1.00, = 1.00",
        ),
        (
            ChargeLine(rule=FULL.rules[0], base=Decimal(1), amount=Decimal("20.00")),
            "20.00 per fill",
        ),
        (
            ChargeLine(rule=FULL.rules[2], base=Decimal("20.00"), amount=Decimal("3.60")),
            "18 % × 20.00 (Brokerage) = 3.60",
        ),
    ],
)
def test_a_charge_says_how_it_comes_about(line: ChargeLine, text: str) -> None:
    """Rate, what it is taken of, bounds and the amount."""
    assert line.derivation == text
