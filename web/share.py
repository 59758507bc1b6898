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
    "<style>body{{font:13px/1.5 Inter,system-ui,sans-serif;color:#4f5866;background:#f4f5f7;margin:34vh auto 0;"
    "max-width:348px;padding:0 20px}}h1{{font-size:24px;line-height:1.3;letter-spacing:-.02em;font-weight:600;"
    "color:#14171d;margin:10px 0 4px}}p{{margin:0}}b{{color:#4b45d6;font-weight:600}}@media (prefers-color-scheme:dark)"
    "{{body{{color:#a3abb8;background:#0b0d11}}h1{{color:#e9ecf1}}b{{color:#8e8bff}}}}</style></head>"
    "<body><b>Fillwise</b><h1>{title}</h1><p>{text}</p></body></html>"
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
