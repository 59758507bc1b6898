"""What the command palette finds: symbols, trades, tags, setups, accounts and notes of one owner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.accounts import UserId
from domain.filters import LedgerFilter
from domain.ledger import Trade
from services.accounts import AccountService
from services.journal import JournalService
from services.journal_search import JournalSearchService, NoteHit
from services.portfolio import PortfolioService
from services.quotes import QuoteService
from services.trade_rows import trade_of
from services.trade_sets import TradeSet

MOST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TradedSymbol:
    """A symbol; `trades` closed trades made `net` in `currency`. `name` is "" where nobody knows it."""

    symbol: str
    name: str
    trades: int = 0
    net: float = 0.0
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What matches a text, the best first."""

    symbols: tuple[TradedSymbol, ...] = ()
    trades: tuple[Trade, ...] = ()
    tags: tuple[str, ...] = ()
    setups: tuple[str, ...] = ()
    accounts: tuple[tuple[int, str, str], ...] = ()
    notes: tuple[NoteHit, ...] = ()


class SearchService:
    """Reads what the other services know; writes nothing."""

    def __init__(
        self,
        portfolio: PortfolioService,
        journal: JournalService,
        accounts: AccountService,
        quotes: QuoteService,
        *,
        notes: JournalSearchService,
    ) -> None:
        self._portfolio = portfolio
        self._journal = journal
        self._accounts = accounts
        self._quotes = quotes
        self._notes = notes

    def find(self, owner: UserId, text: str) -> Findings:
        """Return what matches; "#" before the text looks at tags only, "@" at accounts only."""
        wanted = " ".join(text.lstrip("#@>").split()).casefold()[:60]
        if text.startswith(">"):
            return Findings()
        if text.startswith("#"):
            return Findings(tags=self._tags(owner, wanted))
        if text.startswith("@"):
            return Findings(accounts=self._matching_accounts(owner, wanted))
        if not wanted:
            return Findings()
        return Findings(
            symbols=self._symbols(owner, wanted),
            trades=self._trades(owner, wanted),
            tags=self._tags(owner, wanted),
            setups=tuple(name for name in self._journal.setups(owner) if wanted in name.casefold())[:MOST],
            accounts=self._matching_accounts(owner, wanted),
            notes=tuple(self._notes.find(owner, wanted, most=MOST)),
        )

    def _tags(self, owner: UserId, wanted: str) -> tuple[str, ...]:
        return tuple(tag.name for tag in self._journal.tags(owner) if wanted in tag.name.casefold())[:MOST]

    def _matching_accounts(self, owner: UserId, wanted: str) -> tuple[tuple[int, str, str], ...]:
        found = [item for item in self._accounts.list_accounts(owner) if wanted in item.name.casefold()]
        return tuple((int(item.id), item.name, item.broker) for item in found[:MOST])

    def _sets(self, owner: UserId, chosen: LedgerFilter) -> list[TradeSet]:
        """Return the trade sets of a filter, one a currency."""
        first = self._portfolio.sets.load(owner, chosen)
        others = [self._portfolio.sets.load(owner, chosen.with_(currency=name)) for name in first.left_out]
        return [first, *others]

    def _trades(self, owner: UserId, wanted: str) -> tuple[Trade, ...]:
        """The latest matches; rows are in order of closing already."""
        found = [
            trade_of(part, row)
            for part in self._sets(owner, LedgerFilter(search=wanted))
            for row in part.rows[-MOST:].tolist()
        ]
        found.sort(key=lambda item: item.closed_at or item.opened_at, reverse=True)
        return tuple(found[:MOST])

    def _symbols(self, owner: UserId, wanted: str) -> tuple[TradedSymbol, ...]:
        """The owner's own symbols first, then what the provider of prices knows."""
        listed = {item.symbol: item.name for item in self._quotes.search(wanted)}
        own = [
            (symbol, part)
            for part in self._sets(owner, LedgerFilter())
            for symbol in sorted({part.frame.symbols[code] for code in np.unique(part.frame.instrument).tolist()})
            if wanted in symbol.casefold()
        ]
        own.sort(key=lambda pair: (not pair[0].casefold().startswith(wanted), len(pair[0]), pair[0]))
        traded = [_traded(part, symbol, listed.get(symbol, "")) for symbol, part in own[:MOST]]
        known = {item.symbol for item in traded}
        others = [TradedSymbol(symbol=symbol, name=name) for symbol, name in listed.items() if symbol not in known]
        return (*traded, *others[: MOST - len(traded) // 2])


def _traded(chosen: TradeSet, symbol: str, name: str) -> TradedSymbol:
    frame = chosen.frame
    codes = [code for code, item in enumerate(frame.symbols) if item == symbol]
    rows = np.isin(frame.instrument, codes) & ~frame.is_open
    return TradedSymbol(
        symbol=symbol,
        name=name,
        trades=int(np.count_nonzero(rows)),
        net=float(frame.net[rows].sum()),
        currency=frame.currency,
    )
