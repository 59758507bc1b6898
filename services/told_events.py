"""Corporate actions that files tell of without saying enough to apply them, and what their words suggest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from domain.accounts import Account
from domain.corporate_actions import ActionKind, CorporateAction, ToldEvent
from domain.money import decimal_text
from domain.statements import OtherKind
from services.corporate_books import file_split

Held = Callable[[str, datetime], Decimal]

NEAR = timedelta(days=10)
"""An owner dates an event by its effective day, a file by its booking."""
PLAIN_TERM, LARGEST_TERM = 20, 5_000
_SPIN_OFF = ("spin", "distribution of", "stock dist", "demerger")
_RENAME = ("name change", "symbol change", "cusip change", "ticker change", "conversion", "token swap", "produktw",
           "productwij")  # fmt: skip
_SPLIT = ("split", "stock div", "bonus")
_MERGER = ("merger", "acquisition", "takeover", "tender", "redemption", "liquidation")


def find_told_events(
    events: Sequence[Mapping[str, Any]], actions: Sequence[CorporateAction], account: Account, held: Held
) -> list[ToldEvent]:
    """Return the events of one account that no action accounts for, latest first.

    Args:
        events: Rows of kind split or corporate action of the account's files.
        actions: What the owner entered.
        account: The account.
        held: Returns the units held of a symbol before an instant.
    """
    dated = [event for event in events if event["occurred_at"] and (event["symbol"] or event["description"])]
    open_events = [event for event in dated if file_split(event) is None and not _is_known(event, actions)]
    splits = [event for event in dated if file_split(event) is not None]
    # Of two rows that tell one event, the one that books the new units speaks for both.
    told = [item for item in open_events if not (_is_taken(item) and _counterpart(item, open_events))]
    found = [_told(event, open_events, account, held) for event in told if not _is_twin(event, splits)]
    return sorted(found, key=lambda item: item.occurred_at, reverse=True)


def _is_taken(event: Mapping[str, Any]) -> bool:
    return bool(event["quantity"]) and event["quantity"] < 0


def _is_known(event: Mapping[str, Any], actions: Sequence[CorporateAction]) -> bool:
    return any(
        event["symbol"] in action.symbols
        and action.account_id in (None, event["account_id"])
        and abs(action.effective_at - event["occurred_at"]) <= NEAR
        for action in actions
    )


def _is_twin(event: Mapping[str, Any], splits: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an event is the other half of a split that is applied: the old units leaving."""
    return any(
        split["symbol"] == event["symbol"] and abs(split["occurred_at"] - event["occurred_at"]) <= timedelta(days=1)
        for split in splits
    )


def _told(event: Mapping[str, Any], others: Sequence[Mapping[str, Any]], account: Account, held: Held) -> ToldEvent:
    owned = held(event["symbol"], event["occurred_at"])
    proposal, reason = _propose(event, others, owned)
    return ToldEvent(
        event_id=int(event["id"]),
        account_id=account.id,
        account_name=account.name,
        label=event["label"],
        symbol=event["symbol"],
        occurred_at=event["occurred_at"],
        quantity=event["quantity"],
        amount=event["amount"],
        currency=event["currency"] or account.currency,
        description=event["description"],
        held=owned,
        proposal=replace(proposal, account_id=account.id),
        reason=reason,
    )


def _propose(
    event: Mapping[str, Any], others: Sequence[Mapping[str, Any]], held: Decimal
) -> tuple[CorporateAction, str]:
    """Return what an event seems to be, and why."""
    plain = CorporateAction(kind=_kind(event), symbol=event["symbol"], effective_at=event["occurred_at"])
    twin = _counterpart(event, others)
    if plain.kind.is_split:
        return _split(plain, event, held, twin)
    if plain.kind is ActionKind.CASH_MERGER and event["quantity"] and event["amount"]:
        cash = abs(Fraction(event["amount"]) / Fraction(event["quantity"]))
        per_unit = Decimal(cash.numerator) / Decimal(cash.denominator)
        return replace(
            plain, cash=round(per_unit, 6)
        ), f"{decimal_text(event['amount'])} came for {_units(event)} units."
    if twin is None or plain.kind is ActionKind.SPIN_OFF:
        return plain, "The file says what happened, but not at which terms."
    return _exchange(plain, event, twin)


def _exchange(plain: CorporateAction, event: Mapping[str, Any], twin: Mapping[str, Any]) -> tuple[CorporateAction, str]:
    """Return what two rows make of each other: as many units are a change of symbol, others a merger."""
    old, new = (event, twin) if _is_taken(event) else (twin, event)
    reason = f"The file takes {_units(old)} {old['symbol']} away and books {_units(new)} {new['symbol']}."
    kind = plain.kind
    if kind is ActionKind.SYMBOL_CHANGE and abs(old["quantity"]) != abs(new["quantity"]):
        kind = ActionKind.STOCK_MERGER
    changed = replace(plain, kind=kind, symbol=old["symbol"], new_symbol=new["symbol"])
    terms = _terms(abs(Fraction(new["quantity"]) / Fraction(old["quantity"])))
    if kind is ActionKind.STOCK_MERGER and terms is not None:
        changed = replace(changed, ratio_new=terms[0], ratio_old=terms[1])
    return changed, reason


def _units(event: Mapping[str, Any]) -> str:
    return decimal_text(abs(event["quantity"]))


def _kind(event: Mapping[str, Any]) -> ActionKind:
    text = f"{event['label']} {event['description']}".casefold()
    if event["kind"] == OtherKind.SPLIT.value:
        return ActionKind.REVERSE_SPLIT if "reverse" in text else ActionKind.SPLIT
    if any(word in text for word in _SPIN_OFF):
        return ActionKind.SPIN_OFF
    if any(word in text for word in _RENAME):
        return ActionKind.SYMBOL_CHANGE
    if any(word in text for word in _MERGER):
        return ActionKind.CASH_MERGER if event["amount"] else ActionKind.STOCK_MERGER
    return ActionKind.SPLIT if any(word in text for word in _SPLIT) else ActionKind.SYMBOL_CHANGE


def _counterpart(event: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the row that books the other side of an event: the same words and day, the opposite sign."""
    if not event["quantity"]:
        return None
    for other in others:
        same = other is not event and other["label"] == event["label"] and other["quantity"]
        near = abs(other["occurred_at"] - event["occurred_at"]) <= timedelta(days=1)
        if same and near and (other["quantity"] < 0) != (event["quantity"] < 0) and other["symbol"] != event["symbol"]:
            return other
    return None


def _split(
    plain: CorporateAction, event: Mapping[str, Any], held: Decimal, twin: Mapping[str, Any] | None
) -> tuple[CorporateAction, str]:
    """Return a split with the ratio that the units booked and the units held make, where that is a plain one."""
    quantity = event["quantity"]
    if twin is not None and twin["quantity"]:
        old, new = (event, twin) if _is_taken(event) else (twin, event)
        terms = _terms(abs(Fraction(new["quantity"]) / Fraction(old["quantity"])))
        named = replace(plain, symbol=new["symbol"])
        reason = f"The file takes {_units(old)} units away and books {_units(new)}; check the ratio."
        return _with_terms(named, terms), reason
    if quantity and held:
        ratio = (Fraction(held) + Fraction(quantity)) / Fraction(held)
        terms = _terms(ratio) if ratio > 0 else None
        if terms is not None:
            held_text = f"{_units(event)} units came to the {decimal_text(held)} held"
            words = f"{held_text}: {terms[0]:f} for {terms[1]:f}, if they are additional."
            return _with_terms(plain, terms), words
    return plain, "The file does not state the ratio."


def _with_terms(action: CorporateAction, terms: tuple[Decimal, Decimal] | None) -> CorporateAction:
    if terms is None:
        return action
    if action.kind is ActionKind.REVERSE_SPLIT and terms[0] >= terms[1]:
        return action  # whole units alone do not tell it
    kind = ActionKind.SPLIT if terms[0] >= terms[1] else ActionKind.REVERSE_SPLIT
    return replace(action, kind=kind, ratio_new=terms[0], ratio_old=terms[1])


def _terms(ratio: Fraction) -> tuple[Decimal, Decimal] | None:
    """Return a ratio as two plain whole numbers, the smaller one small; None when it is not near any."""
    larger = max(ratio, 1 / ratio)
    near = larger.limit_denominator(PLAIN_TERM)
    if abs(near - larger) > larger / 5_000 or near.numerator > LARGEST_TERM:
        return None
    terms = Decimal(near.numerator), Decimal(near.denominator)
    return terms if ratio >= 1 else terms[::-1]
