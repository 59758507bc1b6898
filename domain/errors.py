"""Every exception Fillwise raises on purpose, and the one error that is a value.

    FillwiseError                 carries a sentence for the user and, where there is one, a hint
    ├── ImportFileError           a file that cannot be read as a whole
    │   ├── UnknownFormatError    no format claims it
    │   └── AmbiguousFormatError  more than one format claims it
    ├── LedgerError               a book that cannot be computed
    │   └── CurrencyError         two currencies met without a rate
    ├── QuoteError                a price could not be had
    │   ├── QuoteUnavailableError the provider is down, slow or talks nonsense
    │   │   └── NotOfferedError   it does not serve this interval, or not on this plan
    │   ├── RateLimitedError      the provider asked us to wait
    │   │   └── BudgetSpentError  our own budget of calls is spent for the moment
    │   └── UnknownSymbolError    the provider does not know the symbol
    ├── InvalidInputError         a value typed by a user or sent by a client
    ├── NotFoundError             no such object for this owner
    ├── ConflictError             the object exists or has changed meanwhile
    ├── AuthorisationError        not signed in
    │   ├── ForbiddenError        signed in or not, this may not be done
    │   └── ThrottledError        too many guesses; carries the seconds to wait
    ├── NotReadyError             it is being worked out by a job; carries the job's id
    ├── StorageError              the disk or the database server does not take or give data now
    ├── SettingsError             a setting from the environment is wrong
    └── PluginError               a format, metric, page or provider file is malformed

A fault inside a user's file is not an exception but a `RowProblem`: it is collected and shown.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from domain.import_codes import FileCode, RowCode


class FillwiseError(Exception):
    """Something Fillwise can explain. `message` is a sentence for the user, `hint` says what to do."""

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        self.message = message or (type(self).__doc__ or type(self).__name__).split("\n", 1)[0]
        self.hint = hint
        super().__init__(self.message)


class ImportFileError(FillwiseError):
    """The file cannot be read.

    `code` is the stable name of the reason; `line` (0 for none) and `column` say where it is.
    """

    default_code: ClassVar[FileCode] = FileCode.UNREADABLE

    def __init__(
        self, message: str = "", *, hint: str = "", code: FileCode | None = None, line: int = 0, column: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.code = code or self.default_code
        self.line = line
        self.column = column


class UnknownFormatError(ImportFileError):
    """No known broker format matches this file."""

    default_code: ClassVar[FileCode] = FileCode.UNKNOWN_FORMAT


class AmbiguousFormatError(ImportFileError):
    """More than one broker format matches this file."""

    default_code: ClassVar[FileCode] = FileCode.AMBIGUOUS_FORMAT


class LedgerError(FillwiseError):
    """The ledger cannot be computed."""


class CurrencyError(LedgerError):
    """Amounts in two currencies cannot be added without a rate."""


class QuoteError(FillwiseError):
    """No price."""


class QuoteUnavailableError(QuoteError):
    """The quote provider did not answer with a usable price."""


class NotOfferedError(QuoteUnavailableError):
    """The quote provider does not serve this, or not on this plan: asking again changes nothing."""


class RateLimitedError(QuoteError):
    """The quote provider asked to wait."""

    def __init__(self, message: str = "", *, hint: str = "", retry_after_seconds: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class BudgetSpentError(RateLimitedError):
    """The calls that the provider allows are spent for the moment; the provider itself is well."""


class UnknownSymbolError(QuoteError):
    """The quote provider does not know this symbol."""


class InvalidInputError(FillwiseError):
    """A value is not valid."""

    def __init__(self, message: str = "", *, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


class NotFoundError(FillwiseError):
    """Not found."""


class ConflictError(FillwiseError):
    """This already exists."""


class AuthorisationError(FillwiseError):
    """Sign in first."""


class ForbiddenError(AuthorisationError):
    """This is not allowed."""


class ThrottledError(AuthorisationError):
    """Too many attempts."""

    def __init__(self, message: str = "", *, hint: str = "", retry_after_seconds: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class NotReadyError(FillwiseError):
    """This is being worked out."""

    def __init__(self, message: str = "", *, hint: str = "", job_id: int = 0, retry_after_seconds: int = 10) -> None:
        super().__init__(message, hint=hint)
        self.job_id = job_id
        self.retry_after_seconds = retry_after_seconds


class StorageError(FillwiseError):
    """The data cannot be saved right now."""


class SettingsError(FillwiseError):
    """A setting is not valid."""


class PluginError(FillwiseError):
    """A plug-in file is malformed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """One fault in one row of a user's file.

    Attributes:
        line: 1-based line of the file where the row starts (row number in a spreadsheet).
        column: Header of the column at fault, or "" when the whole row is.
        value: The cell's raw text, at most 200 characters.
        reason: What is wrong, one sentence.
        hint: What to do about it, one sentence.
        code: Stable name of the kind of fault.
    """

    line: int
    column: str
    value: str
    reason: str
    hint: str = ""
    code: str = RowCode.BAD_CELL

    def to_dict(self) -> dict[str, Any]:
        """Return the problem as JSON-ready names and values."""
        return asdict(self)
