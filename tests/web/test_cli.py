"""The command line, as a person runs it."""

from __future__ import annotations

import os
import pty
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests import servers
from tests.conftest import ROOT
from tests.services.samples import OPEN_SHORT, ROUND_TRIP, trades_csv

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


def run(tmp_path: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run `python app.py ...` on an installation of its own."""
    environment = {"PATH": os.defpath, "FILLWISE_DATA_DIR": str(tmp_path / "data"), **extra}
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        input="four unrelated words\n",
        check=False,
        timeout=300,
    )


def test_help_lists_the_commands(tmp_path: Path) -> None:
    """--help names every command."""
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    for command in ("run", "import", "sample", "demo", "candles", "doctor", "users"):
        assert f"    {command} " in done.stdout


def test_a_file_is_imported_from_the_command_line(tmp_path: Path) -> None:
    """Add a user, look at a file, import it, import it again."""
    file = tmp_path / "fills.csv"
    file.write_bytes(trades_csv([*ROUND_TRIP, "t9,2026-03-02 10:00:00,ACME,Buy,x,10,0,USD"]))
    assert "maya" in run(tmp_path, "users", "add", "maya").stdout
    dry = run(tmp_path, "import", str(file), "--account", "Main", "--dry-run")
    assert "3 new + 0 duplicates + 0 other + 1 problem = 4 rows" in dry.stdout, dry.stderr
    assert dry.stdout.startswith("fills.csv would go into Main as generic-csv: ")
    first = run(tmp_path, "import", str(file), "--account", "Main", "--timezone", "America/New_York")
    assert first.stdout.startswith("fills.csv into Main as generic-csv: 3 new")
    assert "line 5, Quantity 'x':" in first.stdout
    again = run(tmp_path, "import", str(file), "--account", "Main")
    assert "0 new + 3 duplicates + 0 other + 1 problem" in again.stdout
    assert again.stderr == ""


def test_a_fill_of_the_future_is_said_on_the_command_line(tmp_path: Path) -> None:
    """A year mistyped is imported and named, by the dry run and by the import."""
    file = tmp_path / "fills.csv"
    file.write_bytes(trades_csv([*ROUND_TRIP, "t9,2099-03-02 10:00:00,ACME,Buy,1,10,0,USD"]))
    run(tmp_path, "users", "add", "maya")
    for arguments in (("--dry-run",), ()):
        done = run(tmp_path, "import", str(file), "--account", "Main", *arguments)
        assert "note: 1 fill is dated in the future, first ACME on 2099-03-02" in done.stdout, done.stderr
        assert "4 new + 0 duplicates" in done.stdout


def test_a_sample_of_a_file_is_printed_without_its_numbers(tmp_path: Path) -> None:
    """The header stays, every row is hidden, and no installation is made for it."""
    file = tmp_path / "fills.csv"
    file.write_bytes(trades_csv([*ROUND_TRIP]))
    done = run(tmp_path, "sample", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    header, *rows = done.stdout.splitlines()
    assert header == file.read_text().splitlines()[0]
    assert len(rows) == len(ROUND_TRIP)
    assert "ACME" not in done.stdout
    assert not (tmp_path / "data").exists()
    missing = run(tmp_path, "sample", str(tmp_path / "none.csv"))
    assert missing.returncode == 1
    assert "Cannot read" in missing.stderr


def test_several_files_are_imported_one_after_the_other(tmp_path: Path) -> None:
    """A file that fails says why on a line of its own, the others are imported, a total follows, the exit code is 1."""
    good, more = tmp_path / "one.csv", tmp_path / "two.csv"
    good.write_bytes(trades_csv(ROUND_TRIP))
    more.write_bytes(trades_csv((*ROUND_TRIP[1:], *OPEN_SHORT)))
    (tmp_path / "notes.csv").write_bytes(b"When,What,Whatever\n2026-03-02,ACME,1\n")
    run(tmp_path, "users", "add", "maya")
    names = ("one.csv", "missing.csv", "notes.csv", "two.csv")
    done = run(tmp_path, "import", *(str(tmp_path / name) for name in names), "--account", "Main")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "one.csv into Main as generic-csv: 3 new + 0 duplicates + 0 other + 0 problems = 3 rows",
        "two.csv into Main as generic-csv: 1 new + 2 duplicates + 0 other + 0 problems = 3 rows",
        "2 of 4 files imported: 4 new + 2 duplicates + 0 other + 0 problems = 6 rows",
    ]
    problems = done.stderr.splitlines()
    assert len(problems) == 2
    assert problems[0].startswith("missing.csv: not imported. Cannot read ")
    assert "No such file" in problems[0]
    assert problems[1].startswith("notes.csv: not imported. No known broker writes files like 'notes.csv'.")
    fine = run(tmp_path, "import", str(good), str(more), "--account", "Main", "--dry-run")
    assert fine.returncode == 0, fine.stderr
    assert fine.stdout.splitlines()[-1].startswith("2 of 2 files read: 0 new + 6 duplicates")


def test_a_terminal_sees_how_far_a_large_file_is(tmp_path: Path) -> None:
    """On a terminal one line is redrawn while a file is read and stored, and is gone when the outcome is printed."""
    file = tmp_path / "many.csv"
    rows = (
        f"k{n},2026-03-02 10:{n // 60 % 60:02d}:{n % 60:02d},ACME,{'Buy' if n % 2 else 'Sell'},1,10.00,0,USD"
        for n in range(60_000)
    )
    file.write_bytes(trades_csv(rows))
    run(tmp_path, "users", "add", "maya")
    main, side = pty.openpty()
    environment = {"PATH": os.defpath, "FILLWISE_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "app.py", "import", str(file), "--account", "Main"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=side, text=True, check=True
    )
    os.close(side)
    shown = os.read(main, 1_000_000).decode()
    os.close(main)
    assert "many.csv: reading" in shown
    assert "many.csv: storing" in shown
    assert shown.rstrip(" ").endswith("\r")
    assert done.stdout.startswith("many.csv into Main as generic-csv: 60,000 new")


def test_mistakes_get_one_clear_line(tmp_path: Path) -> None:
    """No trace, the cause, what to do, and a failing exit code."""
    cases = {
        ("import", "missing.csv", "--user", "nobody"): "There is no user 'nobody'.",
        ("users", "add", "x"): "The user name is not valid.",
    }
    for arguments, sentence in cases.items():
        done = run(tmp_path, *arguments)
        assert done.returncode == 1
        assert sentence in done.stderr
        assert "Traceback" not in done.stderr
    wrong = run(tmp_path, "doctor", FILLWISE_PORT="80o0")
    assert wrong.returncode == 1
    assert "FILLWISE_PORT='80o0' is not a whole number" in wrong.stderr


def test_doctor_reports_each_topic(tmp_path: Path) -> None:
    """A sound installation passes; an unreachable database is named and fails."""
    run(tmp_path, "users")
    good = run(tmp_path, "doctor")
    assert good.returncode == 0, good.stdout
    for topic in ("data folder", "database", "durability", "clock", "quotes", "PNG browser"):
        assert topic in good.stdout
    bad = run(tmp_path, "doctor", FILLWISE_DATABASE_URL=f"postgresql://nobody@127.0.0.1:{servers.free_port()}/none")
    assert bad.returncode == 1
    assert "FAIL  database" in bad.stdout
    assert "Traceback" not in bad.stdout + bad.stderr


def test_run_prints_the_address_and_answers(tmp_path: Path) -> None:
    """`python app.py` serves, and says where; a taken port is explained."""
    environment = {"PATH": os.defpath, "FILLWISE_DATA_DIR": str(tmp_path), "FILLWISE_PORT": "0"}
    command = [sys.executable, "app.py"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        assert re.fullmatch(r"Fillwise is ready: http://127\.0\.0\.1:[1-9]\d+", said)
        with urllib.request.urlopen(f"{said.rpartition(' ')[2]}/health", timeout=60) as answer:
            assert answer.read() == b'{"status":"ok"}\n'
        process.terminate()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        blocked = run(tmp_path, "run", FILLWISE_PORT=str(taken.getsockname()[1]))
    assert blocked.returncode == 1
    assert "Cannot listen on" in blocked.stderr
