// The overview's board: "Arrange" shows a grip and a right edge on each card. A grip is dragged with the pointer to
// another place, an edge to another width; with the keyboard the arrows move, + and - change the width, Del takes out.
// Nothing is moved in the page itself: the new order goes to the server, which draws the board again.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const WIDTHS = [4, 5, 6, 7, 8, 12]; // domain/overview.py
  const EDGE = 60;
  let drag = null; // { cell, board, kind, place, width, mark }

  const boardOf = (element) => element?.closest?.("[data-fw-board]");
  const boards = () => document.querySelectorAll("[data-fw-board]");
  const cellsOf = (board) => [...board.querySelectorAll("[data-fw-card]")];
  const isOneColumn = () => window.matchMedia("(max-width: 900px)").matches;

  function say(text) {
    const status = document.querySelector("[data-fw-board-said]");
    if (status) status.textContent = text;
  }
  const placed = (board) => cellsOf(board).map((cell) => [cell.dataset.fwCard, Number(cell.dataset.fwWidth)]);
  function keep(board, cards) {
    const text = cards.map(([slug, width]) => slug + ":" + width).join(",");
    if (text === placed(board).map(([slug, width]) => slug + ":" + width).join(",")) return;
    window.dash_clientside.set_props(board.dataset.fwBoard, { data: { cards: text, at: Date.now() } });
  }
  function moved(cards, from, to) {
    const next = cards.slice();
    next.splice(to, 0, ...next.splice(from, 1));
    return next;
  }

  // ── Arranging on and off ────────────────────────────────────────────────────────────────────────────────────
  function arrange(on) {
    boards().forEach((board) => board.toggleAttribute("data-fw-arranging", on));
    document.querySelectorAll("[data-fw-arrange]").forEach((button) => button.setAttribute("aria-pressed", String(on)));
    say(on ? "Arranging: drag a card by its grip, or use the arrow keys on it." : "");
  }
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-fw-arrange]");
    if (button) arrange(button.getAttribute("aria-pressed") !== "true");
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && !drag && document.querySelector("[data-fw-arranging]");
    if (open && !document.querySelector("dialog[open]")) arrange(false);
  });

  // ── With the pointer ────────────────────────────────────────────────────────────────────────────────────────
  function begin(event) {
    const handle = event.target instanceof Element && event.target.closest("[data-fw-grip], [data-fw-size]");
    if (!handle || event.button) return;
    const cell = handle.closest("[data-fw-card]");
    const kind = handle.hasAttribute("data-fw-size") ? "size" : "move";
    const mark = fw.element("div", "fw-board-mark");
    drag = { cell, board: boardOf(cell), kind, mark, handle, place: -1, width: Number(cell.dataset.fwWidth), moved: false };
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
    handle.focus?.({ preventScroll: true });
  }
  // The place in the order at which a card dropped here would stand.
  function placeAt(x, y) {
    const cells = cellsOf(drag.board);
    const own = cells.indexOf(drag.cell);
    const over = cells.findIndex((cell) => {
      const box = cell.getBoundingClientRect();
      return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    });
    if (over < 0 || over === own) return { place: own, over: null };
    const box = cells[over].getBoundingClientRect();
    const isWide = isOneColumn() || Number(cells[over].dataset.fwWidth) === 12;
    const after = isWide ? y > box.top + box.height / 2 : x > box.left + box.width / 2;
    const place = over + (after ? 1 : 0) - (own < over + (after ? 1 : 0) ? 1 : 0);
    return { place, over: cells[over], after, isWide };
  }
  function showMark({ over, after, isWide }) {
    const { mark } = drag;
    if (!over) return mark.remove();
    const box = over.getBoundingClientRect();
    const gap = 9;
    const at = isWide
      ? { left: box.left, top: after ? box.bottom + gap - 2 : box.top - gap - 2, width: box.width, height: 4 }
      : { left: after ? box.right + gap - 3 : box.left - gap - 1, top: box.top, width: 4, height: box.height };
    for (const [name, value] of Object.entries(at)) mark.style.setProperty(name, value + "px");
    if (!mark.isConnected) document.body.append(mark);
  }
  function widthAt(x) {
    const board = drag.board.getBoundingClientRect();
    const columns = ((x - drag.cell.getBoundingClientRect().left) / board.width) * 12;
    return WIDTHS.reduce((best, width) => (Math.abs(width - columns) < Math.abs(best - columns) ? width : best));
  }
  function showWidth(width) {
    const board = drag.board.getBoundingClientRect();
    const box = drag.cell.getBoundingClientRect();
    const { mark } = drag;
    mark.classList.add("area");
    mark.dataset.fwText = width + " of 12";
    const at = { left: box.left, top: box.top, width: Math.min((board.width * width) / 12, board.right - box.left), height: box.height };
    for (const [name, value] of Object.entries(at)) mark.style.setProperty(name, value + "px");
    if (!mark.isConnected) document.body.append(mark);
  }
  function follow(event) {
    if (!drag) return;
    drag.moved = true;
    drag.cell.classList.add("fw-dragged");
    const main = document.querySelector(".fw-main");
    if (main && event.clientY < EDGE + 50) main.scrollBy(0, -12);
    if (main && event.clientY > innerHeight - EDGE) main.scrollBy(0, 12);
    if (drag.kind === "size") return showWidth((drag.width = widthAt(event.clientX)));
    const found = placeAt(event.clientX, event.clientY);
    drag.place = found.place;
    showMark(found);
  }
  function end(event) {
    if (!drag) return;
    const { cell, board, kind, mark, place, width, moved: hasMoved } = drag;
    drag = null;
    mark.remove();
    cell.classList.remove("fw-dragged");
    if (!hasMoved || event.type === "pointercancel") return;
    const cards = placed(board);
    const from = cellsOf(board).indexOf(cell);
    if (kind === "size") cards[from][1] = width;
    keep(board, kind === "move" && place >= 0 ? moved(cards, from, place) : cards);
  }
  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);

  // ── With the keyboard ───────────────────────────────────────────────────────────────────────────────────────
  const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
  const SIZES = { "+": 1, "=": 1, "-": -1 };
  document.addEventListener("keydown", (event) => {
    const grip = event.target instanceof Element && event.target.closest("[data-fw-grip]");
    if (!grip || event.ctrlKey || event.metaKey || event.altKey) return;
    const board = boardOf(grip);
    const cell = grip.closest("[data-fw-card]");
    const cards = placed(board);
    const from = cellsOf(board).indexOf(cell);
    let next = null;
    if (event.key in STEPS) next = moved(cards, from, Math.min(Math.max(from + STEPS[event.key], 0), cards.length - 1));
    else if (event.key in SIZES) {
      const size = WIDTHS.indexOf(cards[from][1]) + SIZES[event.key];
      next = cards.map(([slug, width], k) => [slug, k === from ? WIDTHS[Math.min(Math.max(size, 0), WIDTHS.length - 1)] : width]);
    } else if (event.key === "Delete" && cards.length > 1) next = cards.filter((_, k) => k !== from);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    const slug = cell.dataset.fwCard;
    keep(board, next);
    const at = next.findIndex(([name]) => name === slug);
    say(at < 0 ? "Taken out." : `Place ${at + 1} of ${next.length}, ${next[at][1]} of 12 columns wide.`);
    focusAgain(slug, 40);
  });
  // The board is drawn anew: the same card's grip gets the focus back.
  function focusAgain(slug, tries) {
    const grip = document.querySelector(`[data-fw-card="${slug}"] [data-fw-grip]`);
    if (grip && document.activeElement === document.body) grip.focus();
    if (tries) setTimeout(() => focusAgain(slug, tries - 1), 50);
  }
})();
