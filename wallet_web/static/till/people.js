// Who stands at the till: the shop's operators, whose turn it is, and the lock between two turns.
// The server knows whose turn it is; this page only asks. Not here: the screen (`lock.js`).

import { ask } from "/static/till/api.js";

const PLACE = "portavalori-operator"; // In this tab: who stands here, or that it is locked.
const TRIES = 5;
const PATIENCE_MS = 4_000; // Nobody waits longer for a lock; without an answer it is locked here.
const known = new Map(); // Of those who came in by a PIN in this page: a check of it, no PIN.

/** Who stands here as far as this tab knows: an operator, `{locked: true}`, or null: no PINs. */
export const present = () => JSON.parse(sessionStorage.getItem(PLACE) ?? "null");

const keep = (who) =>
  who ? sessionStorage.setItem(PLACE, JSON.stringify(who)) : sessionStorage.removeItem(PLACE);

/** Ask the server who may stand here, and who does; gives the answer, or null without network. */
export async function meet() {
  const answer = await ask("GET", "/operators", { patience: PATIENCE_MS });
  if (answer?.ok) note(answer.body);
  return answer;
}

function note({ items, current }) {
  if (!items.length) return keep(null);
  return keep(items.find((one) => one.id === current) ?? { locked: true });
}

/** Come in by a PIN. Gives "" or the code of what went wrong. */
export async function comeIn(operator, pin) {
  const answer = await ask("POST", "/operator-turns", { body: { operator: operator.id, pin } });
  if (answer === null) return comeInAlone(operator, pin);
  if (!answer.ok) return answer.body.code;
  note(answer.body);
  const made = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.generateKey(made, false, ["sign", "verify"]);
  const tag = await crypto.subtle.sign("HMAC", key, bytes(pin));
  known.set(operator.id, { key, tag, tries: 0 });
  return "";
}

const bytes = (text) => new TextEncoder().encode(text);

/** Without network: who came in by a PIN before, in this page, comes in by it again. */
async function comeInAlone(operator, pin) {
  const kept = known.get(operator.id);
  if (!kept) return "pin_offline";
  kept.tries += 1;
  if (kept.tries > TRIES) return "operator_locked";
  if (!(await crypto.subtle.verify("HMAC", kept.key, kept.tag, bytes(pin)))) {
    return "operator_pin_wrong";
  }
  kept.tries = 0;
  keep(operator);
  return "";
}

/** Lock this till; the server is told where it can be reached. */
export async function lockTurn() {
  if (!present()) return null;
  keep({ locked: true });
  return ask("DELETE", "/operator-turns", { patience: PATIENCE_MS });
}

/** The session ended: nobody stands here. */
export const nobody = () => keep(null);

/** Whether who stands here has a right, as far as the page shows it; the server decides. */
export function mayHere(right) {
  const who = present();
  const order = ["scan", "refund", "owner"];
  return !who || order.indexOf(who.rights) >= order.indexOf(right);
}
