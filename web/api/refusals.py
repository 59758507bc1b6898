"""What the interface does not have: addresses nobody answers, and methods an address does not take.

Dash answers every GET it does not know with its page; these rules stand before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn

from werkzeug.exceptions import MethodNotAllowed, NotFound

from web.api.late_rules import LateRules
from web.security.guard import refuses_method

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"})
RESERVED = ("/api", "/platform")


def refuse_other_methods(rules: LateRules, methods: Mapping[str, set[str]]) -> None:
    """Answer 405 to what the rules do not take; `methods` are the taken ones by rule."""
    for rule, taken in methods.items():
        rules.add_url_rule(
            rule,
            f"refused {rule}",
            _method_refusal(taken),
            methods=sorted(_METHODS - taken),
            provide_automatic_options=False,
        )


def refuse_other_paths(rules: LateRules) -> None:
    """Answer 404 to everything else below the reserved prefixes."""
    for prefix in RESERVED:
        for rule in (prefix, f"{prefix}/<path:rest>"):
            rules.add_url_rule(rule, f"nothing {rule}", _find_nothing, methods=sorted(_METHODS))


def _method_refusal(taken: set[str]) -> Callable[..., NoReturn]:
    valid = sorted(taken | {"OPTIONS"} | ({"HEAD"} if "GET" in taken else set()))

    def refuse(**_: object) -> NoReturn:
        raise MethodNotAllowed(valid_methods=valid, description=f"This address takes {', '.join(sorted(taken))}.")

    return refuses_method(refuse)


def _find_nothing(rest: str = "") -> NoReturn:
    raise NotFound(f"There is nothing at …/{rest[:80]}." if rest else "There is nothing here.")
