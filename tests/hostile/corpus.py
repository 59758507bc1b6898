"""The bad-input corpus: hostile and unlucky files in seven families, made from our own fixtures.

    python -m tests.hostile.corpus            counts the cases
    python -m tests.hostile.corpus --write    writes the manifest: each case with its class, code, line,
                                              column and the hash of the ledger it leaves
    python -m tests.hostile.corpus --out DIR  writes the files as well

Nothing is random but the places of cuts and bytes, and those come from one seed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.hostile import (
    family_dates,
    family_encoding,
    family_events,
    family_markup,
    family_meaning,
    family_numbers,
    family_size,
    family_structure,
)
from tests.hostile.cases import Case

SEED = 20261120
MANIFEST = Path(__file__).with_name("manifest.json")
FAMILIES = (
    family_encoding,
    family_structure,
    family_numbers,
    family_dates,
    family_meaning,
    family_events,
    family_markup,
    family_size,
)


def make_corpus() -> list[Case]:
    """Return every case, in a fixed order."""
    cases = [case for family in FAMILIES for case in family.make_cases(SEED)]
    assert len({case.key for case in cases}) == len(cases), "keys repeat"
    return cases


def read_manifest() -> dict[str, dict[str, Any]]:
    """Return what each case is expected to be and to leave."""
    found: dict[str, dict[str, Any]] = json.loads(MANIFEST.read_text())
    return found


def write_manifest(cases: Sequence[Case]) -> None:
    """Import every case into a fresh ledger and write down what it left."""
    from tests.hostile.importing import Bench  # noqa: PLC0415 - the services load for this alone

    with Bench() as bench:
        entries = {case.key: case.describe() | bench.run(case).describe() for case in cases}
    lines = (f"{json.dumps(key)}: {json.dumps(entries[key], sort_keys=True)}" for key in sorted(entries))
    MANIFEST.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Make the bad-input corpus.")
    parser.add_argument("--write", action="store_true", help="write the manifest")
    parser.add_argument("--out", type=Path, help="folder to write the files to")
    chosen = parser.parse_args(arguments)
    cases = make_corpus()
    for (family, kind), count in sorted(Counter((case.family, case.kind) for case in cases).items()):
        print(f"{family:10} {kind} {count:4}")
    print(f"{len(cases)} cases")
    if chosen.write:
        write_manifest(cases)
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        for case in cases:
            (chosen.out / f"{case.key}.bin").write_bytes(case.payload)
    return 0


if __name__ == "__main__":
    sys.exit(main())
