// What a till without network is shown, believed: a slip, or a family's phone. Not here: whether it
// may be taken (`rules.js`), and keeping it (`outbox.js`).

import { isPresentation, verifyShown } from "/static/src/phones.js";
import { LARGEST, TokenRefused, hex, verifyOffline } from "/static/src/token.js";

const WHY = { type: "family_offline", offline: "why_offline_closed", expired: "expired" };
const NOTHING = "0".repeat(16);

/** Whether a text that was scanned is of a phone. */
export const isOfPhone = (text) => Boolean(text) && isPresentation(text, "real");

/**
 * What was shown: `{issuer, programme, id, carries, phone}`, or `{why}`; `carries`: what it is
 * signed for, and the most in one sale (cents). `phone`: its number, its key, and the request that
 * it answers. `now` in UTC seconds.
 */
export async function believe(text, trust, now) {
  try {
    return isOfPhone(text) ? await phoneOf(text, trust, now) : await slipOf(text, trust, now);
  } catch (refused) {
    if (!(refused instanceof TokenRefused)) throw refused;
    return { why: WHY[refused.reason] ?? "token_refused" };
  }
}

async function slipOf(text, trust, now) {
  const slip = await verifyOffline(text, trust, now);
  const carries = { offline_cents: slip.offline_cents, sale_cents: LARGEST };
  return { issuer: slip.issuer, programme: slip.programme, id: slip.id, carries };
}

async function phoneOf(text, trust, now) {
  const { credential, presentation } = await verifyShown(text, trust, now);
  const { issuer, programme, id, reserve_cents, max_tx_cents } = credential;
  const carries = {
    offline_cents: reserve_cents, sale_cents: Math.min(max_tx_cents, presentation.cap_cents),
  };
  const { counter, shop_no, cap_cents } = presentation;
  const nonce = hex(presentation.nonce);
  const answers = nonce === NOTHING ? null : { nonce, shop_no, cents: cap_cents };
  const number = `${hex(credential.holder)}/${counter}`;
  return { issuer, programme, id, carries, phone: { number, answers } };
}

/**
 * The limits of a programme for what was shown: a phone carries what its programme lets phones
 * carry, and pays no more at once than that lets it.
 */
export function limitsFor(seen, limits) {
  if (!limits || !seen.phone) return { limits, carries: seen.carries };
  const sale_cents = Math.min(seen.carries.sale_cents, limits.phone_sale_cents);
  return {
    limits: { ...limits, slip_cents: limits.reserve_cents },
    carries: { ...seen.carries, sale_cents },
  };
}
