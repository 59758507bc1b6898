"""The OpenAPI document and its page, both served by the app itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Response, current_app, jsonify, send_from_directory

from web.api.contract import Topic
from web.api.document import build_document
from web.api.late_rules import LateRules

FOLDER = Path(__file__).resolve().parent.parent / "static" / "docs"
DOCUMENT = "fillwise_openapi"


def install(rules: LateRules, topics: Sequence[Topic]) -> None:
    """Add `/openapi.json` and `/docs` to the rules of a server."""
    rules.add_url_rule("/openapi.json", "openapi", _document_view(topics))
    rules.add_url_rule("/docs", "docs", show_docs)
    rules.add_url_rule("/docs/<path:name>", "docs_file", send_docs_file)


def _document_view(topics: Sequence[Topic]) -> Callable[[], Any]:
    def show_document() -> Any:
        """Answer with the document, built once."""
        extensions = current_app.extensions
        if DOCUMENT not in extensions:
            extensions[DOCUMENT] = build_document(topics)
        return jsonify(extensions[DOCUMENT])

    return show_document


def show_docs() -> Response:
    """Show the page on which every address can be read about and tried."""
    return send_from_directory(FOLDER, "index.html")


def send_docs_file(name: str) -> Response:
    """Send a script or style of the page."""
    return send_from_directory(FOLDER, name, max_age=86_400)
