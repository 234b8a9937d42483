// The lists that the network's root signed: which keys count, what is allowed without network, what
// is withdrawn. The first root that a phone is told is the only one, until it is prepared anew; no
// list is taken that is older than the one held. Not here: how old they may get (`rules.js`).

import { TokenRefused, hex, readDenyList, readKeyList } from "/static/src/token.js";

const USES = new Set(["voucher", "credential", "receipt", "sync"]);
const NONE = new Uint8Array();

/**
 * What a contact brought, as far as it is to be believed; `held`: the terms of before, if any. A
 * network without a root is believed as it answers. Throws TokenRefused.
 */
export async function believed(body, held, now, { bytesOf, keyOf }) {
  const root = body.root ? bytesOf(body.root) : NONE;
  if (held?.root?.length && hex(held.root) !== hex(root)) throw new TokenRefused("unknown_key");
  const { programmes, max_age } = body;
  if (!root.length) {
    return { root, keys: body.keys.map(keyOf), programmes, max_age, denied: NONE, deny_version: 0 };
  }
  const [keys, denied] = [bytesOf(body.key_list ?? ""), bytesOf(body.deny_list ?? "")];
  const listed = await readKeyList(keys, [root], now, held?.key_version || 1);
  const withdrawn = await readDenyList(denied, [root], now, held?.deny_version || 1);
  return {
    root,
    keys: listed.keys.filter((one) => USES.has(one.use)),
    programmes: programmes.flatMap((one) => asSigned(one, listed.limits)),
    max_age: Math.min(max_age, listed.max_age, withdrawn.max_age),
    key_version: listed.version,
    deny_version: withdrawn.version,
    denied: withdrawn.prefixes,
  };
}

/** A programme with the limits that the root signed; none where it signed none. */
function asSigned(one, limits) {
  const here = (of) => of.issuer === one.issuer && of.programme === one.programme;
  const found = limits.find(here);
  if (!found) return [];
  const { last_offline, slip_cents, unsynced, guarantee_seconds, reserve_cents } = found;
  const signed = { last_offline, slip_cents, unsynced, guarantee_seconds, reserve_cents };
  return [{ ...one, ...signed, phone_sale_cents: found.sale_cents }];
}
