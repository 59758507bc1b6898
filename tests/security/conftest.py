"""Fixtures of the guard's tests: the small app, and the whole app with two users."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.security.house import House, build_house
from tests.web.auth.conftest import small

__all__ = ["house", "small"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The whole app; its tests leave maya's book as it is."""
    built = build_house(tmp_path_factory.mktemp("house"))
    yield built
    built.services.db.close()
