"""What the tabs of a portfolio share behind the page: which portfolio the filter means, its menu, and its troubles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from web.context import current_owner, services
from web.shell import read_filter

if TYPE_CHECKING:
    from domain.portfolios import PortfolioPlan


def current_plan(query: str | None) -> PortfolioPlan:
    """Return the portfolio that a query means."""
    return services().portfolios.plans.resolve(current_owner(), read_filter(query))


def portfolio_menu(query: str | None, path: str) -> Any:
    """Return the menu of the owner's portfolios: each sets the filter and stays on the tab."""
    from components import portfolio_view

    return portfolio_view.portfolio_menu(
        services().accounts.list_portfolios(current_owner()), read_filter(query), path=path
    )


def body_or_trouble(make: Callable[[], Any]) -> Any:
    """Return what `make` returns; where a rate is missing, why and what to do."""
    from components import portfolio_frame
    from domain.errors import CurrencyError

    try:
        return make()
    except CurrencyError as error:
        return portfolio_frame.trouble(error)


def portfolio_or_none(read: Callable[[PortfolioPlan, str], Any], query: str | None) -> Any:
    """Return a report on the filter's portfolio over its period; None while a rate is missing, which the tabs tell."""
    from domain.errors import CurrencyError

    try:
        return read(current_plan(query), read_filter(query).period)
    except CurrencyError:
        return None
