"""The OpenAPI 3.1 document, written from the records of the topics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from web.api.contract import Operation, Topic
from web.api.reading import names_of
from web.security.guard import COOKIELESS_RULES

_VARIABLE = re.compile(r"<(?:([\w()=]+):)?(\w+)>")
_KINDS: dict[str, dict[str, Any]] = {
    "": {"type": "string"},
    "string": {"type": "string"},
    "int": {"type": "integer", "minimum": 0},
    "int(signed=True)": {"type": "integer"},
}
_REF = "#/components/schemas/{model}"
_REASONS = {
    400: "The request is no HTTP or no JSON that makes sense.",
    401: "Without a token that holds.",
    403: "This may not be done.",
    404: "No such object of this user.",
    409: "The object exists already, or has changed meanwhile.",
    413: "Larger than this installation accepts.",
    422: "A parameter is not valid; `detail` names it.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    503: "The provider of prices does not answer.",
}
_ERROR = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "detail": {"type": "string", "description": "What is wrong, one sentence."},
        "hint": {"type": "string", "description": "What to do about it."},
        "field": {"type": "string", "description": "The parameter at fault."},
        "request_id": {"type": "string", "description": "Names the request in the log; with a status of 500 only."},
    },
}
_SECURITY = {
    "password": {
        "type": "oauth2",
        "description": "User name and password are traded for a token.",
        "flows": {"password": {"tokenUrl": "/api/auth/token", "scopes": {}}},
    },
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
}
_ABOUT = """Money, prices and quantities are decimal strings; times are UTC instants; lists carry `next_cursor`.
Errors are `{"detail": "…"}`. Figures are those of the pages, from the same functions over the same filtered trades."""


def build_document(topics: Sequence[Topic]) -> dict[str, Any]:
    """Return the document of all operations of these topics."""
    operations = [item for topic in topics for item in topic.operations]
    schemas, references = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for item in operations:
        paths.setdefault(openapi_path(item.rule), {})[item.method.lower()] = _operation(item, references)
    paths["/health"] = {"get": _health()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Fillwise", "version": "1.0.0", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": _tags(topics),
        "paths": paths,
        "components": {"schemas": schemas | {"Error": _ERROR}, "securitySchemes": _SECURITY},
        "security": [{"password": []}, {"token": []}],
    }


def _tags(topics: Sequence[Topic]) -> list[dict[str, str]]:
    """Return the headings of the document; topics of one name share theirs."""
    abouts: dict[str, list[str]] = {}
    for topic in topics:
        abouts.setdefault(topic.name, []).append(topic.about)
    return [{"name": name, "description": " ".join(texts)} for name, texts in abouts.items()]


def openapi_path(rule: str) -> str:
    """Return Flask's rule in the words of OpenAPI: `/x/<int:id>` is `/x/{id}`."""
    return _VARIABLE.sub(r"{\2}", rule)


Key = tuple[type[BaseModel], JsonSchemaMode]


def _schemas(operations: Iterable[Operation]) -> tuple[dict[str, Any], dict[Key, dict[str, Any]]]:
    keys: dict[Key, None] = {}
    for item in operations:
        keys |= {(model, "validation"): None for model in (item.form, item.body) if model}
        keys |= {(model, "serialization"): None for model in item.answers.values()}
    references, document = models_json_schema(list(keys), ref_template=_REF, schema_generator=GenerateJsonSchema)
    return dict(document.get("$defs", {})), {key: value for key, value in references.items() if key in keys}


def _operation(item: Operation, references: dict[Key, dict[str, Any]]) -> dict[str, Any]:
    answers = {
        str(status): _answer((model.__doc__ or "").split("\n", 1)[0], references[model, "serialization"])
        for status, model in item.answers.items()
    }
    if item.media:
        file = {"schema": {"type": "string", "format": "binary"}}
        known = answers.get("200", {"description": "The file.", "content": {}})
        answers["200"] = known | {"content": {**known["content"], **dict.fromkeys(item.media, file)}}
    found: dict[str, Any] = {
        "operationId": item.name,
        "tags": [item.tag],
        "summary": item.summary,
        "parameters": [*_path_parameters(item), *_query_parameters(item)],
        "responses": answers | {str(status): _problem(status) for status in _error_statuses(item)},
    }
    if item.description:
        found["description"] = item.description
    if item.rule in COOKIELESS_RULES:
        found["security"] = []
    if item.form or item.body:
        found["requestBody"] = _request_body(item, references)
    return found


def _error_statuses(item: Operation) -> list[int]:
    always = {429} if item.rule in COOKIELESS_RULES else {401, 429}
    reads = {422} if item.query or item.form or item.body else set()
    return sorted(always | reads | ({400} if item.body or item.form else set()) | set(item.errors))


def _answer(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _problem(status: int) -> dict[str, Any]:
    return _answer(_REASONS[status], {"$ref": _REF.format(model="Error")})


def _path_parameters(item: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _KINDS[kind]}
        for kind, name in _VARIABLE.findall(item.rule)
    ]


def _query_parameters(item: Operation) -> list[dict[str, Any]]:
    if item.query is None:
        return []
    schema = item.query.model_json_schema()
    required, names = schema.get("required", []), names_of(item.query).values()
    return [_query_parameter(name, dict(schema["properties"][name]), name in required) for name in names]


def _query_parameter(name: str, schema: dict[str, Any], is_required: bool) -> dict[str, Any]:
    text = schema.pop("description", "")
    schema.pop("title", None)
    if schema.get("default") in (None, "", []):
        schema.pop("default", None)
    made = {"name": name, "in": "query", "required": is_required, "schema": schema}
    return made | ({"description": text} if text else {})


def _request_body(item: Operation, references: dict[Key, dict[str, Any]]) -> dict[str, Any]:
    if item.body is not None:
        return {"required": True, "content": {"application/json": {"schema": references[item.body, "validation"]}}}
    assert item.form is not None
    mimetype = "multipart/form-data" if item.takes_upload else "application/x-www-form-urlencoded"
    return {"required": True, "content": {mimetype: {"schema": references[item.form, "validation"]}}}


def _health() -> dict[str, Any]:
    answer = {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}}
    return {
        "operationId": "health",
        "tags": [],
        "summary": "Answer that the process serves.",
        "security": [],
        "responses": {"200": _answer("It does.", answer)},
    }
