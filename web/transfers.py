"""What the browser says about transfers in kind, read into what the service takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import TYPE_CHECKING, Any

from domain.errors import InvalidInputError, NotFoundError
from domain.money import decimal_text
from web.context import current_owner, services
from web.instruments import read_day, read_number

if TYPE_CHECKING:
    from domain.transfers import TransferDraft

FIELDS = (
    "source", "target", "symbol", "quantity", "day", "time", "cost", "acquired", "asset_class", "currency", "note",
)  # fmt: skip
EMPTY: dict[str, Any] = {**dict.fromkeys(FIELDS, ""), "source": 0, "target": 0}


def read_transfer(values: Mapping[str, Any], state: Mapping[str, Any] | None) -> TransferDraft:
    """Return the transfer of a form; `state` has its id and the row of a file it is about.

    Raises:
        InvalidInputError: If a number, a day or a time cannot be read.
    """
    from domain.accounts import AccountId
    from domain.transfers import TransferDraft, TransferId

    known = state or {}
    source, target = (int(values.get(name) or 0) for name in ("source", "target"))
    return TransferDraft(
        id=TransferId(int(known.get("id", 0))),
        event_id=int(known.get("event", 0)),
        from_id=AccountId(source) if source else None,
        to_id=AccountId(target) if target else None,
        symbol=str(values.get("symbol") or ""),
        asset_class=str(values.get("asset_class") or ""),
        currency=str(values.get("currency") or "").strip(),
        quantity=read_number(values.get("quantity"), "quantity", "Quantity"),
        day=read_day(values.get("day"), "day"),
        time=read_time(values.get("time")),
        cost=read_number(values.get("cost"), "cost", "Total cost"),
        acquired=read_day(values.get("acquired"), "acquired"),
        note=str(values.get("note") or ""),
    )


def read_time(text: Any) -> time | None:
    """Return a time a person typed as 14:30; None for nothing."""
    typed = str(text or "").strip()
    if not typed:
        return None
    try:
        return time.fromisoformat(typed)
    except ValueError as error:
        message = f"{typed[:20]!r} is not a time."
        raise InvalidInputError(message, hint="Write it as 14:30.", field="time") from error


def wished_form(verb: str, number: int) -> tuple[dict[str, Any], dict[str, int], str]:
    """Return values, state and title of the form that a wish opens.

    Raises:
        NotFoundError: If there is no such transfer, or no such row of a file.
    """
    if verb == "edit":
        return _stored(number), {"id": number}, "Edit a transfer"
    if verb == "told":
        return _told(number), {"event": number}, "Enter a transfer"
    return dict(EMPTY), {}, "Add a transfer"


def _stored(number: int) -> dict[str, Any]:
    found = services().transfers.get(current_owner(), number)
    item = found.transfer
    zone = services().transfers.zone_of(current_owner(), item)
    local = item.moved_at.astimezone(zone)
    return {
        "source": int(item.from_id or 0),
        "target": int(item.to_id or 0),
        "symbol": item.instrument.symbol,
        "quantity": decimal_text(item.quantity),
        "day": found.day.isoformat(),
        "time": f"{local:%H:%M}" if local.time() != time() else "",
        "cost": "" if item.cost is None else decimal_text(item.cost),
        "acquired": "" if found.acquired is None else found.acquired.isoformat(),
        "asset_class": item.instrument.asset_class.value if item.from_id is None else "",
        "currency": item.instrument.currency if item.from_id is None else "",
        "note": item.note,
    }


def _told(number: int) -> dict[str, Any]:
    owner = current_owner()
    found = next((item for item in services().transfers.told(owner) if item.event_id == number), None)
    if found is None:
        raise NotFoundError("No such row of a file.")
    mine, other = int(found.account_id), int(found.twin_id or 0)
    return {
        **EMPTY,
        "source": other if found.is_in else mine,
        "target": mine if found.is_in else other,
        "symbol": services().transfers.known_symbol(owner, found),
        "quantity": decimal_text(found.quantity),
        "day": found.day.isoformat(),
        "time": f"{found.local:%H:%M}",
        "note": f"{found.label}, as the file says",
    }
