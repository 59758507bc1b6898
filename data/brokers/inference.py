"""Infers what the columns of an unknown table mean, says why and how sure that is, and asks what it cannot settle."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.brokers.column_checks import read_numbers
from data.brokers.column_choice import TRIP_FIELDS, Choice, has_negative
from data.brokers.column_profiles import CURRENCIES, ColumnProfile, Kind, profile_column
from data.brokers.contracts import future_multiplier
from data.brokers.crypto_pairs import split_pair
from data.brokers.date_order import DateOrder, settle_date_order
from data.brokers.decimal_mark import decide_decimal_comma
from data.brokers.field_names import EXTRA_FEES, FIXED, PLUS, is_round_trips
from data.brokers.field_words import FIELDS, fold_name, name_purpose
from data.brokers.fill_columns import choose_fills
from data.brokers.option_symbols import parse_option
from data.brokers.records import number_columns
from data.brokers.trip_columns import choose_trips
from data.brokers.words import fold_currency, is_total
from domain.drafts import ColumnFinding, MappingQuestion

SAMPLE_ROWS = 2_000
_WIDE = 200
"""Rows at each end that are taken as they stand; between them some are picked at even steps."""
_HEADER_CURRENCY = re.compile(r"[(\[ ]([A-Z]{3}|[$€£¥₹])[)\]]?$")
_ASKED = {
    "executed_at": "Which column tells when a trade was made?",
    "symbol": "Which column names the instrument?",
    "quantity": "Which column is the quantity?",
    "price": "Which column is the price of one unit?",
    "side": "Which column tells purchases from sales?",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the columns of a table most likely mean.

    Attributes:
        mapping: Field -> header; several joined by a plus, a fixed value behind "=".
        findings: One for each column with a name, in the order of the header.
        questions: What could not be settled; those that block come first.
        confidence: The least of the needed columns' confidences; 0 while one of them is missing.
        remarks: What was noticed about the table as a whole.
        date_order: Which way round dates are written, None when the sample cannot tell or need not.
        is_trips: Whether a row is a whole trade.
    """

    mapping: Mapping[str, str]
    findings: tuple[ColumnFinding, ...]
    questions: tuple[MappingQuestion, ...]
    confidence: float
    remarks: tuple[str, ...] = ()
    date_order: DateOrder | None = None
    is_trips: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether the table can be read without an answer, but for the order of day and month."""
        return not any(item.is_blocking and item.key != "day_first" for item in self.questions)


def pick_rows(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return the first, the last and evenly spread rows of a table, in its order; all of a short one."""
    if len(rows) <= SAMPLE_ROWS:
        return list(rows)
    step = (len(rows) - 2 * _WIDE) / (SAMPLE_ROWS - 2 * _WIDE)
    middle = (rows[_WIDE + int(index * step)] for index in range(SAMPLE_ROWS - 2 * _WIDE))
    return [*rows[:_WIDE], *middle, *rows[-_WIDE:]]


def infer_mapping(header: Sequence[str], rows: Sequence[Sequence[str]], *, delimiter: str = ",") -> Proposal:
    """Propose which column holds which field.

    Args:
        header: The column headers; a repeated one is counted as `number_columns` does.
        rows: Rows below it, at best those of `pick_rows`; without any, names alone decide.
        delimiter: What parts the cells: a decimal comma is likelier between semicolons.
    """
    choice = _look_at(header, rows, delimiter)
    is_trips = is_round_trips(header)
    (choose_trips if is_trips else choose_fills)(choice)
    if choice.is_pair_open:
        # Their product is proven and stays as evidence; which is which is asked.
        del choice.fields["quantity"], choice.fields["price"]
    mapping = {name: choice.columns[column].title for name, column in choice.fields.items()}
    _add_fees(choice, mapping)
    _add_currency(choice, mapping)
    order = _settle_order(choice, mapping)
    questions = _ask(choice, mapping, order, is_trips=is_trips)
    findings = tuple(_finding(choice, column) for column in choice.columns.values())
    return Proposal(
        mapping={name: mapping[name] for name in _ordered(mapping)},
        findings=findings,
        questions=tuple(sorted(questions, key=lambda item: not item.is_blocking)),
        confidence=_overall(choice, questions, order),
        remarks=tuple(choice.remarks),
        date_order=order,
        is_trips=is_trips,
    )


def _ordered(mapping: Mapping[str, str]) -> list[str]:
    return sorted(mapping, key=FIELDS.index)


def _look_at(header: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str) -> Choice:
    columns: dict[str, ColumnProfile] = {}
    rows = _data_rows(header, rows)
    for name, index in number_columns(header).items():
        title = header[index] if _normal(header[index]) == name else name
        cells = [row[index] if index < len(row) else "" for row in rows]
        columns[name] = profile_column(name, title, index, cells)
    numeric = [column for column in columns.values() if column.fits(Kind.NUMBER) and not column.fits(Kind.MOMENT)]
    texts = dict.fromkeys(value for column in numeric for value in column.values if value)
    comma = bool(decide_decimal_comma(texts, delimiter))
    numbers = {column.name: read_numbers(column.values, decimal_comma=comma) for column in columns.values()}
    choice = Choice(columns=columns, numbers=numbers)
    if comma:
        example = next((text for text in texts if "," in text), "")
        choice.remarks.append(f"Numbers are written with a decimal comma, as in {example!r}.")
    return choice


def _data_rows(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Leave out what is no row of the table: the header again, totals and lines of text."""
    names = len(number_columns(header))
    return [
        row
        for row in rows
        if 4 * sum(map(bool, row)) > names
        and list(row) != list(header)
        and not is_total(next((cell for cell in row if cell), ""))
    ]


def _normal(text: str) -> str:
    return next(iter(number_columns([text])), "")


def _add_fees(choice: Choice, mapping: dict[str, str]) -> None:
    """Add the costs printed beside a commission to it."""
    column = choice.fields.get("fees")
    if column is None or not fold_name(column).startswith(("comm", "brokerage")):
        return
    extra = [
        name
        for name in choice.free()
        if fold_name(name).replace(" ", "") in EXTRA_FEES and choice.columns[name].fits(Kind.NUMBER)
    ]
    for name in extra:
        choice.prove(name, f"A cost beside {choice.columns[column].title!r}: added to it.", 0.8)
        choice.fields[f"fees {name}"] = name
    mapping["fees"] = PLUS.join(choice.columns[name].title for name in (column, *extra))


def _add_currency(choice: Choice, mapping: dict[str, str]) -> None:
    """Take the currency from a header such as "Price (EUR)", or from the price's own cells, when no column has it."""
    if "currency" in mapping:
        return
    for name in ("price", "entry_price", "buy_price", "amount", "profit"):
        column = choice.columns.get(choice.fields.get(name, ""))
        if column is None:
            continue
        match = _HEADER_CURRENCY.search(column.title)
        code = fold_currency(match[1]) if match else ""
        if code in CURRENCIES and not (name == "profit" and _are_pairs(choice)):
            choice.prove(column.name, f"The name says the currency: {code}.", 0.9)
            mapping["currency"] = FIXED + code
            return
        # A dollar sign may be of any dollar; where cells differ, each row says its own.
        if name != "profit" and len(column.units) == 1 and fold_currency(column.units[0]) in CURRENCIES:
            choice.prove(column.name, f"Its numbers are written with {column.units[0]!r}.", 0.9)
            mapping["currency"] = FIXED + fold_currency(column.units[0])
            return


def _symbols(choice: Choice) -> list[str]:
    column = choice.columns.get(choice.fields.get("symbol", ""))
    return sorted({value for value in column.values if value})[:200] if column else []


def _are_pairs(choice: Choice) -> bool:
    symbols = _symbols(choice)
    return bool(symbols) and all(split_pair(symbol) for symbol in symbols)


def _settle_order(choice: Choice, mapping: Mapping[str, str]) -> DateOrder | None:
    """Decide which way round dates are written, by every column of dates in the table."""
    used = [choice.fields[name] for name in ("executed_at", "date", "entry_at", "entry_date", "bought_at")
            if name in choice.fields]  # fmt: skip
    if not used or not mapping:
        return None
    others = [
        column.values for column in choice.columns.values()
        if column.name not in used and (column.fits(Kind.DAY) or column.fits(Kind.MOMENT))
    ]  # fmt: skip
    order = settle_date_order(choice.columns[used[0]].values, others)
    if order is not None and order.evidence:
        choice.prove(used[0], order.evidence, 0.9 if order.day_first is not None else 0.0)
    return order


def _ask(
    choice: Choice, mapping: Mapping[str, str], order: DateOrder | None, *, is_trips: bool
) -> list[MappingQuestion]:
    questions = _ask_missing_trips(choice, mapping) if is_trips else _ask_missing(choice, mapping)
    if order is not None and order.day_first is None:
        text = f"Is {order.example[:24]} written with the day or the month first? {order.evidence}"
        options = (("true", "Day first"), ("false", "Month first"))
        questions.append(
            MappingQuestion(key="day_first", text=text.strip(), options=options[:: -1 if order.leans_month else 1])
        )
    questions += _ask_size(choice)
    if "currency" not in mapping and not _are_pairs(choice):
        text = "In which currency are the prices? No column says so."
        questions.append(MappingQuestion(key="currency", text=text, options=_CURRENCY_OPTIONS, is_blocking=False))
    if _are_times_naive(choice):
        text = "In which time zone are the times written? The file does not say."
        questions.append(MappingQuestion(key="timezone", text=text, is_blocking=False))
    return questions


_CURRENCY_OPTIONS = tuple((FIXED + code, code) for code in ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "INR"))


def _ask_missing(choice: Choice, mapping: Mapping[str, str]) -> list[MappingQuestion]:
    missing = [name for name in ("symbol", "quantity", "price") if name not in mapping]
    if "buy_quantity" in mapping and "sell_quantity" in mapping:
        missing = [name for name in missing if name != "quantity"]
    if "amount" in mapping and "quantity" in mapping and "price" in missing:
        missing.remove("price")
        choice.remarks.append("No column is a price: it is computed as amount ÷ quantity.")
    if "executed_at" not in mapping and "date" not in mapping:
        missing.insert(0, "executed_at")
    if not _tells_side(choice):
        missing.append("side")
    return [_ask_column(choice, name) for name in missing]


def _tells_side(choice: Choice) -> bool:
    if "side" in choice.fields or "buy_quantity" in choice.fields or has_negative(choice, "quantity"):
        return True
    if not has_negative(choice, "amount") or "quantity" not in choice.fields:
        return False
    choice.prove(choice.fields["amount"], "Its sign tells the side: money paid is below zero.", 0.8)
    return True


def _ask_missing_trips(choice: Choice, mapping: Mapping[str, str]) -> list[MappingQuestion]:
    missing = [name for name in ("symbol", "quantity") if name not in mapping]
    has_halves = {"buy_price", "sell_price"} <= set(mapping)
    if not has_halves:
        missing += [name for name in ("entry_price", "exit_price", "side") if name not in mapping]
    for one, other in (("entry_at", "bought_at"), ("exit_at", "sold_at")):
        if not {one, other, one.replace("_at", "_date")} & set(mapping):
            missing.append(one)
    return [_ask_column(choice, name) for name in missing]


def _ask_column(choice: Choice, name: str) -> MappingQuestion:
    """Ask for the column of a field, offering the free ones that may be it."""
    wanted = Kind.NUMBER if name in ("quantity", "price", "entry_price", "exit_price") else Kind.NAME
    wanted = Kind.DAY if name in ("executed_at", "entry_at", "exit_at") else wanted
    free = [choice.columns[column] for column in choice.free()]
    fit = [column for column in free if column.fits(wanted) or (wanted is Kind.DAY and column.fits(Kind.MOMENT))]
    options = tuple((column.title, column.title) for column in (fit or free)[:12])
    text = _ASKED.get(name, f"Which column is the {name.replace('_', ' ')}?")
    return MappingQuestion(key=name, text=text, options=options)


def _ask_size(choice: Choice) -> list[MappingQuestion]:
    """Ask whether a product that is off by one factor everywhere shows the size of a contract."""
    product = choice.product
    if product is None or product.size == 1.0 or "multiplier" in choice.fields:
        return []
    if all(_is_size_known(symbol, product.size) for symbol in _symbols(choice)):
        return []
    size = f"{product.size:g}"
    text = (
        f"The amount is {size} × quantity × price in {product.fitting} of {product.rows} rows: does one unit stand "
        f"for {size}?"
    )
    options = ((f"{FIXED}{size}", f"Yes, the contract size is {size}"), (f"{FIXED}1", "No, one unit is one"))
    return [MappingQuestion(key="multiplier", text=text, options=options)]


def _is_size_known(symbol: str, size: float) -> bool:
    known = future_multiplier(symbol)
    return (parse_option(symbol) is not None and size == 100) or (known is not None and float(known) == size)


def _are_times_naive(choice: Choice) -> bool:
    column = choice.columns.get(choice.fields.get("executed_at", choice.fields.get("time", "")))
    if column is None or not (column.fits(Kind.MOMENT) or column.fits(Kind.CLOCK)):
        return False
    zoned = re.compile(r"(Z|[A-Z]{3,4}|[+-]\d{2}:?\d{2}|(UTC|GMT)[+-]\d{1,2})$|^\d{10,16}(\.\d+)?$")
    return not any(zoned.search(value) for value in column.examples) and not re.search("UTC|GMT", column.title)


def _finding(choice: Choice, column: ColumnProfile) -> ColumnFinding:
    names = [name for name, taken in choice.fields.items() if taken == column.name]
    if names:
        return ColumnFinding(
            column=column.title,
            field=names[0].partition(" ")[0],
            confidence=round(choice.sure.get(column.name, 0.5), 2),
            evidence=tuple(choice.evidence.get(column.name, ())),
        )
    if not column.filled and column.values:
        return ColumnFinding(column=column.title, evidence=("Empty in all rows that were looked at.",))
    purpose = name_purpose(column.title)
    known = tuple(choice.evidence.get(column.name, ()))[:1]
    return ColumnFinding(column=column.title, evidence=(f"Named {column.title!r}: {purpose}.",) if purpose else known)


def _overall(choice: Choice, questions: Sequence[MappingQuestion], order: DateOrder | None) -> float:
    if any(item.is_blocking and item.key != "day_first" for item in questions):
        return 0.0
    needed = {"executed_at", "date", "symbol", "side", "quantity", "price", *TRIP_FIELDS} - {"profit"}
    sure = [choice.sure.get(column, 0.5) for name, column in choice.fields.items() if name in needed]
    least = min(sure, default=0.0)
    if "price" not in choice.fields and "amount" in choice.fields:
        least = min(least, 0.5)  # an amount may contain costs
    return round(least if order is None or order.day_first is not None else least / 2, 2)


def propose_mapping(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return field -> header as proposed; several headers of one field are joined by a plus."""
    return dict(infer_mapping(header, rows).mapping)
