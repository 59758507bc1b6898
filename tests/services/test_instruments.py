"""Instruments through the services: sizes that rows waited for, corrections, and where each is used."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.accounts import User
from domain.contract_sizes import ContractSize
from domain.errors import InvalidInputError, LedgerError, NotFoundError
from domain.filters import LedgerFilter
from domain.imports import ImportBatch
from domain.instruments import AssetClass
from services.container import Services
from services.imports import ImportRequest

HEADER = "Trade ID,Time,Symbol,Side,Quantity,Price,Commission,Currency,Asset class"
ROWS = (
    "z1,2026-03-02 09:31:05,QQXM6,Buy,2,100.00,1.10,USD,Future",
    "z2,2026-03-03 10:02:11,QQXM6,Sell,2,103.00,1.10,USD,Future",
    "z3,2026-03-03 10:02:12,ACME,Buy,5,10.00,0.10,USD,Stock",
)


def load(services: Services, user: User, *rows: str, header: str = HEADER) -> ImportBatch:
    """Import rows into the account Main."""
    payload = "\n".join([header, *rows, ""]).encode()
    request = ImportRequest(filename="f.csv", payload=payload, account="Main", timezone="America/New_York")
    return services.imports.commit(user.id, request)


def enter(services: Services, user: User, symbol: str, multiplier: str, since: date | None = None) -> None:
    """Enter the size of a future."""
    size = ContractSize(symbol=symbol, asset_class=AssetClass.FUTURE, multiplier=Decimal(multiplier), valid_from=since)
    services.instruments.save_size(user.id, size)


def gross(services: Services, user: User) -> dict[str, Decimal]:
    """Return the gross profit of each closed trade by symbol."""
    return {
        item.instrument.symbol: item.gross
        for item in services.portfolio.every_trade(user.id, LedgerFilter())
        if not item.is_open
    }


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def test_rows_wait_for_their_size_and_become_fills_once_it_is_there(services: Services, maya: User) -> None:
    """The same file again, after the size was entered, adds exactly the rows that were problems."""
    first = load(services, maya, *ROWS)
    assert (first.rows.executions, first.rows.problems) == (1, 2)
    assert load(services, maya, *ROWS).rows.duplicates == 1
    enter(services, maya, "QQX", "50")
    again = load(services, maya, *ROWS)
    assert (again.rows.executions, again.rows.duplicates, again.rows.problems) == (2, 1, 0)
    assert gross(services, maya) == {"QQXM6": Decimal(300)}
    assert load(services, maya, *ROWS).rows.duplicates == 3


def test_the_size_of_the_day_is_used(services: Services, maya: User) -> None:
    """A contract whose size changed has the one of its own time."""
    enter(services, maya, "QQX", "50")
    enter(services, maya, "QQX", "10", date(2026, 3, 1))
    load(services, maya, *ROWS)
    assert gross(services, maya) == {"QQXM6": Decimal(60)}


def test_an_owner_knows_better_than_the_table(services: Services, maya: User) -> None:
    """What was entered goes before the size an exchange lists, but not before what the file says."""
    enter(services, maya, "ES", "5")
    load(services, maya, *(row.replace("QQXM6", "ESM6") for row in ROWS))
    assert gross(services, maya) == {"ESM6": Decimal(30)}
    stated = HEADER + ",Multiplier"
    rows = (
        "y1,2026-04-02 09:31:05,ESU6,Buy,2,100.00,1.10,USD,Future,50",
        "y2,2026-04-03 10:02:11,ESU6,Sell,2,103.00,1.10,USD,Future,50",
    )
    load(services, maya, *rows, header=stated)
    assert gross(services, maya)["ESU6"] in (Decimal(300), Decimal(30))


def test_a_contradiction_asks_and_leads_to_the_page(services: Services, maya: User) -> None:
    """A file that states another size than the book has is refused with the place to correct it."""
    stated = HEADER + ",Multiplier"
    load(services, maya, "y1,2026-04-02 09:31:05,QQXU6,Buy,2,100.00,1.10,USD,Future,50", header=stated)
    with pytest.raises(LedgerError) as caught:
        load(services, maya, "y2,2026-04-03 09:31:05,QQXU6,Sell,2,100.00,1.10,USD,Future,25", header=stated)
    assert "Settings, Instruments" in caught.value.hint
    assert services.instruments.list_instruments(maya.id)[0].fills == 1


def test_correcting_a_size_computes_everything_anew(services: Services, maya: User) -> None:
    """Trades follow the new size at once, and later files of the contract are read with it."""
    load(services, maya, *(row.replace("QQXM6", "ESM6") for row in ROWS))
    assert gross(services, maya) == {"ESM6": Decimal(300)}
    item = next(found for found in services.instruments.list_instruments(maya.id) if found.instrument.symbol == "ESM6")
    assert (item.fills, item.account_names) == (2, ("Main",))
    assert [item.listed, item.tick_size] == [Decimal(50), Decimal("0.25")]
    services.instruments.correct(maya.id, item.id, multiplier=Decimal(5), name="Mini", isin="us0378331005")
    assert gross(services, maya) == {"ESM6": Decimal(30)}
    services.ledger.forget()
    assert gross(services, maya) == {"ESM6": Decimal(30)}
    later = load(services, maya, "z9,2026-03-09 09:31:05,ESM6,Buy,1,100.00,1.10,USD,Future")
    assert later.rows.executions == 1
    known = services.instruments.get(maya.id, item.id).instrument
    assert (known.name, known.isin) == ("Mini", "US0378331005")


def test_a_file_s_cusip_is_kept_and_can_be_corrected(services: Services, maya: User) -> None:
    """The number a broker prints is stored with the instrument; what somebody types replaces it."""
    head = (
        "Symbol,Quantity,Price,Action,Description,TradeDate,SettledDate,Interest,Amount,Commission,Fee,CUSIP,RecordType"
    )
    row = "KO,10,70.25,BUY,COCA COLA CO,2026-03-02,2026-03-04,0,-702.5,0,0,191216100,Trade"
    load(services, maya, row, header=head)
    (found,) = services.instruments.list_instruments(maya.id)
    assert (found.instrument.symbol, found.instrument.cusip, found.instrument.sedol) == ("KO", "191216100", "")
    services.instruments.correct(maya.id, found.id, cusip="", sedol="2206657")
    item = services.instruments.get(maya.id, found.id).instrument
    assert (item.cusip, item.sedol, item.isin) == ("", "2206657", "")
    again = load(services, maya, row, header=head)
    assert (again.rows.executions, again.rows.duplicates) == (0, 1)


@pytest.mark.parametrize("values", [
    {"multiplier": Decimal(0)}, {"isin": "US0378331006"}, {"isin": "nonsense"}, {"cusip": "037833101"},
    {"sedol": "B1YW441"}, {"sedol": "A1YW440"},
])  # fmt: skip
def test_impossible_corrections_are_refused(services: Services, maya: User, values: dict[str, Decimal]) -> None:
    """A size is above zero, and a number of a security has a check digit that fits."""
    load(services, maya, ROWS[2])
    item = services.instruments.list_instruments(maya.id)[0]
    with pytest.raises(InvalidInputError):
        services.instruments.correct(maya.id, item.id, **values)  # type: ignore[arg-type]


def test_nobody_touches_the_instruments_of_another(services: Services, maya: User) -> None:
    """Another user finds neither instrument nor size, and reads files without it."""
    load(services, maya, ROWS[2])
    enter(services, maya, "QQX", "50")
    item = services.instruments.list_instruments(maya.id)[0]
    other = services.users.register("noah", "four unrelated words")
    assert services.instruments.list_instruments(other.id) == []
    assert services.instruments.list_sizes(other.id) == ()
    with pytest.raises(NotFoundError):
        services.instruments.correct(other.id, item.id, multiplier=Decimal(2))
    with pytest.raises(NotFoundError):
        services.instruments.delete_size(other.id, services.instruments.list_sizes(maya.id)[0].id)
    assert load(services, other, *ROWS).rows.problems == 2
