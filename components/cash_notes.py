"""What the totals of the Cash page rest on, each with its values and the lines it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components import format as fmt
from components.why_mark import Note, why_note
from domain.cash_kinds import CASH_TITLES, CashKind
from domain.filters import LedgerFilter

if TYPE_CHECKING:
    from decimal import Decimal

    from domain.cash import CashStatement, CashTotal

MOST_PLACES = 8
_COINS = ("BTC", "ETH", "XRP", "LTC", "SOL", "ADA", "DOT", "BNB", "TRX")
_LINES = "lines"


def amount(value: Decimal, currency: str, *, signed: bool = False) -> str:
    """Write an amount of money, or of a coin to as many places as it has, at most 8."""
    places = -int(value.normalize().as_tuple().exponent) if value else 0
    is_coin = len(currency) != 3 or currency in _COINS
    if is_coin and places > 2:
        return fmt.money(value, currency, signed=signed, places=min(places, MOST_PLACES))
    return fmt.money(value, currency, signed=signed)


def lines_href(statement: CashStatement, chosen: LedgerFilter, kind: CashKind | None = None) -> str:
    """Return the address of the statement's lines, of one kind only where it is given."""
    choice = statement.choice
    query = chosen.with_(accounts=(choice.account_id,), currency=choice.currency).to_query()
    return f"/cash?{query}" + (f"&kinds={kind.value}" if kind else "")


def _mark(label: str, note: Note, value: Decimal, statement: CashStatement) -> Any:
    return why_note(label, note, value=amount(value, statement.choice.currency, signed=True))


def brought_mark(statement: CashStatement, chosen: LedgerFilter) -> Any:
    """Return the mark of the balance before the period."""
    currency = statement.choice.currency
    note = Note(
        formula="opening balance + Σ movements before the first day of the period",
        about=f"The opening balance is {_OPENINGS[statement.check.opening_source.value]}.",
        inputs=(
            ("Opening balance", amount(statement.check.opening, currency)),
            ("Movements before the period",
             amount(statement.brought_forward - statement.check.opening, currency, signed=True)),
        ),
        sample=f"Days end at midnight in {statement.timezone.replace('_', ' ')}.",
        href=lines_href(statement, chosen.with_(period="all")),
        list_name=_LINES,
    )  # fmt: skip
    return _mark("Brought forward", note, statement.brought_forward, statement)


_OPENINGS = {
    "anchor": "what the first balance printed by the broker leaves",
    "account": "the account's starting balance",
    "zero": "zero: neither file nor account names one",
}


def kind_mark(item: CashTotal, statement: CashStatement, chosen: LedgerFilter) -> Any:
    """Return the mark of the total of one kind."""
    currency, title = statement.choice.currency, CASH_TITLES[item.kind]
    note = Note(
        formula=f"Σ amount of the lines “{title}” in the period, before the fees inside them",
        inputs=(("Lines", fmt.count(item.count)), ("Mean of a line", amount(_mean(item), currency, signed=True)),
                ("Sum", amount(item.amount, currency, signed=True))),
        sample=f"n = {fmt.plural(item.count, 'line')} of {fmt.count(statement.movements)} in the period.",
        left_out="Lines of other accounts and currencies: currencies are never added without a rate.",
        href=lines_href(statement, chosen, item.kind),
        list_name=_LINES,
    )  # fmt: skip
    return _mark(title, note, item.amount, statement)


def _mean(item: CashTotal) -> Decimal:
    return round(item.amount / item.count, 2) if item.count else item.amount


def fees_mark(statement: CashStatement, chosen: LedgerFilter) -> Any:
    """Return the mark of the fees that are inside the amounts of trades."""
    traded = {CashKind.BUY, CashKind.SELL, CashKind.REALISED}
    lines = sum(item.count for item in statement.totals if item.kind in traded)
    note = Note(
        formula="−Σ fees of the fills of the period, rebates taken off",
        about="The lines below hold them inside their amounts; the totals above are before them.",
        inputs=(("Fills", fmt.count(lines)), ("Fees", amount(statement.trading_fees, statement.choice.currency))),
        sample=f"n = {fmt.plural(lines, 'fill')}.",
        href=f"/fills?{chosen.with_(accounts=(statement.choice.account_id,)).to_query()}",
        list_name="fills",
    )
    return _mark("Trading fees", note, -statement.trading_fees, statement)


def closing_mark(statement: CashStatement, chosen: LedgerFilter) -> Any:
    """Return the mark of the balance at the end of the period: every step to it."""
    currency = statement.choice.currency
    note = Note(
        formula="brought forward + Σ every kind's total − trading fees",
        inputs=(
            ("Brought forward", amount(statement.brought_forward, currency)),
            *((CASH_TITLES[item.kind], amount(item.amount, currency, signed=True)) for item in statement.totals),
            ("Trading fees", amount(-statement.trading_fees, currency, signed=True)),
        ),
        sample=f"n = {fmt.plural(statement.movements, 'line')} in the period.",
        href=lines_href(statement, chosen),
        list_name=_LINES,
    )
    return _mark("Closing balance", note, statement.closing, statement)


def dividend_mark(
    symbol: str, total: Decimal, count: int, statement: CashStatement, chosen: LedgerFilter
) -> Any:  # fmt: skip
    """Return the mark of the dividends of one symbol."""
    currency, name = statement.choice.currency, symbol or "Unnamed"
    note = Note(
        formula=f"Σ dividends of {name} in the period",
        inputs=(("Payments", fmt.count(count)), ("Sum", amount(total, currency, signed=True))),
        sample=f"n = {fmt.plural(count, 'payment')}.",
        left_out="Taxes withheld, a kind of their own.",
        href=lines_href(statement, chosen, CashKind.DIVIDEND),
        list_name=_LINES,
    )
    return _mark(f"Dividends of {name}", note, total, statement)
