"""The journal in a browser: write, tick, attach, review, search; and nothing that is written ever runs."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import FilePayload

from tests.e2e.broker_files import SWING, flex_csv
from tests.e2e.browsing import Tab, import_file
from tests.e2e.conftest import OpenTab
from tests.services.journaling import picture

PAYLOADS = (
    "<script>window.ran = 1</script>",
    "<img src=x onerror=window.ran=1>",
    "<svg/onload=window.ran=1>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<a href='javascript:window.ran=1'>x</a>",
    "[a](javascript:window.ran=1)",
    "[b](JaVaScRiPt:window.ran=1)",
    "[c](&#106;avascript:window.ran=1)",
    "[d](java\tscript:window.ran=1)",
    "[e](data:text/html;base64,PHNjcmlwdD53aW5kb3cucmFuPTE8L3NjcmlwdD4=)",
    "[f](vbscript:window.ran=1)",
    "![g](javascript:window.ran=1)",
    '![h](x"onerror="window.ran=1)',
    "[i]: javascript:window.ran=1\n[i]",
    "<javascript:window.ran=1>",
    "`<script>window.ran=1</script>`",
    "```html\n<script>window.ran=1</script>\n```",
    "<details open ontoggle=window.ran=1>",
    "<math><mi//xlink:href='data:x,<script>window.ran=1</script>'>",
    "$\\href{javascript:window.ran=1}{x}$",
    "{{constructor.constructor('window.ran=1')()}}",
    "<style>@import 'javascript:window.ran=1';</style>",
)  # fmt: skip
BAD_LINKS = r"""() => [...document.querySelectorAll("main a")].map((each) => each.getAttribute("href") || "")
    .filter((href) => /^\s*[a-z][a-z0-9+.-]*:/i.test(href) && !/^(https?:|mailto:|javascript:void\(0\)$)/.test(href))"""


def shot(name: str) -> FilePayload:
    """Return a picture as a person would pick it."""
    return {"name": name, "mimeType": "image/png", "buffer": picture((300, 200))}


def newest_waiting(tab: Tab) -> int:
    """Return the trade that is first in the queue."""
    return int(tab.context.request.get(f"{tab.watch.address}/api/v1/journal/review").json()["trades"][0])


def test_a_trade_is_reviewed_from_the_journal(open_tab: OpenTab) -> None:
    """From the queue to the trade: its rules, a template, a screenshot, reviewed; then the next one is open."""
    tab = open_tab("demo")
    tab.open("/journal")
    waiting = int(tab.text(".fw-count"))
    tab.page.locator(".fw-queue-row").first.click()
    tab.until(lambda: tab.page.locator(".fw-review-foot .fw-btn.primary").count() == 1, what="the review card")
    tab.settle()
    trade = tab.page.url.split("/trade/")[1].split("?")[0]
    tab.page.click("button:has(#trade-setup)")
    tab.page.locator("#trade-setup-list .it", has_text="Opening range breakout").click()
    tab.until(lambda: tab.page.locator(".fw-rule").count() == 3, what="its rules")
    tab.page.locator(".fw-rule-btn.no").first.click()
    tab.until(lambda: tab.page.locator(".fw-rule.no").count() == 1, what="the broken rule")
    tab.page.locator(".fw-note-tools .fw-btn", has_text="Template").click()
    tab.page.locator("#trade-templates .it").first.click()
    tab.until(lambda: "**" in tab.page.input_value("#trade-note"), what="the template")
    with tab.page.expect_file_chooser() as chooser:
        tab.page.locator(".fw-shot-drop .browse").click()
    chooser.value.set_files([shot("entry.png")])
    tab.until(lambda: tab.page.locator(".fw-shot img").count() == 1, what="the thumbnail")
    tab.settle()
    tab.page.evaluate("document.activeElement.blur()")
    tab.page.keyboard.press("r")
    tab.until(lambda: f"/trade/{trade}" not in tab.page.url, what="the next trade")
    tab.open("/journal")
    assert int(tab.text(".fw-count")) == waiting - 1
    found = tab.context.request.get(f"{tab.watch.address}/api/v1/journal/trades/{trade}").json()
    assert [rule["followed"] for rule in found["rules"]] == [False, None, None]
    assert found["reviewed_at"]


def test_nothing_written_ever_runs(open_tab: OpenTab) -> None:
    """Every payload in the notes of a trade and a day, in a plan, a setup, a tag and a missed trade stays text."""
    tab = open_tab("new")
    import_file(tab, "swing.csv", flex_csv(SWING, "U703"), "Swing")
    request, root, trade = tab.context.request, f"{tab.watch.address}/api/v1/journal", newest_waiting(tab)
    token = next(item["value"] for item in tab.context.cookies() if "csrf" in item["name"])
    options: dict[str, Any] = {"headers": {"X-CSRFToken": token}}
    text = "\n\n".join(("findme", *PAYLOADS))
    assert request.patch(f"{root}/trades/{trade}", data={"note": text, "tags": [PAYLOADS[1][:60]]}, **options).ok
    assert request.put(f"{root}/days/2026-11-19", data={"note": text, "plan": text}, **options).ok
    setup = {"name": PAYLOADS[1], "description": text, "rules": [{"text": PAYLOADS[1]}]}
    assert request.post(f"{root}/setups", data=setup, **options).ok
    missed = {"symbol": PAYLOADS[2], "seen_at": "2026-11-19T10:00:00Z", "reason": text}
    assert request.post(f"{root}/missed", data=missed, **options).ok
    for path in (f"/trade/{trade}", "/journal", "/journal?day=2026-11-19", "/journal/playbooks", "/journal/tags",
                 "/journal/missed"):  # fmt: skip
        tab.open(path)
        if path.startswith("/trade"):
            tab.page.locator(".fw-note-tools label", has_text="Read").click()
            tab.settle()
        if path == "/journal":
            tab.page.fill("#journal-search", "findme")
            tab.until(lambda: tab.page.locator(".fw-hit mark").count() > 0, what="the hits")
        assert tab.page.evaluate("window.ran") is None, path
        assert tab.page.evaluate(BAD_LINKS) == [], path
        assert tab.page.locator(".fw-md :is(script, iframe, img, svg, style, details)").count() == 0, path
