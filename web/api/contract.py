"""The contract of each address: what it takes, what it answers, and the view that does it.

A topic is a recorder like a page: importing its file registers nothing, mounting it on a server
does. The OpenAPI document is written from the same records, so it cannot drift from the code.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Response
from pydantic import BaseModel

from domain.errors import NotFoundError
from web.api.late_rules import LateRules
from web.api.reading import read_body, read_form, read_query
from web.security import accepts_upload

_BEYOND_ALL_IDS = 2**63
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address.

    Attributes:
        rule: Flask's rule, for example "/api/v1/imports/<int:import_id>".
        view: Called with the path's variables and with `query`, `form` and `body` where they are
            declared; returns a schema, or a schema and a status.
        answers: Schema of each good answer by status.
        errors: Statuses of bad answers it can give, besides those every address can.
        takes_upload: Whether a body up to the installation's upload limit is welcome.
        media: Types of the file it answers with; its view returns a whole response then, and it has no schema.
    """

    method: str
    rule: str
    tag: str
    view: Callable[..., Any]
    answers: Mapping[int, type[BaseModel]]
    query: type[BaseModel] | None = None
    form: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    errors: tuple[int, ...] = ()
    takes_upload: bool = False
    media: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the operation, unique in the interface."""
        return self.view.__name__

    @property
    def summary(self) -> str:
        """First line of the view's docstring."""
        return (inspect.getdoc(self.view) or "").split("\n", 1)[0]

    @property
    def description(self) -> str:
        """The rest of the view's docstring."""
        return (inspect.getdoc(self.view) or "").partition("\n")[2].strip()

    def answer(self, **arguments: Any) -> Response:
        """Read the request, call the view and write its answer."""
        if any(isinstance(value, int) and value >= _BEYOND_ALL_IDS for value in arguments.values()):
            raise NotFoundError("There is no object with such a number.")
        if self.query is not None:
            arguments["query"] = read_query(self.query)
        if self.form is not None:
            arguments["form"] = read_form(self.form)
        if self.body is not None:
            arguments["body"] = read_body(self.body)
        found = self.view(**arguments)
        if isinstance(found, Response):
            return found
        schema, status = found if isinstance(found, tuple) else (found, next(iter(self.answers)))
        return Response(schema.model_dump_json(by_alias=True), status, mimetype="application/json")


@dataclass(slots=True)
class Topic:
    """The operations of one file.

    Attributes:
        name: Heading in the documentation.
        prefix: Beginning of every address.
        about: What the documentation says under the heading.
    """

    name: str
    prefix: str
    about: str = ""
    operations: list[Operation] = field(default_factory=list)

    def get(self, path: str, answer: type[BaseModel], **options: Any) -> Callable[[View], View]:
        """Record a view that reads; options are fields of `Operation`."""
        return self._record("GET", path, {"answers": {200: answer}} | options)

    def download(self, path: str, media: tuple[str, ...], **options: Any) -> Callable[[View], View]:
        """Record a view that answers with a file of one of these types."""
        return self._record("GET", path, {"answers": {}, "media": media} | options)

    def post(self, path: str, answers: Mapping[int, type[BaseModel]], **options: Any) -> Callable[[View], View]:
        """Record a view that adds; the first of the answers is the usual one."""
        return self._record("POST", path, {"answers": answers} | options)

    def put(self, path: str, answer: type[BaseModel], **options: Any) -> Callable[[View], View]:
        """Record a view that sets something."""
        return self._record("PUT", path, {"answers": {200: answer}} | options)

    def patch(self, path: str, answer: type[BaseModel], **options: Any) -> Callable[[View], View]:
        """Record a view that changes some members of something."""
        return self._record("PATCH", path, {"answers": {200: answer}} | options)

    def delete(self, path: str, answer: type[BaseModel], **options: Any) -> Callable[[View], View]:
        """Record a view that takes something back."""
        return self._record("DELETE", path, {"answers": {200: answer}} | options)

    def _record(self, method: str, path: str, options: dict[str, Any]) -> Callable[[View], View]:
        def note(view: View) -> View:
            self.operations.append(
                Operation(method=method, rule=self.prefix + path, tag=self.name, view=view, **options)
            )
            return view

        return note

    def mount(self, rules: LateRules) -> None:
        """Add the addresses to a server."""
        for operation in self.operations:
            _mount(rules, operation)


def _mount(rules: LateRules, operation: Operation) -> None:
    def view(**arguments: Any) -> Response:
        return operation.answer(**arguments)

    if operation.takes_upload:
        accepts_upload(view)
    rules.add_url_rule(operation.rule, f"api.{operation.name}", view, methods=[operation.method])
