"""The Cash page: its selector, the status of the printed balances, totals, lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dash import dcc, html

from components import cash_notes, feedback, forms, list_notes, tables
from components import format as fmt
from components.cash_notes import amount
from components.icons import icon
from components.tables import Column, ListRow
from domain.cash_kinds import CASH_TITLES, CashKind

if TYPE_CHECKING:
    from domain.cash import BalanceCheck, CashChoice, CashRow, CashStatement, Divergence
    from domain.filters import LedgerFilter

Child = Any
COINS_FROM = 5
_TRADES = {CashKind.BUY: "Bought", CashKind.SELL: "Sold", CashKind.REALISED: "Realised", CashKind.FEE: "Fee"}
_DAY_LINES = 6


def options(choices: Sequence[CashChoice]) -> list[dict[str, str]]:
    """Return the selector's options: an account and a currency each."""
    return [
        {"value": f"{int(item.account_id)}:{item.currency}", "label": f"{item.account} · {item.currency}"}
        for item in choices
    ]


def banner(statement: CashStatement, day: Sequence[CashRow] = ()) -> html.Div | None:
    """Return how the broker's printed balances compare with ours; None when the files print none.

    Args:
        statement: The statement shown.
        day: What moved on the day of the first difference.
    """
    from domain.cash import Opening

    check, currency = statement.check, statement.choice.currency
    if not check.checked and check.opening_source is not Opening.ANCHOR:
        return None
    if check.first is None:
        said = f"Agrees on all {fmt.count(check.checked)} printed balances."
        if not check.checked:
            said = "One printed balance, which sets the opening balance."
        return feedback.notice("ok", said, _opening(check, currency), dismiss=False)
    first = check.first
    said = f"Agrees on {fmt.count(check.agreeing)} of {fmt.count(check.checked)} printed balances."
    details = html.Div([_difference(first, currency, statement.timezone), *_what_happened(day, currency)])
    text = html.Span([details, _later(check, currency, statement.timezone), html.Div(_opening(check, currency))])
    return feedback.notice("warn", said, text, dismiss=False)


def _difference(first: Divergence, currency: str, timezone: str) -> html.Div:
    day = first.at.astimezone(ZoneInfo(timezone)).date()
    place = f" (line {fmt.count(first.line)}{f' of {first.filename}' if first.filename else ''})"
    text = (
        f"First differs on {day}: broker {amount(first.broker, currency)}, ours {amount(first.ours, currency)}{place}, "
        f"a gap of {amount(first.gap, currency, signed=True)}."
    )
    return html.Div(text, className="fw-num")


def _what_happened(day: Sequence[CashRow], currency: str) -> list[Child]:
    if not day:
        return [html.Div("Nothing that we know of moved cash on that day: rows of the period may be missing.")]
    listed = ", ".join(f"{describe(row)} {amount(row.amount, currency, signed=True)}" for row in day[:_DAY_LINES])
    more = f" and {len(day) - _DAY_LINES} more" if len(day) > _DAY_LINES else ""
    return [html.Div(f"That day: {listed}{more}.", className="fw-num")]


def _later(check: BalanceCheck, currency: str, timezone: str) -> Child:
    if not check.others:
        return None
    zone = ZoneInfo(timezone)
    lines = [
        html.Li(f"{item.at.astimezone(zone):%Y-%m-%d %H:%M}: gap {amount(item.gap, currency, signed=True)}, "
                f"line {fmt.count(item.line)} of {item.filename}")
        for item in check.others
    ]  # fmt: skip
    title = f"{fmt.plural(len(lines), 'further gap')}" + (" (the first 50)" if len(lines) >= 50 else "")
    return html.Details([html.Summary(title), html.Ul(lines, className="fw-num")])


def _opening(check: BalanceCheck, currency: str) -> str:
    from domain.cash import Opening

    if check.opening_source is Opening.ANCHOR and check.anchored_at is not None:
        return (
            f"The file starts mid-history: the opening balance of {amount(check.opening, currency)} is what the first "
            f"printed balance leaves."
        )
    if check.opening_source is Opening.ACCOUNT:
        return f"The opening balance of {amount(check.opening, currency)} is the account's starting balance."
    return ""


def kind_chips(statement: CashStatement, chosen: Sequence[str], id_of: Callable[[str], Any]) -> list[Child]:
    """Return a chip for each kind that moved cash in the period, with its count; pressed ones narrow the lines."""
    counts = dict.fromkeys((kind for kind in CashKind if kind.value in chosen), 0)
    counts |= {item.kind: item.count for item in statement.totals}
    chips: list[Child] = [
        html.Button(
            [CASH_TITLES[kind], html.Span(fmt.count(counts[kind]), className="n fw-num")],
            id=id_of(kind.value),
            className=f"fw-chip{' on' if kind.value in chosen else ''}",
            type="button",
            **{"aria-pressed": "true" if kind.value in chosen else "false"},
        )
        for kind in CashKind
        if kind in counts
    ]
    return [*chips, list_notes.column_mark(list_notes.CASH, sum(counts.values()))]


def totals(statement: CashStatement, chosen: LedgerFilter) -> html.Div:
    """Return what each kind moved in the period, from the balance brought forward to the closing one."""
    currency = statement.choice.currency
    rows: list[dict[str, Child]] = [
        {"name": "Brought forward", "n": "", "sum": amount(statement.brought_forward, currency),
         "_why": cash_notes.brought_mark(statement, chosen)},
    ]  # fmt: skip
    rows += [
        {"name": CASH_TITLES[item.kind], "n": fmt.count(item.count), "sum": amount(item.amount, currency, signed=True),
         "_why": cash_notes.kind_mark(item, statement, chosen)}
        for item in statement.totals
    ]  # fmt: skip
    if statement.trading_fees:
        rows.append({"name": "Trading fees", "n": "", "sum": amount(-statement.trading_fees, currency, signed=True),
                     "_why": cash_notes.fees_mark(statement, chosen)})  # fmt: skip
    columns = (
        Column(key="name", title="Kind"),
        Column(key="n", title="Rows", align="right", muted=True),
        Column(key="sum", title=currency, align="right", strong=True),
    )
    closing = {"name": "Closing balance", "n": "", "sum": amount(statement.closing, currency),
               "_why": cash_notes.closing_mark(statement, chosen)}  # fmt: skip
    return tables.table(columns, rows, footer=closing, row_height=30, caption="Totals by kind")


def dividends(statement: CashStatement, chosen: LedgerFilter) -> html.Div:
    """Return the dividends of the period by symbol."""
    currency = statement.choice.currency
    if not statement.dividends:
        return feedback.empty("banknote", "No dividends", "There was no dividend in this currency and period.")
    rows = [
        {"name": symbol or "Unnamed", "n": fmt.count(count), "sum": amount(total, currency, signed=True),
         "_why": cash_notes.dividend_mark(symbol, total, count, statement, chosen)}
        for symbol, total, count in statement.dividends
    ]  # fmt: skip
    columns = (
        Column(key="name", title="Symbol", strong=True),
        Column(key="n", title="Paid", align="right", muted=True),
        Column(key="sum", title=currency, align="right"),
    )
    return tables.table(columns, rows, row_height=30, caption="Dividends by symbol")


def columns(currency: str = "", zone: str = "") -> list[dict[str, Any]]:
    """Return the columns of the statement's grid."""
    fixed: dict[str, Any] = {"sortable": False}
    return [
        tables.muted_column("at", f"Time{f' ({fmt.zone_label(zone)})' if zone else ''}", width=196, **fixed),
        tables.text_column("kind", "Kind", width=132, **fixed),
        tables.symbol_column("symbol", width=118, **fixed),
        tables.text_column("what", "What", flex=1, minWidth=180, tooltipField="what", **fixed),
        tables.muted_number_column("fee", "Fee inside", width=104, tooltipField="fee_note", **fixed),
        tables.number_column("amount", f"Amount{f' ({currency})' if currency else ''}", width=136, **fixed),
        tables.number_column("balance", "Balance", width=136, **fixed),
        tables.muted_column("source", "Source", width=144, tooltipField="source", **fixed),
    ]


def rows(statement: CashStatement) -> list[dict[str, Any]]:
    """Return a window of the statement as the grid's rows; those of the first differing day carry a mark."""
    currency, zone = statement.choice.currency, ZoneInfo(statement.timezone)
    first = statement.check.first
    broken = first.at.astimezone(zone).date() if first else None
    return [
        {
            "id": f"{int(row.is_trade)}-{row.ref}-{row.kind.value}-{number}",
            "at": row.at.isoformat(),
            "at_text": f"{row.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            "kind": CASH_TITLES[row.kind],
            "symbol": row.symbol or None,
            "href": f"/trades?{urlencode({'symbols': row.symbol})}" if row.symbol and row.is_trade else None,
            "what": f"◆ {describe(row)}" if row.day == broken else describe(row),
            "fee": float(row.fee),
            "fee_text": f"{'≈ ' if row.fee_estimated else ''}{amount(row.fee, currency)}" if row.fee else "",
            "fee_note": "Estimated by the account's fee plan." if row.fee_estimated else None,
            "amount": float(row.amount),
            "amount_text": amount(row.amount, currency, signed=True),
            "balance": float(row.balance),
            "balance_text": amount(row.balance, currency),
            "source": _source(row),
        }
        for number, row in enumerate(statement.rows)
    ]


def _source(row: CashRow) -> str:
    """Say where a line is from, in the words of the Fills page."""
    if row.filename:
        return f"{row.filename}, line {row.line}"
    return "By hand" if row.by_hand else "No file" if row.is_trade else ""


def describe(row: CashRow) -> str:
    """Say what one line is: "Bought 100 AAPL at 190.12", or the broker's own words."""
    if row.is_trade:
        name = row.symbol
        if row.quantity is None or row.price is None:
            return f"{_TRADES.get(row.kind, 'Traded')} {name}"
        return f"{_TRADES.get(row.kind, 'Traded')} {fmt.quantity(row.quantity)} {name} at {fmt.price(row.price)}"
    return row.description or row.label or CASH_TITLES[row.kind]


def cards(statement: CashStatement) -> html.Div:
    """Return the window as what stands for the grid on phones: lines under their day."""
    currency, zone = statement.choice.currency, ZoneInfo(statement.timezone)
    groups: dict[date, list[CashRow]] = {}
    for row in statement.rows:
        groups.setdefault(row.day, []).append(row)
    listed = [
        (
            f"{day:%a} {day.day} {day:%b %Y}",
            amount(found[0].balance, currency),
            [
                ListRow(
                    title=row.symbol or CASH_TITLES[row.kind],
                    value=amount(row.amount, currency, signed=True),
                    detail=describe(row),
                    note=f"{row.at.astimezone(zone):%H:%M}",
                )
                for row in found
            ],
        )
        for day, found in groups.items()
    ]
    more = statement.total - len(statement.rows)
    end = html.Div(f"{fmt.count(more)} older lines: export them as CSV.", className="fw-more") if more > 0 else None
    return html.Div([tables.day_list(listed), end])


def nothing() -> html.Div:
    """Return the page of somebody whose accounts have no cash yet."""
    load = dcc.Link([icon("upload"), "Import a file"], href="/import", className="fw-btn primary")
    return feedback.empty(
        "wallet",
        "No cash yet",
        "Deposits, dividends, fees and what trades cost or bring appear here as soon as a file is imported.",
        actions=[load],
    )


def selector(id: str) -> dcc.Dropdown:  # noqa: A002 - Dash's own name
    """Return the empty selector of account and currency."""
    return forms.select(id, [], placeholder="Account and currency")
