"""Pictures of companies: fetched from where a provider says they are, by our server, with suspicion.

The address is somebody else's text. Only HTTPS on its usual port is asked, never a host whose name leads to this
machine or this network; the connection goes to the very address that was checked; there are no second addresses, and
what comes back is small and says that it is a picture.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from typing_extensions import override

from domain.errors import QuoteUnavailableError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

LARGEST_BYTES = 524_288
TIMEOUT_SECONDS = 5.0
TYPES = ("image/png", "image/jpeg")
_PORT = 443
Resolve = Callable[[str], list[str]]
Connect = Callable[[str, str], http.client.HTTPConnection]
"""Returns a connection to a host (first) at an address (second)."""


class _Pinned(http.client.HTTPSConnection):
    """A connection that goes to one address and is checked against the host's name."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, _PORT, timeout=TIMEOUT_SECONDS)
        self._address = address

    @override
    def connect(self) -> None:
        plain = socket.create_connection((self._address, _PORT), timeout=TIMEOUT_SECONDS)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def resolve_host(host: str) -> list[str]:
    """Return the addresses of a host; none when its name leads nowhere."""
    try:
        return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, _PORT, type=socket.SOCK_STREAM)})
    except OSError:
        return []


def fetch_logo(url: str, *, resolve: Resolve = resolve_host, connect: Connect = _Pinned) -> bytes:
    """Return the bytes of a picture, as they came: they still have to be looked through.

    Args:
        url: As a provider wrote it.
        resolve: Finds the addresses of a host; for tests.
        connect: Opens the connection; for tests.

    Raises:
        QuoteUnavailableError: If the address may not be asked, does not answer, or has no small PNG or JPEG.
    """
    parts = _check_address(url)
    host = parts.hostname or ""
    addresses = resolve(host)
    if not addresses or not all(_is_public(address) for address in addresses):
        raise QuoteUnavailableError(f"The picture's host {host[:80]!r} may not be asked.")
    connection = connect(host, addresses[0])
    try:
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        connection.request("GET", path, headers={"Accept": ", ".join(TYPES), "User-Agent": "Fillwise"})
        return _read(connection.getresponse())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise QuoteUnavailableError(f"The picture's host {host[:80]!r} does not answer.") from error
    finally:
        connection.close()


def _check_address(url: str) -> SplitResult:
    refusal = QuoteUnavailableError("The picture's address is not one of HTTPS.")
    if len(url) > 2_000 or not url.isascii() or not url.isprintable() or " " in url.strip():
        raise refusal
    try:
        parts = urlsplit(url.strip())
        is_plain = parts.scheme == "https" and parts.port in (None, _PORT)
    except ValueError as error:
        raise refusal from error
    if not is_plain or not parts.hostname or parts.username is not None:
        raise refusal
    return parts


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not (mapped or found).is_multicast


def _read(response: http.client.HTTPResponse) -> bytes:
    kind = response.headers.get_content_type()
    if response.status != http.client.OK or kind not in TYPES:
        raise QuoteUnavailableError(f"There is no picture: the host answered {response.status} with {kind[:40]}.")
    found = response.read(LARGEST_BYTES + 1)
    if len(found) > LARGEST_BYTES:
        raise QuoteUnavailableError("The picture is larger than half a megabyte.")
    return found
