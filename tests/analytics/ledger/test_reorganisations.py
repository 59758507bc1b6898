"""Corporate actions that move lots: value is conserved to the last unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.carried import Carried
from analytics.ledger.matching import match
from analytics.ledger.positions import trade_executions
from analytics.ledger.reorganisations import Reorganised, reorganise
from domain.accounts import LotMethod
from domain.columns import ExecutionTable, Matched, take
from domain.corporate_actions import ActionId, ActionKind, CorporateAction
from domain.executions import ExecutionKind
from domain.instruments import AssetClass, Instrument, OptionRight, OptionTerms
from tests.analytics.ledger.books import Fill, decimals, fill, table

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BUY, SELL = 1, -1


def stock(symbol: str) -> Instrument:
    """Return a share."""
    return Instrument(symbol=symbol, asset_class=AssetClass.STOCK, currency="USD")


def action(kind: ActionKind, at: float, **values: Any) -> CorporateAction:
    """Return an action of OLD, `at` microseconds after the epoch."""
    numbers: dict[str, Any] = {
        name: Decimal(str(values.pop(name)))
        for name in ("ratio_new", "ratio_old", "cash", "cost_share")
        if name in values
    }
    return CorporateAction(
        kind=kind,
        symbol=values.pop("symbol", "OLD"),
        effective_at=EPOCH + timedelta(microseconds=at),
        id=ActionId(values.pop("id", 1)),
        **values,
        **numbers,
    )


class Outcome:
    """A book after its actions, in exact fractions by symbol."""

    def __init__(
        self,
        fills: list[Fill],
        actions: list[CorporateAction],
        *,
        method: LotMethod = LotMethod.FIFO,
        symbols: tuple[str, ...] = ("OLD", "NEW"),
        multiplier: str = "1",
    ) -> None:
        rows = table(sorted(fills, key=lambda item: item.instrument))
        sizes = decimals([Decimal(multiplier)] * len(symbols))
        made: Reorganised = reorganise(
            rows, actions, instruments=[stock(name) for name in symbols], multipliers=sizes, method=method
        )
        kept = rows.instrument[~np.isin(rows.instrument, list(made.tables))]
        parts = [*(part_of(rows, code) for code in np.unique(kept).tolist()), *made.tables.values()]
        codes = [*np.unique(kept).tolist(), *made.tables]
        self.symbols = [*symbols, *(item.symbol for item in made.instruments)]
        self.sizes = decimals([Decimal(multiplier)] * len(self.symbols))
        self.carried: Carried = made.carried
        self.splits = made.splits
        self.method = method
        self.tables = {code: part for code, part in zip(codes, parts, strict=True) if len(part)}
        self.matched: dict[str, Matched] = {
            self.symbols[code]: match(
                part, method=method, multipliers=self.sizes, splits=made.splits, carried=made.carried
            )
            for code, part in self.tables.items()
        }

    def sum(self, symbol: str, column: str) -> Fraction:
        """Return the sum of a money column of the trades of one symbol."""
        matched = self.matched[symbol]
        places = int(matched.money_places[self.symbols.index(symbol)])
        return Fraction(int(getattr(matched.trades, column).sum())) / Fraction(10) ** places

    def open(self, symbol: str) -> tuple[Any, Any]:
        """Return signed open quantity and open cost (unsigned, without multiplier) of one symbol."""
        if symbol not in self.matched:
            return Fraction(0), Fraction(0)
        matched, code = self.matched[symbol], self.symbols.index(symbol)
        trades = matched.trades
        units = int(((trades.entry_quantity - trades.exit_quantity) * trades.side).sum())
        quantity = Fraction(units) / Fraction(10) ** int(matched.quantity_places[code])
        places = int(matched.quantity_places[code] + matched.price_places[code])
        return quantity, Fraction(int(trades.open_cost.sum())) / Fraction(10) ** places

    def total(self, column: str) -> Fraction:
        """Return the sum of a money column over all symbols."""
        return sum((self.sum(symbol, column) for symbol in self.matched), Fraction(0))

    def wealth(self) -> Fraction:
        """Return open cost, signed like its side, less realised gross: only a merger for cash may change it."""
        cost = Fraction(0)
        for symbol in self.matched:
            quantity, value = self.open(symbol)
            cost += value if quantity >= 0 else -value
        return cost - self.total("gross")

    def fees(self) -> Fraction:
        """Return all fees, of what is closed and of what is open."""
        return self.total("fees") + self.total("open_fees")

    def executions(self, symbol: str, row: int = 0) -> list[Any]:
        """Return the executions of one trade."""
        code = self.symbols.index(symbol)
        return trade_executions(
            self.matched[symbol],
            self.tables[code],
            row,
            method=self.method,
            multipliers=self.sizes,
            splits=self.splits,
            carried=self.carried,
        )


def part_of(rows: ExecutionTable, code: int) -> ExecutionTable:
    """Return the rows of one instrument."""
    part: ExecutionTable = take(rows, rows.instrument == code)
    return part


def cash_flow(fills: list[Fill]) -> Fraction:
    """Return what was spent less what was received, without fees."""
    return sum((Fraction(item.quantity) * Fraction(item.price) * item.side for item in fills), Fraction(0))


SPLIT = action(ActionKind.SPLIT, 1, ratio_new=4, ratio_old=1)
LONG = [fill(BUY, 60, "10.00", "0.60", at=1), fill(BUY, 40, "12.50", "0.40", at=2), fill(SELL, 20, 15, "0.20", at=3)]


@pytest.mark.parametrize("method", list(LotMethod))
def test_a_merger_for_cash_realises_what_is_held(method: LotMethod) -> None:
    """All open lots are closed at the cash per unit, without a fee, and nothing is left."""
    merger = action(ActionKind.CASH_MERGER, 10, cash="20.25")
    book = Outcome(LONG, [merger], method=method, symbols=("OLD",))
    assert book.open("OLD") == (0, 0)
    spent = Fraction(60 * 10) + Fraction(40) * Fraction("12.5")
    assert book.sum("OLD", "gross") == 20 * 15 + 80 * Fraction("20.25") - spent
    assert book.sum("OLD", "fees") == Fraction("1.20")
    last = book.executions("OLD")[-1]
    assert (last.kind, last.quantity, last.price, last.fees) == (ExecutionKind.MERGER, 80, Decimal("20.25"), 0)


def test_a_short_position_is_bought_back_by_a_merger() -> None:
    """A short is closed by a buy at the cash per unit."""
    book = Outcome([fill(SELL, 10, 50, at=1)], [action(ActionKind.CASH_MERGER, 10, cash=40)], symbols=("OLD",))
    assert book.sum("OLD", "gross") == 100
    assert book.open("OLD") == (0, 0)


def test_later_fills_of_a_merged_symbol_are_another_company() -> None:
    """What is bought under the symbol after the merger starts afresh."""
    fills = [*LONG, fill(BUY, 5, 7, at=20)]
    book = Outcome(fills, [action(ActionKind.CASH_MERGER, 10, cash=20)], symbols=("OLD",))
    assert book.open("OLD") == (5, 35)
    assert len(book.matched["OLD"].trades) == 2


def test_an_execution_at_the_very_instant_comes_after_the_merger() -> None:
    """A fill that bears the instant of the action belongs to what comes after it."""
    fills = [fill(BUY, 10, 10, at=1), fill(BUY, 3, 9, at=10, order=-5)]
    book = Outcome(fills, [action(ActionKind.CASH_MERGER, 10, cash=20)], symbols=("OLD",))
    assert book.open("OLD") == (3, 27)


@pytest.mark.parametrize("method", list(LotMethod))
def test_a_merger_for_stock_carries_cost_and_fees(method: LotMethod) -> None:
    """Nothing is realised at the merger; the new lots have the old cost and the old open fees."""
    merger = action(ActionKind.STOCK_MERGER, 10, ratio_new="0.5", ratio_old=1, new_symbol="NEW")
    before, after = Outcome(LONG, [], method=method, symbols=("OLD",)), Outcome(LONG, [merger], method=method)
    cost = before.open("OLD")[1]
    assert after.open("OLD") == (0, 0)
    assert after.open("NEW") == (40, cost)
    assert after.sum("OLD", "gross") == before.sum("OLD", "gross")
    assert after.sum("OLD", "fees") == before.sum("OLD", "fees")
    assert after.sum("NEW", "open_fees") == before.sum("OLD", "open_fees")
    assert {item.kind for item in after.executions("NEW")} == {ExecutionKind.MERGER}


@pytest.mark.parametrize("method", list(LotMethod))
def test_a_spin_off_moves_a_share_of_the_open_cost(method: LotMethod) -> None:
    """Parent and child together cost what the parent cost; the parent's trade goes on under its id."""
    spin = action(ActionKind.SPIN_OFF, 10, ratio_new=1, ratio_old=4, new_symbol="NEW", cost_share="0.125")
    before, after = Outcome(LONG, [], method=method, symbols=("OLD",)), Outcome(LONG, [spin], method=method)
    cost = before.open("OLD")[1]
    assert after.open("NEW") == (20, cost / 8)
    assert after.open("OLD") == (80, cost * 7 / 8)
    assert after.matched["OLD"].trades.id.tolist() == before.matched["OLD"].trades.id.tolist()
    assert after.sum("OLD", "gross") == before.sum("OLD", "gross")
    assert after.fees() == before.fees()
    assert {item.kind for item in after.executions("NEW")} == {ExecutionKind.SPIN_OFF}


@pytest.mark.parametrize("method", list(LotMethod))
def test_selling_after_a_spin_off_gains_the_share_that_moved(method: LotMethod) -> None:
    """Sold at the old cost, the parent gains exactly what its child now costs."""
    spin = action(ActionKind.SPIN_OFF, 10, ratio_new=1, ratio_old=1, new_symbol="NEW", cost_share="0.3")
    fills = [*LONG, fill(SELL, 30, 11, at=20), fill(SELL, 50, 11, at=21)]
    before, after = Outcome(fills, [], method=method, symbols=("OLD",)), Outcome(fills, [spin], method=method)
    assert after.open("OLD") == (0, 0)
    assert after.sum("OLD", "gross") - before.sum("OLD", "gross") == after.open("NEW")[1]
    assert len(after.matched["OLD"].trades) == 1


def test_a_change_of_symbol_changes_no_figure() -> None:
    """The executions before it join those of the new symbol as if they had always been one."""
    fills = [*LONG, fill(SELL, 80, 14, at=20, instrument=1, id=9)]
    renamed = Outcome(fills, [action(ActionKind.SYMBOL_CHANGE, 10, new_symbol="NEW")])
    one = Outcome([Fill(**{**{name: getattr(item, name) for name in Fill.__slots__}, "instrument": 0, "id": key})
                   for item, key in zip(fills, (1, 2, 3, 9), strict=True)], [], symbols=("NEW",))  # fmt: skip
    assert renamed.sum("NEW", "gross") == one.sum("NEW", "gross")
    assert renamed.sum("NEW", "fees") == one.sum("NEW", "fees")
    assert renamed.matched["NEW"].trades.id.tolist() == [1]
    assert "OLD" not in renamed.matched


def test_a_symbol_given_to_another_company_later_stays_apart() -> None:
    """Executions of the old symbol after the change are not those of the new one."""
    fills = [fill(BUY, 10, 5, at=1), fill(BUY, 7, 3, at=20)]
    book = Outcome(fills, [action(ActionKind.SYMBOL_CHANGE, 10, new_symbol="NEW")], symbols=("OLD",))
    assert (book.open("NEW"), book.open("OLD")) == ((10, 50), (7, 21))


def test_splits_before_a_change_of_symbol_move_with_it() -> None:
    """A split of the old symbol still restates the executions that now bear the new one."""
    actions = [
        action(ActionKind.SPLIT, 5, ratio_new=2, ratio_old=1, id=1),
        action(ActionKind.SYMBOL_CHANGE, 10, new_symbol="NEW", id=2),
        action(ActionKind.SPLIT, 15, symbol="NEW", ratio_new=3, ratio_old=1, id=3),
    ]
    book = Outcome([fill(BUY, 10, 6, at=1)], actions, symbols=("OLD",))
    assert book.open("NEW") == (60, 60)


def test_the_fraction_of_a_reverse_split_is_closed_for_its_cash() -> None:
    """1 for 3 of 100 leaves 33 units once the cash in lieu is known; all of it is realised."""
    reverse = action(ActionKind.REVERSE_SPLIT, 10, ratio_new=1, ratio_old=3, cash="4.10")
    book = Outcome([fill(BUY, 100, 3, at=1)], [reverse], symbols=("OLD",))
    quantity, cost = book.open("OLD")
    assert quantity == 33
    assert cost - book.sum("OLD", "gross") == 300 - Fraction("4.10")
    assert book.executions("OLD")[-1].kind is ExecutionKind.CASH_IN_LIEU


def test_derivatives_are_left_alone() -> None:
    """A future whose root is a share's symbol is no part of the share's events."""
    rows = table([fill(BUY, 1, 5000, at=1)])
    future = Instrument(symbol="OLD", asset_class=AssetClass.FUTURE, currency="USD", multiplier=Decimal(50))
    made = reorganise(rows, [SPLIT], instruments=[future], multipliers=decimals([Decimal(50)]), method=LotMethod.FIFO)
    assert not made.splits


def test_a_cash_merger_after_a_spin_off_and_a_split_still_adds_up() -> None:
    """Actions follow each other: each finds the units and the cost that the one before left."""
    actions = [
        action(ActionKind.SPLIT, 5, ratio_new=3, ratio_old=1, id=1),
        action(ActionKind.SPIN_OFF, 10, ratio_new=1, ratio_old=3, new_symbol="NEW", cost_share="0.25", id=2),
        action(ActionKind.SPLIT, 15, ratio_new=2, ratio_old=1, id=3),
        action(ActionKind.CASH_MERGER, 20, cash=4, id=4),
    ]
    for method in LotMethod:
        book = Outcome(LONG, actions, method=method, symbols=("OLD",))
        cost = Outcome(LONG, [], method=method, symbols=("OLD",)).open("OLD")[1]
        assert book.open("NEW") == (80, cost / 4), method
        realised = Outcome(LONG, [], method=method, symbols=("OLD",)).sum("OLD", "gross")
        assert book.sum("OLD", "gross") == realised + 80 * 6 * 4 - cost * 3 / 4, method


@pytest.mark.parametrize("method", list(LotMethod))
@pytest.mark.parametrize(("share", "carried"), [("0.25", "0.75"), ("0", "1"), ("1", "0")])
def test_a_merger_for_stock_and_cash_divides_the_cost(method: LotMethod, share: str, carried: str) -> None:
    """The cash pays for its share of each lot's cost, the rest goes over to the new shares; fees go with those."""
    merger = action(ActionKind.STOCK_MERGER, 5, ratio_new=1, ratio_old=2, new_symbol="NEW", cash=3, cost_share=share)
    before, book = Outcome(LONG, [], method=method, symbols=("OLD",)), Outcome(LONG, [merger], method=method)
    cost = before.open("OLD")[1]
    assert book.open("OLD") == (0, 0)
    assert book.open("NEW") == (40, cost * Fraction(carried))
    assert book.sum("OLD", "gross") == before.sum("OLD", "gross") + 80 * 3 - cost * Fraction(share)
    assert book.fees() == before.fees()


@pytest.mark.parametrize(("side", "cash", "carried"), [(BUY, 4, 600), (BUY, 12, 0), (SELL, 4, 600), (SELL, 12, 0)])
def test_cash_beside_stock_comes_off_the_cost(side: int, cash: int, carried: int) -> None:
    """Without a share nothing is realised until the cash exceeds the cost; a short position mirrors a long one."""
    merger = action(ActionKind.STOCK_MERGER, 5, ratio_new=2, ratio_old=1, new_symbol="NEW", cash=cash)
    book = Outcome([fill(side, 100, 10, at=1)], [merger])
    assert book.open("NEW") == (200 * side, carried)
    assert book.sum("OLD", "gross") == side * max(0, cash * 100 - 1_000)


def option(symbol: str, strike: str, *, underlying: str = "OLD") -> Instrument:
    """Return a call."""
    terms = OptionTerms(underlying=underlying, expiry=date(2026, 1, 16), strike=Decimal(strike), right=OptionRight.CALL)
    return Instrument(
        symbol=symbol, asset_class=AssetClass.OPTION, currency="USD", multiplier=Decimal(100), option=terms
    )


def adjusted(instruments: list[Instrument], fills: list[Fill], *actions: CorporateAction) -> dict[str, list[str]]:
    """Return quantity, cost and symbol of what is open after actions, by symbol."""
    rows = table(sorted(fills, key=lambda item: item.instrument))
    sizes = decimals([item.multiplier or Decimal(1) for item in instruments])
    made = reorganise(rows, actions, instruments=instruments, multipliers=sizes, method=LotMethod.FIFO)
    named = [*instruments, *made.instruments]
    sizes = decimals([item.multiplier or Decimal(1) for item in named])
    untouched = [code for code in np.unique(rows.instrument).tolist() if code not in made.tables]
    parts = {**{code: part_of(rows, code) for code in untouched}, **made.tables}
    found: dict[str, list[str]] = {}
    for code, part in parts.items():
        if len(part):
            trades = (matched := match(part, method=LotMethod.FIFO, multipliers=sizes, splits=made.splits)).trades
            units = int(((trades.entry_quantity - trades.exit_quantity) * trades.side).sum())
            held = Decimal(units).scaleb(-int(matched.quantity_places[code]))
            places = int(matched.quantity_places[code] + matched.price_places[code])
            cost = Decimal(int(trades.open_cost.sum())).scaleb(-places)
            found[named[code].symbol] = [f"{held.normalize():f}", f"{cost.normalize():f}"]
    return found


@pytest.mark.parametrize(
    ("symbol", "strike", "new", "factor"),
    [
        ("OLD   260116C00200000", "200", "OLD   260116C00050000", 4),
        ("OLD260116C00100000", "100", "OLD260116C00033330", 3),
        ("OLD 16JAN26 200 C", "200", "OLD 16JAN26 50 C", 4),
        ("OLD 01/16/2026 105.00 C", "105", "OLD 01/16/2026 52.50 C", 2),
        ("CALL (OLD) JAN 16 26 $1,200", "1200", "CALL (OLD) JAN 16 26 $400", 3),
    ],
)
def test_options_follow_a_whole_number_split(symbol: str, strike: str, new: str, factor: int) -> None:
    """As many times the contracts at a strike divided to the cent, at the same total cost."""
    split = action(ActionKind.SPLIT, 5, ratio_new=factor, ratio_old=1)
    fills = [fill(BUY, 3, "2.10", at=1), fill(SELL, 1, "2.50", at=2)]
    assert adjusted([option(symbol, strike)], fills, split) == {new: [str(2 * factor), "4.2"]}


def test_an_adjusted_option_is_closed_under_its_new_symbol() -> None:
    """The contract that the book has already, spelt otherwise, is the one: one trade, closed."""
    split = action(ActionKind.SPLIT, 5, ratio_new=4, ratio_old=1)
    items = [option("OLD   260116C00200000", "200"), option("OLD 01/16/2026 50.00 C", "50")]
    fills = [fill(BUY, 2, "8", at=1), fill(SELL, 8, "3", at=9, id=2, instrument=1)]
    assert adjusted(items, fills, split) == {"OLD 01/16/2026 50.00 C": ["0", "0"]}


def test_strikes_that_follow_each_other_move_one_by_one() -> None:
    """The strike of 50 makes room before the one of 200 takes its place."""
    split = action(ActionKind.SPLIT, 5, ratio_new=4, ratio_old=1)
    items = [option("OLD   260116C00200000", "200"), option("OLD   260116C00050000", "50")]
    fills = [fill(BUY, 1, "8", at=1), fill(BUY, 2, "90", at=2, id=2, instrument=1)]
    assert adjusted(items, fills, split) == {
        "OLD   260116C00050000": ["4", "8"],
        "OLD   260116C00012500": ["8", "180"],
    }


@pytest.mark.parametrize(
    ("event", "later"),
    [
        (action(ActionKind.SPLIT, 5, ratio_new=3, ratio_old=2), False),
        (action(ActionKind.REVERSE_SPLIT, 5, ratio_new=1, ratio_old=2), False),
        (action(ActionKind.CASH_MERGER, 5, cash=10), False),
        (action(ActionKind.SPLIT, 5, ratio_new=2, ratio_old=1), True),
        (action(ActionKind.SPLIT, 5, ratio_new=2, ratio_old=1, symbol="OTHER"), False),
    ],
    ids=["odd", "reverse", "merger", "traded on", "another share"],
)
def test_options_are_left_alone_where_nobody_can_tell(event: CorporateAction, *, later: bool) -> None:
    """Adjusted contracts that deliver something else, and old ones that are traded on, keep symbol and quantity."""
    fills = [fill(BUY, 2, "8", at=1), *([fill(SELL, 1, "9", at=9, id=2)] if later else [])]
    symbol = "OLD   260116C00200000"
    assert adjusted([option(symbol, "200")], fills, event) == {symbol: ["1", "8"] if later else ["2", "16"]}


def test_what_is_entered_for_an_option_itself_is_applied() -> None:
    """Its owner can say what became of an option; the same told by a file is passed over."""
    symbol = "OLD   260116C00200000"
    change = action(ActionKind.SYMBOL_CHANGE, 5, symbol=symbol, new_symbol="OLD1  260116C00200000")
    fills = [fill(BUY, 2, "8", at=1)]
    assert adjusted([option(symbol, "200")], fills, change) == {"OLD1  260116C00200000": ["2", "16"]}
    assert adjusted([option(symbol, "200")], fills, replace(change, id=ActionId(0))) == {symbol: ["2", "16"]}


quantities = st.decimals("0.001", "900", places=3)
prices = st.decimals("0.01", "500", places=2)
fees = st.decimals("-1", "5", places=2)


@st.composite
def histories(draw: st.DrawFn) -> list[Fill]:
    """Draw fills of OLD and NEW, shorts and flips included, at rising times."""
    count = draw(st.integers(1, 14))
    return [
        fill(
            draw(st.sampled_from([BUY, SELL])),
            draw(quantities),
            draw(prices),
            draw(fees),
            at=10 * row,
            id=row + 1,
            instrument=draw(st.sampled_from([0, 0, 0, 1])),
        )
        for row in range(count)
    ]


@st.composite
def events(draw: st.DrawFn, most: int = 3) -> list[CorporateAction]:
    """Draw actions of OLD that conserve cost."""
    kinds = [ActionKind.SPLIT, ActionKind.STOCK_MERGER, ActionKind.SPIN_OFF, ActionKind.SYMBOL_CHANGE]
    return [
        action(
            draw(st.sampled_from(kinds)),
            draw(st.integers(1, 140)),
            id=number + 1,
            ratio_new=draw(st.integers(1, 9)),
            ratio_old=draw(st.integers(1, 9)),
            new_symbol="NEW",
            cost_share=draw(st.decimals("0", "1", places=4)),
        )
        for number in range(draw(st.integers(1, most)))
    ]


@given(histories(), events(), st.sampled_from(list(LotMethod)))
def test_no_action_makes_or_loses_money(fills: list[Fill], actions: list[CorporateAction], method: LotMethod) -> None:
    """Open cost less realised profit is the money spent, and fees are the fees paid, whatever the actions.

    Where ratios such as 1 for 7 follow each other, amounts need more digits than 64 bits hold: what
    is left out then is below the twelfth place of the money.
    """
    book = Outcome(fills, actions, method=method)
    assert abs(book.wealth() - cash_flow(fills)) < Fraction(1, 10**12)
    assert abs(book.fees() - sum((Fraction(item.fees) for item in fills), Fraction(0))) < Fraction(1, 10**12)


@given(histories(), events(most=1), st.sampled_from(list(LotMethod)))
def test_one_action_is_exact_to_the_last_unit(
    fills: list[Fill], actions: list[CorporateAction], method: LotMethod
) -> None:
    """With one action of any kind the sums are equal, not nearly equal."""
    book = Outcome(fills, actions, method=method)
    assert book.wealth() == cash_flow(fills)
    assert book.fees() == sum((Fraction(item.fees) for item in fills), Fraction(0))


@given(histories(), st.integers(1, 140), st.decimals("0", "90", places=2), st.sampled_from(list(LotMethod)))
def test_profit_of_a_cash_merger_is_its_cash_flow(fills: list[Fill], at: int, cash: Decimal, method: LotMethod) -> None:
    """With the cash of the merger as one more flow, open cost less profit is again the money spent."""
    book = Outcome(fills, [action(ActionKind.CASH_MERGER, at, cash=cash)], method=method)
    own = [item for item in fills if item.instrument == 0 and (item.at or 0) < at]
    held = sum((Fraction(item.quantity) * item.side for item in own), Fraction(0))
    assert book.wealth() == cash_flow(fills) - held * Fraction(cash)


@given(histories(), st.integers(2, 9), st.integers(2, 9), st.sampled_from(list(LotMethod)))
def test_a_split_and_its_reverse_change_nothing(fills: list[Fill], new: int, old: int, method: LotMethod) -> None:
    """So many for so many, and back at once, leaves the same positions, costs and profits."""
    pair = [
        action(ActionKind.SPLIT, 75, ratio_new=new, ratio_old=old, id=1),
        action(ActionKind.SPLIT, 75, ratio_new=old, ratio_old=new, id=2),
    ]
    plain, turned = Outcome(fills, [], method=method), Outcome(fills, pair, method=method)
    for symbol in plain.matched:
        assert turned.open(symbol)[0] == plain.open(symbol)[0]
    assert turned.wealth() == plain.wealth()
    # Under average cost the pool is divided at a finer scale once quantities were restated.
    if method is not LotMethod.AVERAGE:
        assert abs(turned.total("gross") - plain.total("gross")) < Fraction(1, 10**4)


@given(histories(), st.sampled_from(list(LotMethod)), st.decimals("0", "1", places=3))
def test_a_spin_off_conserves_each_lot(fills: list[Fill], method: LotMethod, share: Decimal) -> None:
    """After the last fill: the parent's quantity stays, parent and child cost what the parent did."""
    own = [item for item in fills if item.instrument == 0]
    spin = action(ActionKind.SPIN_OFF, 10_000, ratio_new=1, ratio_old=2, new_symbol="KID", cost_share=share)
    before, after = (
        Outcome(own, [], method=method, symbols=("OLD",)),
        Outcome(own, [spin], method=method, symbols=("OLD",)),
    )
    if "OLD" not in before.matched:
        return
    quantity, cost = before.open("OLD")
    assert after.open("OLD")[0] == quantity
    assert after.open("KID")[0] == quantity / 2
    assert abs(after.open("OLD")[1] + after.open("KID")[1] - cost) <= Fraction(1, 10**4)
    assert after.matched["OLD"].trades.id.tolist() == before.matched["OLD"].trades.id.tolist()


@given(
    histories(),
    st.integers(1, 140),
    st.decimals("0", "600", places=2),
    st.none() | st.decimals("0", "1", places=3),
    st.sampled_from(list(LotMethod)),
)
def test_a_merger_for_stock_and_cash_adds_its_cash_and_nothing_else(
    fills: list[Fill], at: int, cash: Decimal, share: Decimal | None, method: LotMethod
) -> None:
    """What was spent on all shares less the cash that came is the cost of what is open less the profit realised."""
    terms = {"ratio_new": 3, "ratio_old": 8, "new_symbol": "NEW", "cash": cash}
    merger = action(ActionKind.STOCK_MERGER, at, **terms, **({} if share is None else {"cost_share": share}))
    held = Outcome([item for item in fills if (item.at or 0) < at], []).open("OLD")[0]
    book = Outcome(fills, [merger], method=method)
    assert book.wealth() == cash_flow(fills) - held * Fraction(cash)
    assert book.fees() == sum((Fraction(item.fees) for item in fills), Fraction(0))
