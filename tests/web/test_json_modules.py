"""The JSON writer and modules that are imported while it writes."""

from __future__ import annotations

import importlib
import sys
import threading
import time
from pathlib import Path

import pytest

from web.json_modules import whole_module

SLOW_MODULE = "import gate_of_the_import\ngate_of_the_import.OPEN.wait(60)\nREADY = True\n"


def test_a_module_is_not_used_before_its_import_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that another thread is importing is waited for, so that its names are there."""
    (tmp_path / "gate_of_the_import.py").write_text("import threading\nOPEN = threading.Event()\n")
    (tmp_path / "slow_to_import.py").write_text(SLOW_MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    gate = importlib.import_module("gate_of_the_import")
    thread = threading.Thread(target=__import__, args=("slow_to_import",))
    thread.start()
    while "slow_to_import" not in sys.modules:
        time.sleep(0.005)
    assert not hasattr(sys.modules["slow_to_import"], "READY")
    opening = threading.Timer(0.2, gate.OPEN.set)
    opening.start()
    found = whole_module("slow_to_import", should_load=False)
    for each in (thread, opening):
        each.join()
    for name in ("slow_to_import", "gate_of_the_import"):
        sys.modules.pop(name)
    assert found is not None
    assert found.READY


def test_a_module_nobody_imported_is_not_loaded() -> None:
    """Looking for a module does not import it."""
    assert whole_module("antigravity", should_load=False) is None
    assert "antigravity" not in sys.modules
