"""Importing over the interface: counting, dry runs, repeating, undoing, refusing."""

from __future__ import annotations

import io
import json

from tests.web.api.client import FILLS, Program, csv_of
from tests.web.api.conftest import Office

BAD = "2026-09-01T13:30:00Z,AAPL,buy,lots,10,1,USD,z1"


def test_every_row_is_accounted_for(fresh: Program) -> None:
    """Executions, problems and total add up, and a problem names line, column and value."""
    answer = fresh.send(csv_of(*FILLS, BAD), account="  New   one ", timezone="UTC")
    assert answer["account"] == "New one"
    assert answer["rows"] == {"total": 17, "executions": 16, "duplicates": 0, "other": 0, "problems": 1}
    problem = answer["problems"][0]
    assert set(problem) == {"line", "column", "value", "reason", "hint", "code"}
    assert problem["code"] == "not-a-number"
    assert (problem["line"], problem["column"], problem["value"]) == (18, "quantity", "lots")
    assert (answer["format"], answer["timezone"], answer["revision"]) == ("generic-csv", "UTC", 1)
    assert answer["id"] >= 1
    assert answer["other"] == {}


def test_the_same_file_again_adds_nothing(fresh: Program) -> None:
    """Posting identical bytes answers 201 with every execution as a duplicate."""
    first = fresh.send(csv_of(*FILLS), account="A", timezone="UTC")
    again = fresh.send(csv_of(*FILLS), account="A", timezone="UTC")
    assert again["rows"] == first["rows"] | {"executions": 0, "duplicates": 16}
    assert len(fresh.every("/api/v1/executions")) == 16


def test_an_overlapping_file_adds_the_new_rows(fresh: Program) -> None:
    """Rows of an earlier file are duplicates, the others are executions."""
    fresh.send(csv_of(*FILLS[:6]), account="A", timezone="UTC")
    answer = fresh.send(csv_of(*FILLS[4:10]), account="A", timezone="UTC")
    assert (answer["rows"]["executions"], answer["rows"]["duplicates"], answer["revision"]) == (4, 2, 2)


def test_a_dry_run_writes_nothing(fresh: Program) -> None:
    """A dry run is a 200 with the same counts, no id, the present revision, and no account afterwards."""
    answer = fresh.send(csv_of(*FILLS), account="A", timezone="UTC", dry_run="true", status=200)
    assert (answer["id"], answer["revision"], answer["state"]) == (None, 0, "dry_run")
    assert answer["rows"]["executions"] == 16
    assert fresh.get("/api/v1/accounts")["items"] == []
    assert fresh.get("/api/v1/imports")["items"] == []


def test_undoing_takes_the_rows_back(fresh: Program) -> None:
    """DELETE answers the batch as undone; its executions are gone, others stay; twice is a conflict."""
    first = fresh.send(csv_of(*FILLS[:4]), account="A", timezone="UTC")
    second = fresh.send(csv_of(*FILLS[4:6]), account="A", timezone="UTC")
    address = f"/api/v1/imports/{first['id']}"
    answer = fresh.ask(address, method="DELETE")
    assert answer.status_code == 200
    assert (answer.get_json()["id"], answer.get_json()["state"]) == (first["id"], "undone")
    assert {row["import_id"] for row in fresh.every("/api/v1/executions")} == {second["id"]}
    assert [item["state"] for item in fresh.get("/api/v1/imports")["items"]] == ["committed", "undone"]
    assert fresh.ask(address, method="DELETE").status_code == 409
    assert fresh.send(csv_of(*FILLS[:4]), account="A", timezone="UTC")["rows"]["executions"] == 4


def test_cells_are_mended_and_rows_left_out(fresh: Program) -> None:
    """Fixes sent along make a fill of a row with a fault and an other row of one left out; wrong ones are refused."""
    priceless = "2026-09-01T13:31:00Z,AAPL,buy,5,,1,USD,z2"
    cell = {"line": 18, "column": "quantity", "was": "lots", "value": "7"}
    answer = fresh.send(
        csv_of(*FILLS, BAD, priceless),
        account="A",
        timezone="UTC",
        fixes=json.dumps({"cells": [cell], "skipped": [19]}),
    )
    assert answer["rows"] == {"total": 18, "executions": 17, "duplicates": 0, "other": 1, "problems": 0}
    assert answer["other"] == {"left out by hand": 1}
    refused = fresh.send(csv_of(*FILLS), account="A", timezone="UTC", fixes='{"cells": [{"line": 2}]}', status=422)
    assert "fixes" in str(refused)


def test_imports_are_listed_newest_first(fresh: Program) -> None:
    """Pages of one go through every import, newest first."""
    made = [fresh.send(csv_of(row), account="A", timezone="UTC")["id"] for row in FILLS[:3]]
    assert [item["id"] for item in fresh.every("/api/v1/imports", limit=1)] == made[::-1]
    assert fresh.get(f"/api/v1/imports/{made[0]}")["rows"]["executions"] == 1


def test_a_format_can_be_chosen(fresh: Program) -> None:
    """A known slug is used; an unknown one is 422 and the known ones are told."""
    assert fresh.send(csv_of(*FILLS), account="A", format="generic-csv")["format"] == "generic-csv"
    answer = fresh.send(csv_of(*FILLS), account="A", format="nonsense", status=422)
    assert "nonsense" in answer["detail"]
    assert "generic-csv" in answer["hint"]


def test_an_unknown_layout_is_shown(fresh: Program) -> None:
    """A file nobody claims is 422 with its first line; an empty one is 422 too; nothing is kept."""
    assert "dear diary" in fresh.send(b"dear diary\n1,2\n", account="A", status=422)["detail"]
    assert "empty" in fresh.send(b"", account="A", status=422)["detail"]
    assert fresh.get("/api/v1/accounts")["items"] == []


def test_what_is_missing_is_named(fresh: Program) -> None:
    """Without a file, with a text for a file, without an account, with a bad zone or name: 422 by name."""
    data = csv_of(*FILLS)
    for fields, field in (
        ({"account": "A"}, "file"),
        ({"account": "A", "file": "time,symbol"}, "file"),
        ({"file": (io.BytesIO(data), "a.csv")}, "account"),
        ({"file": (io.BytesIO(data), "a.csv"), "account": "x" * 121}, "account"),
        ({"file": (io.BytesIO(data), "a.csv"), "account": "A\x07"}, "account"),
        ({"file": (io.BytesIO(data), "a.csv"), "account": "A", "timezone": "Mars/Olympus"}, "timezone"),
        ({"file": (io.BytesIO(data), "a.csv"), "account": "A", "timezone": "../../etc/passwd"}, "timezone"),
        ({"file": (io.BytesIO(data), "a.csv"), "account": "A", "dry_run": "perhaps"}, "dry_run"),
        ({"file": (io.BytesIO(data), "a.csv"), "account": "A", "colour": "red"}, "colour"),
    ):
        answer = fresh.ask("/api/v1/imports", method="POST", data=fields, content_type="multipart/form-data")
        assert answer.status_code == 422, fields
        assert answer.get_json()["field"] == field
        assert field in answer.get_json()["detail"]


def test_too_large_is_refused_before_it_is_read(fresh: Program) -> None:
    """A body above the upload limit is 413, said by its length alone; a JSON body has the smaller limit."""
    claimed = {"CONTENT_LENGTH": "300000000", "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = fresh.ask("/api/v1/imports", method="POST", environ_overrides=claimed)
    told = answer.get_json()
    assert (answer.status_code, set(told), told["code"]) == (413, {"detail", "code"}, "too-large")
    answer = fresh.client.post("/api/auth/register", data=b" " * 17_000_000, content_type="application/json")
    assert answer.status_code == 413


def test_the_other_user_has_other_imports(office: Office) -> None:
    """Another user's import is not found and not undone; an id beyond all numbers neither."""
    theirs = office.ann.get("/api/v1/imports")["items"][0]["id"]
    for path in (f"/api/v1/imports/{theirs}", "/api/v1/imports/999999", "/api/v1/imports/99999999999999999999999"):
        assert office.bob.ask(path, method="DELETE").status_code == 404
        assert office.bob.get(path, expect=404)["detail"]
    assert office.ann.get(f"/api/v1/imports/{theirs}")["state"] == "committed"
    assert len(office.bob.get("/api/v1/imports")["items"]) == 1
