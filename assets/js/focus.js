// The browser gives the focus back to what opened a dialog; this does it where the opener was drawn anew meanwhile.
(function () {
  "use strict";
  let opener = "";
  document.addEventListener("focusin", ({ target }) => {
    if (!target.closest("dialog")) opener = target.id;
  });
  function giveBack() {
    if (document.activeElement !== document.body || document.querySelector("dialog[open]")) return;
    if (opener) document.getElementById(opener)?.focus({ preventScroll: true });
  }
  document.addEventListener("close", () => requestAnimationFrame(giveBack), true);
})();
