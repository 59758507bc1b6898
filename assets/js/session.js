// The end of a session leads to the sign-in page, our own requests carry the CSRF token, and a server that does not
// answer is said.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  const plainFetch = window.fetch.bind(window);
  let leaving = false;

  function address(input) {
    return typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
  }

  fw.signIn = function () {
    if (leaving) return;
    leaving = true;
    location.assign("/signin?next=" + encodeURIComponent(location.pathname + location.search));
  };

  // A callback without an answer leaves the page as it was: that is said until the server answers again. A page that
  // was asked for meanwhile never came, so it is asked for once more.
  const TRIES_MS = 3000;
  const LOST = ["Fillwise does not answer.", "What is shown is from before. It is asked again every few seconds."];
  let answeredAt = ""; // the address of the page when a callback was last answered
  let lostAt = "";
  let question = null;
  const here = () => location.pathname + location.search;
  function sayLost(isLost) {
    const shown = document.getElementById("fw-lost");
    if (!isLost) return shown?.remove();
    if (shown) return;
    const note = Object.assign(document.createElement("div"), { id: "fw-lost", className: "fw-lost" });
    note.setAttribute("role", "alert");
    note.append(Object.assign(document.createElement("b"), { textContent: LOST[0] }), " " + LOST[1]);
    document.body.append(note);
  }
  async function isThere() {
    try {
      await plainFetch("/health", { cache: "no-store" });
      return true;
    } catch {
      return false;
    }
  }
  async function ask(asked) {
    if (leaving || (await isThere())) {
      question = null;
      sayLost(false);
      if (!leaving && lostAt && lostAt !== here()) location.reload();
      lostAt = "";
      return;
    }
    lostAt = lostAt || asked;
    sayLost(true);
    setTimeout(() => ask(asked), TRIES_MS);
  }
  addEventListener("pagehide", () => (leaving = true));
  addEventListener("pageshow", (event) => event.persisted && (leaving = false));

  window.fetch = async function (input, options) {
    const isCallback = address(input).includes("_dash-");
    let response;
    try {
      response = await plainFetch(input, options);
      if (isCallback) answeredAt = here();
    } catch (error) {
      if (error.name !== "AbortError" && isCallback) question = question || ask(answeredAt);
      throw error;
    }
    if (response.status !== 401 || !isCallback) return response;
    fw.signIn();
    return new Promise(() => {}); // The page is being left: nobody is to read, or complain about, this answer.
  };

  fw.csrfToken = function () {
    const found = document.cookie.split("; ").find((part) => part.startsWith("_csrf_token="));
    return found ? decodeURIComponent(found.slice("_csrf_token=".length)) : "";
  };

  // Like fetch, for our own routes: same origin, CSRF header, JSON answers, 401 to the sign-in page.
  fw.request = async function (url, options = {}) {
    const headers = new Headers(options.headers || {});
    headers.set("Accept", "application/json");
    if (options.method && options.method !== "GET") headers.set("X-CSRFToken", fw.csrfToken());
    const response = await plainFetch(url, { ...options, headers, credentials: "same-origin" });
    if (response.status === 401) fw.signIn();
    return response;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-fw-csrf")) return;
    let field = form.querySelector('input[name="csrf_token"]');
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "csrf_token";
      form.append(field);
    }
    field.value = fw.csrfToken();
  });
})();
