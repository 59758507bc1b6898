"""The parts of a trade's page: head, executions, review; from a trade to components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import cards, controls, feedback, figure_notes, marks, picker, shell_parts, tables
from components import format as fmt
from components.icons import icon
from components.trade_filters import page_href
from components.why_mark import Note, why_note
from domain.charge_kinds import add_charges
from domain.executions import MADE_BY_ACTION, ExecutionKind
from domain.filters import LedgerFilter

if TYPE_CHECKING:
    from components.trade_grid import TradeLook
    from domain.journal import TradeJournal
    from domain.ledger import Trade, TradeExecution

Child = Any
CHART_HEIGHT = 440  # pixels
_CRUMB = Decimal("0.00005")
_KINDS = {
    ExecutionKind.EXPIRY: "Expiry",
    ExecutionKind.ASSIGNMENT: "Assignment",
    ExecutionKind.EXERCISE: "Exercise",
    ExecutionKind.MERGER: "Merger",
    ExecutionKind.SPIN_OFF: "Spin-off",
    ExecutionKind.TRANSFER: "Transfer",
    ExecutionKind.CASH_IN_LIEU: "Cash in lieu",
}
_UNITS = {"option": "contract", "future": "contract", "future_option": "contract", "stock": "share", "fund": "share"}
_COLUMNS = (
    tables.Column(key="time", title="Time", muted=True),
    tables.Column(key="action", title="Action"),
    tables.Column(key="quantity", title="Qty", align="right"),
    tables.Column(key="price", title="Price", align="right"),
    tables.Column(key="fees", title="Fee", align="right", muted=True, hide_mobile=True),
    tables.Column(key="position", title="Position", align="right", muted=True, hide_mobile=True),
    tables.Column(key="realised", title="Realised, net", align="right"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Where the trades before and after this one, and the list, are; "" where there is none."""

    earlier: str
    later: str
    trades: str


def steps(before: int | None, after: int | None, query: str) -> Steps:
    """Return the addresses around a trade; `query` is the filter and order of the list."""

    def href(path: str) -> str:
        return f"{path}?{query}" if query else path

    return Steps(
        earlier="" if before is None else href(f"/trade/{before}"),
        later="" if after is None else href(f"/trade/{after}"),
        trades=href("/trades"),
    )


def title(name: str, steps: Steps) -> list[Child]:
    """Return the title of a trade's page with the way back and to the neighbours."""
    after = html.Span(
        [
            _step("chevron-up", "Trade above", "K", steps.earlier),
            _step("chevron-down", "Trade below", "J", steps.later),
        ],
        className="row-f fw-steps-ud",
    )
    return shell_parts.page_title(name, crumbs=[("Trades", steps.trades)], after=after)


def _step(icon_name: str, label: str, key: str, href: str) -> Child:
    if not href:
        return html.Span(icon(icon_name), className="fw-icon-btn xs off", **{"aria-disabled": "true"})
    attributes = {"data-fw-step": "next" if key == "J" else "prev"}
    spoken = html.Span(f"{label}  {key}", className="sr")
    return html.Span(
        dcc.Link([icon(icon_name), spoken], href=href, className="fw-icon-btn xs", title=f"{label}  {key}"),
        **attributes,
    )


def head(trade: Trade, look: TradeLook) -> list[Child]:
    """Return side, size, date and account, the result, and the figures of a trade."""
    profit = look.pnl_of(trade)
    kind = trade.instrument.asset_class.value
    unit = fmt.plural(2, "", _UNITS.get(kind, "unit") + "s").split(" ", 1)[1]
    size = f"{fmt.quantity(trade.quantity)} {unit if trade.quantity != 1 else _UNITS.get(kind, 'unit')}"
    when = fmt.instant_full(trade.closed_at or trade.opened_at, look.timezone).split(",")[0]
    about = [marks.side(trade.side > 0), html.Span(f"{size} · {when} · {trade.account_name}", className="k")]
    if trade.is_open:
        about.append(marks.tag(f"Open, {fmt.quantity(trade.open_quantity)} left", tone="acc"))
    shown = look.pnl_text(trade)
    mark = why_note(look.pnl_title, trade_note("P&L", trade), value=shown)
    result = [html.Span(shown, className=f"big fw-{fmt.tone(profit)}"), mark]
    if trade.r_multiple is not None:
        r_text = html.Span(fmt.r_multiple(trade.r_multiple), className=f"fw-r fw-{fmt.tone(trade.r_multiple)}")
        r_note = why_note("R multiple", trade_note("R", trade), value=fmt.r_multiple(trade.r_multiple))
        result += [r_text, r_note]
    what = f"{look.pnl_title}, realised so far" if trade.is_open else look.pnl_title
    first = html.Div([html.Div(about, className="row-f"), html.Div(result, className="row-f res", title=what)])
    return [
        first,
        html.Div(
            [
                *(cards.stat(label, text, mark=_mark(label, text, trade)) for label, text in _figures(trade, look)),
                cards.stat("Setup", _setup(trade)),
            ],
            className="figs fw-num",
        ),
    ]


def _setup(trade: Trade) -> Child:
    if not trade.setup:
        return fmt.MISSING
    href = page_href(LedgerFilter(setups=(trade.setup,)))
    return dcc.Link(trade.setup, href=href, className="fw-quiet-link", title="All trades of this setup")


def _mark(label: str, text: str, trade: Trade) -> Child:
    name = label.partition(",")[0]
    return why_note(label, trade_note(name, trade), value=text) if name in figure_notes.TRADE else None


def trade_note(name: str, trade: Trade) -> Note:
    """Return the note of a figure of a trade with what the trade is worked out from."""
    kind, currency = trade.instrument.asset_class.value, trade.instrument.currency
    return figure_notes.given(
        figure_notes.for_trade(name),
        ("Side", "long" if trade.side > 0 else "short"),
        ("Quantity", fmt.quantity(trade.quantity)),
        ("Multiplier", fmt.quantity(trade.instrument.multiplier)),
        ("Average entry", fmt.price(trade.entry_price, asset_class=kind)),
        ("Average exit", fmt.price(trade.exit_price, asset_class=kind)),
        ("P&L before fees", fmt.pnl(trade.gross, currency)),
        ("Fees", fmt.pnl(-trade.fees, currency)),
        ("P&L after fees", fmt.pnl(trade.net, currency)),
        ("Planned risk", fmt.money(trade.risk, currency)),
        sample="n = 1 trade; its fills are listed on this page.",
    )


def _figures(trade: Trade, look: TradeLook) -> list[tuple[str, str]]:
    from components.trade_grid import seconds_held

    kind, currency = trade.instrument.asset_class.value, trade.instrument.currency
    return [
        ("Entry", fmt.price(trade.entry_price, asset_class=kind)),
        ("Exit", fmt.price(trade.exit_price, asset_class=kind)),
        ("Held", fmt.duration_long(seconds_held(trade, look.now))),
        ("Risk", fmt.money(trade.risk, currency)),
        ("Fees, estimated" if trade.fees_estimated and trade.fees else "Fees", fmt.pnl(-trade.fees, currency)),
    ]


def executions(trade: Trade, lines: Sequence[TradeExecution], timezone: str, *, store: str = "") -> html.Div:
    """Return the fills with the running position and what was realised; the last row adds up to the trade.

    With a `store` each fill has a menu whose choice, such as "edit:17", lands there.
    """
    from components.trade_grid import fees_text

    currency, kind = trade.instrument.currency, trade.instrument.asset_class.value
    one_day = len({line.executed_at.date() for line in lines}) <= 1
    label = fmt.zone_label(timezone, lines[0].executed_at) if lines else ""
    realised = replace(_COLUMNS[-1], title=[_COLUMNS[-1].title, _steps_mark(trade)])
    columns = [tables.Column(key="time", title=f"Time ({label})", muted=True), *_COLUMNS[1:-1], realised]
    rows = []
    before = Decimal(0)
    for line in lines:
        step = None if line.realised is None else line.realised - before
        before = line.realised if line.realised is not None else before
        write = fmt.clock_time if one_day else fmt.instant_seconds
        rows.append(
            {
                "time": html.Span(
                    write(line.executed_at, timezone), title=fmt.instant_full(line.executed_at, timezone)
                ),
                "action": _KINDS.get(line.kind) or line.side.word.capitalize(),
                "quantity": fmt.quantity(line.quantity),
                "price": fmt.price(line.price, asset_class=kind),
                "fees": _fee(line),
                "position": fmt.quantity(line.position),
                "realised": fmt.MISSING if step is None else marks.signed(fmt.pnl(step, currency), step),
            }
        )
    if store:
        columns.append(tables.Column(key="menu", title=html.Span("Change", className="sr"), align="right"))
        rows = [{**row, "menu": fill_menu(line, store)} for row, line in zip(rows, lines, strict=True)]
    footer = {
        "time": f"Gross {fmt.pnl(trade.gross, currency)}{', closed part' if trade.is_open else ''}",
        "fees": fees_text(trade),
        "realised": html.Span(["Net ", marks.signed(fmt.pnl(trade.net, currency), trade.net)]),
        "_why": why_note("Gross and net", trade_note("P&L", trade), value=fmt.pnl(trade.net, currency)),
    }
    shown = tables.table(columns, rows, footer=footer, row_height=30, caption="Executions")
    kinds = fees_by_kind(lines)
    return shown if kinds is None else html.Div([shown, kinds])


def _steps_mark(trade: Trade) -> Child:
    """Return the mark of what each fill realised."""
    note = replace(
        trade_note("P&L", trade),
        formula="(price − average entry) × quantity closed × side × multiplier − its part of the fees",
        about="The average entry is that of what was open before the fill. The steps add up to the net P&L.",
    )
    return why_note("Realised by each fill", note)


def fill_menu(line: TradeExecution, store: str) -> Child:
    """Return the menu of one fill; one that a corporate action made cannot be changed."""
    if line.id >= MADE_BY_ACTION:
        return None
    items = [
        controls.menu_item(text, icon_name=icon_name, attributes={"data-fw-value": f"{verb}:{line.id}"})
        for verb, text, icon_name in (
            ("edit", "Edit", "pencil"),
            ("split", "Split in two", "arrow-left-right"),
            ("apart", "Set apart", "layers"),
            ("together", "Put back", "link"),
            ("delete", "Delete", "trash-2"),
        )
    ]
    opens = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false"}
    button = controls.icon_button("ellipsis", "Change this fill", small=True, attributes=opens)
    return html.Span(controls.menu(button, items, align="end"), **picker.to_store(store))


def fees_by_kind(lines: Sequence[TradeExecution]) -> Child:
    """Return what the fees of some fills were for, None when no file tells."""
    parts = add_charges(part for line in lines for part in line.charges)
    if not parts:
        return None
    rest = sum((line.fees for line in lines), Decimal(0)) - sum((amount for _, amount in parts), Decimal(0))
    told = [(kind.label, amount) for kind, amount in parts]
    if abs(rest) >= _CRUMB:
        told.append(("Not told apart", rest))
    words = " · ".join(f"{label} {fmt.plain(round(amount, 4))}" for label, amount in told)
    return html.P([html.B("Fees by kind: "), words], className="fw-help pad")


def _kinds_title(line: TradeExecution) -> str:
    return " · ".join(f"{kind.label} {fmt.plain(round(amount, 4))}" for kind, amount in line.charges)


def _fee(line: TradeExecution) -> Child:
    if not line.fees_estimated:
        return html.Span(fmt.plain(line.fees), title=_kinds_title(line)) if line.charges else fmt.plain(line.fees)
    badge = marks.tag("est.")
    title = "Estimated by the account's fee plan"
    return html.Span([badge, " ", fmt.plain(line.fees)], title=title, className="fp-est")


def tag_row(names: Sequence[str], groups: Mapping[str, str]) -> list[Child]:
    """Return the tags of a trade."""
    from components.trade_grid import tag_tone

    return [marks.tag(name, tone=tag_tone(name, groups)) for name in names]


def rating(value: int | None) -> list[Child]:
    """Return five stars; a click on the current one clears the rating."""
    return [
        html.Button(
            icon("star", size=15),
            type="button",
            className="fw-star on" if value is not None and number <= value else "fw-star",
            title=f"{fmt.plural(number, 'star')}",
            **{
                "data-fw-value": "" if number == value else str(number),
                "aria-label": f"Rate {number} of 5",
                "aria-pressed": "true" if number == value else "false",
            },
        )
        for number in range(1, 6)
    ]


def plan_line(trade: Trade, plan: TradeJournal, ratio: Decimal | None) -> Child:
    """Return what the plan means in money and R."""
    if plan.planned_stop is None and plan.planned_risk is None:
        return html.Span("A planned stop, or else a planned risk, gives the trade its R.", className="k")
    parts = [f"Risk {fmt.money(trade.risk, trade.instrument.currency)}"]
    if ratio is not None:
        parts.append(f"target at {fmt.r_multiple(ratio)}")
    if trade.r_multiple is not None:
        parts.append(f"result {fmt.r_multiple(trade.r_multiple)}")
    mark = why_note("Risk and R", trade_note("R", trade), value=parts[0])
    return html.Span([" · ".join(parts), mark], className="k")


def saved(when: datetime | None, timezone: str, now: datetime) -> str:
    """Write when the review was last saved: "Saved 11:07", with the day unless it is today."""
    if when is None:
        return ""
    return f"Saved {fmt.instant(when, timezone, now=now).removeprefix('Today ')}"


def missing() -> html.Div:
    """Return the page for a trade that is not there, or not the reader's."""
    return feedback.empty(
        "search",
        "No such trade",
        "It was deleted, or it belongs to somebody else.",
        actions=[controls.link_button("All trades", "/trades", kind="primary", size="md")],
    )


def without_candles(reason: str, hint: str) -> html.Div:
    """Return what stands in place of the chart."""
    return feedback.empty("chart-candlestick", "No chart for this trade", f"{reason} {hint}".strip())
