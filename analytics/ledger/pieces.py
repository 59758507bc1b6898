"""Pieces: quantity of one opening row closed by one closing row, before money is put on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.ledger.fills import Fills
from analytics.ledger.shares import share_amount, share_rest

if TYPE_CHECKING:
    from domain.columns import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Closed pieces in closing order; n rows.

    Attributes:
        open_row, close_row: Rows of the `Fills`.
        quantity: Units, > 0.
        open_upto, close_upto: Units of the opening and closing row used up, this piece included.
    """

    open_row: Ints
    close_row: Ints
    quantity: Ints
    open_upto: Ints
    close_upto: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Closes:
    """Closed pieces with money; n rows.

    Attributes:
        gross: (exit - entry notional) x direction x factor, money units.
        fees: Shares of both rows' costs, money units.
    """

    open_row: Ints
    close_row: Ints
    quantity: Ints
    gross: Ints
    fees: Ints


def put_money(fills: Fills, pieces: Pieces) -> Closes:
    """Give each piece its share of both rows' notional and cost."""
    factor = spread_factor(fills)
    signed = fills.price * (fills.side * factor)
    gross = -(signed[pieces.open_row] + signed[pieces.close_row]) * pieces.quantity
    if fills.price_rest is not None:
        entry = _rest_shares(fills, pieces.open_row, pieces.open_upto, pieces.quantity)
        leave = _rest_shares(fills, pieces.close_row, pieces.close_upto, pieces.quantity)
        side = fills.side[pieces.open_row]
        by_row = factor if np.ndim(factor) == 0 else factor[pieces.open_row]
        gross = gross + (leave - entry) * side * by_row
    fees = _cost_shares(fills, pieces.open_row, pieces.open_upto, pieces.quantity)
    fees += _cost_shares(fills, pieces.close_row, pieces.close_upto, pieces.quantity)
    return Closes(
        open_row=pieces.open_row, close_row=pieces.close_row, quantity=pieces.quantity, gross=gross, fees=fees
    )


def spread_factor(fills: Fills) -> Ints:
    """Money units per notional unit: one number when all groups agree, else one per row."""
    factor = fills.factor
    if (factor == factor[0]).all():
        return factor[0]  # type: ignore[no-any-return]
    return np.repeat(factor, fills.sizes)


def _rest_shares(fills: Fills, rows: Ints, upto: Ints, part: Ints) -> Ints:
    assert fills.price_rest is not None
    rest, quantity = fills.price_rest[rows], fills.quantity[rows]
    return share_rest(rest, quantity, upto) - share_rest(rest, quantity, upto - part)


def _cost_shares(fills: Fills, rows: Ints, upto: Ints, part: Ints) -> Ints:
    """Costs of whole rows directly, of parts by share."""
    shares = fills.cost[rows]
    quantity = fills.quantity[rows]
    some = np.flatnonzero(part != quantity)
    if len(some):
        shares[some] = share_amount(shares[some], quantity[some], part[some], upto[some])
    return shares
