"""The command line, as a person runs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests import servers
from tests.conftest import ROOT
from tests.services.samples import ROUND_TRIP, trades_csv


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
        timeout=60,
    )


def test_help_lists_the_commands(tmp_path: Path) -> None:
    """--help names every command."""
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    for command in ("run", "import", "demo", "doctor", "users"):
        assert f"    {command} " in done.stdout


def test_a_file_is_imported_from_the_command_line(tmp_path: Path) -> None:
    """Add a user, look at a file, import it, import it again."""
    file = tmp_path / "fills.csv"
    file.write_bytes(trades_csv([*ROUND_TRIP, "t9,2026-03-02 10:00:00,ACME,Buy,x,10,0,USD"]))
    assert "maya" in run(tmp_path, "users", "add", "maya").stdout
    dry = run(tmp_path, "import", str(file), "--account", "Main", "--dry-run")
    assert "3 executions + 0 duplicates + 0 other + 1 problems" in dry.stdout, dry.stderr
    first = run(tmp_path, "import", str(file), "--account", "Main", "--timezone", "America/New_York")
    assert "4 rows = 3 executions" in first.stdout
    assert "line 5, Quantity" in first.stdout
    again = run(tmp_path, "import", str(file), "--account", "Main")
    assert "0 executions + 3 duplicates" in again.stdout


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


@pytest.mark.slow
def test_run_prints_the_address_and_answers(tmp_path: Path) -> None:
    """`python app.py` serves, and says where; a taken port is explained."""
    port = servers.free_port()
    environment = {"PATH": os.defpath, "FILLWISE_DATA_DIR": str(tmp_path), "FILLWISE_PORT": str(port)}
    command = [sys.executable, "app.py"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == f"Fillwise is ready: http://127.0.0.1:{port}"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            assert answer.read() == b'{"status":"ok"}\n'
        process.terminate()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        blocked = run(tmp_path, "run", FILLWISE_PORT=str(taken.getsockname()[1]))
    assert blocked.returncode == 1
    assert "Cannot listen on" in blocked.stderr
