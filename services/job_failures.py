"""Why a job failed, kept in its row so that the reader of the row can raise the same error again."""

from __future__ import annotations

from typing import Any

from domain import errors
from domain.errors import FillwiseError
from domain.import_codes import FileCode
from domain.jobs import Job


def dump_error(error: FillwiseError) -> dict[str, Any]:
    """Return an error as columns of a job: `error`, `hint`, and the rest in `result`."""
    facts = {name: getattr(error, name) for name in ("code", "line", "column", "field") if getattr(error, name, "")}
    failure = {"type": type(error).__name__, **facts}
    return {"error": error.message, "hint": error.hint, "result": {"failure": failure}}


def load_error(job: Job) -> FillwiseError:
    """Return the error a job failed with."""
    facts = dict(job.result.get("failure", {}))
    kind = getattr(errors, str(facts.pop("type", "")), None)
    if not (isinstance(kind, type) and issubclass(kind, FillwiseError)):
        return FillwiseError(job.error, hint=job.hint)
    if "code" in facts:
        facts["code"] = FileCode(facts["code"])
    return kind(job.error, hint=job.hint, **facts)
