// The receipts that this till was given, kept for a month: should a comune lose its disk, what a
// shop was paid can be booked again from them. Not here: who books it again (the console).

const PLACE = "portavalori-receipts";
const SECOND_MS = 1_000;
const KEPT_MS = 35 * 86_400 * SECOND_MS;
const AT_ONCE = 100;
const PATIENCE_MS = 60_000; // A till asks again what is wanted, at most so often.
const HANDED_IN = "portavalori-handed-in"; // Heard by `till.js`.
let askedAt = 0;

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(PLACE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("kept", { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = asked.onblocked = () => failed(asked.error ?? new Error("blocked"));
  });
}

const ended = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

/** Do `work(store)` in one transaction; nothing is told if this phone keeps nothing. */
async function within(work) {
  const db = await open();
  try {
    return await work(db.transaction("kept", "readwrite").objectStore("kept"));
  } finally {
    db.close();
  }
}

/** Keep what an answer to `path` brought: a receipt; or forget one that was undone altogether. */
export function keepAnswer(path, { id, at, receipt, kind, sale, state }) {
  const undone = /^\/redemptions\/([^/]+)\/void$/.exec(path)?.[1];
  if (undone && state === "refunded") return within((store) => ended(store.delete(undone)));
  if (!receipt || !id) return undefined;
  const of = /^\/redemptions\/([^/]+)\/refunds$/.exec(path)?.[1];
  const refunded = of ?? (kind === "refund" ? sale : undefined);
  return within((store) => ended(store.put({ id, receipt, sale: refunded, at: Date.parse(at) })));
}

/** Keep a sale without network that was handed in: signed by this till, it is its own receipt. */
export const keepSale = (sale) => {
  const { seq, rid, raw, amount, at, until, title } = sale;
  const kept = { seq, rid, raw, amount, at, until, title };
  return within((store) => ended(store.put({ id: `sale-${rid}`, kept, at: at * SECOND_MS })));
};

/** Ask whether receipts are wanted, and bring those of that time; what is too old is forgotten. */
export async function bringBack(ask) {
  if (Date.now() - askedAt < PATIENCE_MS) return;
  askedAt = Date.now();
  const all = await within((store) => ended(store.getAll()));
  const old = all.filter((one) => one.at < Date.now() - KEPT_MS);
  await within((store) => Promise.all(old.map((one) => ended(store.delete(one.id)))));
  const since = (await ask("GET", "/returned-receipts"))?.body?.since;
  if (!since) return;
  const from = Date.parse(since) - SECOND_MS; // A receipt tells whole seconds.
  const wanted = all.filter((one) => one.at >= from && one.told !== since);
  await waitAgain(since, wanted.filter((one) => one.kept));
  await bring(ask, since, wanted.filter((one) => one.receipt));
}

/** Sales without network go back among those that wait, and are handed in with them. */
async function waitAgain(since, sales) {
  if (!sales.length) return;
  const outbox = await import("/static/till/outbox.js");
  await outbox.waitAgain(sales.map((one) => one.kept));
  await outbox.send();
  await tell(since, sales); // Last, since what is handed in is kept anew.
  dispatchEvent(new Event(HANDED_IN)); // The banner may have been drawn while they waited.
}

const tell = (since, those) =>
  within((store) => Promise.all(those.map((one) => ended(store.put({ ...one, told: since })))));

async function bring(ask, since, kept) {
  for (let at = 0; at === 0 || at < kept.length; at += AT_ONCE) {
    const part = kept.slice(at, at + AT_ONCE);
    const receipts = part.map(({ receipt, sale }) => (sale ? { receipt, sale } : { receipt }));
    const body = { receipts, last: at + AT_ONCE >= kept.length };
    const answer = await ask("POST", "/returned-receipts", { body });
    if (!answer?.ok) return;
    await tell(since, part);
  }
}
