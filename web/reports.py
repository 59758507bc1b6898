"""The one-page performance report of a filter, as a PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, request

from components import format as fmt
from domain.filters import Basis, LedgerFilter
from web.context import current_owner, current_profile, services

if TYPE_CHECKING:
    from domain.accounts import UserId
    from domain.performance import MetricValue

BLUEPRINT = Blueprint("reports", __name__)
TABLE_ROWS = 12
FIGURES = ("win_rate", "profit_factor", "expectancy", "payoff", "max_drawdown")


def install(server: Flask, *, browser: str) -> None:
    """Add the route to a server."""
    server.config["FILLWISE_BROWSER"] = browser
    server.register_blueprint(BLUEPRINT)


@BLUEPRINT.get("/export/report.png")
def export_report() -> Response:
    """Download the report; needs a Chromium, and says so where there is none."""
    from components.figures.report import report_figure
    from web.rendering import render_png

    figure = report_figure(build_content(current_owner(), LedgerFilter.from_query(request.args)))
    image = render_png(figure, scale=1, browser=str(current_app.config["FILLWISE_BROWSER"]))
    name = f"fillwise-report-{services().clock().date().isoformat()}.png"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(image, mimetype="image/png", headers=headers)


def build_content(owner: UserId, chosen: LedgerFilter) -> Any:
    """Gather what the report prints: the same figures as on the pages."""
    from components.figures.report import ReportContent

    portfolio = services().portfolio
    found, summary = portfolio.performance(owner, chosen), portfolio.summary(owner, chosen)
    curve = portfolio.curve(owner, chosen)
    groups = portfolio.breakdowns(owner, chosen, ["month", "symbol"])
    gross = chosen.basis is Basis.GROSS
    words = "before fees" if gross else "after fees"
    zone = current_profile().timezone
    now = services().clock()
    left_out = ", ".join(f"{count} trades in {name}" for name, count in summary.left_out.items())
    return ReportContent(
        title="Performance report",
        subtitle=" · ".join(
            (summary.period_label, summary.accounts_label, f"{found.unit}, {words}", f"{found.trades} trades")
        ),
        prepared=f"Prepared {fmt.instant_full(now, zone)}",
        kpis=(
            (f"{chosen.basis.value.capitalize()} P&L", fmt.pnl(found.realised, found.unit)),
            *((_label(slug), _text(found.metrics.get(slug), found.unit)) for slug in FIGURES),
        ),
        equity=curve.equity,
        drawdown=curve.shown_drawdown,
        unit=curve.unit,
        months=(groups["month"].labels, _money(groups["month"], gross=gross)),
        groups=("By symbol", groups["symbol"].labels, _money(groups["symbol"], gross=gross)),
        tables=(_symbol_table(groups["symbol"], found.unit, gross=gross, open_part=found.open_part),),
        footer="P&L is dated at each exit, partial exits included; statistics are about closed trades."
        + (f" Left out: {left_out}." if left_out else ""),
    )


def _label(slug: str) -> str:
    return services().portfolio.definitions()[slug].label


def _text(value: MetricValue | None, currency: str) -> str:
    return fmt.NOT_COMPUTABLE if value is None or value.value is None else fmt.metric(value.value, value.unit, currency)


def _money(found: Any, *, gross: bool) -> list[float]:
    values: list[float] = (found.gross if gross else found.net).tolist()
    return values


def _symbol_table(found: Any, currency: str, *, gross: bool, open_part: float) -> Any:
    from components.figures.report import ReportTable

    money = _money(found, gross=gross)
    order = sorted(range(len(money)), key=lambda row: -money[row])[:TABLE_ROWS]
    rows = tuple(
        (found.labels[row], fmt.count(found.n[row]), fmt.percent(found.win_rate[row]), fmt.pnl(money[row], currency))
        for row in order
    )
    if open_part:
        rows = (*rows, ("Partial exits of open trades", "", "", fmt.pnl(open_part, currency)))
    total = ("All", fmt.count(found.n.sum()), "", fmt.pnl(sum(money) + open_part, currency))
    return ReportTable(columns=("Symbol", "Trades", "Won", "P&L"), rows=rows, total=total)
