"""Which column of an unknown table holds which of our fields: by name first, then by what is in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from data.brokers import cells, moments
from data.brokers.cells import CellError
from data.brokers.reader import normalise_header, number_columns
from data.brokers.words import find_side

# Best name first. English, then German, Spanish, French and Dutch.
_NAMES: dict[str, str] = {
    "executed_at": (
        "executed at|execution time|execution datetime|exec time|executed time|execution date|date time|datetime|"
        "trade time|trade datetime|transaction time|transact time|fill time|filled time|filled at|time filled|"
        "timestamp|date|trade date|transaction date|deal time|deal date|time|created at|order time|"
        "close time|update time|datum|handelszeit|ausführungszeit|zeitstempel|fecha|fecha hora|fecha operación|"
        "date heure|date opération|tijdstip"
    ),
    "date": (
        "date|trade date|execution date|transaction date|deal date|order date|t d|day|"
        "datum|handelsdatum|handelstag|buchungstag|fecha|fecha operación|date opération|transactiedatum"
    ),
    "time": (
        "time|execution time|exec time|trade time|executed time|transaction time|fill time|order time|time of day|"
        "deal time|uhrzeit|zeit|handelszeit|hora|heure|tijd|tijdstip"
    ),
    "symbol": (
        "symbol|ticker|ticker symbol|instrument|contract|pair|market|tradingsymbol|trading symbol|security|stock|"
        "underlying symbol|scrip|asset|product|isin|security id|coin|"
        "wertpapier|wertpapiername|kürzel|símbolo|simbolo|valor|symbole|titre|valeur|symbool|aandeel"
    ),
    "side": (
        "side|buy sell|b s|bs|action|direction|trade type|transaction type|order side|type|trade action|operation|"
        "order action|trans type|activity|"
        "seite|kauf verkauf|richtung|art|typ|geschäftsart|lado|compra venta|tipo|sens|achat vente|koop verkoop|soort"
    ),
    "quantity": (
        "filled quantity|filled qty|executed quantity|exec qty|fill qty|filled|executed|fill size|quantity|qty|shares|"
        "size|volume|contracts|units|no of shares|trade quantity|quantity filled|"
        "stück|menge|anzahl|stückzahl|cantidad|títulos|quantité|nombre|aantal"
    ),
    "price": (
        "fill price|filled price|execution price|exec price|executed price|average price|avg price|avg fill price|"
        "average fill price|avgprice|trade price|t price|price|price per share|unit price|deal price|"
        "kurs|preis|ausführungskurs|precio|cours|prix|koers|prijs"
    ),
    "fees": (
        "commission|commissions|fees|fee|total fees|comm fee|commission fees|fees and commissions|fees and comm|"
        "commission fee|commission amount|commissions and fees|ib commission|comm|brokerage|charges|transaction fee|"
        "trading fee|costs|total charges|comm fee tax|"
        "gebühr|gebühren|provision|kommission|comisión|comisiones|comision|frais|commission et frais|kosten"
    ),
    "fee_currency": (
        "fee currency|commission currency|fee coin|fee asset|fee unit|ib commission currency|gebührenwährung"
    ),
    "currency": (
        "currency|ccy|price currency|trade currency|currency primary|quote currency|cur|price unit|"
        "price fee total unit|währung|whg|divisa|moneda|devise|valuta|munt"
    ),
    "broker_id": (
        "execution id|exec id|executionid|ib exec id|fill id|trade id|tradeid|transaction id|deal id|trade number|"
        "trade no|match id|txid|id|uuid|reference|ausführungs id|transaktionsnummer|id operación|transactie id"
    ),
    "order_id": (
        "order id|order number|order no|orderid|order ref|orderref|auftragsnummer|ordernummer|número de orden|"
        "numéro d ordre|order reference"
    ),
    "asset_class": (
        "asset class|asset type|security type|sec type|instrument type|asset category|product type|symbol type|class|"
        "anlageklasse|clase de activo|classe d actif|type d actif"
    ),
    "multiplier": (
        "multiplier|contract size|contract multiplier|point value|multiplikator|multiplicador|multiplicateur"
    ),
    "account": (
        "account|account id|account number|account no|acct|account name|client account id|portfolio|"
        "konto|cuenta|compte|rekening"
    ),
    "status": "status|order status|state|order state|zustand|estado|statut|état",
    "tag": "tag|tags|label|strategy|setup|note|notes",
}  # fmt: skip
FIELDS: tuple[str, ...] = tuple(_NAMES)
"""Every field a column can be mapped to, in the order they are proposed."""
_EXTRA = (
    "sec|taf|nscc|nasdaq|ecn remove|ecn add|sec fee|sec fees|fee sec|taf fee|taf fees|route fee|routing fee|orf|"
    "orf fee|exchange fee|exchange fees|clearing fee|clearing fees|regulatory fee|regulatory fees|reg fee|reg fees|gst|"
    "vat|tax|taxes|stamp duty|stt|fee|fees|other fees|other charges|nfa fee|finra fee|platform fee|occ fee|"
    "transaction fees"
)
EXTRA_FEES = frozenset(_EXTRA.replace(" ", "").split("|"))
"""Costs printed beside a commission, blanks left out; together they are the fee."""
PLUS = " + "
"""What joins several columns of one field, as fees may have them."""
REQUIRED_WORDS = {"symbol": "the symbol", "quantity": "the quantity", "price": "the price"}

# A table of whole trades prints opening and closing on one line: it is no table of fills.
_ROUND_TRIP = re.compile(
    r"\b(exit|entry|entered|closing|opening|open|close|closed|opened|bought|sold|buy|sell|buy avg|sell avg)"
    r" (price|time|date|timestamp|fill id|value|datetime)\b|\b(max drawdown|mae|mfe|profit factor|market pos)\b"
)
_SHARE = 0.8
"""Part of the filled cells that must make sense for a column to be believed."""


def fold_name(header: str) -> str:
    """Return a header as it is compared: words only, camel case and punctuation split, units dropped."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header.replace("\ufeff", ""))
    text = re.sub(r"\([^)]*\)", " ", text)
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def is_round_trips(header: Sequence[str]) -> bool:
    """Whether the header is one of whole trades instead of fills."""
    names = [fold_name(name) for name in header]
    return sum(bool(_ROUND_TRIP.search(name)) for name in names) >= 2


def propose_mapping(header: Sequence[str], sample_rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Propose which column holds which field.

    Args:
        header: The column headers, a repeated one counted as `number_columns` does.
        sample_rows: Some rows below it; without any, names alone decide.

    Returns:
        Field -> the column's header (numbered when repeated). Fields without a column are left out.
    """
    columns = {name: [row[index] if index < len(row) else "" for row in sample_rows]
               for name, index in number_columns(header).items()}  # fmt: skip
    titles = {name: _title(header, name, index) for name, index in number_columns(header).items()}
    ranked = {field: _rank(field, columns) for field in FIELDS}
    chosen = _choose_time(ranked, columns)
    for field in FIELDS[3:]:
        free = [name for name in ranked[field] if name not in chosen.values()]
        fits = [name for name in free if _fits(columns[name], _CHECKS.get(field))]
        if fits:
            chosen[field] = fits[0]
    mapping = {field: titles[name] for field, name in chosen.items()}
    if "fees" in chosen:
        extra = _extra_fees(chosen, columns)
        mapping["fees"] = PLUS.join(titles[name] for name in (chosen["fees"], *extra))
    return mapping


def _extra_fees(chosen: Mapping[str, str], columns: Mapping[str, Sequence[str]]) -> list[str]:
    if not fold_name(chosen["fees"]).startswith(("comm", "brokerage")):
        return []
    free = [name for name in columns if name not in chosen.values() and fold_name(name).replace(" ", "") in EXTRA_FEES]
    return [name for name in free if _fits(columns[name], _is_number)]


def split_columns(text: str, columns: Mapping[str, int]) -> list[str]:
    """Return the headers a mapping's value names: one, or several joined by a plus."""
    return [text] if normalise_header(text) in columns or PLUS not in text else text.split(PLUS)


def _title(header: Sequence[str], name: str, index: int) -> str:
    return header[index] if normalise_header(header[index]) == name else name


def _rank(field: str, columns: Mapping[str, Sequence[str]]) -> list[str]:
    order = {word: rank for rank, word in enumerate(_NAMES[field].split("|"))}
    named = [(order[fold_name(name)], name) for name in columns if fold_name(name) in order]
    squeezed = {word.replace(" ", ""): rank for word, rank in order.items()}
    named += [
        (len(order) + squeezed[key], name)
        for name in columns
        if (key := fold_name(name).replace(" ", "")) in squeezed and fold_name(name) not in order
    ]
    return [name for _, name in sorted(named, key=lambda item: item[0])]


def _choose_time(ranked: Mapping[str, list[str]], columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return executed_at, or date and time; a date without a clock comes last."""
    whole = [name for name in ranked["executed_at"] if _fits(columns[name], _has_clock)]
    days = [name for name in ranked["date"] if _fits(columns[name], _is_day)]
    clocks = [name for name in ranked["time"] if _fits(columns[name], _is_clock)]
    dated = [name for name in ranked["executed_at"] if _fits(columns[name], _is_moment)]
    if whole:
        return {"executed_at": whole[0]}
    if days and clocks and days[0] != clocks[0]:
        return {"date": days[0], "time": clocks[0]}
    return {"executed_at": dated[0]} if dated else {}


def _fits(values: Sequence[str], check: Callable[[str], bool] | None) -> bool:
    filled = [value for value in values if value and value not in cells.EMPTY_MARKS]
    if check is None or not values:
        return True
    # One bad cell must not hide a column of a short file: it becomes a problem of its row.
    good = sum(map(check, filled))
    return 2 * good > len(filled) and good >= min(_SHARE * len(filled), len(filled) - 1)


def _reads(read: Callable[..., object], text: str, **how: bool) -> bool:
    try:
        read(text, column="", **how)
    except CellError:
        return False
    return True


def _is_moment(text: str) -> bool:
    return any(_reads(moments.read_moment, text, day_first=order) for order in (False, True))


def _has_clock(text: str) -> bool:
    is_epoch = len(text) >= 10 and text[:10].isdigit()
    return (is_epoch or moments.split_moment(text)[1] != "") and _is_moment(text)


def _is_day(text: str) -> bool:
    return any(_reads(moments.read_day, text, day_first=order) for order in (False, True))


def _is_clock(text: str) -> bool:
    return _reads(moments.read_clock, text)


def _is_number(text: str) -> bool:
    return any(_reads(cells.read_decimal, text, decimal_comma=comma) for comma in (False, True))


def _is_side(text: str) -> bool:
    return find_side(text) is not None


def _is_currency(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9]{2,6}|[$€£]", text) is not None


def _is_name(text: str) -> bool:
    return not _is_number(text)


_CHECKS: dict[str, Callable[[str], bool]] = {
    "symbol": _is_name,
    "side": _is_side,
    "quantity": _is_number,
    "price": _is_number,
    "fees": _is_number,
    "multiplier": _is_number,
    "currency": _is_currency,
    "fee_currency": _is_currency,
}


def missing_fields(mapping: Mapping[str, str], *, has_negative_quantity: bool) -> list[str]:
    """Return in words what a mapping lacks; an empty list is a complete mapping."""
    missing = [] if "executed_at" in mapping or "date" in mapping else ["the time"]
    missing += [word for field, word in REQUIRED_WORDS.items() if field not in mapping]
    if "side" not in mapping and not has_negative_quantity:
        missing.append("the side (a column of buy and sell, or negative quantities for sales)")
    return missing
