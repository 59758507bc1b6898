"""Balances that files print, and what trades settle for in another currency than their price."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from data.brokers import ParseOptions, format_by_slug
from data.brokers.source import SourceFile
from domain.money import decimal_text
from domain.statements import Statement

OKX = (
    "UID: 1, Time Zone: UTC\n"
    "id,Order id,Time,Trade Type,Symbol,Action,Amount,Filled Price,Fee,Fee Unit,Balance Change,Balance,Balance Unit\n"
    "3,9,2024-02-01 10:00:01,Spot,BTC-USDT,Buy,0.5,40000,-0.0005,BTC,0.4995,0.4995,BTC\n"
    "2,9,2024-02-01 10:00:01,Spot,BTC-USDT,Buy,20000,40000,0,USDT,-20000,5000,USDT\n"
    "1,,2024-02-01 09:00:00,Transfer,,Transfer in,25000,,0,USDT,25000,25000,USDT\n"
)
IBKR = (
    'Statement,Header,Field Name,Field Value\nStatement,Data,Period,"March 2, 2026 - March 10, 2026"\n'
    "Account Information,Header,Field Name,Field Value\nAccount Information,Data,Base Currency,USD\n"
    "Cash Report,Header,Currency Summary,Currency,Total,Securities,Futures\n"
    "Cash Report,Data,Starting Cash,USD,100,100,0\n"
    "Cash Report,Data,Ending Cash,Base Currency Summary,1500,1500,0\n"
    "Cash Report,Data,Ending Cash,USD,1234.56,1234.56,0\n"
    "Deposits & Withdrawals,Header,Currency,Settle Date,Description,Amount\n"
    "Deposits & Withdrawals,Data,USD,2026-03-03,Electronic Fund Transfer,1000\n"
)
OFX = """OFXHEADER:100
<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><DTASOF>20260310170000<CURDEF>USD
<INVACCTFROM><BROKERID>x<ACCTID>77</INVACCTFROM>
<INVTRANLIST><DTSTART>20260301<DTEND>20260310
<INVBANKTRAN><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260305120000<TRNAMT>250.00<FITID>b1</STMTTRN></INVBANKTRAN>
</INVTRANLIST>
<INVBAL><AVAILCASH>812.40<MARGINBALANCE>0<SHORTBALANCE>0</INVBAL>
</INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>
"""
T212 = (
    "Action,Time,ISIN,Ticker,Name,No. of shares,Price / share,Currency (Price / share),Exchange rate,Result,"
    "Currency (Result),Total,Currency (Total),ID,Currency conversion fee,Currency (Currency conversion fee)\n"
    "Market buy,2026-03-02 10:00:00,US0000000001,ACME,Acme,2,50,USD,1.25,,EUR,80.12,EUR,b1,0.12,EUR\n"
    "Market sell,2026-03-03 10:00:00,US0000000001,ACME,Acme,2,60,USD,1.25,,EUR,95.86,EUR,b2,0.14,EUR\n"
)


def read(slug: str, text: str, name: str = "statement.csv") -> Statement:
    """Read a text as one format."""
    return format_by_slug(slug).parse(SourceFile(name, text.encode()), ParseOptions())


def balances(statement: Statement) -> list[tuple[int, str, str]]:
    """Line, currency and amount of each printed balance."""
    return [(item.line, item.currency, decimal_text(item.amount)) for item in statement.balances]


def test_okx_prints_one_for_each_coin() -> None:
    """Both rows of a fill print the balance of their coin, oldest first."""
    found = read("okx-ledger", OKX)
    assert found.problems == ()
    assert sorted(balances(found)) == [(3, "BTC", "0.4995"), (4, "USDT", "5000"), (5, "USDT", "25000")]
    assert [item.position for item in found.balances] == [0, 1, 2]
    assert found.balances[0].line == 5


def test_the_cash_report_holds_at_the_end_of_its_last_day() -> None:
    """Interactive Brokers' ending cash counts by currency, not the sum of all, at the close of the period."""
    found = read("ibkr-activity-statement", IBKR)
    assert balances(found) == [(8, "USD", "1234.56")]
    assert found.balances[0].occurred_at.isoformat() == "2026-03-11T03:59:59+00:00"


def test_ofx_states_its_available_cash() -> None:
    """The statement's available cash stands at the statement's time."""
    found = read("ofx-investments", OFX, "statement.qfx")
    assert [(currency, amount) for _, currency, amount in balances(found)] == [("USD", "812.4")]


def test_a_trade_settles_in_the_account_s_currency() -> None:
    """The total without its costs is what moved in euros: 80.00 out, 96.00 in; the fees go beside it."""
    found = read("trading212-history", T212)
    moved = [(item.currency, item.amount, item.identity) for item in found.settlements]
    assert moved == [("EUR", Decimal("-80.00"), "settles:b1"), ("EUR", Decimal("96.00"), "settles:b2")]
    assert found.rows == 2


@pytest.mark.parametrize("cell", ["n/a", "12,34,5", "lots"])
def test_a_balance_that_cannot_be_read_costs_no_row(cell: str) -> None:
    """The fill stays, the balance is left out, and the notes say so with the line."""
    found = read("okx-ledger", OKX.replace(",5000,USDT", f',"{cell}",USDT'))
    assert found.problems == ()
    assert len(found.executions) == 1
    assert len(found.balances) == 2
    assert any("1 printed balances were not read, first in line 4" in note for note in found.notes)


def test_identities_survive_reordering_and_repeats() -> None:
    """The same balance has the same identity in any file; two equal ones of one instant stay two."""
    lines = OKX.splitlines()
    again = read("okx-ledger", "\n".join([*lines[:2], *reversed(lines[2:]), ""]))
    first: Any = {item.identity for item in read("okx-ledger", OKX).balances}
    assert {item.identity for item in again.balances} == first
    twice = read("okx-ledger", OKX + OKX.splitlines()[-1].replace("1,,", "0,,", 1) + "\n")
    assert len({item.identity for item in twice.balances}) == len(twice.balances) == 4
