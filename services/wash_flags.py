"""Losses that may be wash sales and are not disallowed by rule: beside options on the same share, and of shorts.

Whether an option is substantially identical to its share, or to another option, depends on facts that no fill tells;
such losses are marked, and a person decides.

- A loss of a share within 30 days of a call on it that was bought ("a contract or option so to acquire"), or of a put
  on it that was written (deep in the money it counts as a purchase).
- A loss of a short position within 30 days of another sale of the same share, short or not.
- A loss of an option within 30 days of the purchase of another one on the same share, of the same right.

**Source:** 26 U.S.C. § 1091(a) and (e); Revenue Ruling 85-87; IRS Publication 550, "Wash Sales".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.tax.us import NO_SECURITIES
from domain.portfolio_figures import GainsReport, Notice
from domain.tax import TaxRegime
from services.gain_tables import AMOUNTS, DIGITS, GainPart

if TYPE_CHECKING:
    from domain.columns import Bools, Floats, Ints
    from domain.instruments import Instrument
    from services.tax_fills import FillsOf

WINDOW_DAYS = 30
CENT = 0.005
REASONS = {
    "share": "of a share beside a bought call or a written put on it",
    "short": "of a short position beside another sale of it",
    "option": "of an option beside another one of its kind",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trading:
    """Days on which an instrument was bought and sold, ascending, and the day of each sale by execution id."""

    item: Instrument
    bought: Ints
    sold: Ints
    sale_ids: Ints
    sale_days: Ints


def flag_losses(report: GainsReport, parts: Sequence[GainPart], fills: Sequence[FillsOf]) -> GainsReport:
    """Return the report with its doubtful losses marked and a notice that counts them.

    Args:
        report: Of a tax year.
        parts: What the rules made of each instrument.
        fills: Of the same instruments, from the first on.
    """
    if report.regime is not TaxRegime.US or report.year is None:
        return report
    trading = {_key(item): _read(item) for item in fills}
    groups = _by_underlying(trading.values())
    counts: dict[str, int] = defaultdict(int)
    flagged: set[int] = set()
    for part in parts:
        span = part.years.get(report.year)
        own = trading.get((part.instrument.symbol, part.instrument.asset_class, part.instrument.currency))
        if span is None or own is None or part.instrument.asset_class in NO_SECURITIES:
            continue
        rows = part.rows[span.start : span.end]
        for reason, mask in _masks(rows, part, own, groups).items():
            counts[reason] += int(np.count_nonzero(mask))
            flagged |= set(rows["sale_ref"][mask].tolist())
    if not flagged:
        return report
    return replace(report, notices=(*report.notices, _notice(counts)), flagged=frozenset(flagged))


def _key(item: FillsOf) -> tuple[str, str, str]:
    return item.instrument.symbol, item.instrument.asset_class, item.instrument.currency


def _read(item: FillsOf) -> _Trading:
    days = np.concatenate([part.days[part.start : part.end] for part in item.parts])
    sides = np.concatenate([part.book.executions.side[part.start : part.end] for part in item.parts])
    ids = np.concatenate([part.book.executions.id[part.start : part.end] for part in item.parts])
    order = np.argsort(ids[sides < 0])
    first = item.parts[0]
    return _Trading(
        item=first.book.instruments[first.code],
        bought=np.sort(days[sides > 0]),
        sold=np.sort(days[sides < 0]),
        sale_ids=ids[sides < 0][order],
        sale_days=days[sides < 0][order],
    )


def _by_underlying(trading: Any) -> Mapping[tuple[str, str], list[_Trading]]:
    groups: dict[tuple[str, str], list[_Trading]] = defaultdict(list)
    for each in trading:
        if each.item.option is not None:
            groups[each.item.option.underlying, each.item.option.right.value].append(each)
    return groups


def _masks(
    rows: Any, part: GainPart, own: _Trading, groups: Mapping[tuple[str, str], list[_Trading]]
) -> dict[str, Bools]:
    """Return which rows are doubtful, by reason."""
    losses = _losses(rows, part)
    days, is_short = rows["sold"].astype(np.int64), rows["is_short"]
    short = losses & is_short & _has_other_sale(rows, days, own)
    if own.item.option is not None:
        terms = own.item.option
        kin = [each for each in groups.get((terms.underlying, terms.right.value), ()) if each is not own]
        return {"short": short, "option": losses & ~is_short & _is_near(days, [each.bought for each in kin])}
    calls = [each.bought for each in groups.get((own.item.symbol, "call"), ())]
    puts = [each.sold for each in groups.get((own.item.symbol, "put"), ())]
    return {"short": short, "share": losses & ~is_short & _is_near(days, [*calls, *puts])}


def _losses(rows: Any, part: GainPart) -> Bools:
    """Return the rows with a loss of a cent or more that is still allowed."""
    values: dict[str, Floats] = {
        name: _floats(rows[name], places) for name, places in zip(AMOUNTS, part.places, strict=True)
    }
    found: Bools = values["proceeds"] - values["cost"] + values["adjustment"] < -CENT
    return found


def _floats(units: Any, places: int) -> Floats:
    numbers: Floats = np.array([float(unit) for unit in units]) if units.dtype == DIGITS else units.astype(np.float64)
    return numbers / 10.0**places


def _is_near(days: Ints, others: Sequence[Ints]) -> Bools:
    """Return for which days any of the other days lies within the window."""
    every = np.sort(np.concatenate(others)) if others else np.zeros(0, dtype=np.int64)
    return _count_near(days, every) > 0


def _count_near(days: Ints, others: Ints) -> Ints:
    low = np.searchsorted(others, days - WINDOW_DAYS, side="left")
    high = np.searchsorted(others, days + WINDOW_DAYS, side="right")
    found: Ints = high - low
    return found


def _has_other_sale(rows: Any, days: Ints, own: _Trading) -> Bools:
    """Return which covers have a sale within the window that is not the one that opened what they close."""
    count = _count_near(days, own.sold)
    if not len(own.sale_ids):
        return count > 0
    place = np.minimum(np.searchsorted(own.sale_ids, rows["lot_ref"]), len(own.sale_ids) - 1)
    is_own = (own.sale_ids[place] == rows["lot_ref"]) & (np.abs(own.sale_days[place] - days) <= WINDOW_DAYS)
    found: Bools = count - is_own > 0
    return found


def _notice(counts: Mapping[str, int]) -> Notice:
    said = [f"{count:,} {REASONS[reason]}" for reason, count in counts.items() if count]
    total = sum(counts.values())
    text = (
        f"{total:,} {'loss' if total == 1 else 'losses'} within 30 days, marked “check”: {', '.join(said)}. "
        "Nothing of them is disallowed here: whether these are substantially identical is yours to judge."
    )
    return Notice(title="Possible wash sales.", text=text)
