// What this till took without network, until the server has it for good: judged by the rules,
// signed, chained and kept before anybody is told yes. Not here: the device (`device.js`).

import { readAcknowledgement, signAcceptance } from "/static/src/acceptances.js";
import { bytesOf, textOf } from "/static/src/device_keys.js";
import { hex, sha256, unwrap } from "/static/src/token.js";
import { ask } from "/static/till/api.js";
import { clock, contact } from "/static/till/device.js";
import { keepSale } from "/static/till/kept.js";
import { present } from "/static/till/people.js";
import { refusal, standingOf } from "/static/till/rules.js";
import { believe, limitsFor } from "/static/till/shown.js";
import { got, readAll, within } from "/static/till/store.js";

const AT_ONCE = 20;
const NO_LIST = 0; // The version of the list of withdrawn codes, where none is held.

/** Whether this phone has terms by which something may be sold without network. */
export const isReady = ({ device, terms }) =>
  Boolean(device && terms?.status === "active" && Object.keys(terms.grants).length);

/** What this phone would say of a sale without network: `{why}`, "" for a yes, and what it saw. */
export async function judge(text, amount, kept) {
  if (!isReady(kept)) return { why: kept.device ? "why_not_granted" : "no_device" };
  if (!text) return { why: "typed_offline" };
  const { terms } = kept;
  const trust = {
    environment: "real",
    keys: { keys: terms.keys, limits: terms.programmes },
    denied: { prefixes: terms.denied ?? new Uint8Array() },
  };
  const now = clock();
  const seen = await believe(text, trust, now);
  if (seen.why) return seen;
  const why = whyNotPhone(seen.phone, amount, kept);
  if (why) return { why };
  const grant = terms.grants[seen.issuer];
  if (!grant) return { why: "why_not_granted" };
  const here = (one) => one.issuer === seen.issuer && one.programme === seen.programme;
  const known = terms.programmes.find(here);
  const { limits, carries } = limitsFor(seen, known);
  const code = hex((await sha256(seen.id)).subarray(0, 8));
  const standing = standingOf(kept, grant, code);
  const left = Math.min(carries.offline_cents - standing.of_code, carries.sale_cents);
  const no = refusal(limits, standing, carries, amount, now);
  return { why: no && `why_${no}`, seen, code, grant, limits, now, left };
}

/** A phone is shown once under each number, and answers this till's own request for all of it. */
function whyNotPhone(phone, amount, { taken, asked }) {
  if (!phone) return "";
  if (taken.some((one) => one.number === phone.number)) return "already_claimed";
  const { answers } = phone;
  if (!answers) return "";
  return answers.nonce === asked?.nonce && answers.cents === amount ? "" : "other_sale";
}

/** Take a slip or a phone without network. Gives "" once it is on disk, or why it was not taken. */
export const accept = (text, amount, rid) =>
  navigator.locks.request("portavalori-outbox", async () => {
    const kept = await readAll();
    const found = await judge(text, amount, kept);
    if (found.why) return found.why;
    const { device, chain } = kept;
    const { grant, code, limits, now, seen } = found;
    const seq = chain.seq + 1;
    const raw = await signAcceptance({
      device_time: now, shop_no: grant.shop_no, device_no: grant.device_no, seq,
      previous: chain.previous, rid: bytesOfId(rid), amount_cents: amount,
      evidence: unwrap(text, "real"), sync: grant.raw,
      deny_version: kept.terms.deny_version ?? NO_LIST, operator: bytesOfId(present()?.id ?? ""),
    }, device);
    const until = grant.at + limits.guarantee_seconds;
    const sale = { seq, rid, raw, amount, at: now, until, title: limits.title };
    const number = seen.phone?.number;
    const taken = { seq, code, amount, issuer: grant.issuer, under: grant.at, number };
    return keep(sale, taken, chain, { seq, previous: await sha256(raw) });
  });

const bytesOfId = (rid) =>
  Uint8Array.from(rid.replaceAll("-", "").match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** The chain, the sale and what is taken of its code, all at once, if the chain has not moved. */
function keep(sale, taken, before, after) {
  return within(async (store) => {
    const chain = await got(store("kept").get("chain"));
    if (chain.seq !== before.seq) throw new Error("another tab took a sale meanwhile");
    store("kept").put(after, "chain");
    store("queue").add(sale);
    store("taken").add(taken);
    return "";
  }, "readwrite");
}

/** Meet the server and hand in what waits, in its order. Gives "" or what went wrong. */
export const send = () =>
  navigator.locks.request("portavalori-outbox", async () => {
    const met = await contact();
    if (met === "no_network" || met === "unauthorized" || met === "no_device") return met;
    const { terms, queue } = await readAll();
    for (let at = 0; at < queue.length; at += AT_ONCE) {
      const why = await handIn(queue.slice(at, at + AT_ONCE), terms);
      if (why) return why;
    }
    return queue.length ? contact() : met;
  });

async function handIn(sales, terms) {
  const body = { acceptances: sales.map((one) => textOf(one.raw)) };
  const answer = await ask("POST", "/acceptances", { body });
  if (!answer?.ok) return answer ? answer.body.code : "no_network";
  const { answers } = answer.body;
  for (const [place, sale] of sales.entries()) await forget(sale, answers[place], terms);
  return "";
}

/** Forget a sale, if the server signed that it has it; one that is not paid stays to be read. */
async function forget(sale, answer, terms) {
  if (!answer?.acknowledgement) return;
  let told;
  try {
    told = await readAcknowledgement(bytesOf(answer.acknowledgement), { keys: terms.keys });
  } catch {
    return; // Not signed as it must be: it is sent again.
  }
  if (told.rid !== sale.rid.replaceAll("-", "") || told.seq !== sale.seq) return;
  const { raw, ...rest } = sale;
  await keepSale(sale).catch(() => {}); // A phone that keeps no receipts sells all the same.
  await within((store) => {
    store("queue").delete(sale.seq);
    const unpaid = answer.outcome === "disputed" || answer.why;
    if (unpaid) store("disputed").put({ ...rest, outcome: answer.outcome, why: answer.why });
  }, "readwrite");
}

/** Sales that were handed in before wait once more: their book was put back from before. */
export const waitAgain = (sales) =>
  within((store) => {
    for (const sale of sales) store("queue").put(sale);
  }, "readwrite");

/** The shop has read why a sale was disputed. */
export const seen = (seq) => within((store) => store("disputed").delete(seq), "readwrite");
