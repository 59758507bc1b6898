// Starts the API page: our own document, nothing remembered after the tab is closed, nobody else asked.
"use strict";
window.addEventListener("load", () => {
  window.SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#docs",
    layout: "BaseLayout",
    deepLinking: true,
    // Headings only: with more than a hundred operations open at once the page stops drawing half way.
    docExpansion: "none",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
    // Requests carry the token of the Authorize button only, never the browser's session.
    requestInterceptor: (request) => {
      request.credentials = "omit";
      return request;
    },
  });
});
