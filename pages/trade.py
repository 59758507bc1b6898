"""Trade: one round trip with its candles, its fills and what the trader says about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs

from dash import ClientsideFunction, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import fee_plan, fill_forms, marks, picker, trade_detail, trade_excursion, trade_frame, trade_review
from components import format as fmt
from domain.errors import InvalidInputError, NotFoundError
from domain.money import decimal_text
from web import trade_journal
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.fill_desk import DeskIds, FillDesk
from web.page import Page
from web.shell import Shell, read_filter
from web.trade_journal import find_trade, known_trade


class Ids(StrEnum):
    """Ids of this page."""

    ASKED = "trade-asked"
    FOUND = "trade-found"
    CHANGED = "trade-changed"
    STEPS = "trade-steps"
    BODY = "trade-body"
    MISSING = "trade-missing"
    HEAD = "trade-head"
    INTERVAL = "trade-interval"
    CHART = "trade-chart"
    SPEC = "trade-chart-spec"
    CHART_BOX = "trade-chart-box"
    NO_CHART = "trade-no-chart"
    SOURCE = "trade-source"
    EXECUTIONS = "trade-executions"
    EXCURSION = "trade-excursion"
    EXECUTIONS_TITLE = "trade-executions-title"
    EXECUTIONS_CSV = "trade-executions-csv"
    SAVED = "trade-saved"
    SETUP = "trade-setup"
    SETUP_LIST = "trade-setup-list"
    SETUP_PICK = "trade-setup-pick"
    TAGS = "trade-tags"
    TAG_LIST = "trade-tag-list"
    TAG_PICK = "trade-tag-pick"
    RATING = "trade-rating"
    RATING_PICK = "trade-rating-pick"
    STOP = "trade-stop"
    STOP_ERROR = "trade-stop-error"
    TARGET = "trade-target"
    TARGET_ERROR = "trade-target-error"
    PLAN = "trade-plan"
    NOTE = "trade-note"
    DRAFT = "trade-draft"
    PICKED = "trade-fill-picked"
    FILLS_CHANGED = "trade-fills-changed"
    ACTION = "trade-fill-action"
    UNDO = "trade-fill-undo"
    FORM = "trade-fill-form"
    FORM_TITLE = "trade-fill-form-title"
    FORM_FOOT = "trade-fill-form-foot"
    FORM_SAVE = "trade-fill-form-save"
    FORM_FILL = "trade-fill-form-fill"
    FIELD = "trade-fill-field"
    ERROR = "trade-fill-error"
    SPLIT = "trade-fill-split"
    SPLIT_FILL = "trade-fill-split-fill"
    SPLIT_QUANTITY = "trade-fill-split-quantity"
    SPLIT_SAVE = "trade-fill-split-save"
    SPLIT_ERROR = "trade-fill-split-error"


REVIEW = trade_review.ReviewIds(**{name: Ids[name.upper()] for name in trade_review.ReviewIds.__slots__})
DESK = FillDesk(
    DeskIds.from_enum(Ids, changed=Ids.FILLS_CHANGED, selected=(Ids.PICKED, "data"), account=(Ids.PICKED, "data"))
)
CHART = trade_frame.ChartIds(**{name: Ids[name.upper()] for name in trade_frame.ChartIds.__slots__})


def layout(trade_id: str = "", **_: str) -> html.Div:
    """Return the skeleton of a trade's page."""
    from domain.market import TRADE_INTERVALS

    chart = trade_frame.chart_card(CHART, [interval.value for interval in TRADE_INTERVALS])
    executions = trade_frame.executions_card(Ids.EXECUTIONS, Ids.EXECUTIONS_TITLE, Ids.EXECUTIONS_CSV)
    left = [chart, executions, trade_excursion.card(Ids.EXCURSION)]
    review = [trade_review.review_card(REVIEW, trade_journal.REVIEW, trade_id), trade_journal.files_card(trade_id)]
    body = [
        html.Div(id=Ids.HEAD, className="fw-trade-head fw-num"),
        html.Div([html.Div(left, className="col-f"), html.Div(review, className="col-f")], className="g side"),
    ]
    return html.Div(
        [
            dcc.Store(id=Ids.ASKED, data=trade_id),
            dcc.Store(id=Ids.FOUND),
            dcc.Store(id=Ids.CHANGED),
            dcc.Store(id=Ids.STEPS),
            dcc.Store(id=Ids.PICKED),
            dcc.Store(id=Ids.SPEC),
            DESK.layout(),
            *trade_review.stores(REVIEW),
            *trade_journal.stores(),
            html.Div(id=Ids.MISSING),
            html.Div(body, id=Ids.BODY, className="fw-stack"),
        ],
        className="page",
    )


PAGE = Page(module=__name__, path_template="/trade/<trade_id>", title="Trade", layout=layout)
DESK.record(PAGE)
PAGE.recorded.extend(trade_journal.DESK.recorded)


@PAGE.callback(
    Output(Ids.FOUND, "data"),
    Output(Ids.MISSING, "children"),
    Output(Ids.BODY, "hidden"),
    Input(Ids.ASKED, "data"),
)
def open_trade(asked: str | None) -> tuple[Any, Any, bool]:
    """Look the trade up, and say so when it is not there."""
    try:
        return str(find_trade(asked or "").trade.id), None, False
    except NotFoundError:
        return None, trade_detail.missing(), True


@PAGE.callback(
    Output(Ids.FOUND, "data", allow_duplicate=True),
    Output(Ids.MISSING, "children", allow_duplicate=True),
    Output(Ids.BODY, "hidden", allow_duplicate=True),
    Input(Ids.FILLS_CHANGED, "data"),
    State(Ids.ASKED, "data"),
    prevent_initial_call=True,
)
def open_again(changed: str | None, asked: str | None) -> tuple[Any, Any, bool]:
    """Look the trade up again after its fills were changed."""
    if not changed:
        raise PreventUpdate
    return open_trade(asked)


@PAGE.callback(
    Output(Ids.HEAD, "children"),
    Output(Ids.STEPS, "data"),
    Input(Ids.FOUND, "data"),
    Input(Ids.CHANGED, "data"),
    Input(Shell.FILTER, "data"),
    State(Shell.URL, "search"),
    prevent_initial_call=True,
)
def fill_head(found: str | None, _: Any, query: str | None, search: str | None) -> tuple[Any, Any]:
    """Show what the trade was and made, and where its neighbours in the list are."""
    from components.trade_grid import TradeLook
    from domain.trade_order import read_sort, write_sort

    trade, owner, chosen = known_trade(found).trade, current_owner(), read_filter(query)
    sort = read_sort(parse_qs((search or "").lstrip("?")).get("sort", [""])[0])
    carried = "&".join(part for part in (query or "", f"sort={write_sort(sort)}" if sort else "") if part)
    before, after = services().portfolio.neighbours(owner, chosen, int(trade.id), sort)
    balance = services().trade_list.views(owner, chosen).starting_balance
    look = TradeLook(
        timezone=current_profile().timezone,
        now=services().clock(),
        basis=chosen.basis,
        unit=chosen.unit,
        balance=balance,
        query=carried,
    )
    name = f"{trade.instrument.symbol} #{trade.id}"
    return trade_detail.head(trade, look), {"name": name, "before": before, "after": after, "query": carried}


@PAGE.callback(
    Output(Shell.TITLE, "children", allow_duplicate=True),
    Input(Ids.STEPS, "data"),
    prevent_initial_call=True,
)
def name_page(steps: dict[str, Any] | None) -> Any:
    """Put the trade's name and the ways to its neighbours into the top bar."""
    if not steps:
        raise PreventUpdate
    around = trade_detail.steps(steps["before"], steps["after"], steps["query"])
    return trade_detail.title(steps["name"], around)


@PAGE.callback(
    Output(Ids.EXCURSION, "children"),
    Input(Ids.FOUND, "data"),
    Input(Ids.CHANGED, "data"),
    prevent_initial_call=True,
)
def fill_excursion(found: str | None, _: Any) -> Any:
    """Show how far the trade went for and against its holder."""
    trade = known_trade(found).trade
    held = services().portfolio.excursion(current_owner(), int(trade.id))
    return trade_excursion.body(held, trade.instrument.currency)


@PAGE.callback(
    Output(Ids.SPEC, "data"),
    Output(Ids.CHART_BOX, "hidden"),
    Output(Ids.NO_CHART, "children"),
    Output(Ids.NO_CHART, "hidden"),
    Output(Ids.SOURCE, "children"),
    Output(Ids.INTERVAL, "value"),
    Input(Ids.FOUND, "data"),
    Input(Ids.INTERVAL, "value"),
    Input(Ids.CHANGED, "data"),
    prevent_initial_call=True,
)
def open_chart(found: str | None, width: str | None, changed: Any) -> tuple[Any, ...]:
    """Say which candles the chart of the trade shows, or why there are none."""
    from components import trade_chart

    trade = known_trade(found).trade
    answer = services().trade_chart.candles(trade, width)
    if answer.reason:
        empty = trade_detail.without_candles(answer.reason, answer.hint)
        return None, True, empty, False, None, answer.interval.value
    source = marks.tag("Simulated prices", tone="out") if answer.simulated else None
    spec = trade_chart.trade_spec(Ids.CHART, answer.candles, trade, interval=answer.interval, changed=changed)
    return spec, False, None, True, source, answer.interval.value


PAGE.clientside(ClientsideFunction("fillwise_chart", "show"), Input(Ids.SPEC, "data"), prevent_initial_call=True)


@PAGE.callback(
    Output(Ids.EXECUTIONS, "children"),
    Output(Ids.EXECUTIONS_TITLE, "children"),
    Output(Ids.EXECUTIONS_CSV, "href"),
    Input(Ids.FOUND, "data"),
    prevent_initial_call=True,
)
def fill_executions(found: str | None) -> tuple[Any, Any, str]:
    """List the fills with the position and the P&L they left behind."""
    detail = known_trade(found)
    method = services().accounts.account(current_owner(), detail.trade.account_id).lot_method
    words = method.value.upper() if len(method.value) == 4 else method.value
    table = trade_detail.executions(detail.trade, detail.executions, current_profile().timezone, store=Ids.ACTION)
    ids = [int(line.id) for line in detail.executions if line.fees_estimated]
    charges = services().fee_plans.explain(current_owner(), detail.trade.account_id, ids)
    why = fee_plan.explanation(detail.executions, charges, current_profile().timezone)
    about: list[Any] = [f"{fmt.plural(len(detail.executions), 'fill')}, {words} "]
    if services().fills.is_merged(current_owner(), detail.trade.account_id, [line.id for line in detail.executions]):
        about.append(fill_forms.separate_button(int(detail.trade.id), Ids.ACTION))
    return [table, why], about, f"/export/trade/{detail.trade.id}.csv"


@PAGE.callback(
    Output(Ids.NOTE, "value"),
    Output(Ids.STOP, "value"),
    Output(Ids.TARGET, "value"),
    Input(Ids.FOUND, "data"),
    prevent_initial_call=True,
)
def fill_fields(found: str | None) -> tuple[str, str, str]:
    """Put what was written before into the fields."""
    entry = known_trade(found).journal
    prices = ["" if price is None else decimal_text(price) for price in (entry.planned_stop, entry.planned_target)]
    return entry.note, prices[0], prices[1]


@PAGE.callback(
    Output(Ids.SETUP, "children"),
    Output(Ids.SETUP_LIST, "children"),
    Output(Ids.TAGS, "children"),
    Output(Ids.TAG_LIST, "children"),
    Output(Ids.RATING, "children"),
    Output(Ids.PLAN, "children"),
    Output(Ids.SAVED, "children"),
    Input(Ids.FOUND, "data"),
    Input(Ids.CHANGED, "data"),
    prevent_initial_call=True,
)
def fill_review(found: str | None, _: Any) -> tuple[Any, ...]:
    """Show setup, tags, rating and what the plan means."""
    detail, journal, owner = known_trade(found), services().journal, current_owner()
    entry, groups = detail.journal, services().tagging.looks(owner)
    plan = trade_detail.plan_line(detail.trade, entry, services().plans.planned_r(detail.trade, entry))
    return (
        entry.setup or "None",
        picker.names(journal.setups(owner), entry.setup),
        trade_detail.tag_row(entry.tags, groups),
        picker.shares(list(groups), dict.fromkeys(entry.tags, 1), 1),
        trade_detail.rating(entry.rating),
        plan,
        trade_detail.saved(entry.updated_at, current_profile().timezone, services().clock()),
    )


@PAGE.callback(
    Output(Ids.CHANGED, "data"),
    Input(Ids.SETUP_PICK, "data"),
    Input(Ids.TAG_PICK, "data"),
    Input(Ids.RATING_PICK, "data"),
    prevent_initial_call=True,
)
def save_pick(setup: Any, tag: Any, rating: Any) -> Any:
    """Save a picked setup, tag or rating."""
    found = {Ids.SETUP_PICK: ("setup", setup), Ids.TAG_PICK: ("tags", tag), Ids.RATING_PICK: ("rating", rating)}
    field, pick = found.get(ctx.triggered_id, ("", None))
    if not pick:
        raise PreventUpdate
    detail, value = find_trade(pick.get("key")), str(pick.get("value") or "").strip()
    if field == "tags":
        had = detail.journal.tags
        change: Any = [name for name in had if name != value] if value in had else [*had, value]
    else:
        change = value or (None if field == "rating" else "")
    services().journal.save(current_owner(), detail.trade.account_id, int(detail.trade.id), **{field: change})
    return pick.get("at")


@PAGE.callback(
    Output(Ids.SAVED, "children", allow_duplicate=True),
    Input(Ids.DRAFT, "data"),
    prevent_initial_call=True,
)
def save_note(draft: dict[str, Any] | None) -> str:
    """Save the note while it is written."""
    if not draft:
        raise PreventUpdate
    trade = find_trade(draft.get("key")).trade
    entry = services().journal.save(current_owner(), trade.account_id, int(trade.id), note=str(draft.get("text") or ""))
    return trade_detail.saved(entry.updated_at, current_profile().timezone, services().clock())


@PAGE.callback(
    Output(Ids.STOP_ERROR, "children"),
    Output(Ids.TARGET_ERROR, "children"),
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Input(Ids.STOP, "n_blur"),
    Input(Ids.STOP, "n_submit"),
    Input(Ids.TARGET, "n_blur"),
    Input(Ids.TARGET, "n_submit"),
    State(Ids.STOP, "value"),
    State(Ids.TARGET, "value"),
    State(Ids.FOUND, "data"),
    prevent_initial_call=True,
)
def save_plan(
    stop_left: int | None,
    stop_entered: int | None,
    target_left: int | None,
    target_entered: int | None,
    stop: str | None,
    target: str | None,
    found: str | None,
) -> tuple[Any, Any, Any]:
    """Save the planned prices, or say what is wrong with them and save nothing."""
    from domain.journal import PLANNED_STOP

    moves = [stop_left, stop_entered, target_left, target_entered]
    if not any(moves) or found is None:
        raise PreventUpdate
    try:
        services().plans.save(current_owner(), int(found), stop=stop or "", target=target or "")
    except InvalidInputError as error:
        problem = trade_review.error(error.message)
        return (problem, [], no_update) if error.field == PLANNED_STOP else ([], problem, no_update)
    return [], [], {"plan": moves}
