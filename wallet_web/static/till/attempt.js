// The one attempt that may be under way: its key and amount, kept before anything is sent, so that
// a lost answer, a double tap or a closed page can never charge twice. No code or PIN is kept.

import { practice } from "/static/till/api.js";

const place = () => (practice.get() ? "portavalori-attempt-practice" : "portavalori-attempt");

/** Begin an attempt with a new key, and keep it; `billCents`: the whole bill, if it is more. */
export function begin(amountCents, billCents) {
  const attempt = { key: crypto.randomUUID(), amountCents };
  if (billCents) attempt.billCents = billCents;
  localStorage.setItem(place(), JSON.stringify(attempt));
  return attempt;
}

/** The attempt that has no definite answer yet, or null. */
export function underWay() {
  const kept = localStorage.getItem(place());
  return kept ? JSON.parse(kept) : null;
}

/** Forget an attempt whose answer was seen; another that has begun since stays. */
export function settled(attempt) {
  if (underWay()?.key === attempt.key) localStorage.removeItem(place());
}
