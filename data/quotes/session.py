"""How the network is spoken to: one budgeted call at a time, bounded in time and size, faults as quote errors.

`requests` alone bounds neither: a server that sends a byte a second holds a call for ever, and a few kilobytes of gzip
unpack to gigabytes. Vendors' own libraries that take a `requests` session get this one.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from typing_extensions import override

from data.quotes import ProviderOptions
from domain.errors import NotOfferedError, QuoteError, QuoteUnavailableError, RateLimitedError
from domain.periods import Clock

if TYPE_CHECKING:
    from requests import Response

_CHUNK = 65_536
_LONGEST_HEAD = 30.0
_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
REFUSING = (401, 402, 403, 451)
"""HTTP states that say: not with this key, plan or place."""


def make_session(options: ProviderOptions) -> Any:
    """Return a `requests` session whose calls take from the budget and end in time.

    Every call may raise `requests.RequestException` (a timeout and too long an answer among them) and
    `BudgetSpentError`.
    """
    return _session_class()(options)


@cache
def _session_class() -> Any:
    import requests  # noqa: PLC0415 - a third of a second

    class BoundedSession(requests.Session):
        """See `make_session`."""

        def __init__(self, options: ProviderOptions) -> None:
            super().__init__()
            self._options = options
            self.headers["User-Agent"] = _AGENT
            for scheme in ("https://", "http://"):
                self.mount(scheme, _watching_adapter()())

        @override
        def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> Response:
            options = self._options
            options.take()
            kwargs |= {"timeout": options.timeout_seconds, "stream": True}
            ends = time.monotonic() + options.timeout_seconds
            response = super().request(method, _own_address(str(url), options.base_url), *args, **kwargs)
            try:
                response._content = _read_all(response, ends, options.answer_limit_bytes)  # noqa: SLF001
                response._content_consumed = True  # noqa: SLF001
            finally:
                response.close()
            return response

    return BoundedSession


@cache
def _watching_adapter() -> Any:
    """Return a transport that gives up on a head that does not end: it comes byte by byte, each in good time."""
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 - loaded by the session
    from urllib3 import connection, connectionpool  # noqa: PLC0415 - same

    def watched(base: Any) -> Any:
        class Watched(base):  # type: ignore[misc]
            """A connection whose answer begins in time or not at all."""

            def getresponse(self) -> Any:
                watch = threading.Timer(float(self.timeout or _LONGEST_HEAD), _hang_up, (self.sock,))
                watch.daemon = True
                watch.start()
                try:
                    return super().getresponse()
                finally:
                    watch.cancel()

        return Watched

    class PlainPool(connectionpool.HTTPConnectionPool):
        ConnectionCls = watched(connection.HTTPConnection)

    class SafePool(connectionpool.HTTPSConnectionPool):
        ConnectionCls = watched(connection.HTTPSConnection)

    class WatchingAdapter(HTTPAdapter):
        @override
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SafePool}

    return WatchingAdapter


def _hang_up(sock: Any) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _read_all(response: Response, ends: float, limit: int) -> bytes:
    """Read a body as it arrives, however slowly, until it ends, the time is up or it is too long."""
    import requests  # noqa: PLC0415 - loaded by the session
    import urllib3  # noqa: PLC0415 - same

    parts: list[bytes] = []
    size = 0
    try:
        while part := response.raw.read1(_CHUNK, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise requests.exceptions.ContentDecodingError(f"the answer is longer than {limit} bytes")
            if time.monotonic() > ends:
                raise requests.exceptions.ReadTimeout("the answer did not end in time")
    except urllib3.exceptions.HTTPError as error:
        raise requests.exceptions.ConnectionError(str(error)) from error
    except OSError as error:
        if isinstance(error, requests.RequestException):
            raise
        raise requests.exceptions.ConnectionError(str(error)) from error
    missing = response.raw.length_remaining
    if missing:
        raise requests.exceptions.ConnectionError(f"the answer ended {missing} bytes early")
    return b"".join(parts)


def _own_address(url: str, base_url: str) -> str:
    if not base_url or url.startswith(base_url):
        return url
    parts = urlsplit(url)
    return f"{base_url.rstrip('/')}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def read_retry_after(headers: Mapping[str, str], clock: Clock) -> float | None:
    """Return the seconds that a Retry-After asks for, written as a number or as a date; None when it says neither."""
    text = (headers.get("Retry-After") or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment: datetime = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment - clock()).total_seconds()) if moment.tzinfo else None


def explain_status(title: str, response: Response, clock: Clock) -> QuoteError | None:
    """Return the error that an HTTP state means, None when it is an answer."""
    state = response.status_code
    if state in (418, 429):
        return RateLimitedError(
            f"{title} asks us to wait.", retry_after_seconds=read_retry_after(response.headers, clock)
        )
    if state in REFUSING:
        return NotOfferedError(
            f"{title} refuses the request (HTTP {state}).", hint="Check the API key; some of it needs a paid plan."
        )
    if state >= 400:
        return QuoteUnavailableError(f"{title} failed (HTTP {state}).")
    return None


class VendorSite:
    """The web site of a provider without a library of its own.

    Args:
        title: Name for people.
        address: Where it lives.
        options: Clock, budget, bounds.
    """

    def __init__(self, title: str, address: str, options: ProviderOptions) -> None:
        self._title = title
        self._address = address
        self._options = options

    def get(self, path: str, params: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> Response:
        """Return an answer, whatever its state but the refusing ones.

        Raises:
            QuoteUnavailableError, NotOfferedError, RateLimitedError: See `explain_status`.
        """
        import requests  # noqa: PLC0415 - a third of a second

        with make_session(self._options) as session:
            session.headers.update(headers or {})
            try:
                response: Response = session.get(self._address + path, params=dict(params))
            except requests.RequestException as error:
                message = f"{self._title} did not answer ({type(error).__name__})."
                raise QuoteUnavailableError(message) from error
        fault = explain_status(self._title, response, self._options.clock)
        if fault is not None and response.status_code != 404:
            raise fault
        return response

    def get_object(
        self, path: str, params: Mapping[str, Any], *, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Return the JSON object of an answer.

        Raises:
            QuoteUnavailableError: If it is anything else; and as `get`.
        """
        response = self.get(path, params, headers=headers)
        try:
            answer = response.json()
        except ValueError as error:
            message = f"{self._title} answered with something that is not JSON (HTTP {response.status_code})."
            raise QuoteUnavailableError(message) from error
        if not isinstance(answer, dict):
            raise QuoteUnavailableError(f"{self._title} answered with something unexpected.")
        return answer

    def read(self, reader: Callable[[], Any]) -> Any:
        """Turn any surprise in the shape of an answer into the error that says so."""
        return read_answer(self._title, reader)


def read_answer(title: str, reader: Callable[[], Any]) -> Any:
    """Return what a reader makes of an answer.

    Raises:
        QuoteUnavailableError: If the answer has another shape than the reader expects.
    """
    try:
        return reader()
    except QuoteError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError) as error:
        raise QuoteUnavailableError(f"{title} answered with something that cannot be read.") from error
