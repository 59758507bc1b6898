"""How one row of any table of fills is read, once its columns are known."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import cells, moments, words
from data.brokers.amounts import read_amount, unit_price
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.generic_table import (
    FINGERPRINT_FIELDS,
    INSTRUMENT_FIELDS,
    MORE_FINGERPRINTS,
    Plan,
    make_instrument,
)
from data.brokers.reader import Row
from data.brokers.records import normalise_header
from data.brokers.words import fold_currency
from domain.charge_kinds import ChargeKind
from domain.executions import Side
from domain.money import ZERO
from domain.statements import OtherKind

# Without a space it must be a word of three letters that are not all mistaken digits: "1OO" and "5k" are no 1 and 5.
_UNIT = re.compile(
    r"(?P<number>[-+\u2212(]?\s?[\d.,' ]*\d\)?)(?: |(?![OoIlSB]+$)(?=[A-Za-z]{3}))(?P<unit>[A-Za-z]{2,6})\.?"
)
_WORD = 40


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
        """Turn one row into a fill, a row of its own kind, or a skipped one.

        Raises:
            CellError: If a cell cannot be read.
        """
        try:
            self._read(builder, row)
        except CellError:
            reason = self.reason_to_skip(row)
            if not reason:
                raise
            label = next((cell for cell in row.cells if cell), "")[:_WORD]
            builder.other(row.line, OtherKind.SKIPPED, label, symbol=self.text(row, "symbol"), reason=reason)

    def _read(self, builder: StatementBuilder, row: Row) -> None:
        self._check_width(row)
        status = self.text(row, "status")
        if self._is_unfilled(row, status):
            reason = f"The order is not filled: {status}." if status else "Nothing of the order was filled."
            builder.other(
                row.line,
                OtherKind.SKIPPED,
                status or "not filled",
                symbol=self.text(row, "symbol"),
                reason=reason,
            )
        elif (kind := self._activity(row)) is not None:
            self._keep_other(builder, row, kind)
        else:
            self._read_fill(builder, row)

    def reason_to_skip(self, row: Row) -> str:
        """Return why a row is none of the table: the header again, a total, a remark; "" when it is one."""
        filled = [cell for cell in row.cells if cell]
        if not filled:
            return "The row is empty."
        if self._is_header(row):
            return "The header is repeated."
        if words.is_total(filled[0]) and not self._reads(self.moment, row):
            return "The row is a total."
        if 4 * len(filled) <= len(self.plan.columns) and not self._reads(self.moment, row):
            return "The row has no time and few cells: a remark, or of another table."
        if not any(self._reads(read, row) for read in (self.moment, self._quantity, self._any_price)):
            return "Time, quantity and price cannot be read: a remark, or of another table."
        return ""

    def _is_header(self, row: Row) -> bool:
        if normalise_header(row.cells[0]) != normalise_header(self.plan.header[0]):
            return False
        return [normalise_header(cell) for cell in row.cells] == [normalise_header(cell) for cell in self.plan.header]

    def _any_price(self, row: Row) -> Decimal:
        return self.number(row, "price" if "price" in self.plan.mapping else "amount")

    @staticmethod
    def _reads(read: Callable[[Row], object], row: Row) -> bool:
        try:
            read(row)
        except (CellError, KeyError):  # a field without a column cannot be read either
            return False
        return True

    def _is_unfilled(self, row: Row, status: str) -> bool:
        """Whether a row is an order of which nothing was filled; the filled quantity says more than the status."""
        if not self.plan.is_quantity_filled:
            return not words.is_filled(status) and not self._is_header(row)
        text = self.text(row, "quantity")
        if not text or text in cells.EMPTY_MARKS:
            return words.is_status(status) and not words.is_filled(status)
        try:
            return self.number(row, "quantity") == 0
        except CellError:
            return False

    def _activity(self, row: Row) -> OtherKind | None:
        column = self.plan.column("side")
        text = row.text(column) if column else ""
        return None if not text or words.find_free_side(text) else words.find_activity(text)

    def _keep_other(self, builder: StatementBuilder, row: Row, kind: OtherKind) -> None:
        """Keep a dividend, a deposit or the like with what the row tells of it."""
        column = self.plan.mapping.get("executed_at") or self.plan.mapping["date"]
        amount = self.number(row, "amount") if self.text(row, "amount") else None
        builder.other(
            row.line,
            kind,
            self.text(row, "side"),
            occurred_at=builder.instant(self.moment(row), raw=self.raw_moment(row), column=column),
            symbol=self.text(row, "symbol"),
            amount=amount,
            currency=fold_currency(self.text(row, "currency")) or self.plan.currency,
            identity=self.text(row, "broker_id"),
        )

    def _read_fill(self, builder: StatementBuilder, row: Row) -> None:
        quantity = self._quantity(row)
        fees = self.fees(row)
        column = self.plan.mapping.get("executed_at") or self.plan.mapping["date"]
        texts = {field: self.text(row, field) for field in INSTRUMENT_FIELDS}
        texts["currency"] = texts["currency"] or self._price_unit(row)
        builder.execution(
            line=row.line,
            instrument=make_instrument(texts, self.plan),
            side=self._side(row, quantity),
            quantity=abs(quantity),
            price=self._price(row, quantity),
            fees=-fees if self.fees_negative else fees,
            charges=self.charges(row),
            fee_currency=words.fold_currency(self.text(row, "fee_currency")) or self._fee_unit(row),
            executed_at=builder.instant(self.moment(row), raw=self.raw_moment(row), column=column),
            identity=self.text(row, "broker_id"),
            fingerprint=self.fingerprint(row),
        )

    def fingerprint(self, row: Row) -> tuple[str, ...]:
        """Return the texts a fill without an id is known by, as the file has them."""
        written = row.as_written
        more = [field for field in MORE_FINGERPRINTS if {"quantity", "price"} - set(self.plan.mapping)]
        return tuple(self.text(written, field) for field in (*FINGERPRINT_FIELDS, *more))

    def text(self, row: Row, field: str) -> str:
        """Return the text of a field's cell, its fixed value, or "" when the field has neither."""
        column = self.plan.column(field)
        return row.text(column) if column else self.plan.fixed(field)

    def number(self, row: Row, field: str) -> Decimal:
        """Return the number in a field's cell, with or without a unit ("12.50 EUR", "0.10 Lots")."""
        return self.read_cell(row, self.plan.mapping[field])

    def read_cell(self, row: Row, column: str, *, default: Decimal | None = None) -> Decimal:
        """Return the number in a column's cell; an empty one gives the default or, without it, an error."""
        text = row.text(column)
        match = _UNIT.fullmatch(text)
        if match is not None:
            return cells.read_decimal(match["number"], column=column, decimal_comma=self.decimal_comma)
        if text[:3].isalpha() and text[:3].isupper():
            return read_amount(text, column=column)[0]
        return row.decimal(column, default=default, decimal_comma=self.decimal_comma)

    def fees(self, row: Row) -> Decimal:
        """Return the sum of a row's fee cells as written; an empty cell is 0."""
        numbers = (self.read_cell(row, column, default=ZERO) for column in self.plan.fee_columns)
        return sum(numbers, ZERO)

    def charges(self, row: Row) -> list[tuple[ChargeKind, Decimal]]:
        """Return what a row's fees were for, cost > 0; [] where the columns do not tell."""
        sign = -1 if self.fees_negative else 1
        pairs = zip(self.plan.fee_kinds, self.plan.fee_columns, strict=False)
        return [(kind, sign * self.read_cell(row, column, default=ZERO)) for kind, column in pairs]

    def _price_unit(self, row: Row) -> str:
        """Return the currency written into the price, "" when there is none or the whole file has one."""
        column = self.plan.column("price")
        if column is None or "currency" in self.plan.mapping:
            return ""
        try:
            return read_amount(row.text(column), column=column)[1]
        except CellError:
            return ""

    def _fee_unit(self, row: Row) -> str:
        """Return the coin or currency written behind the fee, "" when there is none."""
        match = _UNIT.fullmatch(row.text(self.plan.fee_columns[0])) if len(self.plan.fee_columns) == 1 else None
        return match["unit"].upper() if match and len(match["unit"]) >= 3 else ""

    def moment(self, row: Row) -> datetime:
        """Return the naive or aware time of a row."""
        mapping = self.plan.mapping
        if "executed_at" in mapping:
            column = mapping["executed_at"]
            return moments.read_moment(row.required(column), column=column, day_first=self.day_first)
        if "date" not in mapping:  # a table of whole trades, whose rows have two times
            raise CellError("", "", "No column holds the time of one fill.")
        day = moments.read_day(row.required(mapping["date"]), column=mapping["date"], day_first=self.day_first)
        return moments.join_moment(day, self.text(row, "time"), column=mapping.get("time", ""))

    def raw_moment(self, row: Row) -> str:
        """Return the time of a row as it is written."""
        return " ".join(text for field in ("executed_at", "date", "time") if (text := self.text(row, field)))

    def _quantity(self, row: Row) -> Decimal:
        """Return the quantity: of one column, or bought less sold of two."""
        if "quantity" in self.plan.mapping:
            return self.number(row, "quantity")
        bought, sold = (
            self.read_cell(row, self.plan.mapping[field], default=ZERO) for field in ("buy_quantity", "sell_quantity")
        )
        if bought and sold:
            column = self.plan.mapping["sell_quantity"]
            raise CellError(column, row.text(column), "The row has a bought and a sold quantity.")
        return abs(bought) - abs(sold)

    def _price(self, row: Row, quantity: Decimal) -> Decimal:
        if "price" in self.plan.mapping:
            return self.number(row, "price")
        return unit_price(self.number(row, "amount"), quantity)

    def _side(self, row: Row, quantity: Decimal) -> Side:
        column = self.plan.column("side")
        if self.plan.is_fixed("side"):
            return words.read_side(self.plan.fixed("side"), column="side")
        if column is None:
            return self._signed_side(row, quantity)
        side = words.find_free_side(row.text(column)) or words.read_side(row.text(column), column=column)
        if side is Side.BUY and quantity < 0:
            title = self.plan.column("quantity") or self.plan.mapping["sell_quantity"]
            hint = "Correct the row, or leave the side unmapped so that the sign decides."
            raise CellError(title, row.text(title), "A purchase has a negative quantity.", hint)
        return side

    def _signed_side(self, row: Row, quantity: Decimal) -> Side:
        """Return the side by the sign of the quantity, or by that of the amount: money paid is below zero."""
        if not self.plan.is_amount_signed:
            return Side.SELL if quantity < 0 else Side.BUY
        amount = self.number(row, "amount")
        if not amount:
            title = self.plan.mapping["amount"]
            raise CellError(title, row.text(title), "Only its sign would tell the side, and it is zero.")
        return Side.BUY if amount < 0 else Side.SELL

    def _check_width(self, row: Row) -> None:
        extra = [cell for cell in row.cells[len(self.plan.header) :] if cell]
        if extra:
            reason = f"The row has more cells than the header has columns ({len(self.plan.header)})."
            raise CellError("", extra[0], reason, "Put quotes around cells that hold the delimiter.")
