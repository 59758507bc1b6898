"""A portfolio by day in its reporting currency: value, flows, income, the effect of exchange rates, each holding."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.daily_values import add_at
from analytics.fx import RateBook, currency_effect
from domain.cash import CashKind
from domain.instruments import Instrument
from services.account_days import AccountDays, HoldingDays, MovedValue

if TYPE_CHECKING:
    from domain.columns import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingLine:
    """One instrument in one account, in the reporting currency.

    Attributes:
        first: Row of the grid at which the arrays start.
        value: At the end of each day.
        profit: P&L of each day after fees, dividends not included, the effect of rates included.
        quantity: At the last day of the grid, 0 when closed.
    """

    instrument: Instrument
    account: str
    first: int
    value: Floats
    profit: Floats
    quantity: float
    simulated: bool
    unpriced: int

    def ends_at(self, size: int) -> bool:
        """Whether it is held on the last day of a grid."""
        return self.first + len(self.value) >= size and bool(len(self.value)) and self.quantity != 0

    def on(self, row: int) -> float:
        """Return its value on a row of the grid."""
        at = row - self.first
        return float(self.value[at]) if 0 <= at < len(self.value) else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeLine:
    """Dividend, interest, reward, fee or tax of one day; `amount` in its currency, `value` in the reporting one."""

    row: int
    kind: CashKind
    symbol: str
    account: str
    currency: str
    amount: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioDays:
    """A portfolio by calendar day.

    Attributes:
        first: First day, days since 1970.
        value: Positions and cash at the end of each day, reporting currency.
        cash: The cash in it.
        inflow, outflow: From and to outside, >= 0.
        rate_effect: What exchange rates alone did each day.
        is_session: Days that count as days of a market: with a close or an event.
        cash_lines: Cash by (account, currency) at the last day, reporting currency.
        simulated_rates: Currencies whose rates are invented.
    """

    currency: str
    first: int
    value: Floats
    cash: Floats
    inflow: Floats
    outflow: Floats
    rate_effect: Floats
    is_session: Bools
    holdings: tuple[HoldingLine, ...]
    income: tuple[IncomeLine, ...]
    cash_lines: tuple[tuple[str, str, float], ...]
    simulated_rates: tuple[str, ...]
    below_zero: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.value)

    @property
    def days(self) -> Ints:
        """Every day of the grid."""
        return np.arange(self.first, self.first + len(self.value), dtype=np.int64)


def currencies_of(accounts: Sequence[AccountDays]) -> list[str]:
    """Return every currency that some accounts hold money or instruments in."""
    names = {name for item in accounts for name in item.cash}
    return sorted(names | {line.instrument.currency for item in accounts for line in item.holdings})


def join_accounts(accounts: Sequence[AccountDays], book: RateBook, currency: str) -> PortfolioDays:
    """Add accounts up in one currency.

    Args:
        accounts: At least one; all end on the same day.
        book: Exchange rates.
        currency: Reporting currency.

    Raises:
        CurrencyError: If a day on which something is held has no rate.
    """
    return _Joining(accounts, book, currency).run()


class _Joining:
    """The sums while they are made, on one grid of days."""

    def __init__(self, accounts: Sequence[AccountDays], book: RateBook, currency: str) -> None:
        self.accounts, self.book, self.currency = accounts, book, currency
        self.first = min(item.first for item in accounts)
        self.size = max(item.first + item.size for item in accounts) - self.first
        self.local: dict[str, Floats] = defaultdict(lambda: np.zeros(self.size))
        self.local_cash: dict[str, Floats] = defaultdict(lambda: np.zeros(self.size))
        self.inflow: dict[str, Floats] = defaultdict(lambda: np.zeros(self.size))
        self.outflow: dict[str, Floats] = defaultdict(lambda: np.zeros(self.size))
        self.busy: dict[str, Bools] = defaultdict(lambda: np.zeros(self.size, dtype=bool))
        self.is_session = np.zeros(self.size, dtype=bool)
        # What moved between two of the accounts on one day is no flow of theirs together.
        moves = Counter((item.transfer, row) for _, item, row in self._moved())
        self.inside = {key for key, count in moves.items() if count > 1}

    def _moved(self) -> Iterator[tuple[str, MovedValue, int]]:
        """Yield currency, transfer and row of the grid of everything that moved in kind."""
        for item in self.accounts:
            for line in item.holdings:
                shift = item.first - self.first
                yield from ((line.instrument.currency, moved, shift + moved.row) for moved in line.moved)

    def run(self) -> PortfolioDays:
        """Return the portfolio."""
        for item in self.accounts:
            self._add(item)
        for name, moved, row in self._moved():
            if (moved.transfer, row) not in self.inside:
                (self.inflow if moved.amount > 0 else self.outflow)[name][row] += abs(moved.amount)
        self._mark_busy()
        rates = {name: self._rates(name) for name in self.local}
        value, effect = np.zeros(self.size), np.zeros(self.size)
        for name, amounts in self.local.items():
            value += amounts * rates[name]
            if name != self.currency:
                effect += currency_effect(amounts, rates[name])
        self.is_session[-1] = True
        return PortfolioDays(
            currency=self.currency,
            first=self.first,
            value=value,
            cash=self._total(self.local_cash, rates),
            inflow=self._total(self.inflow, rates),
            outflow=self._total(self.outflow, rates),
            rate_effect=effect,
            is_session=self.is_session,
            holdings=tuple(self._lines(rates)),
            income=tuple(self._income(rates)),
            cash_lines=self._cash_lines(rates),
            simulated_rates=tuple(
                name for name in sorted(rates) if self.busy[name].any() and self.book.is_simulated(name, self.currency)
            ),
            below_zero=tuple(item.account for item in self.accounts if _owes(item)),
        )

    def _add(self, item: AccountDays) -> None:
        shift = item.first - self.first
        self.is_session[shift : shift + item.size] |= item.is_session
        for name, cash in item.cash.items():
            add_at(self.local[name], shift, cash.balance)
            add_at(self.local_cash[name], shift, cash.balance)
            add_at(self.inflow[name], shift, cash.inflow)
            add_at(self.outflow[name], shift, cash.outflow)
        for line in item.holdings:
            add_at(self.local[line.instrument.currency], shift + line.held.first, line.held.value)
            rows = slice(shift + line.held.first, shift + line.held.last)
            self.busy[line.instrument.currency][rows] |= (line.held.value != 0) | (line.held.cash != 0)
        for event in item.events:
            self.busy[event.currency][shift + event.row] = True

    def _mark_busy(self) -> None:
        """Mark the days on which a currency needs a rate: something is there, moves, or was there the day before."""
        for name, amounts in self.local.items():
            used = self.busy[name] | (amounts != 0) | (self.inflow[name] != 0) | (self.outflow[name] != 0)
            used[1:] |= used[:-1].copy()
            self.busy[name] = used

    def _rates(self, name: str) -> Floats:
        rates = np.zeros(self.size)
        used = np.flatnonzero(self.busy[name])
        if len(used):
            rates[used] = self.book.require(name, self.currency, used + self.first)
        return rates

    def _total(self, parts: dict[str, Floats], rates: dict[str, Floats]) -> Floats:
        total = np.zeros(self.size)
        for name, amounts in parts.items():
            total += amounts * rates[name]
        return total

    def _lines(self, rates: dict[str, Floats]) -> Iterator[HoldingLine]:
        for item in self.accounts:
            shift = item.first - self.first
            for line in item.holdings:
                yield self._line(item, line, rates[line.instrument.currency], shift + line.held.first)

    def _line(self, item: AccountDays, line: HoldingDays, rates: Floats, first: int) -> HoldingLine:
        rows = rates[first : first + len(line.held.value)]
        value = line.held.value * rows
        return HoldingLine(
            instrument=line.instrument,
            account=item.account,
            first=first,
            value=value,
            profit=np.diff(value, prepend=0.0) + line.held.cash * rows,
            quantity=float(line.held.quantity[-1]) if first + len(value) >= self.size else 0.0,
            simulated=line.simulated,
            unpriced=line.unpriced,
        )

    def _income(self, rates: dict[str, Floats]) -> Iterator[IncomeLine]:
        for item in self.accounts:
            for event in item.events:
                row = item.first - self.first + event.row
                yield IncomeLine(
                    row=row,
                    kind=event.kind,
                    symbol=event.symbol,
                    account=item.account,
                    currency=event.currency,
                    amount=event.amount,
                    value=event.amount * float(rates[event.currency][row]),
                )

    def _cash_lines(self, rates: dict[str, Floats]) -> tuple[tuple[str, str, float], ...]:
        return tuple(
            (item.account, name, float(cash.balance[-1]) * float(rates[name][-1]))
            for item in self.accounts
            for name, cash in sorted(item.cash.items())
            if cash.balance[-1]
        )


def _owes(item: AccountDays) -> bool:
    """Whether an account spends what never came in: its starting balance or its deposits are missing."""
    funded = any(float(cash.inflow.sum()) > 0 for cash in item.cash.values())
    return not funded and any(float(cash.balance.min()) < -0.01 for cash in item.cash.values())
