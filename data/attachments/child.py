"""The child process of `cleaning`: `python -I child.py KIND`, the file on stdin, the clean one on stdout.

The answer is one line of JSON, then the thumbnail, then the file. Decoders are loaded first; then the process
gives up memory, time, files and sockets, and only then looks at the bytes.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from pathlib import Path

MEMORY = 1_200_000_000
CPU_SECONDS = 20
ANSWER_BYTES = 120_000_000


def confine() -> None:
    """Give up what cleaning does not need; the system enforces it from here on."""
    wanted = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_FSIZE: ANSWER_BYTES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 3,
        resource.RLIMIT_NPROC: 0,
    }
    for kind, amount in wanted.items():
        hard = resource.getrlimit(kind)[1]
        allowed = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (allowed, allowed))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))


def clean(kind: str, payload: bytes) -> tuple[dict[str, object], bytes, bytes]:
    """Return what is said about a file, its thumbnail (b"" for a document) and the clean file."""
    if kind == "pdf":
        from data.attachments.documents import clean_document  # noqa: PLC0415 - one child cleans one kind

        document, pages = clean_document(payload)
        return {"width": 0, "height": pages}, b"", document
    from data.attachments.pictures import clean_picture  # noqa: PLC0415

    picture, thumbnail, width, height = clean_picture(payload, kind)
    return {"width": width, "height": height}, thumbnail, picture


def sample(kind: str) -> bytes:
    """Return a small file of a kind, made here."""
    out = io.BytesIO()
    if kind == "pdf":
        from pypdf import PdfWriter  # noqa: PLC0415 - one child cleans one kind

        writer = PdfWriter()
        writer.add_blank_page(72, 72)
        writer.write(out)
    else:
        from PIL import Image  # noqa: PLC0415

        Image.new("RGB", (2, 2)).save(out, kind.upper())
    return out.getvalue()


def main() -> int:
    """Read stdin and answer on stdout."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    kind = sys.argv[1]
    from domain.errors import InvalidInputError  # noqa: PLC0415 - the path stands first

    clean(kind, sample(kind))  # loads whatever the libraries load at their first use
    confine()
    thumbnail = file = b""
    try:
        said, thumbnail, file = clean(kind, sys.stdin.buffer.read())
    except InvalidInputError as error:
        said = {"refused": error.message, "hint": error.hint}
    except MemoryError:
        said = {"refused": "The file takes too much memory to read.", "hint": "Make it smaller and attach it again."}
    said["thumbnail"] = len(thumbnail)
    rest = memoryview(json.dumps(said).encode() + b"\n" + thumbnail + file)
    while rest:
        rest = rest[os.write(1, rest) :]
    return 0


if __name__ == "__main__":
    sys.exit(main())
