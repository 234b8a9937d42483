// This phone's key and its right to pay for a week: made, renewed, counted. Not here: what is shown
// on the screen (`phone.js`).

import { SIGNS } from "/static/src/acceptances.js";
import { bytesOf, makeKey, textOf } from "/static/src/device_keys.js";
import { peekCredential, signPresentation, wrap } from "/static/src/phones.js";
import { keep, kept } from "/static/phone/store.js";

const WORDS = new TextEncoder().encode("portavalori phone 1\n");
const PATIENCE_MS = 8_000;
const FORGET_SECONDS = 96 * 3600; // By then every till has told of what it took.

/** Ask the server. Gives its answer with `ok` and `code`, or null where it cannot be reached. */
export async function ask(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.status >= 500) return null;
    return { ok: answer.ok, status: answer.status, ...(await answer.json()) };
  } catch {
    return null;
  }
}

/** Make this phone's key and register it for the family that is signed in. Gives "" or a code. */
export async function switchOn() {
  await navigator.storage?.persist?.().catch(() => {});
  const usable = await kept().catch(() => null);
  if (!usable) return "no_store";
  const key = await makeKey((made) => keep((before) => ({ ...before, candidate: made })));
  if (!key) return "no_device_key";
  const answer = await ask("/famiglia/telefono/attiva", { public: textOf(key.public) });
  if (!answer?.ok) return answer?.code ?? "other";
  await keep(() => ({ key, phone: answer.phone, counter: 0, spent: [], clock: 0 }));
  return renew();
}

/** The time in UTC seconds, by the server's clock as it was met the last time. */
export const now = (state) => Math.floor(Date.now() / 1000) + (state.clock ?? 0);

/**
 * Meet the server: a right for a week, what may be spent without network filled up. Gives "" or
 * the code of what went wrong; "no_network" leaves what there was.
 */
export async function renew() {
  const state = await kept();
  if (!state.key) return "none";
  const answer = await ask("/famiglia/paga/prepara", await signedWords(state));
  if (!answer) return "no_network";
  if (answer.code === "clock") return correct(state, answer.at);
  if (!answer.ok) return answer.code === "phone_unknown" ? forget() : answer.code;
  await keep((before) => renewed(before, answer));
  return "";
}

const clockOff = (at) => at - Math.floor(Date.now() / 1000);

/** The phone's clock is wrong: count by the server's from now on, once. */
async function correct(state, at) {
  const clock = clockOff(at);
  if (Math.abs(clock - (state.clock ?? 0)) < 60) return "clock";
  await keep((before) => ({ ...before, clock }));
  return renew();
}

async function signedWords(state) {
  const spent = (state.spent ?? []).map(({ counter, cents }) => [counter, cents]);
  const said = JSON.stringify({ at: now(state), phone: state.phone, spent });
  const bytes = new TextEncoder().encode(said);
  const data = Uint8Array.from([...WORDS, ...bytes]);
  const made = await crypto.subtle.sign(SIGNS[state.key.alg], state.key.private, data);
  return { said: textOf(bytes), signature: textOf(new Uint8Array(made)) };
}

function renewed(before, told) {
  const known = new Set(told.known);
  const old = told.at - FORGET_SECONDS;
  const spent = before.spent.filter((one) => !known.has(one.counter) && one.at > old);
  const { credential, reserve_cents, ends_at, pin_over_cents, vouchers, shops, number } = told;
  const right = { raw: bytesOf(credential), reserve_cents, ends_at, pin_over_cents, at: told.at };
  return {
    ...before, right, vouchers, shops, number, spent, unseen: [], clock: clockOff(told.at),
  };
}

/** The comune or the family took this phone away. */
async function forget() {
  await keep(() => null);
  return "phone_unknown";
}

/** What may still be spent without network (cents): less what was spent since the last contact. */
export function carried(state) {
  const spent = (state.unseen ?? []).reduce((total, one) => total + one.cents, 0);
  return Math.max(0, (state.right?.reserve_cents ?? 0) - spent);
}

/** Whether this phone may pay at all: it has a right that has not ended. */
export const mayPay = (state) => Boolean(state.right && now(state) < state.right.ends_at);

/** The next number: one intention to pay. Gives what is kept, with it. */
export const nextNumber = () => keep((before) => ({ ...before, counter: before.counter + 1 }));

/** Remember that so much may be spent under the present number without the server's knowing. */
export const rememberSpent = (cents) =>
  keep((before) => {
    const one = { counter: before.counter, cents, at: now(before) };
    return { ...before, spent: [...before.spent, one], unseen: [...before.unseen, one] };
  });

/** What this phone shows for so much, under its present number; `answer`: {nonce, shop_no}. */
export async function showing(state, cents, answer = {}) {
  const one = { shown_at: now(state), counter: state.counter, cap_cents: cents, ...answer };
  return wrap(await signPresentation(one, state.right.raw, state.key), "real");
}

/** The most that this phone may pay in one sale. */
export const most = (state) => peekCredential(state.right.raw).max_tx_cents;
