"""Win, loss, breakeven."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.outcomes import outcomes


@pytest.mark.parametrize(
    ("pnl", "gross", "tolerance", "expected"),
    [
        (5.0, 6.0, 0.0, 1),
        (-5.0, -4.0, 0.0, -1),
        (0.0, 2.0, 0.0, 0),
        (-2.0, 0.0, 0.0, 0),
        (-1.0, 1.0, 0.0, -1),
        (5.0, 6.0, 5.0, 0),
        (5.01, 6.0, 5.0, 1),
        (-9.0, -3.0, 3.0, 0),
    ],
)
def test_one_rule_decides(pnl: float, gross: float, tolerance: float, expected: int) -> None:
    """Within the tolerance, net or gross, is a breakeven; else the sign decides."""
    result = outcomes(np.array([pnl]), np.array([gross]), tolerance=tolerance)
    assert result.tolist() == [expected]
    assert result.dtype == np.int8
