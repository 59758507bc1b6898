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
    from services.slices import Bucket, BucketTable

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
    gross = chosen.basis is Basis.GROSS
    money = "gross_pnl" if gross else "net_pnl"
    months, symbols = (
        services().analysis.breakdown(owner, chosen, by, ("trades", "win_rate", money)) for by in ("month", "symbol")
    )
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
        months=(_labels(months), _money(months, money)),
        groups=("By symbol", _labels(symbols), _money(symbols, money)),
        tables=(_symbol_table(symbols, money),),
        footer="P&L is dated at each exit, partial exits included; statistics are about closed trades."
        + (f" Left out: {left_out}." if left_out else ""),
    )


def _label(slug: str) -> str:
    return services().portfolio.definitions()[slug].label


def _text(value: MetricValue | None, currency: str) -> str:
    return fmt.NOT_COMPUTABLE if value is None or value.value is None else fmt.metric(value.value, value.unit, currency)


def _labels(table: BucketTable) -> tuple[str, ...]:
    return tuple(row.label for row in table.rows)


def _money(table: BucketTable, slug: str) -> list[float]:
    return [row.figures[slug] or 0.0 for row in table.rows]


def _symbol_table(table: BucketTable, slug: str) -> Any:
    from components.figures.report import ReportTable

    def cells(row: Bucket, name: str) -> tuple[str, ...]:
        amount = fmt.pnl(row.figures[slug] or 0.0, table.unit)
        return name, fmt.count(row.trades), fmt.fraction(row.figures["win_rate"]), amount

    largest = sorted(table.rows, key=lambda row: -(row.figures[slug] or 0.0))[:TABLE_ROWS]
    rows = tuple(cells(row, row.label) for row in largest)
    return ReportTable(columns=("Symbol", "Trades", "Won", "P&L"), rows=rows, total=cells(table.total, "All"))
