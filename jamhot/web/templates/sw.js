// Offline: the shell, and the recipes that were opened. The network comes first; what is kept answers when it cannot.
"use strict";
const SHELL = "shell-{{ edition }}", RECIPES = "recipes", MOST_PAGES = 120, PATIENCE_MS = 6000;
const FILES = {{ shell | tojson }}.concat("/offline");

addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== SHELL && name !== RECIPES) await caches.delete(name);
    await self.clients.claim();
  })());
});

async function keep(request, response) {
  const cache = await caches.open(RECIPES), asked = new URL(request.url);
  await cache.put(request, response); // before anything goes: a body that breaks off on its way must not cost what is kept
  for (const old of await cache.keys()) {
    const url = new URL(old.url);
    if (url.pathname === asked.pathname && url.search !== asked.search) await cache.delete(old);
  }
  const kept = await cache.keys();
  for (const old of kept.slice(0, Math.max(0, kept.length - MOST_PAGES))) await cache.delete(old);
}

// With a recipe comes its cook mode: who has opened the one may cook by it where there is no line.
async function keepBoth(request, response) {
  await keep(request, response);
  const url = new URL(request.url);
  if (/\/(cook|labels)$/.test(url.pathname)) return;
  url.pathname += "/cook";
  const cook = new Request(url, { headers: { Accept: "text/html" } });
  const reply = await fetch(cook).catch(() => null);
  if (reply?.ok) await keep(cook, reply);
}

const isRecipe = (url) => url.pathname.startsWith("/jamdex/recipe/");

async function page(event, url) {
  const { request } = event;
  const opens = request.mode === "navigate"; // else a form asks for other amounts, and must not get the kept ones for them
  const known = isRecipe(url) ? await caches.match(request) || opens && await caches.match(request, { ignoreSearch: true }) : null;
  try {
    const signal = known ? AbortSignal.timeout(PATIENCE_MS) : undefined; // a slow line, and we have it here
    const response = await fetch(request, { signal });
    if (known && response.status >= 500) return known; // the kitchen is in trouble, the cook need not be
    if (known) await response.clone().blob(); // all of it: a line may also fail halfway down the page
    if (response.ok && isRecipe(url) && !response.redirected) event.waitUntil(keepBoth(request, response.clone()));
    return response;
  } catch (error) {
    return known || opens && await caches.match("/offline") || Response.error();
  }
}

async function file(request) {
  return await caches.match(request) || fetch(request);
}

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" || (isRecipe(url) && event.request.headers.get("accept")?.includes("text/html")))
    event.respondWith(page(event, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(event.request));
});
