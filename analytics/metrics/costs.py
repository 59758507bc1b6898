"""What trading costs: fees and rebates, and what they take of the result."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analytics.metrics import Figure, Metric, MetricInput
from domain.performance import Direction, Unit

NO_EXIT = "no exit"
NO_KINDS = "kinds of fees are known in money only"
NO_VALUES = "traded values are not known"


def fees_paid(data: MetricInput) -> Figure:
    """Fees above zero of what was realised."""
    n = len(data.exit_fees)
    return Figure(float(np.maximum(data.exit_fees, 0).sum()), n) if n else Figure(None, 0, NO_EXIT)


def rebates(data: MetricInput) -> Figure:
    """Fees below zero of what was realised, as a gain."""
    paid = fees_paid(data)
    return paid if paid.value is None else paid._replace(value=max(0.0, paid.value - float(data.exit_fees.sum())))


def avg_fee(data: MetricInput) -> Figure:
    """Mean fees of a closed trade."""
    n = len(data.fees)
    return Figure(float(data.fees.mean()), n) if n else Figure(None, 0, "no closed trade")


def fee_drag(data: MetricInput) -> Figure:
    """Fees over gross profit."""
    n = len(data.exit_fees)
    if not n:
        return Figure(None, 0, NO_EXIT)
    gross = float(data.exit_gross.sum())
    return Figure(float(data.exit_fees.sum()) / gross, n) if gross > 0 else Figure(None, n, "no gross profit")


def fee_rate(data: MetricInput) -> Figure:
    """Fees of the closed trades over the money they bought and sold."""
    n, traded = len(data.entry_value), float(data.entry_value.sum() + data.exit_value.sum())
    if not traded > 0:
        return Figure(None, n, NO_VALUES)
    return Figure(float(data.fees.sum()) / traded, n)


def fees_of_kind(kind: str) -> Callable[[MetricInput], Figure]:
    """Return what computes the fees of one kind of what was realised: 0 where other kinds are known, and not it."""

    def compute(data: MetricInput) -> Figure:
        """Fees of one kind of what was realised."""
        n = len(data.exit_fees)
        if not n:
            return Figure(None, 0, NO_EXIT)
        found = data.fees_by_kind
        return Figure(None, n, NO_KINDS) if found is None else Figure(found.get(kind, 0.0), n)

    compute.__name__ = f"fees_{kind}"
    return compute


def _of_kind(kind: str, label: str, hint: str) -> Metric:
    return Metric(
        slug=f"fees_{kind}",
        label=label,
        unit=Unit.MONEY,
        better=Direction.DOWN,
        formula=f"Σ charges of the kind “{kind}” of what was closed, pro rata of quantity",
        source="Bookkeeping identity",
        hint=hint,
        compute=fees_of_kind(kind),
    )


_KINDS = (
    ("commission", "Commissions", "What the broker took for its service."),
    ("exchange", "Exchange and clearing fees", "What exchanges, clearing houses and routes took; below 0 is a rebate."),
    ("regulatory", "Regulatory fees", "SEC, FINRA and the like."),
    ("tax", "Transaction taxes", "Stamp duty, financial transaction tax, STT, GST."),
    ("financing", "Financing", "Swaps and interest of positions held overnight, where a file books them on a fill."),
    ("conversion", "Conversion fees", "What changing money took."),
    ("other", "Other fees", "Kinds the file names and none of the others fits."),
    ("estimated", "Estimated fees", "What the account's fee plan adds where the file states none."),
    ("untold", "Fees not told apart", "Fees of files that give one sum; all kinds together are the fees."),
)

METRICS: tuple[Metric, ...] = (
    Metric(
        slug="fees_paid",
        label="Fees paid",
        unit=Unit.MONEY,
        better=Direction.DOWN,
        formula="Σ fees > 0 over all exits",
        source="Bookkeeping identity",
        hint="What was paid before rebates.",
        compute=fees_paid,
    ),
    Metric(
        slug="rebates",
        label="Rebates",
        unit=Unit.MONEY,
        better=Direction.UP,
        formula="−Σ fees < 0 over all exits",
        source="Bookkeeping identity",
        hint="What exchanges paid for liquidity; fees paid less rebates are the fees.",
        compute=rebates,
    ),
    Metric(
        slug="avg_fee",
        label="Fees a trade",
        unit=Unit.MONEY,
        better=Direction.DOWN,
        formula="Σ fees ÷ N",
        source="Common use",
        hint="What an average round trip costs; compare it with the expectancy.",
        compute=avg_fee,
    ),
    Metric(
        slug="fee_drag",
        label="Fee drag",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="fees ÷ gross P&L, where that is above 0",
        source="Common use",
        hint="How much of what the trades earned went to fees.",
        compute=fee_drag,
    ),
    Metric(
        slug="fee_rate",
        label="Fees of volume",
        unit=Unit.FRACTION,
        better=Direction.DOWN,
        formula="Σ fees ÷ (Σ entry values + Σ exit values) of the closed trades",
        source="Common use",
        hint="What a unit of money traded costs.",
        compute=fee_rate,
    ),
    *(_of_kind(*item) for item in _KINDS),
)
