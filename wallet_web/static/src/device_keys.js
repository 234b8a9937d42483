// A key that this device makes and never shows: Ed25519, or P-256 where a browser makes no other.
// Not here: where it is kept, and what it signs.

import { SIGNS } from "./acceptances.js";

/** Bytes of base64url without padding, and back. */
export const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
export const textOf = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/**
 * A key pair that no script can read, kept by `keep(key)` before it is given: some browsers make a
 * key that they cannot keep. Null: neither kind. `key`: {alg, public, private}.
 */
export async function makeKey(keep) {
  for (const alg of [-19, -9]) {
    try {
      // Codes are signed with Ed25519: a device that cannot check that is left out.
      await crypto.subtle.importKey("raw", new Uint8Array(32), SIGNS[-19], false, ["verify"]);
      const pair = await crypto.subtle.generateKey(SIGNS[alg], false, ["sign", "verify"]);
      const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
      const made = { alg, public: raw, private: pair.privateKey };
      await keep(made);
      return made;
    } catch {
      // Some browsers make such a key and cannot keep it: the next kind, or none.
    }
  }
  return null;
}
