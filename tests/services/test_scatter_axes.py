"""Axes of the scatter chart that rest on candles: the numbers of each trade's own page, with their coverage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.accounts import User
from domain.errors import InvalidInputError
from domain.filters import FigureUnit, LedgerFilter
from services.container import Installation, Services
from services.scatter_axes import EXCURSION_AXES, all_axes
from tests.conftest import NOW
from tests.servers import new_database

Book = tuple[Services, User]
ONE = LedgerFilter(symbols=("AAPL",), status="closed")
FIELDS = {
    "mae": "mae", "mae_percent": "mae_fraction", "mae_r": "mae_r", "mfe": "mfe", "mfe_percent": "mfe_fraction",
    "mfe_r": "mfe_r", "give_back": "give_back", "entry_efficiency": "entry_efficiency",
    "exit_efficiency": "exit_efficiency", "total_efficiency": "total_efficiency",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """The demo workspace and its user."""
    folder = tmp_path_factory.mktemp("axes")
    services = Services(Installation(data_dir=folder, database_url=new_database(folder)), clock=lambda: NOW)
    services.migrate()
    services.demo.ensure()
    user = services.users.find("demo")
    assert user is not None
    yield services, user
    services.db.close()


@pytest.mark.parametrize("unit", [FigureUnit.MONEY, FigureUnit.PERCENT])
def test_each_point_is_the_excursion_of_its_trade(demo: Book, unit: FigureUnit) -> None:
    """MAE and MFE in money, percent and R, give-back and efficiencies equal those of the trade, in any unit."""
    services, user = demo
    assert set(FIELDS) == set(EXCURSION_AXES)
    for slug, name in FIELDS.items():
        found = services.analysis.scatter(user.id, ONE.with_(unit=unit), "size", slug)
        assert found.coverage is not None
        assert found.coverage.trades == found.trades + found.without
        assert found.coverage.measured >= found.trades > 0, slug
        for trade, value in list(zip(found.trade.tolist(), found.up.tolist(), strict=True))[:4]:
            alone = getattr(services.portfolio.excursion(user.id, trade), name)
            assert value == pytest.approx(alone, rel=1e-9, abs=1e-9), slug


def test_axes_of_dimensions_ask_for_no_candles(demo: Book) -> None:
    """Without an excursion on either axis nothing is said of candles; words and unknown axes are refused."""
    services, user = demo
    assert services.analysis.scatter(user.id, ONE, "price", "r").coverage is None
    assert {"size", "price", "held", "planned_r", "r", "mae_r", "exit_efficiency"} <= {item.slug for item in all_axes()}
    for slug in ("symbol", "luck"):
        with pytest.raises(InvalidInputError, match="not a number") as caught:
            services.analysis.scatter(user.id, ONE, slug, "mae")
        assert caught.value.field == "x"
