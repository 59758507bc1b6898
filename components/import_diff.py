"""What one import changed, as a dialog's content: a part at a time, paged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from dash import html

from components import cards, feedback, forms, tables
from components import format as fmt
from components.imports import problem_table
from domain.import_diff import AddedFill, DiffPage, DiffPart, KnownRun

_WORDS = {
    DiffPart.NEW: "New fills",
    DiffPart.KNOWN: "Already here",
    DiffPart.OTHER: "Other rows",
    DiffPart.PROBLEMS: "Left out",
    DiffPart.MENDED: "Mended",
}
_FILLS = (
    tables.Column(key="line", title="Line", align="right", muted=True, hide_mobile=True),
    tables.Column(key="at", title="Executed at", muted=True),
    tables.Column(key="symbol", title="Symbol", strong=True),
    tables.Column(key="action", title="Action"),
    tables.Column(key="quantity", title="Qty", align="right"),
    tables.Column(key="price", title="Price", align="right"),
    tables.Column(key="fee", title="Fee", align="right", muted=True, hide_mobile=True),
)
_KNOWN = (
    tables.Column(key="lines", title="Lines of this file"),
    tables.Column(key="rows", title="Rows", align="right"),
    tables.Column(key="origin", title="Came with", strong=True),
    tables.Column(key="when", title="Imported", muted=True, hide_mobile=True),
)
_OTHERS = (
    tables.Column(key="line", title="Line", align="right", muted=True),
    tables.Column(key="label", title="Broker’s word", strong=True),
    tables.Column(key="at", title="When", muted=True, hide_mobile=True),
    tables.Column(key="symbol", title="Symbol"),
    tables.Column(key="amount", title="Amount", align="right"),
    tables.Column(key="reason", title="Note", muted=True, hide_mobile=True),
)
_MENDED = (
    tables.Column(key="line", title="Line", align="right", muted=True),
    tables.Column(key="column", title="Column", strong=True),
    tables.Column(key="was", title="In the file"),
    tables.Column(key="value", title="Read as"),
)


def diff_view(page: DiffPage, *, timezone: str, now: datetime, part_id: Callable[[DiffPart, int], Any]) -> list[Any]:
    """Return one part of what an import changed, with the way to the other parts and pages.

    Args:
        page: The rows.
        timezone: Zone of the times.
        now: For "Today".
        part_id: Id of the button that opens a page of a part.
    """
    batch = page.batch
    head = html.P(
        f"{batch.filename} into {batch.account_name}, {fmt.instant(batch.created_at, timezone, now=now)}"
        f"{', undone since' if batch.is_undone else ''}.",
        className="im-sub",
    )
    parts = [
        html.Button(
            [_WORDS[part], html.Span(fmt.count(number), className="n fw-num")],
            # The page in the id keeps it apart from the buttons of the pages.
            id=part_id(part, -1),
            type="button",
            className="on" if part is page.part else "",
            **({"aria-current": "true"} if part is page.part else {}),
        )
        for part, number in page.counts.items()
        if number or part in (DiffPart.NEW, page.part)
    ]
    tabs = html.Div(parts, className="fw-tabs im-parts", role="group", **{"aria-label": "Parts of the file"})
    links = []
    if batch.rows.executions and not batch.is_undone:
        to = f"import={int(batch.id)}"
        links = [forms.link_button(name, f"/{name.lower()}?{to}", size="xs") for name in ("Trades", "Fills")]
    ways = html.Div(links, className="im-ways", hidden=not links)
    return [head, ways, tabs, html.Div(_body(page, timezone, now), className="im-diff"), _pager(page, part_id)]


def _body(page: DiffPage, timezone: str, now: datetime) -> Any:
    caption = _WORDS[page.part]
    if page.fills:
        return tables.table(_FILLS, [_fill(item, timezone) for item in page.fills], caption=caption)
    if page.known:
        rows = [_known(item, timezone, now) for item in page.known]
        rest = page.counts[DiffPart.KNOWN] - sum(item.rows for item in page.known)
        more = html.P(f"and {fmt.plural(rest, 'more row')} further down the file.", className="im-sub")
        return [tables.table(_KNOWN, rows, caption=caption), more if rest > 0 else None]
    if page.others:
        return tables.table(_OTHERS, [_other(item, timezone) for item in page.others], caption=caption)
    if page.problems:
        return problem_table([dict(item) for item in page.problems])
    if page.mended or page.skipped:
        typed = [
            {"line": fmt.count(item.line), "column": item.column, "was": _raw(item.was), "value": _raw(item.value)}
            for item in page.mended
        ]
        skipped = [
            {"line": fmt.count(line), "column": "whole row", "was": "", "value": "left out by hand"}
            for line in page.skipped
        ]
        return tables.table(_MENDED, [*typed, *skipped], caption=caption)
    return feedback.empty("circle-check", "Nothing here", _nothing(page))


def _nothing(page: DiffPage) -> str:
    if page.part is DiffPart.NEW:
        return "The import was undone: its fills left the account." if page.batch.is_undone else "It brought no fill."
    if page.part is DiffPart.OTHER:
        return "The other rows of this file were here already."
    return "There is no such row in this file."


def _fill(item: AddedFill, timezone: str) -> dict[str, Any]:
    action = item.side.word.capitalize()
    return {
        "line": fmt.count(item.line),
        "at": fmt.instant_seconds(item.executed_at, timezone),
        "symbol": cards.symbol(item.symbol),
        "action": [f"{action} ", cards.tag("deleted since", tone="out")] if item.is_deleted else action,
        "quantity": fmt.quantity(item.quantity),
        "price": fmt.price(item.price, asset_class=item.asset_class),
        "fee": fmt.plain(item.fees) if item.fees else "–",
    }


def _known(item: KnownRun, timezone: str, now: datetime) -> dict[str, Any]:
    same = item.first == item.last
    lines = fmt.count(item.first) if same else f"{fmt.count(item.first)} to {fmt.count(item.last)}"
    origin = item.filename or ("an earlier import" if item.batch else "typed by hand")
    return {
        "lines": lines,
        "rows": fmt.count(item.rows),
        "origin": html.Span(origin, className="im-cut", title=origin),
        "when": fmt.instant(item.created_at, timezone, now=now) if item.created_at else "–",
    }


def _other(item: Any, timezone: str) -> dict[str, Any]:
    amount = None if item.amount is None else cards.signed(fmt.money(item.amount, item.currency or "USD"), item.amount)
    return {
        "line": fmt.count(item.line),
        "label": item.label,
        "at": fmt.instant_seconds(item.occurred_at, timezone) if item.occurred_at else "–",
        "symbol": item.symbol or "–",
        "amount": amount,
        "reason": html.Span(item.reason or "–", className="im-cut", title=item.reason),
    }


def _raw(text: str) -> html.Span:
    return html.Span(text or "empty", className="fw-raw")


def _pager(page: DiffPage, part_id: Callable[[DiffPart, int], Any]) -> Any:
    if page.pages < 2:
        return None
    before, after = page.page - 1, page.page + 1
    return html.Div(
        [
            forms.button("Previous", id=part_id(page.part, before), size="xs")
            if before >= 0
            else forms.button("Previous", size="xs", disabled=True),
            html.Span(f"Page {fmt.count(page.page + 1)} of {fmt.count(page.pages)}", className="im-sub fw-num"),
            forms.button("Next", id=part_id(page.part, after), size="xs")
            if after < page.pages
            else forms.button("Next", size="xs", disabled=True),
        ],
        className="im-pager",
    )
