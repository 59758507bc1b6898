"""Data health: what may be wrong with somebody's data, what it means, and where to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from domain.accounts import AccountId


class FindingKind(StrEnum):
    """What a finding is about; the order is that of the page."""

    UNKNOWN_MULTIPLIER = "unknown_multiplier"
    ORPHAN_EXIT = "orphan_exit"
    NEGATIVE_INVENTORY = "negative_inventory"
    POSITION_GAP = "position_gap"
    BALANCE_GAP = "balance_gap"
    SUSPECTED_DUPLICATE = "suspected_duplicate"
    FUTURE_FILL = "future_fill"
    UNAPPLIED_ACTION = "unapplied_action"
    UNADJUSTED_OPTION = "unadjusted_option"
    SPLIT_CONFLICT = "split_conflict"
    MISSING_FEES = "missing_fees"
    FEE_WITHOUT_RATE = "fee_without_rate"
    MISSING_PRICE = "missing_price"
    UNDATED_ROWS = "undated_rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a kind of finding means: `clean` is said when there is none, `fix` is what the button says."""

    title: str
    meaning: str
    clean: str
    fix: str
    level: Literal["error", "warn", "info"]


EXPLANATIONS: dict[FindingKind, Explanation] = {
    FindingKind.UNKNOWN_MULTIPLIER: Explanation(
        title="Unknown contract sizes",
        meaning="Rows were left out because nobody said what a point of their contract is worth, or because the "
        "file contradicts the size we know.",
        clean="Every contract has a size.",
        fix="Enter the size",
        level="error",
    ),
    FindingKind.ORPHAN_EXIT: Explanation(
        title="Exits without an entry",
        meaning="A position was sold or expired that was never opened here: the earlier part of its history is "
        "missing, so it counts as a short sale and its profit is wrong.",
        clean="Every exit has its entry.",
        fix="Import earlier files",
        level="error",
    ),
    FindingKind.NEGATIVE_INVENTORY: Explanation(
        title="Negative holdings",
        meaning="More was sold than bought of something that is held, not sold short: a purchase, a transfer in or a "
        "split is missing.",
        clean="Nothing is held below zero.",
        fix="See its fills",
        level="error",
    ),
    FindingKind.POSITION_GAP: Explanation(
        title="Positions that differ from the broker's",
        meaning="The broker's own list of positions shows another quantity than our fills add up to at that moment.",
        clean="Our positions are the broker's, wherever a file lists them.",
        fix="See its fills",
        level="error",
    ),
    FindingKind.BALANCE_GAP: Explanation(
        title="Balances that differ from the broker's",
        meaning="A balance printed in a file is not what our movements make of the one before it: rows of that time "
        "are missing or count twice.",
        clean="Our cash is the broker's, wherever a file prints it.",
        fix="Open the statement",
        level="error",
    ),
    FindingKind.SUSPECTED_DUPLICATE: Explanation(
        title="Suspected duplicates",
        meaning="The same instrument, side, quantity and price within the same second, from two files or once by "
        "hand: the fill may be here twice.",
        clean="No fill looks like one from another file.",
        fix="Compare the fills",
        level="warn",
    ),
    FindingKind.FUTURE_FILL: Explanation(
        title="Fills of the future",
        meaning="Fills dated more than a day ahead of now: day and month were swapped, or the file was read in the "
        "wrong zone. They count, on the day that they say.",
        clean="No fill lies ahead of now.",
        fix="See the fills",
        level="warn",
    ),
    FindingKind.UNAPPLIED_ACTION: Explanation(
        title="Corporate actions not applied",
        meaning="A file tells of a split, merger or change of an instrument without the numbers to apply it, so "
        "quantities and prices before it are as they were.",
        clean="Every corporate action in the files is applied.",
        fix="Enter the action",
        level="warn",
    ),
    FindingKind.UNADJUSTED_OPTION: Explanation(
        title="Options on an adjusted share",
        meaning="A share had a split, merger or the like while a contract on it was open. Its exchange gave the "
        "contract other terms, mostly under another symbol, that only its notice tells: it stands here as it was.",
        clean="No contract was open when its share was adjusted, or all of them followed.",
        fix="Enter what it became",
        level="warn",
    ),
    FindingKind.MISSING_FEES: Explanation(
        title="Missing fees",
        meaning="Fills without any fee in an account whose other fills of that kind have one, so that net results "
        "are too good.",
        clean="Fills have the fees one would expect.",
        fix="Set a fee plan",
        level="warn",
    ),
    FindingKind.FEE_WITHOUT_RATE: Explanation(
        title="Fees in another currency",
        meaning="Fees were paid in a currency or coin whose rate the file does not give: they are shown, but not part "
        "of net results.",
        clean="Every fee is in the currency of its instrument, or has a rate.",
        fix="See the fills",
        level="warn",
    ),
    FindingKind.SPLIT_CONFLICT: Explanation(
        title="Splits that sources do not agree about",
        meaning="Two providers, a provider and its own candles, or a provider and what you entered, give different "
        "ratios for the same split: one of them restates prices wrongly.",
        clean="Sources agree about every split.",
        fix="Check the split",
        level="warn",
    ),
    FindingKind.MISSING_PRICE: Explanation(
        title="Missing prices",
        meaning="Held instruments for which no provider has a price: they have no market value.",
        clean="Everything held that is quoted anywhere has a price.",
        fix="Open the instrument",
        level="info",
    ),
    FindingKind.UNDATED_ROWS: Explanation(
        title="Cash without a date",
        meaning="Rows of files that move cash but tell no time: they are kept, and not part of the account statement.",
        clean="Every cash row has its time.",
        fix="Open the import",
        level="info",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that may be wrong.

    Attributes:
        subject: What it is about, stable from one look to the next: what is dismissed.
        text: One sentence with the numbers.
        href: Where to see it.
        fix_href: Where to mend it.
        count: How many rows it stands for.
    """

    kind: FindingKind
    account_id: AccountId
    account: str
    subject: str
    text: str
    href: str
    fix_href: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    """Every finding of one kind; `dismissed` are those called all right."""

    kind: FindingKind
    open: tuple[Finding, ...]
    dismissed: tuple[Finding, ...]

    @property
    def count(self) -> int:
        """How many rows the open ones stand for."""
        return sum(item.count for item in self.open)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReport:
    """All kinds, those without a finding too; `accounts` were looked at."""

    groups: tuple[FindingGroup, ...]
    accounts: int

    @property
    def open_count(self) -> int:
        """How many findings are open."""
        return sum(len(group.open) for group in self.groups)
