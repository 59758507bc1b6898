"""Requests read into schemas; what does not fit is told by the name of its parameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from domain.errors import InvalidInputError

Model = TypeVar("Model", bound=BaseModel)


def read_query(model: type[Model]) -> Model:
    """Read the parameters of the URL.

    Raises:
        InvalidInputError: Naming the first parameter that is unknown, given twice or not valid.
    """
    return _validated(model, _flat(model, request.args))


def read_form(model: type[Model]) -> Model:
    """Read a form; its files are given by the same names.

    Raises:
        InvalidInputError: As `read_query`.
    """
    return _validated(model, _flat(model, request.form) | dict(request.files.items()))


def read_body(model: type[Model]) -> Model:
    """Read a JSON object.

    Raises:
        InvalidInputError: Naming the first member that is not valid.
        BadRequest: If the body is not JSON.
        UnsupportedMediaType: If it does not claim to be.
    """
    try:
        body = request.get_json()
    except UnsupportedMediaType:
        raise
    except BadRequest as error:
        raise BadRequest("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise InvalidInputError("The body is not a JSON object.", hint='Send {"name": "value"}.')
    return _validated(model, body)


def names_of(model: type[BaseModel]) -> dict[str, str]:
    """Return the outer name of each field: its alias where it has one."""
    return {name: item.alias or name for name, item in model.model_fields.items()}


def _flat(model: type[BaseModel], sent: MultiDict[str, str]) -> dict[str, Any]:
    names = names_of(model)
    lists = {alias for name, alias in names.items() if "tuple" in str(model.model_fields[name].annotation)}
    found: dict[str, Any] = {}
    for name, texts in sent.lists():
        given = [text for text in texts if text.strip()]
        if len(given) > 1 and name not in lists and name != "account":
            raise InvalidInputError(f"Parameter {name} is given {len(given)} times.", field=name)
        if given or name not in names.values():
            found[name] = ",".join(given)
    return found


def _validated(model: type[Model], values: Mapping[str, Any]) -> Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _explained(model, error) from error


def _explained(model: type[BaseModel], error: ValidationError) -> InvalidInputError:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = str(first["loc"][0])[:60] if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        known = ", ".join(names_of(model).values())
        return InvalidInputError(f"There is no parameter {name!r} here.", field=name, hint=f"Known: {known}.")
    if first["type"] == "missing":
        return InvalidInputError(f"Parameter {name} is missing.", field=name)
    reason = first["msg"].removeprefix("Value error, ").rstrip(".")
    return InvalidInputError(f"Parameter {name}: {reason[:1].lower()}{reason[1:]}.", field=name)
