"""What the browser is asked about a page: what is cut, what is said, what is empty, where the focus is."""

from __future__ import annotations

CUT = """() => {
    const found = [];
    const isScroller = (each) => ["auto", "scroll"].includes(getComputedStyle(each).overflowX);
    const scrolls = (each, card) => {
        for (let at = each.parentElement; at && at !== card; at = at.parentElement) if (isScroller(at)) return true;
        return false;
    };
    for (const each of document.querySelectorAll("main *, header *")) {
        if (!each.getClientRects().length || each.closest("svg, .ag-root-wrapper, .sr, [hidden]")) continue;
        const own = [...each.childNodes].filter((node) => node.nodeType === 3);
        const text = own.map((node) => node.textContent).join("").trim();
        if (!text) continue;
        const isFigure = /\\d/.test(text) && text.length < 26;
        if (isFigure && each.clientWidth && each.scrollWidth > each.clientWidth + 1)
            found.push(`cut: ${text} (${each.scrollWidth} in ${each.clientWidth})`);
        const card = each.closest(".fw-card") || document.querySelector(".fw-app");
        if (scrolls(each, card)) continue;
        const [box, frame] = [each.getBoundingClientRect(), card.getBoundingClientRect()];
        if (box.width && (box.right > frame.right + 1 || box.left < frame.left - 1))
            found.push(`outside its card: ${text}`);
    }
    for (const each of document.querySelectorAll(".fw-graph svg text")) {
        const [box, frame] = [each.getBoundingClientRect(), each.closest(".fw-graph").getBoundingClientRect()];
        if (box.width && (box.left < frame.left - 2 || box.right > frame.right + 2))
            found.push(`beside its chart: ${each.textContent}`);
    }
    return found;
}"""
TEXTS = """() => {
    const svg = [...document.querySelectorAll("svg text")].map((each) => each.textContent);
    const spoken = [...document.querySelectorAll("[aria-label]")].map((each) => each.ariaLabel || "");
    return [document.body.innerText, ...svg, ...spoken].join("\\n");
}"""
EMPTY_CHARTS = """() => [...document.querySelectorAll(".fw-graph")]
    .filter((each) => each.offsetParent !== null)
    .filter((each) => !("fwDrawn" in each.dataset) || !each.querySelector(".main-svg path[d]"))
    .map((each) => each.ariaLabel)"""
FOCUSED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const ringed = (each) => {
        const style = getComputedStyle(each);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    };
    let [shown, each] = [false, at];
    for (let level = 0; each && level < 5 && !shown; level += 1, each = each.parentElement) shown = ringed(each);
    const row = at.matches(".fw-row-link") && getComputedStyle(at.closest("td")).backgroundColor !== "rgba(0, 0, 0, 0)";
    const box = at.getBoundingClientRect();
    const name = at.ariaLabel || at.innerText || at.title || at.id || at.className || at.tagName;
    const key = [at.tagName, at.id, Math.round(box.x), Math.round(box.y)].join();
    return { key, name: String(name).slice(0, 60), shown: shown || row };
}"""
UNNAMED = """() => {
    const controls = "main :is(button, a[href], input, textarea, select), header :is(button, a[href])";
    return [...document.querySelectorAll(controls)]
        .filter((each) => each.offsetParent !== null && each.type !== "hidden" && each.ariaHidden !== "true")
        .filter((each) => !each.closest(".ag-root-wrapper") && !each.id.startsWith("shell"))
        .filter((each) => !(each.textContent.trim() || each.ariaLabel || each.title || each.placeholder))
        .filter((each) => !each.labels?.length && !each.getAttribute("aria-labelledby"))
        .filter((each) => !each.querySelector(".sr, [aria-label]"))
        .map((each) => each.outerHTML.slice(0, 200));
}"""
