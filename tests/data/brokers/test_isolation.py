"""The child process that parses spreadsheets, HTML, XML and OFX."""

from __future__ import annotations

import ast
import gc
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typing_extensions import override

from data.brokers import isolated, isolation, limits
from data.brokers.child_watcher import ChildWatcher
from data.brokers.source import SourceFile
from data.brokers.workbook import read_workbook
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from domain.watching import Watcher, watched_by
from tests.conftest import ROOT
from tests.data.brokers.workbooks import make_workbook

BOOK = make_workbook([["Time", "Price"], ["2026-03-02", 1.5]])
PREAMBLE = f"""
import sys
import time
sys.path.insert(0, {str(ROOT)!r})
from data.brokers.isolated import confine
"""
IN_PROCESS = {"python_calamine", "defusedxml", "xml", "html", "zipfile", "lxml"}
READERS = {"read_sheets", "read_html", "read_tree", "read_elements", "find_rows", "find_tree", "run_child"}


def pose(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    """Put a program of ours in the place of the child."""
    script = tmp_path / "child.py"
    script.write_text(PREAMBLE + program)
    monkeypatch.setattr(isolation, "CHILD", script)


def code_of(payload: bytes = BOOK) -> FileCode:
    """Return the code with which a workbook is refused."""
    with pytest.raises(ImportFileError) as caught:
        read_workbook(SourceFile("book.xlsx", payload))
    assert caught.value.hint
    return caught.value.code


def test_the_child_reads_what_it_is_given() -> None:
    """Sheets come back as texts with their line numbers."""
    (sheet,) = read_workbook(SourceFile("book.xlsx", BOOK))
    assert [(record.line, record.cells) for record in sheet.records] == [
        (1, ["Time", "Price"]),
        (2, ["2026-03-02", "1.5"]),
    ]


def test_a_file_is_read_once() -> None:
    """Every sniffer and the parser share one child; a refusal is remembered as well."""
    source = SourceFile("book.xlsx", BOOK)
    read_workbook(source)
    source.extracts["workbook"][0][0] = "seen before"
    assert read_workbook(source)[0].name == "seen before"
    broken = SourceFile("book.xlsx", BOOK[:-30])
    with pytest.raises(ImportFileError) as first:
        read_workbook(broken)
    with pytest.raises(ImportFileError) as second:
        read_workbook(broken)
    assert first.value is second.value


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os; os.abort()", FileCode.PARSER_CRASHED),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", FileCode.PARSER_CRASHED),
        ("raise SystemExit(1)", FileCode.PARSER_CRASHED),
        ("raise KeyError('a fault of the reader')", FileCode.PARSER_CRASHED),
        ("print('no answer')", FileCode.PARSER_CRASHED),
        ("print('[1, 2]')", FileCode.PARSER_CRASHED),
        ("print('{}')", FileCode.PARSER_CRASHED),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", FileCode.TOO_SLOW),
        ("confine(memory=1 << 30, cpu_seconds=1, answer=99)\nwhile True: pass", FileCode.TOO_SLOW),
    ],
)
def test_whatever_becomes_of_the_child_is_one_import_error(
    program: str, code: FileCode, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Abort, crash, fault, nonsense, endless loop: said in a sentence, and the next file reads."""
    with monkeypatch.context() as patch:
        pose(patch, tmp_path, program)
        assert code_of() == code
    assert read_workbook(SourceFile("book.xlsx", BOOK))


def test_who_watches_hears_how_far_the_child_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the child reports arrives while it works; nonsense in the same place is passed over."""
    heard: list[object] = []

    class Noting(Watcher):
        @override
        def begin(self, stage: str, *, total: int = 0, unit: str = "") -> None:
            heard.append((stage, total, unit))

        @override
        def reach(self, done: int) -> None:
            heard.append(done)
            (tmp_path / f"heard-{done}").touch()

    program = """
import os, time
from data.brokers.child_watcher import ChildWatcher
watcher = ChildWatcher(2)
for said in ("nonsense", '["open", "many", "rows", 1]', "[[], 1, 2, 3]"):
    os.pwrite(2, said.encode().ljust(256), 0)
    time.sleep(0.1)
def wait_until_heard(done):
    while not os.path.exists(f"{FOLDER}/heard-{done}"):
        time.sleep(0.01)
watcher.begin("open", total=9, unit="rows")
wait_until_heard(0)
watcher.reach(4)
wait_until_heard(4)
print('{"found": []}')
"""
    pose(monkeypatch, tmp_path, f"FOLDER = {str(tmp_path)!r}\n{program}")
    monkeypatch.setattr(isolation, "LOOK_SECONDS", 0.02)
    with watched_by(Noting()):
        assert read_workbook(SourceFile("book.xlsx", BOOK)) == []
    assert list(dict.fromkeys(heard)) == [("open", 9, "rows"), 0, 4]


def test_every_reader_of_the_child_says_how_far_it_is(tmp_path: Path) -> None:
    """Rows of a workbook, characters of HTML and OFX, elements of XML."""
    table = "<table>" + "<tr><td>1</td></tr>" * 5_000 + "</table>"
    texts = {
        "workbook": make_workbook([["Time"], *([str(number)] for number in range(5_000))]),
        "html": f"<html>{table}</html>".encode(),
        "xml": b"<a>" + b"<b/>" * 5_000 + b"</a>",
        "ofx": b"OFXHEADER:100\n\n<OFX>" + b"<A>1\n" * 5_000 + b"</OFX>",
    }
    for reader, payload in texts.items():
        path = tmp_path / reader
        with path.open("w+b") as file, watched_by(ChildWatcher(file.fileno())):
            isolated.find_reader(reader)(payload, reader)
            stage, total, _, done = json.loads(file.read())
        assert stage == "open", reader
        assert 0 < done <= total, reader


def test_a_child_that_waits_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Time that passes without computing counts as well."""
    pose(monkeypatch, tmp_path, "import time; time.sleep(600)")
    monkeypatch.setattr(limits, "CHILD_WALL_SECONDS", 0.5)
    assert code_of() == FileCode.TOO_SLOW


@pytest.mark.parametrize(
    ("limit", "reader", "code"),
    [
        ("CHILD_MEMORY = 200_000_000", "[bytearray(1_000_000) for _ in range(1_000)]", FileCode.TOO_MUCH_MEMORY),
        ("CHILD_ANSWER = 1_000", "'x' * 5_000", FileCode.TOO_LARGE),
    ],
)
def test_a_reader_at_its_limit_says_so(
    limit: str, reader: str, code: FileCode, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The real child with little memory, or little room for its answer, ends with a status of its own."""
    program = f"""
from data.brokers import isolated, limits
limits.{limit}
isolated.find_reader = lambda name: lambda payload, title: {reader}
sys.exit(isolated.main())
"""
    pose(monkeypatch, tmp_path, program)
    assert code_of() == code


def test_the_child_can_open_nothing() -> None:
    """After the confinement there are no files, no sockets, no pipes and no processes to be had."""
    program = f"""{PREAMBLE}
import os, socket, subprocess
confine(memory=1 << 30, cpu_seconds=9, answer=1000)
tries = (lambda: open("/etc/hostname"), socket.socket, os.pipe, lambda: open("/dev/shm/x", "w"),
         lambda: subprocess.run(["/bin/true"]), lambda: __import__("sqlite3"))
for attempt in tries:
    try:
        attempt()
    except (OSError, ImportError):
        print("refused")
"""
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["refused"] * 6


def test_many_files_at_once_leave_nothing_behind() -> None:
    """More threads than places: each gets its own answer, and no descriptor stays open."""
    books = [make_workbook([[f"cell {number}"]]) for number in range(10)]
    read_workbook(SourceFile("first.xlsx", BOOK))
    gc.collect()
    before = set(Path("/proc/self/fd").iterdir())
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda book: read_workbook(SourceFile("b.xlsx", book))[0].records[0].cells, books))
    assert found == [[f"cell {number}"] for number in range(10)]
    end = time.monotonic() + 60  # what other tests left may open something for a moment
    while set(Path("/proc/self/fd").iterdir()) - before and time.monotonic() < end:
        time.sleep(0.05)
    assert set(Path("/proc/self/fd").iterdir()) - before == set()


def test_a_file_that_waits_too_long_for_its_turn_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every place taken the request ends with a hint instead of hanging."""
    monkeypatch.setattr(limits, "CHILD_WAIT_SECONDS", 0.05)
    for _ in range(limits.CHILDREN):
        assert isolation._SLOTS.acquire(timeout=5)
    try:
        assert code_of() == FileCode.BUSY
    finally:
        isolation._SLOTS.release(limits.CHILDREN)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "data" / "brokers" / "formats").glob("*.py")), ids=lambda path: path.stem
)
def test_no_format_parses_such_files_in_this_process(path: Path) -> None:
    """Formats use the readers that go through the child, never a parser or a reader's inner half."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert not {item.name.split(".")[0] for item in node.names} & IN_PROCESS
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in IN_PROCESS
            assert not {item.name for item in node.names} & READERS
