"""The overview's cards under a finger and under the keyboard: dragged to another place, and put back with an arrow."""

from __future__ import annotations

from tests.e2e.browsing import PHONE, Tab
from tests.e2e.conftest import OpenTrader

ORDER = "() => [...document.querySelectorAll('[data-fw-card]')].map((each) => each.dataset.fwCard)"
ABOVE = "(each) => each.scrollIntoView({ block: 'start' })"


def test_cards_are_dragged_by_touch_and_moved_by_keyboard(trader: OpenTrader) -> None:
    """A finger takes the first card below the second; the arrow key on its grip puts it back, and both are kept."""
    tab = trader(size=PHONE)
    tab.open("/")
    before = tab.page.evaluate(ORDER)
    swapped = [before[1], before[0], *before[2:]]
    _arrange(tab)
    _drag(tab, 0, 1)
    tab.until(lambda: tab.page.evaluate(ORDER) == swapped, what="the card dropped by the finger")
    tab.settle()
    grip = tab.find("[data-fw-grip]").nth(1)
    tab.until(grip.is_visible, what="the grips of the board drawn again")
    grip.focus()
    tab.page.keyboard.press("ArrowUp")
    tab.until(lambda: tab.page.evaluate(ORDER) == before, what="the card moved by the arrow key")
    tab.open("/")
    assert tab.page.evaluate(ORDER) == before


def _arrange(tab: Tab) -> None:
    tab.find("[data-fw-arrange]").tap()
    tab.until(lambda: tab.find("[data-fw-arranging]").count(), what="arranging")
    tab.find("[data-fw-card]").first.evaluate(ABOVE)


def _drag(tab: Tab, card: int, below: int) -> None:
    """Move a card by its grip to the lower half of another, as a finger does."""
    grip = tab.find("[data-fw-grip]").nth(card).bounding_box()
    other = tab.find("[data-fw-card]").nth(below).bounding_box()
    assert grip is not None
    assert other is not None
    x, top = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    bottom = other["y"] + other["height"] * 0.6
    finger = tab.context.new_cdp_session(tab.page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": top}]})
    for step in range(1, 9):
        point = {"x": x, "y": top + (bottom - top) * step / 8}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
