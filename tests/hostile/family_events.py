"""Meaning of rows about other rows: corrections, cancellations, busts, splits, numbers of securities, short sales."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.hostile.cases import Case, Cases
from tests.hostile.mutations import FIXTURES

FAMILY = "meaning"
ISINS = (
    ("ibkr-flex-csv/trades.csv", "US5949181045", "US5949181046"),
    ("ibkr-flex-csv/trades.csv", "ES0113900J37", "ES0113900J73"),
    ("ibkr-flex-xml/activity.xml", "US2546871060", "US2546871061"),
    ("trading212-history/history.csv", "US1912161007", "US1912160107"),
    ("trading212-history/history.csv", "GB00B10RZP78", "GB00B10RZP87"),
    ("freetrade-activity/activity.csv", "US7134481081", "US7134481811"),
    ("freetrade-activity/activity.csv", "GB00BLGZ9862", "GB00BLGZ9826"),
    ("saxo-transactions/transactions.csv", "US7134481081", "US7134481080"),
    ("saxo-transactions/transactions.csv", "IE00B3RBWM25", "IE00B3RBWM24"),
    ("parqet-activities/activities.csv", "DE0007164600", "DE0007164606"),
)
"""Files, a number in them and the number mistyped: a digit changed, or two neighbours swapped."""

FLEX = ("ClientAccountID", "CurrencyPrimary", "AssetClass", "Symbol", "Multiplier", "DateTime", "Buy/Sell", "Quantity",
        "TradePrice", "IBCommission", "IBCommissionCurrency", "LevelOfDetail", "IBExecID", "Notes/Codes")  # fmt: skip
ACTIONS = {
    "split": "ACME(US0000000001) SPLIT 4 FOR 1 (ACME, ACME CORP, US0000000001)",
    "reverse-split": "ACME(US0000000001) SPLIT 1 FOR 10 (ACME, ACME CORP, US0000000001)",
    "rename": "ACME(US0000000001) CUSIP/ISIN CHANGE TO (US0000000002) (ACMX, ACME X CORP, US0000000002)",
    "merger": "ACME(US0000000001) MERGED(Acquisition) FOR USD 12.00000000 PER SHARE (ACME, ACME, US0000000001)",
    "spin-off": "ACME(US0000000001) SPINOFF 1 FOR 5 (ACMS, ACME SPIN, US0000000003)",
    "nonsense": "ACME(US0000000001) SPLIT 0 FOR 0 (ACME, ACME CORP, US0000000001)",
}


def make_cases(seed: int) -> Cases:
    """Yield the cases; nothing here is random, `seed` belongs to what every family is asked."""
    del seed
    for number, (path, good, bad) in enumerate(ISINS):
        yield _mistyped(number, path, good, bad)
    yield from _corrections()
    yield from _cancelled()
    yield from _actions()
    yield from _shorts()
    yield from _contracts()


def _case(key: str, payload: bytes, kind: str = "A", **more: object) -> Case:
    values: dict[str, object] = {"key": key, "family": FAMILY, "kind": kind, "name": "export.csv", "payload": payload}
    return Case(**(values | more))  # type: ignore[arg-type]


def _mistyped(number: int, path: str, good: str, bad: str) -> Case:
    """A number of a security whose check digit does not fit: every row is read, and it is said."""
    sound = (FIXTURES / path).read_bytes()
    twin = b"" if path.startswith("parqet") else sound  # there the number is the symbol
    return _case(f"bad-isin-{number}", sound.replace(good.encode(), bad.encode()), "W", twin=twin, note=bad)


def _flex(rows: Iterable[Mapping[str, str]]) -> bytes:
    lines = [",".join(f'"{name}"' for name in FLEX)]
    common = {"ClientAccountID": "U1", "CurrencyPrimary": "USD", "AssetClass": "STK", "Symbol": "ACME",
              "Multiplier": "1", "IBCommission": "-1", "IBCommissionCurrency": "USD",
              "LevelOfDetail": "EXECUTION"}  # fmt: skip
    lines += [",".join(f'"{(common | dict(row)).get(name, "")}"' for name in FLEX) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def _fill(revision: str, side: str, quantity: int, price: str, *, trade: str = "a1", code: str = "") -> dict[str, str]:
    return {
        "DateTime": f"2025030{2 + int(revision)};100000",
        "Buy/Sell": side,
        "Quantity": str(quantity),
        "TradePrice": price,
        "IBExecID": f"0000{trade}.65a5b1c2.01.{revision}",
        "Notes/Codes": code,
    }


def _corrections() -> Cases:
    """The same fill in two revisions: the later one alone holds, in whatever order and file they come."""
    first, second = _fill("01", "BUY", 100, "10"), _fill("02", "BUY", 90, "11")
    third, other = _fill("03", "BUY", 80, "12"), _fill("01", "SELL", -50, "13", trade="b2")
    clean = _flex([second, other])
    yield _case("correction-after", _flex([first, second, other]), twin=clean)
    yield _case("correction-before", _flex([second, other, first]), twin=clean)
    yield _case("correction-later-file", _flex([second, other]), twin=clean, prior=_flex([first]))
    yield _case("correction-earlier-file", _flex([first, other]), twin=clean, prior=_flex([second]))
    yield _case("correction-twice", _flex([first, second, third, other]), twin=_flex([third, other]))
    yield _case("correction-twice-mixed", _flex([third, first, other, second]), twin=_flex([third, other]))
    yield _case("correction-of-close", _flex([other, first, second]), twin=clean)


def _cancelled() -> Cases:
    """A busted fill goes with the row that busts it; what came of it otherwise stays."""
    fill, other = _fill("01", "BUY", 100, "10"), _fill("01", "SELL", -50, "13", trade="b2")
    bust = _fill("02", "BUY (Ca.)", -100, "10", code="Ca")
    clean = _flex([other])
    yield _case("bust", _flex([fill, bust, other]), twin=clean)
    yield _case("bust-before", _flex([bust, other, fill]), twin=clean)
    yield _case("bust-later-file", _flex([bust]), twin=clean, prior=_flex([fill, other]))
    yield _case("bust-earlier-file", _flex([fill, other]), twin=clean, prior=_flex([bust]))
    yield _case("bust-after-close", _flex([fill, other, bust]), twin=clean)
    yield _case("bust-twice", _flex([fill, bust, bust, other]), twin=clean)
    schwab = (FIXTURES / "schwab-transactions/transactions.csv").read_bytes()
    row = '"05/02/2025","{}","KO","COCA COLA","10","$70.00","","{}"\n'
    place = schwab.index(b'"05/02/2025"')
    pair = row.format("Cancel Buy", "$700.00") + row.format("Buy", "-$700.00")
    yield _case("bust-schwab", schwab[:place] + pair.encode() + schwab[place:], twin=schwab)


def _actions() -> Cases:
    """What a file tells of corporate actions between fills costs no row: fills stay as they are printed."""
    sound = (FIXTURES / "ibkr-flex-xml/activity.xml").read_bytes()
    start, end = sound.index(b"<CorporateActions>"), sound.index(b"</CorporateActions>")
    for name, told in ACTIONS.items():
        action = (
            f'<CorporateAction accountId="U7000003" currency="USD" symbol="ACME" description="{told}" '
            'dateTime="20250607;202500" quantity="90" proceeds="0" transactionID="93"/>'
        ).encode()
        yield _case(f"action-{name}", sound[:end] + action + sound[end:], twin=sound)
    yield _case("action-gone", sound[:start] + b"<CorporateActions>" + sound[end:], twin=sound)


GENERIC = "Trade ID,Time,Symbol,Side,Quantity,Price,Commission,Currency\n"


def _shorts() -> Cases:
    """More is sold than was held: every fill is kept, the position is what they make."""
    buy = "t1,2026-03-02 09:31:05,ACME,Buy,10,10.00,1.00,USD\n"
    sell = "t{},2026-03-0{} 10:00:00,{},Sell,{},11.00,1.00,USD\n"
    for name, rows in {
        "alone": sell.format(2, 3, "ACME", 40),
        "more": buy + sell.format(2, 3, "ACME", 40),
        "twice": buy + sell.format(2, 3, "ACME", 10) + sell.format(3, 4, "ACME", 10),
        "other": buy + sell.format(2, 3, "BOLT", 10),
        "flipped": buy + sell.format(2, 3, "ACME", 25) + buy.replace("t1", "t4").replace("03-02", "03-06"),
    }.items():
        yield _case(f"oversold-{name}", (GENERIC + rows).encode(), slug="generic-csv")


def _contracts() -> Cases:
    """A contract whose size nobody knows blocks its row and no other."""
    sound = "t1,2026-03-02 09:31:05,ACME,Buy,10,10.00,1.00,USD\n"
    for number, symbol in enumerate(("/QQXM6", "/ZZZZ26", "/XQ9U6")):
        row = f"t2,2026-03-03 09:31:05,{symbol},Buy,1,10.00,1.00,USD\n"
        yield _case(
            f"unknown-contract-{number}", (GENERIC + sound + row).encode(), "Q", slug="generic-csv",
            twin=(GENERIC + sound).encode(), code="contract-size", line=3,
        )  # fmt: skip
