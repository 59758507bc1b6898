"""Settings: the only reader of the environment. None of them is required."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.errors import SettingsError

ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this installation runs.

    Attributes:
        data_dir: Where everything at run time lives (FILLWISE_DATA_DIR, default ./instance).
        database_url: FILLWISE_DATABASE_URL, default SQLite in the data directory.
        host, port: FILLWISE_HOST and FILLWISE_PORT, default 127.0.0.1:8000.
        signup: FILLWISE_SIGNUP: open, invite or closed.
        quotes: FILLWISE_QUOTES: provider order, comma separated; default "demo".
        finnhub_key, alphavantage_key, coindesk_key: FINNHUB_API_KEY, ALPHAVANTAGE_API_KEY, COINDESK_API_KEY.
        candle_dir: FILLWISE_CANDLE_DIR: your own candle files, for the quote provider "files".
        demo: FILLWISE_DEMO=1 or 0; by default the demo workspace exists on a loopback bind only.
        upload_limit_bytes: FILLWISE_UPLOAD_LIMIT_MB, default 200.
        secure_cookies: FILLWISE_SECURE_COOKIES=1 behind HTTPS; default off on loopback, else on.
        threads: FILLWISE_THREADS of the built-in server, default 16.
        trusted_proxies: FILLWISE_TRUSTED_PROXIES: how many reverse proxies stand in front, default 0.
        browser: BROWSER_PATH of a Chromium for PNG downloads; "" searches the usual names.
        checks_callbacks: FILLWISE_CHECK_CALLBACKS=1 lets browsers compare callbacks with layouts; for developers.
        report_targets: FILLWISE_REPORT_TARGETS, such as "nas=file:///srv/reports": where scheduled reports may go.
    """

    data_dir: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    signup: str = "open"
    quotes: tuple[str, ...] = ("demo",)
    finnhub_key: str = ""
    alphavantage_key: str = ""
    coindesk_key: str = ""
    candle_dir: Path | None = None
    demo: bool = True
    upload_limit_bytes: int = 200_000_000
    secure_cookies: bool = False
    threads: int = 16
    trusted_proxies: int = 0
    browser: str = ""
    checks_callbacks: bool = False
    report_targets: tuple[tuple[str, str], ...] = ()

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return _is_loopback(self.host)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        environ: Variables to read; the process's own by default.

    Raises:
        SettingsError: If a value is not valid; names the variable and what it may be.
    """
    env = os.environ if environ is None else environ  # noqa: TID251 - the one reader
    data_dir = Path(env.get("FILLWISE_DATA_DIR") or ROOT / "instance").expanduser().resolve()
    host = env.get("FILLWISE_HOST") or "127.0.0.1"
    loopback = _is_loopback(host)
    return Settings(
        data_dir=data_dir,
        database_url=env.get("FILLWISE_DATABASE_URL") or f"sqlite:///{data_dir / 'fillwise.db'}",
        host=host,
        port=_whole_number(env, "FILLWISE_PORT", 8000, 0, 65_535),
        signup=_choice(env, "FILLWISE_SIGNUP", ("open", "invite", "closed")),
        quotes=_provider_order(env),
        finnhub_key=env.get("FINNHUB_API_KEY", ""),
        alphavantage_key=env.get("ALPHAVANTAGE_API_KEY", ""),
        coindesk_key=env.get("COINDESK_API_KEY", ""),
        candle_dir=_folder(env, "FILLWISE_CANDLE_DIR"),
        demo=_switch(env, "FILLWISE_DEMO", default=loopback),
        upload_limit_bytes=_whole_number(env, "FILLWISE_UPLOAD_LIMIT_MB", 200, 1, 4_000) * 1_000_000,
        secure_cookies=_switch(env, "FILLWISE_SECURE_COOKIES", default=not loopback),
        threads=_whole_number(env, "FILLWISE_THREADS", 16, 1, 512),
        trusted_proxies=_whole_number(env, "FILLWISE_TRUSTED_PROXIES", 0, 0, 9),
        browser=env.get("BROWSER_PATH", ""),
        checks_callbacks=_switch(env, "FILLWISE_CHECK_CALLBACKS", default=False),
        report_targets=_report_targets(env),
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _folder(env: Mapping[str, str], name: str) -> Path | None:
    text = env.get(name, "").strip()
    return Path(text).expanduser().resolve() if text else None


def _whole_number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        message = f"{name}={text!r} is not a whole number from {low} to {high}."
        raise SettingsError(message, hint=f"Unset it to use {default}.")
    return int(text)


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    text = env.get(name, "").strip().lower() or choices[0]
    if text not in choices:
        message = f"{name}={text!r} is not one of {', '.join(choices)}."
        raise SettingsError(message)
    return text


def _switch(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name, "").strip().lower()
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off"):
        return False
    if text:
        message = f"{name}={text!r} is neither 1 nor 0."
        raise SettingsError(message)
    return default


def _report_targets(env: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    found = []
    for part in env.get("FILLWISE_REPORT_TARGETS", "").split(","):
        name, is_pair, url = part.strip().partition("=")
        if not part.strip():
            continue
        if not is_pair or not name.isidentifier() or not url.startswith("file:///"):
            message = f"FILLWISE_REPORT_TARGETS: {part.strip()[:80]!r} is not a name and an address."
            raise SettingsError(message, hint="Write it as nas=file:///srv/reports, several with commas.")
        found.append((name, url))
    return tuple(found)


def _provider_order(env: Mapping[str, str]) -> tuple[str, ...]:
    names = tuple(part.strip().lower() for part in env.get("FILLWISE_QUOTES", "").split(",") if part.strip())
    return names or ("demo",)
