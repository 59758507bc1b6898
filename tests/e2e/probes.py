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
        if (!each.checkVisibility({ visibilityProperty: true })) continue;
        const own = [...each.childNodes].filter((node) => node.nodeType === 3);
        const text = own.map((node) => node.textContent).join("").trim();
        if (!text) continue;
        const isFigure = /\\d/.test(text) && text.length < 26;
        // The text itself, for a mark beside it may reach further.
        const area = document.createRange();
        area.setStartBefore(own[0]);
        area.setEndAfter(own.at(-1));
        const edge = each.getBoundingClientRect().left + each.clientLeft + each.clientWidth;
        const tooLong = area.getBoundingClientRect().right - edge;
        if (isFigure && each.clientWidth && tooLong > 1) found.push(`cut: ${text} (${tooLong} pixels too long)`);
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
        .filter((each) => !(each.type === "file" && each.parentElement.textContent.trim()))  // a box that says it
        .filter((each) => !(each.textContent.trim() || each.ariaLabel || each.title || each.placeholder))
        .filter((each) => !each.labels?.length && !each.getAttribute("aria-labelledby"))
        .filter((each) => !each.querySelector(".sr, [aria-label]"))
        .map((each) => each.outerHTML.slice(0, 200));
}"""
FAINT = r"""() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    const read = new Map();
    const colour = (text) => {
        if (!read.has(text)) {
            pen.clearRect(0, 0, 1, 1);
            pen.fillStyle = text;
            pen.fillRect(0, 0, 1, 1);
            const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
            read.set(text, [r, g, b, a / 255]);
        }
        return read.get(text);
    };
    const over = (top, below) => {
        const alpha = top[3] + below[3] * (1 - top[3]);
        const mix = (k) => (top[k] * top[3] + below[k] * below[3] * (1 - top[3])) / (alpha || 1);
        return [mix(0), mix(1), mix(2), alpha];
    };
    const light = (rgb) => {
        const part = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
        return 0.2126 * part(rgb[0]) + 0.7152 * part(rgb[1]) + 0.0722 * part(rgb[2]);
    };
    const ground = (each) => {
        let found = [0, 0, 0, 0];
        for (let at = each; at; at = at.parentElement) {
            if (getComputedStyle(at).backgroundImage !== "none") return null;
            found = over(found, colour(getComputedStyle(at).backgroundColor));
            if (found[3] > 0.99) return found;
        }
        return over(found, [255, 255, 255, 1]);
    };
    const leftOut = "svg, .sr, [inert], :disabled, [aria-disabled=true], .ag-measurement-container, .fw-skip";
    const found = new Set();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const [text, each] = [texts.currentNode.textContent.trim(), texts.currentNode.parentElement];
        if (!text || each.closest(leftOut) || !each.getClientRects().length) continue;
        if (!each.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        const [style, below] = [getComputedStyle(each), ground(each)];
        if (!below) continue;
        let [r, g, b, a] = colour(style.color);
        for (let at = each; at; at = at.parentElement) a *= Number(getComputedStyle(at).opacity);
        const [x, y] = [light(over([r, g, b, a], below)), light(below)];
        const ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
        const needed = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
        if (ratio > needed - 0.03) continue;
        found.add(`${ratio.toFixed(2)} ${each.className || each.tagName}: ${text.slice(0, 30)}`);
    }
    return [...found];
}"""
# Marks whose area for a finger lies over what is beside them.
WIDE = """() => [...document.querySelectorAll(".fw-why, .fw-icon-btn")]
    .filter((each) => each.checkVisibility() && parseFloat(getComputedStyle(each, "::after").height) > 60)
    .map((each) => each.getAttribute("aria-label"))"""
SMALL = """() => {
    const controls = "button, a[href], input, select, textarea, summary, [role=button]";
    // What draws data small enough to have a list of the same links beside it, and parts of one larger control.
    const drawn = ".fw-year, .fw-alloc-bar, .ag-root-wrapper, .fw-seg";
    const leftOut = `.sr, [inert], [aria-hidden=true], :disabled, .fw-skip, ${drawn}`;
    const found = new Set();
    for (const each of document.querySelectorAll(controls)) {
        if (each.closest(leftOut) || each.tabIndex < 0 || !each.getClientRects().length) continue;
        if (!each.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        const words = [...each.parentElement.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (each.matches("a") && words && getComputedStyle(each).display === "inline") continue;  // in a sentence
        const box = (each.closest("label, .dash-input-container, .dash-datepicker-input-wrapper") || each);
        let { width, height } = box.getBoundingClientRect();
        for (const part of ["::before", "::after"]) {
            const style = getComputedStyle(each, part);
            if (style.content === "none" || style.position !== "absolute") continue;
            width = Math.max(width, parseFloat(style.width) || 0);
            height = Math.max(height, parseFloat(style.height) || 0);
        }
        const name = (each.ariaLabel || each.textContent || each.id).trim().slice(0, 30);
        if (height < 38.5 || width < 24)
            if (!(each.matches("a") && height >= 38.5))
                found.add(`${Math.round(width)} x ${Math.round(height)} ${each.className}: ${name}`);
    }
    return [...found];
}"""
