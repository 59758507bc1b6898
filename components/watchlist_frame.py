"""The Watchlists page before its data is known, its dialogs, and what is said about a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import cards, controls, feedback, forms, journal_forms
from components import format as fmt
from components.icons import icon
from components.watchlists import colour_options
from domain.watchlists import MOST_SYMBOLS, TILES

if TYPE_CHECKING:
    from domain.watchlists import ListImport, Watchlist

Child = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameIds:
    """Ids of the parts of the page."""

    tiles: str
    tile_choice: str
    tile_others: str
    list: str
    about: str
    body: str
    search: str
    found: str
    new: str
    change: str
    arrange: str
    csv: str
    upload: str
    form: str
    title: str
    name: str
    text: str
    save: str
    delete: str
    error: str
    mark_form: str
    mark_title: str
    colour: str
    note: str
    mark_save: str
    mark_clear: str
    mark_error: str


def frame(ids: FrameIds) -> list[Child]:
    """Return tiles, the card of the lists, and the dialogs."""
    tiles = html.Div(
        [html.Div(feedback.skeleton_kpis(5), id=ids.tiles, className="ts"), _tile_menu(ids)], className="fw-tile-strip"
    )
    tabs = forms.tabs(ids.list, [], None, label="Watchlists")
    new = controls.button("New list", id=ids.new, icon_name="plus", size="xs", kind="ghost")
    head = html.Div(
        [html.Div([tabs, new], className="tb"), html.Div(_tools(ids), className="to")], className="fw-wl-head"
    )
    about = html.Div(id=ids.about, className="fw-weak fw-wl-about")
    body = html.Div(feedback.skeleton_table(8), id=ids.body)
    return [tiles, cards.card("", [head, about, body]), _list_form(ids), _mark_form(ids)]


def _tools(ids: FrameIds) -> list[Child]:
    opened = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false"}
    add = html.Button([icon("plus"), "Add symbol"], className="fw-btn primary", type="button", **opened)
    box = forms.text_input(ids.search, placeholder="Symbol or name", kind="search", size="md", debounce=0.25)
    field = html.Div([icon("search", size=14), box], className="fw-search-box fw-mk-search")
    found = html.Div(id=ids.found, className="fw-mk-found")
    search = controls.popover(add, [field, found], width=380, align="end", label="Add a symbol")
    more = controls.icon_button("ellipsis", "More about this list", attributes=opened)
    export = html.A(
        [icon("file-down"), html.Span("Export as CSV")],
        id=ids.csv,
        href="/export/watchlist.csv",
        className="it",
        role="menuitem",
        download="",
    )
    upload = dcc.Upload(
        html.Span([icon("file-up"), html.Span("Import a file")], className="it", role="menuitem"),
        id=ids.upload,
        accept=".csv,.txt,.tsv,text/csv,text/plain,text/tab-separated-values",
        max_size=1_000_000,
        className="fw-wl-upload",
    )

    def arrange(text: str, do: str, name: str) -> Child:
        return controls.menu_item(text, id={"type": ids.arrange, "key": do}, icon_name=name)

    items = [
        controls.menu_item("Rename or delete", id=ids.change, icon_name="pencil"),
        arrange("Move left", "left", "arrow-left"),
        arrange("Move right", "right", "arrow-right"),
        arrange("Show in the ticker bar", "bar", "activity"),
        controls.menu_rule(),
        upload,
        export,
    ]
    return [search, controls.menu(more, items, align="end")]


def _tile_menu(ids: FrameIds) -> Child:
    opened = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false"}
    trigger = controls.icon_button("sliders-horizontal", "Choose the tiles", attributes=opened)
    usual = forms.checklist(ids.tile_choice, list(TILES.items()))
    usual.className = "fw-checks menu"
    others = forms.text_input(ids.tile_others, placeholder="SPY, QQQ", size="sm", debounce=True)
    body = [
        controls.menu_caption("Indices"),
        usual,
        html.Div(journal_forms.labelled("Others, by symbol", others, ids.tile_others), className="pad"),
    ]
    return controls.popover(trigger, body, width=260, align="end", label="Tiles")


def _list_form(ids: FrameIds) -> html.Dialog:
    fields = [
        journal_forms.labelled("Name", forms.text_input(ids.name), ids.name),
        journal_forms.labelled("What it is for", forms.text_area(ids.text, rows=3), ids.text),
    ]
    return journal_forms.form_dialog(
        ids.form, ids.title, fields, save_id=ids.save, delete_id=ids.delete, error_id=ids.error
    )


def _mark_form(ids: FrameIds) -> html.Dialog:
    flags = dcc.RadioItems(
        id=ids.colour,
        options=[{"value": key, "label": word} for key, word in colour_options()],
        value="none",
        className="fw-choices fw-flags",
    )
    note = forms.text_area(ids.note, placeholder="Why you watch it, what you wait for", rows=5)
    fields = [
        journal_forms.labelled("Flag", flags),
        journal_forms.labelled("Note", note, ids.note, help_="The same in every list and on the symbol's page."),
    ]
    return journal_forms.form_dialog(
        ids.mark_form,
        ids.mark_title,
        fields,
        save_id=ids.mark_save,
        delete_id=ids.mark_clear,
        error_id=ids.mark_error,
    )


def about(found: Watchlist) -> Child:
    """Return what is said about a list above its rows."""
    words = [found.description] if found.description else []
    if found.is_in_bar:
        words.append("Its prices run along the foot of every page.")
    return " · ".join(words)


def import_words(done: ListImport) -> tuple[str, str, Any]:
    """Return title, text and tone of the message after an import."""
    title = f"{fmt.plural(len(done.added), 'symbol')} added"
    count = len(done.present)
    words = [f"{fmt.plural(count, 'symbol')} {'was' if count == 1 else 'were'} there already."] if count else []
    if done.without_room:
        words.append(f"{fmt.count(done.without_room)} more did not fit: a list holds at most {MOST_SYMBOLS}.")
    words += done.problems[:3]
    more = len(done.problems) - 3
    words += [f"{fmt.plural(more, 'more line')} could not be read."] if more > 0 else []
    return title, " ".join(words), "warn" if done.problems or done.without_room else "ok"
