"""Every service of an installation, built once by app.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.db.engine import Database
    from domain.periods import Clock
    from services.accounts import AccountService
    from services.demo import DemoService
    from services.imports import ImportService
    from services.journal import JournalService
    from services.ledger import LedgerService
    from services.portfolio import PortfolioService
    from services.quotes import QuoteService
    from services.users import UserService
    from services.watchlists import WatchlistService


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases, by topic. `db` is for health checks only."""

    db: Database
    clock: Clock
    users: UserService
    accounts: AccountService
    imports: ImportService
    ledger: LedgerService
    portfolio: PortfolioService
    journal: JournalService
    quotes: QuoteService
    watchlists: WatchlistService
    demo: DemoService
