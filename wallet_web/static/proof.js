// Proves a receipt on this device: its leaf, the path to the root, the log's signature and those of
// the witnesses. Nothing is sent anywhere. The forms are those of ledger/proof/PROOF.md.
// Not here: which keys to believe; whoever checks brings them.

const FIRST = "c2sp.org/tlog-proof@v1";
const LOG = 1;
const WITNESS = 4;
const bytes = new TextEncoder();

/** What is wrong with a file or with the keys, by the name of its words on the page. */
export class Unproved extends Error {}

const want = (holds, what) => {
  if (!holds) throw new Unproved(what);
};

function fromBase64(text) {
  want(/^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0, "not_a_proof");
  const data = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  want(btoa(String.fromCharCode(...data)) === text, "not_a_proof");
  return data;
}

const sha256 = async (...parts) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const same = (one, two) => one.length === two.length && one.every((byte, at) => byte === two[at]);

/** Read a file: leaf, index, path, checkpoint. Nothing is proved yet. */
export function readProof(text) {
  const gap = text.indexOf("\n\n");
  want(gap > 0, "not_a_proof");
  const [first, extra, index, ...path] = text.slice(0, gap).split("\n");
  const numbered = /^index (0|[1-9]\d*)$/.test(index ?? "");
  want(first === FIRST && extra?.startsWith("extra ") && numbered, "not_a_proof");
  return {
    leaf: fromBase64(extra.slice(6)),
    index: BigInt(index.slice(6)),
    path: path.map(fromBase64),
    note: readNote(text.slice(gap + 2)),
  };
}

function readNote(whole) {
  const gap = whole.lastIndexOf("\n\n");
  want(gap > 0 && whole.endsWith("\n"), "not_a_proof");
  const text = whole.slice(0, gap + 1);
  const [origin, size, root, ...more] = text.split("\n");
  want(more.length === 1 && more[0] === "" && /^(0|[1-9]\d*)$/.test(size), "not_a_proof");
  const lines = whole.slice(gap + 2, -1).split("\n").map((line) => {
    const found = /^\u2014 (\S+) (\S+)$/.exec(line);
    want(found, "not_a_proof");
    const data = fromBase64(found[2]);
    return { name: found[1], id: data.slice(0, 4), signature: data.slice(4) };
  });
  return { text, origin, size: BigInt(size), root: fromBase64(root), lines };
}

/** Read the keys: `log`, `witness` and `quorum` lines. */
export async function readPolicy(text) {
  const policy = { witnesses: [], quorum: 0 };
  for (const line of text.split("\n")) {
    const [word, value] = line.split("#")[0].trim().split(/\s+/);
    if (word === "log") policy.log = await readKey(value, LOG);
    else if (word === "witness") policy.witnesses.push(await readKey(value, WITNESS));
    else if (word === "quorum") policy.quorum = Number(value);
    else want(word === "", "not_keys");
  }
  want(policy.log && policy.quorum > 0, "not_keys");
  return policy;
}

async function readKey(vkey, kind) {
  const [name, id, ...rest] = (vkey ?? "").split("+");
  const material = fromBase64(rest.join("+"));
  want(material.length === 33 && material[0] === kind, "not_keys");
  const digest = await sha256(bytes.encode(`${name}\n`), material);
  const shown = [...digest.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  want(shown === id, "not_keys");
  const key = await crypto.subtle.importKey("raw", material.slice(1), "Ed25519", false, ["verify"]);
  return { name, id: digest.slice(0, 4), key };
}

const linesOf = (note, key) =>
  note.lines.filter((line) => line.name === key.name && same(line.id, key.id));

const verify = (key, signature, message) =>
  crypto.subtle.verify("Ed25519", key.key, signature, message);

/** The root that the leaf and the path lead to. Source: RFC 9162, section 2.1.3.2. */
export async function rootOf({ leaf, index, path }, size) {
  want(index < size, "not_under");
  let [place, last] = [index, size - 1n];
  let root = await sha256(Uint8Array.of(0), leaf);
  for (const sibling of path) {
    want(last > 0n && sibling.length === 32, "not_under");
    if (place & 1n || place === last) {
      root = await sha256(Uint8Array.of(1), sibling, root);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      root = await sha256(Uint8Array.of(1), root, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  want(last === 0n, "not_under");
  return root;
}

/** Prove a file under a policy: the decision in it, and who saw it when (milliseconds). */
export async function prove(file, keys) {
  const proof = readProof(file);
  const policy = await readPolicy(keys);
  const { note } = proof;
  const message = bytes.encode(note.text);
  const own = linesOf(note, policy.log);
  want(note.origin === policy.log.name && own.length > 0, "not_signed");
  for (const line of own) want(await verify(policy.log, line.signature, message), "not_signed");
  want(same(await rootOf(proof, note.size), note.root), "not_under");
  const seen = [];
  for (const witness of policy.witnesses) {
    for (const line of linesOf(note, witness)) seen.push(await seenBy(witness, line, note));
  }
  const names = new Set(seen.map((one) => one.name));
  want(names.size >= policy.quorum, "too_few");
  const decision = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(proof.leaf));
  return { decision, origin: note.origin, size: note.size, seen };
}

async function seenBy(witness, line, note) {
  const seconds = new DataView(line.signature.buffer, line.signature.byteOffset).getBigUint64(0);
  const message = bytes.encode(`cosignature/v1\ntime ${seconds}\n${note.text}`);
  want(await verify(witness, line.signature.slice(8), message), "not_witnessed");
  return { name: witness.name, at: Number(seconds) * 1000 };
}

// The page.

const page = document.querySelector("[data-prove]");

function word(name) {
  return page.querySelector(`[data-word="${name}"]`)?.textContent ?? name;
}

function told(outcome, title, lines) {
  const box = page.querySelector("[data-outcome]");
  box.className = `badge-check ${outcome}`;
  const head = document.createElement("h2");
  head.textContent = title;
  box.replaceChildren(head, ...lines.map((line) => {
    const text = document.createElement("p");
    text.textContent = line;
    return text;
  }));
  box.hidden = false;
  box.focus();
}

const moment = (at) => new Date(at).toLocaleString(document.documentElement.lang);
const inEuro = { style: "currency", currency: "EUR" };
const euro = (cents) => (cents / 100).toLocaleString(document.documentElement.lang, inEuro);

function linesFor({ decision, origin, size, seen }) {
  const posted = decision.transfers.filter((one) => one[1] === "posted" || one[1] === "used");
  const cents = posted.reduce((sum, one) => sum + one[5], 0);
  return [
    `${word("decision")} ${decision.index} · ${decision.request.kind} · ${euro(cents)}`,
    `${word("recorded")} ${moment(decision.recorded_at / 1000)}`,
    `${origin}: ${word("size")} ${size}`,
    ...seen.map((one) => `${word("seen")} ${one.name}, ${moment(one.at)}`),
  ];
}

async function onSubmit(event) {
  event.preventDefault();
  const [file] = page.querySelector("#prova").files;
  const keys = page.querySelector("#chiavi").value;
  try {
    want(file && file.size < 100_000, "not_a_proof");
    const proved = await prove(await file.text(), keys);
    told("", word("proved"), linesFor(proved));
  } catch (error) {
    const old = error.name === "NotSupportedError";
    const why = error instanceof Unproved ? error.message : old ? "too_old" : "not_a_proof";
    told(old ? "pending" : "broken", word("unproved"), [word(why)]);
  }
}

/** Fill in the keys of the file's book, as this server tells them, where none are written yet. */
async function onChosen(event) {
  const [file] = event.target.files;
  const keys = page.querySelector("#chiavi");
  if (!file || file.size >= 100_000 || keys.value.trim()) return;
  try {
    const { origin } = readProof(await file.text()).note;
    const book = origin.slice(origin.lastIndexOf("/") + 1);
    const answer = await fetch(`/log/${encodeURIComponent(book)}/policy`);
    if (answer.ok && !keys.value.trim()) keys.value = await answer.text();
  } catch (error) {
    if (!(error instanceof Unproved || error instanceof TypeError)) throw error;
  } // No proof, or no network: checking says so, and keys can be written.
}

page?.querySelector("form").addEventListener("submit", onSubmit);
page?.querySelector("#prova").addEventListener("change", onChosen);
