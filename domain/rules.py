"""Rules of a what-if: what one would have done otherwise, in words, in an address and in the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

from domain.errors import InvalidInputError

MOST_RULES = 12
MOST_LENGTH = 200


class RuleKind(StrEnum):
    """What a rule does."""

    SKIP_SETUP = "skip_setup"
    SKIP_SYMBOL = "skip_symbol"
    SKIP_TAG = "skip_tag"
    SKIP_SIDE = "skip_side"
    SKIP_WEEKDAY = "skip_weekday"
    SKIP_HOUR = "skip_hour"
    STOP_AFTER_LOSSES = "stop_after_losses"
    STOP_AFTER_LOSS = "stop_after_loss"
    STOP_AFTER_LOSS_R = "stop_after_loss_r"
    MOST_TRADES = "most_trades"
    CAP_SIZE = "cap_size"
    FIXED_RISK = "fixed_risk"
    REMOVE_BEST = "remove_best"
    REMOVE_WORST = "remove_worst"


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_COUNTS = frozenset({RuleKind.STOP_AFTER_LOSSES, RuleKind.MOST_TRADES, RuleKind.REMOVE_BEST, RuleKind.REMOVE_WORST})
_AMOUNTS = frozenset({RuleKind.STOP_AFTER_LOSS, RuleKind.STOP_AFTER_LOSS_R, RuleKind.CAP_SIZE, RuleKind.FIXED_RISK})
_CHOICES: dict[RuleKind, tuple[str, ...]] = {
    RuleKind.SKIP_SIDE: ("long", "short"),
    RuleKind.SKIP_WEEKDAY: tuple(str(day) for day in range(7)),
    RuleKind.SKIP_HOUR: tuple(str(hour) for hour in range(24)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what to do, and with which setup, hour, number or amount.

    Raises:
        InvalidInputError: If the value does not fit the kind.
    """

    kind: RuleKind
    value: str

    def __post_init__(self) -> None:
        """Refuse a value that means nothing."""
        if self.kind in _COUNTS and not (self.value.isascii() and self.value.isdigit() and 0 < int(self.value) < 10**6):
            raise _refused(self, "Use a whole number from 1.")
        if self.kind in _AMOUNTS and not _is_amount(self.value):
            raise _refused(self, "Use a number above zero.")
        if self.kind in _CHOICES and self.value not in _CHOICES[self.kind]:
            raise _refused(self, f"Use one of {', '.join(_CHOICES[self.kind])}.")
        if not self.value.strip() or len(self.value) > MOST_LENGTH:
            raise _refused(self, "Say which one.")

    @property
    def number(self) -> float:
        """The value as a number, for the kinds that have one."""
        return float(self.value)

    def describe(self, currency: str = "") -> str:
        """Return the rule as a sentence."""
        value, kind = self.value, self.kind
        if kind is RuleKind.SKIP_WEEKDAY:
            value = WEEKDAYS[int(value)]
        if kind is RuleKind.SKIP_HOUR:
            value = f"{int(value):02d}:00–{(int(value) + 1) % 24:02d}:00"
        plural = "" if value == "1" else "s"
        money = f"{self.value} {currency}".strip()
        return _SENTENCES[kind].format(value=value, plural=plural, money=money)


_SENTENCES: dict[RuleKind, str] = {
    RuleKind.SKIP_SETUP: "Skip {value}",
    RuleKind.SKIP_SYMBOL: "Skip {value}",
    RuleKind.SKIP_TAG: "Skip trades tagged {value}",
    RuleKind.SKIP_SIDE: "Skip {value} trades",
    RuleKind.SKIP_WEEKDAY: "No entries on {value}",
    RuleKind.SKIP_HOUR: "No entries {value}",
    RuleKind.STOP_AFTER_LOSSES: "Stop after {value} losing trade{plural} a day",
    RuleKind.STOP_AFTER_LOSS: "Stop for the day at −{money}",
    RuleKind.STOP_AFTER_LOSS_R: "Stop for the day at −{value}R",
    RuleKind.MOST_TRADES: "At most {value} trade{plural} a day",
    RuleKind.CAP_SIZE: "Positions of at most {money}",
    RuleKind.FIXED_RISK: "Risk {money} on every trade",
    RuleKind.REMOVE_BEST: "Without the best {value}",
    RuleKind.REMOVE_WORST: "Without the worst {value}",
}


def _is_amount(text: str) -> bool:
    try:
        return 0 < float(text) < 1e15
    except ValueError:
        return False


def _refused(rule: Rule, hint: str) -> InvalidInputError:
    return InvalidInputError(f"Rule {rule.kind.value}:{rule.value[:40]} cannot be used.", field="changes", hint=hint)


def rules_to_text(rules: Sequence[Rule]) -> str:
    """Write rules as they stand in an address: "skip_setup:Gap fade;stop_after_losses:2"."""
    return ";".join(f"{rule.kind.value}:{quote(rule.value, safe=' ')}" for rule in rules)


def rules_from_text(text: str) -> tuple[Rule, ...]:
    """Read what `rules_to_text` wrote.

    Raises:
        InvalidInputError: If a rule is not known, or there are more than `MOST_RULES`.
    """
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if len(parts) > MOST_RULES:
        raise InvalidInputError(f"At most {MOST_RULES} rules can be stacked.", field="changes")
    return tuple(_read_rule(part) for part in parts)


def _read_rule(text: str) -> Rule:
    name, _, value = text.partition(":")
    try:
        kind = RuleKind(name.strip())
    except ValueError as error:
        message = f"Rule {name[:40]!r} is not known."
        raise InvalidInputError(message, field="changes", hint=f"Use one of {', '.join(RuleKind)}.") from error
    return Rule(kind=kind, value=unquote(value.strip()))
