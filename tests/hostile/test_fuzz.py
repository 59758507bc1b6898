"""No bytes make a reader raise anything but the import error, and whatever it returns adds up."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.brokers import ParseOptions, all_formats, detect
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from tests.hostile import fuzz, oracle
from tests.hostile.mutations import Seed, load_seeds, mutate
from tests.hostile.oracle import check_refusal, read_anything

pytestmark = pytest.mark.slow

FINDINGS = Path(__file__).with_name("findings")
ISOLATED = ("ibkr-flex-xml", "mt4-statement", "mt5-report", "ofx-investments")
WORDS = (
    b"Date", b"Time", b"Symbol", b"Side", b"Quantity", b"Price", b"Buy", b"Sell", b"1.5", b"-3", b"2026-03-02",
    b"10:00:00",
    b",", b";", b"\t", b'"', b"\n", b"\r", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"NaN", b"1e999", b"<", b">",
    b"<table>", b"<OFX>", b"<!DOCTYPE x>", b"PK\x03\x04", b"&", b"$", b"(", b")",
)  # fmt: skip


@cache
def seeds() -> tuple[Seed, ...]:
    """Return the fixtures that are read in this process."""
    return tuple(item for item in load_seeds() if item.slug not in ISOLATED)


def test_every_format_has_a_fixture_to_start_from() -> None:
    """The fuzzer is blind to no format."""
    assert {item.slug for item in load_seeds()} == {item.slug for item in all_formats()}


@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=400), st.lists(st.sampled_from(WORDS), max_size=60).map(b"".join)), st.data())
def test_any_bytes_are_read_or_refused(payload: bytes, data: st.DataObject) -> None:
    """`parse(arbitrary bytes)` of any text format; detection raises the import error as well."""
    slug = data.draw(st.sampled_from([item.slug for item in all_formats() if item.slug not in ISOLATED]))
    read_anything(slug, "any.csv", payload, ParseOptions(day_first=data.draw(st.sampled_from((None, True, False)))))
    try:
        detect(SourceFile("any.csv", payload))
    except ImportFileError as error:
        check_refusal(error)


@settings(max_examples=400)
@given(st.integers(min_value=0, max_value=2**32))
def test_damaged_fixtures_are_read_or_refused(seed: int) -> None:
    """Bytes, lines, cells, columns and encodings of real layouts are damaged, with any option."""
    rng = random.Random(seed)
    chosen = rng.choice(seeds())
    read_anything(chosen.slug, chosen.name, mutate(rng, chosen.payload), oracle.random_options(rng))


@pytest.mark.parametrize("slug", ISOLATED)
def test_damaged_workbooks_and_markup_are_read_or_refused(slug: str) -> None:
    """The same for what goes through the child process, a few of each."""
    rng = random.Random(slug)
    for chosen in [item for item in load_seeds() if item.slug == slug]:
        for _ in range(6):
            read_anything(slug, chosen.name, mutate(rng, chosen.payload), oracle.random_options(rng))


@pytest.mark.parametrize("path", sorted(FINDINGS.glob("*.bin")), ids=lambda path: path.stem)
def test_what_long_runs_found_stays_mended(path: Path) -> None:
    """Each file once made the reader it is named after raise something else than the import error."""
    for day_first in (None, True, False):
        read_anything(path.name.split(".")[0], "found.csv", path.read_bytes(), ParseOptions(day_first=day_first))


def test_one_seed_gives_the_same_files_for_ever() -> None:
    """A finding is found again by its seed."""
    first, second = (
        [mutate(random.Random(number), item.payload) for number, item in enumerate(seeds()[:20])] for _ in range(2)
    )
    assert first == second


def test_the_fuzzer_finds_a_planted_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A reader that raises something else is counted, its payload saved, and the run fails."""

    def fail(*_: object) -> None:
        message = "planted"
        raise KeyError(message)

    monkeypatch.setattr(fuzz, "read_anything", fail)
    monkeypatch.setattr(fuzz, "ISOLATED_SHARE", 0.0)
    tally = fuzz.run(seconds=60, seed=3, folder=tmp_path, limit=5)
    assert sum(tally.failures.values()) == 5
    assert len(list(tmp_path.glob("KeyError*.bin"))) == 3
    assert not fuzz.report(tally, 1.0)


def test_a_crashed_reader_counts_as_a_finding() -> None:
    """The one import error for a dead child is right for a user and a fault for us."""
    with pytest.raises(AssertionError):
        check_refusal(ImportFileError("it died", code=FileCode.PARSER_CRASHED))
