"""Columns of fees: what each of them is for, said by the person who maps it or by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from data.brokers.field_words import fold_name
from domain.charge_kinds import ChargeKind

FEE_FIELDS: Mapping[str, ChargeKind] = MappingProxyType(
    {
        "fees_commission": ChargeKind.COMMISSION,
        "fees_exchange": ChargeKind.EXCHANGE,
        "fees_clearing": ChargeKind.EXCHANGE,
        "fees_regulatory": ChargeKind.REGULATORY,
        "fees_tax": ChargeKind.TAX,
        "fees_financing": ChargeKind.FINANCING,
        "fees_conversion": ChargeKind.CONVERSION,
        "fees_other": ChargeKind.OTHER,
    }
)
"""Fields that a column of fees of one kind can be mapped to; all of them together are the fee."""

_NAMES = (
    (ChargeKind.TAX, r"gst|igst|cgst|sgst|vat|tax|taxes|stamp|stamp duty|stt|ctt|ptm levy|ftt|duty"),
    (ChargeKind.REGULATORY, r"sec|taf|finra|nfa|orf|cat|reg|regulatory|sebi|xrf"),
    (ChargeKind.FINANCING, r"swap|financing|interest|borrow|overnight|rollover|carry|margin"),
    (ChargeKind.CONVERSION, r"conversion|fx|forex|currency"),
    (ChargeKind.EXCHANGE, r"exchange|clearing|clr|ecn|route|routing|nscc|nasdaq|occ|liquidity|turnover|platform"),
    (ChargeKind.COMMISSION, r"commission|commissions|comm|brokerage|courtage|provision|broker"),
)
_KINDS = tuple((kind, re.compile(rf"\b(?:{words})\b")) for kind, words in _NAMES)


def kind_of_name(header: str) -> ChargeKind:
    """Return what a column of fees is for, as its name says; other where it says nothing of it."""
    folded = fold_name(header)
    return next((kind for kind, words in _KINDS if words.search(folded)), ChargeKind.OTHER)
