"""Errors of callbacks as toasts: what an explained error says, and a request id for any other."""

from __future__ import annotations

import logging

import dash

from components import feedback
from domain.errors import FillwiseError
from web.errors import request_id
from web.shell import Shell

_LOG = logging.getLogger("fillwise")


def show_error(error: Exception) -> None:
    """Tell the user that a callback failed; the page keeps what it shows."""
    if isinstance(error, FillwiseError):
        toast = feedback.toast("error", error.message, error.hint)
    else:
        number = request_id()
        _LOG.error("callback failed, request %s", number, exc_info=error)
        toast = feedback.toast("error", "Something went wrong", f"Nothing was half saved. Request {number}.")
    dash.set_props(Shell.TOASTS, {"children": [toast]})
