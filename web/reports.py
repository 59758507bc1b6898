"""Downloads of reports: the one-page picture of a filter, drafts and saved reports as files, and the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, request

from components import format as fmt
from domain.errors import NotFoundError
from domain.filters import Basis, LedgerFilter
from web.context import current_owner, current_profile, services

if TYPE_CHECKING:
    from domain.accounts import UserId
    from domain.performance import MetricValue
    from domain.reports import ReportDefinition, ReportForm

BLUEPRINT = Blueprint("reports", __name__)
_BEYOND_ALL_IDS = 2**63
TABLE_ROWS = 12
FIGURES = ("win_rate", "profit_factor", "expectancy", "payoff", "max_drawdown")


def install(server: Flask, *, browser: str) -> None:
    """Add the route to a server."""
    server.config["FILLWISE_BROWSER"] = browser
    server.register_blueprint(BLUEPRINT)


@BLUEPRINT.get("/export/report/draft.<form>")
def export_draft(form: str) -> Response:
    """Download what the controls of the Reports page describe; the query says it."""
    from web.report_desk import read_draft_query

    return _file(read_draft_query(request.args), form)


@BLUEPRINT.get("/export/report/<int:report_id>.<form>")
def export_saved(report_id: int, form: str) -> Response:
    """Download a saved report as of now."""
    if report_id >= _BEYOND_ALL_IDS:
        raise NotFoundError("No such report.")
    return _file(services().reports.get(current_owner(), report_id), form)


@BLUEPRINT.get("/export/report-file/<int:file_id>")
def export_file(file_id: int) -> Response:
    """Download a file that a schedule has made."""
    if file_id >= _BEYOND_ALL_IDS:
        raise NotFoundError("No such file.")
    found, payload = services().reports.read_file(current_owner(), file_id)
    return answer_file(payload, found.name, found.form)


def _file(report: ReportDefinition, form: str) -> Response:
    payload, name, kind = write_report(report, form)
    return answer_file(payload, name, kind)


def write_report(report: ReportDefinition, form: str) -> tuple[bytes, str, ReportForm]:
    """Return a report of the signed-in user as a file, its name and kind.

    Raises:
        NotFoundError: If there is no such kind of file.
        RenderingError: If the kind needs a browser and there is none.
    """
    from domain.reports import ReportForm
    from services.reports import file_name
    from web.report_files import ReportFiles

    try:
        kind = ReportForm(form)
    except ValueError as error:
        raise NotFoundError("There is no such kind of file.") from error
    document = services().reports.document(current_owner(), report)
    payload = ReportFiles(str(current_app.config["FILLWISE_BROWSER"])).write(document, kind)
    return payload, file_name(document, kind), kind


def answer_file(payload: bytes, name: str, form: ReportForm) -> Response:
    """Return a file as a download; an HTML report opened from here runs nothing either."""
    from components.report_html import POLICY

    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": POLICY}
    return Response(payload, mimetype=form.mimetype, headers=headers)


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
