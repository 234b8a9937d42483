// Twin of `refusal` in ledger/core/offline.py: what a till may take without network. Cents, and
// UTC seconds. Not here: the slip's signature (`src/token.js`), and keeping what was taken.

const DAY_SECONDS = 86_400;
const SKEW_SECONDS = 300;

/** Why a till may not take so much of a code, or ""; `carries`: what it is signed for. */
export function refusal(limits, standing, carries, amount, now) {
  const offline = carries.offline_cents;
  if (!limits || now > limits.last_offline || offline > limits.slip_cents) return "offline_closed";
  const { server_time: since } = standing;
  if (now < since - SKEW_SECONDS || now > since + DAY_SECONDS) return "clock";
  if (now - standing.checked_at > standing.max_age) return "lists_old";
  if (now >= standing.granted_at + DAY_SECONDS) return "not_granted";
  if (!standing.admitted) return "not_admitted";
  if (amount > carries.sale_cents) return "over_sale";
  if (standing.of_code + amount > offline) return "over_face";
  if (standing.taken_cents + amount > standing.share_cents) return "over_share";
  return standing.waiting >= limits.unsynced ? "too_many" : "";
}

/**
 * How a till stands under its last token. Counted wider than the server does where it cannot know
 * when a grant began: every sale of the 24 hours before the token, so that no sale is over it.
 */
export function standingOf({ terms, queue, taken }, grant, code) {
  const sum = (found) => found.reduce((total, one) => total + one.amount, 0);
  const here = taken.filter((one) => one.issuer === grant.issuer);
  const under = here.filter((one) => one.under === grant.at);
  return {
    admitted: true, // Programmes that do not admit the shop are not among its terms.
    granted_at: grant.granted_at,
    server_time: grant.at,
    share_cents: grant.share_cents,
    taken_cents: sum(here.filter((one) => one.under > grant.at - DAY_SECONDS)),
    waiting: Math.max(queue.length, under.length),
    of_code: sum(taken.filter((one) => one.code === code)),
    checked_at: terms.checked_at,
    max_age: terms.max_age,
  };
}
