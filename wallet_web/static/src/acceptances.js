// Twin of ledger/token/acceptances.py on a till: signs a sale taken without network, and reads what
// the server grants and answers. Not here: whether the sale keeps the rules (`till/rules.js`).

import {
  BODY, LARGEST, SKEW_SECONDS, check, hasKeys, hex, isBytes, isIssuer, isWhole, openEnvelope,
  sha256, signedFor,
} from "./token.js";

/** How a device's key signs, by its algorithm's number (RFC 9864). */
export const SIGNS = {
  [-19]: { name: "Ed25519" },
  [-9]: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
};
const NOTHING = new Uint8Array();

// --------------------------------------------------------------------------------- CBOR to write

function head(major, number) {
  const width = [24, 0x100, 0x10000].findIndex((bound) => number < bound);
  const size = width < 0 ? 4 : (1 << width) >> 1;
  const byte = (_, at) => Math.floor(number / 256 ** (size - 1 - at)) & 0xff;
  return [(major << 5) | (width ? 23 + (width < 0 ? 3 : width) : number),
    ...Array.from({ length: size }, byte)];
}

/** Whole numbers, bytes, text, arrays, and maps whose keys are in canonical order already. */
export function encodeCbor(value) {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") {
    const text = new TextEncoder().encode(value);
    return [...head(3, text.length), ...text];
  }
  if (value instanceof Uint8Array) return [...head(2, value.length), ...value];
  const inside = [...value].flat(value instanceof Map ? 1 : 0);
  return [...head(value instanceof Map ? 5 : 4, value.size ?? value.length),
    ...inside.flatMap(encodeCbor)];
}

const written = (value) => Uint8Array.from(encodeCbor(value));

// ------------------------------------------------------------------------------------- to sign

/** What a device's key signs, its parts beside it; `key`: {alg, public}. */
export async function toBeSigned(one, key) {
  const kid = (await sha256(key.public)).subarray(0, 8);
  const header = written(new Map([[1, key.alg], [4, kid]]));
  const body = [6, one.shop_no, one.device_no, one.seq, one.previous, one.rid, one.amount_cents,
    one.evidence, one.sync, one.deny_version, ...(one.operator?.length ? [one.operator] : [])];
  const payload = written(new Map([[6, one.device_time], [BODY, body]]));
  return { header, payload, data: written(["Signature1", header, NOTHING, payload]) };
}

/** An acceptance's bytes; `key`: {alg, public, private}. Throws where the key cannot be used. */
export async function signAcceptance(one, key) {
  const { header, payload, data } = await toBeSigned(one, key);
  const made = await crypto.subtle.sign(SIGNS[key.alg], key.private, data);
  return Uint8Array.from([0xd2, ...encodeCbor([header, new Map(), payload, new Uint8Array(made)])]);
}

// ------------------------------------------------------------------------------------- to read

const some = isWhole(1, LARGEST);
const count = isWhole(0, LARGEST);

async function read(raw, keys, type, labels, fields) {
  const envelope = openEnvelope(raw);
  const { claims } = envelope;
  check(hasKeys(claims, [...labels, BODY]), "claims");
  const body = claims.get(BODY);
  check(Array.isArray(body) && body.length === fields.length + 1 && body[0] === type, "claims");
  check(fields.every(([, fits], place) => fits(body[place + 1])), "claims");
  const [issuer, at] = [claims.get(1), claims.get(6)];
  check(isIssuer(issuer) && some(at), "claims");
  check(labels.length < 3 || isBytes(16)(claims.get(7)), "claims");
  check(envelope.alg === -19, "algorithm");
  const signer = await signedFor(envelope, keys, "sync", at);
  check(signer.issuer === issuer, "issuer");
  const told = Object.fromEntries(fields.map(([name], place) => [name, body[place + 1]]));
  return { issuer, at, ...(labels.length === 3 ? { rid: hex(claims.get(7)) } : {}), ...told };
}

/** What a till may take until its next contact; `now` in UTC seconds. Rejects: TokenRefused. */
export async function readSync(raw, keys, now) {
  const fields = [["shop_no", some], ["device_no", some], ["share_cents", count]];
  const token = await read(raw, keys, 10, [1, 6], fields);
  check(token.at <= now + SKEW_SECONDS, "not_yet");
  return token;
}

/** That the server has an acceptance for good. Rejects: TokenRefused. */
export const readAcknowledgement = (raw, keys) =>
  read(raw, keys, 11, [1, 6, 7], [
    ["shop_no", some], ["device_no", some], ["seq", some], ["answer", isWhole(1, 4)],
    ["loss_cents", count],
  ]);
