"""What columns are called: the names of our fields in the languages that exports are written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

# Best name first; a language of its own behind each mark. Without a mark it is English.
_WORDS: dict[str, str] = {
    "executed_at": (
        "executed at|execution time|execution datetime|exec time|executed time|execution date|date time|datetime|"
        "trade time|trade datetime|transaction time|transact time|fill time|filled time|filled at|time filled|"
        "execution date and time|order execution time|trade created at|last time|"
        "timestamp|date|trade date|transaction date|deal time|deal date|time|created at|order time|"
        "close time|closing time|update time|run date|activity date|activity trade date|time placed"
        "@German datum|handelszeit|ausführungszeit|zeitstempel|ausführungsdatum|datum uhrzeit|status zeit"
        "@Spanish fecha|fecha hora|fecha operación|fecha y hora|fecha de ejecución"
        "@French date heure|date opération|date d exécution|horodatage"
        "@Dutch tijdstip|uitvoeringstijd"
        "@Italian data|data ora|data operazione|data e ora|data esecuzione"
        "@Portuguese data hora|data da operação|data negócio|data do negócio|data e hora"
        "@Polish data|data transakcji|czas transakcji|data i godzina|data wykonania"
        "@Swedish affärsdag|tidpunkt|avslutstid"
        "@Turkish tarih|işlem tarihi|işlem zamanı|tarih saat"
        "@Russian дата|дата и время|дата сделки|время сделки|дата заключения|дата и время заключения сделки"
        "@Japanese 約定日時|約定日|取引日時|取引日"
        "@Chinese 成交时间|成交日期|交易时间|交易日期|成交時間|交易日|日期"
        "@Hindi-English traded on|txn date|trd dt"
    ),
    "date": (
        "date|trade date|execution date|transaction date|deal date|order date|t d|day|txn date"
        "@German datum|handelsdatum|handelstag|buchungstag|ausführungsdatum"
        "@Spanish fecha|fecha operación@French date opération|jour@Dutch transactiedatum"
        "@Italian data|data operazione@Portuguese data pregão|data do pregão@Polish data|data transakcji"
        "@Swedish affärsdag@Turkish tarih|işlem tarihi@Russian дата|дата сделки"
        "@Japanese 約定日|取引日@Chinese 成交日期|交易日期|日期"
    ),
    "time": (
        "time|execution time|exec time|trade time|executed time|transaction time|fill time|order time|time of day|"
        "deal time"
        "@German uhrzeit|zeit|handelszeit@Spanish hora@French heure@Dutch tijd|tijdstip@Italian ora"
        "@Polish godzina|czas@Swedish tid|klockslag@Turkish saat|işlem saati@Russian время|время сделки"
        "@Japanese 約定時刻|時刻|約定時間@Chinese 成交时间|时间|成交時間|時間"
    ),
    "symbol": (
        "symbol|ticker|ticker symbol|symb|instrument|contract|contract name|pair|pairs|market|tradingsymbol|"
        "trading symbol|security|stock|underlying symbol|scrip|asset|product|isin|security id|coin|instrument symbol|"
        "stock symbol|scrip name|scrip code|stock name|security name|instrument name|symbol name|name"
        "@German wertpapier|wertpapiername|kürzel|wkn|titel|basiswert|bezeichnung"
        "@Spanish símbolo|simbolo|valor|activo@French symbole|titre|valeur|libellé@Dutch symbool|aandeel"
        "@Italian strumento|titolo|simbolo@Portuguese ativo|papel|código|especificação do título"
        "@Polish instrument|papier|walor|nazwa instrumentu@Swedish värdepapper|instrument|kortnamn"
        "@Turkish sembol|hisse|menkul kıymet|enstrüman@Russian инструмент|тикер|код инструмента|бумага|символ"
        "@Japanese 銘柄|銘柄コード|銘柄名|ティッカー"
        "@Chinese 代码|证券代码|股票代码|股票代號|證券代號|名称|证券名称|合约"
    ),
    "side": (
        "side|buy sell|b s|bs|action|direction|trade type|transaction type|order side|type|trade action|operation|"
        "order action|trans type|activity|trans code|activity type|txn type|trade side|market pos|"
        "entry buy sell|opening direction"
        "@German seite|kauf verkauf|richtung|art|typ|geschäftsart|transaktion|vorgang|k v"
        "@Spanish lado|compra venta|tipo|sentido|operación@French sens|achat vente|type d opération|opération"
        "@Dutch koop verkoop|soort|transactietype@Italian operazione|segno|tipo operazione|acquisto vendita|a v"
        "@Portuguese c v|compra venda|tipo de operação|natureza@Polish rodzaj|kierunek|kupno sprzedaż|k s|strona"
        "@Swedish typ av transaktion|köp sälj|sida@Turkish alış satış|işlem tipi|yön|işlem|a s"
        "@Russian операция|направление|вид сделки|тип операции|тип сделки|покупка продажа"
        "@Japanese 売買|売買区分|取引区分|取引|売買種別@Chinese 买卖|買賣|买卖方向|买卖标志|方向|操作|交易类型|买卖类别"
    ),
    "quantity": (
        "filled quantity|filled qty|executed quantity|exec qty|executed qty|fill qty|qty done|filled|executed|"
        "fill size|cum qty|quantity filled|"
        "quantity|qty|shares|size|volume|vol|contracts|units|no of shares|number of shares|trade quantity|"
        "quantity transacted|traded qty|traded quantity|net qty|lots|closing quantity"
        "@German erfüllungsmenge|ausgeführte menge|ausgeführt|stück|menge|anzahl|stückzahl|nominal|stk"
        "@Spanish cantidad ejecutada|cantidad|títulos|acciones@French quantité exécutée|quantité|nombre|qté"
        "@Dutch aantal@Italian quantità eseguita|quantità|qtà|pezzi@Portuguese quantidade executada|quantidade|qtd|qtde"
        "@Polish ilość wykonana|liczba|ilość|wolumen|liczba sztuk|sztuki@Swedish antal|volym"
        "@Turkish gerçekleşen miktar|gerçekleşen adet|adet|miktar|lot"
        "@Russian исполнено|количество|кол во|объем|объём|количество шт|лоты"
        "@Japanese 約定数量|約定株数|数量|株数|数量 株 口@Chinese 成交数量|成交量|成交股数|数量|數量|股数|成交數量"
    ),
    "price": (
        "fill price|filled price|execution price|exec price|executed price|execute price|average price|avg price|"
        "avg fill price|average fill price|filled avg price|avgprice|price done|trade price|t price|traded price|"
        "price|price per share|price share|unit price|deal price|rate|trade rate|price at transaction|net rate"
        "@German durchschnittlicher erfüllungspreis|ausführungskurs|ausführungspreis|kurs|preis|stückpreis"
        "@Spanish precio de ejecución|precio medio|precio|cotización@French prix d exécution|prix moyen|cours|prix"
        "@Dutch koers|prijs@Italian prezzo di esecuzione|prezzo medio|prezzo"
        "@Portuguese preço de execução|preço médio|preço|preço ajuste@Polish cena wykonania|kurs|cena"
        "@Swedish kurs|pris|avslutspris@Turkish gerçekleşen fiyat|ortalama fiyat|fiyat"
        "@Russian цена исполнения|цена|цена сделки@Japanese 約定単価|約定価格|単価|価格"
        "@Chinese 成交价格|成交均价|成交价|价格|均价|成交價|價格@Hindi-English trade rate|gross rate"
    ),
    "fees": (
        "commission|commissions|fees|fee|total fees|comm fee|commission fees|fees and commissions|fees and comm|"
        "commission fee|commission amount|commissions and fees|ib commission|comm|brokerage|charges|transaction fee|"
        "trading fee|costs|cost|total charges|comm fee tax|fees and or spread|brokerage amount|total commission"
        "@German gebühr|gebühren|provision|kommission|spesen|entgelt|ordergebühr|kosten"
        "@Spanish comisión|comisiones|comision|gastos@French frais|commission et frais|courtage"
        "@Dutch kosten|transactiekosten@Italian commissione|commissioni|spese@Portuguese corretagem|taxas|comissão"
        "@Polish prowizja|opłata|opłaty@Swedish courtage|avgift|avgifter@Turkish komisyon|masraf|ücret"
        "@Russian комиссия|комиссия брокера|сборы@Japanese 手数料|手数料等|諸経費"
        "@Chinese 手续费|佣金|手續費|费用|交易费用"
    ),
    "fee_currency": (
        "fee currency|commission currency|fee coin|fee asset|fee unit|ib commission currency@German gebührenwährung"
        "@French devise des frais@Spanish divisa comisión@Russian валюта комиссии@Chinese 手续费币种"
    ),
    "currency": (
        "currency|ccy|price currency|trade currency|currency primary|quote currency|cur|price unit|"
        "price fee total unit|instrument currency|curr"
        "@German währung|whg@Spanish divisa|moneda@French devise@Dutch valuta|munt@Italian divisa|valuta"
        "@Portuguese moeda@Polish waluta@Swedish valuta@Turkish para birimi|döviz@Russian валюта|валюта цены"
        "@Japanese 通貨|決済通貨@Chinese 币种|货币|幣別|貨幣"
    ),
    "broker_id": (
        "execution id|exec id|executionid|ib exec id|fill id|trade id|tradeid|transaction id|deal id|trade number|"
        "trade no|match id|txid|id|uuid|reference|trade num|fill|fill no|fill number|execution|execution no"
        "@German ausführungs id|transaktionsnummer|referenz@Spanish id operación|referencia@Dutch transactie id"
        "@French référence@Italian id operazione@Portuguese número do negócio|id da operação@Polish id transakcji"
        "@Swedish verifikationsnummer@Turkish işlem no|işlem numarası@Russian номер сделки|id сделки"
        "@Japanese 約定番号@Chinese 成交编号|成交編號|成交号"
    ),
    "order_id": (
        "order id|order number|order no|orderid|order ref|orderref|order reference|ordertxid|exchange order id"
        "@German auftragsnummer|ordernummer|order nummer@Spanish número de orden@French numéro d ordre"
        "@Italian numero ordine@Portuguese número da ordem@Polish numer zlecenia@Turkish emir no"
        "@Russian номер заявки|номер ордера@Japanese 注文番号@Chinese 委托编号|订单号|委託編號|訂單編號"
    ),
    "asset_class": (
        "asset class|asset type|security type|sec type|instrument type|asset category|product type|symbol type|class"
        "@German anlageklasse|wertpapierart@Spanish clase de activo@French classe d actif|type d actif"
        "@Italian tipo strumento@Portuguese tipo de ativo@Polish klasa aktywów@Russian тип инструмента"
        "@Japanese 商品種別@Chinese 资产类别|产品类型"
    ),
    "multiplier": (
        "multiplier|contract size|contract multiplier|point value@German multiplikator|kontraktgröße"
        "@Spanish multiplicador@French multiplicateur@Polish mnożnik@Russian множитель@Chinese 合约乘数"
    ),
    "account": (
        "account|account id|account number|account no|acct|account name|client account id|portfolio|client id"
        "@German konto|depot|depotnummer|kontonummer@Spanish cuenta@French compte@Dutch rekening@Italian conto"
        "@Portuguese conta@Polish konto|rachunek@Swedish konto|depå@Turkish hesap|hesap no@Russian счет|счёт"
        "@Japanese 口座|口座区分@Chinese 账户|账号|帳戶"
    ),
    "status": (
        "status|order status|state|order state@German zustand|auftragsstatus@Spanish estado@French statut|état"
        "@Italian stato@Portuguese situação|estado@Polish stan|stan zlecenia@Turkish durum|emir durumu"
        "@Russian статус|состояние@Japanese 状態|注文状況@Chinese 状态|订单状态|狀態|委托状态"
    ),
    "tag": "tag|tags|label|strategy|setup|note|notes@German notiz|strategie@Spanish nota@Russian примечание",
    "amount": (
        "gross amount|gross proceeds|principal amount|traded value|trade value|notional value|notional|funds|cost|"
        "subtotal|proceeds|value|total|amount|net amount|net proceeds|total amount|trade amount|consideration|turnover|"
        "net cash"
        "@German kurswert|betrag|gesamtbetrag|gegenwert|summe|wert|umsatz@Spanish importe|efectivo|total|importe bruto"
        "@French montant|montant brut|montant net@Dutch bedrag|waarde|totaal|waarde netto"
        "@Italian controvalore|importo@Portuguese valor|valor total|valor da operação|valor operação ajuste"
        "@Polish wartość|kwota|wartość transakcji@Swedish belopp|likvidbelopp@Turkish tutar|toplam|işlem tutarı"
        "@Russian сумма|сумма сделки|объем сделки|стоимость@Japanese 約定金額|受渡金額|金額|約定代金"
        "@Chinese 成交金额|金额|成交额|成交金額|發生金額@Hindi-English net total|trade value"
    ),
    "buy_quantity": "bought|buy qty|buy quantity|bought qty|qty bought|bought quantity|shares bought@German gekauft",
    "sell_quantity": "sold|sell qty|sell quantity|sold qty|qty sold|sold quantity|shares sold@German verkauft",
    "entry_at": (
        "entry time|entry datetime|open datetime|opened at|entered at|opening time|open time|entry timestamp|"
        "open timestamp|opened|open date|entry date|date opened|entry date time@German eröffnungszeit|eröffnet"
        "@Russian время открытия@Chinese 开仓时间@Japanese 新規約定日時"
    ),
    "exit_at": (
        "exit time|exit datetime|close datetime|closed at|exited at|closing time|close time|exit timestamp|"
        "close timestamp|closed|close date|exit date|date closed|exit date time@German schlusszeit|geschlossen"
        "@Russian время закрытия@Chinese 平仓时间@Japanese 決済約定日時"
    ),
    "entry_date": "entry date|open date|opening date|date opened",
    "entry_time": "entry time|open time|opening time",
    "exit_date": "exit date|close date|closing date|date closed",
    "exit_time": "exit time|close time|closing time",
    "entry_price": (
        "entry price|open price|opening price|avg entry price|average entry price|entry|price open"
        "@German einstiegskurs|eröffnungskurs@Russian цена открытия@Chinese 开仓价|开仓均价@Japanese 新規約定値"
    ),
    "exit_price": (
        "exit price|close price|closing price|avg exit price|average exit price|exit|price close"
        "@German ausstiegskurs|schlusskurs@Russian цена закрытия@Chinese 平仓价|平仓均价@Japanese 決済約定値"
    ),
    "bought_at": "bought timestamp|buy time|buy date|bought at|date acquired|purchase date|buy timestamp|acquired",
    "sold_at": "sold timestamp|sell time|sell date|sold at|date sold|sale date|sell timestamp",
    "buy_price": "buy price|bought price|purchase price|avg buy|avg buy price|buy avg|buy average price",
    "sell_price": "sell price|sold price|sale price|avg sell|avg sell price|sell avg|sell average price",
    "profit": (
        "profit|pnl|p l|gross p l|trade p l|gross pnl|realized pnl|realised pnl|realized p l|profit loss|gross usd|"
        "gain loss|net p l|net pnl|gross profit@German gewinn|ergebnis|gewinn verlust@French résultat"
        "@Russian прибыль|финансовый результат@Chinese 平仓盈亏|盈亏@Japanese 損益|決済損益"
    ),
}  # fmt: skip
FIELDS: tuple[str, ...] = tuple(_WORDS)
"""Every field a column can be mapped to, in the order they are proposed."""

_OTHERS = {
    "what was ordered, not what was filled": (
        "limit price|stop price|trigger price|limit|stop|ordered quantity|order quantity|order qty|submitted quantity|"
        "quantity left|remaining|leaves qty|remaining quantity|total qty|qty sent|limit preis|stopp preis|anz|"
        "requested quantity|placed time|placing time|place time|placed|platzierungszeit|triggered price"
    ),
    "when it is settled, not when it was traded": (
        "settlement date|settle date|s d|value date|valuta datum|wertstellung|settled date|process date|"
        "liquidation date"
    ),
    "a running balance": "balance|running balance|saldo|cash balance|realized equity|cum net profit",
    "the rate between two currencies": "exchange rate|fx rate|conversion rate|wechselkurs|tipo de cambio|fxrate",
}
_DENIED_TEXT = (
    "limit|stop|trigger|triggered|settle|settled|settlement|ordered|requested|submitted|sent|"
    "remaining|left|leaves|balance|pnl|profit|gain|cum|cumulative|tick|expiry|expiration|strike|"
    "conversion|percent|tax|dividend|withholding|ex|pay|process|placed|drawdown|duration|realized|"
    "realised|unrealized|equity|interest|accrued|risk|id|number|count|open|opening|close|closing|"
    "entry|exit|mark"
)
_DENIED = frozenset(_DENIED_TEXT.split("|"))


def fold_name(header: str) -> str:
    """Return a header as it is compared: words only, camel case and punctuation split, units dropped."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header.replace("\ufeff", ""))
    text = re.sub(r"\([^)]*\)", " ", text)
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMatch:
    """That a header is called like a field.

    Attributes:
        score: From 0 to 1; best for the whole name, less for a part of it.
        rank: Place among the field's names; the first is the best.
        word: The name that fits.
        is_whole: Whether the header is that name and nothing else.
    """

    field: str
    score: float
    rank: int
    word: str
    language: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Index:
    whole: dict[str, list[tuple[str, int, str]]]
    squeezed: dict[str, list[tuple[str, int, str]]]


@cache
def _index() -> _Index:
    whole: dict[str, list[tuple[str, int, str]]] = {}
    squeezed: dict[str, list[tuple[str, int, str]]] = {}
    for field, text in _WORDS.items():
        for rank, (word, language) in enumerate(_split_words(text)):
            for found, key in ((whole, word), (squeezed, word.replace(" ", ""))):
                entries = found.setdefault(key, [])
                if all(entry[0] != field for entry in entries):
                    entries.append((field, rank, language))
    return _Index(whole, squeezed)


def _split_words(text: str) -> list[tuple[str, str]]:
    english, *rest = text.split("@")
    found = [(word, "") for word in english.split("|")]
    for part in rest:
        language, _, words = part.partition(" ")
        found += [(word, language) for word in words.split("|")]
    return found


@lru_cache(maxsize=4_096)
def match_names(header: str) -> tuple[NameMatch, ...]:
    """Return every field a header may be called by, best first; empty for a name that says nothing."""
    folded = fold_name(header)
    if not folded:
        return ()
    found = _match_whole(folded)
    known = {match.field for match in found}
    found += [match for match in _match_parts(folded) if match.field not in known]
    return tuple(sorted(found, key=lambda match: -match.score))


def _match_whole(folded: str) -> list[NameMatch]:
    index, squeezed = _index(), folded.replace(" ", "")
    found: list[NameMatch] = []
    for entries, whole in ((index.whole.get(folded, []), True), (index.squeezed.get(squeezed, []), False)):
        for field, rank, language in entries:
            if all(match.field != field for match in found):
                # A squeezed name comes behind every name that is written out.
                place = rank if whole else rank + 1_000
                found.append(NameMatch(field=field, score=0.9 if whole else 0.87, rank=place, word=folded,
                                       language=language, is_whole=True))  # fmt: skip
    return found


def _match_parts(folded: str) -> list[NameMatch]:
    """Return the fields whose name is a part of the header: "Trade execution price", "Kaufkurs"."""
    tokens = set(folded.split())
    best: dict[str, NameMatch] = {}
    for word, entries in _index().whole.items():
        if not _is_part(word, folded):
            continue
        for field, rank, language in entries:
            if tokens & _DENIED - set(word.split()):
                continue
            score = 0.4 + min(len(word), 15) / 100
            if field not in best or score > best[field].score:
                best[field] = NameMatch(field=field, score=score, rank=2_000 + rank, word=word, language=language,
                                        is_whole=False)  # fmt: skip
    return list(best.values())


def _is_part(word: str, folded: str) -> bool:
    if not word.isascii() and not any(char.isalpha() and ord(char) < 0x2E80 for char in word):
        return word in folded  # Chinese and Japanese write no blanks
    if len(word) < 3:
        return False
    # German joins words: "Kaufkurs" ends in "Kurs".
    return f" {word} " in f" {folded} " or (len(word) >= 4 and " " not in word and folded.endswith(word))


@lru_cache(maxsize=4_096)
def name_purpose(header: str) -> str:
    """Return what a column that we do not read is for, "" when its name does not say."""
    folded = fold_name(header)
    for purpose, words in _OTHERS.items():
        if folded in words.split("|"):
            return purpose
    return ""


_STATEMENT_WORDS = (
    "account|statement|transactions|transaction|trades|trade|history|report|activity|period|from|to|date|time|as|of|for|"
    "and|the|in|on|at|by|number|total|totals|summary|closed|open|positions|orders|order|filled|cash|balance|generated|"
    "downloaded|export|exported|utc|gmt|est|edt|cet|true|false|yes|no|none|null|header|data|end|file|page|all|start|"
    "konto|kontoauszug|umsätze|zeitraum|von|bis|relevé|période|du|au|periodo|estado|cuenta|periodo|dal|al|okres|"
    "period|buy|sell|bought|sold|long|short|call|put|market|limit|stop|shares|lots|oz"
)


@cache
def structural_words() -> frozenset[str]:
    """Return the words that belong to layouts and not to their owners: names of fields and of statements."""
    named = (word for text in _WORDS.values() for name, _ in _split_words(text) for word in name.split())
    return frozenset([*(word for word in named if len(word) > 1), *_STATEMENT_WORDS.split("|")])
