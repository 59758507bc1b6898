"""Users, accounts and portfolios: who owns what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

UserId = NewType("UserId", int)
AccountId = NewType("AccountId", int)
PortfolioId = NewType("PortfolioId", int)
ImportId = NewType("ImportId", int)


class LotMethod(StrEnum):
    """How closing quantity is paired with opening quantity."""

    FIFO = "fifo"
    LIFO = "lifo"
    AVERAGE = "average"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person who signs in. `is_demo` marks the shared demo workspace."""

    id: UserId
    username: str
    display_name: str
    timezone: str = "America/New_York"
    base_currency: str = "USD"
    theme: str = "dark"
    palette: str = "teal"
    is_demo: bool = False

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        words = (self.display_name or self.username).split()
        return "".join(word[0] for word in words[:2]).upper() or "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One cash-and-holdings container at one broker.

    `revision` grows with each change of its ledger; `timezone` decides its trading days;
    `starting_balance` (text of a decimal, "" when unknown) seeds percentages and drawdown.
    """

    id: AccountId
    name: str
    broker: str
    currency: str
    timezone: str
    lot_method: LotMethod
    starting_balance: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """A named choice of accounts in one reporting currency."""

    id: PortfolioId
    name: str
    currency: str
    account_ids: tuple[AccountId, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in browser or one API token, as kept on the server."""

    id: int
    user_id: UserId
    kind: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    user_agent: str
    remember: bool
