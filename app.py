"""Fillwise: the composition root. `python app.py` runs it; `create_app` builds one of it.

The only module that knows every layer. `server` exists for `gunicorn "app:create_server()"`.
"""

from __future__ import annotations

import sys
from typing import Any

import dash
from flask import Flask

import pages
from config import ROOT, Settings, load_settings
from domain.plugins import load_plugins
from services.container import Installation, Services
from web import (
    alert_desk,
    api,
    auth,
    files,
    journal_files,
    json_modules,
    live,
    reports,
    routing,
    security,
    share,
    shell,
    toasts,
)
from web.first_paint import FirstPaintDash
from web.memory import settle_memory
from web.page import Page
from web.template import INDEX

OPEN_FIRST = "/health"


def create_app(settings: Settings | None = None, *, services: Services | None = None) -> dash.Dash:
    """Build an app with its own server, database and services; several can live in one process.

    Args:
        settings: How it runs; read from the environment by default.
        services: Ready services, for tests that bring their own clock.

    Raises:
        SettingsError: If a setting is wrong.
    """
    settings = settings or load_settings()
    json_modules.install()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    services = services or build_services(settings)
    services.migrate()
    server = Flask("fillwise", static_folder=None, template_folder=str(ROOT / "web" / "templates"))
    security.install(server, settings)
    auth.install(server, services, settings)
    api.install(server)
    files.install(server, upload_limit_bytes=settings.upload_limit_bytes)
    reports.install(server, browser=settings.browser)
    for part in (journal_files, share, live):
        part.install(server)
    app = FirstPaintDash(
        "fillwise",
        server=server,
        use_pages=True,
        pages_folder="",
        assets_folder=str(ROOT / "assets"),
        # Modules and the kernel load when a chart is opened (assets/js/chart.js).
        assets_ignore=r".*\.(md|mjs|wasm)$",
        title="Fillwise",
        update_title=None,
        # Checked, every page carries the layouts of all others; `tests/test_callbacks.py` compares them once.
        suppress_callback_exceptions=not settings.checks_callbacks,
        serve_locally=True,
        add_log_handler=False,
        index_string=INDEX,
        on_error=toasts.show_error,
        use_async=False,
        enable_mcp=False,
    )
    mount(app, services)
    security.seal(app)
    # Dash fills its callback map on the first request and is not thread-safe while it does.
    with server.test_client() as client:
        client.get(OPEN_FIRST)
    routing.keep_page_on_query(app)
    return app


def mount(app: FirstPaintDash, services: Services) -> None:
    """Put the frame and every page on an app."""
    found = load_plugins(pages, "PAGE", Page)
    for page in found:
        page.mount(app)
    shell.SHELL.replay(app)
    alert_desk.DESK.replay(app)
    refresh = 2.0 if services.installation.quotes[0] == "demo" else 60.0
    app.layout = shell.layout(found, refresh_seconds=refresh)
    app.paint_first(found, shell.navigation(found))


def build_services(settings: Settings) -> Services:
    """Return the services of an installation."""
    return Services(
        Installation(
            data_dir=settings.data_dir,
            database_url=settings.database_url,
            signup=settings.signup,
            quotes=settings.quotes,
            finnhub_key=settings.finnhub_key,
            alphavantage_key=settings.alphavantage_key,
            coindesk_key=settings.coindesk_key,
            candle_dir=settings.candle_dir,
            demo=settings.demo,
            browser=settings.browser,
            report_targets=settings.report_targets,
            worker="web.job_process",
        )
    )


def create_server() -> Any:
    """Return the WSGI application, for `gunicorn "app:create_server()"`."""
    server = create_app().server
    settle_memory()
    # After the start, so that the first visitor does not wait for it.
    server.extensions["fillwise"].report_clock.start(delay_seconds=5)
    server.extensions["fillwise"].history_clock.start(delay_seconds=20)
    server.extensions["fillwise"].alert_watch.start(delay_seconds=5)
    return server


if __name__ == "__main__":
    from web.cli import main

    sys.exit(main(sys.argv[1:], create_app=create_app, build_services=build_services))
