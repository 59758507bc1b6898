"""The large scripts that only some pages draw with: loaded when the first part of it is drawn (assets/js/lazy.js)."""

from __future__ import annotations

from pathlib import Path

import dash_ag_grid
from dash.fingerprint import build_fingerprint

CHARTS = "plotly.min.js"
"""Below assets/lazy/; Dash must not put it on every page."""
_GRID = "dash_ag_grid.min.js"


def defer_scripts(assets: Path) -> dict[str, str]:
    """Keep the scripts from every page; return their addresses by what they draw, which change with the files."""
    for script in dash_ag_grid._js_dist:  # noqa: SLF001 - how a package tells Dash its scripts
        if script["relative_package_path"] == _GRID:
            script["async"] = True  # so Dash leaves those out that load themselves
    charts = assets / "lazy" / CHARTS
    grid = Path(dash_ag_grid.__file__).parent / _GRID
    # The grid's script asks for its parts by the fingerprint of its own name.
    name = build_fingerprint(_GRID, dash_ag_grid.__version__, int(grid.stat().st_mtime))
    return {
        "charts": f"/assets/lazy/{CHARTS}?m={charts.stat().st_mtime}",
        "grid": f"/_dash-component-suites/dash_ag_grid/{name}",
    }
