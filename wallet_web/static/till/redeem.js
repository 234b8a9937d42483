// Takes a payment until its outcome is definite: paid, refused, or not sent; who shows it forgets
// the attempt then. Source: design 6.

import { ask, isDoubtful } from "/static/till/api.js";

const WAITS_MS = [500, 1000, 2000, 4000];

const NEVER = new Promise(() => {});
const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

/**
 * Send one attempt, and again with the same key as long as its outcome is in doubt.
 * `shown`: token or code, and PIN. `onDoubt()` is called when the first answer was lost. What
 * was taken without network meanwhile (`attempt.elsewhere`) is asked for no more, nor answered.
 */
export async function redeem(attempt, shown, onDoubt) {
  const body = { ...shown, amount_cents: attempt.amountCents };
  if (attempt.billCents) body.bill_cents = attempt.billCents;
  for (let round = 0; ; round += 1) {
    const answer = await ask("POST", "/redemptions", { body, key: attempt.key });
    if (attempt.elsewhere) return NEVER;
    if (!isDoubtful(answer)) return answer;
    onDoubt();
    await pause(WAITS_MS[Math.min(round, WAITS_MS.length - 1)]);
    const known = await ask("GET", `/redemptions/${attempt.key}`);
    if (attempt.elsewhere) return NEVER;
    if (known?.ok) return known;
  }
}

/**
 * End the doubt about an attempt of which only key and amount are left (the page was closed):
 * what was decided is told, what was not is burnt, so that it can never be charged later.
 */
export async function resolve(attempt, onDoubt) {
  for (let round = 0; ; round += 1) {
    const known = await ask("GET", `/redemptions/${attempt.key}`);
    if (known?.ok || known?.status === 401) return known;
    if (known?.status === 404) {
      const burnt = await ask("POST", `/redemptions/${attempt.key}/void`);
      if (burnt?.ok) return { ok: false, status: 404, body: { code: "not_charged" } };
      if (burnt?.status === 404) return { ...burnt, body: { code: "other_till" } };
    }
    onDoubt();
    await pause(WAITS_MS[Math.min(round, WAITS_MS.length - 1)]);
  }
}
