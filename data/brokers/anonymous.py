"""A file without what is its owner's: numbers scaled, ids and names masked, the layout kept letter for letter.

Who meets a file that Fillwise cannot read may show it to others in this form. Cells are replaced where they
stand, so that delimiter, quotes, line ends and widths stay; one text is masked the same way everywhere in a
file. Quantities and prices are multiplied by secret whole numbers and amounts by their product, so that
quantity x price = amount holds as before. Dates, sides, currencies, states and headers stay as they are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from data.brokers import cells, words
from data.brokers.column_profiles import CURRENCIES, Kind, is_kind
from data.brokers.contracts import future_contract
from data.brokers.crypto_pairs import split_pair
from data.brokers.field_words import structural_words
from data.brokers.generic_table import Plan
from data.brokers.moments import split_moment
from data.brokers.option_symbols import parse_option

FIRST_ROWS = 50
"""Rows below the header that are kept, and as many of those with problems."""
_QUANTITIES = frozenset({"quantity", "buy_quantity", "sell_quantity"})
_PRICES = frozenset({"price", "entry_price", "exit_price", "buy_price", "sell_price"})
_KEPT = frozenset({"multiplier", "executed_at", "date", "time", "entry_at", "exit_at", "entry_date", "entry_time",
                   "exit_date", "exit_time", "bought_at", "sold_at"})  # fmt: skip
_IDS = frozenset({"broker_id", "order_id", "account", "tag"})
SHORT = 5
_NUMBER = re.compile(r"\d[\d.,' \u00a0\u202f]*\d|\d")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell as it stands in a file: the text in its quotes, and what is around it.

    Attributes:
        before: Blanks and the opening quote.
        text: What stands between, with doubled quotes as they are.
        after: The closing quote and the delimiter or line end.
    """

    before: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as it stands in a file; it starts in the 1-based line."""

    line: int
    cells: list[RawCell]


def split_raw(text: str, delimiter: str) -> Iterator[RawRecord]:
    """Yield the records of a text with everything in them: joined again they are the text."""
    mark = re.escape(delimiter)
    quoted = re.compile(rf'(?P<before>[ \t]*")(?P<text>(?:[^"]|"")*)(?P<after>"[^{mark}\r\n]*(?:{mark}|\r\n|\n|\r|\Z))')
    plain = re.compile(rf"(?P<before>)(?P<text>[^{mark}\r\n]*)(?P<after>{mark}|\r\n|\n|\r|\Z)")
    place, line, start, found = 0, 1, 1, list[RawCell]()
    while place < len(text):
        match = quoted.match(text, place) or plain.match(text, place)
        if match is None:  # the pattern for plain cells fits everywhere
            return
        cell = RawCell(match["before"], match["text"], match["after"])
        found.append(cell)
        place = match.end()
        line += match[0].count("\n")
        if not cell.after.endswith(delimiter):
            yield RawRecord(start, found)
            start, found = line, []
    if found:
        yield RawRecord(start, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """How one file is masked.

    Attributes:
        key: Secret of this file; who has it can undo the masks.
        fields: Position of a column -> our field.
        decimal_comma: How numbers are written.
    """

    key: bytes = field(repr=False)
    fields: Mapping[int, str]
    decimal_comma: bool

    @property
    def quantity_factor(self) -> int:
        """What quantities are multiplied by."""
        return 3 + self._digest("quantity")[0] % 17

    @property
    def price_factor(self) -> int:
        """What prices are multiplied by."""
        return 2 + self._digest("price")[0] % 19

    def hide(self, text: str, position: int | None = None) -> str:
        """Return a cell without its owner's data; `position` is its column, None outside the table."""
        name = self.fields.get(position, "") if position is not None else ""
        plain = cells.clean(text)
        if not plain or name in _KEPT or _is_structural(plain):
            return text
        if name == "symbol":
            return self._mask_symbol(text, plain)
        is_number = is_kind(plain, Kind.NUMBER) and name not in _IDS
        if position is not None and is_number and not _is_long_id(plain, name):
            return self.scale(text, self._factor(name))
        return self.mask(text)

    def _factor(self, name: str) -> int:
        if name in _QUANTITIES:
            return self.quantity_factor
        return self.price_factor if name in _PRICES else self.quantity_factor * self.price_factor

    def scale(self, text: str, factor: int) -> str:
        """Return a text with its number multiplied; marks, groups and the count of decimals stay."""
        match = _NUMBER.search(text)
        if match is None:
            return text
        try:
            value = cells.read_decimal(match[0], column="", decimal_comma=self.decimal_comma)
        except cells.CellError:
            return self.mask(text)
        scaled = _write_like(match[0], value * factor, decimal_comma=self.decimal_comma)
        return text[: match.start()] + scaled + text[match.end() :]

    def mask(self, text: str) -> str:
        """Return a text with every word and number replaced, but for those that belong to the layout."""
        return re.sub(r"[^\W\d_]+|\d+", lambda match: self._mask_word(match[0]), text)

    def _mask_word(self, word: str) -> str:
        if word.casefold() in structural_words() or (word in CURRENCIES and len(word) == 3):
            return word
        # Short words by their length alone: two different ones stay different. Long ones by all their letters.
        digest = self._digest(f"{len(word)} {word.isdigit()}" if len(word) <= SHORT else word)
        return "".join(_replace(char, digest[index % len(digest)]) for index, char in enumerate(word))

    def _mask_symbol(self, text: str, plain: str) -> str:
        """Return a symbol of the same shape: a listed future or a pair as it is, an option with another root."""
        if _is_public(plain):
            return text
        if parse_option(plain) is None:
            return self.mask(text)
        return re.sub(r"[A-Z]+", lambda match: self._mask_word(match[0]), text, count=1)

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self.key, digest_size=32).digest()


def _replace(char: str, number: int) -> str:
    """Return another character of the same kind, never the same one."""
    if char.isdecimal():
        return str((int(char) + 1 + number % 9) % 10)
    if char.lower() in _LETTERS:
        other = _LETTERS[(_LETTERS.index(char.lower()) + 1 + number % 25) % 26]
        return other.upper() if char.isupper() else other
    if ord(char) >= 0x2E80:
        return chr(0x4E00 + (ord(char) * 31 + number + 1) % 0x2000)
    return "X" if char.isupper() else "x"


def _is_structural(text: str) -> bool:
    """Whether a cell says nothing about its owner: a date, a side, a currency, a state, a class."""
    if any(is_kind(text, kind) for kind in (Kind.DATED, Kind.CLOCK, Kind.CURRENCY, Kind.STATUS, Kind.ASSET)):
        return not (text.isdigit() and len(text) < 14 and len(text) != 8 and not is_kind(text, Kind.EPOCH))
    day, clock = split_moment(text)
    if " " not in text and words.find_activity(text) is not None:
        return True
    is_side = words.find_side(text) is not None and not text.lstrip("+-").isdigit()
    return is_side or bool(clock and is_kind(day, Kind.DAY)) or text in cells.EMPTY_MARKS


def _is_public(symbol: str) -> bool:
    """Whether a symbol names no holding but a market: a listed future, a pair of coins or currencies."""
    pair = split_pair(symbol) if re.search(r"[/\-_]", symbol[1:]) else None
    return pair is not None or (symbol[-1:].isdigit() and future_contract(symbol) is not None)


def _is_long_id(text: str, name: str) -> bool:
    """Whether a number in a column of no meaning counts nothing but names something."""
    return not name and len(text) >= 6 and text.isdigit()


def _write_like(pattern: str, value: Decimal, *, decimal_comma: bool) -> str:
    """Return a number with as many decimals as a written one, and with groups if that has them."""
    mark, group = (",", ".") if decimal_comma else (".", ",")
    whole, _, decimals = pattern.partition(mark)
    text = f"{value:.{len(decimals)}f}"
    digits, _, rest = text.partition(".")
    separator = next((char for char in whole if not char.isdigit()), "")
    if separator and (separator == group or separator in "' \u00a0\u202f"):
        digits = f"{int(digits):,}".replace(",", separator)
    return digits + (mark + rest if rest else "")


def hide_records(records: Iterator[RawRecord], plan: Plan, mask: Mask, kept: Collection[int] = ()) -> Iterator[str]:
    """Yield the masked text of the header, what stands before it, the first rows and those of some lines.

    Args:
        records: The whole file.
        plan: Where the header is.
        mask: How to mask.
        kept: Lines whose rows are kept wherever they stand.
    """
    wanted, last = set(kept), max(kept, default=0)
    rows = 0
    for record in records:
        is_data = record.line > plan.line
        rows += is_data
        if is_data and rows > FIRST_ROWS and record.line not in wanted:
            if record.line > last:
                return
            continue
        yield "".join(_hide_cells(record, plan, mask))


def _hide_cells(record: RawRecord, plan: Plan, mask: Mask) -> Iterator[str]:
    for position, cell in enumerate(record.cells):
        if record.line == plan.line:
            text = cell.text
        else:
            text = mask.hide(cell.text, position if record.line > plan.line else None)
        yield cell.before + text + cell.after
