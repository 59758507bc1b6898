"""Rows that cannot be used, mended where they are shown: type a value, skip the row, or both for all alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, forms, tables
from components import format as fmt
from components.icons import icon
from domain.fixes import Fixes, RowFix, Scope, count_alike

if TYPE_CHECKING:
    from domain.errors import RowProblem

SHOWN_PROBLEMS = 40
SHOWN_FIXES = 20
_DIGITS = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "S": "5", "B": "8", " ": None})
_COLUMNS = (
    tables.Column(key="where", title="Where", muted=True),
    tables.Column(key="value", title="Value"),
    tables.Column(key="problem", title="Problem and fix"),
)
_MENDED = (
    tables.Column(key="where", title="Where", muted=True),
    tables.Column(key="what", title="What was decided"),
    tables.Column(key="act", title="", align="right"),
)
MakeId = Callable[[str, int, str], Any]


def problem_card(
    found: Sequence[RowProblem],
    *,
    total: int,
    ready: int,
    id_of: MakeId,
    download_id: Any,
    alike: Sequence[tuple[int, int]] = (),
) -> html.Section:
    """Return the rows that cannot be used, each with where, what, why, and the ways to mend it.

    Args:
        found: The problems; of very many only the first are known.
        total: How many rows have one.
        ready: How many rows of the file have none.
        id_of: Id of a part of a problem: ("value", "scope", "use" or "skip", line, column).
        download_id: Id of the button that downloads them.
        alike: For each problem how many of all have the same value, and the same reason; counted here by default.
    """
    if not total:
        fine = html.Div([icon("circle-check", tone="profit"), "Every row could be read."], className="row-f im-fine")
        return cards.card("No problems", fine)
    counts = alike or count_alike(found)
    rows = [
        _problem_row(item, same_value=value, same_kind=kind, id_of=id_of)
        for item, (value, kind) in list(zip(found, counts, strict=False))[:SHOWN_PROBLEMS]
    ]
    number = fmt.plural(total, "row")
    rest = total - len(rows)
    footer = html.Span(f"{fmt.count(rest)} more are in the download and come up as these are settled.")
    return cards.card(
        f"{number} {'needs' if total == 1 else 'need'} you",
        html.Div(tables.table(_COLUMNS, rows, caption="Rows with problems"), className="im-problems im-mend"),
        subtitle=f"the other {fmt.count(ready)} are ready" if ready else "",
        controls=forms.button(f"Download {number}", id=download_id, kind="ghost", size="xs", icon_name="download"),
        footer=footer if rest > 0 else None,
        flush=True,
    )


def _problem_row(item: RowProblem, *, same_value: int, same_kind: int, id_of: MakeId) -> dict[str, Any]:
    place = (item.line, item.column)
    tools: list[Any] = []
    if item.column:
        box = forms.text_input(
            id_of("value", *place),
            value=suggest_value(item.value),
            placeholder="Type a value",
            size="sm",
            attributes={"maxLength": 200},
        )
        tools += [
            html.Label(f"Value for {item.column} in line {item.line}", className="sr"),
            box,
            forms.button("Use", id=id_of("use", *place), size="xs"),
        ]
    tools.append(forms.button("Skip row", id=id_of("skip", *place), kind="ghost", size="xs"))
    if same_kind > 1:
        tools.append(html.Div(_scope(same_value, same_kind, id_of("scope", *place)), className="im-scope"))
    value = html.Span(_shorten(item.value), className="fw-bad", title=item.value)
    return {
        "where": html.Div([f"Line {fmt.count(item.line)}", html.Div(item.column or "whole row", className="im-sub")]),
        "value": value if item.value else html.Span("empty", className="fw-raw"),
        "problem": html.Div(
            [
                html.Div(item.reason),
                html.Div(item.hint, className="im-sub"),
                html.Div(tools, className="im-tools"),
            ]
        ),
    }


def _scope(same_value: int, same_kind: int, id_: Any) -> Any:
    options = [(Scope.ROW.value, "This row only")]
    if same_value > 1:
        options.append((Scope.VALUE.value, f"All {fmt.count(same_value)} with this value"))
    if same_kind > same_value:
        options.append((Scope.REASON.value, f"All {fmt.count(same_kind)} alike in this column"))
    return forms.select(id_, options, value=Scope.ROW.value)


def suggest_value(text: str) -> str:
    """Return the number a text most likely stands for, "" when nothing is obvious: letters that look like digits."""
    plain = text.translate(_DIGITS)
    digits = sum(char.isdigit() for char in text)
    is_number = plain.lstrip("+-").replace(",", "").replace(".", "", 1).isdigit()
    return plain if digits and plain != text and is_number else ""


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def mended_card(fixes: Fixes, *, restore_id: Callable[[int], Any]) -> html.Section | None:
    """Return what was mended in a file so far with the ways back; None when nothing was.

    Args:
        fixes: What was mended.
        restore_id: Id of the button that takes a line back; 0 is all of them.
    """
    if not fixes:
        return None
    typed = [_typed_row(item, restore_id) for item in fixes.cells[:SHOWN_FIXES]]
    skipped = [_skipped_row(line, restore_id) for line in fixes.skipped[: SHOWN_FIXES - len(typed)]]
    rest = len(fixes.cells) + len(fixes.skipped) - len(typed) - len(skipped)
    parts = []
    if fixes.cells:
        parts.append(f"{fmt.plural(len(fixes.cells), 'value')} typed")
    if fixes.skipped:
        parts.append(f"{fmt.plural(len(fixes.skipped), 'row')} left out")
    return cards.card(
        "Mended by hand",
        html.Div(tables.table(_MENDED, [*typed, *skipped], caption="What was mended"), className="im-problems"),
        subtitle=", ".join(parts),
        controls=forms.button("Take all back", id=restore_id(0), kind="ghost", size="xs", icon_name="undo-2"),
        footer=html.Span(f"and {fmt.count(rest)} more") if rest > 0 else None,
        flush=True,
    )


def _typed_row(item: RowFix, restore_id: Callable[[int], Any]) -> dict[str, Any]:
    was = html.Span(_shorten(item.was), className="fw-raw") if item.was else html.Span("empty", className="fw-raw")
    return {
        "where": html.Div([f"Line {fmt.count(item.line)}", html.Div(item.column, className="im-sub")]),
        "what": html.Span([was, " is read as ", html.B(_shorten(item.value))]),
        "act": _restore(item.line, restore_id),
    }


def _skipped_row(line: int, restore_id: Callable[[int], Any]) -> dict[str, Any]:
    return {"where": f"Line {fmt.count(line)}", "what": "Left out by hand", "act": _restore(line, restore_id)}


def _restore(line: int, restore_id: Callable[[int], Any]) -> Any:
    named = {"aria-label": f"Take line {line} back"}
    return forms.button("Take back", id=restore_id(line), kind="ghost", size="xs", attributes=named)
