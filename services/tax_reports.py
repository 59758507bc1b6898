"""Realised gains of a tax year by the rules of a country, and the files that tax returns are filled in from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

from analytics.tax import compute_gains, regime_note, year_label
from domain.errors import InvalidInputError
from domain.money import ZERO, decimal_text
from domain.portfolio_figures import GainsReport, GainsTotal, Notice
from domain.portfolios import PortfolioPlan
from domain.tax import CostMethod, Disposal, HeldLot, Picks, TaxRegime
from services.exports import safe_text, write_csv
from services.gain_tables import TERMS, GainPart, join_totals, make_part, year_disposals
from services.tax_fills import FillsOf

CENT = Decimal("0.01")
NO_ADVICE = Notice(
    title="A calculation, no tax advice.",
    text="It knows only what is in these accounts. Have a professional check what you file.",
    is_warning=False,
)
_DAY = "%m/%d/%Y"


def match_part(plan: PortfolioPlan, item: FillsOf, picks: Picks | None = None) -> GainPart:
    """Return every disposal of one instrument there ever was, and what is left.

    Args:
        plan: Whose regime and method hold.
        item: All its fills, from the first on.
        picks: Chosen lots.
    """
    found = compute_gains(plan.regime, item.instrument, item.fills(), method=plan.method, picks=picks)
    return make_part(item.instrument, found, plan.regime)


def report_gains(plan: PortfolioPlan, parts: Sequence[GainPart], *, year: int | None) -> GainsReport:
    """Return the gains of a tax year.

    Args:
        plan: Whose regime and method held.
        parts: What `match_part` found of each instrument.
        year: In which the tax year begins; None for the newest with a disposal.
    """
    by_year: dict[int, list[GainsTotal]] = defaultdict(list)
    for part in parts:
        for key, span in part.years.items():
            by_year[key] += span.groups.values()
    chosen = year if year is not None else max(by_year, default=None)
    totals = _totals(plan.regime, by_year.get(chosen, []) if chosen is not None else [])
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
        disposals=year_disposals(parts, chosen),
        totals=totals,
        total=join_totals("Total", totals),
        held=tuple(sorted((lot for part in parts for lot in part.held), key=_held_order)),
        notices=tuple(notices),
        prescribed=plan.regime is not TaxRegime.US,
    )


def _held_order(lot: HeldLot) -> tuple[str, str, str]:
    return lot.instrument.symbol, lot.account, str(lot.acquired)


def _totals(regime: TaxRegime, parts: Sequence[GainsTotal]) -> tuple[GainsTotal, ...]:
    groups: dict[str, list[GainsTotal]] = defaultdict(list)
    for item in parts:
        groups[item.name].append(item)
    return tuple(join_totals(name, groups[name]) for name in sorted(groups, reverse=regime is TaxRegime.US))


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
