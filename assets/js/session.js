// The end of a session leads to the sign-in page, and our own requests carry the CSRF token.
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

  window.fetch = async function (input, options) {
    const response = await plainFetch(input, options);
    if (response.status !== 401 || !address(input).includes("_dash-")) return response;
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
