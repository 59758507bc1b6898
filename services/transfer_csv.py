"""Transfers in kind as CSV: one row a lot, plain numbers and safe text."""

from __future__ import annotations

from collections.abc import Iterator

from domain.accounts import UserId
from domain.money import decimal_text
from domain.transfers import ShownTransfer
from services.exports import safe_text, write_csv
from services.transfers import OUTSIDE, TransferService

HEADER = (
    "id", "day", "moved_at", "symbol", "asset_class", "currency", "from", "to", "quantity", "lot_acquired",
    "lot_quantity", "lot_cost", "note",
)  # fmt: skip


def transfers_csv(transfers: TransferService, owner: UserId) -> Iterator[str]:
    """Yield every transfer, latest first, each with the lots that moved."""
    return write_csv(HEADER, (row for item in transfers.list_transfers(owner) for row in _rows(item)))


def _rows(item: ShownTransfer) -> list[list[str]]:
    transfer = item.transfer
    head = [
        str(transfer.id),
        item.day.isoformat(),
        transfer.moved_at.isoformat(),
        safe_text(transfer.instrument.symbol),
        transfer.instrument.asset_class.value,
        transfer.instrument.currency,
        safe_text(item.from_name or OUTSIDE),
        safe_text(item.to_name or OUTSIDE),
        decimal_text(transfer.quantity),
    ]
    lots = [[lot.acquired.isoformat(), decimal_text(lot.quantity), decimal_text(lot.cost)] for lot in item.lots]
    return [[*head, *lot, safe_text(transfer.note)] for lot in lots or [["", "", ""]]]
