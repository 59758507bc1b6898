"""What the interface says about hostile files: a code, a place, a hint, and nothing stored."""

from __future__ import annotations

from functools import cache

import pytest

from tests.hostile.cases import Case
from tests.hostile.corpus import make_corpus
from tests.web.api.client import Program

CHOSEN = (
    "quote-unclosed-lightspeed-trades", "double-header-tradezero-trades", "mixed-lightspeed-trades",
    "zero-byte-lightspeed-trades", "utf16-bare-lightspeed-trades", "long-cell-tradezero-trades", "nothing-1",
    "program-exe", "xlsx-corner", "zip-ratio", "xml-laughs", "xml-deep", "html-open-tag", "ofx-cut",
)  # fmt: skip


@cache
def chosen() -> dict[str, Case]:
    """Return the cases that are sent over the interface."""
    return {case.key: case for case in make_corpus()}


@pytest.mark.parametrize("key", CHOSEN)
def test_a_refusal_names_its_code_and_place(fresh: Program, key: str) -> None:
    """422 with the code, the line and the column the corpus gives; no account and no import is left."""
    case = chosen()[key]
    fields = {"account": "Main"} | ({"format": case.slug} if case.slug else {})
    answer = fresh.send(case.payload, case.name, status=422, **fields)
    assert answer["code"] == case.code
    assert answer.get("line", 0) == case.line or not case.line
    assert answer.get("column", "") == case.column or not case.column
    assert answer["hint"]
    assert answer["detail"].endswith(".")
    assert "Traceback" not in str(answer)
    assert fresh.get("/api/v1/accounts")["items"] == []
    assert fresh.get("/api/v1/imports")["items"] == []


def test_problem_rows_carry_codes(fresh: Program) -> None:
    """The other rows are imported."""
    case = chosen()["bad-quantity-0-questrade-orders"]
    answer = fresh.send(case.payload, case.name, account="Main", format=case.slug)
    (problem,) = answer["problems"]
    assert (problem["code"], problem["line"]) == (case.code, case.line)
    assert answer["rows"]["executions"] >= 1
