"""Fee plans: choosing, editing and trying out how an account's missing fees are estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from analytics.charges import estimate_charges, explain_charges, fees_by_label
from data.db import accounts as account_table
from data.db import fee_plans as table
from data.db.engine import Database
from data.fees import list_presets, preset, segments
from domain.accounts import AccountId, UserId
from domain.columns import Decimals, ExecutionTable
from domain.errors import InvalidInputError
from domain.executions import ExecutionKind, Side
from domain.fee_plan_text import parse_fee_plan, write_fee_plan
from domain.fee_plans import ChargeLine, ExampleFill, ExampleTrade, FeePlan, Scope
from domain.instruments import AssetClass, Instrument
from domain.money import decimal_places, from_units, to_units
from domain.periods import Clock, to_micros
from services.book import Book
from services.charging import plain_rows, read_plan, without_free
from services.ledger import LedgerService

# An instrument of each Indian segment that is told apart by its symbol.
_SEGMENTS: Mapping[Scope, tuple[str, AssetClass]] = {
    Scope.EQUITY_FUTURE: ("NIFTY", AssetClass.FUTURE),
    Scope.EQUITY_OPTION: ("NIFTY", AssetClass.OPTION),
    Scope.COMMODITY_FUTURE: ("CRUDEOIL", AssetClass.FUTURE),
    Scope.COMMODITY_OPTION: ("CRUDEOIL", AssetClass.OPTION),
    Scope.FARM_FUTURE: ("COTTON", AssetClass.FUTURE),
    Scope.FARM_OPTION: ("COTTON", AssetClass.OPTION),
    Scope.CURRENCY_FUTURE: ("USDINR", AssetClass.FUTURE),
    Scope.CURRENCY_OPTION: ("USDINR", AssetClass.OPTION),
}
EXAMPLE_LIMIT = Decimal(10) ** 9


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeEffect:
    """What a plan would do to an account.

    Attributes:
        fills: Executions that get an estimate.
        stated: Executions that keep the fee their file states.
        amounts: Estimated fees by currency.
        by_label: The same by kind of fee and currency, in the order of the plan.
        other_currency: Executions without fees that the plan leaves alone for their currency.
    """

    fills: int
    stated: int
    amounts: Mapping[str, Decimal]
    by_label: Mapping[tuple[str, str], Decimal]
    other_currency: int


class FeePlanService:
    """Use cases around fee plans."""

    def __init__(self, db: Database, ledger: LedgerService, clock: Clock) -> None:
        self._db = db
        self._ledger = ledger
        self._clock = clock

    @staticmethod
    def presets() -> list[FeePlan]:
        """Return the plans that come with Fillwise."""
        return list_presets()

    @staticmethod
    def preset(slug: str) -> FeePlan:
        """Return one of them; NotFoundError when there is none of this name."""
        return preset(slug)

    def plan(self, owner: UserId, account_id: int) -> FeePlan | None:
        """Return an account's plan, None without one.

        Raises:
            NotFoundError: If the account is not the owner's.
        """
        with self._db.read() as session:
            return read_plan(session, account_table.get_account(session, owner, account_id).id)

    def names(self, owner: UserId) -> dict[AccountId, str]:
        """Return the name of the plan of each of the owner's accounts that has one."""
        with self._db.read() as session:
            ids = [account.id for account in account_table.list_accounts(session, owner)]
            return {key: parse_fee_plan(text).name for key, text in table.list_plans(session, ids).items()}

    def save(self, owner: UserId, account_id: int, plan: FeePlan) -> FeePlan:
        """Set an account's plan; its book is built anew with the estimates.

        It is called a preset as long as its rules are those of one.
        """
        plan = replace(plan, preset=find_preset(plan))
        with self._db.begin() as session:
            account = account_table.get_account(session, owner, account_id, lock=True)
            table.save_plan(session, account.id, write_fee_plan(plan), updated_at=self._clock())
            account_table.bump_revision(session, account.id, append_only=False)
        return plan

    def remove(self, owner: UserId, account_id: int) -> bool:
        """Take an account's plan away, its estimates with it; returns whether it had one."""
        with self._db.begin() as session:
            account = account_table.get_account(session, owner, account_id, lock=True)
            removed = table.delete_plan(session, account.id)
            if removed:
                account_table.bump_revision(session, account.id, append_only=False)
        return removed

    def effect(self, owner: UserId, account_id: int, plan: FeePlan) -> FeeEffect:
        """Say what a plan would do to an account; nothing is written."""
        book = self._ledger.book(owner, AccountId(account_id))
        rows, instruments, timezone = _as_stored(book)
        charges = estimate_charges(rows, instruments, plan, timezone, segments=segments())
        stated = np.count_nonzero((rows.cost.units != 0) | ~rows.cost_known)
        kinds: Mapping[str, Decimals] = {}
        if charges.is_estimated.any():
            kinds = fees_by_label(rows, instruments, plan, timezone, segments=segments())
        by_label = {
            (label, currency): amount
            for label, column in kinds.items()
            for currency, amount in _sum_by_currency(rows, column, instruments).items()
        }
        return FeeEffect(
            fills=int(np.count_nonzero(charges.is_estimated)),
            stated=int(stated),
            amounts=_sum_by_currency(rows, charges.amount, instruments),
            by_label=by_label,
            other_currency=charges.other_currency,
        )

    def explain(self, owner: UserId, account_id: int, ids: Sequence[int]) -> dict[int, tuple[ChargeLine, ...]]:
        """Return how the estimates of some executions come about; those without one are left out."""
        book = self._ledger.book(owner, AccountId(account_id))
        if book.plan is None or not ids:
            return {}
        rows, instruments, timezone = _as_stored(book)
        return explain_charges(rows, instruments, book.plan, timezone, segments=segments(), ids=ids)

    @staticmethod
    def example_scopes(plan: FeePlan) -> tuple[Scope, ...]:
        """Return the kinds of trades a plan says something about."""
        return example_scopes(plan)

    @staticmethod
    def example(plan: FeePlan, trade: ExampleTrade) -> tuple[ExampleFill, ...]:
        """Charge a made-up trade.

        Raises:
            InvalidInputError: If its quantity or a price is not above 0.
        """
        for name in ("quantity", "entry_price", "exit_price"):
            if not 0 < getattr(trade, name) < EXAMPLE_LIMIT:
                raise InvalidInputError("An example has a quantity and prices above 0.", field=name)
        rows, instrument, timezone = _example_rows(plan, trade)
        lines = explain_charges(rows, [instrument], plan, timezone, segments=segments(), ids=(1, 2))
        sides = enumerate((Side.BUY, Side.SELL), 1)
        return tuple(ExampleFill(side=side, lines=lines.get(number, ())) for number, side in sides)


def find_preset(plan: FeePlan) -> str:
    """Return the slug of the preset that has a plan's rules, "" when none has."""
    alike = (item.preset for item in list_presets() if (item.currency, item.rules) == (plan.currency, plan.rules))
    return next(alike, "")


def example_scopes(plan: FeePlan) -> tuple[Scope, ...]:
    """Return the kinds of trades a plan says something about, "everything" standing for shares."""
    found = [scope for rule in plan.rules for scope in rule.applies_to]
    narrow = {Scope.EVERYTHING, Scope.STOCK} if {Scope.EQUITY_INTRADAY, Scope.EQUITY_DELIVERY} & set(found) else set()
    narrow |= {Scope.FUTURE, Scope.OPTION, Scope.FUTURE_OPTION} if narrow else set()
    named = [Scope.STOCK if scope is Scope.EVERYTHING else scope for scope in found if scope not in narrow]
    return tuple(scope for scope in Scope if scope in named)


def _as_stored(book: Book) -> tuple[ExecutionTable, list[Instrument], str]:
    """Return executions without estimates, their instruments and the account's zone; lanes are put together."""
    rows = without_free(plain_rows(book), book.free)
    ids, codes = np.unique(rows.instrument, return_inverse=True)
    items = dict(zip(book.instrument_ids, book.instruments, strict=True))
    coded = replace(rows, instrument=codes.astype(np.int32))
    return coded, [items[key] for key in ids.tolist()], book.account.timezone


def _sum_by_currency(rows: ExecutionTable, column: Decimals, instruments: Sequence[Instrument]) -> dict[str, Decimal]:
    """Return exact sums of the amounts that are not 0."""
    currencies = sorted({item.currency for item in instruments})
    codes = np.array([currencies.index(item.currency) for item in instruments], dtype=np.int64)
    of = codes[rows.instrument] if len(rows) else codes[:0]
    units = column.units if _fits(column.units) else column.units.astype(object)
    sums = {name: int(units[of == code].sum()) for code, name in enumerate(currencies)}
    return {name: from_units(total, column.places) for name, total in sums.items() if total}


def _fits(units: Any) -> bool:
    return units.dtype != object and float(np.abs(units.astype(np.float64)).sum()) < 2**62


def _example_rows(plan: FeePlan, trade: ExampleTrade) -> tuple[ExecutionTable, Instrument, str]:
    """Return a buy and a sell: of delivered shares on two days."""
    name, kind = _SEGMENTS.get(trade.scope, ("EXAMPLE", _class_of(trade.scope)))
    currency = plan.currency or "USD"
    contract = 100 if kind is AssetClass.OPTION and currency != "INR" else 1
    instrument = Instrument(symbol=name, asset_class=kind, currency=currency, multiplier=Decimal(contract))
    later = timedelta(days=1 if trade.scope is Scope.EQUITY_DELIVERY else 0, hours=1)
    zone = "Asia/Kolkata" if currency == "INR" else "UTC"
    first = datetime.combine(trade.day, time(10, 0), ZoneInfo(zone)).astimezone(UTC)
    row = np.arange(2)
    rows = ExecutionTable(
        id=row + 1,
        instrument=np.zeros(2, dtype=np.int32),
        side=np.array([1, -1], dtype=np.int8),
        quantity=_column([trade.quantity, trade.quantity]),
        price=_column([trade.entry_price, trade.exit_price]),
        cost=Decimals(np.zeros(2, dtype=np.int64), 0),
        cost_known=np.ones(2, dtype=np.bool_),
        executed_at=np.array([to_micros(first), to_micros(first + later)], dtype=np.int64),
        kind=np.full(2, ExecutionKind.TRADE, dtype=np.int8),
        order=row,
    )
    return rows, instrument, zone


def _class_of(scope: Scope) -> AssetClass:
    return AssetClass(scope.value) if scope.value in set(AssetClass) else AssetClass.STOCK


def _column(values: Sequence[Decimal]) -> Decimals:
    places = max(map(decimal_places, values))
    return Decimals(np.array([to_units(value, places) for value in values], dtype=object), places)
