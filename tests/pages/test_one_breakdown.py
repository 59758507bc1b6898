"""A breakdown is the same on its page, over the interface, as a file and in a report, partial exits included."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from components import format as fmt
from components.why import value_text
from domain.performance import Unit
from domain.reports import ReportDefinition
from pages import analytics_breakdowns
from services.imports import ImportRequest
from tests.pages import callbacks
from tests.pages.trading import Desk, open_desk
from tests.services.samples import trades_csv
from web.shell import Shell

# DUNE is bought once and sold in three parts over two months, and still held; FERN is closed in two parts in two
# months; GLEN is only partly closed, in a month of its own.
PARTS = (
    "d1,2026-09-03 14:00:00,DUNE,Buy,100,20.00,1.00,USD",
    "d2,2026-09-08 15:00:00,DUNE,Sell,40,21.37,0.40,USD",
    "d3,2026-10-05 15:00:00,DUNE,Sell,10,19.10,0.10,USD",
    "d4,2026-10-06 15:00:00,DUNE,Sell,20,22.00,0.20,USD",
    "f1,2026-09-10 14:00:00,FERN,Sell,30,50.00,0.30,USD",
    "f2,2026-09-11 14:30:00,FERN,Buy,10,48.25,0.10,USD",
    "f3,2026-10-02 19:30:00,FERN,Buy,20,51.50,0.20,USD",
    "g1,2026-07-06 14:00:00,GLEN,Buy,9,10.00,0.09,USD",
    "g2,2026-08-06 14:00:00,GLEN,Sell,3,11.00,0.03,USD",
)
FIGURES = ("net_pnl", "trades", "win_rate", "profit_factor", "expectancy", "expectancy_r", "gross_pnl", "fees")
Groups = dict[str, tuple[int, dict[str, float | None]]]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with partly closed trades."""
    made = open_desk(tmp_path_factory.mktemp("breakdown"))
    request = ImportRequest(filename="parts.csv", payload=trades_csv(PARTS), account="Main", format="generic-csv")
    made.services.imports.commit(made.owner, request)
    yield made
    made.services.db.close()


def ask(desk: Desk, path: str, **query: str) -> Any:
    """An answer of the interface."""
    answer = desk.client.get(f"{path}?{urlencode(query)}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def of_breakdowns(desk: Desk, by: str) -> Groups:
    """Label, trades and figures by `/api/v1/breakdowns`."""
    buckets = ask(desk, "/api/v1/breakdowns", by=by, metric=",".join(FIGURES))["buckets"]
    return {row["label"]: (row["trades"], {slug: row["metrics"][slug]["value"] for slug in FIGURES}) for row in buckets}


def of_metrics(desk: Desk, by: str) -> Groups:
    """The same by `/api/v1/metrics?by=`."""
    buckets = ask(desk, "/api/v1/metrics", by=by)["buckets"]
    return {row["label"]: (row["trades"], {slug: row["metrics"][slug]["value"] for slug in FIGURES}) for row in buckets}


def of_file(desk: Desk, by: str) -> Groups:
    """The same by the CSV of the page."""
    answer = desk.client.get("/export/breakdown.csv?" + urlencode({"by": by, "metric": ",".join(FIGURES)}))
    rows = csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")))
    return {
        row[by]: (int(row["trades"]), {slug: float(row[slug]) if row[slug] else None for slug in FIGURES})
        for row in rows
    }


def of_report(desk: Desk, by: str) -> Groups:
    """The same by a report; it prints some of the figures."""
    document = desk.services.reports.document(desk.owner, ReportDefinition(name="Parts", sections=(by,)))
    table = document.sections[0].table
    assert table is not None
    slugs = ("win_rate", "gross_pnl", "fees", "net_pnl", "expectancy_r")
    return {str(row[0]): (int(row[1]), dict(zip(slugs, row[2:], strict=True))) for row in table.rows}  # type: ignore[arg-type]


def texts(part: Any) -> str:
    """The words of a component."""
    if isinstance(part, dict):
        return texts(part.get("props", {}).get("children"))
    return "".join(map(texts, part)) if isinstance(part, list) else "" if part is None else str(part)


def rows_of(part: Any) -> Iterator[list[str]]:
    """The cells of each row of the tables in a component."""
    if isinstance(part, list):
        for item in part:
            yield from rows_of(item)
    elif isinstance(part, dict):
        children = part.get("props", {}).get("children")
        if part.get("type") == "Tr":
            yield [texts(cell) for cell in children]
        else:
            yield from rows_of(children)


def of_page(desk: Desk, by: str) -> dict[str, tuple[str, str, str]]:
    """Trades, net P&L and win rate of each group as the page writes them."""
    values = {f"{Shell.FILTER}.data": "", f"{Shell.URL}.search": f"?by={by}"}
    answer = callbacks.call(desk.app, desk.client, f"{analytics_breakdowns.Ids.TABLE}.children", values)
    rows = list(rows_of(answer[analytics_breakdowns.Ids.TABLE]["children"]))
    return {row[0]: (row[1], row[2], row[3]) for row in rows[1:-1]}


def same(first: float | None, second: float | None) -> bool:
    """Whether two figures are equal, or both undefined."""
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-8)


@pytest.mark.parametrize("by", ["symbol", "month", "weekday", "hour", "duration", "setup"])
def test_every_surface_has_the_same_groups(desk: Desk, by: str) -> None:
    """Groups, their trades and their figures are equal wherever they are read, with trades closed in parts."""
    truth = of_breakdowns(desk, by)
    assert len(truth) >= (1 if by == "setup" else 2)
    for found in (of_metrics(desk, by), of_file(desk, by), of_report(desk, by)):
        assert set(found) == set(truth)
        for label, (trades, figures) in found.items():
            assert trades == truth[label][0], label
            assert all(same(value, truth[label][1][slug]) for slug, value in figures.items()), (label, figures)
    written = {
        label: (
            str(trades),
            value_text(figures["net_pnl"], Unit.MONEY, "USD", "net_pnl"),
            fmt.NOT_COMPUTABLE
            if figures["win_rate"] is None
            else value_text(figures["win_rate"], Unit.FRACTION, "USD", "win_rate"),
        )
        for label, (trades, figures) in truth.items()
    }
    assert of_page(desk, by) == written


def test_parts_count_in_their_own_month(desk: Desk) -> None:
    """A month with nothing but a partial exit of a trade still open is a group with money and without trades."""
    months = of_breakdowns(desk, "month")
    trades, figures = months["Aug 2026"]
    assert trades == 0
    assert figures["net_pnl"] == pytest.approx(3 - 0.03 - 0.09 / 3)
    whole, of_dune, of_fern = 98 - 52 - 4.5, 40 * 1.37 - 0.4 - 0.4, 10 * 1.75 - 0.1 - 0.1
    assert months["Sep 2026"][1]["net_pnl"] == pytest.approx(whole + of_dune + of_fern)
