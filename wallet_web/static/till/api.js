// Talks JSON to the API. An answer is `{ok, status, body}`; no answer at all is `null`, and never
// an exception. Not here: what an answer means for the screen.

const TOKEN = "portavalori-till"; // In this tab only; closing it signs the till out.
const PRACTICE = "portavalori-practice"; // In this tab: what is tried is on a ledger of its own.
const PATIENCE_MS = 15_000;

export const session = {
  get: () => sessionStorage.getItem(TOKEN),
  set: (token) => sessionStorage.setItem(TOKEN, token),
  end: () => sessionStorage.removeItem(TOKEN),
};

/** What is kept while this tab is on the practice ground, or null: it is the real till. */
export const practice = {
  get: () => JSON.parse(sessionStorage.getItem(PRACTICE) ?? "null"),
  set: (kept) => sessionStorage.setItem(PRACTICE, JSON.stringify(kept)),
  end: () => sessionStorage.removeItem(PRACTICE),
};

/** Ask the API; `key` makes a change that may be sent again, `patience`: how long to wait (ms). */
export async function ask(method, path, { body, key, patience = PATIENCE_MS } = {}) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  if (session.get()) headers.Authorization = `Bearer ${session.get()}`;
  try {
    const answer = await fetch(`${practice.get() ? "/prova" : ""}/api/v1${path}`, {
      method,
      headers,
      body: body ? JSON.stringify(body) : undefined,
      credentials: "omit",
      signal: AbortSignal.timeout(patience),
    });
    const told = { ok: answer.ok, status: answer.status, body: await answer.json() };
    if (!practice.get()) remember(path, told);
    return told;
  } catch {
    return null;
  }
}

/** Receipts are kept, and brought back where a comune puts its book back from before. */
function remember(path, { ok, body }) {
  const wanted = body.code === "read_only";
  if (!wanted && !(ok && (body.receipt || body.state === "refunded"))) return;
  import("/static/till/kept.js")
    .then((one) => (wanted ? one.bringBack(ask) : one.keepAnswer(path, body)))
    .catch(() => {}); // A phone that keeps nothing sells all the same.
}

/** Ask whether receipts of this till are wanted: once it is connected. */
export function bringReceipts() {
  if (practice.get()) return;
  import("/static/till/kept.js").then((one) => one.bringBack(ask)).catch(() => {});
}

/** Whether nobody knows yet what became of a request: no answer, or one that says so. */
export function isDoubtful(answer) {
  return answer === null || answer.status >= 500 || answer.status === 429;
}
