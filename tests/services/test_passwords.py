"""Which passwords are accepted, and how they are kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from typing_extensions import override

from domain.errors import InvalidInputError, ThrottledError
from services.passwords import MAX_WAITING, PasswordVault, check_password
from tests.services.sign_in import quick_vault

pytestmark = pytest.mark.sqlite


@pytest.mark.parametrize(
    "password",
    [
        "",
        "sevench",
        "password",
        "password123",
        "P@ssw0rd!",
        "1234567890",
        "qwertyuiop",
        "1qaz2wsx",
        "aaaaaaaaaaaa",
        "abcabcabc",
        "letmein2026!",
        "Liverpool1",
        "trading2026",
        "fillwise1",
        "Fillwise!",
        "maya-okafor",
        "maya-okafor77",
        "20261120",
        "demo1234",
        "x" * 2000,
        "é" * 600,
    ],
)
def test_guessable_passwords_are_refused(password: str) -> None:
    """Short, common, patterned and name-like passwords are refused without being repeated."""
    with pytest.raises(InvalidInputError) as caught:
        check_password(password, "maya-okafor")
    assert caught.value.field == "password"
    assert password in ("", "password") or password not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "password",
    [
        "four unrelated words",
        "plum-otter-bridge",
        "Tr0ub4dor&3",
        "ünïcödé lösung",
        "пароль из четырёх слов",
        "🦊🐙🦀🐳🦖🐝🦉🐌",
        " leading and trailing ",
        "my password is a sentence",
        "".join(chr(0x4E00 + index) for index in range(64)),
        "".join(chr(0x61 + index * 7 % 26) + "é" for index in range(64)),
    ],
)
def test_long_phrases_are_accepted(password: str) -> None:
    """Anything long and uncommon passes, in any script, without rules of composition."""
    check_password(password, "maya")


def test_nothing_is_trimmed_or_cut() -> None:
    """A password differs from itself without its last character or its spaces."""
    vault = quick_vault()
    password = " " + "long" * 40 + "é "
    kept = vault.hash_password(password)
    assert vault.is_match(kept, password)
    assert not vault.is_match(kept, password[:-1])
    assert not vault.is_match(kept, password.strip())


def test_two_forms_of_one_letter_are_equal() -> None:
    """An accented letter typed as one or as two code points is the same password."""
    vault = quick_vault()
    assert vault.is_match(vault.hash_password("caf\u00e9 au lait"), "cafe\u0301 au lait")


def test_default_hash_is_strong() -> None:
    """The default is argon2id with at least the recommended memory and passes."""
    kept = PasswordVault().hash_password("four unrelated words")
    assert kept.startswith("$argon2id$v=19$")
    cost = dict(part.split("=") for part in kept.split("$")[3].split(","))
    assert int(cost["m"]) >= 19_456
    assert int(cost["t"]) >= 2


class Recorded(PasswordHasher):
    """A quick hasher that notes the cost of every hash it verifies against."""

    def __init__(self) -> None:
        super().__init__(time_cost=2, memory_cost=64, parallelism=1)
        self.costs: list[Parameters] = []

    @override
    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.costs.append(extract_parameters(hash if isinstance(hash, str) else hash.decode()))
        return super().verify(hash, password)


def test_unknown_user_costs_the_same_and_never_matches() -> None:
    """Without a hash the same work is done, of the same cost, and no password fits."""
    hasher = Recorded()
    vault = PasswordVault(hasher)
    kept = vault.hash_password("four unrelated words")
    assert not vault.is_match(kept, "another wrong guess")
    assert not vault.is_match(None, "another wrong guess")
    assert hasher.costs == [extract_parameters(kept)] * 2


def test_a_huge_guess_is_not_hashed() -> None:
    """A guess of a megabyte is refused before any work is done on it."""
    hasher = Recorded()
    assert not PasswordVault(hasher).is_match(None, "x" * 1_000_000)
    assert hasher.costs == []


class Gated(PasswordHasher):
    """A hasher that finishes nothing until two hashes run and 18 callers were sent away."""

    def __init__(self) -> None:
        super().__init__()
        self.lock, self.gate = threading.Lock(), threading.Event()
        self.running = self.peak = self.refused = 0

    def count(self, *, running: int = 0, refused: int = 0) -> None:
        """Note a change, and open the gate when everybody has come."""
        with self.lock:
            self.running += running
            self.refused += refused
            self.peak = max(self.peak, self.running)
            if (self.running, self.refused) == (2, 18):
                self.gate.set()

    @override
    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.count(running=1)
        assert self.gate.wait(60)
        self.count(running=-1)
        return "hash"


def test_few_hashes_run_at_once() -> None:
    """Of thirty parallel hashes two run at a time, ten wait and the rest are told to come again."""
    hasher = Gated()
    vault = PasswordVault(hasher, concurrency=2)

    def attempt(_: int) -> bool:
        try:
            vault.hash_password("four unrelated words")
        except ThrottledError:
            hasher.count(refused=1)
            return False
        return True

    with ThreadPoolExecutor(30) as pool:
        assert sum(pool.map(attempt, range(30))) == 2 + MAX_WAITING
    assert (hasher.peak, hasher.running) == (2, 0)
    assert attempt(0)
