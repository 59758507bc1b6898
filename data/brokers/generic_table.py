"""Any table of fills or of whole trades: where its header is and what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from data.brokers import cells, words
from data.brokers.cells import CellError
from data.brokers.contracts import future_contract, future_multiplier
from data.brokers.crypto_pairs import FIAT, QUOTES, split_pair
from data.brokers.fee_columns import FEE_FIELDS, kind_of_name
from data.brokers.field_names import (
    FIELDS,
    FIXED,
    is_fixed,
    is_round_trips,
    is_trip_mapping,
    missing_fields,
    split_columns,
)
from data.brokers.field_words import fold_name, match_names
from data.brokers.grids import Grid
from data.brokers.inference import Proposal, infer_mapping, pick_rows
from data.brokers.option_symbols import parse_option, usual_size
from data.brokers.records import Record, normalise_header, number_columns
from domain.charge_kinds import ChargeKind
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from domain.instruments import AssetClass, Instrument

SAMPLE_ROWS = 150
HEADER_LINES = 60
CANDIDATES = 4
"""Lines that are looked at closely, of those that name most fields."""
INSTRUMENT_FIELDS = ("symbol", "asset_class", "currency", "multiplier")
FIXABLE = ("symbol", "side", "currency", "fee_currency", "asset_class", "multiplier", "account")
"""Fields that may have one value for all rows."""
FINGERPRINT_FIELDS = ("executed_at", "date", "time", "symbol", "side", "quantity", "price", "order_id", "account")
MORE_FINGERPRINTS = ("amount", "buy_quantity", "sell_quantity")
"""Fields that identify only where one of the above is missing, so that older fingerprints stay what they are."""
_MAPPING_HINT = "Map the columns yourself."
_FILLED = re.compile(
    r"\b(filled|fill|executed|exec|done|traded|cum|erfüllungsmenge|ausgeführte?|exécutée|ejecutada|eseguita|executada|"
    r"wykonana|gerçekleşen|исполнено)\b|成交|約定"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A header and which of its columns hold our fields.

    Attributes:
        line: 1-based line of the header.
        place: Position of the header among the records of its table.
        header: Its cells.
        columns: Normalised header -> position, as the row reader has it.
        mapping: Field -> header, or a fixed value behind "=".
        sample: Some rows below the header.
        currency: For rows that name none.
        sheet: Name of the sheet it stands in, "" where there are none.
        delimiter: What parts the cells.
        proposal: What was inferred; None when the mapping was given.
        is_amount_signed: Whether the side is told by the sign of the amount: no quantity of the sample has one.
    """

    line: int
    place: int
    header: Sequence[str]
    columns: Mapping[str, int]
    mapping: Mapping[str, str]
    sample: Sequence[Sequence[str]]
    currency: str
    sheet: str = ""
    delimiter: str = ","
    proposal: Proposal | None = None
    is_amount_signed: bool = False

    def position(self, field: str) -> int | None:
        """Return the position of a field's column, None when it has none."""
        name = self.column(field)
        return None if name is None else self.columns[normalise_header(name)]

    def column(self, field: str) -> str | None:
        """Return the header of a field's column, None when it has none or a fixed value."""
        name = self.mapping.get(field)
        return None if name is None or is_fixed(name) else name

    def is_fixed(self, field: str) -> bool:
        """Whether a field has one value for all rows."""
        return is_fixed(self.mapping.get(field, ""))

    def fixed(self, field: str) -> str:
        """Return a field's value for all rows, "" when it has none."""
        return self.mapping[field].removeprefix(FIXED) if self.is_fixed(field) else ""

    @property
    def is_trips(self) -> bool:
        """Whether a row is a whole trade."""
        return is_trip_mapping(self.mapping)

    @property
    def is_quantity_filled(self) -> bool:
        """Whether the quantity is what was filled of an order, so that its status does not matter."""
        return bool(_FILLED.search(fold_name(self.mapping.get("quantity", ""))))

    @property
    def fee_columns(self) -> list[str]:
        """Headers of the columns whose sum is the fee."""
        named = [name for field in ("fees", *FEE_FIELDS) if (name := self.column(field)) is not None]
        return [title for text in named for title in split_columns(text, self.columns)]

    @property
    def fee_kinds(self) -> tuple[ChargeKind, ...]:
        """What each of the fee columns is for; () where one column is all there is and nobody says what it is."""
        is_told = len(self.fee_columns) > 1 or bool(set(self.mapping) & set(FEE_FIELDS))
        mine = [(field, name) for field in ("fees", *FEE_FIELDS) if (name := self.column(field)) is not None]
        found = [
            FEE_FIELDS.get(field) or kind_of_name(title)
            for field, text in mine
            for title in split_columns(text, self.columns)
        ]
        return tuple(found) if is_told else ()

    @property
    def unused(self) -> list[str]:
        """Headers no field is read from."""
        used = {normalise_header(name) for name in (*self.mapping.values(), *self.fee_columns)}
        return [self.header[index] for name, index in self.columns.items() if name not in used]


def find_plan(grids: Sequence[Grid], mapping: Mapping[str, str], *, currency: str, name: str) -> Plan:
    """Find the header and complete the mapping.

    Args:
        grids: The tables of the file, or their beginnings.
        mapping: The user's; empty proposes one.
        currency: For rows that name none.
        name: File name, for messages.

    Raises:
        ImportFileError: If a mapped column does not exist, no header holds all that a fill needs, or
            something about the table only its owner can say.
    """
    if mapping:
        grid, position = _find_mapped(grids, mapping, name)
        return _plan_of(grid, position, dict(mapping), currency)
    plans = propose_plans(grids, currency=currency)
    complete = [plan for plan in plans if not _lacks(plan)]
    if not complete:
        missing = min((_lacks(plan) for plan in plans), key=len, default=["a header"])
        message = f"{name}: no header line was found that tells {', '.join(missing)}."
        raise ImportFileError(message, hint=_MAPPING_HINT, code=FileCode.MISSING_COLUMNS)
    plan = max(complete, key=lambda item: (item.proposal is not None and item.proposal.is_settled, -_rank(plans, item)))
    if plan.proposal is not None and not plan.proposal.is_settled:
        asked = next(item for item in plan.proposal.questions if item.is_blocking and item.key != "day_first")
        hint = "Answer it in the mapping of the columns."
        raise ImportFileError(f"{name}: {asked.text}", hint=hint, code=FileCode.MAPPING)
    return plan


def _rank(plans: Sequence[Plan], plan: Plan) -> int:
    return next(index for index, item in enumerate(plans) if item is plan)


def propose_plans(grids: Sequence[Grid], *, currency: str) -> list[Plan]:
    """Return what the lines that may be headers would mean, the likeliest first; complete or not."""
    places = [(grid, position) for grid in grids for position in _header_places(grid.records)]
    counts = {id(place): _count_names(place[0].records[place[1]]) for place in places}
    places.sort(key=lambda place: -counts[id(place)])
    # A line that names less than half of what the best one does is no header beside it.
    likely = [place for place in places if 2 * counts[id(place)] >= counts[id(places[0])]]
    plans = []
    for grid, position in likely[:CANDIDATES]:
        rows = [record.cells for record in grid.records[position + 1 :]]
        proposal = infer_mapping(grid.records[position].cells, pick_rows(rows), delimiter=grid.delimiter)
        plans.append(_plan_of(grid, position, dict(proposal.mapping), currency, proposal))
    return plans


def _header_places(records: Sequence[Record]) -> list[int]:
    """Return the positions of the lines that name most fields, in file order."""
    first = records[:HEADER_LINES]
    named = sorted(range(len(first)), key=lambda index: (-_count_names(first[index]), index))
    return [index for index in named[:CANDIDATES] if _count_names(first[index]) >= 1] or list(range(min(1, len(first))))


def _count_names(record: Record) -> int:
    """Return how many different fields the cells of a line are called by."""
    fields = {match.field for cell in record.cells for match in match_names(cell)[:1] if match.is_whole}
    return len(fields)


def _lacks(plan: Plan) -> list[str]:
    return missing_fields(plan.mapping, has_negative_quantity=_has_negative(plan, "quantity"))


def _plan_of(
    grid: Grid, position: int, mapping: dict[str, str], currency: str, proposal: Proposal | None = None
) -> Plan:
    header = grid.records[position]
    plan = Plan(
        line=header.line,
        place=position,
        header=header.cells,
        columns=number_columns(header.cells),
        mapping=mapping,
        sample=[item.cells for item in grid.records[position + 1 : position + 1 + SAMPLE_ROWS]],
        currency=currency,
        sheet=grid.name,
        delimiter=grid.delimiter,
        proposal=proposal,
    )
    is_signed = "side" not in mapping and _has_negative(plan, "amount") and not _has_negative(plan, "quantity")
    return replace(plan, is_amount_signed=is_signed)


def _find_mapped(grids: Sequence[Grid], mapping: Mapping[str, str], name: str) -> tuple[Grid, int]:
    unknown = sorted(set(mapping) - set(FIELDS))
    if unknown:
        hint = f"Fields are {', '.join(FIELDS)}."
        raise ImportFileError(f"{unknown[0]!r} is no field.", hint=hint, code=FileCode.MAPPING)
    fixed = next((field for field, text in mapping.items() if is_fixed(text) and field not in FIXABLE), None)
    if fixed is not None:
        hint = f"One value for all rows can be given for {', '.join(FIXABLE)}."
        raise ImportFileError(f"{fixed!r} needs a column of its own.", hint=hint, code=FileCode.MAPPING)
    # Whether quantities carry the side is checked when all of them are known.
    missing = missing_fields(mapping, has_negative_quantity=True)
    if missing:
        message = f"The mapping lacks {', '.join(missing)}."
        raise ImportFileError(message, hint=_MAPPING_HINT, code=FileCode.MAPPING)
    absent = list(mapping.values())
    for grid in grids:
        for position, record in enumerate(grid.records[:HEADER_LINES]):
            lacking = absent_columns(mapping, record.cells)
            if not lacking:
                return grid, position
            absent = min(absent, lacking, key=len)
    message = f"{name}: no header line with the column(s) {', '.join(absent)}."
    raise ImportFileError(message, hint="Choose columns of this file.", code=FileCode.MISSING_COLUMNS)


def absent_columns(mapping: Mapping[str, str], header: Sequence[str]) -> list[str]:
    """Return the columns of a mapping that a header lacks."""
    found = number_columns(header)
    return [
        title
        for text in mapping.values()
        if not is_fixed(text)
        for title in split_columns(text, found)
        if normalise_header(title) not in found
    ]


def _has_negative(plan: Plan, field: str) -> bool:
    index = plan.position(field)
    if index is None:
        return False
    cells_below = (row[index].lstrip("$€£ ") for row in plan.sample if index < len(row))
    return any(text.startswith(("-", "(", "\u2212")) for text in cells_below)


def is_doubtful(plan: Plan) -> bool:
    """Whether the table may hold something other than what it is read as: time and price twice, whole trades."""
    repeated = {
        f"{normalise_header(name)} 2" for field in ("executed_at", "price") if (name := plan.column(field)) is not None
    }
    return is_round_trips(plan.header) != plan.is_trips or bool(repeated & set(plan.columns))


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
    # A pair names its own currency; one that is said of the whole file comes behind it.
    named_currency = "" if plan.is_fixed("currency") else words.fold_currency(texts.get("currency", ""))
    currency = named_currency or quote or words.fold_currency(plan.fixed("currency")) or plan.currency
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
        return usual_size(symbol)
    if asset in (AssetClass.FUTURE, AssetClass.FUTURE_OPTION):
        return future_multiplier(symbol)
    return Decimal(1)
