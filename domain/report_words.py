"""Names of what reports are made of; light, because the page needs them when it is laid out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "kpis": "Key figures",
        "equity": "Equity and drawdown",
        "month": "Months",
        "calendar": "Calendar",
        "setup": "Setups",
        "symbol": "Symbols",
        "side": "Long and short",
        "weekday": "Weekdays",
        "hour": "Hours of the day",
        "duration": "Holding time",
        "tag": "Tags",
        "fees": "Fees",
        "distribution": "Distribution of results",
        "metrics": "All statistics",
        "positions": "Open positions",
        "returns": "Portfolio returns",
        "value": "What moved the value",
        "contribution": "Contribution by holding",
        "allocation": "Allocation",
        "income": "Income by month",
        "payments": "Payments",
        "gains": "Realised gains by tax year",
        "disposals": "Disposals for tax",
        "notes": "Journal notes",
        "trades": "Trades",
    }
)
"""Slug and title of every section, in the order in which a report prints them by default."""
FIRST_NAME = "Performance summary"
FIRST_SECTIONS = ("kpis", "equity", "month", "setup")
"""What a report shows until something else is chosen."""
BREAKDOWN_SECTIONS = ("month", "setup", "symbol", "side", "weekday", "hour", "duration", "tag")
PORTFOLIO_SECTIONS = (
    "returns", "value", "contribution", "allocation", "income", "payments", "gains", "disposals",
)  # fmt: skip
"""Sections about portfolios: what is held and paid, in the reporting currency, not trades."""
FORM_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "pdf": "PDF",
        "html": "HTML page",
        "xlsx": "Excel workbook",
        "csv": "CSV",
        "png": "PNG picture",
        "zip": "Chart pack (ZIP)",
    }
)
"""Kinds of files by the ending of their names."""
ACCENTS: Mapping[str, str] = MappingProxyType(
    {
        "#4b45d6": "Indigo",
        "#1677b8": "Blue",
        "#0e7f73": "Teal",
        "#4c7a22": "Green",
        "#9a6700": "Amber",
        "#be3a63": "Rose",
        "#14171d": "Ink",
    }
)
"""Accents the page offers; any other colour can be given over the API."""
