"""One result of a benchmark: a ratio, what it is held against, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A ratio measured within one run.

    Attributes:
        id: Number of the target.
        text: What is divided by what.
        target: What the value must not exceed, or with `at_least` must reach; None without a target.
        n: Rows, trades or runs it stands on.
    """

    id: str
    text: str
    value: float
    n: int
    target: float | None = None
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """Return "pass" or "MISS", "" without a target."""
        if self.target is None:
            return ""
        return "pass" if (self.value >= self.target if self.at_least else self.value <= self.target) else "MISS"

    @property
    def bound(self) -> str:
        """Return the target as text."""
        return "" if self.target is None else f"{'≥' if self.at_least else '≤'} {self.target:g}"


def table_of(figures: list[Figure]) -> list[str]:
    """Return the lines of a Markdown table."""
    lines = ["| id | figure | ratio | target | n | |", "| --- | --- | ---: | ---: | ---: | --- |"]
    lines += [
        f"| {item.id} | {item.text} | {item.value:.3g} | {item.bound} | {item.n:,} | {item.verdict} |"
        for item in figures
    ]
    return lines
