// The till's own database on this phone: its device's key, its terms, its chain and its queue.
// Opened for each piece of work, since some browsers lose a connection that a page keeps.

const PLACE = "portavalori-till";
const STORES = ["kept", "queue", "taken", "disputed"];

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(PLACE, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept"); // By name: device, terms, chain.
      for (const one of STORES.slice(1)) asked.result.createObjectStore(one, { keyPath: "seq" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = asked.onblocked = () => failed(asked.error ?? new Error("blocked"));
  });
}

/** The answer to one request of a transaction. */
export const got = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

/**
 * Do `work(store)` in one transaction, whole or not at all, and on disk before this is answered;
 * nothing but the transaction's own requests may be waited for in it.
 */
export async function within(work, mode = "readonly") {
  const db = await open();
  try {
    const transaction = db.transaction(STORES, mode, { durability: "strict" });
    const ended = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = () => failed(transaction.error ?? new Error("aborted"));
    });
    const doing = Promise.resolve(work((name) => transaction.objectStore(name)));
    const [made] = await Promise.all([doing, ended]).catch((error) => {
      if (transaction.error === null) giveUp(transaction);
      throw error;
    });
    return made;
  } finally {
    db.close();
  }
}

function giveUp(transaction) {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

/** All that is kept, as of one moment: `{device, terms, chain, asked, queue, taken, disputed}`. */
export const readAll = () =>
  within(async (store) => {
    const names = ["device", "terms", "chain", "asked"];
    const [device, terms, chain, asked, queue, taken, disputed] = await Promise.all([
      ...names.map((name) => got(store("kept").get(name))),
      ...STORES.slice(1).map((name) => got(store(name).getAll())),
    ]);
    return { device, terms, chain, asked, queue, taken, disputed };
  });
