// The shop asks, the family's phone answers: a signed request as a code on this screen, and what
// comes back, over the network or from the phone's own screen. Not here: taking a phone's answer
// without network (`outbox.js`), and the result's screen.

import { textOf } from "/static/src/device_keys.js";
import { signRequest } from "/static/src/phones.js";
import { TokenRefused, hex, verifyReceipt } from "/static/src/token.js";
import { ask } from "/static/till/api.js";
import { letSleep, stayAwake } from "/static/till/awake.js";
import { clock } from "/static/till/device.js";
import { isOfPhone } from "/static/till/shown.js";
import { readAll, within } from "/static/till/store.js";

const LIFE_SECONDS = 300;
const LOOK_MS = 2_000;
const LEFT = "portavalori-requests-left"; // Nonces to burn when the network is back.

const at = (id) => document.getElementById(id);
let turn = 0; // Grows with each request and each end, so that an old one tells nothing.
let scanner = null;

/**
 * Show a request for so much, and wait for its end. Resolves to `{answer}` (the API's, paid or
 * refused), `{receipt}` (the phone's, without network), `{phone}` (its answer, to be taken), or
 * `{left}` when the shop goes back or nobody paid in time.
 */
export async function askPhone(cents, say) {
  turn += 1;
  const mine = turn;
  const asked = await make(cents);
  const { draw } = await import(at("ask-code").dataset.draw);
  draw(at("ask-code"), asked.address);
  at("ask-status").textContent = say("ask_waiting");
  stayAwake();
  const end = await new Promise((done) => {
    const tell = (what) => mine === turn && done(what);
    at("ask-back").onclick = () => tell({ left: true });
    at("ask-scan").onclick = () => scan(asked, say, tell);
    watch(asked, say, tell, () => mine === turn);
  });
  turn += 1;
  stopScan();
  if (end.left) leave(asked.nonce);
  return end;
}

async function make(cents) {
  const { device, terms } = await readAll();
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const expires_at = clock() + LIFE_SECONDS;
  const one = { expires_at, nonce: bytes, shop_no: terms.shop_no, amount_cents: cents };
  const raw = await signRequest(one, device);
  const asked = { nonce: hex(bytes), cents, expires_at, shop_no: terms.shop_no };
  await within((store) => store("kept").put(asked, "asked"), "readwrite");
  return { ...asked, address: `${location.origin}/famiglia/paga#${textOf(raw)}` };
}

async function watch(asked, say, tell, goesOn) {
  while (goesOn()) {
    await new Promise((resume) => setTimeout(resume, LOOK_MS));
    const answer = await ask("GET", `/shop-requests/${asked.nonce}`);
    if (!goesOn()) return;
    if (answer?.ok) return tell({ answer });
    at("ask-status").textContent = say(answer ? "ask_waiting" : "ask_no_network");
    if (clock() > asked.expires_at + LIFE_SECONDS) return tell({ left: true });
  }
}

async function scan(asked, say, tell) {
  const video = at("ask-video");
  try {
    const { openScanner } = await import(video.dataset.scanner);
    video.hidden = false;
    const seen = (text) => read(text, asked, say, tell);
    scanner = await openScanner(video, seen, { wasmUrl: video.dataset.wasm });
  } catch {
    at("ask-status").textContent = say("no_camera");
  }
}

async function read(text, asked, say, tell) {
  if (isOfPhone(text)) return tell({ phone: text });
  const receipt = await receiptOf(text, asked);
  if (receipt) return tell({ receipt });
  at("ask-status").textContent = say("ask_other_code");
  return undefined;
}

/** A receipt for this very request, signed by its comune's server; null for anything else. */
async function receiptOf(text, asked) {
  const { terms } = await readAll();
  const trust = { environment: "real", keys: { keys: terms.keys } };
  try {
    const told = await verifyReceipt(text, trust, clock());
    const own = hex(told.nonce) === asked.nonce && told.shop_no === asked.shop_no;
    return own && told.amount_cents === asked.cents ? { ...told, text } : null;
  } catch (refused) {
    if (!(refused instanceof TokenRefused)) throw refused;
    return null;
  }
}

function stopScan() {
  scanner?.stop();
  scanner = null;
  at("ask-video").hidden = true;
  letSleep();
}

const left = () => JSON.parse(localStorage.getItem(LEFT) ?? "[]");

function leave(nonce) {
  localStorage.setItem(LEFT, JSON.stringify([...left(), nonce]));
  burnRequests();
}

/** Burn what was asked and left, so that nobody pays it later; what had been paid goes back. */
export async function burnRequests() {
  for (const nonce of left()) {
    const burnt = await ask("POST", `/shop-requests/${nonce}/void`);
    if (!burnt || burnt.status >= 500 || burnt.status === 401) return;
    localStorage.setItem(LEFT, JSON.stringify(left().filter((one) => one !== nonce)));
  }
}
