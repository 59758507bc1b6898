"""The journal of a series: new bars, one checked record each, until they are put into their chunk.

A record is 64 bytes. What a crash leaves half written fails its check and counts as not written; everything before it
holds, because a bar counts as kept only once the disk has it.
"""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from domain.columns import CandleTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

RECORD = struct.Struct("<qdddddqII")
_BODY = RECORD.size - 4
_MARK = 0x46574A31
_COLUMNS = np.dtype(
    [
        ("start", "<i8"),
        ("open", "<f8"),
        ("high", "<f8"),
        ("low", "<f8"),
        ("close", "<f8"),
        ("volume", "<f8"),
        ("basis", "<i8"),
        ("mark", "<u4"),
        ("crc", "<u4"),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBars:
    """Bars as they are kept; n rows, ascending and unique.

    Attributes:
        candles: The bars as the provider gave them.
        basis: Instant up to which their splits are taken out, microseconds since 1970 UTC; -1 where none is.
    """

    candles: CandleTable
    basis: Ints

    def __len__(self) -> int:
        return len(self.candles)


def pack_bars(bars: KeptBars) -> bytes:
    """Return the records of bars."""
    rows = bars.candles
    columns = (rows.start, rows.open, rows.high, rows.low, rows.close, rows.volume, bars.basis)
    records = []
    for values in zip(*(column.tolist() for column in columns), strict=True):
        body = RECORD.pack(*values, _MARK, 0)[:_BODY]
        records.append(body + struct.pack("<I", zlib.crc32(body)))
    return b"".join(records)


def unpack_bars(payload: bytes) -> tuple[KeptBars, int]:
    """Return the bars of the records up to the first that fails its check, and how many bytes they take."""
    n = len(payload) // RECORD.size
    good = n
    for row in range(n):
        body = payload[row * RECORD.size : row * RECORD.size + _BODY]
        (crc,) = struct.unpack_from("<I", payload, row * RECORD.size + _BODY)
        if zlib.crc32(body) != crc or struct.unpack_from("<I", body, _BODY - 4)[0] != _MARK:
            good = row
            break
    rows = np.frombuffer(payload, dtype=_COLUMNS, count=good)
    candles = CandleTable(
        **{name: np.ascontiguousarray(rows[name]) for name in ("start", "open", "high", "low", "close", "volume")}
    )
    return KeptBars(candles=candles, basis=np.ascontiguousarray(rows["basis"])), good * RECORD.size


def append_records(path: Path, payload: bytes, *, at: int) -> None:
    """Write records behind the good ones and return when the disk has them; what a crash left there is cut off.

    Args:
        path: The journal; its folder exists.
        payload: Whole records.
        at: Length of the good records.
    """
    is_new = at == 0 and not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        if os.fstat(handle).st_size > at:
            os.ftruncate(handle, at)
        if os.pwrite(handle, payload, at) != len(payload):
            raise OSError(28, "No space left on device")
        os.fdatasync(handle)
    finally:
        os.close(handle)
    if is_new:
        sync_folder(path.parent)


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in the place of another, at once and for good: before or after a crash there is a whole one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Return when the disk knows the names in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
