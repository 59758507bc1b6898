"""The same file sent by many clients at once is imported once, and nobody is told of a locked database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.clients import ROWS
from tests.faults.test_kill import run_program

ROUNDS = 100


@pytest.mark.slow
@pytest.mark.parametrize("clients", [2, 5, 20])
def test_one_of_many_imports(database_url: str, tmp_path: Path, clients: int) -> None:
    """In every round one client adds every fill, the others none, and none gets an error."""
    rounds = run_program("clients", database_url, str(tmp_path), str(clients), str(ROUNDS))
    assert len(rounds) == ROUNDS
    for found in rounds:
        assert found["errors"] == [], found
        assert found["added"] == [ROWS] + [0] * (clients - 1), found
        assert (found["stored"], found["filled_imports"]) == (ROWS, 1), found
