"""What there is to know about an installation: its version, where its data is, what it reads and asks."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.market import ProviderStatus
from services.container import Services

_PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """An installation, for the About page.

    Attributes:
        database: Kind of the database, never its address: that may hold a password.
        providers: Quote providers in the order they are asked.
    """

    version: str
    data_dir: str
    database: str
    formats: int
    signup: str
    has_demo: bool
    providers: tuple[ProviderStatus, ...]


@cache
def version() -> str:
    """Return the version of the program."""
    return str(tomllib.loads(_PROJECT.read_text("utf-8"))["project"]["version"])


def describe(services: Services) -> About:
    """Return what there is to know about an installation."""
    made = services.installation
    kind = made.database_url.split(":", 1)[0].split("+", 1)[0]
    return About(
        version=version(),
        data_dir=str(made.data_dir),
        database={"sqlite": "SQLite", "postgresql": "PostgreSQL", "postgres": "PostgreSQL"}.get(kind, kind),
        formats=len(services.imports.formats()),
        signup=made.signup,
        has_demo=made.demo,
        providers=tuple(services.quotes.provider_status()),
    )
