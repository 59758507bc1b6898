"""AvaTrade's German order list."""

from __future__ import annotations

from tests.data.brokers import expected
from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("avatrade-orders/orders.csv")
SLUG = "avatrade-orders"


def test_filled_orders_become_fills() -> None:
    """The filled part of a cancelled order counts; an order without a fill keeps its status."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (2, "F.US.MESM26", "TRADE", "buy", "2", "5800.25", "1.5", "2026-03-06 14:31:02"),
        (4, "F.US.MESM26", "TRADE", "sell", "1", "5802.25", "0.75", "2026-03-06 14:45:00"),
    ]
    assert cases.others(statement) == [(3, "order", "Storniert", "F.US.MESM26", None)]
    assert statement.executions.instruments[0].multiplier == 5
    assert statement.executions.identity == ["71", "73"]


def test_semicolons_come_with_decimal_commas() -> None:
    """The same orders as a spreadsheet of that country saves them."""
    text = CONTENT.decode().replace(",", ";").replace("5800.25", "5800,25").replace("5802.25", "5802,25")
    statement = expected.read("orders.csv", text.replace("1.5", "1,5").replace("0.75", "0,75").encode())
    assert cases.fills(statement) == cases.fills(cases.parse(CONTENT))


def test_broken_cells_are_told_with_their_place() -> None:
    """A side and a time that are none, and a contract nobody lists."""
    for old, new, place in (
        ("MESM26,Buy", "MESM26,Hold", (2, "Seite", "Hold")),
        ("2026-03-06 15:31:02", "2026-03-06 15:91:02", (2, "Status Zeit", "15:91:02")),
        ("F.US.MESM26,Buy", "F.US.QQZM26,Buy", (2, "Symbol", "F.US.QQZM26")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing; the same file gives the same identities."""
    cases.check_rearranged(CONTENT, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
