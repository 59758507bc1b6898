"""Which column of an unknown table holds which of our fields: names, then values, then arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from data.brokers.column_checks import Numbers, Product
from data.brokers.column_profiles import ColumnProfile, Kind
from data.brokers.field_words import FIELDS, NameMatch, fold_name, match_names, name_purpose

TRIP_FIELDS = FIELDS[FIELDS.index("entry_at") :]
"""Fields of tables that print an entry and an exit in one row."""
NUMBER_FIELDS = frozenset({"quantity", "price", "fees", "multiplier", "amount", "buy_quantity", "sell_quantity",
                           "entry_price", "exit_price", "buy_price", "sell_price", "profit"})  # fmt: skip
PLAIN_IDS = frozenset({"id", "uuid", "reference", "referenz", "referencia", "référence"})
_WORDS = {
    "executed_at": "date and time", "symbol": "the instrument", "side": "the side", "broker_id": "the broker's id",
    "order_id": "the order's id", "asset_class": "the asset class", "fee_currency": "the currency of the fee",
    "amount": "quantity × price", "entry_at": "the time of the entry", "exit_at": "the time of the exit",
}  # fmt: skip


@dataclass(slots=True)
class Choice:
    """What has been chosen so far, and why; filled step by step while one table is looked at.

    Attributes:
        columns: The profiles by normalised name.
        fields: Field -> name of the column.
        evidence: Name of a column -> sentences.
        sure: Name of a column -> confidence.
        product: What quantity, price and amount prove about each other.
        is_pair_open: Whether quantity and price may be the other way round.
    """

    columns: Mapping[str, ColumnProfile]
    numbers: Mapping[str, Numbers]
    fields: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, list[str]] = field(default_factory=dict)
    sure: dict[str, float] = field(default_factory=dict)
    product: Product | None = None
    is_pair_open: bool = False
    remarks: list[str] = field(default_factory=list)

    def take(self, name: str, column: str, sentences: Iterable[str], confidence: float) -> None:
        """Give a column a field."""
        self.drop(name)
        self.fields[name] = column
        self.evidence[column] = list(sentences)
        self.sure[column] = min(confidence, 0.99)

    def drop(self, name: str) -> None:
        """Take a field away from its column."""
        column = self.fields.pop(name, None)
        if column is not None:
            self.evidence.pop(column, None)
            self.sure.pop(column, None)

    def prove(self, column: str, sentence: str, confidence: float, *, is_strongest: bool = False) -> None:
        """Add what speaks for a column, behind what is known or before it."""
        sentences = self.evidence.setdefault(column, [])
        sentences.insert(0 if is_strongest else len(sentences), sentence)
        self.sure[column] = max(self.sure.get(column, 0.0), confidence)

    def free(self) -> list[str]:
        """Return the columns without a field."""
        used = set(self.fields.values())
        return [name for name in self.columns if name not in used]


def named(choice: Choice, name: str) -> list[tuple[str, NameMatch]]:
    """Return the free columns called like a field, the best name first."""
    found = [
        (column, match)
        for column in choice.free()
        for match in match_names(choice.columns[column].title)
        if match.field == name and (match.is_whole or not name_purpose(choice.columns[column].title))
    ]
    return sorted(found, key=lambda item: item[1].rank)


def take_named(choice: Choice, name: str, column: str, match: NameMatch) -> None:
    """Give a field to a column called like it, with what name and values say for it."""
    profile = choice.columns[column]
    told = tell_values(profile, name)
    value = 0.6 if told else 0.0
    choice.take(name, column, [_tell_name(profile, match), *told], 1 - (1 - match.score) * (1 - value))


def _tell_name(profile: ColumnProfile, match: NameMatch) -> str:
    word = _WORDS.get(match.field, match.field.replace("_", " "))
    language = f", {match.language}" if match.language else ""
    if match.is_whole:
        return f"Named {profile.title!r} ({word}{language})."
    return f"The name {profile.title!r} contains {match.word!r} ({word}{language})."


def choose_named(choice: Choice, name: str, *, is_part_allowed: bool = True) -> None:
    """Give a field to the best named free column whose values fit; to none when there is none."""
    for column, match in named(choice, name):
        if not match.is_whole and not is_part_allowed:
            continue
        if _fits(choice.columns[column], name, match):
            return take_named(choice, name, column, match)
    return None


def _fits(profile: ColumnProfile, name: str, match: NameMatch) -> bool:
    """Whether the values of a column may be those of a field."""
    if not profile.values:
        return True
    check = _FITS.get(name)
    if name in NUMBER_FIELDS:
        return profile.fits(Kind.NUMBER) and not profile.fits(Kind.MOMENT)
    if name == "broker_id":
        limit = 1.0 if fold_name(profile.title) in PLAIN_IDS or not match.is_whole else 0.9
        return profile.filled > 0 and profile.distinct >= limit * profile.filled
    return bool(profile.filled) if check is None else check(profile)


def _is_symbol(profile: ColumnProfile) -> bool:
    named = profile.share(Kind.NAME) + profile.share(Kind.TICKER)
    if named >= 0.5 or (named and profile.filled <= 2):
        return not profile.fits(Kind.MOMENT)
    # Tokyo, Shanghai and Hong Kong name shares by digits: a few codes, often repeated or all of one length.
    codes = {len(value) for value in profile.values if value}
    return profile.fits(Kind.NUMBER) and len(codes) == 1 and codes <= {4, 5, 6} and not profile.units


def _is_side(profile: ColumnProfile) -> bool:
    sides, others = profile.share(Kind.SIDE), profile.share(Kind.ACTIVITY)
    return profile.fits(Kind.SIDE) or (sides > 0 and sides + others >= 0.5)


_FITS: dict[str, Callable[[ColumnProfile], bool]] = {
    "executed_at": lambda column: column.fits(Kind.DATED),
    "entry_at": lambda column: column.fits(Kind.MOMENT),
    "exit_at": lambda column: column.fits(Kind.MOMENT),
    "bought_at": lambda column: column.fits(Kind.DATED),
    "sold_at": lambda column: column.fits(Kind.DATED),
    "symbol": _is_symbol,
    "side": _is_side,
    "currency": lambda column: column.fits(Kind.CURRENCY) or (column.fits(Kind.TICKER) and _are_codes(column)),
    "fee_currency": lambda column: column.fits(Kind.CURRENCY) or (column.fits(Kind.TICKER) and _are_codes(column)),
    "status": lambda column: column.fits(Kind.STATUS),
    "asset_class": lambda column: column.fits(Kind.ASSET),
}


def _are_codes(profile: ColumnProfile) -> bool:
    return all(2 <= len(value) <= 6 and value.isalnum() for value in profile.examples)


def tell_values(profile: ColumnProfile, name: str) -> list[str]:
    """Return what the values say for a field, nothing when they could be anything."""
    kinds = {
        "side": (Kind.SIDE, "Every value is a purchase or a sale"),
        "executed_at": (Kind.MOMENT, "Every value is a date with a time of day"),
        "date": (Kind.DAY, "Every value is a date"),
        "time": (Kind.CLOCK, "Every value is a time of day"),
        "currency": (Kind.CURRENCY, "Every value is a currency"),
        "fee_currency": (Kind.CURRENCY, "Every value is a currency"),
        "status": (Kind.STATUS, "Every value is the state of an order"),
        "asset_class": (Kind.ASSET, "Every value is an asset class"),
    }
    if name == "broker_id":
        return [f"All {profile.filled} values differ."] if profile.distinct == profile.filled > 1 else []
    if name == "order_id" and profile.distinct < profile.filled:
        return [f"{profile.distinct} different values in {profile.filled} rows: an order may have several fills."]
    kind, sentence = kinds.get(name, (Kind.NUMBER if name in NUMBER_FIELDS else Kind.NAME, ""))
    share = profile.share(kind)
    shown = ", ".join(repr(value[:24]) for value in profile.examples[:2])
    if sentence and share == 1:
        return [f"{sentence}: {shown}."]
    if sentence and share >= 0.5:
        return [f"{sentence.replace('Every value is', 'Most values are')}: {round(100 * share)} % of {profile.filled}."]
    return []


def signs(values: Numbers) -> tuple[int, int]:
    """Return how many numbers of a column are below and above zero."""
    return int(np.count_nonzero(values < 0)), int(np.count_nonzero(values > 0))


def has_negative(choice: Choice, name: str) -> bool:
    """Whether the column of a field holds a number below zero."""
    return name in choice.fields and signs(choice.numbers[choice.fields[name]])[0] > 0
