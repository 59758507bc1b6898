"""How often the process looks for garbage, once all that stays is there."""

from __future__ import annotations

import gc

NEW, YOUNG, OLD = 10_000, 10, 50
"""New objects after which the newest are looked at; of 10 such looks one takes in the younger, of 50 of those all."""


def settle_memory() -> None:
    """Leave what the start has loaded out of every later search for garbage, and search less often.

    To walk through the modules and the journal of a large book takes a tenth of a second, and with the usual limits
    every tenth page waited for it. Almost everything is freed without a search: only what refers to itself needs one.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW, YOUNG, OLD)
