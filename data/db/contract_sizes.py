"""Contract sizes that owners entered, in the database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from data.db.correction_tables import contract_sizes
from data.db.engine import Session
from domain.accounts import UserId
from domain.contract_sizes import ContractSize, ContractSizeId, ContractSizes
from domain.errors import NotFoundError
from domain.instruments import AssetClass


def list_sizes(session: Session, owner: UserId) -> ContractSizes:
    """Return every size an owner entered, by symbol and day."""
    query = select(contract_sizes).where(contract_sizes.c.owner_id == owner)
    found = [
        ContractSize(
            id=ContractSizeId(row.id),
            symbol=row.symbol,
            asset_class=AssetClass(row.asset_class),
            valid_from=row.valid_from,
            multiplier=row.multiplier,
            tick_size=row.tick_size,
            lot_size=row.lot_size,
        )
        for row in session.execute(query.order_by(contract_sizes.c.symbol, contract_sizes.c.id))
    ]
    return ContractSizes(tuple(found))


def save_size(session: Session, owner: UserId, size: ContractSize, *, created_at: datetime) -> ContractSizeId:
    """Store a size in place of the one of the same symbol, class and day; returns its id."""
    same = (
        (contract_sizes.c.owner_id == owner)
        & (contract_sizes.c.symbol == size.symbol)
        & (contract_sizes.c.asset_class == size.asset_class.value)
        & (contract_sizes.c.valid_from == size.valid_from)
    )
    values = {"multiplier": size.multiplier, "tick_size": size.tick_size, "lot_size": size.lot_size}
    known = session.execute(select(contract_sizes.c.id).where(same)).scalar()
    if known is not None:
        session.execute(update(contract_sizes).where(contract_sizes.c.id == known).values(**values))
        return ContractSizeId(int(known))
    result = session.execute(
        insert(contract_sizes).values(
            owner_id=owner,
            symbol=size.symbol,
            asset_class=size.asset_class.value,
            valid_from=size.valid_from,
            created_at=created_at,
            **values,
        )
    )
    return ContractSizeId(int(result.inserted_primary_key[0]))  # type: ignore[index]


def delete_size(session: Session, owner: UserId, size_id: int) -> None:
    """Remove a size.

    Raises:
        NotFoundError: If the owner has no such size.
    """
    mine = (contract_sizes.c.owner_id == owner) & (contract_sizes.c.id == size_id)
    if not session.execute(delete(contract_sizes).where(mine)).rowcount:
        raise NotFoundError("No such contract size.")
