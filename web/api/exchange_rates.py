"""Exchange rates: what a user typed or imported."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from web.api.contract import Topic
from web.api.values import DecimalText, Schema
from web.context import current_owner, services

TOPIC = Topic(
    "Rates and closes",
    "/api/v1/exchange-rates",
    "Units of `quote` for one `base` on a day. Your own rates come before a provider's; a rate holds for as many days "
    "as the portfolio allows, a fixed one until the next.",
)


class PairRow(Schema):
    """The rates of one pair."""

    base: str
    quote: str
    count: int
    first: date
    last: date
    source: str


class PairList(Schema):
    """Pairs with rates."""

    items: list[PairRow]
    next_cursor: str | None = None


class RateChange(Schema):
    """One rate."""

    base: str
    quote: str
    day: date
    rate: str = Field(description="Decimal above 0.")
    is_fixed: bool = Field(default=False, description="Whether it holds until the next rate of the pair, however long.")


class RateRow(Schema):
    """A rate that is kept now."""

    base: str
    quote: str
    day: date
    rate: DecimalText
    source: str


class RateFile(Schema):
    """The text of a file of rates: the ECB's, or the columns date, base, quote, rate."""

    content: str


class Counted(Schema):
    """How many rates there were."""

    rates: int


@TOPIC.get("", PairList)
def list_exchange_rates() -> PairList:
    """List the pairs that have rates."""
    rows = services().portfolios.rates.pairs(current_owner())
    return PairList(
        items=[
            PairRow(base=base, quote=quote, count=count, first=first, last=last, source=source)
            for base, quote, count, first, last, source in rows
        ]
    )


@TOPIC.put("", RateRow, body=RateChange)
def put_exchange_rate(body: RateChange) -> RateRow:
    """Set the rate of a pair on a day."""
    kept = services().portfolios.rates.save(
        current_owner(), body.base, body.quote, day=body.day, rate=body.rate, is_fixed=body.is_fixed
    )
    return RateRow(base=kept.base, quote=kept.quote, day=kept.day, rate=kept.rate, source=kept.source)


@TOPIC.post("/file", {200: Counted}, body=RateFile)
def import_exchange_rates(body: RateFile) -> Counted:
    """Set the rates of a file."""
    return Counted(rates=services().portfolios.rates.import_csv(current_owner(), body.content.encode()))


@TOPIC.delete("/<string:base>/<string:quote>", Counted)
def delete_exchange_rates(base: str, quote: str) -> Counted:
    """Remove all rates of a pair."""
    return Counted(rates=services().portfolios.rates.delete(current_owner(), base, quote))
