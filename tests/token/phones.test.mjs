// The twin of phones against its vectors; what it signs goes to TWIN_SIGNED.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { SIGNS } from "../../wallet_web/static/src/acceptances.js";
import * as phones from "../../wallet_web/static/src/phones.js";
import { TokenRefused, hex, unwrap } from "../../wallet_web/static/src/token.js";

const path = new URL("../vectors/phones.json", import.meta.url);
const vectors = JSON.parse(readFileSync(path, "utf8"));
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const key = async ({ pkcs8, public: raw }, alg) => {
  const made = await crypto.subtle.importKey("pkcs8", bytes(pkcs8), SIGNS[alg], false, ["sign"]);
  return { alg, public: bytes(raw), private: made };
};
const keys = {
  ed25519: await key(vectors.phones.ed25519, -19),
  p256: await key(vectors.phones.p256, -9),
};
const till = await key(vectors.till, -19);
const trust = {
  environment: "real",
  keys: {
    keys: vectors.keys.map(({ x, kid, ...one }) => ({
      ...one, kid: bytes(kid), key: new Map([[1, 1], [-1, 6], [-2, bytes(x)]]),
    })),
  },
  denied: { prefixes: bytes(vectors.denied) },
};
const read = (fields) => ({ ...fields, nonce: bytes(fields.nonce) });
const plain = (value) =>
  Object.fromEntries(Object.entries(value).map(([name, one]) =>
    [name, one instanceof Uint8Array ? hex(one) : one]));

const signed = {};
for (const [name, one] of Object.entries(vectors.signs)) {
  test(`${name}: the same bytes are signed`, async () => {
    signed[name] = {};
    for (const [phone, mine] of Object.entries(keys)) {
      const asked = read(one.fields);
      assert.equal(hex(await phones.toBePresented(asked, mine)), one.signed[phone]);
      const raw = await phones.signPresentation(asked, bytes(vectors.credential), mine);
      signed[name][phone] = hex(raw);
      assert.deepEqual(unwrap(phones.wrap(raw, "real"), "real"), raw);
    }
    assert.equal(signed[name].ed25519, one.ed25519);
    if (process.env.TWIN_SIGNED) writeFileSync(process.env.TWIN_SIGNED, JSON.stringify(signed));
  });
}

for (const [name, { fields, bytes: raw }] of Object.entries(vectors.requests)) {
  test(`${name}: the same request`, async () => {
    assert.equal(hex(await phones.signRequest(read(fields), till)), raw);
  });
}

async function answer(reading) {
  try {
    return ["accepted", await reading()];
  } catch (refused) {
    if (!(refused instanceof TokenRefused)) throw refused;
    return [refused.reason, null];
  }
}

for (const { name, input, outcome, object } of vectors.shown) {
  test(`shown ${name}: ${outcome}`, async () => {
    const told = await answer(async () => {
      const { credential, presentation } = await phones.verifyShown(input, trust, vectors.now);
      return { credential: plain(credential), presentation: plain(presentation) };
    });
    assert.deepEqual(told, [outcome, object]);
    const looks = outcome === "accepted" || phones.isPresentation(input, "real");
    assert.equal(phones.isPresentation(input, "real"), looks);
  });
}

for (const { name, input, outcome, object } of vectors.asked) {
  test(`asked ${name}: ${outcome}`, async () => {
    const told = await answer(async () => plain(phones.peekRequest(bytes(input), vectors.now)));
    assert.deepEqual(told, [outcome, object]);
  });
}

test("a longer text than a code holds is not written", () => {
  assert.throws(() => phones.wrap(new Uint8Array(400), "real"), RangeError);
});
