"""The rules that keep the house in order, as tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("domain", "analytics", "data", "services", "components", "web", "pages")
SOURCES = sorted(
    [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")] + [ROOT / "app.py", ROOT / "config.py"]
)
FILE_LIMIT = 400
FUNCTION_LIMIT = 40
CALLBACK_STATEMENTS = 15
PAGES = sorted((ROOT / "pages").glob("[a-z]*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Yield every function of a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def size(function: ast.FunctionDef) -> int:
    """Return a function's lines without its docstring."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    docstring = ast.get_docstring(function, clean=False)
    return lines - (docstring.count("\n") + 1 if docstring else 0)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    """No file passes 400 lines, no function 40 without its docstring."""
    assert path.read_text().count("\n") <= FILE_LIMIT
    assert {item.name: size(item) for item in functions(path) if size(item) > FUNCTION_LIMIT} == {}


def is_callback(function: ast.FunctionDef) -> bool:
    """Return whether a function is recorded as a callback."""
    names = [
        node.func.attr
        for node in function.decorator_list
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    return "callback" in names


@pytest.mark.parametrize("path", [*PAGES, ROOT / "web" / "shell.py"], ids=lambda path: path.name)
def test_callbacks_are_short_and_at_module_level(path: Path) -> None:
    """A callback reads inputs, asks a service and calls a builder; it can be imported and called."""
    tree = ast.parse(path.read_text())
    top = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for function in functions(path):
        if is_callback(function):
            statements = sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 2
            assert statements <= CALLBACK_STATEMENTS, f"{function.name}: {statements} statements"
            assert function.name in top


@pytest.mark.parametrize("path", [*PAGES, ROOT / "web" / "shell.py"], ids=lambda path: path.name)
def test_dependencies_name_ids_by_enum(path: Path) -> None:
    """No literal id stands in an Input, Output or State: a typo is found by the type checker."""
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("Input", "Output", "State")
        ):
            assert not isinstance(node.args[0], ast.Constant), ast.unparse(node)


def test_only_the_settings_read_the_environment() -> None:
    """os.environ appears in config.py alone."""
    readers = [path for path in SOURCES if re.search(r"os\.(environ|getenv)", path.read_text())]
    assert readers == [ROOT / "config.py"]


def test_nothing_is_pickled() -> None:
    """No module imports pickle or reads pickled frames."""
    pattern = re.compile(r"^\s*(import|from) (pickle|dill|joblib|shelve)\b|read_pickle|allow_pickle=True", re.MULTILINE)
    assert [str(path) for path in SOURCES if pattern.search(path.read_text())] == []


def test_figures_never_turn_to_webgl() -> None:
    """The policy forbids eval, which WebGL traces need: no scattergl, no plotly.express."""
    figures = (ROOT / "components" / "figures").rglob("*.py")
    assert [str(path) for path in figures if re.search(r"go\.Scattergl|plotly\.express", path.read_text())] == []


def test_nothing_comes_from_elsewhere() -> None:
    """No asset, template or script names a host to load from."""
    files = [
        path for path in (ROOT / "assets").rglob("*") if path.suffix in (".css", ".js") and "plotly" not in path.name
    ]
    files += list((ROOT / "web" / "templates").glob("*.html"))
    loads = re.compile(
        r"(src|href)=[\"']https?://|url\([\"']?https?://|@import\s+[\"']?https?://|fetch\([\"']https?://"
    )
    assert [str(path) for path in files if loads.search(path.read_text(errors="replace"))] == []
