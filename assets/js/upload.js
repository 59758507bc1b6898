// Streams a statement to the server: browse, drop (anywhere on the window), progress, cancel.
// The answer goes to the dcc.Store that `forms.drop_zone` made.
(function () {
  "use strict";
  const fw = (window.fw = window.fw || {});
  let running = null; // { request, zone }
  let waiting = []; // [{ zone, file }]: sent one after the other
  let refused = []; // sentences about files that were not sent
  let leads = true; // until a file of a drop has arrived: that one is opened, the others wait
  let depth = 0;

  const zones = () => [...document.querySelectorAll("[data-fw-upload]")].filter((zone) => zone.offsetParent !== null);
  const windowZone = () => zones().find((zone) => zone.dataset.drop === "window");

  function sizeText(bytes) {
    if (bytes < 1000) return bytes + " B";
    return bytes < 1e6 ? Math.round(bytes / 1e3) + " KB" : (bytes / 1e6).toFixed(1) + " MB";
  }
  function part(zone, name) {
    return zone.querySelector(name);
  }
  function show(zone, state, text) {
    part(zone, ".idle").hidden = state === "busy";
    part(zone, ".busy").hidden = state !== "busy";
    part(zone, ".cancel").hidden = state !== "busy";
    part(zone, ".browse").hidden = state === "busy";
    part(zone, ".err").hidden = state !== "error";
    part(zone, ".err").textContent = state === "error" ? text : "";
    zone.dataset.state = state;
  }
  function refusal(zone, file) {
    const endings = (zone.dataset.fwAccept || "").split(",").filter(Boolean);
    const known = !endings.length || endings.some((ending) => file.name.toLowerCase().endsWith(ending));
    if (!known) return `${file.name}: this ending is not read. Use ${endings.join(", ")}.`;
    return file.size === 0 ? `${file.name} is empty. Export it again at the broker.` : "";
  }
  function readAnswer(request) {
    try {
      return JSON.parse(request.responseText);
    } catch {
      return null;
    }
  }
  function complaint(request, body) {
    const said = body?.error?.message || body?.message || (typeof body?.error === "string" ? body.error : "");
    if (said) return said;
    if (request.status === 413) return "The file is larger than this server accepts.";
    return request.status ? `The server answered ${request.status}. Nothing was saved.` : "The connection was lost. Nothing was saved.";
  }
  function send(zone, file) {
    if (running) return;
    const request = new XMLHttpRequest();
    running = { request, zone };
    show(zone, "busy");
    const behind = waiting.length ? `, ${waiting.length} more` : "";
    part(zone, ".what").textContent = "Sending " + file.name + behind;
    const bar = part(zone, ".busy .fw-meter > i");
    bar.style.width = "0";
    request.upload.addEventListener("progress", (event) => {
      const total = event.lengthComputable ? event.total : file.size;
      const share = total ? event.loaded / total : 0;
      bar.style.width = Math.round(share * 100) + "%";
      const left = share >= 1 ? "checking" : `${sizeText(event.loaded)} of ${sizeText(total)}`;
      part(zone, ".done").textContent = left;
    });
    request.addEventListener("loadend", () => finish(zone, file, request));
    const target = zone.dataset.fwUpload;
    request.open("POST", target + (target.includes("?") ? "&" : "?") + "name=" + encodeURIComponent(file.name));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", fw.csrfToken());
    request.send(file);
  }
  function finish(zone, file, request) {
    const cancelled = running?.cancelled;
    running = null;
    if (cancelled) {
      waiting = [];
      leads = true;
      return show(zone, "idle");
    }
    if (request.status === 401) return fw.signIn();
    const body = readAnswer(request);
    const ok = request.status >= 200 && request.status < 300;
    if (!ok) refused.push(complaint(request, body));
    const data = { name: file.name, size: file.size, status: request.status, body, leads, at: Date.now() };
    if (ok) leads = false;
    window.dash_clientside?.set_props?.(zone.dataset.fwResult, { data });
    // A moment later, so that the page sees every answer and not only the last one.
    setTimeout(() => next(zone), 60);
  }
  function next(zone) {
    if (running) return;
    const following = waiting.shift();
    if (following) return send(following.zone, following.file);
    show(zone, refused.length ? "error" : "idle", refused.join(" "));
    refused = [];
    leads = true;
  }
  function take(zone, files) {
    const many = zone.dataset.fwMany === "true";
    if (!many && (files.length !== 1 || running)) return show(zone, "error", "Drop one file at a time.");
    for (const file of files) {
      const reason = refusal(zone, file);
      if (reason) refused.push(reason);
      else waiting.push({ zone, file });
    }
    next(zone);
  }
  function browse(zone) {
    const picker = document.createElement("input");
    picker.type = "file";
    picker.accept = zone.dataset.fwAccept || "";
    picker.multiple = zone.dataset.fwMany === "true";
    picker.addEventListener("change", () => picker.files.length && take(zone, [...picker.files]));
    picker.click();
  }

  // Go on with the first file of a drop; while another is being looked at it waits in the queue.
  function open(answer, flow) {
    const skip = window.dash_clientside.no_update;
    const body = answer?.body;
    if (!body?.upload || answer.status < 200 || answer.status >= 300) return [skip, skip];
    const waits = flow?.upload || !answer.leads;
    return [waits ? skip : { upload: body.upload, name: body.name }, body.upload];
  }
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.fillwise_upload = { take: open };

  document.addEventListener("click", (event) => {
    const zone = event.target instanceof Element ? event.target.closest("[data-fw-upload]") : null;
    if (!zone) return;
    if (event.target.closest(".browse")) browse(zone);
    else if (event.target.closest(".cancel") && running) {
      running.cancelled = true;
      running.request.abort();
    }
  });
  // A screenshot in the clipboard goes to the zone that takes such.
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files || [])];
    const zone = files.length && zones().find((each) => "fwPaste" in each.dataset);
    if (!zone) return;
    event.preventDefault();
    take(zone, files);
  });
  const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  function zoneOf(event) {
    const over = event.target instanceof Element ? event.target.closest("[data-fw-upload]") : null;
    return over || windowZone();
  }
  function highlight(on) {
    document.documentElement.toggleAttribute("data-fw-dropping", on);
  }
  // Dash's own upload has a file field without a name: it is called what its target says.
  document.addEventListener("animationstart", (event) => {
    if (event.animationName === "fw-file-in") event.target.setAttribute("aria-label", event.target.parentElement.textContent.trim());
  });
  window.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event) || !zoneOf(event)) return;
    depth += 1;
    highlight(true);
  });
  window.addEventListener("dragleave", (event) => {
    if (!carriesFiles(event) || !depth) return;
    depth -= 1;
    if (!depth) highlight(false);
  });
  window.addEventListener("dragover", (event) => carriesFiles(event) && zoneOf(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    const zone = carriesFiles(event) ? zoneOf(event) : null;
    depth = 0;
    highlight(false);
    if (!zone) return;
    event.preventDefault();
    take(zone, [...event.dataTransfer.files]);
  });
})();
