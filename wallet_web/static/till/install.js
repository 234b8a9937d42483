// Has the browser keep the till's page for when there is no network; a new version takes over only
// when nothing waits on this phone. Not here: what is kept (`worker.js`).

/** Ask for the worker; a browser without one opens the page with the network only. */
export async function keepPage() {
  try {
    await navigator.serviceWorker?.register("/cassa/worker.js", { scope: "/cassa" });
  } catch {
    // Private browsing, or no HTTPS: the till works as before.
  }
}

/** Let a new version in, since nothing waits. */
export async function letNewVersionIn() {
  const place = await navigator.serviceWorker?.getRegistration("/cassa");
  place?.waiting?.postMessage("take over");
}
