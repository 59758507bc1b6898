"""Small broker files written for the tests of the services."""

from __future__ import annotations

from collections.abc import Iterable

HEADER = "Trade ID,Time,Symbol,Side,Quantity,Price,Commission,Currency"


def trades_csv(rows: Iterable[str]) -> bytes:
    """Return a CSV that the generic format recognises."""
    return "\n".join([HEADER, *rows, ""]).encode()


ROUND_TRIP = (
    "t1,2026-03-02 09:31:05,ACME,Buy,100,10.00,1.10,USD",
    "t2,2026-03-02 10:02:11,ACME,Sell,40,11.00,0.44,USD",
    "t3,2026-03-03 15:59:59,ACME,Sell,60,12.00,0.66,USD",
)
OPEN_SHORT = ("t4,2026-03-03 11:00:00,BOLT,Sell,50,20.25,1.00,USD",)
