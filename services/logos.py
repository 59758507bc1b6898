"""Company logos: fetched by the server, made anew as small pictures, kept; browsers ask nobody but us.

Those of the demo market are drawn here: nobody else's mark stands for an invented price.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from data.attachments.cleaning import clean_file
from data.market.emblems import SCHEME, draw_emblem
from data.quotes.logos import fetch_logo
from domain.errors import FillwiseError, InvalidInputError, NotFoundError
from domain.periods import Clock
from services.quotes import QuoteService

_LOG = logging.getLogger(__name__)
KEPT = timedelta(days=30)
MISSED = timedelta(days=1)
"""How long a picture that could not be had is not asked for again."""


class LogoService:
    """Finds the logo of a symbol.

    Args:
        quotes: Says where a provider has it.
        directory: Where pictures are kept.
        clock: Source of the current instant.
        fetch: Gets the bytes behind an address.
    """

    def __init__(
        self, quotes: QuoteService, directory: Path, clock: Clock, *, fetch: Callable[[str], bytes] = fetch_logo
    ) -> None:
        self._quotes = quotes
        self._directory = directory
        self._clock = clock
        self._fetch = fetch
        self._lock = threading.Lock()

    def logo(self, symbol: str) -> bytes:
        """Return the logo of a symbol as a small JPEG.

        Raises:
            NotFoundError: If it has none, or none that can be had now.
        """
        address = self._quotes.profile(symbol).logo
        if not address:
            raise NotFoundError("There is no logo of this symbol.")
        path = self._directory / f"{hashlib.sha256(address.encode()).hexdigest()}.jpg"
        with self._lock:  # one picture at a time: they are rare, and decoding is work
            if not self._is_kept(path):
                self._renew(address, path)
            picture = path.read_bytes()
        if not picture:
            raise NotFoundError("There is no logo of this symbol just now.")
        return picture

    def _is_kept(self, path: Path) -> bool:
        try:
            found = path.stat()
        except FileNotFoundError:
            return False
        age = self._clock().timestamp() - found.st_mtime
        return age < (KEPT if found.st_size else MISSED).total_seconds()

    def _picture(self, address: str) -> bytes:
        if address.startswith(SCHEME):
            return draw_emblem(address.removeprefix(SCHEME))
        picture = clean_file(self._fetch(address))
        if picture.kind == "pdf":
            raise InvalidInputError("A logo is a picture.")
        return picture.thumbnail

    def _renew(self, address: str, path: Path) -> None:
        """Write the picture, or an empty file that says there was none; an old picture is better than none."""
        try:
            found = self._picture(address)
        except FillwiseError as error:
            _LOG.info("No logo from %s: %s", address[:200], error.message)
            found = path.read_bytes() if path.exists() else b""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(found)
        now = self._clock().timestamp()
        os.utime(fresh, (now, now))
        fresh.replace(path)
