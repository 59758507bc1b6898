"""Fixtures every test may use."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from services.container import Installation, Services
from tests import servers
from tests.servers import POSTGRES

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT.parent / "shared" / "samples"
NOW = datetime(2026, 11, 20, 16, 42, 7, tzinfo=UTC)

QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
# The same examples in each run: a change is judged by what it changes. `make explore` looks for new ones.
settings.register_profile("default", QUIET, max_examples=60, derandomize=True)
settings.register_profile("explore", QUIET, max_examples=300, print_blob=True)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch that puts every app of the tests on PostgreSQL."""
    parser.addoption("--postgres", action="store_true", help="every app of the tests keeps its data in PostgreSQL")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Mark what uses a browser, leave out with --postgres what does not touch the database, put the slow first."""
    for item in items:
        shared = _shared_fixtures(item)
        if "browser" in shared:
            item.add_marker("browser")
        if shared:
            item.add_marker(pytest.mark.xdist_group("browser" if "browser" in shared else item.path.stem))
    if config.getoption("--postgres"):
        alike = ("sqlite", "reads")
        items[:] = [
            item
            for item in items
            if _database(item) != "sqlite" and not any(item.get_closest_marker(name) for name in alike)
        ]
    yield
    # After the shuffle. What is slow and last would leave the other cores idle.
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def _shared_fixtures(item: pytest.Item) -> set[str]:
    """Return what a test shares with others: the browser, what its file makes once. They go to one process."""
    found: dict[str, Any] = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return {name for name, made in found.items() if name == "browser" or made[-1].scope == "module"}


def _database(item: pytest.Item) -> str:
    """Return which of the two databases a test asks for, "" when it takes what the run gives."""
    call = getattr(item, "callspec", None)
    return "" if call is None else str(call.params.get("database_url", ""))


@pytest.fixture(scope="session", autouse=True)
def _apps_on_postgres(request: pytest.FixtureRequest) -> Iterator[None]:
    """With --postgres, give every app of this run a database on a server of our own."""
    if not request.config.getoption("--postgres"):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(POSTGRES, request.getfixturevalue("postgres_server"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """Let the passwords of all users cost little: a hash as strong as the product's takes a fifth of a second.

    How strong that is, `tests/services/test_passwords.py` says; servers in processes of their own keep it.
    """
    from tests.services.sign_in import quick_vault  # noqa: PLC0415 - loads what reads tables

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.users.PasswordVault", quick_vault)
        yield


@pytest.fixture(autouse=True)
def _offline(request: pytest.FixtureRequest) -> None:
    """Let tests reach this machine and nothing else."""
    import pytest_socket  # noqa: PLC0415 - only where the plugin is

    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The shared samples; a test that needs them says so when it is skipped without them."""
    if not SAMPLES.is_dir():
        pytest.skip("the shared samples are not beside this checkout")
    return SAMPLES


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real PostgreSQL server of our own, for the whole run.

    Not below pytest's folder: each start of pytest closes that to other users, and the server runs as one.
    """
    place = servers.server_folder()
    with (
        tempfile.TemporaryDirectory(prefix="fillwise-postgres-", dir=place) as folder,
        servers.postgres(Path(folder)) as url,
    ):
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium, headless: one per run, because its driver can be started only once in a thread."""
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - only where a browser is used

    if not servers.CHROMIUM.exists():
        pytest.skip(f"there is no browser at {servers.CHROMIUM}")
    expect.set_options(timeout=60_000)  # a busy machine may be slow
    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=str(servers.CHROMIUM), args=servers.CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with the schema and no rows: every test that takes it runs on SQLite and on PostgreSQL.

    With the mark `empty` it has no schema either.
    """
    is_empty = request.node.get_closest_marker("empty") is not None
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'fillwise.db'}" if is_empty else servers.new_sqlite_database(tmp_path)
    return servers.new_postgres_database(request.getfixturevalue("postgres_server"), is_empty=is_empty)


@pytest.fixture
def services(database_url: str, tmp_path: Path) -> Iterator[Services]:
    """Services on an empty, migrated database, with a fixed clock."""
    made = Services(Installation(data_dir=tmp_path, database_url=database_url), clock=lambda: NOW)
    made.migrate()
    yield made
    made.stop_jobs()
    made.db.close()
