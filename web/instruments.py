"""What the browser says about instruments and corporate actions, read into what the services take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from domain.errors import InvalidInputError
from domain.money import decimal_text, parse_plain_decimal
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.contract_sizes import ContractSize
    from domain.corporate_actions import CorporateAction

PERCENT = Decimal(100)


def read_number(text: Any, field: str, name: str) -> Decimal | None:
    """Return a number a person typed; None for nothing.

    Raises:
        InvalidInputError: If it is none.
    """
    typed = str(text or "").strip().replace("\u2212", "-").replace(" ", "").removesuffix("%")
    if not typed:
        return None
    try:
        return parse_plain_decimal(typed)
    except ValueError as error:
        message = f"{name}: {str(text)[:40]!r} is not a number."
        raise InvalidInputError(message, hint="Write it with a point: 0.25", field=field) from error


def read_day(text: Any, field: str) -> date | None:
    """Return a day a person typed as 2026-09-01; None for nothing."""
    typed = str(text or "").strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        message = f"{typed[:40]!r} is not a day."
        raise InvalidInputError(message, hint="Write it as 2026-09-01.", field=field) from error


def read_action(values: Mapping[str, Any], action_id: int) -> CorporateAction:
    """Return the action of a form.

    Raises:
        InvalidInputError: If a number or the day cannot be read, or the day is missing.
    """
    from domain.accounts import AccountId
    from domain.corporate_actions import ActionId, ActionKind, CorporateAction

    day = read_day(values.get("day"), "day")
    if day is None:
        raise InvalidInputError("From which day does it hold?", hint="Write it as 2026-09-01.", field="day")
    account = values.get("account")
    account_id = AccountId(int(account)) if account else None
    symbol = str(values.get("symbol") or "").strip()
    share = read_number(values.get("cost_share"), "cost_share", "Share of the cost")
    return CorporateAction(
        id=ActionId(action_id),
        kind=ActionKind(str(values.get("kind") or ActionKind.SPLIT)),
        symbol=symbol,
        effective_at=services().corporate_actions.day_start(current_owner(), day, symbol, account_id),
        account_id=account_id,
        ratio_new=read_number(values.get("ratio_new"), "ratio_new", "New units"),
        ratio_old=read_number(values.get("ratio_old"), "ratio_old", "Old units"),
        new_symbol=str(values.get("new_symbol") or ""),
        cash=read_number(values.get("cash"), "cash", "Cash"),
        cost_share=None if share is None else share / PERCENT,
        note=str(values.get("note") or ""),
    )


def read_wish(wish: Mapping[str, Any] | None) -> tuple[str, int]:
    """Return verb and number of a wish such as "edit:17"; ("", 0) for none."""
    verb, _, number = str((wish or {}).get("value") or "").partition(":")
    return verb, int(number) if number.isascii() and number.isdecimal() and len(number) <= 18 else 0


def wanted_symbol(search: str | None) -> str:
    """Return the symbol an address asks for: /settings/instruments?symbol=ESZ6."""
    found = parse_qs((search or "").lstrip("?")).get("symbol", [""])
    return found[0].strip()[:160]


def read_size(symbol: Any, asset_class: Any, multiplier: Any, valid_from: Any, tick: Any, lot: Any) -> ContractSize:
    """Return the contract size of a form; InvalidInputError names what is wrong."""
    from domain.contract_sizes import ContractSize
    from domain.instruments import AssetClass

    size = read_number(multiplier, "multiplier", "Contract size")
    if size is None:
        message, hint = "The contract size is missing.", "It is the money that one point of price is worth."
        raise InvalidInputError(message, hint=hint, field="multiplier")
    return ContractSize(
        symbol=str(symbol or ""),
        asset_class=AssetClass(str(asset_class or AssetClass.FUTURE)),
        multiplier=size,
        valid_from=read_day(valid_from, "valid_from"),
        tick_size=read_number(tick, "tick_size", "Tick"),
        lot_size=read_number(lot, "lot_size", "Lot"),
    )


def form_values(action: CorporateAction, day: str) -> dict[str, Any]:
    """Return an action as its form shows it; the day is the text of the form."""
    share = None if action.cost_share is None else action.cost_share * PERCENT
    numbers = {"ratio_new": action.ratio_new, "ratio_old": action.ratio_old, "cash": action.cash, "cost_share": share}
    return {
        "kind": action.kind.value,
        "symbol": action.symbol,
        "day": day,
        "new_symbol": action.new_symbol,
        "account": int(action.account_id or 0),
        "note": action.note,
        **{name: "" if value is None else decimal_text(value) for name, value in numbers.items()},
    }
