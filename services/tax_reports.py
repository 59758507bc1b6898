"""Realised gains of a tax year by the rules of a country, and the files that tax returns are filled in from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

from analytics.tax import compute_gains, regime_note, tax_year, year_label
from domain.errors import InvalidInputError
from domain.money import ZERO, decimal_text
from domain.portfolio_figures import GainsReport, GainsTotal, Notice
from domain.portfolios import PortfolioPlan
from domain.tax import CostMethod, Disposal, Gains, HeldLot, Picks, TaxRegime, Term
from services.exports import safe_text, write_csv
from services.tax_fills import FillsOf

CENT = Decimal("0.01")
NO_ADVICE = Notice(
    title="A calculation, no tax advice.",
    text="It knows only what is in these accounts. Have a professional check what you file.",
    is_warning=False,
)
TERMS: Mapping[Term, str] = {Term.SHORT: "Short term", Term.LONG: "Long term", Term.NONE: "Other"}
_DAY = "%m/%d/%Y"


def match_everything(plan: PortfolioPlan, instruments: Sequence[FillsOf], picks: Picks | None = None) -> Gains:
    """Return every disposal there ever was, and what is left.

    Args:
        plan: Whose regime and method hold.
        instruments: All fills, from the first on.
        picks: Chosen lots.
    """
    disposals: list[Disposal] = []
    held: list[HeldLot] = []
    for item in instruments:
        found = compute_gains(plan.regime, item.instrument, item.fills, method=plan.method, picks=picks)
        disposals += found.disposals
        held += found.held
    held.sort(key=lambda lot: (lot.instrument.symbol, lot.account, str(lot.acquired)))
    return Gains(disposals=tuple(disposals), held=tuple(held))


def report_gains(plan: PortfolioPlan, gains: Gains, *, year: int | None) -> GainsReport:
    """Return the gains of a tax year.

    Args:
        plan: Whose regime and method held.
        gains: What `match_everything` found.
        year: In which the tax year begins; None for the newest with a disposal.
    """
    disposals = gains.disposals
    by_year: dict[int, list[Disposal]] = defaultdict(list)
    for disposal in disposals:
        by_year[tax_year(plan.regime, disposal.sold)].append(disposal)
    chosen = year if year is not None else max(by_year, default=None)
    rows = sorted(by_year.get(chosen, []) if chosen is not None else [], key=_order)
    note = regime_note(plan.regime)
    notices = [NO_ADVICE, *([Notice(title="What is not checked.", text=note, is_warning=False)] if note else [])]
    return GainsReport(
        plan=plan,
        regime=plan.regime,
        method=plan.method,
        year=chosen,
        years=tuple(
            (key, year_label(plan.regime, key), sum((item.gain for item in by_year[key]), ZERO))
            for key in sorted(by_year, reverse=True)
        ),
        disposals=tuple(rows),
        totals=tuple(_totals(plan.regime, rows)),
        total=_total("Total", rows),
        held=gains.held,
        notices=tuple(notices),
        prescribed=plan.regime is not TaxRegime.US,
    )


def _order(item: Disposal) -> tuple[object, ...]:
    return (item.sold, item.instrument.symbol, item.sale_ref, str(item.acquired))


def _totals(regime: TaxRegime, rows: Sequence[Disposal]) -> Iterator[GainsTotal]:
    key: Callable[[Disposal], str] = {
        TaxRegime.US: lambda item: TERMS[item.term],
        TaxRegime.UK: lambda item: item.rule.capitalize(),
        TaxRegime.INDIA: lambda item: item.category,
    }[regime]
    groups: dict[str, list[Disposal]] = defaultdict(list)
    for item in rows:
        groups[key(item)].append(item)
    for name in sorted(groups, reverse=regime is TaxRegime.US):
        yield _total(name, groups[name])


def _total(name: str, rows: Sequence[Disposal]) -> GainsTotal:
    return GainsTotal(
        name=name,
        count=len(rows),
        proceeds=sum((item.proceeds for item in rows), ZERO),
        cost=sum((item.cost for item in rows), ZERO),
        adjustment=sum((item.adjustment for item in rows), ZERO),
        gain=sum((item.gain for item in rows), ZERO),
    )


def with_rules(plan: PortfolioPlan, regime: str, method: str) -> PortfolioPlan:
    """Return a plan with other rules for gains where some are named.

    Raises:
        InvalidInputError: If a word is none of them.
    """
    try:
        return replace(
            plan,
            regime=TaxRegime(regime) if regime else plan.regime,
            method=CostMethod(method) if method else plan.method,
        )
    except ValueError as error:
        raise InvalidInputError(
            f"{regime or method!r} is not known.",
            field="regime",
            hint=f"Rules: {', '.join(TaxRegime)}. Lot methods: {', '.join(CostMethod)}.",
        ) from error


def gains_csv(report: GainsReport) -> Iterator[str]:
    """Yield the disposals in the usual form of the regime: Form 8949, a UK computation, or India's schedules."""
    header, row = {
        TaxRegime.US: (_US_HEADER, _us_row),
        TaxRegime.UK: (_UK_HEADER, _uk_row),
        TaxRegime.INDIA: (_INDIA_HEADER, _india_row),
    }[report.regime]
    return write_csv(header, (row(item) for item in report.disposals))


def lots_csv(report: GainsReport) -> Iterator[str]:
    """Yield the lots that are left."""
    header = ("symbol", "account", "side", "acquired", "quantity", "cost", "unit_cost", "currency")
    rows = (
        [
            safe_text(lot.instrument.symbol),
            safe_text(lot.account),
            "short" if lot.is_short else "long",
            "" if lot.acquired is None else lot.acquired.isoformat(),
            plain(lot.quantity),
            money(lot.cost),
            decimal_text(round(lot.unit_cost, 8)),
            report.plan.currency,
        ]
        for lot in report.held
    )
    return write_csv(header, rows)


_US_HEADER = (
    "(a) Description of property", "(b) Date acquired", "(c) Date sold or disposed of", "(d) Proceeds",
    "(e) Cost or other basis", "(f) Code", "(g) Amount of adjustment", "(h) Gain or loss", "Term", "Account",
)  # fmt: skip
_UK_HEADER = (
    "Disposal date", "Asset", "Quantity", "Disposal proceeds", "Allowable cost", "Gain or loss", "Matched by",
    "Matched with acquisition of", "Account",
)  # fmt: skip
_INDIA_HEADER = (
    "ISIN", "Name of the share or unit", "No. of shares or units", "Date of acquisition", "Date of transfer",
    "Sale consideration", "Cost of acquisition", "Gain or loss", "Term", "Head", "Account",
)  # fmt: skip


def _us_row(item: Disposal) -> list[str]:
    return [
        safe_text(f"{plain(item.quantity)} sh. {item.instrument.symbol}"),
        "Various" if item.acquired is None else item.acquired.strftime(_DAY),
        item.sold.strftime(_DAY),
        money(item.proceeds),
        money(item.cost),
        item.code,
        money(item.adjustment) if item.adjustment else "",
        money(item.gain),
        TERMS[item.term],
        safe_text(item.account),
    ]


def _uk_row(item: Disposal) -> list[str]:
    return [
        item.sold.isoformat(),
        safe_text(item.instrument.symbol),
        plain(item.quantity),
        money(item.proceeds),
        money(item.cost),
        money(item.gain),
        item.rule,
        "section 104 holding" if item.acquired is None else item.acquired.isoformat(),
        safe_text(item.account),
    ]


def _india_row(item: Disposal) -> list[str]:
    return [
        item.instrument.isin,
        safe_text(item.instrument.name or item.instrument.symbol),
        plain(item.quantity),
        "" if item.acquired is None else item.acquired.isoformat(),
        item.sold.isoformat(),
        money(item.proceeds),
        money(item.cost),
        money(item.gain),
        TERMS[item.term] if item.term else "",
        item.category,
        safe_text(item.account),
    ]


def money(value: Decimal) -> str:
    """Return an amount to the cent, halves to the even neighbour, with both places."""
    return format(value.quantize(CENT, rounding=ROUND_HALF_EVEN) + ZERO, "f")


def plain(value: Decimal) -> str:
    """Return a quantity with at most ten decimals."""
    return decimal_text(round(value, 10))
