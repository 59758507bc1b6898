"""The fast path: the same statement as the row path gives, from columns."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from data.brokers import ParseOptions
from data.brokers.batch import make_batch
from data.brokers.fast_csv import MANY_ROWS
from data.brokers.fast_merge import merge_batches
from data.brokers.formats import generic_csv
from data.brokers.source import SourceFile
from domain.charge_kinds import ChargeKind
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import ParsedExecution, Statement

HEADER = [
    "Execution ID", "Account", "Time", "Symbol", "Side", "Quantity", "Price", "Commission", "Currency", "Order ID",
]  # fmt: skip
N = 300


def make_rows(*, time: str = "2026-03-{day:02d} {clock}", seed: int = 1) -> list[list[str]]:
    """Return N invented fills in time order."""
    rng = random.Random(seed)
    return [
        [
            f"E{row:05d}",
            "U1",
            time.format(
                day=1 + row * 28 // N, month=3, clock=f"{9 + row % 7:02d}:{row % 60:02d}:{rng.randrange(60):02d}"
            ),
            rng.choice(["AAPL", "MSFT", "SAP", "BTC-EUR"]),
            rng.choice(["BUY", "sell", "Sold"]),
            str(rng.randrange(1, 500)),
            f"{rng.randrange(1, 90000) / 100:.4f}",
            f"{rng.randrange(0, 300) / 100:.2f}",
            rng.choice(["USD", "USD", "EUR"]),
            str(row // 2),
        ]
        for row in range(N)
    ]


def write(rows: list[list[str]], header: list[str] | None = None, *, delimiter: str = ",") -> bytes:
    """Return the rows as a CSV."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([header or HEADER, *rows])
    return out.getvalue().encode()


def read_both(payload: bytes, **options: Any) -> tuple[Statement | None, Statement]:
    """Return the statement of the fast path and of the row path."""
    source = SourceFile("fills.csv", payload)
    chosen = ParseOptions(**options)
    plan = generic_csv.plan_for(source, chosen)
    return generic_csv.parse_columns(source, chosen, plan), generic_csv.parse_rows(source, chosen, plan)


def describe(statement: Statement) -> dict[str, Any]:
    """Return everything of a statement in comparable values."""
    batch = statement.executions
    return {
        "rows": statement.rows,
        "others": statement.others,
        "problems": statement.problems,
        "example": statement.time_example,
        "timezone": statement.timezone,
        "account": statement.account_hint,
        "notes": statement.notes,
        "instruments": batch.instruments,
        "instrument": batch.instrument.tolist(),
        "side": batch.side.tolist(),
        "quantity": (batch.quantity.units.tolist(), batch.quantity.places),
        "price": (batch.price.units.tolist(), batch.price.places),
        "fees": (batch.fees.units.tolist(), batch.fees.places),
        "fee_currencies": batch.fee_currencies,
        "fee_currency": batch.fee_currency.tolist(),
        "fee_rate": batch.fee_rate,
        "executed_at": batch.executed_at.tolist(),
        "kind": batch.kind.tolist(),
        "line": batch.line.tolist(),
        "identity": batch.identity,
        "charges": [(row, kind, f"{amount.normalize():f}") for row, kind, amount in batch.charges],
    }


def check_equal(payload: bytes, **options: Any) -> Statement:
    """Assert that both paths give the same, and return it."""
    fast, slow = read_both(payload, **options)
    assert fast is not None, "the fast path declined"
    found, wanted = describe(fast), describe(slow)
    for name, value in wanted.items():
        assert found[name] == value, name
    batch = fast.executions
    types = [array.dtype for array in (batch.instrument, batch.side, batch.executed_at, batch.line, batch.price.units)]
    assert types == [np.dtype(kind) for kind in ("int32", "int8", "int64", "int64", "int64")]
    return fast


@pytest.mark.parametrize(
    "time",
    [
        "2026-{month:02d}-{day:02d}T{clock}Z",
        "2026-{month:02d}-{day:02d} {clock}",
        "2026-{month:02d}-{day:02d} {clock}.123456",
        "2026-{month:02d}-{day:02d}T{clock}+02:00",
        "{month:02d}/{day:02d}/2026 {clock}",
        "{month}/{day}/26, {clock}",
        "{day:02d}.{month:02d}.2026 {clock}",
        "{day:02d}-Mar-2026 {clock}",
        "2026{month:02d}{day:02d};{clock}",
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_both_paths_agree_on_times(time: str, zone: str) -> None:
    """Every way of writing times gives the same instants, through a clock change."""
    statement = check_equal(write(make_rows(time=time)), timezone=zone)
    assert len(statement.executions) == N
    assert statement.problems == ()


def test_problems_are_the_same_with_their_lines() -> None:
    """Cells that no type fits, wrong widths and hours that do not exist are reported alike, line by line."""
    rows = make_rows()
    rows[7][5] = "ten"
    rows[8][5] = "0"
    rows[9][4] = "hold"
    rows[10][2] = "2026-03-08 02:30:00"
    rows[11][2] = "2026-02-30 10:00:00"
    rows[12][6] = ""
    rows[13][6] = "-1"
    rows[14][3] = ""
    rows[15][2] = "1969-01-01 10:00:00"
    rows[16] += ["extra"]
    rows[17][8] = "euros and cents"
    rows[18] = rows[18][:4]
    rows[19][4] = "BUY"
    rows[19][5] = "-5"
    statement = check_equal(write(rows), timezone="America/New_York")
    assert [item.line for item in statement.problems] == list(range(9, 22))
    assert statement.problems[0].column == "Quantity"
    assert statement.problems[0].value == "ten"


def test_blank_lines_keep_line_numbers_true() -> None:
    """Blank lines, lines of empty cells and a preamble move no line number."""
    lines = write(make_rows()).decode().splitlines()
    lines[5] = ""
    lines.insert(20, "," * (len(HEADER) - 1))
    lines.insert(0, "Account statement")
    lines[100] = lines[100].replace(lines[100].split(",")[5], "many", 1)
    statement = check_equal("\r\n".join(lines).encode())
    assert statement.problems == () or statement.problems[0].line == 101
    assert int(statement.executions.line[-1]) == N + 3


def test_numbers_as_people_write_them() -> None:
    """Thousands, currency signs, parentheses, exponents, signs and empty marks are read alike."""
    rows = make_rows()
    for row, text in enumerate(["1,234.5", "$12.25", "+7", "1e2", " 15 ", "0012", ".5", "3."]):
        rows[row][6] = text
    rows[20][7], rows[21][7], rows[22][7] = "", "--", "(1.25)"
    rows[23][6] = "12.123456789012"
    check_equal(write(rows))


def test_decimal_comma_in_a_semicolon_file() -> None:
    """A file of another country is typed with its own decimal mark, with thousands points in some cells."""
    rows = [
        [cell.replace(".", ",") if index in (6, 7) else cell for index, cell in enumerate(row)] for row in make_rows()
    ]
    rows[200][6] = "1.234,50"
    statement = check_equal(write(rows, delimiter=";"))
    assert str(statement.executions.price.at(200)).rstrip("0") == "1234.5"


def test_negative_fees_are_costs_when_most_are() -> None:
    """A column of negative commissions is turned round, rebates included, and the statement says so."""
    rows = make_rows()
    for position, row in enumerate(rows):
        row[7] = "0.10" if position % 10 == 0 else "-1.05"
    statement = check_equal(write(rows))
    assert statement.executions.fees.at(0) < 0 < statement.executions.fees.at(1)
    assert any("negative fee" in note for note in statement.notes)


def test_signed_quantities_without_a_side() -> None:
    """Without a side column the sign of the quantity tells it."""
    rows = [[*row[:4], f"-{row[5]}" if row[4] != "BUY" else row[5], *row[6:]] for row in make_rows()]
    header = [name for name in HEADER if name != "Side"]
    statement = check_equal(write(rows, header))
    assert set(statement.executions.side.tolist()) == {1, -1}


def test_rows_without_an_id_get_the_same_fingerprints() -> None:
    """Fingerprints and their ordinals are the same, odd blanks and apostrophes in the cells included."""
    header = HEADER[1:]
    rows = [row[1:] for row in make_rows()]
    rows[50] = list(rows[49])
    rows[51] = list(rows[49])
    statement = check_equal(write(rows, header))
    assert [statement.executions.identity[row][-2:] for row in (49, 50, 51)] == [":1", ":2", ":3"]
    rows[60][2] = "'SAP"
    rows[61][2] = "BRK   B"
    rows[62][8] = " 0099 "
    check_equal(write(rows, header))


def test_repeated_ids_get_ordinals() -> None:
    """A broker id that occurs again keeps both fills apart."""
    rows = make_rows()
    rows[5][0] = rows[4][0]
    statement = check_equal(write(rows))
    assert statement.executions.identity[5] == rows[4][0] + "~2"


def test_newest_first_files_are_turned_round() -> None:
    """A file that prints the newest row first gives chronological order with true lines, problems included."""
    rows = make_rows(time="2026-{month:02d}-{day:02d}T{clock}Z")[::-1]
    rows[30][5] = "x"
    statement = check_equal(write(rows))
    assert int(statement.executions.line[0]) == N + 1
    assert statement.problems[0].line == 32


def test_separate_date_and_clock_columns() -> None:
    """Days and clocks are each read once per distinct text."""
    header = [*HEADER[:2], "Date", "Clock Time", *HEADER[3:]]
    rows = [row[:2] + row[2].split(" ") + row[3:] for row in make_rows()]
    header[3] = "Time"
    rows[3][3] = "25:00:00"
    statement = check_equal(write(rows, header), timezone="Europe/Berlin")
    assert [(item.line, item.column) for item in statement.problems] == [(5, "Time")]


def test_orders_that_were_not_filled_are_skipped() -> None:
    """A status column keeps cancelled orders out, as skipped rows of their own word."""
    rows = [[*row, "Filled" if position % 9 else "Cancelled"] for position, row in enumerate(make_rows())]
    statement = check_equal(write(rows, [*HEADER, "Status"]))
    assert statement.other_counts == {"Cancelled": len(range(0, N, 9))}


def test_quoted_cells_and_accents() -> None:
    """Quotes at the edge of cells, delimiters inside them and UTF-8 are read alike."""
    rows = [[*row, "opened, then closed by Zoë"] for row in make_rows()]
    rows[10][3] = "ÆØ"
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([[*HEADER, "Remark"], *rows])
    check_equal(b"\xef\xbb\xbf" + out.getvalue().encode())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("E00009,", '"E00\n09",', 1),
        lambda text: text.replace("E00009,", "E00009\x00,", 1),
        lambda text: text.replace("E00009,", 'E0"0009,', 1),
        lambda text: text.replace("E00009,", ",", 1),
    ],
    ids=["line break in a cell", "zero byte", "quote inside a cell", "row without an id"],
)
def test_files_only_rows_can_read_are_declined(spoil: Any) -> None:
    """Where columns could differ from rows, the fast path hands the file over instead of guessing."""
    source = SourceFile("fills.csv", spoil(write(make_rows()).decode()).encode())
    plan = generic_csv.plan_for(source, ParseOptions())
    assert generic_csv.parse_columns(source, ParseOptions(), plan) is None


def test_large_files_take_the_fast_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """From a few thousand rows on, parsing never touches the row path; below it always does."""
    rows = make_rows()

    def refuse(*args: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(generic_csv, "parse_rows", refuse)
    many = [[f"X{copy}{row[0]}", *row[1:]] for copy in range(MANY_ROWS // N + 2) for row in rows]
    statement = generic_csv.parse(SourceFile("fills.csv", write(many)), ParseOptions())
    assert len(statement.executions) == len(many)
    with pytest.raises(AssertionError):
        generic_csv.parse(SourceFile("fills.csv", write(rows)), ParseOptions())


ACME = Instrument(symbol="ACME", asset_class=AssetClass.STOCK, currency="USD")
KINDS = [*HEADER[:7], "Commission", "Exchange Fee", "SEC Fee", "Stamp Duty", "Clearing Fee", *HEADER[8:]]


def with_kinds(*, sign: str = "") -> list[list[str]]:
    """The rows with five columns of fees; some are empty, some a rebate."""
    rng = random.Random(5)
    return [
        [*row[:7], f"{sign}{rng.randrange(1, 300) / 100}", rng.choice(["", "0.2", "0", f"{'' if sign else '-'}0.1"]),
         f"{sign}{rng.randrange(0, 3)}.001", rng.choice(["0", f"{sign}1.5"]), f"{sign}0.02", *row[8:]]
        for row in make_rows()
    ]  # fmt: skip


@pytest.mark.parametrize("sign", ["", "-"])
def test_fees_by_kind_are_the_same_on_both_paths(sign: str) -> None:
    """Five columns become four kinds, clearing with the exchange; the parts of each fill add up to its fee."""
    statement = check_equal(write(with_kinds(sign=sign), KINDS))
    batch = statement.executions
    sums = dict.fromkeys(range(len(batch)), Decimal(0))
    for row, kind, amount in batch.charges:
        assert kind in {ChargeKind.COMMISSION, ChargeKind.EXCHANGE, ChargeKind.REGULATORY, ChargeKind.TAX}
        sums[row] += amount
    assert [sums[row] for row in range(len(batch))] == [batch.fees.at(row) for row in range(len(batch))]


def test_kinds_stay_with_their_rows_when_two_parts_become_one() -> None:
    """Rows that are read by themselves are put among the columns, and their parts with them."""
    fills = [
        ParsedExecution(
            line=line, instrument=ACME, side=Side.BUY, quantity=Decimal(1), price=Decimal(1), fees=Decimal(line),
            executed_at=datetime(2026, 3, 2, tzinfo=UTC), identity=f"{line}",
            charges=((ChargeKind.TAX, Decimal(line) - 1), (ChargeKind.OTHER, Decimal(1))),
        )
        for line in range(2, 12)
    ]  # fmt: skip
    many, few = ([item for item in fills if (item.line % 3 == 0) == is_few] for is_few in (False, True))
    batches = [make_batch(part, [item.identity for item in part]) for part in (many, few)]
    merged = merge_batches(*batches, backwards=False)
    assert merged is not None
    assert list(merged.charges) == list(make_batch(fills, []).charges)


def test_one_column_of_fees_says_no_kind() -> None:
    """What a file calls commission and is all there is may be anything."""
    assert not len(check_equal(write(make_rows())).executions.charges)


def test_a_person_says_what_a_column_of_fees_is_for() -> None:
    """Mapped by hand, the columns need no telling names; one column alone may be a kind."""
    mapping = {"executed_at": "Time", "symbol": "Symbol", "side": "Side", "quantity": "Quantity", "price": "Price",
               "broker_id": "Execution ID", "fees_financing": "Commission"}  # fmt: skip
    statement = check_equal(write(make_rows()), mapping=mapping)
    assert {kind for _, kind, _ in statement.executions.charges} == {ChargeKind.FINANCING}
