"""The JSON writer and modules that are imported while it writes."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest

from web.json_modules import whole_module

SLOW_MODULE = "import time\ntime.sleep(0.3)\nREADY = True\n"


def test_a_module_is_not_used_before_its_import_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that another thread is importing is waited for, so that its names are there."""
    (tmp_path / "slow_to_import.py").write_text(SLOW_MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    thread = threading.Thread(target=__import__, args=("slow_to_import",))
    thread.start()
    while "slow_to_import" not in sys.modules:
        time.sleep(0.005)
    assert not hasattr(sys.modules["slow_to_import"], "READY")
    found = whole_module("slow_to_import", should_load=False)
    thread.join()
    sys.modules.pop("slow_to_import")
    assert found is not None
    assert found.READY


def test_a_module_nobody_imported_is_not_loaded() -> None:
    """Looking for a module does not import it."""
    assert whole_module("antigravity", should_load=False) is None
    assert "antigravity" not in sys.modules
