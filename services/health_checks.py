"""The checks of data health that look at one account's book and its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import numpy as np

from analytics.exact import total
from analytics.health import opened_by_an_end, suspect_shorts, twin_groups, without_fees
from data.db import health as table
from data.db.cash import read_filenames, read_foreign_fees
from data.db.engine import Session
from data.db.executions import read_rows
from domain.columns import Decimals
from domain.health import Finding, FindingKind
from domain.import_diff import DiffPart
from domain.instruments import AssetClass
from domain.money import decimal_text
from domain.periods import from_micros, to_micros
from services.book import Book
from services.charging import without_free

BOUGHT_FIRST = frozenset({AssetClass.STOCK, AssetClass.FUND, AssetClass.BOND, AssetClass.CRYPTO})
NEARBY_DAYS = 5
SHOWN = 1_000
TWINS = 20_000
CONTRACT = "contract size"
CONTRADICTION = "The row prints"
MINUS = "−"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the checks of an account look at."""

    session: Session
    book: Book

    def find(self, kind: FindingKind, subject: str, text: str, **more: Any) -> Finding:
        """Return a finding about this account; `href` defaults to `fix_href`."""
        account = self.book.account
        more.setdefault("href", more["fix_href"])
        return Finding(kind=kind, account_id=account.id, account=account.name, subject=subject[:200], text=text, **more)

    def day(self, instant: int) -> str:
        """Return the local day of an instant."""
        return f"{from_micros(instant).astimezone(ZoneInfo(self.book.account.timezone)).date()}"

    def fills(self, symbol: str) -> str:
        """Return where the fills of a symbol are mended."""
        return f"/fills?{urlencode({'accounts': int(self.book.account.id), 'symbols': symbol})}"


def check_shorts(at: Checked) -> Iterator[Finding]:
    """Find exits without an entry and holdings below zero."""
    trades = at.book.matched.trades
    held = np.array([item.asset_class in BOUGHT_FIRST for item in at.book.instruments], dtype=bool)
    on_margin = any(item.asset_class not in BOUGHT_FIRST for item in at.book.instruments)
    orphans, negatives = suspect_shorts(trades, held[trades.instrument], on_margin=on_margin)
    ends = opened_by_an_end(trades, at.book.executions)
    for row in orphans[:SHOWN].tolist():
        text = f"The first fill of {_name(at, row)} is a sale of {_size(at, row)} on {at.day(trades.opened_at[row])}."
        yield _of_trade(at, FindingKind.ORPHAN_EXIT, row, text, fix_href="/import")
    for row in ends[:SHOWN].tolist():
        text = f"{_name(at, row)} ended on {at.day(trades.opened_at[row])} without having been opened."
        yield _of_trade(at, FindingKind.ORPHAN_EXIT, row, text, fix_href="/import")
    for row in negatives[:SHOWN].tolist():
        text = (
            f"{_name(at, row)} stands at {MINUS}{_size(at, row, is_open=True)} since {at.day(trades.opened_at[row])}."
        )
        yield _of_trade(at, FindingKind.NEGATIVE_INVENTORY, row, text, fix_href=at.fills(_name(at, row)))


def _of_trade(at: Checked, kind: FindingKind, row: int, text: str, *, fix_href: str) -> Finding:
    key = int(at.book.matched.trades.id[row])
    return at.find(kind, str(key), text, href=f"/trade/{key}", fix_href=fix_href)


def _name(at: Checked, row: int) -> str:
    return at.book.instruments[int(at.book.matched.trades.instrument[row])].symbol


def _size(at: Checked, row: int, *, is_open: bool = False) -> str:
    trades, matched = at.book.matched.trades, at.book.matched
    units = trades.entry_quantity[row] - trades.exit_quantity[row] if is_open else trades.quantity[row]
    places = int(matched.quantity_places[trades.instrument[row]])
    return plain(Decimals(np.array([units]), places).at(0))


def check_twins(at: Checked) -> Iterator[Finding]:
    """Find fills that look like one from another file or by hand."""
    stored = at.book.executions
    rows, groups = twin_groups(stored)
    rows, groups = rows[:TWINS], groups[:TWINS]
    if not len(rows):
        return
    ids = stored.id[rows]
    sources = table.read_sources(at.session, ids.tolist())
    source = np.array([sources.get(int(key), 0) for key in ids], dtype=np.int64)
    # A fill is suspected when the one before it in its group is from elsewhere.
    suspects = [
        (int(ids[place]), int(ids[place - 1]))
        for place in range(1, len(ids))
        if groups[place] == groups[place - 1] and source[place] != source[place - 1]
    ]
    found = {row["id"]: row for row in read_rows(at.session, at.book.account.id, _flat(suspects[:SHOWN]))}
    names = read_filenames(at.session, at.book.account.id)
    code_of = dict(zip(ids.tolist(), stored.instrument[rows].tolist(), strict=True))
    for later, earlier in suspects[:SHOWN]:
        if later in found and earlier in found:
            symbol = at.book.instruments[code_of[later]].symbol
            yield _twin(at, found[earlier], found[later], symbol=symbol, names=names)


def _flat(pairs: Iterable[tuple[int, int]]) -> list[int]:
    return sorted({key for pair in pairs for key in pair})


def _twin(at: Checked, one: dict[str, Any], two: dict[str, Any], *, symbol: str, names: dict[int, str]) -> Finding:
    def place(row: dict[str, Any]) -> str:
        return f"line {row['line']} of {names.get(row['import_id'], 'a file')}" if row["import_id"] else "by hand"

    verb = "Bought" if two["side"] > 0 else "Sold"
    text = (
        f"{verb} {plain(two['quantity'])} {symbol} at {plain(two['price'])} on "
        f"{at.day(two['executed_at'])} twice: {place(one)}, and {place(two)}."
    )
    return at.find(FindingKind.SUSPECTED_DUPLICATE, f"{one['id']}:{two['id']}", text, fix_href=at.fills(symbol))


def check_fees(at: Checked) -> Iterator[Finding]:
    """Find fills that lack the fee their likes have, and fees without a rate."""
    stored, classes = at.book.executions, list(AssetClass)
    codes = np.array([classes.index(item.asset_class) for item in at.book.instruments], dtype=np.int64)
    lacking = without_fees(without_free(stored, at.book.free), codes[stored.instrument], len(classes))
    for code, count in lacking.items():
        name = classes[code].value.replace("_", " ")
        text = f"{count:,} {name} {'fill has' if count == 1 else 'fills have'} no fee; most others have one."
        chosen = {"accounts": int(at.book.account.id), "asset": classes[code].value, "fees": "none"}
        href = f"/fills?{urlencode(chosen)}"
        yield at.find(
            FindingKind.MISSING_FEES, classes[code].value, text, href=href, fix_href="/settings/accounts", count=count
        )
    unknown = int(np.count_nonzero(~stored.cost_known))
    if unknown:
        fees = read_foreign_fees(at.session, at.book.account.id)
        missing = set(stored.id[~stored.cost_known].tolist())
        coins = ", ".join(sorted({name for key, _, name in fees if key in missing}))
        text = f"{unknown:,} {'fee' if unknown == 1 else 'fees'} in {coins or 'another currency'} without a rate."
        href = f"/fills?{urlencode({'accounts': int(at.book.account.id), 'fees': 'unknown'})}"
        yield at.find(FindingKind.FEE_WITHOUT_RATE, "rate", text, fix_href=href, count=unknown)


def check_contracts(at: Checked) -> Iterator[Finding]:
    """Find the contracts whose rows were left out for want of a size, or because the file contradicts it."""
    found: dict[str, tuple[str, int, str]] = {}
    for import_id, filename, problems in table.read_import_problems(at.session, at.book.account.id):
        for item in problems:
            reason = str(item.get("reason", ""))
            if CONTRACT in reason or reason.startswith(CONTRADICTION):
                name = str(item.get("value") or "?")[:80] if CONTRACT in reason else "a contract"
                told, count, _ = found.get(name, (f"line {item.get('line')} of {filename}: {reason}", 0, ""))
                found[name] = (told, count + 1, f"/import?batch={import_id}&part={DiffPart.PROBLEMS}")
    for name, (told, count, href) in found.items():
        rows = f"{count:,} {'row' if count == 1 else 'rows'}"
        yield at.find(
            FindingKind.UNKNOWN_MULTIPLIER, name, f"{name}: {rows} left out, first in {told}", href=href, count=count,
            fix_href=f"/settings/instruments?{urlencode({'symbol': name})}",
        )  # fmt: skip


def check_positions(at: Checked) -> Iterator[Finding]:
    """Compare the broker's latest list of positions with ours at that moment."""
    rows = table.read_positions(at.session, at.book.account.id)
    if not rows:
        return
    broker: dict[str, Decimal] = {}
    for row in rows:
        broker[row.symbol] = broker.get(row.symbol, Decimal(0)) + row.quantity
    moment = max(row.occurred_at for row in rows)
    names = read_filenames(at.session, at.book.account.id)
    ours, isins = _positions_at(at.book, to_micros(moment))
    listed = {isins.get(symbol, symbol): quantity for symbol, quantity in broker.items()}
    for symbol in sorted(listed.keys() | {name for name, quantity in ours.items() if quantity}):
        theirs, mine = listed.get(symbol, Decimal(0)), ours.get(symbol, Decimal(0))
        if theirs == mine or (symbol not in listed and not ours[symbol]):
            continue
        text = (
            f"{symbol}: the broker has {plain(theirs)}, our fills make {plain(mine)} on "
            f"{moment.astimezone(ZoneInfo(at.book.account.timezone)).date()} ({names.get(rows[0].import_id, 'file')})."
        )
        yield at.find(FindingKind.POSITION_GAP, symbol, text, fix_href=at.fills(symbol))


def _positions_at(book: Book, instant: int) -> tuple[dict[str, Decimal], dict[str, str]]:
    """Return our quantity by symbol at an instant, and the symbol of each ISIN.

    Where nothing was traded since, the book's own open quantity counts, which knows of corporate actions;
    else the sum of the fills up to then, unless a split makes that meaningless.
    """
    stored, matched = book.executions, book.matched
    split = {item.instrument for item in book.splits}
    found: dict[str, Decimal] = {}
    for code, item in enumerate(book.instruments):
        mine = stored.instrument == code
        before = mine & (stored.executed_at <= instant)
        if before.sum() == mine.sum():
            rows = (matched.trades.instrument == code) & matched.trades.is_open
            trades = matched.trades
            units = (trades.side[rows] * (trades.entry_quantity[rows] - trades.exit_quantity[rows])).sum()
            quantity = Decimals(np.array([units]), int(matched.quantity_places[code])).at(0)
        elif code in split:
            continue
        else:
            signed = stored.quantity.units[before] * stored.side[before].astype(np.int64)
            quantity = total(Decimals(signed, stored.quantity.places))
        found[item.symbol] = found.get(item.symbol, Decimal(0)) + quantity
    return found, {item.isin: item.symbol for item in book.instruments if item.isin}


def check_actions(at: Checked, entered: Sequence[tuple[int | None, str, datetime]]) -> Iterator[Finding]:
    """Find corporate actions that a file tells of and nobody applied."""
    symbols = {name: item.symbol for item in at.book.instruments for name in (item.symbol, item.isin) if name}
    for row in table.read_unapplied_actions(at.session, at.book.account.id):
        symbol = symbols.get(row.symbol)
        if symbol is None or row.occurred_at is None or is_entered(at, symbol, row.occurred_at, entered):
            continue
        told = row.description or row.label
        text = f"{symbol} on {at.day(to_micros(row.occurred_at))}: {told[:160]}."
        href = f"/settings/instruments?{urlencode({'symbol': symbol})}"
        yield at.find(FindingKind.UNAPPLIED_ACTION, str(row.id), text, fix_href=href)


def is_entered(at: Checked, symbol: str, moment: datetime, entered: Sequence[tuple[int | None, str, datetime]]) -> bool:
    """Whether somebody entered an action of a symbol for about that time."""
    return any(
        name == symbol and account in (None, int(at.book.account.id)) and abs((when - moment).days) <= NEARBY_DAYS
        for account, name, when in entered
    )


def check_undated(at: Checked) -> Iterator[Finding]:
    """Find cash rows without a time."""
    counts = table.count_undated(at.session, at.book.account.id)
    names = read_filenames(at.session, at.book.account.id) if counts else {}
    for import_id, count in counts.items():
        text = f"{count:,} {'row' if count == 1 else 'rows'} of {names.get(import_id, 'a file')} without a date."
        href = f"/import?batch={import_id}&part={DiffPart.OTHER}"
        yield at.find(FindingKind.UNDATED_ROWS, str(import_id), text, fix_href=href, count=count)


def plain(value: Decimal) -> str:
    """Return a number as the pages write it: grouped, with a true minus."""
    return f"{Decimal(decimal_text(value)):,f}".replace("-", MINUS)


def spot_symbols(book: Book, classes: frozenset[AssetClass]) -> set[tuple[str, str]]:
    """Return (symbol, currency) of the open positions in these classes."""
    trades = book.matched.trades
    codes = np.unique(trades.instrument[trades.is_open]).tolist()
    items = (book.instruments[code] for code in codes)
    return {(item.symbol, item.currency) for item in items if item.asset_class in classes}
