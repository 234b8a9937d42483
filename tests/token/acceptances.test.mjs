// The twin on a till against the vectors of acceptances; what it signs goes to TWIN_SIGNED.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import * as acceptances from "../../wallet_web/static/src/acceptances.js";
import { TokenRefused, hex } from "../../wallet_web/static/src/token.js";

const path = new URL("../vectors/acceptances.json", import.meta.url);
const vectors = JSON.parse(readFileSync(path, "utf8"));
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const ALGS = { ed25519: -19, p256: -9 };
const BYTES = new Set(["operator", "previous", "rid", "evidence", "sync"]);
const keys = {
  keys: vectors.keys.map(({ x, kid, ...one }) => ({
    ...one, kid: bytes(kid), key: new Map([[1, 1], [-1, 6], [-2, bytes(x)]]),
  })),
};

const devices = {};
for (const [name, { pkcs8, public: raw }] of Object.entries(vectors.devices)) {
  const alg = ALGS[name];
  const how = acceptances.SIGNS[alg];
  const made = await crypto.subtle.importKey("pkcs8", bytes(pkcs8), how, false, ["sign"]);
  devices[name] = { alg, public: bytes(raw), private: made };
}
const read = (fields) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, BYTES.has(name) ? bytes(value) : value]),
  );

const signed = {};
for (const [name, one] of Object.entries(vectors.acceptances)) {
  test(`${name}: the same bytes are signed`, async () => {
    signed[name] = {};
    for (const [device, key] of Object.entries(devices)) {
      const { data } = await acceptances.toBeSigned(read(one.fields), key);
      assert.equal(hex(data), one.signed[device]);
      signed[name][device] = hex(await acceptances.signAcceptance(read(one.fields), key));
    }
    assert.equal(signed[name].ed25519, one.ed25519);
    if (process.env.TWIN_SIGNED) writeFileSync(process.env.TWIN_SIGNED, JSON.stringify(signed));
  });
}

const READ = {
  sync: (raw) => acceptances.readSync(raw, keys, vectors.now),
  answer: (raw) => acceptances.readAcknowledgement(raw, keys),
};
for (const { name, kind, input, outcome, object } of vectors.told) {
  test(`${name}: ${outcome}`, async () => {
    let answer;
    try {
      answer = ["accepted", await READ[kind](bytes(input))];
    } catch (refused) {
      if (!(refused instanceof TokenRefused)) throw refused;
      answer = [refused.reason, null];
    }
    assert.deepEqual(answer, [outcome, object]);
  });
}
