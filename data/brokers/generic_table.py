"""Any table of fills: where its header is, what its columns mean, and how one row is read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import cells, moments, words
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.contracts import future_contract, future_multiplier
from data.brokers.crypto_pairs import FIAT, QUOTES, split_pair
from data.brokers.field_names import FIELDS, is_round_trips, missing_fields, propose_mapping, split_columns
from data.brokers.option_symbols import parse_option
from data.brokers.reader import Record, Row, normalise_header, number_columns
from domain.errors import ImportFileError
from domain.executions import Side
from domain.instruments import OPTION_MULTIPLIER, AssetClass, Instrument
from domain.statements import OtherKind

SAMPLE_ROWS = 150
HEADER_LINES = 60
INSTRUMENT_FIELDS = ("symbol", "asset_class", "currency", "multiplier")
FINGERPRINT_FIELDS = ("executed_at", "date", "time", "symbol", "side", "quantity", "price", "order_id", "account")
_MAPPING_HINT = "Map the columns yourself."


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A header and which of its columns hold our fields.

    Attributes:
        line: 1-based line of the header.
        header: Its cells.
        columns: Normalised header -> position, as the row reader has it.
        mapping: Field -> header.
        sample: Some rows below the header.
        currency: For rows that name none.
    """

    line: int
    header: Sequence[str]
    columns: Mapping[str, int]
    mapping: Mapping[str, str]
    sample: Sequence[Sequence[str]]
    currency: str

    def position(self, field: str) -> int | None:
        """Return the position of a field's column, None when it has none."""
        name = self.mapping.get(field)
        return None if name is None else self.columns[normalise_header(name)]

    @property
    def fee_columns(self) -> list[str]:
        """Headers of the columns whose sum is the fee."""
        return split_columns(self.mapping["fees"], self.columns) if "fees" in self.mapping else []

    @property
    def unused(self) -> list[str]:
        """Headers no field is read from."""
        used = {normalise_header(name) for name in (*self.mapping.values(), *self.fee_columns)}
        return [self.header[index] for name, index in self.columns.items() if name not in used]


def find_plan(records: Sequence[Record], mapping: Mapping[str, str], *, currency: str, name: str) -> Plan:
    """Find the header and complete the mapping.

    Args:
        records: The first records of the file.
        mapping: The user's; empty proposes one.
        currency: For rows that name none.
        name: File name, for messages.

    Raises:
        ImportFileError: If a mapped column does not exist, or no header holds all that a fill needs.
    """
    if mapping:
        return _plan_of(records, _find_mapped(records, mapping, name), dict(mapping), currency)
    best: tuple[int, list[str]] = (99, ["a header"])
    for position, record in enumerate(records[:HEADER_LINES]):
        sample = [item.cells for item in records[position + 1 : position + 1 + SAMPLE_ROWS]]
        proposed = propose_mapping(record.cells, sample)
        missing = missing_fields(proposed, has_negative_quantity=_has_negative(record.cells, sample, proposed))
        if not missing:
            return _plan_of(records, position, proposed, currency)
        best = min(best, (len(missing), missing))
    message = f"{name}: no header line was found that tells {', '.join(best[1])}."
    raise ImportFileError(message, hint=_MAPPING_HINT)


def _plan_of(records: Sequence[Record], position: int, mapping: dict[str, str], currency: str) -> Plan:
    header = records[position]
    sample = [item.cells for item in records[position + 1 : position + 1 + SAMPLE_ROWS]]
    columns = number_columns(header.cells)
    return Plan(
        line=header.line, header=header.cells, columns=columns, mapping=mapping, sample=sample, currency=currency
    )


def _find_mapped(records: Sequence[Record], mapping: Mapping[str, str], name: str) -> int:
    unknown = sorted(set(mapping) - set(FIELDS))
    if unknown:
        raise ImportFileError(f"{unknown[0]!r} is no field.", hint=f"Fields are {', '.join(FIELDS)}.")
    # Whether quantities carry the side is checked when all of them are known.
    missing = missing_fields(mapping, has_negative_quantity=True)
    if missing:
        raise ImportFileError(f"The mapping lacks {', '.join(missing)}.", hint=_MAPPING_HINT)
    absent = list(mapping.values())
    for position, record in enumerate(records[:HEADER_LINES]):
        found = number_columns(record.cells)
        lacking = [
            title
            for name in mapping.values()
            for title in split_columns(name, found)
            if normalise_header(title) not in found
        ]
        if not lacking:
            return position
        absent = min(absent, lacking, key=len)
    message = f"{name}: no header line with the column(s) {', '.join(absent)}."
    raise ImportFileError(message, hint="Choose columns of this file.")


def _has_negative(header: Sequence[str], sample: Sequence[Sequence[str]], mapping: Mapping[str, str]) -> bool:
    if "quantity" not in mapping:
        return False
    index = number_columns(header)[normalise_header(mapping["quantity"])]
    return any(row[index].lstrip("$").startswith(("-", "(", "\u2212")) for row in sample if index < len(row))


def is_doubtful(plan: Plan) -> bool:
    """Whether the table may hold something other than fills: whole trades, or time and price twice."""
    repeated = {
        f"{normalise_header(plan.mapping[field])} 2" for field in ("executed_at", "price") if field in plan.mapping
    }
    return is_round_trips(plan.header) or bool(repeated & set(plan.columns))


def make_instrument(texts: Mapping[str, str], plan: Plan) -> Instrument:
    """Return the instrument of the texts of `INSTRUMENT_FIELDS`.

    Without an asset class it is a stock, unless the symbol is spelt like an option,
    a future ("MESM6", "/ES") or a pair ("BTC-EUR").

    Raises:
        CellError: If the symbol is empty, or class, currency or multiplier cannot be read.
    """
    symbol = texts.get("symbol", "")
    title = {field: plan.mapping.get(field, field) for field in INSTRUMENT_FIELDS}
    if not symbol:
        raise CellError(title["symbol"], "", "The cell is empty.", "Fill it in or skip the row.")
    terms = parse_option(symbol)
    named = texts.get("asset_class", "")
    asset = words.read_asset_class(named, column=title["asset_class"])
    quote = "" if terms else _quote_of(symbol)
    if not named:
        asset = _guess_class(symbol, quote) if not terms else AssetClass.OPTION
    currency = words.fold_currency(texts.get("currency", "")) or quote or plan.currency
    if not (currency.isalnum() and 2 <= len(currency) <= 6):
        reason = f"{currency[:40]!r} is not a currency."
        raise CellError(title["currency"], currency, reason, "Expected a code such as USD.")
    return Instrument(
        symbol=symbol,
        asset_class=asset,
        currency=currency,
        multiplier=_multiplier(texts.get("multiplier", ""), asset, symbol, title["multiplier"]),
        option=terms if asset in (AssetClass.OPTION, AssetClass.FUTURE_OPTION) else None,
    )


def _quote_of(symbol: str) -> str:
    """Return the currency behind the mark of "BTC-EUR" or "EUR/USD"; "" for everything else."""
    pair = split_pair(symbol) if re.search(r"[/\-_]", symbol[1:]) else None
    return pair[1] if pair and pair[1] in QUOTES else ""


def _guess_class(symbol: str, quote: str) -> AssetClass:
    if quote:
        base = symbol[: -len(quote) - 1].upper()
        return AssetClass.FOREX if base in FIAT and quote in FIAT else AssetClass.CRYPTO
    return AssetClass.FUTURE if _is_future(symbol) else AssetClass.STOCK


def _is_future(symbol: str) -> bool:
    # A bare root such as ES is also a share's ticker; with a month and a year behind it, it is not.
    return symbol.startswith("/") or (symbol[-1:].isdigit() and future_contract(symbol) is not None)


def _multiplier(text: str, asset: AssetClass, symbol: str, column: str) -> Decimal | None:
    if text and text not in cells.EMPTY_MARKS:
        value = cells.read_decimal(text, column=column)
        if value <= 0:
            raise CellError(column, text, "The multiplier is not more than zero.")
        return value
    if asset is AssetClass.OPTION:
        return OPTION_MULTIPLIER
    if asset in (AssetClass.FUTURE, AssetClass.FUTURE_OPTION):
        return future_multiplier(symbol)
    return Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReader:
    """Reads rows by a plan, once the questions that only whole columns answer are settled.

    Attributes:
        fees_negative: Whether a negative fee is a cost.
    """

    plan: Plan
    decimal_comma: bool
    day_first: bool
    fees_negative: bool

    def __call__(self, builder: StatementBuilder, row: Row) -> None:
        """Turn one row into a fill, or a skipped order.

        Raises:
            CellError: If a cell cannot be read.
        """
        self._check_width(row)
        status = self.text(row, "status")
        if words.is_filled(status):
            self._read_fill(builder, row)
            return
        builder.other(
            row.line,
            OtherKind.SKIPPED,
            status,
            symbol=self.text(row, "symbol"),
            reason=f"The order is not filled: {status}.",
        )

    def _read_fill(self, builder: StatementBuilder, row: Row) -> None:
        quantity = self.number(row, "quantity")
        fees = self.fees(row)
        column = self.plan.mapping.get("executed_at") or self.plan.mapping["date"]
        raw = " ".join(text for field in ("executed_at", "date", "time") if (text := self.text(row, field)))
        builder.execution(
            line=row.line,
            instrument=make_instrument({field: self.text(row, field) for field in INSTRUMENT_FIELDS}, self.plan),
            side=self._side(row, quantity),
            quantity=abs(quantity),
            price=self.number(row, "price"),
            fees=-fees if self.fees_negative else fees,
            fee_currency=words.fold_currency(self.text(row, "fee_currency")),
            executed_at=builder.instant(self.moment(row), raw=raw, column=column),
            identity=self.text(row, "broker_id"),
            fingerprint=tuple(self.text(row, field) for field in FINGERPRINT_FIELDS),
        )

    def text(self, row: Row, field: str) -> str:
        """Return the text of a field's cell, "" when the field has no column."""
        column = self.plan.mapping.get(field)
        return row.text(column) if column else ""

    def number(self, row: Row, field: str) -> Decimal:
        """Return the number in a field's cell."""
        return row.decimal(self.plan.mapping[field], decimal_comma=self.decimal_comma)

    def fees(self, row: Row) -> Decimal:
        """Return the sum of a row's fee cells as written; an empty cell is 0."""
        numbers = (
            row.decimal(column, default=Decimal(0), decimal_comma=self.decimal_comma)
            for column in self.plan.fee_columns
        )
        return sum(numbers, Decimal(0))

    def moment(self, row: Row) -> datetime:
        """Return the naive or aware time of a row."""
        mapping = self.plan.mapping
        if "executed_at" in mapping:
            column = mapping["executed_at"]
            return moments.read_moment(row.required(column), column=column, day_first=self.day_first)
        day = moments.read_day(row.required(mapping["date"]), column=mapping["date"], day_first=self.day_first)
        return moments.join_moment(day, self.text(row, "time"), column=mapping.get("time", ""))

    def _side(self, row: Row, quantity: Decimal) -> Side:
        column = self.plan.mapping.get("side")
        if column is None:
            return Side.SELL if quantity < 0 else Side.BUY
        side = words.read_side(row.text(column), column=column)
        if side is Side.BUY and quantity < 0:
            title = self.plan.mapping["quantity"]
            hint = "Correct the row, or leave the side unmapped so that the sign decides."
            raise CellError(title, row.text(title), "A purchase has a negative quantity.", hint)
        return side

    def _check_width(self, row: Row) -> None:
        extra = [cell for cell in row.cells[len(self.plan.header) :] if cell]
        if extra:
            reason = f"The row has more cells than the header has columns ({len(self.plan.header)})."
            raise CellError("", extra[0], reason, "Put quotes around cells that hold the delimiter.")
