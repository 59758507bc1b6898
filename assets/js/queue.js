// The buttons of the import queue. Their list is drawn anew while a job runs, and a callback that listens to buttons
// which come and go is asked again with each of them, its answer to a click unheard. So the click goes to a store.
(function () {
  "use strict";
  const TYPE = "import-queue-entry";
  const STORE = "import-queue-asked";

  function asked(button) {
    try {
      const id = JSON.parse(button.id);
      return id.type === TYPE ? id : null;
    } catch {
      return null;
    }
  }
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest('button[id^="{"]') : null;
    const id = button && !button.disabled ? asked(button) : null;
    if (!id) return;
    window.dash_clientside.set_props(STORE, { data: { do: id.do, key: id.key, at: Date.now() } });
  });
})();
