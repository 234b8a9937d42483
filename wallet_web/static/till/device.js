// This phone as a device of its till: a key that never leaves it, registered with the comune, and
// the terms that each contact brings. Not here: what is sold by them (`outbox.js`).

import { SIGNS, readSync } from "/static/src/acceptances.js";
import { ask } from "/static/till/api.js";
import { got, readAll, within } from "/static/till/store.js";

const NOTHING_BEFORE = new Uint8Array(32);
const GRANT_SECONDS = 86_400;

/** The clock of this phone, in UTC seconds. */
export const clock = () => Math.floor(Date.now() / 1000);

/** Bytes of base64url without padding, and back. */
export const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
export const textOf = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/**
 * Make a key, keep it, and register it for the till that is connected; what there was before is
 * forgotten. Gives "" or the code of what went wrong; nothing is forgotten while a sale waits.
 */
export async function enrolDevice(label) {
  const { queue } = await readAll().catch(() => ({}));
  if (!queue) return "no_store";
  if (queue.length) return "still_waiting";
  await navigator.storage?.persist?.(); // It may say no: the shop is told to send within the day.
  const device = await makeKey();
  if (!device) return "no_device_key";
  const answer = await ask("POST", "/till-devices", { body: { public: textOf(device.public) } });
  if (!answer?.ok) return answer ? answer.body.code : "no_network";
  await within((store) => {
    for (const name of ["taken", "disputed"]) store(name).clear();
    for (const name of ["terms", "candidate"]) store("kept").delete(name);
    store("kept").put({ seq: 0, previous: NOTHING_BEFORE }, "chain");
    store("kept").put({ ...device, number: answer.body.device_no, label }, "device");
  }, "readwrite");
  return contact();
}

/** A key pair that no script can read; P-256 on phones that do not make Ed25519. Null: neither. */
async function makeKey() {
  for (const alg of [-19, -9]) {
    try {
      // Slips are signed with Ed25519: what cannot check that sells nothing without network.
      await crypto.subtle.importKey("raw", new Uint8Array(32), SIGNS[-19], false, ["verify"]);
      const pair = await crypto.subtle.generateKey(SIGNS[alg], false, ["sign", "verify"]);
      const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
      const made = { alg, public: raw, private: pair.privateKey };
      await within((store) => store("kept").put(made, "candidate"), "readwrite");
      return made;
    } catch {
      // Some browsers make such a key and cannot keep it: the next kind, or none.
    }
  }
  return null;
}

/** Meet the server: keys, limits and sync tokens. Gives "" or the code of what went wrong. */
export async function contact() {
  const { device } = await readAll();
  if (!device) return "no_device";
  const answer = await ask("POST", "/till-syncs");
  if (!answer?.ok) return answer ? answer.body.code : "no_network";
  const { body } = answer;
  const keys = body.keys.map(keyOf);
  const own = body.public === textOf(device.public);
  try {
    await keepTerms(body, keys, own ? await tokensOf(body, keys) : {}, own);
  } catch (error) {
    return error.reason === "not_yet" ? "clock" : "other";
  }
  return own ? "" : "other_device";
}

const keyOf = ({ kid, x, ...one }) => ({
  ...one,
  kid: bytesOf(kid),
  key: new Map([[1, 1], [-1, 6], [-2, bytesOf(x)]]),
});

async function tokensOf(body, keys) {
  const tokens = {};
  for (const { issuer, token } of body.grants) {
    const raw = bytesOf(token);
    tokens[issuer] = { raw, ...(await readSync(raw, { keys }, clock())) };
  }
  return tokens;
}

/** Keep what a contact brought; a grant is as old as its first token, as long as it may last. */
function keepTerms(body, keys, tokens, own) {
  return within(async (store) => {
    const before = (await got(store("kept").get("terms")))?.grants ?? {};
    for (const [issuer, one] of Object.entries(tokens)) {
      const since = before[issuer]?.granted_at ?? 0;
      one.granted_at = one.at >= since + GRANT_SECONDS ? one.at : since;
    }
    const { programmes, checked_at, max_age } = body;
    const status = own ? body.status : "revoked";
    const terms = { status, keys, programmes, checked_at, max_age, grants: tokens };
    store("kept").put(terms, "terms");
  }, "readwrite");
}
