"""Realised gains by the rules of a country, one file a regime; no tax advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from domain.tax import CostMethod, Gains, Picks, TaxFill, TaxInstrument, TaxRegime

__all__ = ["compute_gains", "regime_note", "tax_year", "year_label", "year_start"]

_YEAR_STARTS: Mapping[TaxRegime, tuple[int, int]] = {
    TaxRegime.US: (1, 1),
    TaxRegime.UK: (4, 6),
    TaxRegime.INDIA: (4, 1),
}


def compute_gains(
    regime: TaxRegime,
    instrument: TaxInstrument,
    fills: Sequence[TaxFill],
    *,
    method: CostMethod = CostMethod.FIFO,
    picks: Picks | None = None,
) -> Gains:
    """Return the disposals of one instrument by a country's rules.

    Args:
        regime: Whose rules.
        instrument: What the fills are of.
        fills: All of them, from the first on, in any order.
        method: Lot method; the United Kingdom and India prescribe theirs.
        picks: Chosen lots.
    """
    if regime is TaxRegime.UK:
        from analytics.tax.uk import uk_gains  # noqa: PLC0415 - one regime at a time is asked for

        return uk_gains(instrument, fills)
    if regime is TaxRegime.INDIA:
        from analytics.tax.india import india_gains  # noqa: PLC0415 - as above

        return india_gains(instrument, fills)
    from analytics.tax.us import us_gains  # noqa: PLC0415 - as above

    return us_gains(instrument, fills, method=method, picks=picks)


def regime_note(regime: TaxRegime) -> str:
    """Return what a reader of a regime's figures has to know, "" when nothing."""
    from analytics.tax import india, us  # noqa: PLC0415 - as above

    return {TaxRegime.US: us.NOTE, TaxRegime.INDIA: india.NOTE}.get(regime, "")


def tax_year(regime: TaxRegime, day: date) -> int:
    """Return the year in which the tax year of a day begins."""
    start = _YEAR_STARTS[regime]
    return day.year if (day.month, day.day) >= start else day.year - 1


def year_start(regime: TaxRegime, year: int) -> date:
    """Return the first day of the tax year that begins in a year."""
    month, day = _YEAR_STARTS[regime]
    return date(year, month, day)


def year_label(regime: TaxRegime, year: int) -> str:
    """Return a tax year's name: "2025", or "2025/26" where it begins in April."""
    return str(year) if regime is TaxRegime.US else f"{year}/{(year + 1) % 100:02d}"
