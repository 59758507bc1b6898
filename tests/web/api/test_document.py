"""The OpenAPI document describes every address, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.web.api.conftest import Office
from web.api.document import openapi_path

GROUPS = ("/api/v1/", "/api/auth/")


def read_document(office: Office) -> dict[str, Any]:
    """The document as anybody gets it."""
    answer = office.ann.client.get("/openapi.json")
    assert answer.status_code == 200
    document: dict[str, Any] = answer.get_json()
    return document


def every_part(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a document."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from every_part(child)


def test_every_address_is_documented(office: Office) -> None:
    """Each rule and method of the interface stands in the document, and each documented one exists."""
    rules = {
        (openapi_path(rule.rule), method.lower())
        for rule in office.app.server.url_map.iter_rules()
        if rule.rule.startswith(GROUPS) and rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    document = read_document(office)
    documented = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert documented - {("/health", "get")} == rules
    assert ("/api/v1/imports/{import_id}", "delete") in rules
    assert len(rules) >= 15


def test_every_view_is_mounted_by_a_topic(office: Office) -> None:
    """Nothing below /api answers but operations, refusals and the catch-all."""
    for rule in office.app.server.url_map.iter_rules():
        if rule.rule.startswith("/api"):
            assert rule.endpoint.split(" ")[0].split(".")[0] in ("api", "refused", "nothing"), rule


def test_the_document_is_whole(office: Office) -> None:
    """Version 3.1, references that lead somewhere, unique names, path variables declared, errors shaped."""
    document = read_document(office)
    assert document["openapi"].startswith("3.1.")
    schemas = document["components"]["schemas"]
    for part in every_part(document):
        if isinstance(part.get("$ref"), str):
            assert part["$ref"].removeprefix("#/components/schemas/") in schemas
    operations = [item for methods in document["paths"].values() for item in methods.values()]
    assert len({item["operationId"] for item in operations}) == len(operations)
    for path, methods in document["paths"].items():
        assert re.fullmatch(r"(/[a-z0-9._-]+|/\{\w+\})+", path), "no sign of Flask's rules is left"
        for item in methods.values():
            declared = {part["name"] for part in item.get("parameters", ()) if part["in"] == "path"}
            assert declared == {part[1:-1] for part in path.split("/") if part.startswith("{")}
            assert item["summary"]
            for status, answer in item["responses"].items():
                if int(status) >= 400:
                    assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/Error")


def test_parameters_have_their_outer_names(office: Office) -> None:
    """The document says `from`, not the name inside; required ones are marked; limits are there."""
    paths = read_document(office)["paths"]
    trades = {item["name"]: item for item in paths["/api/v1/trades"]["get"]["parameters"]}
    assert {"account", "status", "from", "to", "cursor", "limit"} <= set(trades)
    assert (trades["limit"]["schema"]["maximum"], trades["limit"]["required"]) == (1000, False)
    quotes = paths["/api/v1/quotes"]["get"]["parameters"]
    assert [(item["name"], item["required"]) for item in quotes] == [("symbols", True)]
    upload = paths["/api/v1/imports"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]["$ref"]
    assert upload.endswith("/ImportForm")


def test_answers_keep_to_their_schemas(office: Office) -> None:
    """Each list answers every member its schema requires, and no other."""
    document = read_document(office)
    for path in ("imports", "accounts", "executions", "trades", "positions", "metrics", "equity"):
        content = document["paths"][f"/api/v1/{path}"]["get"]["responses"]["200"]["content"]["application/json"]
        schema = document["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[1]]
        answer = office.ann.get(f"/api/v1/{path}")
        assert set(answer) == set(schema["properties"])
        if "items" in answer:
            row = document["components"]["schemas"][schema["properties"]["items"]["items"]["$ref"].rsplit("/", 1)[1]]
            assert set(answer["items"][0]) == set(row["properties"])


def test_signing_in_is_described(office: Office) -> None:
    """The password flow leads to the token address, which itself asks for no token."""
    document = read_document(office)
    flow = document["components"]["securitySchemes"]["password"]["flows"]["password"]
    assert flow["tokenUrl"] == "/api/auth/token"
    assert document["paths"]["/api/auth/token"]["post"]["security"] == []
    assert document["security"]


def test_health_is_public(office: Office) -> None:
    """/health answers anybody."""
    assert office.ann.client.get("/health").get_json() == {"status": "ok"}
