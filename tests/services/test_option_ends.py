"""Expiry, assignment and exercise close the lots they end, in the layouts of three brokers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pytest

from domain.accounts import User
from domain.executions import ExecutionKind
from domain.money import from_units
from services.book import Book
from services.container import Services
from services.imports import ImportRequest

SCHWAB = b""""Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"
"03/21/2025","Assigned","KO 03/21/2025 68.00 P","PUT COCA COLA CO $68 EXP 03/21/25","2","","",""
"03/21/2025","Buy","KO","COCA COLA CO","200","$68.00","","-$13,600.00"
"03/21/2025","Expired","KO 03/21/2025 70.00 C","CALL COCA COLA CO $70 EXP 03/21/25","-3","","",""
"03/10/2025","Sell to Open","KO 03/21/2025 68.00 P","PUT COCA COLA CO $68 EXP 03/21/25","1","$1.20","","$120.00"
"03/07/2025","Sell to Close","KO 03/21/2025 70.00 C","CALL COCA COLA CO $70 EXP 03/21/25","1","$0.60","","$60.00"
"03/06/2025","Buy to Open","KO 03/21/2025 70.00 C","CALL COCA COLA CO $70 EXP 03/21/25","2","$0.40","","-$80.00"
"03/05/2025","Sell to Open","KO 03/21/2025 68.00 P","PUT COCA COLA CO $68 EXP 03/21/25","2","$0.80","","$160.00"
"03/04/2025","Buy to Open","KO 03/21/2025 70.00 C","CALL COCA COLA CO $70 EXP 03/21/25","2","$0.50","","-$100.00"
"""
_TASTY = (
    "Date,Type,Sub Type,Action,Symbol,Instrument Type,Description,Value,Quantity,Average Price,Commissions,Fees,"
    "Multiplier,Root Symbol,Underlying Symbol,Expiration Date,Strike Price,Call or Put,Order #,Currency"
)
_CALL = "100,KO,KO,3/21/25,70,CALL"
_PUT = "100,KO,KO,3/21/25,68,PUT"
TASTYTRADE = "\n".join(
    [
        _TASTY,
        (
            "2025-03-21T22:00:00+0100,Receive Deliver,Expiration,,KO    250321C00070000,Equity Option,"
            f"Removal of option due to expiration,0.00,3,0.00,--,0.00,{_CALL},,USD"
        ),
        (
            "2025-03-21T22:00:00+0100,Receive Deliver,Assignment,BUY_TO_CLOSE,KO    250321P00068000,Equity Option,"
            f"Removal of option due to assignment,0.00,2,0.00,--,0.00,{_PUT},,USD"
        ),
        (
            "2025-03-21T22:00:00+0100,Receive Deliver,Buy to Open,BUY_TO_OPEN,KO,Equity,Buy to Open 200 KO @ 68.00,"
            '"-13,600.00",200,-68.00,--,0.00,,,,,,,,USD'
        ),
        (
            "2025-03-10T15:31:00+0100,Trade,Sell to Open,SELL_TO_OPEN,KO    250321P00068000,Equity Option,"
            f"Sold 1 KO 03/21/25 Put 68.00 @ 1.20,120.00,1,120.00,0.00,0.00,{_PUT},500105,USD"
        ),
        (
            "2025-03-07T15:31:00+0100,Trade,Sell to Close,SELL_TO_CLOSE,KO    250321C00070000,Equity Option,"
            f"Sold 1 KO 03/21/25 Call 70.00 @ 0.60,60.00,1,60.00,0.00,0.00,{_CALL},500104,USD"
        ),
        (
            "2025-03-06T15:31:00+0100,Trade,Buy to Open,BUY_TO_OPEN,KO    250321C00070000,Equity Option,"
            f"Bought 2 KO 03/21/25 Call 70.00 @ 0.40,-80.00,2,-40.00,0.00,0.00,{_CALL},500103,USD"
        ),
        (
            "2025-03-05T15:31:00+0100,Trade,Sell to Open,SELL_TO_OPEN,KO    250321P00068000,Equity Option,"
            f"Sold 2 KO 03/21/25 Put 68.00 @ 0.80,160.00,2,80.00,0.00,0.00,{_PUT},500102,USD"
        ),
        (
            "2025-03-04T15:31:00+0100,Trade,Buy to Open,BUY_TO_OPEN,KO    250321C00070000,Equity Option,"
            f"Bought 2 KO 03/21/25 Call 70.00 @ 0.50,-100.00,2,-50.00,0.00,0.00,{_CALL},500101,USD"
        ),
        "",
    ]
).encode()


def flex_row(number: int, symbol: str, side: str, quantity: int, price: str, day: str, code: str) -> str:
    """Return an execution of a Flex query."""
    kind, size = ("STK", 1) if symbol == "KO" else ("OPT", 100)
    values = [
        "U7000001",
        "USD",
        kind,
        symbol,
        "COCA COLA",
        "",
        size,
        f"{day};163000",
        side,
        quantity,
        price,
        0,
        "USD",
        0,
    ]
    return ",".join(f'"{value}"' for value in (*values, "EXECUTION", f"f{number}", code))


PUT, CALL = "KO    250321P00068000", "KO    250321C00070000"
_FLEX = ["ClientAccountID", "CurrencyPrimary", "AssetClass", "Symbol", "Description", "ISIN", "Multiplier", "DateTime",
         "Buy/Sell", "Quantity", "TradePrice", "IBCommission", "IBCommissionCurrency", "Taxes", "LevelOfDetail",
         "IBExecID", "Notes/Codes"]  # fmt: skip
IBKR = "\n".join(
    [
        ",".join(f'"{name}"' for name in _FLEX),
        flex_row(1, CALL, "BUY", 2, "0.50", "20250304", "O"),
        flex_row(2, PUT, "SELL", -2, "0.80", "20250305", "O"),
        flex_row(3, CALL, "BUY", 2, "0.40", "20250306", "O"),
        flex_row(4, CALL, "SELL", -1, "0.60", "20250307", "C"),
        flex_row(5, PUT, "SELL", -1, "1.20", "20250310", "O"),
        flex_row(6, CALL, "SELL", -3, "0", "20250321", "C;Ep"),
        flex_row(7, PUT, "BUY", 2, "0", "20250321", "A;C"),
        flex_row(8, "KO", "BUY", 200, "68", "20250321", "A;O"),
        "",
    ]
).encode()
FILES = {"schwab": SCHWAB, "tastytrade": TASTYTRADE, "ibkr": IBKR}


@dataclass(frozen=True)
class Close:
    """One closed part: what its lot cost or brought, units, profit and how it ended."""

    entry: Decimal
    quantity: int
    gross: Decimal
    end: ExecutionKind


def load(services: Services, payload: bytes) -> Book:
    """Import a file and return the book."""
    user: User = services.users.register("maya", "four unrelated words")
    services.imports.commit(user.id, ImportRequest(filename="f.csv", payload=payload))
    return services.ledger.books(user.id)[0]


def closes(book: Book, right: str) -> list[Close]:
    """Return the closed parts of the option of one right, in order."""
    code = next(code for code, item in enumerate(book.instruments) if item.option and item.option.right.value == right)
    rows, found = book.group(code), book.matched.closes
    places = int(book.matched.money_places[code])
    prices = dict(zip(rows.id.tolist(), (rows.price.at(row) for row in range(len(rows))), strict=True))
    kinds = dict(zip(rows.id.tolist(), rows.kind.tolist(), strict=True))
    return [
        Close(
            entry=prices[int(found.open_id[row])],
            quantity=int(from_units(int(found.quantity[row]), int(book.matched.quantity_places[code]))),
            gross=from_units(int(found.gross[row]), places),
            end=ExecutionKind(kinds[int(found.close_id[row])]),
        )
        for row in np.flatnonzero(found.instrument == code).tolist()
    ]


@pytest.mark.parametrize("broker", FILES)
def test_ends_close_the_oldest_lots_first(services: Services, broker: str) -> None:
    """The expiry takes what the sale left of the first lot and all of the second; the assignment the first lot only."""
    book = load(services, FILES[broker])
    assert closes(book, "call") == [
        Close(Decimal("0.5"), 1, Decimal(10), ExecutionKind.TRADE),
        Close(Decimal("0.5"), 1, Decimal(-50), ExecutionKind.EXPIRY),
        Close(Decimal("0.4"), 2, Decimal(-80), ExecutionKind.EXPIRY),
    ]
    assert closes(book, "put") == [Close(Decimal("0.8"), 2, Decimal(160), ExecutionKind.ASSIGNMENT)]
    trades = book.matched.trades
    left = {
        book.instruments[int(trades.instrument[row])].symbol: int(trades.side[row])
        * int(from_units(int(trades.entry_quantity[row] - trades.exit_quantity[row]),
                         int(book.matched.quantity_places[int(trades.instrument[row])])))
        for row in np.flatnonzero(trades.is_open).tolist()
    }  # fmt: skip
    assert sorted(left.values()) == [-1, 200]
    assert left["KO"] == 200


def test_an_exercise_ends_the_call_and_brings_the_shares(services: Services) -> None:
    """The exercised contracts leave at 0, the oldest first, and the shares come at the strike."""
    rows = [
        flex_row(1, CALL, "BUY", 1, "0.50", "20250304", "O"),
        flex_row(2, CALL, "BUY", 2, "0.40", "20250306", "O"),
        flex_row(3, CALL, "SELL", -2, "0", "20250321", "C;Ex"),
        flex_row(4, "KO", "BUY", 200, "70", "20250321", "Ex;O"),
    ]
    payload = "\n".join([",".join(f'"{name}"' for name in _FLEX), *rows, ""]).encode()
    assert closes(load(services, payload), "call") == [
        Close(Decimal("0.5"), 1, Decimal(-50), ExecutionKind.EXERCISE),
        Close(Decimal("0.4"), 1, Decimal(-40), ExecutionKind.EXERCISE),
    ]
