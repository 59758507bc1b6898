"""The one watchlist of before becomes the first of several, and goes back to being one."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from data.db import watchlists
from data.db.engine import Database
from data.db.migrations import SCRIPTS
from domain.accounts import UserId
from domain.watchlists import Watchlist
from services.container import Services
from tests.conftest import NOW


def migrate(database: Database, revision: str, *, is_down: bool = False) -> None:
    """Bring a database to a revision."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with database.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if is_down else command.upgrade)(config, revision)


def test_the_watchlist_of_before_is_the_first_list(services: Services) -> None:
    """Symbols and order are kept for everybody; who had none has none."""
    people = [services.users.register(name, "four unrelated words").id for name in ("maya", "noah", "olga")]
    maya, noah, olga = people
    migrate(services.db, "0013", is_down=True)
    rows = [(maya, "TSLA", 1), (maya, "AAPL", 0), (noah, "BTC-USD", 0)]
    with services.db.begin() as session:
        for owner, symbol, position in rows:
            values = {"owner": owner, "symbol": symbol, "position": position}
            session.execute(text("INSERT INTO watchlist VALUES (:owner, :symbol, :position)"), values)
    migrate(services.db, "head")
    with services.db.read() as session:
        found = {owner: watchlists.list_watchlists(session, owner) for owner in people}
    assert [(item.name, item.symbols, item.is_in_bar) for item in found[maya]] == [
        ("Watchlist", ("AAPL", "TSLA"), True)
    ]
    assert [item.symbols for item in found[noah]] == [("BTC-USD",)]
    assert found[olga] == []


def test_several_lists_go_back_to_one(services: Services) -> None:
    """The way back joins the lists in order, each symbol once."""
    owner: UserId = services.users.register("maya", "four unrelated words").id
    with services.db.begin() as session:
        for name, symbols in (("One", ("IBM", "AAPL")), ("Two", ("TSLA", "IBM"))):
            watchlists.add_watchlist(session, owner, Watchlist(id=0, name=name, symbols=symbols), now=NOW)
    migrate(services.db, "0013", is_down=True)
    with services.db.read() as session:
        kept = session.execute(text("SELECT symbol FROM watchlist ORDER BY position")).scalars().all()
    assert kept == ["IBM", "AAPL", "TSLA"]
