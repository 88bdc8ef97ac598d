// Keeps one page, "Get help now", with its looks, for when there is no connection. Nothing else is ever
// kept: no page about a person, no answer to a form. Any other request passes by untouched.
const KEEP = {% autoescape off %}{{ as_json }}{% endautoescape %};
const STORE = "help-now";
const PATIENCE = 4000; // ms before the kept copy answers for a slow connection

async function keep() {
  const store = await caches.open(STORE);
  // Without the cookie: the copy is the one a stranger would see.
  await Promise.all(
    [KEEP.page, ...KEEP.files].map(async (address) => {
      const answer = await fetch(address, { credentials: "omit", cache: "no-store" });
      if (answer.ok) await store.put(address, answer);
    }),
  );
}

async function help(request) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    return await fetch(request, { signal: stop.signal });
  } catch {
    const store = await caches.open(STORE);
    return (await store.match(KEEP.page)) ?? Response.error();
  } finally {
    clearTimeout(timer);
  }
}

async function look(request) {
  try {
    return await fetch(request);
  } catch {
    const store = await caches.open(STORE);
    return (await store.match(request, { ignoreVary: true })) ?? Response.error();
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep());
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (address.pathname === KEEP.help || address.pathname === KEEP.page) event.respondWith(help(request));
  } else if (KEEP.files.includes(address.pathname)) {
    event.respondWith(look(request));
  }
});
