// A ballot that is signed without being seen: RSABSSA-SHA384-PSS-Randomized (RFC 9474), the voter's
// side, by a library. Source: docs/VOTE.md. Not here: the pages (`static/vote`).
import { RSABSSA } from "@cloudflare/blindrsa-ts";

const SUITE = RSABSSA.SHA384.PSS.Randomized({ supportsRSARAW: false });
const ALGORITHM = { name: "RSA-PSS", hash: "SHA-384" };
const PREFIX = 32;

const key = (der) => crypto.subtle.importKey("spki", der, ALGORITHM, true, ["verify"]);

/** The words of a ballot, as the server writes them: canonical JSON. */
const words = (vote, choice) => new TextEncoder().encode(`{"choice":${choice},"vote":"${vote}"}`);

/** A new ballot, and what of it the server may see. */
export async function hide(der, vote, choice) {
  const message = SUITE.prepare(words(vote, choice));
  const { blindedMsg, inv } = await SUITE.blind(await key(der), message);
  return { choice, message, hidden: blindedMsg, inverse: inv };
}

/** The ballot with its signature, which fits nobody's. Throws if something else was signed. */
export async function reveal(der, ballot, signed) {
  const signature = await SUITE.finalize(await key(der), ballot.message, signed, ballot.inverse);
  return { choice: ballot.choice, prefix: ballot.message.slice(0, PREFIX), signature };
}

/** Its number, by which it is found in the urn. */
export async function numberOf(message) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", message));
}
