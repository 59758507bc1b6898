"""JSON that means something: no NaN, no infinity, no broken text, no nesting without end."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from flask.json.provider import DefaultJSONProvider
from typing_extensions import override

_SUSPECT = re.compile(r"\\u(?:d[89a-f]|0000)", re.IGNORECASE)


class StrictJson(DefaultJSONProvider):
    """Reads requests; what it refuses becomes an answer of 400."""

    @override
    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the value of a JSON text.

        Raises:
            ValueError: If it is not JSON, or holds what no database can keep.
        """
        text = s.decode("utf-8") if isinstance(s, bytes) else s
        try:
            value = json.loads(text, parse_constant=_refuse, **kwargs)
        except RecursionError as error:
            message = "The JSON is nested too deeply."
            raise ValueError(message) from error
        if _SUSPECT.search(text):
            _check_text(value)
        return value


def _refuse(name: str) -> NoReturn:
    message = f"{name} is not JSON."
    raise ValueError(message)


def _check_text(value: Any) -> None:
    """Refuse half surrogate pairs and NUL; pairs, such as an escaped emoji, are fine."""
    text = json.dumps(value, ensure_ascii=False)
    text.encode("utf-8")
    if "\\u0000" in text:
        message = "The JSON holds a NUL character."
        raise ValueError(message)
