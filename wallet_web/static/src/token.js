// Twin of ledger/token in the browser: reads what TOKENS.md defines, in the same order of checks,
// and answers the same vectors. Not here: signing, the till's own offline rules, the network.

export class TokenRefused extends Error {
  constructor(reason) {
    super("token refused"); // Always the same words; the reason is for tests and the till's log.
    this.reason = reason;
  }
}

const PREFIX = { real: "BC1:", test: "BX1:" };
const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const MAX_TEXT = 600;
const MAX_LIST_BYTES = 262144;
export const SKEW_SECONDS = 300;
export const LARGEST = 0xffffffff;
export const BODY = -65537;

export function check(good, reason) {
  if (!good) throw new TokenRefused(reason);
}

// ------------------------------------------------------------------------------------ step 1: text

export function decodeBase45(text) {
  const values = Array.from(text, (character) => BASE45.indexOf(character));
  check(!values.includes(-1) && values.length % 3 !== 1, "base45");
  const bytes = [];
  for (let at = 0; at < values.length; at += 3) {
    const [low, middle, high] = values.slice(at, at + 3);
    const number = low + 45 * middle + 2025 * (high ?? 0);
    check(number <= (high === undefined ? 0xff : 0xffff), "base45");
    if (high !== undefined) bytes.push(number >> 8);
    bytes.push(number & 0xff);
  }
  return Uint8Array.from(bytes);
}

export function unwrap(text, environment) {
  check(text.length <= MAX_TEXT, "too_long");
  check(text.startsWith(PREFIX[environment]), "prefix");
  return decodeBase45(text.slice(PREFIX[environment].length));
}

// --------------------------------------------------------------------------- steps 2 and 3: bytes

const SMALLEST = [24, 0x100, 0x10000, 0x100000000]; // What needs 1, 2, 4, 8 bytes after the head.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// Our subset only, deterministic: what this returns has exactly one encoding, the one read.
export function decodeCbor(bytes) {
  let at = 0;
  const take = (size) => {
    check(size <= bytes.length - at, "cbor");
    at += size;
    return bytes.subarray(at - size, at);
  };
  const argument = (info) => {
    if (info < 24) return info;
    check(info < 28, "cbor"); // No indefinite length.
    const number = take(1 << (info - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    check(number >= SMALLEST[info - 24] && number <= Number.MAX_SAFE_INTEGER, "cbor");
    return number;
  };
  const readMap = (size, depth) => {
    const map = new Map();
    let before = new Uint8Array();
    for (let left = size; left > 0; left -= 1) {
      const start = at;
      const key = read(depth);
      check(typeof key === "number" && precedes(before, bytes.subarray(start, at)), "cbor");
      before = bytes.subarray(start, at);
      map.set(key, read(depth));
    }
    return map;
  };
  const readText = (size) => {
    try {
      return utf8.decode(take(size));
    } catch {
      throw new TokenRefused("cbor");
    }
  };
  const readArray = (size, depth) => {
    const array = [];
    while (array.length < size) array.push(read(depth));
    return array;
  };
  const read = (depth) => {
    const head = take(1)[0];
    const major = head >> 5;
    check(major < 6 && (major < 4 || depth < 8), "cbor"); // No tag, float, true, null.
    const number = argument(head & 31);
    check(major !== 1 || number < Number.MAX_SAFE_INTEGER, "cbor");
    if (major === 0) return number;
    if (major === 1) return -1 - number;
    if (major === 2) return take(number);
    if (major === 3) return readText(number);
    return major === 4 ? readArray(number, depth + 1) : readMap(number, depth + 1);
  };
  const value = read(0);
  check(at === bytes.length, "cbor");
  return value;
}

function precedes(one, other) {
  if (one.length !== other.length) return one.length < other.length;
  const place = one.findIndex((byte, index) => byte !== other[index]);
  return place >= 0 && one[place] < other[place];
}

export const isBytes = (size) => (value) => value instanceof Uint8Array && size === value.length;
export const isWhole = (low, high) => (value) =>
  Number.isInteger(value) && low <= value && value <= high;
export const isIssuer = (value) => typeof value === "string" && /^[a-z0-9_]{1,9}$/.test(value);
export const hasKeys = (map, keys) =>
  map instanceof Map && map.size === keys.length && keys.every((key) => map.has(key));

function takeApart(token) {
  const { claims, ...envelope } = openEnvelope(token);
  return { ...envelope, object: objectOf(claims) };
}

// A token with its claims as they stand, unbelieved: step 2, for the objects that are not here.
export function openEnvelope(token) {
  check(token[0] === 0xd2, "envelope");
  const parts = decodeCbor(token.subarray(1));
  check(Array.isArray(parts) && parts.length === 4, "envelope");
  const [head, unprotected, payload, signature] = parts;
  check(head instanceof Uint8Array && hasKeys(unprotected, []), "envelope");
  check(payload instanceof Uint8Array && isBytes(64)(signature), "envelope");
  const headers = decodeCbor(head);
  check(hasKeys(headers, [1, 4]) && Number.isInteger(headers.get(1)), "envelope");
  check(isBytes(8)(headers.get(4)), "envelope");
  const data = signedBytes(head, payload);
  const [alg, kid] = [headers.get(1), hex(headers.get(4))];
  return { alg, kid, data, signature, claims: decodeCbor(payload) };
}

/** What is signed: the Sig_structure of RFC 9052, 4.4. */
export function signedBytes(head, payload) {
  const signed = [0x84, 0x6a, ...new TextEncoder().encode("Signature1")];
  return Uint8Array.from([...signed, ...wrapped(head), 0x40, ...wrapped(payload)]);
}

function wrapped(bytes) {
  const width = SMALLEST.findIndex((bound) => bytes.length < bound);
  const size = [];
  for (let left = (1 << width) >> 1, rest = bytes.length; left > 0; left -= 1, rest >>= 8) {
    size.unshift(rest & 0xff);
  }
  return [0x40 | (width ? 23 + width : bytes.length), ...size, ...bytes];
}

const id = isBytes(16);
const eight = isBytes(8);
const time = isWhole(1, LARGEST);
const count = isWhole(0, LARGEST);
const some = isWhole(1, LARGEST);
const short = isWhole(1, 0xffff);
const isArray = (value) => Array.isArray(value);
const ISSUED = { 1: ["issuer", isIssuer], 6: ["issued_at", time] };
const ENDING = { ...ISSUED, 4: ["expires_at", time] };
const LISTED = [["version", some], ["max_age", some]];

// Type: the claims beside the body, the body after its type, what must hold of the whole.
const OBJECTS = {
  1: {
    claims: { ...ENDING, 7: ["id", id] },
    body: [
      ["programme", short],
      ["face_cents", short],
      ["offline_cents", isWhole(0, 0xffff)],
      ["flags", (value) => value === 2 || value === 3],
    ],
    holds: (slip) => slip.offline_cents === 0 || slip.offline_cents === slip.face_cents,
    use: "voucher",
  },
  5: {
    claims: { ...ISSUED, 7: ["id", id] },
    body: [
      ["shop_no", some],
      ["amount_cents", (value) => isWhole(-LARGEST, LARGEST)(value) && value !== 0],
      ["credential_ref", eight],
      ["nonce", eight],
    ],
    use: "receipt",
  },
  7: { claims: ENDING, body: [...LISTED, ["keys", isArray], ["limits", isArray]] },
  8: {
    claims: ENDING,
    body: [...LISTED, ["prefixes", (value) => value instanceof Uint8Array]],
    holds: (list) => list.prefixes.length % 8 === 0 && ascending(list.prefixes),
  },
  9: {
    claims: { ...ENDING, 7: ["id", id] },
    body: [
      ["max_tx_cents", some],
      ["flags", (value) => value === 1 || value === 5],
    ],
    use: "family",
  },
};
const USES = ["voucher", "family", "receipt", "sync", "credential"];
const ENTRY = [
  ["kid", eight],
  ["key", isKey],
  ["alg", (value) => value === -19],
  ["use", (value) => USES.includes(value)],
  ["issuer", isIssuer],
  ["not_before", time],
  ["not_after", time],
];
const AMOUNTS = ["sale_cents", "reserve_cents", "slip_cents", "shop_cents"];
const COUNTS = ["unsynced", "guarantee_seconds", "hard_stop_seconds"];
const LIMITS = [
  ["issuer", isIssuer],
  ["programme", short],
  ...["last_offline", ...AMOUNTS, ...COUNTS].map((name) => [name, count]),
];

function isKey(key) {
  return hasKeys(key, [1, -1, -2]) && key.get(1) === 1 && key.get(-1) === 6 && isX(key.get(-2));
}
const isX = isBytes(32);

function named(values, fields) {
  check(isArray(values) && values.length === fields.length, "claims");
  check(fields.every(([, fits], place) => fits(values[place])), "claims");
  return Object.fromEntries(fields.map(([name], place) => [name, values[place]]));
}

function objectOf(claims) {
  const body = claims instanceof Map ? claims.get(BODY) : undefined;
  const type = isArray(body) && Number.isInteger(body[0]) ? body[0] : undefined;
  const shape = OBJECTS[type];
  const labels = Object.keys(shape?.claims ?? {}).map(Number);
  check(shape && hasKeys(claims, [...labels, BODY]), "claims");
  const outer = named(labels.map((label) => claims.get(label)), Object.values(shape.claims));
  const object = { type, ...outer, ...named(body.slice(1), shape.body) };
  check(!("expires_at" in object) || object.expires_at > object.issued_at, "claims");
  check(!shape.holds || shape.holds(object), "claims");
  if (type === 7) {
    object.keys = object.keys.map((entry) => named(entry, ENTRY));
    check(object.keys.every((entry) => entry.not_after > entry.not_before), "claims");
    object.limits = object.limits.map((limits) => named(limits, LIMITS));
  }
  return object;
}

// ----------------------------------------------------------------- steps 4 and 5: key, signature

async function authenticated(token, keys) {
  const envelope = takeApart(token);
  const { object } = envelope;
  const entry = await signedFor(envelope, keys, OBJECTS[object.type].use, object.issued_at);
  return { object, entry };
}

// The entry of the key list that signed an envelope: of this use, and good for signing then.
export async function signedFor(envelope, keys, use, issuedAt) {
  let found = keys.keys.filter((entry) => hex(entry.kid) === envelope.kid);
  check(found.length, "unknown_key");
  checkAlgorithm(envelope);
  found = found.filter((entry) => entry.use === use);
  check(found.length, "key_use");
  found = found.filter((entry) => entry.not_before <= issuedAt && issuedAt <= entry.not_after);
  check(found.length, "key_validity");
  return found[await signerOf(envelope, found.map((entry) => entry.key.get(-2)))];
}

function checkAlgorithm({ alg }) {
  check(alg === -19 || alg === -8, "algorithm");
}

async function signerOf({ data, signature }, keys) {
  for (const [place, raw] of keys.entries()) {
    const key = await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
    if (await crypto.subtle.verify({ name: "Ed25519" }, key, signature, data)) return place;
  }
  throw new TokenRefused("signature");
}

// ------------------------------------------------------- steps 6 and 7: type, time, issuer, lists

async function verify(text, trust, now, types, end) {
  const { object, entry } = await authenticated(unwrap(text, trust.environment), trust.keys);
  check(types.includes(object.type), "type");
  checkTimes(object, now, end);
  check(object.issuer === entry.issuer, "issuer");
  return object;
}

function checkTimes(object, now, skew) {
  check(object.issued_at <= now + SKEW_SECONDS, "not_yet");
  check(object.expires_at === undefined || now < object.expires_at + skew, "expired");
}

// A slip or family code shown to pay; `now` in UTC seconds. Rejects with TokenRefused.
export async function verifyPayment(text, trust, now) {
  const object = await verify(text, trust, now, [1, 9], SKEW_SECONDS);
  check(!(await denies(trust.denied, object.id)), "denied");
  return object;
}

// A slip shown to a till without network; what the till adds (budgets, age of lists) is its own.
export async function verifyOffline(text, trust, now) {
  const slip = await verify(text, trust, now, [1], SKEW_SECONDS);
  const here = (one) => one.issuer === slip.issuer && one.programme === slip.programme;
  const limits = trust.keys.limits.find(here);
  check(limits && slip.offline_cents > 0 && slip.offline_cents <= limits.slip_cents, "offline");
  check(now <= limits.last_offline, "offline");
  check(!(await denies(trust.denied, slip.id)), "denied");
  return slip;
}

export async function verifyReceipt(text, trust, now) {
  return verify(text, trust, now, [5], SKEW_SECONDS);
}

// Lists are bytes; `roots` are public keys of 32 bytes, `atLeast` the version already held.
export const readKeyList = (raw, roots, now, atLeast = 1) => readList(7, raw, roots, now, atLeast);
export const readDenyList = (raw, roots, now, atLeast = 1) => readList(8, raw, roots, now, atLeast);

async function readList(type, raw, roots, now, atLeast) {
  check(raw.length <= MAX_LIST_BYTES, "too_long");
  const envelope = takeApart(raw);
  const kids = await Promise.all(roots.map(kidOf));
  const keys = roots.filter((_, place) => kids[place] === envelope.kid);
  check(keys.length, "unknown_key");
  checkAlgorithm(envelope);
  await signerOf(envelope, keys);
  check(envelope.object.type === type, "type");
  checkTimes(envelope.object, now, 0);
  check(envelope.object.version >= atLeast, "old_list");
  return envelope.object;
}

async function kidOf(raw) {
  const thumbprint = Uint8Array.from([0xa3, 1, 1, 0x20, 6, 0x21, 0x58, 32, ...raw]);
  return hex(await sha256(thumbprint)).slice(0, 16);
}

export async function denies(list, credential) {
  const wanted = (await sha256(credential)).subarray(0, 8);
  let [low, high] = [0, list.prefixes.length / 8];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (precedes(prefix(list.prefixes, middle), wanted)) low = middle + 1;
    else high = middle;
  }
  return hex(prefix(list.prefixes, low)) === hex(wanted);
}

const prefix = (prefixes, place) => prefixes.subarray(place * 8, place * 8 + 8);

function ascending(prefixes) {
  for (let place = 1; place * 8 < prefixes.length; place += 1) {
    if (!precedes(prefix(prefixes, place - 1), prefix(prefixes, place))) return false;
  }
  return true;
}

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

export const hex = (bytes) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// --------------------------------------------------------------------------------- code as text

// What somebody typed, in the one form XXXX-XXXX-XXXX; null if it is mistyped (no guess).
export function parseShortCode(typed) {
  if (typed.length > 40 || !/^[ -~]*$/.test(typed)) return null;
  const plain = typed.replace(/[ -]/g, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  const values = Array.from(plain, (character) => CROCKFORD.indexOf(character));
  if (values.length !== 12 || values.includes(-1)) return null;
  const sum = values.reduce((total, value) => double(total) ^ value, 0);
  return sum === 0 ? plain.match(/.{4}/g).join("-") : null;
}

const double = (value) => (value & 16 ? (value << 1) ^ 37 : value << 1);
