// What a phone that pays keeps, on this phone alone: its key, its right, its number, what it spent
// unseen. Opened for each piece of work, since some browsers lose a connection that a page keeps.

const PLACE = "portavalori-phone";

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(PLACE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("kept"); // By name.
    asked.onsuccess = () => done(asked.result);
    asked.onerror = asked.onblocked = () => failed(asked.error ?? new Error("blocked"));
  });
}

const got = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

/**
 * Change what is kept, whole or not at all, and on disk before this is answered: `change(before)`
 * gives what becomes of `{key, phone, right, counter, spent, unseen, clock}`; null forgets all.
 */
export async function keep(change) {
  const db = await open();
  try {
    const transaction = db.transaction("kept", "readwrite", { durability: "strict" });
    const ended = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = () => failed(transaction.error ?? new Error("aborted"));
    });
    const place = transaction.objectStore("kept");
    const after = change((await got(place.get("all"))) ?? {});
    if (after === null) place.clear();
    else place.put(after, "all");
    await ended;
    return after;
  } finally {
    db.close();
  }
}

/** All that is kept, as of one moment. */
export async function kept() {
  const db = await open();
  try {
    return (await got(db.transaction("kept").objectStore("kept").get("all"))) ?? {};
  } finally {
    db.close();
  }
}
