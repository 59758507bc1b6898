"""The list of all figures and the excursions of a trade, from values to components."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analytics.metrics import FAMILIES, all_metrics, compute_metrics
from components import trade_excursion
from components.figure_list import figure_list
from services.excursions import TradeExcursion
from tests.analytics.metrics.samples import rich
from tests.components.markup import text_of


def shown(slugs: list[str]) -> Any:
    """The list of some figures of the ten trades."""
    return figure_list(compute_metrics(rich(), slugs), all_metrics(), FAMILIES, "USD")


def test_families_stand_in_their_order_with_every_figure() -> None:
    """Each family has its heading, each figure its name, value and sample, and its way to the derivation."""
    found = shown(list(all_metrics()))
    assert [text_of(family.children[0]) for family in found.children] == list(FAMILIES.values())
    text = text_of(found)
    assert all(metric.label in text for metric in all_metrics().values())
    assert "+$22.00" in text
    assert str(shown(["win_rate"])).count("data-fw-why") == 1


def test_a_missing_figure_shows_its_reason_and_a_small_sample_its_mark() -> None:
    """No dash without a word: the reason stands in the place of the value."""
    text = text_of(shown(["beta", "expectancy"]))
    assert "no benchmark with prices" in text
    assert "low" in text


def test_an_estimate_is_marked() -> None:
    """A figure with a note wears a mark and tells the note on hovering."""
    found = str(shown(["avg_mae"]))
    assert "est. " in found
    assert "Estimate: candles of 9 of 10 trades" in found


def test_nothing_is_an_invitation() -> None:
    """Without figures the list says what to do."""
    assert "Import a file first" in text_of(figure_list({}, all_metrics(), FAMILIES, "USD"))


def test_the_card_of_a_trade_shows_both_excursions_or_why_there_are_none() -> None:
    """Money, a unit, share and R of each; what they rest on; the reason where there is nothing."""
    found = TradeExcursion(
        mae=-120.0, mfe=300.0, mae_price=-0.12, mfe_price=0.3, mae_fraction=-0.01, mfe_fraction=0.025, mae_r=-0.6,
        mfe_r=1.5, give_back=80.0, entry_efficiency=0.7, exit_efficiency=0.8, total_efficiency=0.5, coverage=0.5,
        bars=12, interval="1m",
    )  # fmt: skip
    text = text_of(trade_excursion.body(found, "USD"))
    assert all(part in text for part in ("−$120.00", "+$300.00", "−0.60R", "+1.50R", "−1.00%", "70.0%", "$80.00"))
    assert "Estimate: 12 candles of 1m cover 50% of the time held." in text
    whole = text_of(trade_excursion.body(replace(found, is_whole=True, simulated=True), "USD"))
    assert "From 12 candles of 1m from the demo market and the fills." in whole
    assert text_of(trade_excursion.body(TradeExcursion(reason="No candles."), "USD")) == "No candles."
