"""`doctor`: is this installation sound, and if not, what to do, one line each."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import FillwiseError

if TYPE_CHECKING:
    from config import Settings
    from services.container import Services

FULL = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check. `optional` ones do not make doctor fail."""

    topic: str
    ok: bool
    text: str
    optional: bool = False


def examine(settings: Settings, services: Services) -> list[Finding]:
    """Run every check; none raises."""
    checks: tuple[tuple[str, Callable[[], Finding]], ...] = (
        ("data folder", lambda: check_folder(settings)),
        ("database", lambda: check_database(settings, services)),
        ("durability", lambda: check_durability(services)),
        ("clock", check_clock),
        ("quotes", lambda: check_quotes(services)),
        ("PNG browser", lambda: check_browser(settings)),
    )
    return [_safely(topic, check) for topic, check in checks]


def _safely(topic: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except FillwiseError as error:
        return Finding(topic=topic, ok=False, text=f"{error.message} {error.hint}".strip())
    except Exception as error:  # noqa: BLE001 - doctor reports whatever is wrong
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        return Finding(topic=topic, ok=False, text=f"{reason[:160]}")


def check_folder(settings: Settings) -> Finding:
    """Is the data directory there, private and writable?"""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not os.access(settings.data_dir, os.W_OK):
        return Finding(topic="data folder", ok=False, text=f"{settings.data_dir} cannot be written: change its owner.")
    free = shutil.disk_usage(settings.data_dir).free
    enough = free > 500_000_000
    advice = "" if enough else "; free some space"
    return Finding(topic="data folder", ok=enough, text=f"{settings.data_dir}, {free / 1e9:.1f} GB free{advice}")


def check_database(settings: Settings, services: Services) -> Finding:
    """Does it answer, and is its schema current?"""
    from data.db.migrations import current_revision

    name = services.db.url.render_as_string(hide_password=True)
    found, newest = current_revision(services.db)
    if found == newest:
        return Finding(topic="database", ok=True, text=f"{name}, schema {found}")
    text = f"{name}, schema {found or 'none'} of {newest}: start Fillwise once to migrate."
    return Finding(topic="database", ok=found is None and settings.data_dir.exists(), text=text)


def check_durability(services: Services) -> Finding:
    """Does an acknowledged commit survive a power cut?"""
    from data.db.engine import durability

    facts = durability(services.db)
    if services.db.is_sqlite:
        ok = facts["synchronous"] == FULL and facts["journal_mode"] == "wal"
    else:
        ok = facts["fsync"] == "on" and facts["synchronous_commit"] != "off"
    advice = "" if ok else ": commits can be lost at a power cut; turn it on."
    return Finding(topic="durability", ok=ok, text=", ".join(f"{key} {value}" for key, value in facts.items()) + advice)


def check_clock() -> Finding:
    """Is the year plausible and the monotonic clock running?"""
    first = time.monotonic()
    ok = time.gmtime().tm_year >= 2026 and time.monotonic() >= first
    text = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    return Finding(topic="clock", ok=ok, text=text if ok else f"{text} looks wrong: set the machine's clock.")


def check_quotes(services: Services) -> Finding:
    """Which providers answer?"""
    services.quotes.quotes(["AAPL"])
    states = services.quotes.provider_status()
    text = ", ".join(f"{state.slug} {'ok' if state.is_ok else state.last_error or 'not asked yet'}" for state in states)
    return Finding(topic="quotes", ok=any(state.is_ok for state in states), text=text, optional=True)


def check_browser(settings: Settings) -> Finding:
    """Is there a Chromium for PNG downloads?"""
    from web.rendering import RenderingError, find_browser

    try:
        return Finding(topic="PNG browser", ok=True, text=find_browser(settings.browser))
    except RenderingError as error:
        text = f"{error.message} {error.hint} Only pictures of single charts need it; reports do not."
        return Finding(topic="PNG browser", ok=False, text=text, optional=True)
