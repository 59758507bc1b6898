"""Inferring what columns mean: names in many languages, values, arithmetic, and what is left to ask."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from data.brokers.inference import SAMPLE_ROWS, Proposal, infer_mapping, pick_rows

HEADER = ["Date", "Symbol", "Side", "Quantity", "Price"]


def infer(header: list[str], *rows: list[str], delimiter: str = ",") -> Proposal:
    """Infer a small table."""
    return infer_mapping(header, rows, delimiter=delimiter)


def make_rows(count: int = 40, *, size: int = 1) -> list[list[str]]:
    """Return rows of (time, symbol, side, quantity, price, amount) that fit."""
    dice = random.Random(7)
    rows = []
    for index in range(count):
        quantity, cents = dice.randint(1, 400), dice.randint(9_000, 11_000)
        day = date(2026, 3, 2) + timedelta(days=index)
        amount = quantity * cents * size
        rows.append(
            [
                f"{day.isoformat()} 10:00:00",
                dice.choice(("ABC", "DEF")),
                dice.choice(("Buy", "Sell")),
                str(quantity),
                f"{cents / 100:.2f}",
                f"{amount / 100:.2f}",
            ]
        )
    return rows


def keys(proposal: Proposal, *, blocking: bool = True) -> list[str]:
    """Return what is asked."""
    return [item.key for item in proposal.questions if item.is_blocking == blocking]


def evidence(proposal: Proposal, column: str) -> str:
    """Return all sentences about a column."""
    return " ".join(next(item.evidence for item in proposal.findings if item.column == column))


@pytest.mark.parametrize(
    ("header", "row", "language"),
    [
        ("Datum;Wertpapier;Geschäftsart;Stückzahl;Kurs;Provision", "31.12.2025 10:00;SAP;Kauf;10;3,5;1,0", "German"),
        ("Fecha;Símbolo;Compra/Venta;Cantidad;Precio;Comisión", "31/12/2025 10:00;SAN;Compra;10;3,5;1,0", "Spanish"),
        ("Date opération;Valeur;Sens;Quantité;Cours;Frais", "31/12/2025 10:00;AIR;Achat;10;150,25;1,0", "French"),
        ("Data operazione;Titolo;Segno;Quantità;Prezzo;Spese", "31/12/2025 10:00;ENI;Acquisto;10;3,5;1,0", "Italian"),
        ("Data do negócio;Ativo;C/V;Quantidade;Preço;Taxas", "31/12/2025 10:00;VALE3;C;10;3,5;1,0", "Portuguese"),
        ("Datum;Aandeel;Koop/Verkoop;Aantal;Koers;Transactiekosten", "31-12-2025 10:00;ASML;Koop;1;650,5;2", "Dutch"),
        ("Data transakcji;Walor;Kierunek;Liczba;Cena;Prowizja", "31.12.2025 10:00;PKO;Kupno;10;3,5;1,0", "Polish"),
        ("Affärsdag;Värdepapper;Typ av transaktion;Antal;Pris;Courtage", "2025-12-31;ABB;Köpt;10;3,5;1", "Swedish"),
        ("İşlem Tarihi;Sembol;Alış/Satış;Adet;Fiyat;Komisyon", "31.12.2025 10:00;THYAO;Alış;10;3,5;1,0", "Turkish"),
        ("Дата сделки;Тикер;Операция;Количество;Цена;Комиссия", "31.12.2025 10:00;SBER;Покупка;10;3,5;1", "Russian"),
        ("約定日,銘柄,売買区分,約定数量,約定単価,手数料", "2025/12/31,ソニー,買付,10,350,1", "Japanese"),
        ("成交日期,证券代码,买卖方向,成交数量,成交价格,手续费", "2025-12-31,600519,买入,10,350.5,1", "Chinese"),
        ("Trd Dt,Scrip Name,B/S,Traded Qty,Net Rate,Brokerage", "31-12-2025,TCS,B,10,350.5,1", ""),
    ],
)
def test_names_of_many_languages(header: str, row: str, language: str) -> None:
    """A header in any of these languages maps completely, and the evidence names the language."""
    mark = ";" if ";" in header else ","
    names = header.split(mark)
    proposal = infer(names, row.split(mark), delimiter=mark)
    fields = ["executed_at", "symbol", "side", "quantity", "price", "fees"]
    assert dict(proposal.mapping, currency="") == dict(zip(fields, names, strict=True), currency="")
    assert keys(proposal) == []
    assert proposal.confidence >= 0.9
    assert language in evidence(proposal, names[3])


def test_values_alone_tell_the_columns() -> None:
    """Under names that say nothing, time, side, symbol and the product of two columns settle the rest."""
    rows = make_rows()
    proposal = infer(["a", "b", "c", "d", "e", "f"], *rows)
    assert dict(proposal.mapping) == {
        "executed_at": "a", "symbol": "b", "side": "c", "quantity": "d", "price": "e", "amount": "f",
    }  # fmt: skip
    assert "|d × e| equals f in 40 of 40 rows." in evidence(proposal, "f")
    assert 0.5 <= proposal.confidence < 0.8
    assert keys(proposal) == []


@pytest.mark.parametrize("order", [(3, 4, 5), (5, 4, 3), (4, 5, 3)])
def test_quantity_price_and_amount_are_told_by_arithmetic(order: tuple[int, int, int]) -> None:
    """Whatever the order of three unnamed columns of numbers, the product is the amount."""
    rows = [[row[0], row[1], row[2], *(row[index] for index in order)] for row in make_rows()]
    names = ["x", "y", "z"]
    mapping = infer(["Time", "Symbol", "Side", *names], *rows).mapping
    assert [mapping[name] for name in ("quantity", "price", "amount")] == [
        names[order.index(index)] for index in (3, 4, 5)
    ]


def test_factors_that_nothing_tells_apart_are_asked() -> None:
    """What is bought is often sold in the same quantity: whole numbers on both sides leave it to their owner."""
    fills = (("ABC", "Buy", 2, 12), ("ABC", "Sell", 2, 15), ("DEF", "Buy", 20, 5), ("DEF", "Sell", 20, 6))
    rows = [["2026-01-05", symbol, side, str(x), str(y), str(x * y)] for symbol, side, x, y in fills]
    proposal = infer(["Date", "Symbol", "Side", "x", "y", "z"], *rows)
    assert keys(proposal) == ["quantity", "price"]
    assert all({value for value, _ in item.options} == {"x", "y"} for item in proposal.questions if item.is_blocking)
    assert "equals z in 4 of 4 rows" in evidence(proposal, "x")
    assert proposal.confidence == 0
    cents = [[*row[:4], f"{row[4]}.25", str(int(row[3]) * (int(row[4]) + 0.25))] for row in rows]
    told = infer(["Date", "Symbol", "Side", "x", "y", "z"], *cents)
    assert (told.mapping["quantity"], told.mapping["price"], keys(told)) == ("x", "y", [])


def test_hidden_contract_size_is_asked() -> None:
    """An amount of 100 × quantity × price in every row is said, and the size is asked, never assumed."""
    proposal = infer([*HEADER, "Amount"], *make_rows(size=100))
    (question,) = (item for item in proposal.questions if item.key == "multiplier")
    assert question.is_blocking
    assert question.text.startswith("The amount is 100 × quantity × price in 40 of 40 rows")
    assert [value for value, _ in question.options] == ["=100", "=1"]
    assert not proposal.is_settled


def test_size_of_a_known_option_is_not_asked() -> None:
    """Symbols that spell options have the size 100 already."""
    rows = [[*row[:1], "XYZ260116C00050000", *row[2:]] for row in make_rows(size=100)]
    assert keys(infer([*HEADER, "Amount"], *rows)) == []


@pytest.mark.parametrize(
    ("days", "day_first", "said"),
    [
        (["03/04/2026", "13/04/2026"], True, "Dates are day first: 13/04/2026."),
        (["03/04/2026", "04/13/2026"], False, "Dates are month first: 04/13/2026."),
        (["01/05/2026", "02/05/2026", "05/05/2026", "11/05/2026", "01/06/2026"], True, "only so are the 5 different"),
    ],
)
def test_order_of_dates_is_decided_over_the_column(days: list[str], day_first: bool, said: str) -> None:
    """One 13th settles it, and so does a file that is in order under one reading only."""
    proposal = infer(HEADER, *[[day, "ABC", "Buy", "1", "10"] for day in days])
    assert proposal.date_order is not None
    assert proposal.date_order.day_first is day_first
    assert said in evidence(proposal, "Date")
    assert keys(proposal) == []


def test_order_of_dates_is_told_by_another_column() -> None:
    """The settlement date of the same row says how the whole file writes dates."""
    proposal = infer([*HEADER, "Settlement Date"], ["07/10/2026", "ABC", "Buy", "1", "10", "07/13/2026"])
    assert proposal.date_order is not None
    assert proposal.date_order.day_first is False
    assert "07/13/2026 in another column" in evidence(proposal, "Date")


def test_order_of_dates_that_nothing_tells_is_asked() -> None:
    """Weekends only suggest; the likelier answer comes first."""
    proposal = infer(HEADER, *[[day, "ABC", "Buy", "1", "10"] for day in ("03/04/2026", "05/04/2026")])
    assert keys(proposal) == ["day_first"]
    (question,) = (item for item in proposal.questions if item.key == "day_first")
    assert [value for value, _ in question.options] == ["false", "true"]
    assert "no trade falls on a weekend" in question.text


def test_sides_by_sign_by_pair_and_by_amount() -> None:
    """A negative quantity, two columns of quantities, or the sign of the amount tell the side."""
    signed = infer(["Date", "Symbol", "Quantity", "Price"], ["2026-01-05", "ABC", "-3", "10"])
    assert keys(signed) == []
    pair = infer(["Date", "Symbol", "Bought", "Sold", "Price"], ["2026-01-05", "ABC", "3", "", "10"])
    assert (pair.mapping["buy_quantity"], pair.mapping["sell_quantity"], keys(pair)) == ("Bought", "Sold", [])
    amount = infer(
        ["Date", "Symbol", "Quantity", "Price", "Amount"],
        ["2026-01-05", "ABC", "3", "10", "-30"],
        ["2026-01-06", "ABC", "2", "11", "22"],
    )
    assert keys(amount) == []
    assert "money paid is below zero" in evidence(amount, "Amount")
    untold = infer(["Date", "Symbol", "Quantity", "Price"], ["2026-01-05", "ABC", "3", "10"])
    assert keys(untold) == ["side"]


def test_order_id_is_no_fill_id() -> None:
    """An id that repeats is an order's; one that never does is the fill's."""
    rows = [["2026-01-05", "ABC", "Buy", "1", "10", order, str(row)] for row, order in enumerate(("7", "7", "8"))]
    proposal = infer([*HEADER, "Order ID", "Trade ID"], *rows)
    assert (proposal.mapping["order_id"], proposal.mapping["broker_id"]) == ("Order ID", "Trade ID")
    assert "2 different values in 3 rows" in evidence(proposal, "Order ID")
    repeated = infer([*HEADER, "ID"], *[row[:6] for row in rows])
    assert "broker_id" not in repeated.mapping


def test_prices_of_orders_are_not_prices_of_fills() -> None:
    """Limit and stop prices are left alone, and why is said; the average price is the price."""
    header = ["Date", "Symbol", "Side", "Filled Qty", "Limit Price", "Stop Price", "Avg Price", "Status"]
    proposal = infer(header, ["2026-01-05", "ABC", "Buy", "1", "10", "9", "9.5", "Filled"])
    assert (proposal.mapping["price"], proposal.mapping["quantity"]) == ("Avg Price", "Filled Qty")
    assert "what was ordered, not what was filled" in evidence(proposal, "Limit Price")


@pytest.mark.parametrize(
    ("header", "cell", "currency"),
    [("Price (EUR)", "10.5", "=EUR"), ("Price", "$10.50", "=USD"), ("Price", "10.50 SEK", "=SEK")],
)
def test_currency_of_the_header_or_of_the_numbers(header: str, cell: str, currency: str) -> None:
    """Without a column of currencies the name of the price, or its cells, say it."""
    proposal = infer([*HEADER[:4], header], ["2026-01-05", "ABC", "Buy", "1", cell])
    assert proposal.mapping["currency"] == currency


def test_currency_and_zone_nobody_tells_are_asked_without_blocking() -> None:
    """They have a sensible default, so that the file can be read all the same."""
    proposal = infer(["Date Time", *HEADER[1:]], ["2026-01-05 10:00", "ABC", "Buy", "1", "10"])
    assert keys(proposal, blocking=False) == ["currency", "timezone"]
    zoned = infer(["Date Time", *HEADER[1:]], ["2026-01-05T10:00:00Z", "BTC-EUR", "Buy", "1", "10"])
    assert keys(zoned, blocking=False) == []


@pytest.mark.parametrize("cell", ["1767607200", "1767607200123"])
def test_seconds_and_milliseconds_since_1970_are_times(cell: str) -> None:
    """An epoch has no zone to ask for."""
    proposal = infer(["t", *HEADER[1:]], [cell, "ABC", "Buy", "1", "10"])
    assert proposal.mapping["executed_at"] == "t"
    assert "timezone" not in keys(proposal, blocking=False)


def test_activities_that_are_no_trades_do_not_hide_the_side() -> None:
    """A column of few sides among deposits is the side: passing it over would make every row a trade."""
    rows = [["2026-01-05", kind, "ABC", "1", "10"] for kind in ("Convert", "Receive", "Send", "Stake", "Market buy")]
    assert (
        infer(["Date", "Transaction Type", "Symbol", "Quantity", "Price"], *rows).mapping["side"] == "Transaction Type"
    )


def test_round_trips_are_recognised() -> None:
    """Entry and exit columns make a table of whole trades."""
    header = ["Symbol", "Side", "Qty", "Entry Time", "Exit Time", "Entry Price", "Exit Price", "P&L", "Commission"]
    row = ["ABC", "Long", "5", "2026-01-05 10:00", "2026-01-05 11:00", "10", "11", "5", "0.5"]
    proposal = infer(header, row)
    assert proposal.is_trips
    assert (proposal.mapping["entry_at"], proposal.mapping["exit_price"]) == ("Entry Time", "Exit Price")
    assert keys(proposal) == []


def test_decimal_comma_is_told_as_a_remark() -> None:
    """The mark is decided over all columns of numbers."""
    rows = [["05.01.2026", "ABC", "Kauf", "1.000", "10,55"], ["06.01.2026", "ABC", "Kauf", "2", "9,5"]]
    assert any("decimal comma" in text for text in infer(HEADER, *rows, delimiter=";").remarks)


def test_long_tables_are_sampled_over_their_whole_length() -> None:
    """First, last and evenly spread rows stand for a table of any length."""
    picked = pick_rows([[str(row)] for row in range(100_000)])
    assert len(picked) == SAMPLE_ROWS
    assert (picked[0], picked[-1]) == (["0"], ["99999"])
    assert any(40_000 < int(row[0]) < 60_000 for row in picked)


def test_findings_cover_every_column() -> None:
    """Each column has a finding, an unused one as well, and confidences lie between 0 and 1."""
    header = [*HEADER, "Balance", "Empty"]
    proposal = infer(header, ["2026-01-05", "ABC", "Buy", "1", "10", "77", ""])
    assert [item.column for item in proposal.findings] == header
    assert all(0 <= item.confidence <= 1 for item in proposal.findings)
    assert "a running balance" in evidence(proposal, "Balance")
    assert "Empty in all rows" in evidence(proposal, "Empty")


@pytest.mark.parametrize("rows", [[], [["", "", "", "", ""]]])
def test_tables_without_values_raise_nothing(rows: Any) -> None:
    """Names alone decide where there is nothing else."""
    assert infer(HEADER, *rows).mapping.get("symbol", "Symbol") == "Symbol"
