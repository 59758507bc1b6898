"""What a hostile file is and what is expected of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A bad, odd or unlucky file.

    Attributes:
        key: Name of the case, unique.
        family: One of the seven families of damage.
        kind: "A" is read as its twin; "W" is read with a warning; "Q" has problem rows, the others are read
            as its twin; "R" is refused as a whole.
        name: File name as sent.
        payload: The bytes.
        slug: Format that is asked for; "" lets it be recognised.
        twin: The sound file that gives the same ledger; b"" where there is none and the manifest alone tells.
        prior: File imported before into the same account; b"" for none.
        code: Code of the refusal, or of the first problem.
        line: Its line, 0 where it has none.
        column: Its column, "" where it has none.
        note: For "W": words of the warning.
    """

    key: str
    family: str
    kind: str
    name: str
    payload: bytes
    slug: str = ""
    twin: bytes = b""
    prior: bytes = b""
    code: str = ""
    line: int = 0
    column: str = ""
    note: str = ""

    def describe(self) -> dict[str, Any]:
        """Return the case as the manifest has it, without what an import makes of it."""
        return {
            "family": self.family,
            "class": self.kind,
            "format": self.slug,
            "name": self.name,
            # Compressed bytes differ between versions of the compressor.
            "sha256": "" if self.payload[:2] in (b"PK", b"\x1f\x8b") else hashlib.sha256(self.payload).hexdigest(),
            "code": self.code,
            "line": self.line,
            "column": self.column,
        }


Cases = Iterator[Case]
