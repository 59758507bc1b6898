"""By what the fees of a trade were for, as far as files tell."""

from __future__ import annotations

import numpy as np

from analytics.codes import dense_codes
from analytics.dimensions import Coded, Dimension, Facts
from analytics.facts import small
from analytics.fee_kinds import ESTIMATED, UNTOLD
from domain.charge_kinds import CHARGE_LABELS, ChargeKind

KINDS = (
    *((kind.word, CHARGE_LABELS[kind]) for kind in ChargeKind),
    (ESTIMATED, "Estimated"),
    (UNTOLD, "Not told apart"),
)
NO_FEES = "No fees"


def by_fee_kind(facts: Facts) -> Coded:
    """Every kind; a trade counts in each of its kinds."""
    frame, read = facts.frame, facts.around.fee_kinds
    masks = np.zeros(len(frame), dtype=np.int64)
    places = {word: at for at, (word, _) in enumerate(KINDS)}
    for word, ids in (read() if read is not None and len(frame) else {}).items():
        masks[np.isin(frame.id, ids)] |= 1 << places[word]
    masks[(masks == 0) & (frame.fees != 0)] = 1 << places[UNTOLD]
    found, codes = dense_codes(masks)
    members = np.array([*(((found >> at) & 1) == 1 for at in range(len(KINDS))), found == 0], dtype=np.bool_)
    keys, labels = zip(*KINDS, strict=True)
    return Coded(
        codes=small(codes, max(len(found), 1)),
        keys=(*keys, ""),
        labels=(*labels, NO_FEES),
        members=members.reshape(len(KINDS) + 1, len(found)),
    )


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        slug="fee_kind", label="Kind of fee", group="Result",
        about="What the fees of the trade were for; a trade counts in each of its kinds.",
        codes=by_fee_kind, sorted_by_size=True,
    ),
)  # fmt: skip
