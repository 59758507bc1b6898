"""Passwords: what is accepted, and how they are kept (argon2id, a bounded number of hashes at a time)."""

from __future__ import annotations

import re
import threading
import unicodedata
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import InvalidInputError, ThrottledError

MIN_LENGTH = 8
MAX_BYTES = 1024
MAX_WAITING = 10
"""How many may wait for a hash: each waits in a thread of the server, and others need some too."""

# Words that most guessed passwords consist of; digits, signs, repetition and look-alike letters
# around them are stripped before the comparison, so each word stands for thousands of passwords.
COMMON_WORDS = frozenset(
    """
    password passwort passord parola motdepasse contrasena senha wachtwoord pass passw passwd passphrase pwd
    qwerty qwertz azerty qwertyuiop qwertzuiop azertyuiop asdf asdfgh asdfghjkl asdfghjklo zxcv zxcvb zxcvbn zxcvbnm
    qazwsx qazwsxedc wsxedc qweasd qweasdzxc qwaszx poiuytrewq lkjhgfdsa mnbvcxz qwer qwert asd zaq zaqxsw
    letmein welcome willkommen bienvenue benvenuto bienvenido changeme changeit change default secret topsecret
    iloveyou loveyou ilovegod love lover lovely loveme mylove princess prince sunshine sunflower rainbow flower
    monkey dragon tiger lion panther eagle falcon phoenix wolf bear shark dolphin butterfly elephant buster
    football soccer baseball basketball hockey golf tennis rugby cricket liverpool arsenal chelsea barcelona
    madrid juventus manchester united yankees cowboys lakers steelers packers eagles
    master admin administrator root superuser user username guest test testing tester testtest sample example demo
    login access control system server network computer internet google facebook yahoo microsoft windows apple
    android samsung iphone linux ubuntu oracle database mysql postgres docker cisco router gateway
    hello hellohello hi goodbye whatever nothing something anything someone nobody forever freedom liberty
    michael jordan daniel david robert thomas william james john jennifer jessica ashley amanda nicole michelle
    anthony andrew joshua matthew charlie george harry oliver jack thomasina maria anna laura sophie emma sarah
    alexander alexandra sebastian christian christina christopher patrick martin peter stefan andreas markus
    summer winter spring autumn january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday today tomorrow
    batman superman spiderman ironman starwars skywalker jedi yoda vader pokemon pikachu naruto minecraft mario zelda
    ninja samurai killer hunter ranger trooper warrior knight wizard merlin gandalf shadow ghost spirit angel devil
    diamond silver gold golden platinum crystal ruby emerald sapphire pearl money dollar euro bitcoin ethereum crypto
    trade trader trading stock stocks market invest investor investing broker forex option options
    futures bullish bearish ferrari porsche mercedes bmw audi toyota honda harley mustang corvette camaro
    cheese cookie chocolate banana orange apple cherry pepper ginger coffee whiskey vodka beer pizza
    london paris berlin madrid rome vienna newyork california texas florida chicago boston dallas america england
    germany france canada australia india brazil mexico russia
    abc abcd abcde abcdef abcdefg abcdefgh abcabc abcxyz xyz aaa trustno letmeinnow blink blahblah foobar foo bar
    matrix hacker hackers hunter zero cool snoopy garfield mickey donald jasmine bailey maggie buddy lucky molly sparky
    internet service nintendo playstation xbox security safety private public manager support office company business
    fuckyou fuckme fuckoff fuck asshole bitch pussy dick biteme sexy hottie babygirl babyboy baby teamo
    correcthorsebatterystaple
    """.split()  # noqa: SIM905 - a list of words is read best as words
)
_PRODUCT = "fillwise"
_LOOK_ALIKES = str.maketrans("013457@$!|", "oieastasil")
_RUNS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn")


def check_password(password: str, username: str = "") -> None:
    """Accept any password that is long enough and not easily guessed; no rules of composition.

    Raises:
        InvalidInputError: If it is not; says why, never repeats the password.
    """
    if len(password) < MIN_LENGTH:
        raise _refused(f"The password is shorter than {MIN_LENGTH} characters.", "Three or four words make a good one.")
    if len(password.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _refused(f"The password is longer than {MAX_BYTES} bytes.", "Use a shorter one.")
    if any(unicodedata.category(character) == "Cs" for character in password):
        raise _refused("The password holds a broken character.", "Type it again.")
    if _is_common(password):
        raise _refused("This password is among the first ones that are guessed.", "Use three or four unrelated words.")
    if _holds_name(password, username):
        raise _refused("The password holds the user name or the name of this program.", "Use unrelated words.")


def _refused(reason: str, hint: str) -> InvalidInputError:
    return InvalidInputError(reason, hint=hint, field="password")


def _is_common(password: str) -> bool:
    text = unicodedata.normalize("NFKC", password).casefold()
    if len(set(text)) < 4 or _is_run(text) or _is_repeated(text):
        return True
    if text.isdecimal() and len(text) < 14:
        return True
    trimmed = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    return any(_core(form) in COMMON_WORDS for form in (text, trimmed, trimmed.translate(_LOOK_ALIKES)))


def _core(text: str) -> str:
    """Return the text without signs, without digits at either end, and halved when it says a word twice."""
    core = "".join(character for character in text if character.isalnum()).strip("0123456789")
    half = core[: len(core) // 2]
    return half if half and half * 2 == core else core


def _is_run(text: str) -> bool:
    return any(text in run * 3 or text in run[::-1] * 3 for run in _RUNS)


def _is_repeated(text: str) -> bool:
    return re.fullmatch(r"(.{1,4})\1+.{0,3}", text, re.DOTALL) is not None


def _holds_name(password: str, username: str) -> bool:
    text = password.casefold()
    name = username.casefold()
    rest = text.replace(_PRODUCT, "")
    if len(name) >= 4:
        rest = rest.replace(name, "")
    return rest != text and len(rest) < MIN_LENGTH


class PasswordVault:
    """Hashes and verifies; at most `concurrency` at a time, because each takes 64 MiB."""

    def __init__(self, hasher: PasswordHasher | None = None, *, concurrency: int = 2) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = _Slots(concurrency)
        self._nobody = _unmatchable(self._hasher)

    def hash_password(self, password: str) -> str:
        """Return the argon2id hash of a password."""
        with self._slots:
            return self._hasher.hash(_encode(password))

    def is_match(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password belongs to the hash; an unknown user (None) costs the same time."""
        if len(password) > MAX_BYTES:
            return False
        with self._slots:
            try:
                self._hasher.verify(password_hash or self._nobody, _encode(password))
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)


class _Slots:
    """The places for hashing and the queue before them; refuses rather than filling every thread."""

    def __init__(self, concurrency: int) -> None:
        self._running = threading.BoundedSemaphore(concurrency)
        self._present = threading.BoundedSemaphore(concurrency + MAX_WAITING)

    def __enter__(self) -> None:
        if not self._present.acquire(blocking=False):
            raise ThrottledError(
                "Too many people are signing in at once.", hint="Try again in a moment.", retry_after_seconds=2
            )
        self._running.acquire()

    def __exit__(self, *_: object) -> None:
        self._running.release()
        self._present.release()


def _encode(password: str) -> bytes:
    # The same password typed on two keyboards must be the same bytes.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _unmatchable(hasher: PasswordHasher) -> str:
    """Return a well-formed hash of the hasher's cost that no password can be found for."""
    salt, digest = (b64encode(bytes(size)).rstrip(b"=").decode() for size in (hasher.salt_len, hasher.hash_len))
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"
