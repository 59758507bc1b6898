"""Contract sizes, ticks and lots of the listed futures that files without a multiplier column name.

A size is money per point *as the price is usually quoted* (corn in cents per bushel: 50). A root that
is not here has no known size, and a row of it is a problem, never a guess.

**Source:** the contract specifications published by CME Group, Cboe, ICE, Eurex, NSE and BSE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache


@dataclass(frozen=True, slots=True, kw_only=True)
class FutureContract:
    """What is fixed about every expiry of one futures root."""

    root: str
    exchange: str
    currency: str
    multiplier: Decimal
    tick_size: Decimal | None = None
    lot_size: Decimal = Decimal(1)


# root=size:tick; where an exchange quotes nearer months finer, the tick is that of the nearest ones.
_TABLE = """
CME USD ES=50:0.25 MES=5:0.25 NQ=20:0.25 MNQ=2:0.25 RTY=50:0.1 M2K=5:0.1 EMD=100:0.1 NKD=5:5
CME JPY NIY=500:5
CME USD 6A=100000:0.00005 6B=62500:0.0001 6C=100000:0.00005 6E=125000:0.00005 6J=12500000:0.0000005
CME USD 6S=125000:0.00005 6N=100000:0.00005 6M=500000:0.00001 6L=100000:0.00005 6Z=500000:0.000025
CME USD M6A=10000:0.0001 M6B=6250:0.0001 M6E=12500:0.0001 MCD=10000:0.0001 MSF=12500:0.0001 MJY=1250000:0.000001
CME USD E7=62500:0.0001 J7=6250000:0.000001
CME USD BTC=5:5 MBT=0.1:5 ETH=50:0.5 MET=0.1:0.5 SOL=500:0.05 MSL=25:0.05 XRP=50000:0.0005 MXP=2500:0.0005
CME USD SR3=2500:0.0025 SR1=4167:0.0025 GE=2500:0.0025 LE=400:0.025 HE=400:0.025 GF=500:0.025 LBR=27.5:0.5
CME USD DC=2000:0.01
CBOT USD YM=5:1 MYM=0.5:1 ZB=1000:0.03125 UB=1000:0.03125 TN=1000:0.015625 ZN=1000:0.015625 ZF=1000:0.0078125
CBOT USD ZT=2000:0.00390625 ZQ=4167:0.0025
CBOT USD 2YY=1000:0.001 5YY=1000:0.001 10Y=1000:0.001 30Y=1000:0.001
CBOT USD ZC=50:0.25 ZS=50:0.25 ZW=50:0.25 KE=50:0.25 ZO=50:0.25 ZR=20:0.5 ZM=100:0.1 ZL=600:0.01
CBOT USD XC=10:0.125 XK=10:0.125 XW=10:0.125 MZC=5:0.5 MZS=5:0.5 MZW=5:0.5 MZM=10:0.2 MZL=60:0.02
NYMEX USD CL=1000:0.01 QM=500:0.025 MCL=100:0.01 NG=10000:0.001 QG=2500:0.005 MNG=1000:0.001
NYMEX USD RB=42000:0.0001 HO=42000:0.0001 BZ=1000:0.01 PL=50:0.1 PA=100:0.5
COMEX USD GC=100:0.1 QO=50:0.25 MGC=10:0.1 1OZ=1:0.25 SI=5000:0.005 QI=2500:0.0125 SIL=1000:0.005
COMEX USD HG=25000:0.0005 QC=12500:0.002 MHG=2500:0.0005 ALI=25:0.25 HRC=20:1
CFE USD VX=1000:0.05 VXM=100:0.05
ICE-US USD DX=1000:0.005 KC=375:0.05 CT=500:0.01 CC=10:1 SB=1120:0.01 OJ=150:0.05 MME=50:0.1 MFS=50:0.1
ICE-EU USD BRN=1000:0.01 WBS=1000:0.01 GAS=100:0.25
ICE-EU GBP Z=10:0.5 R=1000:0.01
EUREX EUR FDAX=25:1 FDXM=5:1 FDXS=1:1 FESX=10:1 FSXE=1:0.5 FXXP=50:0.1 FESB=50:0.05 FVS=100:0.05
EUREX EUR FGBL=1000:0.01 FGBM=1000:0.01 FGBS=1000:0.005 FGBX=1000:0.02 FBTP=1000:0.01 FBTS=1000:0.01 FOAT=1000:0.01
EUREX CHF FSMI=10:1 CONF=1000:0.01
"""

# National Stock Exchange and BSE: lots by the day from which new contracts have them. Indian files count in
# units, so a point is worth one rupee a unit; a lot is the least that is traded. root=day:lot,day:lot
_INDIA = """
NSE NIFTY=2021-07-30:50,2024-04-26:25,2024-11-20:75
NSE BANKNIFTY=2023-07-01:15,2024-11-20:30
NSE FINNIFTY=2021-01-11:40,2024-04-26:25,2024-11-20:65
NSE MIDCPNIFTY=2022-01-24:75,2024-04-26:50,2024-11-20:120
NSE NIFTYNXT50=2024-04-24:10,2024-11-20:25
BSE SENSEX=2023-05-15:10,2025-01-01:20
BSE BANKEX=2023-05-15:15,2025-01-01:30
"""
INDIAN_TICK = Decimal("0.05")

_MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_SPELLINGS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<root>[A-Z0-9]{1,4})[FGHJKMNQUVXZ](?:20)?\d{1,2}",
        r"(?P<root>[A-Z0-9]{1,4})[ _-](?:0[1-9]|1[0-2])-\d{2}",
        rf"(?P<root>[A-Z0-9]{{1,4}})[ _](?:\d{{1,2}} ?)?(?:{_MONTHS}) ?(?:20)?\d{{2}}",
        r"(?P<root>[A-Z0-9]{1,4})[12]!",
    )
)


_INDIAN = re.compile(r"(?P<root>[A-Z]+(?:50)?)\d{2}[A-Z0-9]{3}\d*(?:\.\d+)?(?:FUT|CE|PE)")


@cache
def _contracts() -> dict[str, FutureContract]:
    found: dict[str, FutureContract] = {}
    for line in _TABLE.strip().splitlines():
        exchange, currency, *sizes = line.split()
        for root, size, tick in (re.split("[=:]", text) for text in sizes):
            found[root] = FutureContract(
                root=root,
                exchange=exchange,
                currency=currency,
                multiplier=Decimal(size),
                tick_size=Decimal(tick),
            )
    return found


def future_root(symbol: str) -> str | None:
    """Return the root of a futures symbol; None when the text is not spelt like one.

    Understands "MESM6", "/NQM26", "/ESM26:XCME", "CME_MINI:MES1!", "ES 09-25", "MNQ 18JUN26" and a bare
    known root. The root need not be in the table.
    """
    parts = [part.strip().lstrip("/@") for part in symbol.upper().split(":")]
    for part in parts:
        if part in _contracts():
            return part
        for spelling in _SPELLINGS:
            match = spelling.fullmatch(part)
            if match:
                return match["root"]
    return None


def future_contract(symbol: str) -> FutureContract | None:
    """Return what is known of a future by its symbol; None when the root is not known."""
    root = future_root(symbol)
    return _contracts().get(root) if root else None


def future_multiplier(symbol: str) -> Decimal | None:
    """Return the money per point of a futures symbol; None when it is not known."""
    contract = future_contract(symbol)
    return contract.multiplier if contract else None


@cache
def _indian_lots() -> dict[str, tuple[tuple[date, Decimal], ...]]:
    found: dict[str, tuple[tuple[date, Decimal], ...]] = {}
    for line in _INDIA.strip().splitlines():
        root, lots = line.split()[1].split("=")
        pairs = (text.split(":") for text in lots.split(","))
        found[root] = tuple((date.fromisoformat(day), Decimal(lot)) for day, lot in pairs)
    return found


def indian_lot(symbol: str, day: date) -> Decimal | None:
    """Return the lot of an Indian index future or option ("NIFTY24JANFUT", "BANKNIFTY2410347700CE") traded on a day.

    None for a root that is not in the table, and for days before its first entry.
    """
    match = _INDIAN.fullmatch(symbol.upper())
    lots = _indian_lots().get(match["root"], ()) if match else ()
    valid = [lot for start, lot in lots if start <= day]
    return valid[-1] if valid else None
