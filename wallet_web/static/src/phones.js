// Twin of ledger/token/phones.py and shown.py: what a family's phone shows, what a till asks it. A
// phone signs presentations, a till signs requests, and both read what they are shown. Not here:
// keeping keys and counters (`family/phone.js`), and the till's rules (`till/rules.js`).

import { SIGNS, encodeCbor } from "./acceptances.js";
import {
  BODY, LARGEST, SKEW_SECONDS, check, decodeCbor, denies, hasKeys, isBytes, isIssuer, isWhole,
  openEnvelope, sha256, signedBytes, signedFor, unwrap,
} from "./token.js";

const CARRIED = -65537; // Where a presentation carries its credential.
const FRESH_SECONDS = 90;
const REQUEST_LIFE = 300;
const MOST_REQUEST_BYTES = 160;
const MOST_TEXT = 600;
const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const PREFIX = { real: "BC1:", test: "BX1:" };
const ED25519_NAMES = [-19, -8];
const P256_NAMES = [-9, -7];

const some = isWhole(1, LARGEST);
const written = (value) => Uint8Array.from(encodeCbor(value));

// ------------------------------------------------------------------------------------- to sign

/** The parts of what a device signs; `named`: its kid stands in it. `key`: {alg, public}. */
async function parts(claims, key, named) {
  const kid = named ? [[4, (await sha256(key.public)).subarray(0, 8)]] : [];
  const header = written(new Map([[1, key.alg], ...kid]));
  const payload = written(claims);
  return { header, payload, data: signedBytes(header, payload) };
}

async function signed(claims, key, named, carried) {
  const { header, payload, data } = await parts(claims, key, named);
  const made = new Uint8Array(await crypto.subtle.sign(SIGNS[key.alg], key.private, data));
  return Uint8Array.from([0xd2, ...encodeCbor([header, carried, payload, made])]);
}

function presented({ shown_at, counter, cap_cents, nonce, shop_no }) {
  const answer = shop_no ? [nonce, shop_no] : [];
  return new Map([[6, shown_at], [BODY, [3, counter, cap_cents, ...answer]]]);
}

/** What a phone signs of a presentation; for tests, since P-256 signs each time otherwise. */
export const toBePresented = async (one, key) => (await parts(presented(one), key, false)).data;

/** A presentation's bytes; `credential`: the bytes that the comune signed. */
export const signPresentation = (one, credential, key) =>
  signed(presented(one), key, false, new Map([[CARRIED, credential]]));

/** A request's bytes: so much, of this shop, until then. */
export const signRequest = ({ expires_at, nonce, shop_no, amount_cents }, key) => {
  const claims = new Map([[4, expires_at], [7, nonce], [BODY, [4, shop_no, amount_cents]]]);
  return signed(claims, key, true, new Map());
};

/** The text of a QR code: prefix and base45. */
export function wrap(raw, environment) {
  const pairs = Array.from({ length: Math.ceil(raw.length / 2) }, (_, at) => 2 * at);
  const triples = pairs.map((at) => {
    const single = at + 1 === raw.length;
    const number = single ? raw[at] : 256 * raw[at] + raw[at + 1];
    const digits = [number % 45, Math.floor(number / 45) % 45, Math.floor(number / 2025)];
    return digits.slice(0, single ? 2 : 3).map((digit) => BASE45[digit]).join("");
  });
  const text = PREFIX[environment] + triples.join("");
  if (text.length > MOST_TEXT) throw new RangeError("too long for a code");
  return text;
}

// ------------------------------------------------------------------------------------- to read

/** Whether a text that was scanned looks like a phone's, unbelieved. */
export function isPresentation(text, environment) {
  try {
    return carrying(unwrap(text, environment)).credential !== null;
  } catch {
    return false;
  }
}

function carrying(raw) {
  check(raw[0] === 0xd2, "envelope");
  const found = decodeCbor(raw.subarray(1));
  check(Array.isArray(found) && found.length === 4, "envelope");
  const [head, carried, payload, signature] = found;
  const bytes = [head, payload, signature].every((one) => one instanceof Uint8Array);
  check(bytes && carried instanceof Map, "envelope");
  const [headers, claims] = [decodeCbor(head), decodeCbor(payload)];
  if (!carried.size) return { ...openEnvelope(raw), credential: null };
  const credential = carried.get(CARRIED);
  check(hasKeys(carried, [CARRIED]) && credential instanceof Uint8Array, "envelope");
  check(hasKeys(headers, [1]) && Number.isInteger(headers.get(1)), "envelope");
  check(signature.length === 64, "envelope");
  check(claims instanceof Map, "claims");
  return { alg: headers.get(1), data: signedBytes(head, payload), signature, claims, credential };
}

/**
 * What a phone shows: `{credential, presentation}`, both believed; `now` in UTC seconds. What a
 * till adds (caps, counters, ages of its lists) is its own. Rejects with TokenRefused.
 */
export async function verifyShown(text, trust, now) {
  const envelope = carrying(unwrap(text, trust.environment));
  check(envelope.credential !== null, "type");
  const credential = await believed(envelope.credential, trust, now);
  const presentation = presentationOf(envelope.claims);
  await checkDevice(envelope, credential.holder);
  check(presentation.shown_at <= now + SKEW_SECONDS, "not_yet");
  check(now < presentation.shown_at + FRESH_SECONDS + SKEW_SECONDS, "expired");
  check(!(await denies(trust.denied, credential.id)), "denied");
  return { credential, presentation };
}

async function believed(raw, trust, now) {
  const envelope = openEnvelope(raw);
  const credential = readCredential(envelope.claims);
  const entry = await signedFor(envelope, trust.keys, "credential", credential.issued_at);
  check(credential.issued_at <= now + SKEW_SECONDS, "not_yet");
  check(now < credential.expires_at + SKEW_SECONDS, "expired");
  check(credential.issuer === entry.issuer, "issuer");
  return credential;
}

function readCredential(claims) {
  check(hasKeys(claims, [1, 4, 6, 7, 8, BODY]), "claims");
  const [issuer, ends, at, id] = [1, 4, 6, 7].map((label) => claims.get(label));
  check(isIssuer(issuer) && some(ends) && some(at) && ends > at && isBytes(16)(id), "claims");
  const body = claims.get(BODY);
  check(Array.isArray(body) && body.length === 5 && body[0] === 2 && body[4] === 5, "claims");
  const [, programme, most, reserve] = body;
  check(some(most) && isWhole(0, LARGEST)(reserve), "claims");
  check(isWhole(reserve ? 1 : 0, 0xffff)(programme), "claims");
  return {
    issuer, id, issued_at: at, expires_at: ends, holder: holderOf(claims.get(8)), programme,
    max_tx_cents: most, reserve_cents: reserve,
  };
}

/** A credential's own words, unbelieved: for the phone that holds it. */
export const peekCredential = (raw) => readCredential(openEnvelope(raw).claims);

function holderOf(confirmed) {
  check(confirmed instanceof Map && hasKeys(confirmed, [1]), "claims");
  const key = confirmed.get(1);
  const [x, y] = [-2, -3].map((label) => (key instanceof Map ? key.get(label) : undefined));
  const old = key instanceof Map && key.get(1) === 2;
  check(hasKeys(key, old ? [1, -1, -2, -3] : [1, -1, -2]) && isBytes(32)(x), "claims");
  const whole = old ? key.get(-1) === 1 && isBytes(32)(y) : key.get(1) === 1 && key.get(-1) === 6;
  check(whole, "claims");
  return old ? Uint8Array.from([4, ...x, ...y]) : x;
}

function presentationOf(claims) {
  check(hasKeys(claims, [6, BODY]) && some(claims.get(6)), "claims");
  const body = claims.get(BODY);
  check(Array.isArray(body) && body[0] === 3 && [3, 5].includes(body.length), "claims");
  const [, counter, cap, nonce, shop] = body;
  check(some(counter) && some(cap), "claims");
  const answer = body.length === 5;
  check(!answer || (isBytes(8)(nonce) && nonce.some(Boolean) && some(shop)), "claims");
  const shown = { shown_at: claims.get(6), counter, cap_cents: cap };
  return { ...shown, nonce: answer ? nonce : new Uint8Array(8), shop_no: answer ? shop : 0 };
}

/** Refuse what this key of a device did not sign, in its own algorithm. */
async function checkDevice({ alg, data, signature }, holder) {
  const names = holder.length === 32 ? ED25519_NAMES : P256_NAMES;
  check(names.includes(alg), "algorithm");
  const how = SIGNS[names[0]];
  const importing = crypto.subtle.importKey("raw", holder, how, false, ["verify"]);
  const key = await importing.catch(() => null);
  check(key, "claims");
  check(await crypto.subtle.verify(how, key, signature, data), "signature");
}

/** What a till asks, as a phone reads it without the till's key: the shop is told by its number. */
export function peekRequest(raw, now) {
  check(raw.length <= MOST_REQUEST_BYTES, "too_long");
  const { claims } = openEnvelope(raw);
  check(hasKeys(claims, [4, 7, BODY]), "claims");
  const [ends, nonce, body] = [claims.get(4), claims.get(7), claims.get(BODY)];
  check(some(ends) && isBytes(8)(nonce) && nonce.some(Boolean), "claims");
  check(Array.isArray(body) && body.length === 3 && body[0] === 4, "claims");
  check(some(body[1]) && some(body[2]), "claims");
  check(now < ends + SKEW_SECONDS, "expired");
  check(ends <= now + REQUEST_LIFE + SKEW_SECONDS, "not_yet");
  return { expires_at: ends, nonce, shop_no: body[1], amount_cents: body[2] };
}
