"""The owner's watchlists, the marks on symbols, and the tiles.

Who has no list yet sees one that is not kept anywhere (id 0); the first change keeps it. 0 always means the first
list.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from data.db import watchlists as table
from data.db.engine import Database, Session
from domain.accounts import UserId
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.periods import Clock, utc_now
from domain.watchlists import (
    COLOURS,
    DEFAULT_SYMBOLS,
    DEFAULT_TILES,
    FIRST_NAME,
    MOST_LISTS,
    MOST_SYMBOLS,
    MOST_TILES,
    NOTE_LIMIT,
    SymbolMark,
    Watchlist,
    check_name,
    read_symbol,
)

_UNKEPT = Watchlist(id=0, name=FIRST_NAME, symbols=DEFAULT_SYMBOLS, is_in_bar=True)


class WatchlistService:
    """Use cases around watchlists."""

    def __init__(self, db: Database, clock: Clock = utc_now) -> None:
        self._db = db
        self._clock = clock

    # ── Lists ──

    def lists(self, owner: UserId) -> list[Watchlist]:
        """Return the owner's lists in order, never none; exactly one of them is in the bar."""
        with self._db.read() as session:
            return _with_bar(table.list_watchlists(session, owner))

    def get(self, owner: UserId, list_id: int = 0) -> Watchlist:
        """Return one list, the first for 0.

        Raises:
            NotFoundError: If the owner has no such list.
        """
        return _find(self.lists(owner), list_id)

    def symbols(self, owner: UserId) -> list[str]:
        """Return the symbols of the ticker bar in order; the usual ones when its list is empty."""
        shown = next(item for item in self.lists(owner) if item.is_in_bar)
        return list(shown.symbols or DEFAULT_SYMBOLS)

    def all_symbols(self, owner: UserId) -> list[str]:
        """Return everything that is watched, each once, in the order of the lists."""
        return list(dict.fromkeys(symbol for item in self.lists(owner) for symbol in item.symbols))

    def create(self, owner: UserId, name: str, symbols: Sequence[str] = (), *, description: str = "") -> Watchlist:
        """Add a list.

        Raises:
            InvalidInputError: If the name or a symbol is not one, or there are too many.
            ConflictError: If there is a list of this name.
        """
        new = Watchlist(id=0, name=check_name(name), symbols=_checked(symbols), description=_checked_note(description))
        with self._db.begin() as session:
            lists = self._kept(session, owner)
            if len(lists) >= MOST_LISTS:
                raise InvalidInputError(f"You can have {MOST_LISTS} watchlists.", hint="Delete one first.")
            _check_free(lists, new.name)
            number = table.add_watchlist(session, owner, new, now=self._clock())
        return self.get(owner, number)

    def change(
        self, owner: UserId, list_id: int, *, name: str | None = None, description: str | None = None
    ) -> Watchlist:
        """Rename or describe a list.

        Raises:
            NotFoundError: If the owner has no such list.
            InvalidInputError: If the name is not one.
            ConflictError: If another list has the name.
        """
        with self._db.begin() as session:
            lists = self._kept(session, owner)
            found = _find(lists, list_id)
            chosen = found.name if name is None else check_name(name)
            _check_free([item for item in lists if item.id != found.id], chosen)
            about = found.description if description is None else _checked_note(description)
            table.change_watchlist(session, owner, replace(found, name=chosen, description=about), now=self._clock())
        return self.get(owner, found.id)

    def delete(self, owner: UserId, list_id: int) -> None:
        """Delete a list with its symbols; marks on symbols stay.

        Raises:
            NotFoundError: If the owner has no such list.
            InvalidInputError: If it is the only one.
        """
        with self._db.begin() as session:
            lists = self._kept(session, owner)
            found = _find(lists, list_id)
            if len(lists) == 1:
                raise InvalidInputError("The only watchlist stays.", hint="Add another one first.")
            table.delete_watchlist(session, owner, found.id)

    def order(self, owner: UserId, ids: Sequence[int]) -> list[Watchlist]:
        """Put the lists into an order; lists that are not named follow in theirs.

        Raises:
            NotFoundError: If the owner has no such list.
        """
        with self._db.begin() as session:
            lists = self._kept(session, owner)
            named = [_find(lists, number).id for number in dict.fromkeys(ids)]
            table.order_watchlists(session, owner, [*named, *(item.id for item in lists if item.id not in named)])
        return self.lists(owner)

    def show_in_bar(self, owner: UserId, list_id: int) -> None:
        """Let a list feed the ticker bar.

        Raises:
            NotFoundError: If the owner has no such list.
        """
        with self._db.begin() as session:
            table.choose_bar(session, owner, _find(self._kept(session, owner), list_id).id)

    # ── Symbols of a list ──

    def add(self, owner: UserId, symbol: str, list_id: int = 0) -> list[str]:
        """Watch a symbol; one that is watched already stays where it is.

        Raises:
            InvalidInputError: If it is not a symbol, or the list is full.
            NotFoundError: If the owner has no such list.
        """
        return self._change_symbols(owner, list_id, add=[read_symbol(symbol)])

    def add_all(self, owner: UserId, symbols: Sequence[str], list_id: int = 0) -> list[str]:
        """Watch several symbols; see `add`."""
        return self._change_symbols(owner, list_id, add=[read_symbol(symbol) for symbol in symbols])

    def remove(self, owner: UserId, symbol: str, list_id: int = 0) -> list[str]:
        """Stop watching a symbol.

        Raises:
            NotFoundError: If the owner has no such list.
        """
        return self._change_symbols(owner, list_id, drop={symbol})

    def replace_symbols(self, owner: UserId, list_id: int, symbols: Sequence[str]) -> list[str]:
        """Let a list hold these symbols in this order.

        Raises:
            InvalidInputError: If one is not a symbol, or there are too many.
            NotFoundError: If the owner has no such list.
        """
        wanted = _checked(symbols)
        with self._db.begin() as session:
            found = _find(self._kept(session, owner), list_id)
            table.change_watchlist(session, owner, replace(found, symbols=wanted), now=self._clock())
        return list(wanted)

    def move(self, owner: UserId, symbol: str, list_id: int, *, by: int) -> list[str]:
        """Move a symbol up (by < 0) or down in its list.

        Raises:
            NotFoundError: If the owner has no such list, or the list no such symbol.
        """
        symbols = list(self.get(owner, list_id).symbols)
        if symbol not in symbols:
            raise NotFoundError(f"This list has no {symbol[:32]}.")
        at = symbols.index(symbol)
        symbols.insert(max(0, min(len(symbols) - 1, at + by)), symbols.pop(at))
        return self.arrange(owner, list_id, symbols)

    def arrange(self, owner: UserId, list_id: int, symbols: Sequence[str]) -> list[str]:
        """Put the symbols of a list into an order; those that are not named follow in theirs.

        Raises:
            NotFoundError: If the owner has no such list, or the list no such symbol.
        """
        with self._db.begin() as session:
            found = _find(self._kept(session, owner), list_id)
            strange = next((symbol for symbol in symbols if symbol not in found.symbols), None)
            if strange is not None:
                raise NotFoundError(f"This list has no {strange[:32]}.")
            ordered = tuple(dict.fromkeys([*symbols, *found.symbols]))
            table.change_watchlist(session, owner, replace(found, symbols=ordered), now=self._clock())
        return list(ordered)

    # ── Marks and tiles ──

    def marks(self, owner: UserId) -> dict[str, SymbolMark]:
        """Return the owner's colours and notes by symbol."""
        with self._db.read() as session:
            return table.list_marks(session, owner)

    def mark(self, owner: UserId, symbol: str, *, colour: str | None = None, note: str | None = None) -> SymbolMark:
        """Set the colour or the note of a symbol; what is not given stays.

        Raises:
            InvalidInputError: If it is not a symbol or a colour, or the note is too long.
        """
        if colour is not None and colour not in COLOURS:
            known = ", ".join(name for name in COLOURS if name)
            raise InvalidInputError(f"{colour[:20]!r} is not a colour.", field="colour", hint=f"Use {known} or none.")
        name = read_symbol(symbol)
        with self._db.begin() as session:
            before = table.list_marks(session, owner).get(name, SymbolMark(symbol=name))
            after = SymbolMark(
                symbol=name,
                colour=before.colour if colour is None else colour,
                note=before.note if note is None else _checked_note(note),
            )
            table.save_mark(session, owner, after, now=self._clock())
        return after

    def mark_all(self, owner: UserId, marks: Sequence[SymbolMark]) -> None:
        """Set colours and notes of several symbols at once; an empty colour or note leaves the one before."""
        with self._db.begin() as session:
            known = table.list_marks(session, owner)
            for mark in marks:
                before = known.get(mark.symbol, mark)
                after = replace(mark, colour=mark.colour or before.colour, note=_checked_note(mark.note or before.note))
                table.save_mark(session, owner, after, now=self._clock())

    def tiles(self, owner: UserId) -> list[str]:
        """Return the symbols of the index tiles."""
        with self._db.read() as session:
            chosen = table.read_tiles(session, owner)
        return list(DEFAULT_TILES if chosen is None else chosen)

    def choose_tiles(self, owner: UserId, symbols: Sequence[str]) -> list[str]:
        """Replace the index tiles; none hides them.

        Raises:
            InvalidInputError: If one is not a symbol, or there are too many.
        """
        chosen = list(dict.fromkeys(read_symbol(symbol) for symbol in symbols))
        if len(chosen) > MOST_TILES:
            raise InvalidInputError(f"There is room for {MOST_TILES} tiles.", field="symbols")
        with self._db.begin() as session:
            table.write_tiles(session, owner, chosen)
        return chosen

    def _kept(self, session: Session, owner: UserId) -> list[Watchlist]:
        """Return the lists, the first of them kept from now on."""
        lists = table.list_watchlists(session, owner)
        if not lists:
            number = table.add_watchlist(session, owner, _UNKEPT, now=self._clock())
            return [replace(_UNKEPT, id=number)]
        return _with_bar(lists)

    def _change_symbols(
        self, owner: UserId, list_id: int, *, add: Sequence[str] = (), drop: Collection[str] = ()
    ) -> list[str]:
        with self._db.begin() as session:
            found = _find(self._kept(session, owner), list_id)
            symbols = tuple(dict.fromkeys([*(item for item in found.symbols if item not in drop), *add]))
            if len(symbols) > MOST_SYMBOLS:
                raise InvalidInputError(f"A watchlist holds at most {MOST_SYMBOLS} symbols.", field="symbol")
            if symbols != found.symbols:
                table.change_watchlist(session, owner, replace(found, symbols=symbols), now=self._clock())
        return list(symbols)


def _with_bar(lists: list[Watchlist]) -> list[Watchlist]:
    if not lists:
        return [_UNKEPT]
    shown = next((item for item in lists if item.is_in_bar), lists[0]).id
    return [replace(item, is_in_bar=item.id == shown) for item in lists]


def _find(lists: Sequence[Watchlist], list_id: int) -> Watchlist:
    if not list_id:
        return lists[0]
    found = next((item for item in lists if item.id == list_id), None)
    if found is None:
        raise NotFoundError("No such watchlist.")
    return found


def _check_free(lists: Sequence[Watchlist], name: str) -> None:
    if any(item.name.casefold() == name.casefold() for item in lists):
        raise ConflictError(f"You have a watchlist with this name: {name}.", hint="Choose another name.")


def _checked(symbols: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(read_symbol(symbol) for symbol in symbols))
    if len(found) > MOST_SYMBOLS:
        raise InvalidInputError(f"A watchlist holds at most {MOST_SYMBOLS} symbols.", field="symbols")
    return found


def _checked_note(text: str) -> str:
    note = text.replace("\0", "").strip()
    if len(note) > NOTE_LIMIT:
        raise InvalidInputError(f"A note holds at most {NOTE_LIMIT:,} characters.", field="note")
    return note
