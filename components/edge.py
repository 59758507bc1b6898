"""The Edge page's first half: how much of a result is luck, which setups to believe in, and where it leaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import cards, edge_notes, feedback, forms, tables
from components import format as fmt
from components.edge_notes import in_unit
from components.why_mark import why_button
from domain.conditions import Condition
from domain.filters import LedgerFilter
from domain.performance import Unit

if TYPE_CHECKING:
    from analytics.inference import Interval
    from analytics.leaks import Leak, LeakReport
    from analytics.luck import LuckFigure
    from components.figures.intervals import EdgeInterval
    from services.edge import LuckReport, LuckRow, RankedSetup

EPOCH = date(1970, 1, 1)
FEWEST = 10
TRADES = "closed trades"


def no_trades(what: str) -> html.Div:
    """Return the state of the page without a closed trade."""
    actions = [forms.link_button("Import trades", "/import", kind="primary", icon_name="upload")]
    return feedback.empty(
        "scale", "No closed trades here", f"{what} needs closed trades in this filter.", actions=actions
    )


def _chance(value: float | None) -> str:
    """Write a probability: never a certainty that nobody has."""
    if value is None:
        return fmt.NOT_COMPUTABLE
    return "<0.1%" if value < 0.001 else ">99.9%" if value > 0.999 else fmt.percent(value)


def luck_strip(report: LuckReport) -> html.Section:
    """Return the answer in five cells: verdict, expectancy, test, signs, trades still needed."""
    expectancy = report.rows[0]
    return cards.kpi_strip(
        [
            _verdict_cell(report),
            _expectancy_cell(expectancy, report.unit),
            _test_cell(report, "t test", "p: chance of a mean at least this far from zero if there were no edge."),
            _test_cell(
                report,
                "Sign test",
                "The same for the count of wins alone. It cannot see that wins are larger than losses.",
            ),
            _sharpe_cell(report),
        ],
        label="How much could be luck",
    )


def _verdict_cell(report: LuckReport) -> Any:
    expectancy = report.rows[0].figure
    needed, note = report.needed, edge_notes.luck_note("needed", report, report.needed.n, TRADES)
    info = (
        "More trades until mean and spread like these could be told from zero with 95 % confidence, as likely as not."
    )
    if expectancy.interval.excludes_zero:
        is_good = bool(expectancy.is_proven)
        context = f"{fmt.count(needed.total)} trades would have been enough" if needed.total else ""
        return cards.kpi(
            "More trades needed", "0", tone="profit" if is_good else "loss", context=context, info=info, note=note
        )
    if needed.more is None:
        return cards.kpi("More trades needed", fmt.NOT_COMPUTABLE, context=needed.reason, info=info, note=note)
    more = max(needed.more, 1)
    return cards.kpi(
        "More trades needed",
        f"~{fmt.count(more)}",
        context=f"beyond these {fmt.count(report.trades)}",
        info=info,
        note=note,
    )


def _expectancy_cell(row: LuckRow, unit: str) -> Any:
    value = row.metric.value
    return cards.kpi(
        "Expectancy",
        in_unit(value, unit),
        tone=fmt.tone(value),
        context=f"95% {_span(row.figure.interval, lambda end: in_unit(end, unit))}",
        info=row.figure.interval.reason or "Mean P&L of a closed trade and the range its true value is in.",
        why=row.metric.slug,
    )


def _test_cell(report: LuckReport, label: str, info: str) -> Any:
    test = report.t if label == "t test" else report.sign
    note = edge_notes.luck_note(label, report, test.n, TRADES, test)
    if test.p_value is None:
        return cards.kpi(label, fmt.NOT_COMPUTABLE, info=test.reason, note=note)
    statistic = f"t = {fmt.plain(test.statistic)}" if label == "t test" else f"{fmt.percent(test.statistic)} positive"
    return cards.kpi(label, f"p {_p_text(test.p_value)}", context=statistic, info=info, note=note)


def _p_text(p: float) -> str:
    return "< 0.001" if p < 0.001 else fmt.plain(p, places=3)


def _sharpe_cell(report: LuckReport) -> Any:
    info = "Probabilistic Sharpe ratio: the chance that the true one is above zero, given skewness and fat tails."
    note = edge_notes.luck_note("sharpe", report, report.days, "session days")
    if report.sharpe_probability is None:
        return cards.kpi(
            "True Sharpe above 0", fmt.NOT_COMPUTABLE, info="Needs a starting balance and ten session days.", note=note
        )
    days = report.sharpe_days
    context = f"{fmt.count(report.days)} days" + (f", {fmt.count(round(days))} needed for 95%" if days else "")
    return cards.kpi("True Sharpe above 0", _chance(report.sharpe_probability), context=context, info=info, note=note)


def _span(interval: Interval, write: Any) -> str:
    return fmt.NOT_COMPUTABLE if interval.bounds is None else " to ".join(write(end) for end in interval.bounds)


def luck_table(report: LuckReport, chosen: LedgerFilter) -> html.Div:
    """Return the headline figures with their intervals; their badges lead to the trades."""
    columns = (
        tables.Column(key="name", title="Figure", strong=True),
        tables.Column(key="value", title="Value", align="right"),
        tables.Column(key="span", title="95% interval", align="right"),
        tables.Column(key="n", title="n", align="right", muted=True, hide_mobile=True),
        tables.Column(key="verdict", title="", align="right"),
    )
    href = f"/trades?{chosen.with_(status='closed').to_query()}"
    rows = [_luck_row(row, report.unit, href) for row in report.rows]
    return tables.table(columns, rows, caption="Figures with intervals")


def _luck_row(row: LuckRow, unit: str, href: str) -> dict[str, Any]:
    metric, interval = row.metric, row.figure.interval

    def write(value: float | None) -> str:
        return in_unit(value, unit) if metric.unit is Unit.MONEY else fmt.metric(value, metric.unit, unit)

    words, tone = _verdict_of(row.figure)
    shown: Any = write(metric.value)
    if metric.value is None:
        shown = html.Span(fmt.NOT_COMPUTABLE, title=metric.reason, className="fw-weak")
    span: Any = _span(interval, write)
    if interval.bounds is None:
        span = html.Span(span, title=interval.reason, className="fw-weak")
    return {
        "name": html.Span([row.label, why_button(metric.slug, row.label)]),
        "value": shown,
        "span": span,
        "n": fmt.count(interval.n),
        "verdict": dcc.Link(cards.tag(words, tone=tone), href=href, title="The trades behind it") if words else "",
    }


def _verdict_of(figure: LuckFigure) -> tuple[str, str]:
    """Return what an interval says against luck, and the tone of its badge."""
    if figure.is_proven is None or figure.neutral is None:
        return "", ""
    if figure.interval.high is not None and figure.interval.high < figure.neutral:
        return "loses", "neg"
    return ("above luck", "pos") if figure.is_proven else ("not proven", "")


def setup_intervals(setups: Sequence[RankedSetup]) -> list[EdgeInterval]:
    """Return the ranking as rows of the interval chart; under ten trades no interval is drawn."""
    from components.figures.intervals import EdgeInterval

    return [
        EdgeInterval(
            label=item.label,
            n=item.n,
            mean=item.shrunken,
            low=item.low if item.n >= FEWEST else None,
            high=item.high if item.n >= FEWEST else None,
        )
        for item in setups
    ]


def setup_table(setups: Sequence[RankedSetup], unit: str, chosen: LedgerFilter) -> html.Div:
    """Return the ranking of setups; each row leads to its trades."""
    if not setups:
        text = "Give your trades a setup on their page, or many at once on Trades, and they are compared here."
        return feedback.empty("tags", "No setups yet", text)
    columns = (
        tables.Column(key="name", title="Setup", strong=True),
        tables.Column(key="rank", title="#", muted=True, hide_mobile=True),
        tables.Column(key="n", title="Trades", align="right"),
        tables.Column(key="win", title="Win rate", align="right", hide_mobile=True),
        tables.Column(key="mean", title="Mean", align="right", muted=True, hide_mobile=True),
        tables.Column(key="likely", title="Likely mean", align="right", strong=True),
        tables.Column(key="span", title="95% interval", align="right", hide_mobile=True),
        tables.Column(key="chance", title="Chance above 0", align="right"),
    )
    return tables.table(columns, [_setup_row(item, unit, chosen) for item in setups], caption="Setups by likely mean")


def _setup_row(item: RankedSetup, unit: str, chosen: LedgerFilter) -> dict[str, Any]:
    href = f"/trades?{chosen.with_(status='closed', setups=(item.label,)).to_query()}"
    few = html.Span("too few", title=f"Under {FEWEST} trades a setup is not ranked.", className="fw-weak")
    return {
        "rank": few if item.rank is None else str(item.rank),
        "name": dcc.Link(item.label, href=href),
        "n": dcc.Link(fmt.count(item.n), href=href, title=f"The trades of {item.label}"),
        "win": fmt.percent(item.win_rate),
        "mean": in_unit(item.mean, unit),
        "likely": cards.signed(in_unit(item.shrunken, unit), item.shrunken),
        "span": f"{in_unit(item.low, unit)} to {in_unit(item.high, unit)}",
        "chance": few if item.rank is None else _chance(item.p_positive),
        "_why": edge_notes.setup_mark(item, unit, href),
    }


def leak_filter(leak: Leak, chosen: LedgerFilter) -> LedgerFilter:
    """Return the filter of a leak's trades."""
    conditions = tuple(Condition(by=part.by, values=(part.key,)) for part in leak.parts)
    return chosen.with_(status="closed", where=(*chosen.where, *conditions))


def leak_panel(report: LeakReport, unit: str, chosen: LedgerFilter) -> Any:
    """Return the leaks, or why there are none to tell."""
    if report.reason:
        return feedback.not_enough(100, report.n, "closed trades", where="for a search that can be believed")
    if not report.leaks:
        return feedback.empty("shield-check", "No leak stands up to the test", _nothing_found(report, unit))
    return html.Div([_leak_row(leak, report, unit, chosen) for leak in report.leaks], className="ed-leaks")


def _nothing_found(report: LeakReport, unit: str) -> str:
    seen = f"{fmt.plural(report.tested, 'slice')} of {fmt.count(report.n)} trades were searched"
    if report.found:
        were = "one stood out" if report.found == 1 else f"{report.found} stood out"
        return f"{seen}; {were} earlier, but not again later. Most such finds are luck."
    if report.detectable is None:
        return f"{seen}: too few trades share a property."
    limit = in_unit(report.detectable, unit, signed=False).lstrip("+")
    return f"{seen}. With so many trades, a tenth of them would have to lose about {limit} each to be told from luck."


def _leak_row(leak: Leak, report: LeakReport, unit: str, chosen: LedgerFilter) -> html.Div:
    href = f"/trades?{leak_filter(leak, chosen).to_query()}"
    low, high = in_unit(leak.low, unit), in_unit(leak.high, unit)
    facts = [
        dcc.Link(fmt.plural(leak.n, "trade"), href=href, className="fw-link"),
        f"{in_unit(leak.mean, unit)} a trade, the others {in_unit(leak.rest, unit)}",
        f"confirmed later: {fmt.plural(leak.later_n, 'trade')} at {in_unit(leak.later_mean, unit)}",
        f"p {_p_text(leak.p_found)} earlier, {_p_text(leak.p_confirmed)} later",
    ]
    return html.Div(
        [
            html.Div(
                [
                    html.B(sentence_of(leak)),
                    html.Span(
                        [f"the period would have changed by {in_unit(leak.change, unit)} ", f"(95% CI {low} to {high})"]
                    ),
                    edge_notes.leak_mark(leak, report, unit, href),
                ],
                className="ed-leak-head",
            ),
            html.Div([html.Span(fact) for fact in facts], className="ed-leak-facts fw-num"),
        ],
        className="ed-leak",
    )


def sentence_of(leak: Leak) -> str:
    """Return the beginning of a leak's sentence: "Without setup Gap fade and entry hour 10:00"."""
    return f"Without {leak.label}"


def leak_method(report: LeakReport, unit: str) -> Any:
    """Return how the search was made, in figures."""
    if report.split_day is None:
        return None
    day = fmt.day(EPOCH + timedelta(days=report.split_day))
    limit = "" if report.detectable is None else in_unit(report.detectable, unit, signed=False).lstrip("+")
    mark = edge_notes.search_mark(report, limit)
    return cards.key_values(
        [
            ("Closed trades", fmt.count(report.n)),
            ("Searched, up to the day before " + day, fmt.plural(report.searched, "trade")),
            ("Kept aside to confirm, from " + day, fmt.plural(report.n - report.searched, "trade")),
            ("Slices by one and two properties tested", fmt.count(report.tested)),
            ("Stood out earlier, false discovery rate 20%", fmt.count(report.found)),
            ("Confirmed later at 5%, all together", fmt.count(len(report.leaks))),
            *([(["A tenth of the trades must lose, each, to be seen", mark], limit)] if limit else []),
        ]
    )


def leak_note(report: LeakReport) -> str:
    """Say how the search was made."""
    if report.split_day is None:
        return ""
    return "Hindsight, tested twice. Trade without it for a while before you trust it."


def clicked_setup(click: dict[str, Any] | None, setups: Sequence[RankedSetup], chosen: LedgerFilter) -> str:
    """Return the address of a clicked setup's trades, "" when the click names none."""
    points = click.get("points") if isinstance(click, dict) else None
    row = points[0].get("y") if isinstance(points, list) and points and isinstance(points[0], dict) else None
    if not isinstance(row, int | float) or not 0 <= int(row) < len(setups):
        return ""
    return f"/trades?{chosen.with_(status='closed', setups=(setups[int(row)].label,)).to_query()}"
