"""Several watchlists of an owner: lists, symbols, marks, tiles, files; nobody touches another's."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from domain.accounts import UserId
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.watchlists import DEFAULT_SYMBOLS, DEFAULT_TILES, MOST_LISTS, MOST_SYMBOLS, read_symbol
from services.container import Services
from services.watchlist_files import import_list, list_csv
from services.watchlists import WatchlistService


@pytest.fixture
def owner(services: Services) -> UserId:
    """Somebody with nothing yet."""
    return services.users.register("maya", "four unrelated words").id


@pytest.fixture
def lists(services: Services) -> WatchlistService:
    """The service."""
    return services.watchlists


def test_somebody_new_sees_a_list_that_is_kept_with_the_first_change(lists: WatchlistService, owner: UserId) -> None:
    """Looking writes nothing; the first change keeps the list and what was in it."""
    (first,) = lists.lists(owner)
    assert (first.id, first.symbols, first.is_in_bar) == (0, DEFAULT_SYMBOLS, True)
    assert lists.add(owner, "btc/usd") == [*DEFAULT_SYMBOLS, "BTC-USD"]
    (kept,) = lists.lists(owner)
    assert kept.id > 0
    assert lists.get(owner, 0) == kept


def test_lists_are_made_changed_ordered_and_deleted(lists: WatchlistService, owner: UserId) -> None:
    """The first list stays when a second comes; names, order and the bar follow."""
    made = lists.create(owner, "  Day   trading ", ["spy", "QQQ", "SPY"], description="Open to noon")
    assert (made.name, made.symbols, made.description) == ("Day trading", ("SPY", "QQQ"), "Open to noon")
    first = lists.lists(owner)[0]
    assert [item.name for item in lists.order(owner, [made.id])] == ["Day trading", "Watchlist"]
    assert lists.change(owner, made.id, name="Scalps").description == "Open to noon"
    lists.show_in_bar(owner, made.id)
    assert [(item.name, item.is_in_bar) for item in lists.lists(owner)] == [("Scalps", True), ("Watchlist", False)]
    assert lists.symbols(owner) == ["SPY", "QQQ"]
    assert lists.all_symbols(owner) == ["SPY", "QQQ", *DEFAULT_SYMBOLS]
    lists.delete(owner, made.id)
    assert [(item.id, item.is_in_bar) for item in lists.lists(owner)] == [(first.id, True)]
    with pytest.raises(InvalidInputError, match="only watchlist"):
        lists.delete(owner, first.id)


def test_symbols_keep_their_order(lists: WatchlistService, owner: UserId) -> None:
    """Added at the end, once; moved and arranged; an emptied list stays empty."""
    number = lists.create(owner, "Mine", ["A", "B", "C"]).id
    assert lists.add(owner, "a", number) == ["A", "B", "C"]
    assert lists.move(owner, "C", number, by=-1) == ["A", "C", "B"]
    assert lists.move(owner, "A", number, by=-5) == ["A", "C", "B"]
    assert lists.arrange(owner, number, ["B"]) == ["B", "A", "C"]
    assert lists.replace_symbols(owner, number, ["x", "b"]) == ["X", "B"]
    for symbol in ("X", "B", "NOT IN IT"):
        lists.remove(owner, symbol, number)
    assert lists.get(owner, number).symbols == ()
    lists.show_in_bar(owner, number)
    assert lists.symbols(owner) == list(DEFAULT_SYMBOLS)


def test_what_is_refused(lists: WatchlistService, owner: UserId) -> None:
    """No name, a taken name, too many lists or symbols, what is no symbol."""
    number = lists.create(owner, "Mine").id
    for name in ("", " \t ", "x" * 257, "a\x07b"):
        with pytest.raises(InvalidInputError):
            lists.create(owner, name)
    with pytest.raises(ConflictError, match="with this name"):
        lists.create(owner, "mine")
    with pytest.raises(ConflictError):
        lists.change(owner, number, name="watchlist")
    for symbol in ("", "<b>", "x" * 40):
        with pytest.raises(InvalidInputError):
            lists.add(owner, symbol, number)
    lists.replace_symbols(owner, number, [f"S{place}" for place in range(MOST_SYMBOLS)])
    with pytest.raises(InvalidInputError, match=str(MOST_SYMBOLS)):
        lists.add(owner, "ONEMORE", number)
    for place in range(MOST_LISTS - 2):
        lists.create(owner, f"List {place}")
    with pytest.raises(InvalidInputError, match=str(MOST_LISTS)):
        lists.create(owner, "One more")


FOREIGN: tuple[Callable[[WatchlistService, UserId, int], object], ...] = (
    lambda lists, owner, number: lists.get(owner, number),
    lambda lists, owner, number: lists.change(owner, number, name="Theirs"),
    lambda lists, owner, number: lists.delete(owner, number),
    lambda lists, owner, number: lists.order(owner, [number]),
    lambda lists, owner, number: lists.show_in_bar(owner, number),
    lambda lists, owner, number: lists.add(owner, "AAPL", number),
    lambda lists, owner, number: lists.remove(owner, "AAPL", number),
    lambda lists, owner, number: lists.arrange(owner, number, ["AAPL"]),
    lambda lists, owner, number: lists.replace_symbols(owner, number, ["AAPL"]),
    lambda lists, owner, number: import_list(lists, owner, number, b"AAPL"),
    lambda lists, owner, number: list(list_csv(lists, owner, number)),
)


def test_a_list_of_somebody_else_does_not_exist(services: Services, lists: WatchlistService, owner: UserId) -> None:
    """Every use of another's list is told that there is none, and changes nothing."""
    theirs = lists.create(services.users.register("noah", "four unrelated words").id, "Theirs", ["TSLA"])
    lists.create(owner, "Mine", ["AAPL"])
    for use in FOREIGN:
        with pytest.raises(NotFoundError):
            use(lists, owner, theirs.id)
    other = services.users.find("noah")
    assert other is not None
    assert lists.get(other.id, theirs.id) == theirs


def test_marks_belong_to_symbol_and_owner(services: Services, lists: WatchlistService, owner: UserId) -> None:
    """Flag and note are set apart, seen in every list, removed when both are empty, and nobody else's."""
    other = services.users.register("noah", "four unrelated words").id
    lists.mark(owner, "aapl", colour="amber")
    assert lists.mark(owner, "AAPL", note="wait for 400").colour == "amber"
    assert lists.marks(owner)["AAPL"].note == "wait for 400"
    assert services.market.watchlist(owner)[0].mark == lists.marks(owner)["AAPL"]
    assert lists.marks(other) == {}
    lists.mark(owner, "AAPL", colour="", note=" ")
    assert lists.marks(owner) == {}
    with pytest.raises(InvalidInputError, match="pink"):
        lists.mark(owner, "AAPL", colour="pink")
    with pytest.raises(InvalidInputError, match="4,000"):
        lists.mark(owner, "AAPL", note="x" * 4_001)


def test_tiles_are_chosen(services: Services, lists: WatchlistService, owner: UserId) -> None:
    """The usual ones, as far as they have a price, until others are chosen; none is a choice too."""
    assert "BTC-USD" in [tile.symbol for tile in services.market.tiles(owner)]
    assert all(tile.quote for tile in services.market.tiles(owner))
    assert lists.tiles(owner) == list(DEFAULT_TILES)
    assert lists.choose_tiles(owner, ["^gspc", "BTC/USD", "^GSPC"]) == ["^GSPC", "BTC-USD"]
    assert [tile.symbol for tile in services.market.tiles(owner)] == lists.tiles(owner) == ["^GSPC", "BTC-USD"]
    assert lists.choose_tiles(owner, []) == lists.tiles(owner) == []
    with pytest.raises(InvalidInputError, match="room"):
        lists.choose_tiles(owner, [f"S{number}" for number in range(13)])


def test_a_list_goes_out_and_comes_back(lists: WatchlistService, owner: UserId) -> None:
    """The file of one list makes the same list, flags and notes included."""
    number = lists.create(owner, "Out", ["AAPL", "BTC-USD"]).id
    lists.mark(owner, "AAPL", colour="red", note='=SUM(1), "quoted"\nsecond line')
    text = "".join(list_csv(lists, owner, number))
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert rows[1][2].startswith("'=")  # no formula in a spreadsheet
    before = lists.marks(owner)
    lists.mark(owner, "AAPL", colour="", note="")
    back = lists.create(owner, "Back").id
    done = import_list(lists, owner, back, text.encode())
    assert (done.added, done.present, done.problems) == (("AAPL", "BTC-USD"), (), ())
    assert lists.get(owner, back).symbols == ("AAPL", "BTC-USD")
    assert lists.marks(owner) == before


@pytest.mark.parametrize(
    ("content", "added", "problems"),
    [
        (b"AAPL\nMSFT\n", ("AAPL", "MSFT"), 0),
        (b"###Tech,NASDAQ:AAPL,NSE:INFY,XETR:SAP", ("AAPL", "INFY.NS", "SAP.DE"), 0),
        (b"Name,Ticker\nApple,aapl\nNobody,\nBad,<x>\n", ("AAPL",), 2),
        (b"symbol,colour\nAAPL,pink\n", ("AAPL",), 1),
        (b"\xef\xbb\xbfSymbol;Note\r\nAAPL;wait\r\naapl;again\r\n", ("AAPL",), 0),
        ("Ticker\tNotes\nMSFT\tfünf\n".encode("utf-16"), ("MSFT",), 0),
        ("symbol,note\nIBM,fünf\n".encode("cp1252"), ("IBM",), 0),
        (b'"AAPL"; "MSFT"\tIBM|AAPL', ("AAPL", "MSFT", "IBM"), 0),
        (b"symbol,note\nAAPL," + b"x" * 4_001, ("AAPL",), 1),
    ],
)
def test_files_of_other_programs_are_read(
    lists: WatchlistService, owner: UserId, content: bytes, added: tuple[str, ...], problems: int
) -> None:
    """Plain symbols, lists with exchanges, tables with a ticker column; bad lines are named."""
    number = lists.create(owner, "In").id
    done = import_list(lists, owner, number, content)
    assert done.added == added
    assert len(done.problems) == problems
    assert all(problem.startswith("Line ") for problem in done.problems)


def test_a_file_fills_the_list_as_far_as_there_is_room(lists: WatchlistService, owner: UserId) -> None:
    """Of a thousand symbols as many as fit are added with their notes and the rest is counted; a full list refuses."""
    number = lists.create(owner, "In", ["S7", "OWN"]).id
    content = "symbol,note\n" + "".join(f"S{row},n{row}\n" for row in range(1_000))
    done = import_list(lists, owner, number, content.encode())
    assert len(lists.get(owner, number).symbols) == MOST_SYMBOLS
    assert (len(done.added), done.present, done.without_room) == (MOST_SYMBOLS - 2, ("S7",), 1_001 - MOST_SYMBOLS)
    marks = lists.marks(owner)
    assert len(marks) == MOST_SYMBOLS - 1
    assert marks["S7"].note == "n7"
    with pytest.raises(InvalidInputError, match="at most") as caught:
        import_list(lists, owner, number, b"NEW")
    assert "another list" in str(caught.value.hint)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"symbol\n\n", b"x" * 1_000_001, b"<html>", b"PK\x03\x04\x00"]
)
def test_files_without_symbols_are_refused(lists: WatchlistService, owner: UserId, content: bytes) -> None:
    """Nothing, no text, no symbol, too large: said, and nothing is kept."""
    number = lists.create(owner, "In").id
    with pytest.raises(InvalidInputError):
        import_list(lists, owner, number, content)
    assert lists.get(owner, number).symbols == ()


@pytest.mark.parametrize(
    ("text", "symbol"),
    [(" aapl ", "AAPL"), ("BTC/USD", "BTC-USD"), ("BSE:RELIANCE", "RELIANCE.BO"), ("^NSEI", "^NSEI")],
)
def test_symbols_are_read_as_people_write_them(text: str, symbol: str) -> None:
    """Case, pairs and exchanges in front."""
    assert read_symbol(text) == symbol
