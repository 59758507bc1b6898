"""What belongs to a person on a chart: drawings, layouts, fills, open positions with their plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from data.db import charts as table
from domain.accounts import UserId
from domain.chart_drawings import (
    LONGEST_NAME,
    LONGEST_SETTINGS,
    MOST_LAYOUTS,
    ChartLayout,
    Drawing,
    LayoutKind,
    read_drawings,
)
from domain.charts import ChartChoice, OwnFill, PriceLevel, check_symbol
from domain.errors import InvalidInputError, NotFoundError
from domain.market_hours import Session, find_venue
from domain.money import to_float
from services.holdings import QUOTED
from services.trade_rows import make_trade

if TYPE_CHECKING:
    from datetime import datetime

    from data.db.engine import Database
    from domain.journal import TradeJournal
    from domain.ledger import Trade
    from domain.market import Profile
    from domain.periods import Clock
    from services.journal import JournalService
    from services.ledger import LedgerService
    from services.market import MarketService
    from services.market_hours import MarketHoursService
    from services.portfolio import PortfolioService
    from services.quotes import QuoteService

MOST_SESSION_DAYS = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMarks:
    """What of the owner stands on a symbol's chart, restated for later splits.

    Attributes:
        holding: When the trade was held, where the chart is about one trade.
    """

    profile: Profile
    fills: tuple[OwnFill, ...]
    levels: tuple[PriceLevel, ...]
    holding: tuple[datetime, datetime] | None = None


class ChartDeskService:
    """Use cases around one's own things on a chart."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        *,
        quotes: QuoteService,
        ledger: LedgerService,
        journal: JournalService,
        portfolio: PortfolioService,
        market: MarketService,
        hours: MarketHoursService,
    ) -> None:
        self._db = db
        self._clock = clock
        self._quotes = quotes
        self._ledger = ledger
        self._journal = journal
        self._portfolio = portfolio
        self._market = market
        self._hours = hours

    def drawings(self, owner: UserId, symbol: str) -> tuple[Drawing, ...]:
        """Return what the owner has drawn on a symbol."""
        with self._db.read() as session:
            return table.list_drawings(session, owner, _known(symbol))

    def save_drawings(self, owner: UserId, symbol: str, items: Sequence[Mapping[str, Any]]) -> tuple[Drawing, ...]:
        """Put these drawings in the place of all others on a symbol.

        Raises:
            InvalidInputError: If one of them is not a drawing, or there are too many.
        """
        checked, name = read_drawings(items), _known(symbol)
        with self._db.begin() as session:
            table.write_chart(session, owner, name, checked, self._clock())
        return checked

    def layouts(self, owner: UserId) -> list[ChartLayout]:
        """Return the owner's layouts and sets of indicators."""
        with self._db.read() as session:
            return table.list_layouts(session, owner)

    def save_layout(self, owner: UserId, kind: LayoutKind, name: str, settings: str) -> ChartLayout:
        """Keep a chart's address, without its symbol, under a name; one of that name is replaced.

        Raises:
            InvalidInputError: If the name is empty, the address cannot be read, or there are too many layouts.
        """
        wanted = " ".join(name.split())[:LONGEST_NAME]
        if not wanted:
            raise InvalidInputError("A layout needs a name.", field="name")
        choice = ChartChoice.from_address(settings[:LONGEST_SETTINGS]).with_(symbol="", compare=())
        if kind is LayoutKind.INDICATORS:
            choice = ChartChoice(indicators=choice.indicators)
        with self._db.begin() as session:
            known = table.list_layouts(session, owner)
            is_new = (kind, wanted) not in {(item.kind, item.name) for item in known}
            if is_new and len(known) >= MOST_LAYOUTS:
                raise InvalidInputError(f"There are {MOST_LAYOUTS} layouts already.", hint="Delete one first.")
            return table.save_layout(session, owner, kind, wanted, settings=choice.to_query(), now=self._clock())

    def delete_layout(self, owner: UserId, layout_id: int) -> None:
        """Delete a layout.

        Raises:
            NotFoundError: If the owner has no such layout.
        """
        with self._db.begin() as session:
            if not table.delete_layout(session, owner, layout_id):
                raise NotFoundError("No such layout.")

    def marks(self, owner: UserId, symbol: str, *, since: int | None = None, until: int | None = None) -> OwnMarks:
        """Return the owner's fills of a symbol, and average price, stop and target of what is open.

        Args:
            owner: Whose.
            symbol: As quoted.
            since: Without fills before this instant, in microseconds.
            until: Without fills at or after this instant, in microseconds.

        Raises:
            UnknownSymbolError: If no provider knows the symbol.
        """
        name = _known(symbol)
        levels = [level for trade, plan, split in self._open(owner, name) for level in _levels(trade, plan, split)]
        fills = self._market.all_fills(owner, name, since=since, until=until)
        return OwnMarks(profile=self._quotes.profile(name), fills=fills, levels=tuple(levels))

    def trade_marks(self, owner: UserId, trade_id: int) -> OwnMarks:
        """Return the fills of one trade as they were executed, its entry and plan, and when it was held.

        Raises:
            NotFoundError: If the owner has no such trade.
        """
        detail = self._portfolio.trade(owner, trade_id)
        trade = detail.trade
        fills = tuple(
            OwnFill(
                at=line.executed_at,
                price=to_float(line.price),
                quantity=to_float(line.quantity),
                side=int(line.side),
                account_name=trade.account_name,
            )
            for line in detail.executions
        )
        return OwnMarks(
            profile=self._quotes.profile(trade.instrument.symbol),
            fills=fills,
            levels=tuple(_levels(trade, detail.journal, 1.0)),
            holding=(trade.opened_at, trade.closed_at or self._clock()),
        )

    def _open(self, owner: UserId, symbol: str) -> list[tuple[Trade, TradeJournal, float]]:
        found = []
        for book in self._ledger.books(owner):
            trades = book.matched.trades
            for row in trades.is_open.nonzero()[0].tolist():
                instrument = book.instruments[int(trades.instrument[row])]
                if instrument.asset_class in QUOTED and instrument.symbol.strip().upper().replace("/", "-") == symbol:
                    trade = make_trade(book, row, None)
                    plan = self._journal.entry(owner, int(trade.account_id), int(trade.id))
                    code, opened = int(trades.instrument[row]), int(trades.opened_at[row])
                    found.append((trade, plan, self._market.later_splits(book, code, opened)))
        return found

    def sessions(self, symbol: str, first: datetime, last: datetime) -> list[Session]:
        """Return the sessions of a symbol's exchange that touch a period, ascending; none where it is not known.

        Invented prices of a listed symbol are shaded by its exchange's hours as well.

        Raises:
            InvalidInputError: If the period is empty or longer than 800 days.
        """
        if not timedelta(0) < last - first <= timedelta(days=MOST_SESSION_DAYS):
            raise InvalidInputError(
                "The period is not possible.", field="to", hint=f"Ask for at most {MOST_SESSION_DAYS} days."
            )
        profile = self._quotes.profile(_known(symbol))
        venue = find_venue(profile.exchange, asset_class=profile.asset_class)
        if venue is None:
            return []
        return self._hours.sessions(venue, first.date(), last.date())


def _levels(trade: Trade, plan: TradeJournal, split: float) -> list[PriceLevel]:
    priced = [
        ("average", trade.entry_price, "Avg"),
        ("stop", plan.planned_stop, "Stop"),
        ("target", plan.planned_target, "Target"),
    ]
    return [
        PriceLevel(kind=kind, price=to_float(price) / split, label=label, since=trade.opened_at)
        for kind, price, label in priced
        if price is not None
    ]


def _known(symbol: str) -> str:
    found = check_symbol(symbol)
    if not found:
        raise InvalidInputError("Say which symbol.", field="symbol", hint="For example AAPL or BTC-USD.")
    return found
