"""Setups as playbooks: what they are, the rules they ask for, and whether trades followed them."""

from __future__ import annotations

from dataclasses import dataclass, field

DESCRIPTION_LIMIT = 10_000
RULE_LIMIT = 300
RULES_LIMIT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing a setup asks of a trade; id 0 while it is new."""

    id: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A way to trade, with its rules in order; id 0 while it is new."""

    id: int
    name: str
    description: str = ""
    rules: tuple[Rule, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAnswer:
    """Whether a trade followed a rule of its setup."""

    trade_id: int
    setup_id: int
    rule_id: int
    is_followed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Trades and what they made.

    Attributes:
        trades: Closed trades.
        wins: Those with a profit.
        net: Sum of their net P&L.
        mean_r: Mean R of those with an initial risk, None when there is none.
        with_r: How many have one.
    """

    trades: int = 0
    wins: int = 0
    net: float = 0.0
    mean_r: float | None = None
    with_r: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """What trades made that followed a rule, and those that broke it; `unanswered` have the setup and no answer."""

    rule: Rule
    followed: Tally
    broken: Tally
    unanswered: int = 0

    @property
    def cost(self) -> float | None:
        """What breaking it has cost: P&L of the trades that broke it, less as many at the mean of those that did not.

        None while no trade followed it, or none broke it.
        """
        if not self.followed.trades or not self.broken.trades:
            return None
        return self.broken.net - self.broken.trades * self.followed.net / self.followed.trades


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """A setup and its closed trades.

    Attributes:
        all: Every closed trade of the setup.
        followed: Trades with every answered rule followed.
        broken: Trades with at least one rule broken.
        unanswered: Trades without an answer.
    """

    setup: Setup
    all: Tally
    followed: Tally
    broken: Tally
    unanswered: int
    rules: tuple[RuleResult, ...]
    currency: str
