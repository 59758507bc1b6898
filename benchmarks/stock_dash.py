"""What anybody begins with: Dash and one graph with candles, with nothing of ours around it.

    python -m benchmarks.stock_dash

A process of its own, because Dash puts the scripts of every component library that is imported on the page. It prints
its port and serves until stdin ends.
"""

from __future__ import annotations

import sys
import tempfile
import threading

import dash
import plotly.graph_objects as go
from dash import dcc, html
from waitress import create_server

from benchmarks.chart_bars import make_bars

BARS = 500


def make_stock(folder: str) -> dash.Dash:
    """Return the app; the folder has no assets."""
    bars = make_bars(BARS)
    columns = {name: getattr(bars, name) for name in ("open", "high", "low", "close")}
    stock = dash.Dash("stock", assets_folder=folder)
    figure = go.Figure(go.Candlestick(x=bars.start.astype("M8[us]"), **columns))
    stock.layout = html.Div([html.H1("Market"), dcc.Graph(id="graph", figure=figure)])
    return stock


def main() -> None:
    """Serve until stdin ends."""
    with tempfile.TemporaryDirectory() as folder:
        server = create_server(make_stock(folder).server, host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        print(server.effective_port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
