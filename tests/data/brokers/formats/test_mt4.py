"""MetaTrader 4 statements."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.errors import ImportFileError
from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("mt4-statement/statement.htm")
SLUG = "mt4-statement"


def test_closed_trades_become_pairs_by_their_tickets() -> None:
    """Cells need no end tags, scripts are not read; the costs of both halves are booked on the exit."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (7, "eurusd.p", "PAIRED", "buy", "0.1", "1.085", "0", "2026-03-06 08:00:00"),
        (7, "eurusd.p", "PAIRED", "sell", "0.1", "1.0875", "0.8", "2026-03-06 11:15:20"),
        (8, "usdjpy.p", "PAIRED", "sell", "0.2", "150", "0", "2026-03-09 08:00:00"),
        (8, "usdjpy.p", "PAIRED", "buy", "0.2", "149.7", "1.4", "2026-03-09 12:00:00"),
    ]
    assert statement.executions.identity == ["902/entry", "902/exit", "903/entry", "903/exit"]
    assert [(item.currency, item.multiplier) for item in statement.executions.instruments] == [
        ("USD", Decimal(100_000)),
        ("JPY", Decimal(100_000)),
    ]
    assert (statement.account_hint, statement.currency_hint) == ("77", "USD")


def test_costs_of_another_currency_have_the_rate_of_the_profit() -> None:
    """The yen trade made 6,000 JPY, printed as 40.08 USD."""
    rates = cases.parse(CONTENT).executions.fee_rate
    assert rates[:3] == (None, None, None)
    assert rates[3] == Decimal("149.70059880")


def test_everything_else_is_kept() -> None:
    """A deposit, a cancelled order, the line of sums and an open trade."""
    rows = [row for row in cases.others(cases.parse(CONTENT)) if row[2] != "round trip"]
    assert rows == [
        (6, "deposit", "balance", "", "1000"),
        (9, "order", "buy limit", "eurusd.p", None),
        (10, "summary", "summary", "", None),
        (13, "position", "Open Trades", "eurusd.p", None),
    ]


def test_broken_cells_are_told_with_their_place() -> None:
    """A price, a time and a kind that are none."""
    for old, new, place in (
        ("1.08750", "much", (7, "Price 2", "much")),
        ("2026.03.09 14:00:00", "2026.03.39 14:00:00", (8, "Close Time", "2026.03.39 14:00:00")),
        ("<td>sell<td>", "<td>magic<td>", (8, "Type", "magic")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_report_without_trades_is_refused() -> None:
    """The table of closed transactions is needed."""
    content = CONTENT[: CONTENT.index(b"<tr><td>901")] + b"</table></html>"
    with pytest.raises(ImportFileError, match="no table of closed transactions"):
        cases.parse(content)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)
