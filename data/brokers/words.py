"""Words for sides, asset classes, filled orders and other rows in the languages exports are written in."""

from __future__ import annotations

import re

from data.brokers.cells import CellError
from domain.executions import Side
from domain.instruments import AssetClass
from domain.statements import OtherKind

_BUY = (
    "b|buy|bought|bot|long|bto|btc|bc|buy to open|buy to close|buy to cover|buy cover|cover|market buy|limit buy|"
    "k|kauf|kaufen|gekauft|kauforder|compra|comprar|comprado|c|achat|acheter|acheté|a|koop|kopen|aankoop|gekocht|"
    "purchase|purchased|acquisto|acquistato|comprato|comprare|kupno|kup|zakup|kupiono|köp|köpt|køb|alış|alım|alim|alis|"
    "покупка|купля|куплено|куплен|купить|買|買い|買付|買建|現物買|買入|买|买入|买进|買進|证券买入"
)
_SELL = (
    "s|sell|sold|sld|short|ss|sto|stc|sell to open|sell to close|sell short|short sell|short sale|sold short|"
    "market sell|limit sell|v|verkauf|verkaufen|verkauft|verkaufsorder|venta|vender|vendido|vente|vendre|vendu|"
    "verkoop|verkopen|verkocht|"
    "sale|vendita|venduto|vendere|sprzedaż|sprzedaz|sprzedaj|sprzedano|venda|sälj|sålt|salg|satış|satim|satım|satis|"
    "продажа|продано|продан|продать|売|売り|売却|売付|売建|現物売|売渡|卖|賣|卖出|賣出|证券卖出"
)
_CLASSES = {
    AssetClass.STOCK: "stock|stocks|share|shares|equity|equities|stk|common stock|cs|eq|aktie|aktien|acción|aandeel",
    AssetClass.FUND: "etf|etfs|fund|funds|mutual fund|mf|etp|fonds",
    AssetClass.BOND: "bond|bonds|fixed income|anleihe",
    AssetClass.OPTION: "option|options|opt|equity option|equity options|equity and index options",
    AssetClass.FUTURE: "future|futures|fut",
    AssetClass.FUTURE_OPTION: "future option|future_option|futures option|futures options|options on futures|fop",
    AssetClass.FOREX: "forex|fx|currency|currencies|cash",
    AssetClass.CRYPTO: "crypto|cryptocurrency|cryptocurrencies|coin|digital asset|krypto|spot",
    AssetClass.CFD: "cfd|cfds",
    AssetClass.INDEX: "index|indices",
}
_DONE = (
    "filled|fill|fully filled|executed|complete|completed|done|closed|traded|settled|ok|success|partially filled|"
    "partially executed|partial|ausgeführt|teilausgeführt|abgerechnet|ejecutada|ejecutado|exécuté|exécutée|uitgevoerd|"
    "eseguito|eseguita|executada|executado|zrealizowane|zrealizowany|wykonane|utförd|avslutad|gerçekleşti|исполнена|"
    "исполнено|исполнен|約定|約定済|已成交|全部成交|部分成交|成交|traded fully"
)
_OPEN = (
    "cancelled|canceled|rejected|expired|pending|open|working|new|accepted|failed|inactive|not filled|unfilled|"
    "cancel|partially filled cancelled|cancelled partially filled|partial cancelled|partially cancelled|deleted|"
    "storniert|gestrichen|abgelehnt|offen|verfallen|cancelada|cancelado|rechazada|annulé|annulée|rejeté|geannuleerd|"
    "annullato|anulowane|anulowano|makulerad|iptal|отменена|отменено|отменен|снята|取消|失効|已撤|已撤单|已撤單|部撤|废单"
)
_ACTIVITIES = {
    OtherKind.DIVIDEND: (
        "dividend|dividends|dividende|dividendo|cash dividend|cdiv|utdelning|temettü|дивиденд|дивиденды|"
        "dywidenda|配当|配当金|股息|分红|qualified dividend|ertrag|ausschüttung"
    ),
    OtherKind.INTEREST: (
        "interest|zinsen|intereses|intérêts|rente|interessi|juros|odsetki|ränta|faiz|проценты|利息|金利|"
        "credit interest|debit interest|bank interest"
    ),
    OtherKind.DEPOSIT: (
        "deposit|top up|cash top up|einzahlung|depósito|dépôt|storting|deposito|versement|wpłata|"
        "insättning|para yatırma|пополнение|ввод|ввод дс|入金|存入|银行转证券|cash deposit|contribution|ach deposit"
    ),
    OtherKind.WITHDRAWAL: (
        "withdrawal|withdraw|cash withdrawal|auszahlung|retirada|retrait|onttrekking|prelievo|wypłata|"
        "uttag|para çekme|вывод|вывод дс|出金|取出|证券转银行|resgate|saque|distribution"
    ),
    OtherKind.FEE: (
        "fee|fees|gebühr|entgelt|comisión|frais|opłata|avgift|masraf|комиссия|手数料|手续费|custody fee|adr fee|"
        "account fee|service fee"
    ),
    OtherKind.TAX: (
        "tax|withholding tax|steuer|impuesto|impôt|belasting|tassa|imposto|podatek|skatt|vergi|налог|税|"
        "foreign tax|tax withholding|nra tax adj"
    ),
    OtherKind.TRANSFER: (
        "transfer|journal|journaled shares|übertrag|transferencia|virement|overboeking|trasferimento|"
        "transferência|przelew|överföring|перевод|振替|转账|acat"
    ),
    OtherKind.CONVERSION: (
        "conversion|fx conversion|forex|currency conversion|exchange|wechsel|umtausch|conversión|"
        "conversione|обмен|両替|兑换"
    ),
    OtherKind.SPLIT: "split|stock split|aktiensplit|reverse split",
    OtherKind.REWARD: "staking|staking income|reward|rewards|airdrop|bonus|cashback|staking reward",
}

_SIDES: dict[str, Side] = {
    **dict.fromkeys(_BUY.split("|"), Side.BUY),
    **dict.fromkeys(_SELL.split("|"), Side.SELL),
    "1": Side.BUY,
    "+1": Side.BUY,
    "-1": Side.SELL,
}
_ASSETS = {word: asset for asset, words in _CLASSES.items() for word in words.split("|")}
_DONE_WORDS = frozenset(_DONE.split("|"))


_OPEN_WORDS = frozenset(_OPEN.split("|"))
_KINDS = {word: kind for kind, texts in _ACTIVITIES.items() for word in texts.split("|")}
_BOUGHT_TEXT = (
    "buy|bought|bot|purchase|purchased|kauf|gekauft|kaufen|compra|comprado|achat|acheté|koop|"
    "aankoop|gekocht|acquisto|kupno|zakup|köp|købt|alış|покупка|купля"
)
_BOUGHT = frozenset(_BOUGHT_TEXT.split("|"))
_SOLD_TEXT = (
    "sell|sold|sld|sale|verkauf|verkauft|verkaufen|venta|vendido|vente|vendu|verkoop|verkocht|"
    "vendita|venda|sprzedaż|sälj|sålt|satış|продажа"
)
_SOLD = frozenset(_SOLD_TEXT.split("|"))
_QUOTED = {"bid": Side.BUY, "ask": Side.SELL, "long": Side.BUY, "l": Side.BUY}
"""Words that name a side only where a column of sides is already known."""
_TOKENS = 6
"""Words at the start of a text in which a side is looked for: further ones name the instrument."""


def _fold(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("-", " ").casefold().split()) if len(text) > 2 else text.casefold()


def find_side(text: str) -> Side | None:
    """Return the side a word stands for; None when it stands for none."""
    return _SIDES.get(_fold(text))


def find_free_side(text: str) -> Side | None:
    """Return the side a text begins to tell: a word, or a phrase such as "Market buy" or "YOU SOLD 5"."""
    side = find_side(text) or _QUOTED.get(text.casefold())
    if side is not None or len(text) < 5:
        return side
    tokens = set(re.findall(r"[^\W\d_]+", text.casefold())[:_TOKENS])
    bought, sold = bool(tokens & _BOUGHT), bool(tokens & _SOLD)
    if bought == sold:
        return None
    return Side.BUY if bought else Side.SELL


def find_activity(text: str) -> OtherKind | None:
    """Return what a row is that is neither purchase nor sale, by its words or the first of them; None if unknown."""
    folded = _fold(text)
    first = " ".join(re.findall(r"[^\W\d_]+", folded)[:2])
    return _KINDS.get(folded) or _KINDS.get(first) or _KINDS.get(first.partition(" ")[0])


def find_asset_class(text: str) -> AssetClass | None:
    """Return the asset class a word stands for; None when it stands for none."""
    return _ASSETS.get(_fold(text))


def is_status(text: str) -> bool:
    """Whether a text is a state of an order, filled or not."""
    return _fold(text) in _DONE_WORDS or _fold(text) in _OPEN_WORDS


def read_side(text: str, *, column: str) -> Side:
    """Return the side a word stands for.

    Raises:
        CellError: If it stands for none.
    """
    side = find_side(text)
    if side is None:
        reason = f"{text[:40]!r} is neither a purchase nor a sale." if text else "The cell is empty."
        raise CellError(column, text, reason, "Expected a word such as buy or sell.")
    return side


def read_asset_class(text: str, *, column: str) -> AssetClass:
    """Return the asset class a word stands for; an empty cell is a stock.

    Raises:
        CellError: If it stands for none.
    """
    asset = _ASSETS.get(_fold(text)) if text else AssetClass.STOCK
    if asset is None:
        known = ", ".join(item.value for item in AssetClass)
        raise CellError(column, text, f"{text[:40]!r} is not a known asset class.", f"Expected one of {known}.")
    return asset


def is_filled(status: str) -> bool:
    """Whether an order with this status was executed; no status says it was."""
    return not status or _fold(status) in _DONE_WORDS


_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "US$": "USD"}


_SPELLINGS = _SIGNS | {"GBp": "GBX", "ZAc": "ZAC", "ILa": "ILA"}
HUNDREDTHS = {"GBX": "GBP", "ZAC": "ZAR", "ILA": "ILS"}
"""Units that exchanges quote in, and the money that a hundred of them are."""


def fold_currency(text: str) -> str:
    """Return a currency as we key it: upper case, a sign as its code; pence are no pounds."""
    return _SPELLINGS.get(text, text.upper())


_TOTAL = re.compile(
    r"(sub|grand )?(total|summe|gesamt|totaal|totale|suma|razem|toplam|итого|всего|"
    r"合計|小計|合计|总计|小计|somme|summa|"
    r"zwischensumme|gesamtsumme)\b.*",
    re.IGNORECASE,
)


def is_total(text: str) -> bool:
    """Whether the first cell of a row begins like that of a total."""
    return _TOTAL.fullmatch(text) is not None
