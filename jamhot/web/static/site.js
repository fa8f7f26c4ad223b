// On every page: works offline, forms that answer as they change, what this device remembers. Pages work without it.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  // Where the seasons are the other way round, by the clock's own place; nothing is sent.
  const SOUTH = /^(Australia|Antarctica|Pacific\/(Auckland|Fiji|Chatham|Tongatapu|Apia|Noumea)|Africa\/(Johannesburg|Harare|Maputo|Windhoek|Gaborone|Lusaka|Luanda|Dar_es_Salaam)|Indian\/(Mauritius|Reunion|Antananarivo)|America\/(Argentina|Sao_Paulo|Santiago|Montevideo|Asuncion|La_Paz|Lima|Buenos_Aires|Bahia|Cuiaba|Campo_Grande|Punta_Arenas))/;
  if (SOUTH.test(Intl.DateTimeFormat().resolvedOptions().timeZone || "")) root.classList.add("south");

  const storage = { // private windows may refuse it
    get(name) { try { return localStorage.getItem(name); } catch { return null; } },
    set(name, value) { try { if (value) localStorage.setItem(name, value); else localStorage.removeItem(name); } catch { /* not kept */ } },
  };

  async function refresh(form) {
    const asked = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) asked.set(name, value);
    const address = form.getAttribute("action") + (String(asked) && `?${asked}`);
    form.turn?.abort();
    const turn = form.turn = new AbortController();
    try {
      const reply = await fetch(address, { signal: turn.signal, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      if (!page.querySelector("[data-part]")) throw new Error("not a page of ours");
      form.querySelector("[role=alert]")?.remove();
      for (const part of document.querySelectorAll("[data-part]")) {
        const fresh = page.getElementById(part.id);
        if (fresh) part.replaceChildren(...fresh.childNodes);
      }
      history.replaceState(history.state, "", address);
      dispatchEvent(new Event("parts"));
    } catch (error) {
      if (error.name !== "AbortError") unanswered(form); // else there is a newer question
    }
  }

  function unanswered(form) {
    const note = form.querySelector("[role=alert]") || form.appendChild(document.createElement("p"));
    note.className = "advice wide";
    note.setAttribute("role", "alert");
    note.textContent = "No connection: what stands on this page is still as before.";
  }

  for (const form of document.querySelectorAll("form[data-live]")) {
    let waiting = 0;
    const soon = (ms) => { clearTimeout(waiting); waiting = setTimeout(refresh, ms, form); };
    for (const field of form.querySelectorAll("[data-remember]")) {
      const kept = storage.get(field.dataset.remember);
      const asked = new URLSearchParams(location.search).has(field.name);
      if (kept && !asked && field.type === "radio") { if (field.value === kept && !field.checked) { field.checked = true; soon(0); } }
      else if (kept && !asked && !field.value) { field.value = kept; soon(0); }
      field.addEventListener("change", () => storage.set(field.dataset.remember, field.value));
    }
    form.addEventListener("input", (event) => {
      if (event.target.name === "batch" && form.elements.have) form.elements.have.value = ""; // the one or the other
      soon(350);
    });
    form.addEventListener("submit", (event) => { event.preventDefault(); soon(0); });
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-feedback]");
    if (!form) return;
    event.preventDefault();
    const status = form.querySelector("[role=status]");
    status.textContent = "Sending…";
    try {
      const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Fragment": "text" } });
      const ours = (reply.headers.get("Content-Type") || "").startsWith("text/plain"); // else it is the platform's
      status.textContent = ours ? await reply.text() : "It was not sent. Try again in a moment.";
    } catch { status.textContent = "No connection. It was not sent."; }
  });

  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });

  const shelf = document.getElementById("kept-recipes");
  if (shelf && "caches" in window) caches.open("recipes").then((cache) => cache.keys()).then((kept) => {
    const paths = [...new Set(kept.map((one) => new URL(one.url).pathname).filter((path) => !/\/(cook|labels)$/.test(path)))];
    for (const path of paths) {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = path;
      link.className = "chip";
      link.textContent = decodeURIComponent(path.replace(/^.*\/\d+-?/, "")).replaceAll("-", " ") || "A recipe";
      item.append(link);
      shelf.append(item);
    }
    if (paths.length) shelf.previousElementSibling.hidden = false;
  });

  if ("serviceWorker" in navigator && window.isSecureContext)
    addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
})();
