"""What a figure was worked out by, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.analysis_rules import YearDays
from services.figure_inputs import periods_per_year

if TYPE_CHECKING:
    from services.trade_sets import TradeSet

LABELS = {
    "breakeven": "Breakeven within",
    "year_days": "Days of a year",
    "risk_free": "Risk-free rate",
    "trials": "Strategies tried",
}
DIFFER = "; the accounts differ, so your default holds"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWord:
    """A setting and the value that was used."""

    name: str
    label: str
    text: str


def rule_words(found: TradeSet, names: Sequence[str]) -> tuple[RuleWord, ...]:
    """Return the settings of a trade set by their names: "breakeven", "year_days", "risk_free", "trials"."""
    writers = {"breakeven": _breakeven, "year_days": _year_days, "risk_free": _risk_free, "trials": _trials}
    return tuple(
        RuleWord(
            name=name, label=LABELS[name], text=writers[name](found) + (DIFFER if name in found.rules.mixed else "")
        )
        for name in names
    )


def _breakeven(found: TradeSet) -> str:
    names = {int(account.id): account.name for account in found.accounts}
    said = {
        account: " or ".join([*([f"{money:g} {found.currency}"] if money else []), *([f"{r:g} R"] if r else [])])
        for account, money, r in found.rules.tolerances
    }
    traded = [int(account.id) for account in found.accounts]
    if not said:
        return "0: only exactly nothing"
    if len(said) == len(traded) and len(set(said.values())) == 1:
        return next(iter(said.values()))
    return "; ".join(f"{said.get(account, '0')} in {names[account]}" for account in traded)


def _year_days(found: TradeSet) -> str:
    automatic = " (automatic)" if found.rules.year_days is YearDays.AUTO else ""
    return f"{periods_per_year(found):.0f} sessions{automatic}"


def _risk_free(found: TradeSet) -> str:
    rates = [rate for _, rate in found.rules.risk_free.rates]
    if len(rates) == 1:
        return f"{rates[0].normalize():f} % a year"
    return f"{len(rates)} dated rates, {min(rates).normalize():f} to {max(rates).normalize():f} % a year"


def _trials(found: TradeSet) -> str:
    return "not counted" if found.rules.trials is None else f"{found.rules.trials:,}"
