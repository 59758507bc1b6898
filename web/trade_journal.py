"""The journal on the page of a trade: rules, planned risk, category, templates, files, the review queue."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dash import dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import attachments, feedback, trade_journal, trade_review, written
from domain.errors import InvalidInputError, NotFoundError
from domain.money import decimal_text
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.page import CallbackRecorder
from web.shell import Shell, read_filter

if TYPE_CHECKING:
    from services.portfolio import TradeDetail


class Ids(StrEnum):
    """Ids of these parts; the first four are those of the page."""

    FOUND = "trade-found"
    CHANGED = "trade-changed"
    NOTE = "trade-note"
    SAVED = "trade-saved"
    RISK = "trade-risk"
    RISK_ERROR = "trade-risk-error"
    CATEGORY = "trade-category"
    CATEGORY_LIST = "trade-category-list"
    CATEGORY_PICK = "trade-category-pick"
    RULES = "trade-rules"
    RULE_PICK = "trade-rule-pick"
    MODE = "trade-note-mode"
    TEMPLATES = "trade-templates"
    TEMPLATE_PICK = "trade-template-pick"
    READ = "trade-note-read"
    WRITE = "trade-note-write"
    STATE = "trade-review-state"
    STATE_PICK = "trade-review-pick"
    FILES = "trade-files"
    FILES_COUNT = "trade-files-count"
    FILE_PICK = "trade-file-pick"
    UPLOADED = "trade-uploaded"


REVIEW = trade_review.JournalIds(**{name: Ids[name.upper()] for name in trade_review.JournalIds.__slots__})
DESK = CallbackRecorder()
STORES = (Ids.CATEGORY_PICK, Ids.RULE_PICK, Ids.TEMPLATE_PICK, Ids.STATE_PICK, Ids.FILE_PICK, Ids.UPLOADED)


def stores() -> list[dcc.Store]:
    """Return the stores that picks and uploads land in."""
    return [dcc.Store(id=name) for name in STORES]


def files_card(trade_id: str) -> html.Section:
    """Return the card of a trade's files."""
    number = trade_id if trade_id.isascii() and trade_id.isdecimal() else "0"
    tile = attachments.drop_tile(Ids.UPLOADED, f"/files/attachment?trade={number}")
    return trade_journal.files_card(Ids.FILES, Ids.FILES_COUNT, tile)


def find_trade(trade_id: Any) -> TradeDetail:
    """Return the signed-in person's trade; NotFoundError if there is none of this number."""
    number = str(trade_id)
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise NotFoundError("No such trade.")
    return services().portfolio.trade(current_owner(), int(number))


def known_trade(trade_id: Any) -> TradeDetail:
    """Return the trade a part of the page is about; parts stay empty while there is none."""
    if trade_id is None:
        raise PreventUpdate
    return find_trade(trade_id)


@DESK.callback(
    Output(Ids.RULES, "children"),
    Output(Ids.CATEGORY, "children"),
    Output(Ids.CATEGORY_LIST, "children"),
    Input(Ids.FOUND, "data"),
    Input(Ids.CHANGED, "data"),
    prevent_initial_call=True,
)
def fill_rules(found: str | None, _: Any) -> tuple[Any, ...]:
    """Show the rules of the trade's setup, and its category."""
    detail = known_trade(found)
    entry, trade = detail.journal, detail.trade
    rules = services().playbooks.checklist(current_owner(), trade.account_id, int(trade.id), entry.setup)
    words = trade_journal.CATEGORY_WORDS
    return trade_journal.rule_list(rules, entry.setup), words[entry.category], trade_journal.categories(entry.category)


@DESK.callback(
    Output(Ids.RISK, "value"), Output(Ids.TEMPLATES, "children"), Input(Ids.FOUND, "data"), prevent_initial_call=True
)
def fill_risk(found: str | None) -> tuple[str, Any]:
    """Put the planned risk into its field and the templates into their list."""
    risk = known_trade(found).journal.planned_risk
    templates = services().note_templates.templates(current_owner(), "trade")
    return "" if risk is None else decimal_text(risk), trade_journal.template_list(templates)


@DESK.callback(
    Output(Ids.RISK_ERROR, "children"),
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Input(Ids.RISK, "n_blur"),
    Input(Ids.RISK, "n_submit"),
    State(Ids.RISK, "value"),
    State(Ids.FOUND, "data"),
    prevent_initial_call=True,
)
def save_risk(left: int | None, entered: int | None, typed: str | None, found: str | None) -> tuple[Any, Any]:
    """Save the planned risk, or say what is wrong with it."""
    if not (left or entered) or found is None:
        raise PreventUpdate
    trade = find_trade(found).trade
    try:
        services().journal.save(current_owner(), trade.account_id, int(trade.id), planned_risk=typed or "")
    except InvalidInputError as error:
        return trade_review.error(error.message), no_update
    return [], {"risk": [left, entered]}


@DESK.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Input(Ids.CATEGORY_PICK, "data"),
    prevent_initial_call=True,
)
def save_category(pick: dict[str, Any] | None) -> Any:
    """Save a picked category."""
    if not pick:
        raise PreventUpdate
    trade, word = find_trade(pick.get("key")).trade, str(pick.get("value") or "")
    services().journal.save(current_owner(), trade.account_id, int(trade.id), category=word)
    return pick.get("at")


@DESK.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True), Input(Ids.RULE_PICK, "data"), prevent_initial_call=True
)
def answer_rule(pick: dict[str, Any] | None) -> Any:
    """Say that a rule was followed or broken, or take that back."""
    if not pick:
        raise PreventUpdate
    rule, _, answer = str(pick.get("value") or "").partition(":")
    if not rule.isdecimal() or len(rule) > 9:
        raise NotFoundError("There is no such rule.")
    trade = find_trade(pick.get("key")).trade
    followed = {"1": True, "0": False}.get(answer)
    services().playbooks.answer(current_owner(), trade.account_id, int(trade.id), int(rule), is_followed=followed)
    return pick.get("at")


@DESK.callback(
    Output(Ids.NOTE, "value", allow_duplicate=True),
    Output(Ids.MODE, "value"),
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Input(Ids.TEMPLATE_PICK, "data"),
    State(Ids.NOTE, "value"),
    prevent_initial_call=True,
)
def insert_template(pick: dict[str, Any] | None, note: str | None) -> tuple[Any, ...]:
    """Put a template behind what is written."""
    if not pick or not str(pick.get("value")).isdecimal():
        raise PreventUpdate
    trade, owner = find_trade(pick.get("key")).trade, current_owner()
    body = services().note_templates.template(owner, min(int(pick["value"]), 2**31 - 1)).body
    text = below(note, body)
    services().journal.save(owner, trade.account_id, int(trade.id), note=text)
    return text, "write", pick.get("at")


def below(note: str | None, body: str) -> str:
    """Return a note with a template below it."""
    written_already = (note or "").rstrip()
    return f"{written_already}\n\n{body}" if written_already else body


@DESK.callback(
    Output(Ids.READ, "children"),
    Output(Ids.READ, "hidden"),
    Output(Ids.WRITE, "hidden"),
    Input(Ids.MODE, "value"),
    State(Ids.NOTE, "value"),
    prevent_initial_call=True,
)
def read_note(mode: str | None, note: str | None) -> tuple[Any, bool, bool]:
    """Show the note as it reads, or the field to write it in."""
    if mode != "read":
        return None, True, False
    return written.markdown(note or "Nothing written yet."), False, True


@DESK.callback(
    Output(Ids.FILES, "children"),
    Output(Ids.FILES_COUNT, "children"),
    Input(Ids.FOUND, "data"),
    Input(Ids.UPLOADED, "data"),
    Input(Ids.FILE_PICK, "data"),
    prevent_initial_call=True,
)
def fill_files(found: str | None, _: Any, pick: dict[str, Any] | None) -> tuple[Any, str]:
    """Show the files of the trade, after removing the one that was picked."""
    from components import format as fmt

    trade, owner = known_trade(found).trade, current_owner()
    remove_picked(pick)
    files = services().attachments.of_trade(owner, trade.account_id, int(trade.id))
    grid = attachments.file_grid(files, store=Ids.FILE_PICK)
    return grid, fmt.plural(len(files), "file") if files else ""


def remove_picked(pick: dict[str, Any] | None) -> None:
    """Remove the file that a pick ("delete:7") names; one that is gone already is no error."""
    from dash import ctx

    number = str((pick or {}).get("value") or "").removeprefix("delete:")
    is_picked = any(item["prop_id"].endswith("-file-pick.data") for item in ctx.triggered)
    if not is_picked or not number.isdecimal() or len(number) > 9:
        return
    services().attachments.delete(current_owner(), int(number))


@DESK.callback(
    Output(Ids.STATE, "children"),
    Input(Ids.FOUND, "data"),
    Input(Ids.CHANGED, "data"),
    Input(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def fill_state(found: str | None, _: Any, query: str | None) -> Any:
    """Show whether the trade is reviewed, and what else waits."""
    detail, owner = known_trade(found), current_owner()
    if detail.trade.is_open:
        return html.Span("It can be reviewed once it is closed.", className="k s12")
    place = services().reviews.place(owner, read_filter(query), int(detail.trade.id))
    return trade_journal.review_state(
        detail.journal.reviewed_at,
        place,
        timezone=current_profile().timezone,
        now=services().clock(),
        query=query or "",
    )


@DESK.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.URL, "pathname", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.STATE_PICK, "data"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def mark_reviewed(pick: dict[str, Any] | None, query: str | None) -> tuple[Any, Any, Any]:
    """Call the review done and go to the next trade that waits, or put the trade back into the queue."""
    if not isinstance(pick, dict):
        raise PreventUpdate
    trade, owner, is_done = find_trade(pick.get("key")).trade, current_owner(), pick.get("value") == "done"
    place = services().reviews.place(owner, read_filter(query), int(trade.id))
    services().journal.save(owner, trade.account_id, int(trade.id), reviewed=is_done)
    following = place.older or place.newer
    if is_done and following is not None:
        return no_update, f"/trade/{following}", no_update
    done = feedback.toast("ok", "All reviewed", "No closed trade is waiting.", key=str(pick.get("at")))
    return pick.get("at"), no_update, [done] if is_done else no_update
