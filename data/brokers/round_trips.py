"""Trades that a file prints whole: one row that holds the entry and the exit.

The row is kept as a round trip and gives two paired executions. Its printed profit proves the size of the
contract: where name and profit disagree, the row is a problem and never imported with a guessed size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, round_to
from data.brokers.contracts import future_contract, future_root
from data.brokers.option_symbols import parse_option, usual_size
from domain.charge_kinds import ChargeKind
from domain.executions import ExecutionKind, Side
from domain.instruments import ONE, AssetClass, Instrument
from domain.money import ZERO
from domain.statements import OtherKind

CENT = Decimal("0.02")
SHARE = Decimal("0.01")
SIZE_DIGITS = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """One printed trade.

    Attributes:
        side: Side of the entry.
        profit: As printed; kept with the row, and never used for the executions.
        fees: Costs of both halves; they are booked on the exit.
        charges: What the fees were for, () when the file does not tell.
        identity: The file's id of the trade; without one the fingerprint tells trades apart.
    """

    line: int
    instrument: Instrument
    side: Side
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    opened: datetime
    closed: datetime
    profit: Decimal | None
    currency: str
    fees: Decimal = ZERO
    charges: Sequence[tuple[ChargeKind, Decimal]] = ()
    fee_rate: Decimal | None = None
    identity: str = ""
    fingerprint: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a row says about the size of a contract: quantity x price gain, and what it may have earned.

    `profits` holds every reading of the printed profit: gross, or net with the costs added again.
    """

    points: Decimal
    profits: tuple[Decimal, ...]

    def fits(self, size: Decimal) -> bool:
        """Whether one reading of the profit is points x size, to the cent or the hundredth part."""
        return any(abs(self.points * size - profit) <= CENT + SHARE * abs(profit) for profit in self.profits)

    @property
    def is_usable(self) -> bool:
        """Whether the row says anything: a trade at one price earns nothing at any size."""
        return bool(self.points)


def add_round_trip(builder: StatementBuilder, trip: RoundTrip) -> None:
    """Keep the row and add its two halves, the entry first."""
    if trip.closed < trip.opened:
        raise CellError("Exit time", trip.closed.isoformat(), "The trade ends before it begins.")
    is_long = trip.side is Side.BUY
    builder.other(
        trip.line,
        OtherKind.ROUND_TRIP,
        "round trip",
        occurred_at=trip.closed,
        symbol=trip.instrument.symbol,
        amount=trip.profit,
        currency=trip.currency,
        quantity=trip.quantity,
        description=" ".join(filter(None, ("long" if is_long else "short", trip.description))),
        identity=trip.identity,
    )
    halves = (
        ("entry", trip.side, trip.entry_price, trip.opened, ZERO, ()),
        ("exit", Side(-trip.side), trip.exit_price, trip.closed, trip.fees, trip.charges),
    )
    for name, side, price, moment, fees, charges in halves:
        builder.execution(
            line=trip.line,
            instrument=trip.instrument,
            side=side,
            quantity=trip.quantity,
            price=price,
            fees=fees,
            charges=charges,
            fee_currency=trip.currency,
            fee_rate=trip.fee_rate if fees else None,
            executed_at=moment,
            kind=ExecutionKind.PAIRED,
            identity=f"{trip.identity}/{name}" if trip.identity else "",
            fingerprint=(*trip.fingerprint, name),
        )


def group_proofs(proofs: Iterable[tuple[str, Proof]]) -> dict[str, list[Proof]]:
    """Return the usable proofs of each symbol."""
    found: dict[str, list[Proof]] = defaultdict(list)
    for symbol, proof in proofs:
        if proof.is_usable:
            found[symbol].append(proof)
    return found


def prove_future(symbol: str, currency: str, proofs: Sequence[Proof], *, contract_name: str = "") -> Instrument:
    """Return the future of a symbol: its listed size, or the one size all its printed profits prove.

    Args:
        symbol: The file's own name of the contract.
        currency: Currency for roots that are not listed.
        proofs: The usable proofs of this symbol.
        contract_name: The name to look the contract up by, when the file decorates it.
    """
    contract = future_contract(contract_name or symbol)
    return Instrument(
        symbol=symbol,
        asset_class=AssetClass.FUTURE,
        currency=contract.currency if contract else currency,
        multiplier=contract.multiplier if contract else _common_size(proofs),
    )


def prove_any(symbol: str, currency: str, proofs: Sequence[Proof]) -> Instrument:
    """Return the share, option or future a journal means by a symbol.

    A dated contract is a future, and an option's name an option. A bare root that is a ticker as well
    ("ES") is what its profits prove; without a proof its size stays unknown.
    """
    terms = parse_option(symbol)
    if terms is not None:
        return Instrument(symbol=symbol, asset_class=AssetClass.OPTION, currency=currency,
                          multiplier=usual_size(symbol), option=terms)  # fmt: skip
    root = future_root(symbol)
    if root is not None and root != symbol.upper():
        return prove_future(symbol, currency, proofs)
    contract = future_contract(symbol)
    sizes = (ONE, contract.multiplier) if contract else (ONE,)
    size = _best_size(sizes, proofs) if proofs else (None if contract else ONE)
    is_future = contract is not None and size == contract.multiplier and size != ONE
    return Instrument(
        symbol=symbol,
        asset_class=AssetClass.FUTURE if is_future else AssetClass.STOCK,
        currency=contract.currency if contract and is_future else currency,
        multiplier=size,
    )


def check_proof(proof: Proof, instrument: Instrument, *, column: str, text: str) -> None:
    """Check a row's printed profit against the size of its instrument.

    Raises:
        CellError: If no reading of the profit fits.
    """
    size = instrument.multiplier
    if size is None or not proof.is_usable or proof.fits(size):
        return
    made = proof.points * size
    reason = f"The row prints {proof.profits[0]:f}, but its prices make {made:f} at {size:f} a point."
    raise CellError(column, text, reason, f"Check symbol, quantity, prices and profit; is it {instrument.symbol!r}?")


def _best_size(sizes: Sequence[Decimal], proofs: Sequence[Proof]) -> Decimal | None:
    """Return the size that explains most rows, None when it explains none."""
    counts: Mapping[Decimal, int] = {size: sum(proof.fits(size) for proof in proofs) for size in sizes}
    best = max(counts, key=lambda size: counts[size])
    return best if counts[best] else None


def _common_size(proofs: Sequence[Proof]) -> Decimal | None:
    """Return the money per point that explains every row, None when there is none."""
    if not proofs:
        return None
    first = max(proofs, key=lambda proof: abs(proof.profits[0]))
    for profit in first.profits:
        size = round_to(profit / first.points, SIZE_DIGITS).normalize() + 0
        if size > 0 and all(proof.fits(size) for proof in proofs):
            return size
    return None
