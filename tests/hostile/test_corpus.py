"""Every file of the bad-input corpus is handled as its class says, in a real ledger."""

from __future__ import annotations

from collections import Counter
from types import ModuleType

import pytest

from domain.import_codes import FileCode, RowCode
from tests.hostile.cases import Case
from tests.hostile.corpus import FAMILIES, SEED, make_corpus, read_manifest
from tests.hostile.importing import Bench, Result

pytestmark = pytest.mark.slow

LEAST = {"encoding": 60, "structure": 90, "numbers": 90, "dates": 50, "meaning": 50, "markup": 40, "size": 30}
"""Cases that each family has at least."""
OUTCOMES = {"A": "accepted", "W": "accepted", "Q": "problems", "R": "refused"}


def test_the_corpus_is_the_one_of_the_manifest() -> None:
    """As many files of each of seven families as were asked for, byte for byte those that were written down."""
    manifest, cases = read_manifest(), make_corpus()
    counts = Counter(case.family for case in cases)
    assert set(counts) == set(LEAST)
    assert {family: count for family, count in counts.items() if count < LEAST[family]} == {}
    assert {case.kind for case in cases} == set(OUTCOMES)
    assert {case.key: case.describe()["sha256"] for case in cases} == {
        key: entry["sha256"] for key, entry in manifest.items()
    }
    codes = {entry["code"] for entry in manifest.values()} - {""}
    assert codes <= {*FileCode, *RowCode}


def differences(case: Case, result: Result, clean: str) -> list[str]:
    """Return what an import made of a case other than what its class and its makers say."""
    expected = {"outcome": OUTCOMES[case.kind]}
    expected |= {name: value for name in ("code", "line", "column") if (value := getattr(case, name))}
    expected |= {"after": result.before} if case.kind == "R" else {}
    expected |= {"after": clean} if clean else {}
    wrong = [
        f"{case.key}: {name} is {getattr(result, name)!r} and not {value!r}"
        for name, value in expected.items()
        if str(getattr(result, name)).casefold() != str(value).casefold()
    ]
    if case.note and not any(case.note in note for note in result.notes):
        wrong.append(f"{case.key}: no note says {case.note!r}")
    return wrong


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__.rpartition(".")[2])
def test_every_case_is_handled_as_its_class_says(family: ModuleType) -> None:
    """Outcome, code, line and column hold; a refusal leaves the ledger, everything else gives its twin's ledger."""
    manifest = read_manifest()
    wrong: list[str] = []
    with Bench() as bench:
        for case in family.make_cases(SEED):
            result = bench.run(case)
            clean = bench.clean(case) if case.twin and case.kind != "R" else ""
            wrong += differences(case, result, clean)
            written = {name: manifest[case.key][name] for name in result.describe()}
            if written != result.describe():
                wrong.append(f"{case.key}: {result.describe()} and not {written}")
    assert wrong == []
