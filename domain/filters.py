"""The global filter: accounts, period, unit and basis, plus the chips of the Trades page.

It lives in the URL and every page, export and API answer obeys it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from domain.conditions import Condition, read_conditions, read_words, write_conditions, write_words
from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from domain.accounts import AccountId


class FigureUnit(StrEnum):
    """What P&L is shown in."""

    MONEY = "$"
    PERCENT = "%"
    R = "R"


class Basis(StrEnum):
    """Before or after fees."""

    NET = "net"
    GROSS = "gross"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter:
    """Which trades, and how their money is shown.

    Attributes:
        accounts: Chosen accounts; empty means all of the owner's.
        period: Text for `domain.periods.parse_period`.
        currency: Reporting currency; "" lets the service choose the owner's base currency, or
            the one the chosen accounts trade in.
        status: "closed", "open" or "" for both.
        side: "long", "short" or "".
        symbols, tags, setups: Any of these; empty means all.
        weekday: 0 Monday … 6 Sunday of the entry, None for all.
        hour: Local hour of the entry, None for all.
        result: "win", "loss", "breakeven" or "".
        discipline: "followed", "broken" or "unanswered": the rules of the trade's setup; "" for all.
        rules: Any of these answers to single rules: "12-followed", "12-broken", "12-unanswered" of the rule 12.
        day: ISO date of the exit: one trading day, "" for all.
        search: Free text matched against symbol, setup, tag and note.
        asset_class: Value of an `AssetClass`, "" for all.
        import_id: Trades with at least one execution of this import (fills: of it), None for all.
        where: Conditions on any dimension (`analytics.dimensions`); a trade has to meet all of them.
        fees: "none" (stated as zero) or "unknown" (in a currency without a rate), "" for all; fills only.
        since, until: Instants, microseconds since 1970 UTC, half-open, of the last exit (of the entry
            for open trades and `until`); beside the period, for the API, and never in the URL of a page.
    """

    accounts: tuple[AccountId, ...] = ()
    period: str = "all"
    unit: FigureUnit = FigureUnit.MONEY
    basis: Basis = Basis.NET
    currency: str = ""
    status: str = ""
    side: str = ""
    symbols: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    setups: tuple[str, ...] = ()
    weekday: int | None = None
    hour: int | None = None
    duration: str = ""
    result: str = ""
    discipline: str = ""
    rules: tuple[str, ...] = ()
    day: str = ""
    search: str = ""
    asset_class: str = ""
    import_id: int | None = None
    where: tuple[Condition, ...] = ()
    fees: str = ""
    since: int | None = None
    until: int | None = None

    def with_(self, **changes: object) -> LedgerFilter:
        """Return a copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def to_query(self) -> str:
        """Return the URL query, "" when nothing differs from the defaults."""
        pairs: list[tuple[str, str]] = []
        for name in _QUERY_NAMES:
            value = getattr(self, name)
            if value != getattr(_DEFAULT, name):
                pairs.append((_WRITTEN.get(name, name), _to_text(name, value)))
        return urlencode(pairs)

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> LedgerFilter:
        """Read a filter from URL parameters; unknown names are ignored, `symbol` is read as `symbols`.

        Raises:
            InvalidInputError: If a value cannot be read.
        """
        values: dict[str, object] = {}
        for name in _QUERY_NAMES:
            written = _WRITTEN.get(name, name)
            text = query.get(written) or query.get(_ALIASES.get(name, written)) or ""
            if not text.strip():
                continue
            try:
                values[name] = _READERS.get(name, str.strip)(text)
            except ValueError as error:
                message = f"Filter {written}={text[:40]!r} cannot be read."
                raise InvalidInputError(message, field=written) from error
        return cls(**values)  # type: ignore[arg-type]


def _to_text(name: str, value: object) -> str:
    if not isinstance(value, tuple):
        return str(value)
    return write_conditions(value) if name == "where" else write_words(value)


def _ids(text: str) -> tuple[AccountId, ...]:
    from domain.accounts import AccountId  # noqa: PLC0415 - a name of integers; filters are read before any account is

    return tuple(AccountId(int(part)) for part in text.split(",") if part.strip())


_READERS: dict[str, Callable[[str], object]] = {
    "accounts": _ids,
    "unit": lambda text: FigureUnit(text.strip()),
    "basis": lambda text: Basis(text.strip()),
    "symbols": read_words,
    "tags": read_words,
    "setups": read_words,
    "rules": read_words,
    "where": read_conditions,
    "weekday": int,
    "hour": int,
    "import_id": int,
}
_QUERY_NAMES = (
    "accounts",
    "period",
    "unit",
    "basis",
    "currency",
    "status",
    "side",
    "symbols",
    "tags",
    "setups",
    "weekday",
    "hour",
    "duration",
    "result",
    "discipline",
    "rules",
    "day",
    "search",
    "asset_class",
    "import_id",
    "where",
    "fees",
)
_WRITTEN = {"asset_class": "asset", "import_id": "import"}
_ALIASES = {"symbols": "symbol"}
"""Names of fields in the address where they differ, and other names that are read there."""
_DEFAULT = LedgerFilter()
