"""Reading what somebody typed of a fill; every refusal names the field, the value and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from data.brokers import words
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_decimal
from data.brokers.contracts import future_multiplier
from data.brokers.moments import read_moment
from data.brokers.option_symbols import parse_option
from data.brokers.sizes import sized
from domain.accounts import Account
from domain.errors import InvalidInputError
from domain.executions import Side
from domain.fills import FillDraft
from domain.instruments import ONE, AssetClass, Instrument, OptionTerms
from domain.money import decimal_text
from services.accounts import check_currency

if TYPE_CHECKING:
    from collections.abc import Iterator

SYMBOL_LENGTH = 160
PLACES = 18
_YEAR_FIRST = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?!\d)")
# One unit of these is one unit: their price is the money per unit.
_PLAIN = frozenset({AssetClass.STOCK, AssetClass.FUND, AssetClass.FOREX, AssetClass.CRYPTO})
_NEGATIVE_PRICES = frozenset({AssetClass.FUTURE, AssetClass.FUTURE_OPTION})
_CLASSES = ", ".join(item.value for item in AssetClass)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedFill:
    """A fill as typed, read."""

    instrument: Instrument
    side: Side
    quantity: Decimal
    price: Decimal
    fees: Decimal
    fee_currency: str
    executed_at: datetime


def read_fill(draft: FillDraft, account: Account, known: Mapping[int, Instrument]) -> TypedFill:
    """Read a whole fill.

    Args:
        draft: As typed.
        account: Where it goes; its zone is that of times without one.
        known: The owner's instruments of that symbol, by id.

    Raises:
        InvalidInputError: Naming the first field that cannot be read.
    """
    instrument = read_instrument(draft, account, known)
    return TypedFill(
        instrument=instrument,
        side=read_side(draft.side),
        quantity=read_quantity(draft.quantity),
        price=read_price(draft.price, instrument.asset_class),
        fees=read_fees(draft.fees),
        fee_currency=read_fee_currency(draft.fee_currency, instrument),
        executed_at=read_time(draft.executed_at, account.timezone),
    )


@contextmanager
def _field(name: str) -> Iterator[None]:
    """Tell a cell that cannot be read as the field it was typed in."""
    try:
        yield
    except CellError as error:
        raise InvalidInputError(f"{_label(name)}: {error.reason}", field=name, hint=error.hint) from error


def _label(name: str) -> str:
    return {"executed_at": "Time"}.get(name, name.replace("_", " ").capitalize())


def _refuse(name: str, reason: str, hint: str) -> InvalidInputError:
    return InvalidInputError(f"{_label(name)}: {reason}", field=name, hint=hint)


def read_side(text: str) -> Side:
    """Return a side from a word such as buy or sell; InvalidInputError otherwise."""
    with _field("side"):
        return words.read_side(text.strip(), column="side")


def _number(text: str, name: str) -> Decimal:
    if not text.strip():
        raise _refuse(name, "it is missing.", "Type a number such as 100.")
    with _field(name):
        value = read_decimal(text.strip(), column=name)
    if -int(value.as_tuple().exponent) > PLACES:
        raise _refuse(name, f"{text[:40]!r} has more than {PLACES} decimals.", "Round it.")
    return value


def read_quantity(text: str) -> Decimal:
    """Return a quantity above 0; InvalidInputError otherwise."""
    value = _number(text, "quantity")
    if value <= 0:
        raise _refuse("quantity", f"{text[:40]!r} is not above 0.", "The side says whether it was bought or sold.")
    return value


def read_price(text: str, asset: AssetClass) -> Decimal:
    """Return a price of 0 or more, for futures any; InvalidInputError otherwise."""
    value = _number(text, "price")
    if value < 0 and asset not in _NEGATIVE_PRICES:
        raise _refuse("price", f"{text[:40]!r} is below 0.", "Only futures have negative prices.")
    return value


def read_fees(text: str) -> Decimal:
    """Return fees, 0 for an empty text; InvalidInputError when it is no number."""
    return _number(text, "fees") if text.strip() else Decimal(0)


def states_no_fee(text: str) -> bool:
    """Whether a typed fee says that there was none, which an empty text does not."""
    return bool(text.strip()) and not read_fees(text)


def read_fee_currency(text: str, instrument: Instrument) -> str:
    """Return the currency of the fees, the instrument's for an empty text; InvalidInputError when it is none."""
    return instrument.currency if not text.strip() else _currency(text, "fee_currency")


def _currency(text: str, name: str) -> str:
    try:
        return check_currency(text)
    except InvalidInputError as error:
        raise _refuse(name, f"{text[:40]!r} is not a currency code.", "For example USD.") from error


def read_time(text: str, timezone: str) -> datetime:
    """Return the instant of a typed time, in the account's zone unless it names an offset; InvalidInputError else."""
    typed = text.strip()
    if not _YEAR_FIRST.match(typed):
        reason = f"{typed[:40]!r} is not a time." if typed else "it is missing."
        raise _refuse("executed_at", reason, "Write it as 2026-09-01 14:30:05.")
    with _field("executed_at"):
        moment = read_moment(typed, column="executed_at")
        return StatementBuilder("by-hand", timezone).instant(moment, raw=typed, column="executed_at")


def read_instrument(draft: FillDraft, account: Account, known: Mapping[int, Instrument]) -> Instrument:
    """Return the instrument that is meant: one of the book, or a new one that is told completely.

    Raises:
        InvalidInputError: If it is missing, could be several, or is new and its kind or contract size is not said.
    """
    symbol = " ".join(draft.symbol.split())
    if not symbol or len(symbol) > SYMBOL_LENGTH or not symbol.isprintable():
        raise _refuse("symbol", "it is missing." if not symbol else "it cannot be read.", "For example AAPL.")
    asset = _asset_class(draft.asset_class)
    currency = _currency(draft.currency, "currency") if draft.currency.strip() else ""
    fitting = [
        item
        for item in known.values()
        if (asset is None or item.asset_class is asset) and (not currency or item.currency == currency)
    ]
    if len(fitting) > 1:
        names = ", ".join(f"{item.asset_class.value} in {item.currency}" for item in fitting)
        raise _refuse("symbol", f"{symbol} can be {names}.", "Say which: give the asset class and the currency.")
    if fitting:
        return _same_size(fitting[0], draft.multiplier)
    return _new_instrument(symbol, asset, currency or account.currency, draft)


def _asset_class(text: str) -> AssetClass | None:
    if not text.strip():
        return None
    with _field("asset_class"):
        return words.read_asset_class(text.strip(), column="asset_class")


def _same_size(instrument: Instrument, text: str) -> Instrument:
    if text.strip() and read_multiplier(text) != instrument.multiplier:
        size = decimal_text(instrument.multiplier or ONE)
        reason = f"{instrument.symbol} has a contract size of {size} in your book, not {text[:40]}."
        raise _refuse("multiplier", reason, "Leave it empty, or correct the instrument under Settings.")
    return instrument


def _new_instrument(symbol: str, asset: AssetClass | None, currency: str, draft: FillDraft) -> Instrument:
    if asset is None:
        reason = f"{symbol} is not in your book yet."
        raise _refuse("asset_class", reason, f"Say what it is: one of {_CLASSES}.")
    told = draft.multiplier.strip()
    size = read_multiplier(told) if told else find_size(symbol, asset, draft.executed_at)
    if size is None:
        reason = f"the contract size of {symbol} is not known."
        hint = "Type the money per point of price and unit, for example 100 for most options on shares."
        raise _refuse("multiplier", reason, hint)
    return Instrument(
        symbol=symbol, asset_class=asset, currency=currency, multiplier=size, option=_terms(symbol, asset)
    )


def _terms(symbol: str, asset: AssetClass) -> OptionTerms | None:
    return parse_option(symbol) if asset in (AssetClass.OPTION, AssetClass.FUTURE_OPTION) else None


def read_multiplier(text: str) -> Decimal:
    """Return a contract size above 0; InvalidInputError otherwise."""
    value = _number(text, "multiplier")
    if value <= 0:
        raise _refuse("multiplier", f"{text[:40]!r} is not above 0.", "It is the money per point of price.")
    return value


def find_size(symbol: str, asset: AssetClass, time: str) -> Decimal | None:
    """Return the contract size of a new instrument that needs not be asked for, None when it is not known.

    What the owner entered (see `data.brokers.sizes.knowing`) goes before the exchange's size of a future.

    Args:
        symbol: As typed.
        asset: What it is.
        time: As typed; of a time that cannot be read, the size that came last counts.
    """
    size = ONE if asset in _PLAIN else future_multiplier(symbol) if asset is AssetClass.FUTURE else None
    item = Instrument(symbol=symbol, asset_class=asset, currency="", multiplier=size, option=_terms(symbol, asset))
    return sized(item, _day(time)).multiplier


def _day(time: str) -> date:
    try:
        return date.fromisoformat(time.strip()[:10])
    except ValueError:
        return date.max
