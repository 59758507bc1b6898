"""Fee plans that come with Fillwise: public schedules with the dates from which each rate holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from domain.errors import NotFoundError
from domain.fee_plan_text import parse_fee_plan
from domain.fee_plans import FeePlan

FOLDER = Path(__file__).parent / "presets"
SLUGS = ("india-nse", "india-bse", "us-per-share", "us-zero", "futures-per-contract", "crypto-percent")


@cache
def preset(slug: str) -> FeePlan:
    """Return a preset.

    Raises:
        NotFoundError: If there is none of this name.
    """
    if slug not in SLUGS:
        raise NotFoundError(f"There is no fee plan {slug[:40]!r}.", hint=f"Use one of {', '.join(SLUGS)}.")
    return parse_fee_plan((FOLDER / f"{slug}.json").read_text(encoding="utf-8"))


@cache
def segments() -> Mapping[str, str]:
    """Return the segment of contracts of India's exchanges by the beginning of their symbol.

    What is not listed is an equity contract. Farm goods pay no commodities transaction tax.
    """
    listed = json.loads((FOLDER.parent / "segments.json").read_text(encoding="utf-8"))
    return {root: segment for segment, roots in listed.items() for root in roots}


def list_presets() -> list[FeePlan]:
    """Return every preset."""
    return [preset(slug) for slug in SLUGS]
