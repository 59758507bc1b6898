"""Fee plans as JSON: strict when read, canonical when written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from domain.errors import InvalidInputError
from domain.fee_plans import Basis, FeePlan, FeeRule, FeeSide, RoundBy, Rounding, Scope, Tier, TierBy
from domain.money import decimal_text, parse_plain_decimal

Word = TypeVar("Word", bound=StrEnum)
TEXT_LIMIT = 200_000
_PLAN_NAMES = frozenset({"name", "currency", "rules", "preset", "about"})
_RULE_NAMES = frozenset(
    {
        "label", "basis", "rate", "applies_to", "side", "minimum", "maximum", "tiers", "tier_by", "of", "valid_from",
        "valid_to", "rounding", "places", "round_by", "source",
    }
)  # fmt: skip


def parse_fee_plan(text: str) -> FeePlan:
    """Read a plan.

    Raises:
        InvalidInputError: Naming the rule, the field and the value at fault.
    """
    if len(text) > TEXT_LIMIT:
        raise _fault("This fee plan is too long.", "rules")
    try:
        found = json.loads(text, parse_float=_refuse_float, object_pairs_hook=_refuse_twins)
    except (ValueError, RecursionError) as error:
        raise _fault(f"This is not a fee plan: {str(error)[:120]}", "rules") from error
    return read_fee_plan(found)


def read_fee_plan(found: Any) -> FeePlan:
    """Read a plan from JSON values; errors as `parse_fee_plan`."""
    values = _names(found, _PLAN_NAMES, "The plan")
    rules = values.get("rules")
    if not isinstance(rules, list):
        raise _fault("A fee plan has a list of rules.", "rules")
    return FeePlan(
        name=_text(values.get("name", ""), "name", 80),
        currency=_text(values.get("currency", ""), "currency", 12).upper(),
        rules=tuple(read_rule(rule, number) for number, rule in enumerate(rules, 1)),
        preset=_text(values.get("preset", ""), "preset", 40),
        about=_text(values.get("about", ""), "about", 2_000),
    )


def read_rule(found: Any, number: int) -> FeeRule:
    """Read one rule; `number` counts from 1 and is named in errors."""
    values = _names(found, _RULE_NAMES, f"Rule {number}")
    where = f"Rule {number}" + (f" ({str(values['label'])[:40]})" if values.get("label") else "")
    try:
        return FeeRule(
            label=_text(values.get("label", ""), "label", 40),
            basis=_word(values.get("basis"), Basis, "basis"),
            rate=_decimal(values.get("rate"), "rate"),
            applies_to=_scopes(values.get("applies_to", ["everything"])),
            side=_word(values.get("side", "both"), FeeSide, "side"),
            minimum=_optional_decimal(values.get("minimum"), "minimum"),
            maximum=_optional_decimal(values.get("maximum"), "maximum"),
            tiers=_tiers(values.get("tiers", [])),
            tier_by=_word(values.get("tier_by", "fill"), TierBy, "tier_by"),
            of=tuple(_text(label, "of", 40) for label in _list(values.get("of", []), "of")),
            valid_from=_day(values.get("valid_from"), "valid_from"),
            valid_to=_day(values.get("valid_to"), "valid_to"),
            rounding=_word(values.get("rounding", "nearest"), Rounding, "rounding"),
            places=_whole(values.get("places", 2), "places"),
            round_by=_word(values.get("round_by", "fill"), RoundBy, "round_by"),
            source=_text(values.get("source", ""), "source", 300),
        )
    except InvalidInputError as error:
        raise InvalidInputError(f"{where}: {error.message}", field=error.field, hint=error.hint) from error


def fee_plan_values(plan: FeePlan) -> dict[str, Any]:
    """Return a plan as JSON values; what holds by default is left out of the rules."""
    return {
        "name": plan.name,
        "currency": plan.currency,
        "preset": plan.preset,
        "about": plan.about,
        "rules": [_rule_values(rule) for rule in plan.rules],
    }


def write_fee_plan(plan: FeePlan) -> str:
    """Return a plan as JSON text that `parse_fee_plan` reads back the same."""
    return json.dumps(fee_plan_values(plan), ensure_ascii=False)


def _rule_values(rule: FeeRule) -> dict[str, Any]:
    values: dict[str, Any] = {"label": rule.label, "basis": rule.basis.value, "rate": decimal_text(rule.rate)}
    values["applies_to"] = [scope.value for scope in rule.applies_to]
    optional: dict[str, Any] = {
        "side": rule.side.value if rule.side is not FeeSide.BOTH else None,
        "minimum": None if rule.minimum is None else decimal_text(rule.minimum),
        "maximum": None if rule.maximum is None else decimal_text(rule.maximum),
        "tiers": [{"above": decimal_text(tier.above), "rate": decimal_text(tier.rate)} for tier in rule.tiers] or None,
        "tier_by": rule.tier_by.value if rule.tier_by is not TierBy.FILL else None,
        "of": list(rule.of) or None,
        "valid_from": rule.valid_from and rule.valid_from.isoformat(),
        "valid_to": rule.valid_to and rule.valid_to.isoformat(),
        "rounding": rule.rounding.value if rule.rounding is not Rounding.NEAREST else None,
        "places": rule.places if rule.places != 2 else None,
        "round_by": rule.round_by.value if rule.round_by is not RoundBy.FILL else None,
        "source": rule.source or None,
    }
    return values | {name: value for name, value in optional.items() if value is not None}


def _names(found: Any, known: frozenset[str], where: str) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise _fault(f"{where} is not an object of names and values.", "rules")
    strange = sorted(set(found) - known)
    if strange:
        raise _fault(f"{where} has unknown fields: {', '.join(strange)[:80]}.", strange[0][:40])
    return found


def _text(value: Any, field: str, limit: int) -> str:
    if not isinstance(value, str) or len(value) > limit or not value.isprintable():
        raise _fault(f"{field} is a printable text of at most {limit} characters, not {str(value)[:40]!r}.", field)
    return value.strip()


def _word(value: Any, kind: type[Word], field: str) -> Word:
    try:
        return kind(value)
    except ValueError as error:
        raise _fault(f"{field} {str(value)[:40]!r} is not known: use {', '.join(kind)}.", field) from error


def _list(value: Any, field: str) -> list[Any]:
    if not isinstance(value, list):
        raise _fault(f"{field} is a list, not {str(value)[:40]!r}.", field)
    return value


def _scopes(value: Any) -> tuple[Scope, ...]:
    return tuple(dict.fromkeys(_word(item, Scope, "applies_to") for item in _list(value, "applies_to")))


def _tiers(value: Any) -> tuple[Tier, ...]:
    found = [_names(item, frozenset({"above", "rate"}), "A tier") for item in _list(value, "tiers")]
    return tuple(
        Tier(above=_decimal(item.get("above"), "tiers"), rate=_decimal(item.get("rate"), "tiers")) for item in found
    )


def _decimal(value: Any, field: str) -> Decimal:
    text = value if isinstance(value, str) else str(value) if type(value) is int else ""
    try:
        number = parse_plain_decimal(text.strip())
    except ValueError as error:
        raise _fault(f"{field} {str(value)[:40]!r} is not a number written as text.", field) from error
    if abs(number) >= 10**12 or len(decimal_text(number).partition(".")[2]) > 12:
        raise _fault(f"{field} {text[:40]} is too large or too fine.", field)
    return number


def _optional_decimal(value: Any, field: str) -> Decimal | None:
    return None if value is None or value == "" else _decimal(value, field)


def _day(value: Any, field: str) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _fault(f"{field} {str(value)[:40]!r} is not a date such as 2024-10-01.", field) from error


def _whole(value: Any, field: str) -> int:
    if type(value) is not int:
        raise _fault(f"{field} {str(value)[:40]!r} is not a whole number.", field)
    return value


def _refuse_float(text: str) -> Any:
    message = f'{text[:40]} is a bare fraction; write it as text, such as "{text[:40]}", so that it stays exact.'
    raise ValueError(message)


def _refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "a name is written twice in one object"
        raise ValueError(message)
    return found


def _fault(message: str, field: str) -> InvalidInputError:
    return InvalidInputError(message, field=field, hint="Correct it and save again.")
