"""A page is a recorder: importing its file registers nothing, mounting it on an app does.

Dash's own `@callback` and page loader write to process-wide lists when a file is imported, so a
second app in the process gets no callbacks and a test cannot call them. Here the decorator notes
the callback and returns the function unchanged; `mount` hands everything to one app.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import dash

from web.plain_answers import answer_plainly

if TYPE_CHECKING:
    from web.first_paint import FirstPaint

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Recorded:
    """One callback as written on a page: its dependencies, options and function."""

    arguments: tuple[Any, ...]
    options: dict[str, Any]
    function: Callable[..., Any] | dash.ClientsideFunction


@dataclass(slots=True)
class CallbackRecorder:
    """Notes callbacks and replays them on an app; used by pages and by the shell."""

    recorded: list[Recorded] = field(default_factory=list)

    def callback(self, *arguments: Any, **options: Any) -> Callable[[AnyFunction], AnyFunction]:
        """Record a callback; the arguments are those of `dash.Dash.callback`."""

        def note(function: AnyFunction) -> AnyFunction:
            self.recorded.append(Recorded(arguments, options, function))
            return function

        return note

    def clientside(self, function: dash.ClientsideFunction, *arguments: Any, **options: Any) -> None:
        """Record a callback that runs in the browser, defined in `assets/js`."""
        self.recorded.append(Recorded(arguments, options, function))

    def replay(self, app: dash.Dash) -> None:
        """Register every recorded callback on an app."""
        for item in self.recorded:
            if isinstance(item.function, dash.ClientsideFunction):
                app.clientside_callback(item.function, *item.arguments, **item.options)
            else:
                app.callback(*item.arguments, **item.options)(answer_plainly(item.function))


@dataclass(slots=True)
class Page(CallbackRecorder):
    """One route: where it is, what it is called, its skeleton and its callbacks.

    Attributes:
        module: `__name__` of the page's file.
        path: Route, for example "/trades"; `path_template` instead for "/trade/<trade_id>".
        title: Shown in the top bar, the navigation and the browser's tab.
        layout: Function without required arguments; it does no I/O and knows no user.
        order: Position in the navigation.
        icon: Name for `components.icons`; "" keeps the page out of the navigation.
        group: Heading it stands under in the navigation: "", "Markets" or "foot".
        key: Second key of the `G` shortcut.
        filters: Whether the global filter applies to the page.
        first: What stands on the screen before Dash has built the page (`web.first_paint`); it may read data.
    """

    module: str = ""
    path: str = ""
    title: str = ""
    layout: Callable[..., Any] = lambda: None
    order: int = 0
    icon: str = ""
    group: str = ""
    key: str = ""
    path_template: str | None = None
    filters: bool = True
    first: Callable[[], FirstPaint] | None = None

    @property
    def slug(self) -> str:
        """Name of the page's file."""
        return self.module.rsplit(".", 1)[-1]

    def mount(self, app: dash.Dash) -> None:
        """Register the route and every recorded callback on an app (`use_pages=True, pages_folder=""`)."""
        dash.register_page(  # noqa: TID251 - the one caller
            self.module,
            path=None if self.path_template else self.path,
            path_template=self.path_template,
            title=f"{self.title} · Fillwise",
            name=self.title,
            order=self.order,
            layout=self.layout,
        )
        self.replay(app)
