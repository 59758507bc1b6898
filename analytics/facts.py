"""What dimensions read: the trades of some accounts and what is known beside them, each code column made once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.outcomes import outcomes
from domain.columns import TradeFrame
from domain.filters import Basis
from domain.journal import TradeJournal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from domain.columns import Bytes, Floats, Ints

SMALL_CODES, MIDDLE_CODES = 1 << 7, 1 << 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A column of bucket numbers with the buckets' names.

    Attributes:
        codes: Number of each row's cell, 0 .. cells - 1, any integer type.
        keys: Text of each bucket in filters; "" is the bucket of rows without the property.
        labels: Name of each bucket for people.
        members: Whether a bucket (row) holds a cell (column); None where cells are the buckets.
            Given for tags, where a trade belongs to several buckets.
    """

    codes: NDArray[Any]
    keys: tuple[str, ...]
    labels: tuple[str, ...]
    members: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def cells(self) -> int:
        """How many different codes there are."""
        return len(self.keys) if self.members is None else self.members.shape[1]

    @property
    def overlaps(self) -> bool:
        """Whether a row can be in several buckets."""
        return self.members is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkDays:
    """Daily returns of a benchmark.

    Attributes:
        symbol: Whose.
        day: Days since 1970, ascending.
        change: Close over the close before, minus 1.
    """

    symbol: str
    day: Ints
    change: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """Whether trades kept to the rules of their setups.

    Attributes:
        rules: (id, name of the setup, text) of every rule, those of a setup together and in its order.
        trade, rule, is_followed: The answers: which trade, the place of the rule among `rules`, and whether it
            was followed; one a trade and rule, ordered by trade.
    """

    rules: tuple[tuple[int, str, str], ...]
    trade: Ints
    rule: Ints
    is_followed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known of trades beside their frame.

    Attributes:
        accounts: Names by account id.
        zones: Time zones by account id.
        journal: Entries by (account, trade).
        tag_groups: Group of a tag by its name ("tag", "mistake", "quality" ...).
        sectors: Returns the sector of each of some symbols, as far as known.
        benchmark: Returns the benchmark's days, None when there are none.
        rules: Returns whether trades kept to the rules of their setups.
        fee_kinds: Returns the ids of the trades with fees of each kind, as far as files tell.
        tolerances: Money and R within which a trade is a breakeven, by account; none where it is not named.
    """

    accounts: Mapping[int, str] = field(default_factory=dict)
    zones: Mapping[int, str] = field(default_factory=dict)
    journal: Mapping[tuple[int, int], TradeJournal] = field(default_factory=dict)
    tag_groups: Mapping[str, str] = field(default_factory=dict)
    sectors: Callable[[tuple[str, ...]], Mapping[str, str]] | None = None
    benchmark: Callable[[], BenchmarkDays | None] | None = None
    rules: Callable[[], RuleBook] | None = None
    fee_kinds: Callable[[], Mapping[str, Ints]] | None = None
    tolerances: Mapping[int, tuple[float, float]] = field(default_factory=dict)


class Facts:
    """All trades of some accounts in one currency, with the columns that dimensions make of them.

    Args:
        frame: Every trade, whatever the filter, ordered by (closed_at, id): a trade's place in its day
            or after a row of losses does not depend on what is looked at.
        basis: Decides wins and losses.
        around: What is known beside the frame.
    """

    __slots__ = ("_kept", "_lock", "around", "basis", "frame")

    def __init__(self, frame: TradeFrame, *, basis: Basis = Basis.NET, around: Surroundings | None = None) -> None:
        self.frame = frame
        self.basis = basis
        self.around = around or Surroundings()
        self._kept: dict[str, Any] = {}
        self._lock = threading.Lock()

    def keep(self, name: str, build: Callable[[], Any]) -> Any:
        """Return what was built under a name before, else build and keep it."""
        if name in self._kept:
            return self._kept[name]
        value = build()
        with self._lock:
            return self._kept.setdefault(name, value)

    @property
    def nbytes(self) -> int:
        """Memory of the columns made so far."""
        made = (value.codes if isinstance(value, Coded) else value for value in tuple(self._kept.values()))
        return sum(column.nbytes for column in made if isinstance(column, np.ndarray))

    @property
    def pnl(self) -> Floats:
        """P&L of each trade in the basis."""
        return self.frame.net if self.basis is Basis.NET else self.frame.gross

    @property
    def outcome(self) -> Bytes:
        """+1 win, -1 loss, 0 breakeven of each trade, open ones included."""
        found: Bytes = self.keep("_outcome", lambda: outcomes(self.pnl, self.frame.gross, tolerance=self._tolerance()))
        return found

    def _tolerance(self) -> Floats | float:
        """Return the money within which each trade is a breakeven: the larger of its account's money and R."""
        held, frame = self.around.tolerances, self.frame
        if not held:
            return 0.0
        found = np.zeros(len(frame))
        for account, (money, multiple) in held.items():
            mine = np.flatnonzero(frame.account == account)
            found[mine] = np.fmax(money, multiple * frame.risk[mine])
        return found

    @property
    def entry_order(self) -> Ints:
        """Rows by (account, entry, id)."""
        frame = self.frame
        found: Ints = self.keep("_entry_order", lambda: entry_order(frame))
        return found


def entry_order(frame: TradeFrame) -> Ints:
    """Return the rows of a frame by account, then entry, then id."""
    # Rows come by (closed_at, id): nearly in order of entry already, which a stable sort makes use of.
    by_id = np.lexsort((frame.id, frame.opened_at))
    if not len(frame) or (frame.account == frame.account[0]).all():
        return by_id
    order: Ints = by_id[np.argsort(frame.account[by_id], kind="stable")]
    return order


def small(codes: Any, size: int) -> NDArray[Any]:
    """Return codes 0 .. size - 1 in the narrowest integer type that holds them."""
    kind = np.int8 if size <= SMALL_CODES else np.int16 if size <= MIDDLE_CODES else np.int32
    narrow: NDArray[Any] = np.asarray(codes).astype(kind, copy=False)
    return narrow
