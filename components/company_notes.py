"""Why the figures of a company's page are what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components import format as fmt
from components import market_tools
from components.why_mark import NOWHERE, Note

if TYPE_CHECKING:
    from domain.companies import Company, YearRange
    from domain.holdings import Holding


def day_range(found: Company) -> Note:
    """Explain the range of the day."""
    quote = found.quote
    names = (("Low", "low"), ("High", "high"), ("Last price", "price"))
    return Note(
        formula="place = (last price − low) / (high − low)",
        about="Lowest and highest price of the session so far, and where the price stands between them.",
        inputs=[(name, _text(found, getattr(quote, field, None))) for name, field in names],
        sample=sources(found),
        href=NOWHERE,
    )


def opening(found: Company) -> Note:
    """Explain open and previous close."""
    quote = found.quote
    return Note(
        formula="as the provider states them",
        about="First price of the session, and the close of the session before.",
        inputs=[("Open", _text(found, quote.open if quote else None)), ("Previous close", _close(found))],
        sample=sources(found),
        href=NOWHERE,
    )


def year_range(found: Company, year: YearRange) -> Note:
    """Explain the range of 52 weeks."""
    last = float(found.candles.close[-1])
    return Note(
        formula="place = (last close − lowest low) / (highest high − lowest low)",
        about="Of the daily bars of the last 364 days, restated for splits.",
        inputs=[
            ("Lowest low", _text(found, year.low)),
            ("Highest high", _text(found, year.high)),
            ("Last close", _text(found, last)),
            ("Place", fmt.percent(year.place)),
        ],
        sample=f"{year.days} daily bars",
        href=f"/market?symbol={found.symbol}",
        list_name="chart",
    )


def mean_volume(found: Company) -> Note:
    """Explain the mean volume."""
    return Note(
        formula="mean of the last 20 daily volumes",
        about="What is usually traded in a day; today counts as far as it has come.",
        sample=f"{min(20, len(found.candles))} daily bars; at least 20 are needed",
        href=f"/market?symbol={found.symbol}",
        list_name="chart",
    )


def market_cap(found: Company) -> Note:
    """Explain the market capitalisation."""
    return Note(
        formula="as the provider states it",
        about="Price times shares outstanding. Where no provider states it, it stays empty: it is never guessed.",
        sample=sources(found),
        href=NOWHERE,
    )


def returns(found: Company, year: YearRange) -> Note:
    """Explain the returns of the last days."""
    shown = [(f"Since {days} days", fmt.percent(value, places=2, signed=True)) for days, value in year.returns]
    return Note(
        formula="last close / close so many days before − 1",
        about="Of daily closes restated for splits, without dividends. The earlier close is the last one at or before "
        "that day; where the bars begin later, it is not defined.",
        inputs=[("Last close", _text(found, float(found.candles.close[-1]))), *shown],
        sample=f"{len(found.candles)} daily bars",
        href=f"/market?symbol={found.symbol}",
        list_name="chart",
    )


def unrealised(item: Holding) -> Note:
    """Explain the unrealised result of a position."""
    position, quote = item.position, item.quote
    return Note(
        formula="value at the last price − cost, before fees",
        about="What closing at the last price would bring.",
        inputs=[
            ("Quantity", fmt.quantity(position.quantity)),
            ("Average price", fmt.price(position.average_price)),
            ("Last price", fmt.MISSING if quote is None else fmt.price(quote.price)),
            ("Cost", fmt.money(position.cost, position.instrument.currency)),
        ],
        sample=f"The open position in {position.account_name}",
        href=f"/trades?symbols={position.instrument.symbol}&status=open",
    )


def sources(found: Company) -> str:
    """Return which providers answered, and how old the price is."""
    quote, profile = found.quote, found.profile
    if quote is None:
        said = "no price"
    else:
        age = market_tools.age_text((quote.fetched_at - quote.as_of).total_seconds())
        old = f", {age} old when it came" if age != "now" else ""
        said = f"{quote.provider}{' (simulated)' if quote.simulated else ''}{old}"
    name = profile.provider or ("demo" if profile.simulated else "")
    return f"{said}; profile: {name}" if name and quote is not None and name != quote.provider else said


def _text(found: Company, value: float | None) -> str:
    return market_tools.price_text(found.symbol, value)


def _close(found: Company) -> str:
    return _text(found, found.quote.previous_close if found.quote else None)
