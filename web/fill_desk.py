"""What the Fills page and the page of a trade do alike with fills: edit, add, split, delete, undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import ALL, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import feedback, fill_forms, fill_grid
from domain.errors import FillwiseError, InvalidInputError
from domain.money import decimal_text
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.fills import one_fill, selected_fills, split_wish, stamp
from web.shell import Shell

if TYPE_CHECKING:
    from domain.fills import FillChange
    from web.page import Page

Rows = list[dict[str, Any]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskIds:
    """Ids of a page's parts.

    Attributes:
        selected: Id whose property `selectedRows` (of a grid) or `data` (of a store) holds the chosen fills.
        changed: Store that says that fills have changed.
    """

    changed: str
    action: str
    undo: str
    selected: str
    selected_property: str
    account: str
    account_property: str
    form: str
    form_title: str
    form_foot: str
    form_save: str
    form_fill: str
    field: str
    error: str
    split: str
    split_fill: str
    split_quantity: str
    split_save: str
    split_error: str

    @classmethod
    def from_enum(cls, ids: Any, *, selected: tuple[str, str], account: tuple[str, str], changed: str = "") -> DeskIds:
        """Return the ids of a page's enum that are called as the attributes; two are told as (id, property)."""
        told = ("selected", "selected_property", "account", "account_property", "changed")
        alike = {name: ids[name.upper()] for name in cls.__slots__ if name not in told}
        given = (*selected, *account, changed or ids.CHANGED)
        return cls(**alike, **dict(zip(told, given, strict=True)))


@dataclass(frozen=True, slots=True)
class FillDesk:
    """The dialogs and callbacks around fills of one page."""

    ids: DeskIds

    def field(self, name: str) -> dict[str, str]:
        """Return the id of a field of the form."""
        return {"type": self.ids.field, "field": name}

    def layout(self) -> html.Div:
        """Return the dialogs and stores."""
        ids = self.ids
        form = fill_forms.FormIds(
            dialog=ids.form,
            title=ids.form_title,
            save=ids.form_save,
            foot=ids.form_foot,
            field=self.field,
            error=lambda name: {"type": ids.error, "field": name},
        )
        stores = (ids.changed, ids.action, ids.undo, ids.form_fill, ids.split_fill)
        return html.Div(
            [
                fill_forms.fill_form(form),
                fill_forms.split_dialog(ids.split, ids.split_quantity, ids.split_save, ids.split_error),
                *(dcc.Store(id=name) for name in stores),
            ]
        )

    def record(self, page: Page) -> None:
        """Record the callbacks on a page."""
        ids, hear = self.ids, self._hear(page)
        chosen = State(ids.selected, ids.selected_property)
        hear(Input(ids.action, "data"), chosen)(self.act)
        hear(Input(ids.undo, "data"))(self.undo)
        errors = Output({"type": ids.error, "field": ALL}, "children", allow_duplicate=True)
        page.callback(
            Output(ids.form, "data-fw-open"),
            Output(ids.form_title, "children"),
            Output(ids.form_foot, "children"),
            Output(ids.form_fill, "data"),
            Output({"type": ids.field, "field": ALL}, "value"),
            errors,
            Output(self.field("account"), "options"),
            Input(ids.action, "data"),
            chosen,
            State(ids.account, ids.account_property),
            prevent_initial_call=True,
        )(self.open_form)
        form = Output(ids.form, "data-fw-open", allow_duplicate=True)
        values = State({"type": ids.field, "field": ALL}, "value")
        hear(form, errors, Input(ids.form_save, "n_clicks"), values, State(ids.form_fill, "data"))(self.save_form)
        page.callback(
            Output(self.field("multiplier"), "placeholder"),
            *(Input(self.field(name), "value") for name in ("asset_class", "symbol", "executed_at")),
            prevent_initial_call=True,
        )(self.tell_size)
        self._record_split(page, hear, chosen)

    def _record_split(self, page: Page, hear: Callable[..., Any], chosen: State) -> None:
        ids = self.ids
        page.callback(
            Output(ids.split, "data-fw-open"),
            Output(ids.split_fill, "data"),
            Input(ids.action, "data"),
            chosen,
            prevent_initial_call=True,
        )(self.open_split)
        hear(
            Output(ids.split, "data-fw-open", allow_duplicate=True),
            Output(ids.split_error, "children"),
            Input(ids.split_save, "n_clicks"),
            State(ids.split_quantity, "value"),
            State(ids.split_fill, "data"),
        )(self.split)

    def _hear(self, page: Page) -> Callable[..., Any]:
        """Return how a callback is recorded that changes fills and says so."""

        def hear(*arguments: Any) -> Any:
            return page.callback(
                Output(self.ids.changed, "data", allow_duplicate=True),
                Output(Shell.TOASTS, "children", allow_duplicate=True),
                *arguments,
                prevent_initial_call=True,
            )

        return hear

    def done(self, change: FillChange) -> tuple[str, list[Any]]:
        """Return what a change sets: the page asks anew, and a toast offers to undo."""
        key = stamp()
        return key, [fill_forms.done_toast(change, self.ids.undo, key=key)]

    def act(self, action: dict[str, Any] | None, selected: Rows) -> tuple[str, list[Any]]:
        """Do what a button says to the selected fills, or to the one it names."""
        wish = split_wish(action)
        fills, owner = services().fills, current_owner()
        actions = {
            "delete": fills.delete,
            "merge": fills.merge,
            "apart": fills.set_apart,
            "together": fills.put_together,
            "restore": fills.restore,
            "separate": fills.separate_all,
        }
        if wish.verb not in actions:
            raise PreventUpdate
        return self.done(actions[wish.verb](owner, [wish.fill] if wish.fill else selected_fills(selected)))

    def undo(self, pick: dict[str, Any] | None) -> tuple[str, list[Any]]:
        """Take a change back."""
        if not pick:
            raise PreventUpdate
        change = services().fills.undo(current_owner(), int(pick["value"]))
        key = stamp()
        return key, [feedback.toast("ok", "Taken back", change.summary, key=key)]

    def open_form(self, action: dict[str, Any] | None, selected: Rows, account: int | None) -> tuple[Any, ...]:
        """Open the form, empty or with the values of a fill."""
        wish = split_wish(action)
        if wish.verb not in ("new", "edit"):
            raise PreventUpdate
        names = [item["id"]["field"] for item in ctx.outputs_list[4]]
        blank: list[Any] = [None] * len(ctx.outputs_list[5])
        if wish.verb == "new":
            values: dict[str, Any] = {"account": account, "side": "buy", "asset_class": None}
            return "open", "Add a fill", None, None, [values.get(name, "") for name in names], blank, account_options()
        chosen = wish.fill or one_fill(selected)
        values = fill_grid.form_values(services().fills.fill(current_owner(), chosen))
        foot = fill_forms.delete_button(chosen, self.ids.action)
        own = [item for item in account_options() if item["value"] == values["account"]]
        return "open", "Edit a fill", foot, chosen, [values.get(name, "") for name in names], blank, own

    @staticmethod
    def tell_size(asset: str | None, symbol: str | None, time: str | None) -> str:
        """Show the contract size that is taken when none is typed."""
        from domain.instruments import AssetClass

        if not asset or not (symbol or "").strip():
            return ""
        size = services().fills.known_size(current_owner(), symbol or "", AssetClass(asset), time or "")
        return f"{decimal_text(size)}, known" if size is not None else "for example 100"

    def save_form(self, clicks: int | None, _: list[Any], execution_id: int | None) -> tuple[Any, ...]:
        """Add the fill of the form or change the one it shows; what is wrong stands under its field."""
        if not clicks:
            raise PreventUpdate
        typed = {item["id"]["field"]: str(item.get("value") or "") for item in ctx.states_list[0]}
        places = [item["id"]["field"] for item in ctx.outputs_list[3]]
        try:
            change = save_fill(typed, execution_id)
        except FillwiseError as error:
            field = getattr(error, "field", "")
            at = field if field in places else "other"
            message = fill_forms.error(error.message, error.hint)
            return no_update, no_update, no_update, [message if name == at else None for name in places]
        return *self.done(change), "", [None] * len(places)

    def open_split(self, action: dict[str, Any] | None, selected: Rows) -> tuple[str, int]:
        """Ask how much of a fill becomes the first part."""
        wish = split_wish(action)
        if wish.verb != "split":
            raise PreventUpdate
        return "open", wish.fill or one_fill(selected)

    def split(self, clicks: int | None, quantity: str | None, execution_id: int | None) -> tuple[Any, ...]:
        """Split the fill of the dialog."""
        if not clicks or execution_id is None:
            raise PreventUpdate
        try:
            change = services().fills.split(current_owner(), execution_id, quantity or "")
        except FillwiseError as error:
            return no_update, no_update, no_update, fill_forms.error(error.message, error.hint)
        return *self.done(change), "", None


def account_options() -> list[dict[str, Any]]:
    """Return the signed-in person's accounts as options."""
    accounts = services().accounts.list_accounts(current_owner())
    return [{"value": int(item.id), "label": item.name} for item in accounts]


def save_fill(typed: dict[str, str], execution_id: int | None) -> FillChange:
    """Add the fill of a form, or change one by the fields that differ from what it has."""
    from domain.fills import FillDraft

    values = {name: typed.get(name, "") for name in FillDraft.__slots__}
    owner = current_owner()
    if execution_id is None:
        if not typed["account"]:
            raise InvalidInputError("There is no account yet.", field="account", hint="Add one under Settings.")
        return services().fills.add(owner, int(typed["account"]), FillDraft(**values))
    before = fill_grid.form_values(services().fills.fill(owner, execution_id))
    if typed["account"] != str(before["account"]):
        message = "A fill stays in its account."
        raise InvalidInputError(message, field="account", hint="Delete it here and add it there.")
    changes = {name: value for name, value in values.items() if value != (before.get(name) or "")}
    return services().fills.edit(owner, execution_id, changes)
