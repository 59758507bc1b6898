"""Words for sides, asset classes and filled orders in the languages exports are written in."""

from __future__ import annotations

from data.brokers.cells import CellError
from domain.executions import Side
from domain.instruments import AssetClass

_BUY = (
    "b|buy|bought|bot|long|bto|btc|bc|buy to open|buy to close|buy to cover|buy cover|cover|market buy|limit buy|"
    "k|kauf|kaufen|gekauft|kauforder|compra|comprar|comprado|c|achat|acheter|acheté|a|koop|kopen|aankoop|gekocht"
)
_SELL = (
    "s|sell|sold|sld|short|ss|sto|stc|sell to open|sell to close|sell short|short sell|short sale|sold short|"
    "market sell|limit sell|v|verkauf|verkaufen|verkauft|verkaufsorder|venta|vender|vendido|vente|vendre|vendu|"
    "verkoop|verkopen|verkocht"
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
    "partially executed|partial|ausgeführt|teilausgeführt|abgerechnet|ejecutada|ejecutado|exécuté|exécutée|uitgevoerd"
)

_SIDES: dict[str, Side] = {
    **dict.fromkeys(_BUY.split("|"), Side.BUY),
    **dict.fromkeys(_SELL.split("|"), Side.SELL),
    "1": Side.BUY,
    "+1": Side.BUY,
    "-1": Side.SELL,
}
_ASSETS = {word: asset for asset, words in _CLASSES.items() for word in words.split("|")}
_DONE_WORDS = frozenset(_DONE.split("|"))


def _fold(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("-", " ").casefold().split()) if len(text) > 2 else text.casefold()


def find_side(text: str) -> Side | None:
    """Return the side a word stands for; None when it stands for none."""
    return _SIDES.get(_fold(text))


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


def fold_currency(text: str) -> str:
    """Return a currency as we key it: upper case, a sign as its code."""
    return _SIGNS.get(text, text.upper())
