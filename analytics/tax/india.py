"""India: first in, first out by demat account; short and long term by dated rules; business income set apart.

What is bought and sold on one day in the same account is speculative business income (intraday, s.43(5)), futures and
options non-speculative business income, coins virtual digital assets (s.115BBH). The rest are capital gains: long term
after 12 months for listed shares and equity funds; for other assets after 24 months when sold from 23 July 2024 on,
after 36 months before. The value of 31 January 2018 (grandfathering, s.55(2)(ac)) and debt funds bought from April
2023 on (s.50AA) are not known to the program: the note says so.

**Source:** Income-tax Act 1961 s.2(42A), s.43(5), s.111A, s.112A, s.115BBH; Finance (No. 2) Act 2024.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from analytics.tax.lots import match_lots, order_fills
from domain.money import ZERO, share_of
from domain.tax import CostMethod, Disposal, Gains, TaxFill, TaxInstrument, Term

REFORM = date(2024, 7, 23)
LISTED = frozenset({"stock", "fund"})
DERIVATIVES = frozenset({"option", "future", "future_option", "forex", "cfd", "index"})
INTRADAY, BUSINESS, COINS = "Speculative business", "Non-speculative business", "Virtual digital asset"
NOTE = (
    "Funds count as equity funds. The value of 31 January 2018 (grandfathering) and the rule for debt funds bought from"
    " April 2023 on are not applied."
)


def india_gains(instrument: TaxInstrument, fills: Sequence[TaxFill]) -> Gains:
    """Return the disposals of one instrument, first in, first out in each account.

    Quantity bought and sold on the same day in the same account is matched within the day first.
    """
    if instrument.asset_class in LISTED:
        within, rest = _split_intraday(order_fills(fills))
    else:
        within, rest = [], order_fills(fills)
    intraday: list[Disposal] = []
    for day_fills in within:
        intraday += match_lots(instrument, day_fills, method=CostMethod.FIFO)[0]
    delivered, held = match_lots(instrument, rest, method=CostMethod.FIFO)
    named = [replace(item, category=INTRADAY, rule="same day") for item in intraday]
    named += [_judged(item) for item in delivered]
    return Gains(disposals=tuple(sorted(named, key=lambda item: (item.sold, item.sale_ref))), held=tuple(held))


def _judged(item: Disposal) -> Disposal:
    kind = item.instrument.asset_class
    if kind in DERIVATIVES:
        return replace(item, category=BUSINESS)
    if kind == "crypto":
        return replace(item, category=COINS)
    term = term_of(item.acquired, item.sold, is_listed=kind in LISTED)
    return replace(item, term=term, category=_category(term, item.sold, is_listed=kind in LISTED))


def term_of(acquired: date | None, sold: date, *, is_listed: bool) -> Term:
    """Return long for what was held longer than the months that the law of the day of sale asks for."""
    if acquired is None or acquired >= sold:
        return Term.SHORT
    months = 12 if is_listed else 24 if sold >= REFORM else 36
    return Term.LONG if sold > _later(acquired, months) else Term.SHORT


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year, month + 1, 28 if month == 1 else 30)


def _category(term: Term, sold: date, *, is_listed: bool) -> str:
    if is_listed:
        rate = rates_of(sold)[term]
        return f"{'STCG s.111A' if term is Term.SHORT else 'LTCG s.112A'} at {rate}"
    if term is Term.SHORT:
        return "STCG at the slab rate"
    return f"LTCG s.112 at {'12.5 %' if sold >= REFORM else '20 % with indexation'}"


def rates_of(sold: date) -> Mapping[Term, str]:
    """Return the rates for listed shares on a day: they rose on 23 July 2024."""
    after = sold >= REFORM
    return {Term.SHORT: "20 %" if after else "15 %", Term.LONG: "12.5 %" if after else "10 %"}


def _split_intraday(fills: Sequence[TaxFill]) -> tuple[list[list[TaxFill]], list[TaxFill]]:
    """Return what was bought and sold within a day, by account and day, and what is left of every fill."""
    groups: dict[tuple[str, date], list[TaxFill]] = defaultdict(list)
    for fill in fills:
        if not fill.transfer:
            groups[fill.account, fill.day].append(fill)
    within: list[list[TaxFill]] = []
    rest = [fill for fill in fills if fill.transfer]
    for group in groups.values():
        totals = {side: sum((item.quantity for item in group if item.side == side), ZERO) for side in (1, -1)}
        squared = min(totals.values())
        if not squared:
            rest += group
            continue
        inside, outside = _cut(group, squared)
        within.append(inside)
        rest += outside
    return within, rest


def _cut(group: Sequence[TaxFill], squared: Decimal) -> tuple[list[TaxFill], list[TaxFill]]:
    """Divide a day's fills: the first `squared` units of each side, and what is left."""
    left = {1: squared, -1: squared}
    inside, outside = [], []
    for fill in group:
        quantity = min(left[fill.side], fill.quantity)
        left[fill.side] -= quantity
        share = fill.amount if quantity == fill.quantity else share_of(fill.amount, quantity, fill.quantity)
        if quantity:
            inside.append(replace(fill, quantity=quantity, amount=share))
        if quantity < fill.quantity:
            outside.append(replace(fill, quantity=fill.quantity - quantity, amount=fill.amount - share))
    return inside, outside
