// This phone as a device of its till: a key that never leaves it, registered for the till that is
// connected or by the owner's code, by which it signs in; and the terms that each contact brings.
// Not here: what is sold by them (`outbox.js`).

import { SIGNS, readSync } from "/static/src/acceptances.js";
import { bytesOf, makeKey, textOf } from "/static/src/device_keys.js";
import { ask } from "/static/till/api.js";
import { believed } from "/static/till/lists.js";
import { got, readAll, within } from "/static/till/store.js";

const NOTHING_BEFORE = new Uint8Array(32);
const GRANT_SECONDS = 86_400;

/** The clock of this phone, in UTC seconds. */
export const clock = () => Math.floor(Date.now() / 1000);

/**
 * Make a key, keep it, and register it for the till that is connected; what there was before is
 * forgotten. Gives "" or the code of what went wrong; nothing is forgotten while a sale waits.
 */
export async function enrolDevice(label) {
  const why = await register((key) => ask("POST", "/till-devices", { body: key }), () => label);
  return why || contact();
}

/** The same by the owner's code, on a phone that no till is connected on yet. */
export const enrolByCode = (code) =>
  register(
    (key) => ask("POST", "/till-enrolments", { body: { code, ...key } }),
    ({ shop, till }) => `${shop} · ${till}`,
  );

async function register(send, labelOf) {
  const { queue } = await readAll().catch(() => ({}));
  if (!queue) return "no_store";
  if (queue.length) return "still_waiting";
  await navigator.storage?.persist?.(); // It may say no: the shop is told to send within the day.
  const device = await makeKey((made) =>
    within((store) => store("kept").put(made, "candidate"), "readwrite"));
  if (!device) return "no_device_key";
  const answer = await send({ public: textOf(device.public) });
  if (!answer?.ok) return answer ? answer.body.code : "no_network";
  await within((store) => {
    for (const name of ["taken", "disputed"]) store(name).clear();
    for (const name of ["terms", "candidate"]) store("kept").delete(name);
    store("kept").put({ seq: 0, previous: NOTHING_BEFORE }, "chain");
    const number = answer.body.device_no;
    store("kept").put({ ...device, number, label: labelOf(answer.body) }, "device");
  }, "readwrite");
  return "";
}

const SESSION_WORDS = new TextEncoder().encode("portavalori till session 1\n");

/** Open a session by this phone's key. Gives the API's answer, or null: no key, or no network. */
export async function signIn() {
  const { device } = await readAll();
  if (!device) return null;
  const asked = await ask("POST", "/till-challenges", { body: { public: textOf(device.public) } });
  if (!asked?.ok) return asked;
  const { challenge } = asked.body;
  const said = Uint8Array.from([...SESSION_WORDS, ...bytesOf(challenge)]);
  const made = await crypto.subtle.sign(SIGNS[device.alg], device.private, said);
  const signature = textOf(new Uint8Array(made));
  return ask("POST", "/device-sessions", { body: { challenge, signature } });
}

/** Forget this phone's key, for good; it is another device from now on. */
export const forgetDevice = () =>
  within((store) => {
    for (const name of ["device", "terms", "candidate"]) store("kept").delete(name);
  }, "readwrite");

/** Meet the server: keys, limits and sync tokens. Gives "" or the code of what went wrong. */
export async function contact() {
  const { device, terms } = await readAll();
  if (!device) return "no_device";
  const answer = await ask("POST", "/till-syncs");
  if (!answer?.ok) return answer ? answer.body.code : "no_network";
  const { body } = answer;
  const own = body.public === textOf(device.public);
  try {
    const signed = await believed(body, terms, clock(), { bytesOf, keyOf });
    await keepTerms(body, signed, own ? await tokensOf(body, signed.keys) : {}, own);
  } catch (error) {
    if (error.reason === "not_yet") return "clock";
    return error.reason ? "lists_refused" : "other"; // What was held ages, and then ends.
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
function keepTerms(body, signed, tokens, own) {
  return within(async (store) => {
    const before = (await got(store("kept").get("terms")))?.grants ?? {};
    for (const [issuer, one] of Object.entries(tokens)) {
      const since = before[issuer]?.granted_at ?? 0;
      one.granted_at = one.at >= since + GRANT_SECONDS ? one.at : since;
    }
    const { checked_at, shop_no } = body;
    const status = own ? body.status : "revoked";
    const terms = { ...signed, status, checked_at, shop_no, grants: tokens };
    store("kept").put(terms, "terms");
  }, "readwrite");
}
