"""The store on disk: JSON only, private, and never a reason for a page to fail."""

from __future__ import annotations

import pickle  # noqa: TID251 - to show that such a value is not loaded
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.quotes.store import (
    QuoteStore,
    decode_candles,
    decode_profile,
    decode_quote,
    encode_candles,
    encode_profile,
    encode_quote,
)
from domain.columns import CandleTable
from domain.market import Profile, Quote

MOMENT = datetime(2026, 11, 18, 15, 20, 30, 123_456, tzinfo=UTC)


class Bomb:
    """Leaves a trace when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:  # type: ignore[explicit-override, override, unused-ignore]
        return (exec, ("import builtins; builtins.fillwise_bomb = True",))


def test_the_directory_belongs_to_its_owner(tmp_path: Path) -> None:
    """Nobody else may read or write it, even if it was there before."""
    tmp_path.chmod(0o755)
    QuoteStore(tmp_path).close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_values_on_disk_are_json(tmp_path: Path) -> None:
    """What is written can be read as JSON, small or large."""
    store = QuoteStore(tmp_path)
    store.put_many({"small": {"a": 1.5}, "large": list(range(50_000))}, keep_seconds=60)
    assert store.get("small") == {"a": 1.5}
    assert store.get("large")[-1] == 49_999
    assert store.get("absent") is None
    raw = sqlite3.connect(tmp_path / "cache.db").execute("SELECT value FROM Cache WHERE key = 'small'").fetchone()
    assert bytes(raw[0]) == b'{"a":1.5}'
    store.close()


def test_a_planted_pickle_is_not_loaded(tmp_path: Path) -> None:
    """A row in the cache's own pickle mode counts as absent, and its code does not run."""
    import builtins  # noqa: PLC0415

    store = QuoteStore(tmp_path)
    store.put_many({"key": 1}, keep_seconds=60)
    with sqlite3.connect(tmp_path / "cache.db") as database:
        database.execute("UPDATE Cache SET mode = 4, value = ?", (pickle.dumps(Bomb()),))
    assert store.get("key") is None
    assert not hasattr(builtins, "fillwise_bomb")
    store.close()


def test_a_value_that_is_not_json_counts_as_absent(tmp_path: Path) -> None:
    """Damaged bytes are a miss."""
    store = QuoteStore(tmp_path)
    store.put_many({"key": 1}, keep_seconds=60)
    with sqlite3.connect(tmp_path / "cache.db") as database:
        database.execute("UPDATE Cache SET value = ?", (b"{",))
    assert store.get("key") is None
    store.close()


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    """A cache that is not a database is thrown away, since everything in it can be had again."""
    (tmp_path / "cache.db").write_bytes(b"no database at all, but long enough to be looked at" * 100)
    store = QuoteStore(tmp_path)
    store.put_many({"key": 1}, keep_seconds=60)
    assert store.get("key") == 1
    store.close()


def test_a_claim_is_given_once(tmp_path: Path) -> None:
    """Of two stores on one directory only one gets the claim, until it is released."""
    first, second = QuoteStore(tmp_path), QuoteStore(tmp_path)
    assert first.claim(["a", "b"], keep_seconds=60) == ["a", "b"]
    assert second.claim(["b", "c"], keep_seconds=60) == ["c"]
    assert second.is_claimed("a")
    first.release(["a", "b"])
    assert second.claim(["b"], keep_seconds=60) == ["b"]
    first.close()
    second.close()


def test_a_claim_left_behind_lapses(tmp_path: Path) -> None:
    """A crash between claim and release does not block a symbol for ever."""
    store = QuoteStore(tmp_path)
    assert store.claim(["a"], keep_seconds=-1) == ["a"]
    assert store.claim(["a"], keep_seconds=60) == ["a"]
    store.close()


def test_keys_are_text(tmp_path: Path) -> None:
    """Other keys would be pickled, so they are refused."""
    with pytest.raises(TypeError):
        QuoteStore(tmp_path).put_many({1: "x"}, keep_seconds=60)  # type: ignore[dict-item]


def test_values_survive_the_way_to_json_and_back() -> None:
    """Quotes, profiles and candles come back equal, to the microsecond and the last bit."""
    quote = Quote(symbol="X", price=0.1 + 0.2, as_of=MOMENT, fetched_at=MOMENT, provider="p", high=1.0, stale=True)
    assert decode_quote(encode_quote(quote)) == quote
    profile = Profile(symbol="X", name="Ex", asset_class="fund")
    assert decode_profile(encode_profile(profile)) == profile
    values = np.random.default_rng(1).random((5, 3))
    table = CandleTable(
        start=np.array([1, 2, 3]), **dict(zip(("open", "high", "low", "close", "volume"), values, strict=True))
    )
    back = decode_candles({name: column.tolist() for name, column in encode_candles(table).items()})
    assert all(np.array_equal(getattr(back, name), getattr(table, name)) for name in CandleTable.__dataclass_fields__)
