"""Fills of a filter, sorted and paged: the books say which, the database what stands in them.

An order of a million fills is one array of ids, kept until the ledger changes; rows are read for
the page that is shown and no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from analytics.health import has_no_fee
from analytics.sessions import trading_days
from data.db import execution_edits as edit_table
from data.db import executions as execution_table
from data.db import imports as import_table
from data.db.engine import Database, Session
from data.db.execution_charges import charges_of
from domain.accounts import UserId
from domain.charge_kinds import ChargeKind
from domain.errors import InvalidInputError
from domain.executions import MADE_BY_ACTION
from domain.fills import FILL_VIEWS, FillPage, FillRow
from domain.filters import LedgerFilter
from domain.money import decimal_text
from domain.periods import DateRange, parse_period
from services.book import Book
from services.execution_pages import make_execution, with_charges
from services.exports import moment, safe_text, write_csv
from services.trade_sets import EPOCH, TradeSets

if TYPE_CHECKING:
    from domain.charge_kinds import Charges
    from domain.columns import Bools, Decimals, Floats, Ints
    from domain.executions import Execution

ROWS_AT_ONCE = 900
_FEES = ("none", "unknown")
CSV_HEADER = (
    "id", "account", "executed_at", "symbol", "asset_class", "side", "kind", "quantity", "price", "currency", "fees",
    "fee_currency", "file", "line", "by_hand", "edited", "fees_estimated",
    *(f"fees_{kind.word}" for kind in ChargeKind), "fees_untold",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FillQuery:
    """Which fills, in which order.

    Attributes:
        view: One of `FILL_VIEWS`.
        sort: (one of `FILL_SORTS`, descending?) from the most to the least important; newest first without any.
    """

    chosen: LedgerFilter
    view: str = "all"
    sort: tuple[tuple[str, bool], ...] = ()

    def __post_init__(self) -> None:
        if self.view not in FILL_VIEWS:
            message = f"View {self.view[:40]!r} is not known."
            raise InvalidInputError(message, field="view", hint=f"Use one of {', '.join(FILL_VIEWS)}.")
        if self.chosen.fees and self.chosen.fees not in _FEES:
            message = f"Filter fees={self.chosen.fees[:40]!r} is not known."
            raise InvalidInputError(message, field="fees", hint=f"Use one of {', '.join(_FEES)}.")


class FillPages:
    """Reads pages of fills."""

    def __init__(self, db: Database, sets: TradeSets) -> None:
        self._db = db
        self._sets = sets

    def page(self, owner: UserId, books: Sequence[Book], query: FillQuery, *, start: int, end: int) -> FillPage:
        """Return rows [start, end) of a query and how many there are in all."""
        places, ids = self._order(owner, books, query)
        with self._db.read() as session:
            rows = read_fill_rows(session, owner, books, places[start:end], ids[start:end])
        return FillPage(rows=tuple(rows), total=len(ids))

    def csv(self, owner: UserId, books: Sequence[Book], query: FillQuery) -> Iterator[str]:
        """Yield all rows of a query as CSV text."""
        places, ids = self._order(owner, books, query)
        return write_csv(CSV_HEADER, self._csv_rows(owner, books, places, ids))

    def _csv_rows(self, owner: UserId, books: Sequence[Book], places: Ints, ids: Ints) -> Iterator[list[str]]:
        for start in range(0, len(ids), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            with self._db.read() as session:
                rows = read_fill_rows(session, owner, books, places[part], ids[part])
                told = _charges(session, books, places[part], ids[part])
            yield from ([*csv_row(row), *_kinds(row.execution, told.get(row.execution.id, ()))] for row in rows)

    def _order(self, owner: UserId, books: Sequence[Book], query: FillQuery) -> tuple[Ints, Ints]:
        today = self._sets.today(books)
        key = ("fills", owner, query, today, tuple((book.account, book.revision) for book in books))
        found: tuple[Ints, Ints] = self._sets.cached(key, lambda: self._find(owner, books, query, today))
        return found

    def _find(self, owner: UserId, books: Sequence[Book], query: FillQuery, today: date) -> tuple[Ints, Ints]:
        period = parse_period(query.chosen.period, today)
        masks = [self._mask(book, query, period) for book in books]
        if query.chosen.import_id is not None:
            imported, _ = self._sets.imported(owner, books, query.chosen.import_id)
            masks = [mask & np.isin(book.executions.id, imported) for book, mask in zip(books, masks, strict=True)]
        places = np.repeat(np.arange(len(books), dtype=np.int64), [int(mask.sum()) for mask in masks])
        ids = _stacked([book.executions.id[mask] for book, mask in zip(books, masks, strict=True)])
        order = np.argsort(-ids, kind="stable")
        for name, descending in reversed(query.sort or (("time", True),)):
            keys = _stacked([_sort_key(books, at, name)[mask] for at, mask in enumerate(masks)])[order]
            order = order[np.argsort(-keys if descending else keys, kind="stable")]
        return places[order], ids[order]

    def _mask(self, book: Book, query: FillQuery, period: DateRange) -> Bools:
        chosen, rows = query.chosen, book.executions
        mask = _instruments(book, chosen)[rows.instrument] if len(rows) else np.zeros(0, dtype=np.bool_)
        mask &= rows.id < MADE_BY_ACTION
        if query.chosen.fees:
            mask &= has_no_fee(rows) if query.chosen.fees == "none" else ~rows.cost_known
        if period.start is not None or period.end is not None or chosen.day:
            days = trading_days(rows.executed_at, book.account.timezone)
            mask &= _within(days, period) & (_within(days, _one_day(chosen.day)) if chosen.day else True)
        if query.view == "apart":
            lanes = np.array(book.lanes or (0,) * len(book.instruments), dtype=np.int64)
            mask &= lanes[rows.instrument] > 0
        elif query.view != "all":
            read = edit_table.edited_ids if query.view == "edited" else edit_table.hand_made_ids
            with self._db.read() as session:
                mask &= np.isin(rows.id, read(session, book.account.id))
        return mask


def _instruments(book: Book, chosen: LedgerFilter) -> Bools:
    """Return which instrument codes a filter keeps."""
    text = chosen.search.casefold()
    kept = [
        (not chosen.symbols or item.symbol in chosen.symbols)
        and (not chosen.asset_class or item.asset_class == chosen.asset_class)
        and (not chosen.currency or item.currency == chosen.currency)
        and (text in item.symbol.casefold() or text in item.name.casefold())
        for item in book.instruments
    ]
    return np.array(kept, dtype=np.bool_)


def _one_day(text: str) -> DateRange:
    return parse_period(f"{text}..{text}", EPOCH)


def _within(days: Any, period: DateRange) -> Bools:
    mask = np.ones(len(days), dtype=np.bool_)
    if period.start is not None:
        mask &= days >= (period.start - EPOCH).days
    if period.end is not None:
        mask &= days < (period.end - EPOCH).days
    return mask


def _stacked(columns: Sequence[Any]) -> Any:
    return np.concatenate(columns) if columns else np.zeros(0, dtype=np.int64)


def _sort_key(books: Sequence[Book], at: int, name: str) -> Any:
    """Return the key of every row of one book, comparable between the books."""
    rows = books[at].executions
    if name == "time":
        return rows.executed_at
    if name in ("side", "kind"):
        return getattr(rows, name).astype(np.int64)
    if name in ("quantity", "price", "fees"):
        return _floats(rows.cost if name == "fees" else getattr(rows, name))
    if name == "account":
        names = sorted(book.account.name.casefold() for book in books)
        return np.full(len(rows), names.index(books[at].account.name.casefold()), dtype=np.int64)
    symbols = sorted({item.symbol for book in books for item in book.instruments})
    ranks = {symbol: rank for rank, symbol in enumerate(symbols)}
    codes = np.array([ranks[item.symbol] for item in books[at].instruments], dtype=np.int64)
    return codes[rows.instrument] if len(rows) else np.zeros(0, dtype=np.int64)


def _floats(column: Decimals) -> Floats:
    found: Floats = column.units.astype(np.float64) / float(f"1e{column.places}")
    return found


def read_fill_rows(session: Session, owner: UserId, books: Sequence[Book], places: Ints, ids: Ints) -> list[FillRow]:
    """Return fills in the given order; `places` says which book each is in."""
    found: dict[int, FillRow] = {}
    for place in np.unique(places).tolist():
        book = books[place]
        wanted = ids[places == place].tolist()
        rows = execution_table.read_rows(session, book.account.id, wanted)
        states = edit_table.read_states(session, book.account.id, wanted) if book.lanes else {}
        names = import_table.filenames(session, owner, sorted({row["import_id"] for row in rows if row["import_id"]}))
        instruments = dict(zip(book.instrument_ids, book.instruments, strict=True))
        estimates = book.estimates(wanted)
        for row in rows:
            found[row["id"]] = FillRow(
                execution=make_execution(row, instruments[row["instrument_id"]], estimates.get(row["id"])),
                account_name=book.account.name,
                account_timezone=book.account.timezone,
                filename=names.get(row["import_id"], ""),
                edited=row["edited"],
                lane=states[row["id"]].lane if book.lanes else 0,
            )
    return [found[key] for key in ids.tolist() if key in found]


def _charges(session: Session, books: Sequence[Book], places: Ints, ids: Ints) -> dict[int, Charges]:
    found: dict[int, Charges] = {}
    for place in np.unique(places).tolist():
        found |= charges_of(session, books[place].account.id, ids[places == place].tolist())
    return found


def _kinds(item: Execution, charges: Charges) -> list[str]:
    """Return the fees of a fill by kind, and what of them no file tells apart."""
    told = dict(with_charges(item, charges).charges)
    known = [decimal_text(told[kind]) if kind in told else "" for kind in ChargeKind]
    untold = item.fees - sum(told.values(), Decimal(0))
    return [*known, decimal_text(untold) if untold else ""]


def csv_row(row: FillRow) -> list[str]:
    """Return one fill as the texts of a CSV row."""
    item = row.execution
    return [
        str(item.id),
        safe_text(row.account_name),
        moment(item.executed_at, ZoneInfo(row.account_timezone)),
        safe_text(item.instrument.symbol),
        item.instrument.asset_class.value,
        item.side.word,
        item.kind.name.lower(),
        decimal_text(item.quantity),
        decimal_text(item.price),
        item.instrument.currency,
        decimal_text(item.fees),
        item.fee_currency,
        safe_text(row.filename),
        str(item.line) if item.line else "",
        "yes" if row.by_hand else "no",
        "yes" if row.edited else "no",
        "yes" if item.fees_estimated else "no",
    ]
