"""Instruments and contract sizes: what is traded and what one contract of it is worth."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from domain.contract_sizes import ContractSize
from domain.instruments import AssetClass
from web.api.contract import Topic
from web.api.values import DecimalText, Printable, Schema
from web.context import current_owner, services

TOPIC = Topic(
    "Instruments",
    "/api/v1",
    "What is traded. A contract size that no file states is never assumed: its rows wait until it is entered here.",
)
ClassName = Literal[
    "stock", "fund", "bond", "option", "future", "future_option", "forex", "crypto", "cfd", "index"
]  # fmt: skip


class InstrumentRow(Schema):
    """One instrument and where it is used."""

    id: int
    symbol: str
    asset_class: ClassName
    currency: str
    multiplier: DecimalText | None
    tick_size: DecimalText | None
    lot_size: DecimalText | None
    name: str
    isin: str
    cusip: str
    sedol: str
    executions: int
    accounts: list[str]


class InstrumentList(Schema):
    """Instruments, the most traded first."""

    items: list[InstrumentRow]
    next_cursor: str | None = None


class InstrumentChange(Schema):
    """What to change of an instrument; what is left out stays."""

    multiplier: DecimalText | None = Field(None, description="Money per point of price and contract, above 0.")
    name: Printable | None = None
    isin: Printable | None = None
    cusip: Printable | None = None
    sedol: Printable | None = None


class SizeRow(Schema):
    """What a symbol, or every contract of a root, is worth from a day on."""

    id: int
    symbol: str
    asset_class: ClassName
    valid_from: date | None
    multiplier: DecimalText
    tick_size: DecimalText | None
    lot_size: DecimalText | None


class SizeList(Schema):
    """Contract sizes by symbol."""

    items: list[SizeRow]
    next_cursor: str | None = None


class SizeDraft(Schema):
    """A contract size; in place of the one of the same symbol, class and day."""

    symbol: Printable = Field(description="A whole symbol, a root such as ES, or an option's underlying.")
    asset_class: ClassName
    multiplier: DecimalText
    valid_from: date | None = Field(None, description="First day it holds; null is always.")
    tick_size: DecimalText | None = None
    lot_size: DecimalText | None = None


class Removed(Schema):
    """What was taken away."""

    id: int


@TOPIC.get("/instruments", InstrumentList)
def list_instruments() -> InstrumentList:
    """List the instruments."""
    found = services().instruments.list_instruments(current_owner())
    return InstrumentList(
        items=[
            InstrumentRow(
                id=item.id,
                symbol=item.instrument.symbol,
                asset_class=item.instrument.asset_class.value,
                currency=item.instrument.currency,
                multiplier=item.instrument.multiplier,
                tick_size=item.tick_size,
                lot_size=item.lot_size,
                name=item.instrument.name,
                isin=item.instrument.isin,
                cusip=item.instrument.cusip,
                sedol=item.instrument.sedol,
                executions=item.fills,
                accounts=list(item.account_names),
            )
            for item in found
        ],
        next_cursor=None,
    )


@TOPIC.put("/instruments/<int:instrument_id>", InstrumentRow, body=InstrumentChange, errors=(404,))
def change_instrument(instrument_id: int, body: InstrumentChange) -> InstrumentRow:
    """Correct an instrument. A new multiplier computes every trade of it anew, and holds for later files."""
    owner = current_owner()
    numbers = {"isin": body.isin, "cusip": body.cusip, "sedol": body.sedol}
    services().instruments.correct(owner, instrument_id, multiplier=body.multiplier, name=body.name, **numbers)
    return next(item for item in list_instruments().items if item.id == instrument_id)


@TOPIC.get("/contract-sizes", SizeList)
def list_contract_sizes() -> SizeList:
    """List the contract sizes you entered."""
    return SizeList(
        items=[_size(item) for item in services().instruments.list_sizes(current_owner())], next_cursor=None
    )


@TOPIC.post("/contract-sizes", {201: SizeRow}, body=SizeDraft)
def add_contract_size(body: SizeDraft) -> tuple[SizeRow, int]:
    """Enter a contract size. Import the file again whose rows waited for it."""
    size = ContractSize(
        symbol=body.symbol,
        asset_class=AssetClass(body.asset_class),
        multiplier=body.multiplier,
        valid_from=body.valid_from,
        tick_size=body.tick_size,
        lot_size=body.lot_size,
    )
    return _size(services().instruments.save_size(current_owner(), size)), 201


@TOPIC.delete("/contract-sizes/<int:size_id>", Removed, errors=(404,))
def remove_contract_size(size_id: int) -> Removed:
    """Take a contract size away; instruments that were made with it keep theirs."""
    services().instruments.delete_size(current_owner(), size_id)
    return Removed(id=size_id)


def _size(size: ContractSize) -> SizeRow:
    return SizeRow(
        id=size.id,
        symbol=size.symbol,
        asset_class=size.asset_class.value,
        valid_from=size.valid_from,
        multiplier=size.multiplier,
        tick_size=size.tick_size,
        lot_size=size.lot_size,
    )
