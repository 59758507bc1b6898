"""A file that is mapped answers as its bytes do."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from data.brokers import content
from data.brokers.arrow_table import count_lines, is_plain
from data.brokers.content import MappedFile, each_block, open_content
from data.brokers.lines import read_lines
from data.brokers.source import SourceFile

BYTES = b"date,name\r\n" + b"".join(f"2026-01-02,n\u00e4me {row}\r\n".encode() for row in range(40_000))


@pytest.fixture
def mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MappedFile:
    """A file on the disk, opened as if it were large."""
    monkeypatch.setattr(content, "MAPPED_BYTES", 10)
    path = tmp_path / "large.csv"
    path.write_bytes(BYTES)
    opened = open_content(path)
    assert isinstance(opened, MappedFile)
    return opened


def test_a_small_file_is_read_at_once(tmp_path: Path) -> None:
    """Its bytes are in memory; an empty one cannot even be mapped."""
    (tmp_path / "empty").write_bytes(b"")
    assert open_content(tmp_path / "empty") == b""


def test_it_answers_like_its_bytes(mapped: MappedFile) -> None:
    """Beginning, end, parts, counts and text are the same."""
    assert mapped.startswith(b"date,")
    assert not mapped.startswith(b"name")
    assert mapped.endswith(b"\r\n")
    assert b"name,date" not in mapped
    assert "n\u00e4me 39999".encode() in mapped
    assert mapped.count(b"\n") == BYTES.count(b"\n")
    assert mapped.count(b"\r\n", 100, 9_000) == BYTES.count(b"\r\n", 100, 9_000)
    assert mapped.count(b"n", 5, 10**9) == BYTES.count(b"n", 5)
    assert mapped.decode() == BYTES.decode()
    assert mapped.strip() == BYTES.strip()
    assert b"".join(each_block(mapped, 1_000)) == BYTES


def test_a_source_is_the_same_either_way(mapped: MappedFile) -> None:
    """Digest, kind, head and text do not depend on where the bytes are."""
    on_disk, in_memory = SourceFile("a.csv", mapped), SourceFile("a.csv", BYTES)
    assert on_disk.sha256 == in_memory.sha256 == hashlib.sha256(BYTES).hexdigest()
    assert (on_disk.kind, on_disk.head, on_disk.text) == (in_memory.kind, in_memory.head, in_memory.text)
    assert count_lines(mapped) == count_lines(BYTES) == 40_001


def test_lines_are_found_by_number(mapped: MappedFile) -> None:
    """First, last and lines in between, wherever blocks end."""
    numbers = np.array([1, 2, 3, 9_999, 25_000, 40_001])
    lines = BYTES.decode().splitlines(keepends=True)
    assert list(read_lines(mapped, numbers)) == [(line, lines[line - 1]) for line in numbers.tolist()]
    assert list(read_lines(BYTES, numbers[:0])) == []


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a,b\r\n1,2\r\n", True),
        (b"a,b\n1,2", True),
        (b"a,b\r\n1,2\r3,4\r\n", False),
        (b"a,b\n1,2\r", False),
        (b'a,b\r\n"1","2"\r\n', True),
        (b'a,b\n1"1,2\n', False),
        (b"a,b\n\x00,2\n", False),
        (b"a,b\n\xc3\xa4,2\n", True),
        (b"a,b\n\xe4,2\n", False),
    ],
)
def test_tidy_content_is_told_wherever_blocks_end(
    monkeypatch: pytest.MonkeyPatch, text: bytes, expected: bool, size: int
) -> None:
    """A line end, a quote or a letter that two blocks share is read as one."""
    monkeypatch.setattr(each_block, "__defaults__", (size,))
    monkeypatch.setattr("data.brokers.arrow_table.BLOCK", size)
    assert is_plain(text, ",") is expected
