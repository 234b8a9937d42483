// Has the browser keep the till's page for when there is no network; a new version takes over only
// when nothing waits on this phone. Not here: what is kept (`worker.js`).

const TRIES = 3; // One file that does not come undoes the whole copy.
const PAUSE_MS = 2_000;
let kept = null; // What became of the copy, once it is known.

/** Ask for the worker; a browser without one opens the page with the network only. */
export function keepPage() {
  kept = tryToKeep().catch(() => true); // Private browsing, or no HTTPS: nothing is kept.
}

/** Whether the page and its files are kept here, once that is known; true where none can be. */
export const pageKept = () => kept;

async function tryToKeep() {
  if (!navigator.serviceWorker) return true;
  for (let tries = 1; ; tries += 1) {
    const place = await navigator.serviceWorker.register("/cassa/worker.js", { scope: "/cassa" });
    if (place.active || (await becomesActive(place.installing ?? place.waiting))) return true;
    if (tries === TRIES) return false;
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

/** Whether a worker got all its files: without one before it, it is at work at once. */
function becomesActive(worker) {
  return new Promise((done) => {
    const look = () => {
      if (worker.state === "activated") done(true);
      if (worker.state === "redundant") done(false);
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

/** Let a new version in, since nothing waits. */
export async function letNewVersionIn() {
  const place = await navigator.serviceWorker?.getRegistration("/cassa");
  place?.waiting?.postMessage("take over");
}
