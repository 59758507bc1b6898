"""Where the points of a figure lead."""

from __future__ import annotations

import numpy as np

from components.figures.drill import drill_days, drill_line, drill_points, drill_rows
from components.figures.equity import equity_figure
from components.figures.intervals import EdgeInterval, intervals_figure
from domain.columns import Series

DAY = 86_400_000.0


def curve(n: int) -> Series:
    """A line of n days that know themselves."""
    day = np.arange(n, dtype=np.float64)
    return Series(name="P&L", x=day * DAY, y=np.sin(day / 9), extra={"first_day": day, "last_day": day + 1})


def test_every_drawn_point_knows_its_days() -> None:
    """The days are thinned with the line: one pair for each point, and the colours of the trace stay noted."""
    for n in (5, 9_000):
        series = curve(n)
        figure = drill_days(equity_figure(series), series, "/trades?status=closed")
        (trace,) = figure.data
        drill = trace.meta["drill"]
        assert drill["to"] == "/trades?status=closed"
        assert len(drill["first"]) == len(drill["last"]) == len(trace.x)
        assert [day * DAY for day in drill["first"]] == trace.x.tolist()
        assert trace.meta["role"] == "accent"


def test_a_line_without_days_leads_nowhere() -> None:
    """Nothing is noted where the series does not know its days, or there is nothing to draw."""
    series = Series(name="P&L", x=np.array([0.0, DAY]), y=np.array([1.0, 2.0]))
    assert "drill" not in drill_days(equity_figure(series), series, "/trades").data[0].meta
    empty = curve(0)
    assert not drill_days(equity_figure(empty), empty, "/trades").data


def test_dots_of_several_traces_lead_to_their_rows() -> None:
    """The rows of an interval chart lie in traces by verdict; each dot leads to the address of its own row."""
    ends = {"won": (0.5, 1.5), "lost": (-2.0, -1.0), "open": (-1.0, 1.0)}
    rows = [
        EdgeInterval(label=name, n=20, mean=sum(span) / 2, low=span[0], high=span[1]) for name, span in ends.items()
    ]
    figure = drill_rows(intervals_figure(rows), [f"/trades?setups={row.label}" for row in rows])
    assert len(figure.data) > 1
    found = {int(y): href for trace in figure.data for y, href in zip(trace.y, trace.meta["drill"]["of"], strict=True)}
    assert found == {number: f"/trades?setups={row.label}" for number, row in enumerate(rows)}


def test_points_lead_to_given_addresses() -> None:
    """Addresses are kept in the trace that is named."""
    series = curve(3)
    figure = drill_points(equity_figure(series, benchmark=series), ["/a", "", "/c"], trace=1)
    assert figure.data[1].meta["drill"] == {"of": ["/a", "", "/c"]}
    assert "drill" not in figure.data[0].meta


def test_every_point_of_a_line_leads_to_the_same_address() -> None:
    """The address is kept once, however many points the line has."""
    figure = drill_line(equity_figure(curve(500)), "/trades?day=2026-11-20")
    assert figure.data[0].meta["drill"] == {"to": "/trades?day=2026-11-20"}
