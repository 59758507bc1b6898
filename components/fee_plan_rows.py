"""Rules of a fee plan as rows of a grid: words to read and type, and back to the values of a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from components import tables
from domain.errors import InvalidInputError
from domain.fee_words import Basis, FeeSide, RoundBy, Rounding, Scope, TierBy
from domain.money import decimal_text

if TYPE_CHECKING:
    from domain.fee_plans import FeePlan, FeeRule

SCOPES: Mapping[str, str] = MappingProxyType(
    {
        Scope.EVERYTHING.value: "Everything",
        Scope.STOCK.value: "Shares",
        Scope.FUND.value: "Funds",
        Scope.BOND.value: "Bonds",
        Scope.OPTION.value: "Options",
        Scope.FUTURE.value: "Futures",
        Scope.FUTURE_OPTION.value: "Options on futures",
        Scope.FOREX.value: "Forex",
        Scope.CRYPTO.value: "Crypto",
        Scope.CFD.value: "CFDs",
        Scope.INDEX.value: "Indices",
        Scope.EQUITY_DELIVERY.value: "Shares delivered",
        Scope.EQUITY_INTRADAY.value: "Shares intraday",
        Scope.EQUITY_FUTURE.value: "Equity futures",
        Scope.EQUITY_OPTION.value: "Equity options",
        Scope.COMMODITY_FUTURE.value: "Commodity futures",
        Scope.COMMODITY_OPTION.value: "Commodity options",
        Scope.FARM_FUTURE.value: "Farm futures",
        Scope.FARM_OPTION.value: "Farm options",
        Scope.CURRENCY_FUTURE.value: "Currency futures",
        Scope.CURRENCY_OPTION.value: "Currency options",
    }
)
BASES: Mapping[str, str] = MappingProxyType(
    {
        Basis.PERCENT.value: "% of value",
        Basis.PERCENT_OF_PREMIUM.value: "% of premium",
        Basis.PERCENT_OF_CHARGES.value: "% of charges",
        Basis.PER_UNIT.value: "per share or unit",
        Basis.PER_CONTRACT.value: "per contract",
        Basis.PER_FILL.value: "per fill",
    }
)
SIDES: Mapping[str, str] = MappingProxyType({"both": "both", "buy": "buys", "sell": "sales"})
_TIER = re.compile(r"\s*above\s+([\d.]+)\s*:\s*([\d.]+)\s*", re.IGNORECASE)
_PLACES = re.compile(r"(\d)( up)?( a day)?")


def columns() -> list[dict[str, Any]]:
    """Return the editable columns of the rules."""
    edit: dict[str, Any] = {"editable": True, "sortable": False}
    number: dict[str, Any] = {**edit, "type": "rightAligned", "cellClass": "ag-right-aligned-cell fw-num"}

    def choice(words: Mapping[str, str]) -> dict[str, Any]:
        return {**edit, "cellEditor": "agSelectCellEditor", "cellEditorParams": {"values": list(words.values())}}

    return [
        tables.text_column("label", "Charge", width=116, **edit),
        tables.text_column("rate", "Rate", width=88, **number),
        tables.text_column("basis", "Of", width=130, **choice(BASES)),
        tables.text_column("side", "Side", width=78, **choice(SIDES)),
        tables.text_column("applies_to", "Applies to", width=220, tooltipField="applies_to", **edit),
        tables.text_column("minimum", "Least", width=76, **number),
        tables.text_column("maximum", "Most", width=76, **number),
        tables.text_column("valid_from", "From", width=104, **edit),
        tables.text_column("valid_to", "Until", width=104, headerTooltip="The first day without it", **edit),
        tables.text_column("of", "Charges it is of", width=170, tooltipField="of", **edit),
        tables.text_column("tiers", "Tiers", width=170, tooltipField="tiers", headerTooltip=TIER_HELP, **edit),
        tables.text_column("places", "Decimals", width=92, headerTooltip=PLACES_HELP, **edit),
        tables.text_column("source", "Source", width=320, tooltipField="source", **edit),
    ]


TIER_HELP = 'Such as "above 1000: 0.02; above 5000: 0.01", with "a month" at the end to count the month.'
PLACES_HELP = '2 rounds to the cent, "2 up" rounds up, "0 a day" rounds the day to a whole unit.'


def rows_of(plan: FeePlan | None) -> list[dict[str, Any]]:
    """Return a plan's rules as rows."""
    return [] if plan is None else [_row(rule, number) for number, rule in enumerate(plan.rules)]


def blank_row(number: int) -> dict[str, Any]:
    """Return a row to fill in."""
    texts = dict.fromkeys(("minimum", "maximum", "valid_from", "valid_to", "of", "tiers", "source"), "")
    chosen = {"basis": BASES[Basis.PERCENT.value], "side": SIDES["both"], "applies_to": SCOPES["everything"]}
    return {"id": str(number), "label": "Commission", "rate": "0", "places": "2", **texts, **chosen}


def _row(rule: FeeRule, number: int) -> dict[str, Any]:
    return {
        "id": str(number),
        "label": rule.label,
        "rate": decimal_text(rule.rate),
        "basis": BASES[rule.basis.value],
        "side": SIDES[rule.side.value],
        "applies_to": ", ".join(SCOPES[scope.value] for scope in rule.applies_to),
        "minimum": "" if rule.minimum is None else decimal_text(rule.minimum),
        "maximum": "" if rule.maximum is None else decimal_text(rule.maximum),
        "valid_from": rule.valid_from.isoformat() if rule.valid_from else "",
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else "",
        "of": ", ".join(rule.of),
        "tiers": _tier_text(rule),
        "places": _places_text(rule),
        "source": rule.source,
    }


def _tier_text(rule: FeeRule) -> str:
    text = "; ".join(f"above {decimal_text(tier.above)}: {decimal_text(tier.rate)}" for tier in rule.tiers)
    return f"{text} a month" if rule.tiers and rule.tier_by is TierBy.MONTH else text


def _places_text(rule: FeeRule) -> str:
    up = " up" if rule.rounding is Rounding.UP else ""
    return f"{rule.places}{up}{' a day' if rule.round_by is RoundBy.DAY else ''}"


def plan_values(
    rows: Sequence[Mapping[str, Any]] | None,
    *,
    name: str | None,
    currency: str | None,
    preset: str = "",
    about: str = "",
) -> dict[str, Any]:
    """Return the JSON values of a plan from the rows of the grid.

    Raises:
        InvalidInputError: If a cell is not one of its words; what is a number or a date, the plan checks itself.
    """
    return {
        "name": (name or "").strip(),
        "currency": (currency or "").strip(),
        "preset": preset,
        "about": about,
        "rules": [_values(row, number) for number, row in enumerate(rows or (), 1)],
    }


def _values(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    text = {name: str(value if value is not None else "").strip() for name, value in row.items()}
    where = f"Rule {number} ({text.get('label', '')})"
    values = {name: text.get(name, "") for name in ("label", "rate", "source")}
    values |= {name: text[name] for name in ("minimum", "maximum", "valid_from", "valid_to") if text.get(name)}
    return {
        **values,
        "basis": _word(text.get("basis", ""), BASES, f"{where}: what the rate is of"),
        "side": _word(text.get("side", ""), SIDES, f"{where}: the side"),
        "applies_to": [
            _word(part.strip(), SCOPES, f"{where}: what it applies to")
            for part in text.get("applies_to", "").split(",")
            if part.strip()
        ],
        "of": [part.strip() for part in text.get("of", "").split(",") if part.strip()],
        **_tiers(text.get("tiers", ""), where),
        **_places(text.get("places", ""), where),
    }


def _word(typed: str, words: Mapping[str, str], where: str) -> str:
    for value, word in words.items():
        if typed.casefold() in (word.casefold(), value):
            return value
    known = ", ".join(words.values())
    raise InvalidInputError(f"{where} is not {typed[:40]!r}.", hint=f"Use one of: {known}.", field="rules")


def _tiers(text: str, where: str) -> dict[str, Any]:
    by = TierBy.MONTH if text.casefold().endswith("a month") else TierBy.FILL
    text = text[: -len("a month")] if by is TierBy.MONTH else text
    found = []
    for part in filter(str.strip, text.split(";")):
        match = _TIER.fullmatch(part)
        if match is None:
            raise InvalidInputError(f"{where}: {part.strip()[:40]!r} is not a tier.", hint=TIER_HELP, field="tiers")
        found.append({"above": match[1], "rate": match[2]})
    return {"tiers": found, "tier_by": by.value}


def _places(text: str, where: str) -> dict[str, Any]:
    match = _PLACES.fullmatch(" ".join(text.casefold().split()))
    if match is None:
        raise InvalidInputError(f"{where}: decimals are not {text[:20]!r}.", hint=PLACES_HELP, field="places")
    return {
        "places": int(match[1]),
        "rounding": (Rounding.UP if match[2] else Rounding.NEAREST).value,
        "round_by": (RoundBy.DAY if match[3] else RoundBy.FILL).value,
    }


def side_word(side: int) -> str:
    """Return the word for a fill of the example."""
    return "Buy" if FeeSide.BUY.has(side) else "Sell"
