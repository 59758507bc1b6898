"""Shared reports: one address open to everybody who has its secret, and nothing behind it but that report."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, request

from domain.errors import FillwiseError, NotFoundError
from web.context import services
from web.security.rate_limits import Limit, RateLimiter

BLUEPRINT = Blueprint("share", __name__)
EXTENSION = "fillwise_share_limiter"
LOOKS = Limit("shared reports", 40, 0.5)
LONGEST_TOKEN = 100
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>No report</title>'
    "<style>body{{font:15px/1.5 system-ui,sans-serif;color:#14171d;background:#fff;margin:18vh auto;max-width:30em;"
    "padding:0 20px}}h1{{font-size:20px;margin:0 0 6px}}</style></head>"
    "<body><h1>{title}</h1><p>{text}</p></body></html>"
)


def install(server: Flask) -> None:
    """Add the route to a server."""
    server.extensions[EXTENSION] = RateLimiter()
    server.register_blueprint(BLUEPRINT)


@BLUEPRINT.get("/share/<token>")
def open_share(token: str) -> Response:
    """Show a shared report; a wrong, expired or revoked link always gets the same answer."""
    from components.report_html import POLICY, report_html

    current_app.extensions[EXTENSION].take(LOOKS, request.remote_addr or "")
    status = 200
    try:
        # No token is longer: what is, is not worth hashing.
        page = report_html(services().reports.open_link(token[:LONGEST_TOKEN]), is_hosted=True)
    except NotFoundError:
        from services.reports import GONE, GONE_HINT

        page, status = _PAGE.format(title=GONE, text=GONE_HINT), 404
    except FillwiseError:
        # Why the report cannot be made is its owner's business.
        page, status = _PAGE.format(title="This report cannot be shown now.", text="Ask its owner."), 503
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return Response(page, status, mimetype="text/html", headers=headers)
