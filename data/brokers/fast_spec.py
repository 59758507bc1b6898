"""How a format describes its table to the fast path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.brokers.arrow_table import Layout
from data.brokers.builder import StatementBuilder
from data.brokers.reader import Row
from domain.executions import Side
from domain.instruments import Instrument

ReadRow = Callable[[StatementBuilder, Row], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FastSpec:
    """How a table's columns make executions. Columns are positions.

    Attributes:
        names: Header as the row reader knows it: normalised name -> position.
        sample: Some rows of the table, to choose types by.
        moment: One column of times, or one of days and one of clocks.
        side: None reads the side from the sign of the quantity.
        fees: Columns whose sum is the fee.
        fee_kinds: What each of them is for (`ChargeKind`), () where that is not told.
        instrument: Columns whose texts make the instrument.
        status: Column of order states and whether a state is a fill; others go to the row reader.
        identity: Column of the broker's fill ids, or None to use the fingerprint.
        fingerprint: Columns of the fingerprint; None stands for an empty text.
        read_side, make_instrument: Raise `CellError` like the row reader.
        decide_day_first: From the distinct texts of a day or time column.
        is_fee_negative: Whether a negative fee is a cost; None goes by the majority.
        row_reader: Makes the row reader from (day first, whether negative fees are costs).
    """

    slug: str
    timezone: str
    layout: Layout
    names: Mapping[str, int]
    sample: Sequence[Sequence[str]]
    moment: tuple[int, ...]
    side: int | None
    quantity: int
    price: int
    fees: tuple[int, ...]
    fee_currency: int | None
    instrument: tuple[int, ...]
    status: tuple[int, Callable[[str], bool]] | None
    account: int | None
    identity: int | None
    fingerprint: tuple[int | None, ...]
    read_side: Callable[[str], Side]
    make_instrument: Callable[[tuple[str, ...]], Instrument]
    decide_day_first: Callable[[Iterable[str]], bool]
    is_fee_negative: bool | None
    row_reader: Callable[[bool, bool], ReadRow]
    fee_kinds: tuple[int, ...] = ()
