// Purchases with discount that this phone has noted and the server has not answered yet: kept
// before they are sent, and sent under the same key until they are answered. Nothing is taken from
// anybody by them, so no limit stands here. Not here: what they are worth.

import { ask, isDoubtful } from "/static/till/api.js";
import { got } from "/static/till/store.js";

const PLACE = "portavalori-purchases"; // A database of its own: it holds no key and no money.
const LOCK = "portavalori-purchases";

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(PLACE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("waiting", { keyPath: "key" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function within(work, mode) {
  const db = await open();
  try {
    const transaction = db.transaction("waiting", mode, { durability: "strict" });
    const ended = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = () => failed(transaction.error);
    });
    const [made] = await Promise.all([work(transaction.objectStore("waiting")), ended]);
    return made;
  } finally {
    db.close();
  }
}

/** Which till this tab is signed in as: another till's purchases are not sent as its own. */
const till = () => sessionStorage.getItem("portavalori-shop") ?? "";

export const isOwn = (purchase) => purchase.till === till();

/** Note a purchase: `shown` is `{token}` or `{code}`. On disk when this is answered. */
export async function keep(receiptCents, shown) {
  const at = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const body = { receipt_cents: receiptCents, bought_at: at, ...shown };
  const purchase = { key: crypto.randomUUID(), till: till(), at, noted: Date.now(), body };
  await within((store) => store.put(purchase), "readwrite");
  return purchase;
}

/** All that wait, and those that were refused until the shop has read why: oldest first. */
export const readWaiting = () =>
  within((store) => got(store.getAll()), "readonly").then((all) =>
    all.sort((one, other) => one.noted - other.noted),
  );

export const forget = (key) => within((store) => store.delete(key), "readwrite");

/** Send what waits; `onAnswer(purchase, body)` for each that was noted. */
export const send = (onAnswer) =>
  navigator.locks.request(LOCK, async () => {
    for (const one of (await readWaiting()).filter((each) => isOwn(each) && !each.why)) {
      const { key, body } = one;
      const answer = await ask("POST", "/purchases", { body, key });
      if (isDoubtful(answer) || answer.status === 401 || answer.status === 403) return;
      if (answer.ok) {
        await forget(key);
        onAnswer(one, answer.body);
      } else await refuse(one, answer.body.code);
    }
  });

/** What was refused stays to be read, without its code: it is not sent again. */
function refuse({ body, ...rest }, why) {
  const kept = { ...rest, why, body: { receipt_cents: body.receipt_cents } };
  return within((store) => store.put(kept), "readwrite");
}
