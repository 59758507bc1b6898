"""What the Edge page does with its list of rules, and the addresses of its downloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from domain.errors import InvalidInputError
from domain.rules import Rule, rules_from_text, rules_to_text
from domain.scenarios import ExitChoice

Kept = list[dict[str, Any]]


def edited_rules(
    kept: Kept,
    cause: Any,
    *,
    switches: Sequence[list[str] | None],
    drops: Sequence[int | None],
    added: tuple[str, object],
) -> tuple[Kept, str]:
    """Return the rules after a click, and what is wrong with a rule that was to be added.

    Args:
        kept: The rules before.
        cause: What set the callback off.
        switches: Value of each rule's switch, as many as are shown.
        drops: Clicks on each rule's cross.
        added: Kind and value of the form.
    """
    if cause == "edge-rule-add":
        return _add(kept, *added)
    if isinstance(cause, dict) and cause.get("type") == "edge-rule-drop":
        place = int(cause["rule"])
        is_clicked = place < len(drops) and bool(drops[place])
        return ([*kept[:place], *kept[place + 1 :]] if is_clicked else kept), ""
    if len(switches) != len(kept):
        return kept, ""
    return [{**item, "on": bool(value)} for item, value in zip(kept, switches, strict=True)], ""


def _add(kept: Kept, kind: str, value: object) -> tuple[Kept, str]:
    text = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    try:
        (rule,) = rules_from_text(f"{kind}:{quote(text, safe=' ')}")
        rules = [*(each for item in kept for each in rules_from_text(item["rule"])), rule]
        rules_from_text(rules_to_text(rules))
    except InvalidInputError as error:
        return kept, f"{error.message} {error.hint}".strip()
    written = rules_to_text([rule])
    if any(item["rule"] == written for item in kept):
        return kept, "This rule is in the list already."
    return [*kept, {"rule": written, "on": True}], ""


def rules_href(rules: Sequence[Rule], query: str | None) -> str:
    """Return the download of the trades that rules take out."""
    return _href("/export/what-if.csv", query, {"changes": rules_to_text(rules)})


def exits_href(choice: ExitChoice, query: str | None) -> str:
    """Return the download of replayed exits."""
    pairs = {"exit": choice.kind.value, "stop": f"{choice.stop:g}", "amount": f"{choice.amount:g}"}
    return _href("/export/exits.csv", query, pairs)


def _href(path: str, query: str | None, pairs: dict[str, str]) -> str:
    return f"{path}?" + "&".join(part for part in (urlencode(pairs), (query or "").lstrip("?")) if part)
