// Talks JSON to the API. An answer is `{ok, status, body}`; no answer at all is `null`, and never
// an exception. Not here: what an answer means for the screen.

const TOKEN = "portavalori-till"; // In this tab only; closing it signs the till out.
const PATIENCE_MS = 15_000;

export const session = {
  get: () => sessionStorage.getItem(TOKEN),
  set: (token) => sessionStorage.setItem(TOKEN, token),
  end: () => sessionStorage.removeItem(TOKEN),
};

/** Ask the API; `key` makes a change that may be sent again, `patience`: how long to wait (ms). */
export async function ask(method, path, { body, key, patience = PATIENCE_MS } = {}) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  if (session.get()) headers.Authorization = `Bearer ${session.get()}`;
  try {
    const answer = await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: body ? JSON.stringify(body) : undefined,
      credentials: "omit",
      signal: AbortSignal.timeout(patience),
    });
    return { ok: answer.ok, status: answer.status, body: await answer.json() };
  } catch {
    return null;
  }
}

/** Whether nobody knows yet what became of a request: no answer, or one that says so. */
export function isDoubtful(answer) {
  return answer === null || answer.status >= 500 || answer.status === 429;
}
