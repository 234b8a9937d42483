// Lets an installed page open without network after it was opened once: a copy of the page and of
// its files, all of one version. What comes first is always the network. Never in the way of the
// API or of anything that is sent; what waits on the phone is not its business.
/* global FILES, NAME, VERSION -- the server writes them above. */

const PLACE = `${NAME}-${VERSION}`;
const PATIENCE_MS = 4_000;
const REST_MS = 30_000;
let gone = 0; // When the network was last waited for in vain.

addEventListener("install", (event) => {
  const how = (path) => (path.includes("/vendor/") ? "default" : "no-cache"); // A hash is a name.
  const fresh = FILES.map((path) => new Request(path, { cache: how(path) }));
  event.waitUntil(caches.open(PLACE).then((place) => place.addAll(fresh)));
});

addEventListener("activate", (event) => {
  const mine = (name) => name.startsWith(`${NAME}-`) && name !== PLACE;
  const old = (names) => names.filter(mine);
  const forget = (names) => Promise.all(old(names).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(forget).then(() => clients.claim())); // The first page, too.
});

// The page says so when nothing waits to be handed in.
addEventListener("message", ({ data }) => data === "take over" && skipWaiting());

addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin || !FILES.includes(pathname)) return;
  event.respondWith(answer(event.request, pathname));
});

async function answer(request, path) {
  const kept = () => caches.match(path, { cacheName: PLACE, ignoreVary: true });
  if (Date.now() - gone < REST_MS) return (await kept()) ?? fetch(request);
  try {
    const found = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (found.status < 500) return found;
  } catch {
    gone = Date.now(); // The files of the page are not waited for one by one.
  }
  return (await kept()) ?? fetch(request);
}
