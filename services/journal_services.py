"""The services of the journal beside the entries themselves: a part of `services.container`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from data.db.engine import Database
    from domain.periods import Clock
    from services.attachments import AttachmentService
    from services.container import Installation
    from services.journal import JournalService
    from services.journal_feed import JournalFeedService
    from services.journal_search import JournalSearchService
    from services.ledger import LedgerService
    from services.missed_trades import MissedTradeService
    from services.note_templates import NoteTemplateService
    from services.playbooks import PlaybookService
    from services.portfolio import PortfolioService
    from services.quotes import QuoteService
    from services.reviews import ReviewService
    from services.tagging import TagService

Service = TypeVar("Service")


class JournalServices:
    """What `Services` offers around the journal; each service is built when it is first used."""

    if TYPE_CHECKING:  # Given by `Services`.
        installation: Installation
        clock: Clock
        _built: dict[str, Any]

        @property
        def db(self) -> Database:
            """See `services.container`."""

        @property
        def journal(self) -> JournalService:
            """See `services.container`."""

        @property
        def ledger(self) -> LedgerService:
            """See `services.container`."""

        @property
        def portfolio(self) -> PortfolioService:
            """See `services.container`."""

        @property
        def quotes(self) -> QuoteService:
            """See `services.container`."""

        def _once(self, name: str, build: Callable[[], Service]) -> Service:
            """See `services.container`."""

    @property
    def attachments(self) -> AttachmentService:
        """Files beside trades and days."""

        def build() -> AttachmentService:
            from services.attachments import AttachmentService

            return AttachmentService(self.db, self.ledger, self.installation.data_dir / "attachments", self.clock)

        return self._once("attachments", build)

    @property
    def playbooks(self) -> PlaybookService:
        """Setups with rules, and what following them is worth."""

        def build() -> PlaybookService:
            from services.playbooks import PlaybookService

            return PlaybookService(self.db, self.portfolio.sets, self.clock)

        return self._once("playbooks", build)

    @property
    def tagging(self) -> TagService:
        """Tags in groups; mistakes with their cost."""

        def build() -> TagService:
            from services.tagging import TagService

            return TagService(self.db, self.portfolio.sets)

        return self._once("tagging", build)

    @property
    def note_templates(self) -> NoteTemplateService:
        """Texts to start a note with."""

        def build() -> NoteTemplateService:
            from services.note_templates import NoteTemplateService

            return NoteTemplateService(self.db)

        return self._once("note_templates", build)

    @property
    def missed_trades(self) -> MissedTradeService:
        """Trades that were seen and not taken."""

        def build() -> MissedTradeService:
            from services.missed_trades import MissedTradeService

            return MissedTradeService(self.db, self.quotes, self.clock)

        return self._once("missed_trades", build)

    @property
    def reviews(self) -> ReviewService:
        """The review queue."""

        def build() -> ReviewService:
            from services.reviews import ReviewService

            return ReviewService(self.portfolio.sets, self.journal)

        return self._once("reviews", build)

    @property
    def journal_feed(self) -> JournalFeedService:
        """Days with their trades, notes and files."""

        def build() -> JournalFeedService:
            from services.journal_feed import JournalFeedService

            return JournalFeedService(self.portfolio, self.journal, self.attachments)

        return self._once("journal_feed", build)

    @property
    def journal_search(self) -> JournalSearchService:
        """Full-text search over notes."""

        def build() -> JournalSearchService:
            from services.journal_search import JournalSearchService

            return JournalSearchService(self.db, self.ledger)

        return self._once("journal_search", build)
