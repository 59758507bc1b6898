"""Modules that wait for their first use."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

import components
from domain.lazy_modules import LazyModule, lazy_submodule, load_submodules

ROOT = Path(__file__).resolve().parents[2]
SLOW = "import time\ntime.sleep(0.2)\nREADY = 1\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A package `drawers` with a slow module `slow`."""
    folder = tmp_path / "drawers"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "slow.py").write_text(SLOW)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("drawers", "drawers.slow"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    found = __import__("drawers")
    assert isinstance(found, ModuleType)
    return found


def test_nothing_is_imported_before_the_first_use(package: ModuleType) -> None:
    """The stand-in is there at once, the module with the first name asked of it."""
    slow = lazy_submodule(package.__name__, "slow")
    assert "drawers.slow" not in sys.modules
    assert slow.READY == 1
    assert "drawers.slow" in sys.modules


@pytest.mark.usefixtures("package")
def test_threads_that_ask_at_once_all_see_a_whole_module() -> None:
    """While one thread runs the module, the others wait for its end."""
    found: list[int] = []
    slow = LazyModule("drawers.slow")
    threads = [threading.Thread(target=lambda: found.append(slow.READY)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 6


@pytest.mark.usefixtures("package")
def test_a_module_that_is_not_there_is_missed_at_once() -> None:
    """A typing error in a name is not found first by a user."""
    with pytest.raises(AttributeError, match="'quick'"):
        lazy_submodule("drawers", "quick")
    with pytest.raises(AttributeError, match="READY"):
        _ = LazyModule("drawers").READY


def test_a_package_can_be_loaded_whole(package: ModuleType) -> None:
    """The warm-up after the start leaves nothing to load."""
    load_submodules(package)
    assert package.slow.READY == 1


def test_every_component_can_be_loaded() -> None:
    """No module of the components fails at its import, which a lazy import would hide."""
    load_submodules(components)
    assert isinstance(sys.modules["components.cards"], ModuleType)


def test_pages_name_their_parts_without_loading_them() -> None:
    """Importing a page of an app loads none of what only its callbacks draw with."""
    asked = "import pages.portfolio, sys; print(sorted(n for n in sys.modules if n == 'components.holdings'))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
