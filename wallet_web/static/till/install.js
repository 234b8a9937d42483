// Has the browser keep the till's page for when there is no network; a new version takes over only
// when nothing waits on this phone. Not here: what is kept (`worker.js`).

let asked = null; // The registration of the worker: undefined where this browser has none.

/** Ask for the worker; a browser without one opens the page with the network only. */
export function keepPage() {
  const place = navigator.serviceWorker?.register("/cassa/worker.js", { scope: "/cassa" });
  asked = Promise.resolve(place).catch(() => undefined); // Private browsing, or no HTTPS.
}

/** Resolves when the page and its files are kept here, at once where this browser keeps none. */
export async function pageKept() {
  if ((await asked)?.active === null) await navigator.serviceWorker.ready;
}

/** Let a new version in, since nothing waits. */
export async function letNewVersionIn() {
  const place = await navigator.serviceWorker?.getRegistration("/cassa");
  place?.waiting?.postMessage("take over");
}
