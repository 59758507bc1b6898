"""Small statements with printed balances, in the layouts of brokers, written for the tests of cash and data health."""

from __future__ import annotations

import json

COINS = """portfolio,type,time,amount,balance,amount/balance unit,transfer id,trade id,order id
default,deposit,2023-02-01T10:00:00.000Z,1000.00,1000.00,EUR,dep-1,,
default,match,2023-02-01T10:05:00.000Z,-400.00,600.00,EUR,,7001,ord-1
default,match,2023-02-01T10:05:00.000Z,0.02,0.02,BTC,,7001,ord-1
default,fee,2023-02-01T10:05:00.000Z,-2.00,598.00,EUR,,7001,ord-1
default,match,2023-02-03T09:00:00.000Z,210.00,808.00,EUR,,7002,ord-2
default,match,2023-02-03T09:00:00.000Z,-0.01,0.01,BTC,,7002,ord-2
default,fee,2023-02-03T09:00:00.000Z,-1.05,806.95,EUR,,7002,ord-2
default,withdrawal,2023-02-10T12:00:00.000Z,-500.00,306.95,EUR,wd-1,,
"""
"""A coin ledger from its first day: two fills, a deposit, a withdrawal."""

HEAD = "Cash Balance\nDATE,TIME,TYPE,REF #,DESCRIPTION,Misc Fees,Commissions & Fees,AMOUNT,BALANCE\n"
DOLLARS = HEAD + (
    '3/2/26,09:40:00,TRD,="501",BOT +100 ACME @10.00,-0.02,-1.00,"-1,000.00","48,998.98"\n'
    '3/3/26,06:00:00,DOI,="502",ORDINARY DIVIDEND~ACME,,,25.00,"49,023.98"\n'
    '3/4/26,11:15:00,TRD,="503",SOLD -40 ACME @12.00,-0.01,-1.00,480.00,"49,502.97"\n'
    '3/5/26,08:00:00,EFN,="504",CLIENT REQUESTED ELECTRONIC FUNDING,,,"1,000.00","50,502.97"\n'
)
"""A cash section that starts mid-history: 50,000.00 stood before its first row."""

BROKEN = DOLLARS.replace('3/3/26,06:00:00,DOI,="502",ORDINARY DIVIDEND~ACME,,,25.00,"49,023.98"\n', "")
"""The same without the dividend's row, as if a line had been lost."""


def flex(*rows: dict[str, str]) -> bytes:
    """Return a broker's list of positions in the XML of flex queries."""
    positions = "".join(
        "<OpenPosition " + " ".join(f"{name}={json.dumps(value)}" for name, value in row.items()) + "/>" for row in rows
    )
    return (
        '<FlexQueryResponse queryName="all" type="AF"><FlexStatements count="1">'
        '<FlexStatement accountId="U7654321" fromDate="20260302" toDate="20260310" period="x" whenGenerated="20260311">'
        f"<OpenPositions>{positions}</OpenPositions></FlexStatement></FlexStatements></FlexQueryResponse>"
    ).encode()
