"""Contract sizes of the listed futures that files without a multiplier column name.

A size is money per point *as the price is usually quoted* (corn in cents per bushel: 50). A root that
is not here has no known size, and a row of it is a problem, never a guess.

**Source:** the contract specifications published by CME Group, Cboe, ICE and Eurex.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache


@dataclass(frozen=True, slots=True, kw_only=True)
class FutureContract:
    """What is fixed about every expiry of one futures root."""

    root: str
    exchange: str
    currency: str
    multiplier: Decimal


_TABLE = """
CME USD ES=50 MES=5 NQ=20 MNQ=2 RTY=50 M2K=5 EMD=100 NKD=5
CME JPY NIY=500
CME USD 6A=100000 6B=62500 6C=100000 6E=125000 6J=12500000 6S=125000 6N=100000 6M=500000 6L=100000 6Z=500000
CME USD M6A=10000 M6B=6250 M6E=12500 MCD=10000 MSF=12500 MJY=1250000 E7=62500 J7=6250000
CME USD BTC=5 MBT=0.1 ETH=50 MET=0.1 SOL=500 MSL=25 XRP=50000 MXP=2500
CME USD SR3=2500 SR1=4167 GE=2500 LE=400 HE=400 GF=500 LBR=27.5 DC=2000
CBOT USD YM=5 MYM=0.5 ZB=1000 UB=1000 TN=1000 ZN=1000 ZF=1000 ZT=2000 ZQ=4167
CBOT USD 2YY=1000 5YY=1000 10Y=1000 30Y=1000
CBOT USD ZC=50 ZS=50 ZW=50 KE=50 ZO=50 ZM=100 ZL=600 XC=10 XK=10 XW=10 MZC=5 MZS=5 MZW=5 MZM=10 MZL=60
NYMEX USD CL=1000 QM=500 MCL=100 NG=10000 QG=2500 MNG=1000 RB=42000 HO=42000 BZ=1000 PL=50 PA=100
COMEX USD GC=100 QO=50 MGC=10 1OZ=1 SI=5000 QI=2500 SIL=1000 HG=25000 QC=12500 MHG=2500 ALI=25
CFE USD VX=1000 VXM=100
ICE-US USD DX=1000 KC=375 CT=500 CC=10 SB=1120 OJ=150 MME=50 MFS=50
ICE-EU USD BRN=1000 WBS=1000 GAS=100
ICE-EU GBP Z=10 R=1000
EUREX EUR FDAX=25 FDXM=5 FDXS=1 FESX=10 FSXE=1 FGBL=1000 FGBM=1000 FGBS=1000 FGBX=1000 FBTP=1000 FOAT=1000 FVS=100
EUREX CHF FSMI=10
"""

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


@cache
def _contracts() -> dict[str, FutureContract]:
    found: dict[str, FutureContract] = {}
    for line in _TABLE.strip().splitlines():
        exchange, currency, *sizes = line.split()
        for root, size in (text.split("=") for text in sizes):
            found[root] = FutureContract(root=root, exchange=exchange, currency=currency, multiplier=Decimal(size))
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
