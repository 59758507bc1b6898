"""The words of a DEGIRO account statement: its localised columns, descriptions and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from data.brokers.cells import CellError, read_decimal
from data.brokers.reader import Record, normalise_header
from domain.executions import Side
from domain.statements import OtherKind

PENCE = Decimal(100)
PENNY_MARKS = {"GBX": "GBP", "GBp": "GBP"}

# Each column by its title in Dutch, English, German, French, Spanish, Italian and Portuguese.
TITLES = {
    "date": ("datum", "date", "fecha", "data"),
    "time": ("tijd", "time", "uhrzeit", "uhrze", "heure", "hora", "ora"),
    "product": ("product", "produkt", "produit", "producto", "prodotto", "produto"),
    "isin": ("isin", "code isin"),
    "description": ("omschrijving", "description", "beschreibung", "descripción", "descrizione", "descrição"),
    "change": ("mutatie", "change", "änderung", "mouvements", "variación", "variazioni", "mudança"),
    "balance": ("saldo", "balance", "solde"),
    "order": ("order id", "order-id", "id orden", "id ordre", "id ordine", "id da ordem"),
}
RATE_TITLES = ("fx", "t. cambio", "tipo", "tasso di cambio", "taux")

VERBS = {
    "koop": Side.BUY, "buy": Side.BUY, "achat": Side.BUY, "compra": Side.BUY, "kauf": Side.BUY, "acquisto": Side.BUY,
    "verkoop": Side.SELL, "sell": Side.SELL, "vente": Side.SELL, "venta": Side.SELL, "venda": Side.SELL,
    "verkauf": Side.SELL, "vendita": Side.SELL,
}  # fmt: skip
_TRADE = re.compile(
    rf"(?:(?P<prefix>[^:@]+?) ?: ?)?(?P<verb>{'|'.join(VERBS)}) "
    r"(?P<quantity>\d[\d.,]*(?: \d{3}(?:[.,]\d+)?)*)"
    r"(?: (?P<name>(?=\S*[^\W\d_]).+?))? ?(?:@|zu je) ?"
    r"(?P<price>\d[\d.,]*(?: \d{3}(?:[.,]\d+)?)*) (?P<currency>[A-Z]{3}|GBp)(?: \(.*\))?",
    re.IGNORECASE,
)
_COSTS = re.compile(
    r"transactiekosten|transaction (?:costs?|and/or third|fees?)|transaktions(?:gebühr|kosten)|courtage et/ou|"
    r"comissões de transação|cost[eio]s? (?:de|di) trans|commissioni di transazione",
    re.IGNORECASE,
)
_DIVIDEND = re.compile(r"dividend|ritenuta|adr/gdr", re.IGNORECASE)
_TAX = re.compile(r"belasting|impôt|imposto|steuer|\btax\b|withh|ritenuta|retención|adr/gdr", re.IGNORECASE)
_WORDS = (
    (r"valuta|\bfx\b|divisa|währungswechsel|op[ée]ration de change|cambio", OtherKind.CONVERSION),
    (r"cash sweep|geldrekening|geldkonto|flatex ?degiro bank|compte espèces", OtherKind.TRANSFER),
    (r"rente\b|interest|zins|juros|intérêt|interess", OtherKind.INTEREST),
    (r"courtesy|promot", OtherKind.REWARD),
    (r"kosten|\bfee\b|frais|custo|costi\b|coste", OtherKind.FEE),
    (r"withdrawal|terugstorting|auszahlung|prelievo|retirada|retrait|levantamento", OtherKind.WITHDRAWAL),
    (r"deposit|storting|einzahlung|versement|ingreso|depósito", OtherKind.DEPOSIT),
)
_OTHER_WORDS = tuple((re.compile(words, re.IGNORECASE), kind) for words, kind in _WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the columns are; `titles` are the file's own words, for messages."""

    titles: dict[str, str]
    positions: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A purchase or sale as its description words it; `prefix` marks what is none (product change, cash fund)."""

    side: Side
    quantity: Decimal
    price: Decimal
    currency: str
    prefix: str = ""
    fits_amount: bool = True


def find_columns(cells: Sequence[str]) -> Columns | None:
    """Return the columns of a header, None when it is none.

    The amounts have no title: each stands beside the title that holds its currency, normally right of it.
    """
    names = [normalise_header(cell) for cell in cells]
    positions: dict[str, int] = {}
    for field, words in TITLES.items():
        found = next((index for index, name in enumerate(names) if name in words), None)
        if found is None:
            return None
        positions[field] = found
    amount = _find_nameless(names, positions["change"])
    if amount is None:
        return None
    titles = {field: cells[index] for field, index in positions.items()}
    positions["amount"], titles["amount"] = amount, f"{titles['change']} (amount)"
    rate = next((index for index, name in enumerate(names) if name in RATE_TITLES), None)
    if rate is not None:
        positions["rate"], titles["rate"] = rate, cells[rate]
    return Columns(titles=titles, positions=positions)


def _find_nameless(names: Sequence[str], beside: int) -> int | None:
    places = (beside + 1, beside - 1)
    return next((place for place in places if 0 <= place < len(names) and not names[place]), None)


def join_wrapped_ids(records: Sequence[Record], positions: Mapping[str, int]) -> tuple[dict[int, str], set[int]]:
    """Return the order id by line, and the lines that hold nothing but the rest of the id above."""
    ids: dict[int, str] = {}
    wrapped: set[int] = set()
    above = 0
    for record in records:
        filled = {name for name, place in positions.items() if place < len(record.cells) and record.cells[place]}
        text = record.cells[positions["order"]] if "order" in filled else ""
        alone = filled == {"order"}
        if alone and above:
            ids[above] += text
            wrapped.add(record.line)
            continue
        ids[record.line] = text
        above = record.line if text.endswith("-") else 0
    return ids, wrapped


def read_number(text: str, *, column: str) -> Decimal:
    """Read an amount written with a decimal comma or a decimal point; both occur in one file.

    Raises:
        CellError: If it is no number, or could be either thousands or a fraction.
    """
    found = list(possible_numbers(text, column=column))
    if len(found) > 1:
        raise CellError(column, text, f"{text!r} could be {found[0]:f} or {found[1]:f}.", "Write it with two decimals.")
    return found[0]


def possible_numbers(text: str, *, column: str) -> Iterator[Decimal]:
    """Yield what a number can mean: "1,234" is 1.234 or 1234; most texts mean one thing."""
    body = text.replace(" ", "")
    marks = [char for char in body if char in ".,"]
    if len(marks) > 1:
        last = marks[-1]
        decimal_mark = last if marks.count(last) == 1 else ""
        thousands = "".join(set(".,") - {decimal_mark})
        for mark in thousands:
            body = body.replace(mark, "")
        yield _read_plain(body, text, column)
        return
    yield _read_plain(body, text, column)
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", body):
        yield read_decimal(re.sub(r"[.,]", "", body), column=column)


def _read_plain(body: str, text: str, column: str) -> Decimal:
    try:
        return read_decimal(body.replace(",", "."), column=column)
    except CellError as error:
        raise CellError(column, text, error.reason.replace(body.replace(",", "."), text), error.hint) from None


def read_deal(text: str, amount: Decimal | None, *, column: str) -> Deal | None:
    """Return the deal a description words, None when it words none.

    Numbers that can mean two things are settled by the amount of the row.

    Raises:
        CellError: If they cannot be settled.
    """
    match = _TRADE.fullmatch(" ".join(text.split()))
    if not match:
        return None
    mark = match["currency"]
    currency = PENNY_MARKS.get(mark, mark.upper())
    scale = PENCE if mark in PENNY_MARKS else Decimal(1)
    choices = [
        (quantity, price / scale)
        for quantity in possible_numbers(match["quantity"], column=column)
        for price in possible_numbers(match["price"], column=column)
    ]
    fitting = [choice for choice in choices if amount is not None and _fits(choice, abs(amount))]
    if len(choices) > 1 and len(fitting) != 1:
        raise CellError(column, text, "Its numbers can be read in two ways.", "Write 1,234 as 1234 or as 1.2340.")
    quantity, price = (fitting or choices)[0]
    return Deal(
        side=VERBS[match["verb"].casefold()],
        quantity=quantity,
        price=price,
        currency=currency,
        prefix=(match["prefix"] or "").strip(),
        fits_amount=bool(fitting) or amount is None,
    )


def _fits(choice: tuple[Decimal, Decimal], amount: Decimal) -> bool:
    return abs(choice[0] * choice[1] - amount) <= Decimal("0.01") + amount / 200


def is_cost(description: str) -> bool:
    """Whether a row is the cost of a transaction."""
    return bool(_COSTS.search(description))


def other_kind(description: str, amount: Decimal | None) -> tuple[OtherKind, str]:
    """Return what a row is that is neither deal nor cost, and the label it is counted under."""
    if _DIVIDEND.search(description):
        return (OtherKind.TAX if _TAX.search(description) else OtherKind.DIVIDEND), "dividend/tax"
    label = "cash/fx/other"
    found = next((kind for pattern, kind in _OTHER_WORDS if pattern.search(description)), None)
    if found is None:
        return (OtherKind.ADJUSTMENT if amount else OtherKind.SKIPPED), label
    return found, label
