// The JavaScript twin against the vectors of the Python room: node --test tests/token/twin.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as token from "../../wallet_web/static/src/token.js";

const path = process.env.TOKEN_VECTORS ?? new URL("../vectors/token.json", import.meta.url);
const vectors = JSON.parse(readFileSync(path, "utf8"));
const BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const roots = [bytes(vectors.keys.root.public)];
const keys = await token.readKeyList(bytes(vectors.lists.keys), roots, vectors.now);
const denied = await token.readDenyList(bytes(vectors.lists.denied), roots, vectors.now);

const shown = (object) =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? token.hex(value) : value,
    ]),
  );
const summary = ({ version, max_age, keys: entries, prefixes }) => ({
  version,
  max_age,
  size: entries ? entries.length : prefixes.length / 8,
});
const READ = {
  payment: async (one, trust) => shown(await token.verifyPayment(one.input, trust, one.now)),
  offline: async (one, trust) => shown(await token.verifyOffline(one.input, trust, one.now)),
  receipt: async (one, trust) => shown(await token.verifyReceipt(one.input, trust, one.now)),
  key_list: async (one) =>
    summary(await token.readKeyList(bytes(one.input), roots, one.now, one.at_least)),
  deny_list: async (one) =>
    summary(await token.readDenyList(bytes(one.input), roots, one.now, one.at_least)),
  base45: async (one) => token.hex(token.decodeBase45(one.input)),
  short_code: async (one) => token.parseShortCode(one.input) ?? "mistyped",
};

async function answer(written) {
  const one = { now: vectors.now, environment: "real", ...written };
  try {
    const object = await READ[one.what](one, { environment: one.environment, keys, denied });
    return object === "mistyped" ? ["mistyped", null] : ["accepted", object];
  } catch (refused) {
    if (!(refused instanceof token.TokenRefused)) throw refused;
    assert.equal(refused.message, "token refused");
    return [refused.reason, null];
  }
}

for (const what of Object.keys(READ)) {
  const cases = vectors.cases.filter((one) => one.what === what);
  test(`${what}: ${cases.length} vectors`, async () => {
    assert.ok(cases.length);
    for (const one of cases) {
      assert.deepEqual(await answer(one), [one.outcome, one.object ?? null], one.name);
    }
  });
}

function encodeBase45(raw) {
  let text = "";
  for (let at = 0; at < raw.length; at += 2) {
    const pair = at + 1 < raw.length;
    let number = pair ? raw[at] * 256 + raw[at + 1] : raw[at];
    for (let left = pair ? 3 : 2; left > 0; left -= 1, number = Math.floor(number / 45)) {
      text += BASE45[number % 45];
    }
  }
  return text;
}

for (const name of vectors.flip) {
  test(`${name}: every bit flipped is refused`, async () => {
    const good = vectors.cases.find((one) => one.name === name && one.outcome === "accepted");
    const raw = token.decodeBase45(good.input.slice(4));
    assert.equal(`BC1:${encodeBase45(raw)}`, good.input);
    for (let bit = 0; bit < raw.length * 8; bit += 1) {
      const flipped = raw.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      const [outcome] = await answer({ ...good, input: `BC1:${encodeBase45(flipped)}` });
      assert.notEqual(outcome, "accepted", `bit ${bit} of the bytes`);
    }
    for (let bit = 0; bit < good.input.length * 8; bit += 1) {
      const at = bit >> 3;
      const other = String.fromCharCode(good.input.charCodeAt(at) ^ (1 << (bit & 7)));
      const input = good.input.slice(0, at) + other + good.input.slice(at + 1);
      assert.notEqual((await answer({ ...good, input }))[0], "accepted", `bit ${bit} of the text`);
    }
  });
}

test("a list that is too long is not looked at", async () => {
  const reading = token.readKeyList(new Uint8Array(262145), roots, vectors.now);
  await assert.rejects(reading, { reason: "too_long" });
});
