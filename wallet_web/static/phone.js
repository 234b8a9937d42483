// The page of a phone that pays: it shows its code, or answers what a shop asks. One screen at a
// time. Not here: the phone's key and right (`phone/right.js`), and what is decided (the server).

import { bytesOf, textOf } from "/static/src/device_keys.js";
import { peekRequest } from "/static/src/phones.js";
import {
  ask, carried, mayPay, most, nextNumber, now, rememberSpent, renew, showing,
} from "/static/phone/right.js";
import { kept } from "/static/phone/store.js";
import { letSleep, stayAwake } from "/static/till/awake.js";
import { read, told } from "/static/till/money.js";
import { signal } from "/static/till/signals.js";

const at = (id) => document.getElementById(id);
const words = JSON.parse(at("words").textContent);
const say = (code) => words[code] ?? words.other;
const REDRAW_SECONDS = 20;
const NUMBER_SECONDS = 60; // After that an open code is another intention to pay.
const NONE = { nonce: new Uint8Array(8), shop_no: 0 };

let begun = 0; // Grows with each beginning: an older one that is still under way shows nothing.
let drawing = 0; // Grows whenever something else is shown: an old timer stops.
let scanner = null;
let asked = null; // What a shop asks, with its bytes.

function show(name) {
  drawing += 1;
  if (name !== "scan") closeScanner();
  for (const screen of document.querySelectorAll("[data-screen]")) {
    screen.hidden = screen.dataset.screen !== name;
  }
  document.querySelector(`[data-screen="${name}"] h1`)?.focus();
  window.scrollTo(0, 0);
}

function tell(id, text) {
  at(id).textContent = text;
  at(id).hidden = !text;
}

// --------------------------------------------------------------------------------- its own code

/** Begin: what a shop asks if that is in the address, else the code to show. */
async function begin() {
  begun += 1;
  const mine = begun;
  const why = await renew().catch(() => "no_store");
  if (mine !== begun) return undefined; // Another address came meanwhile.
  if (why === "no_store") return stop(why);
  const state = await kept();
  if (mine !== begun) return undefined;
  if (location.hash.length > 1) return answerAddress(state, why);
  if (!state.key) return why === "phone_unknown" ? stop(why) : show("none");
  if (why === "clock") return stop(why);
  if (!mayPay(state)) return stop(why || "other");
  tellState(state, why);
  return why === "no_network" ? show("amount") : showCode(most(state));
}

function stop(code) {
  tell("stopped", say(code));
  show("stopped");
}

function tellState(state, why) {
  at("lines").replaceChildren(...state.vouchers.map(({ title, left_cents: left }) => {
    const line = document.createElement("li");
    const sum = document.createElement("strong");
    sum.textContent = say("left").replace("{sum}", told(left));
    line.append(`${title}: `, sum);
    return line;
  }));
  const left = carried(state);
  tell("carried", left ? say("carried").replace("{sum}", told(left)) : say("carried_none"));
  const time = new Date(state.right.at * 1000).toLocaleTimeString([], { timeStyle: "short" });
  tell("as-of", why ? say("as_of").replace("{time}", time) : "");
  tell("offline-note", why === "no_network" ? say("no_network_why") : "");
}

/**
 * Show the code for at most so much, drawn anew. Seen by a server it is another number after a
 * while; without network (`spent`) it stays the one sale that was meant.
 */
async function showCode(cents, spent = false) {
  let state = await nextNumber();
  if (spent) state = await rememberSpent(cents);
  show("code");
  tellState(state, spent ? "no_network" : "");
  at("code-cap").hidden = !spent;
  at("code-cap").textContent = spent ? told(cents) : "";
  stayAwake();
  const mine = drawing;
  const { draw } = await import(at("code").dataset.draw);
  for (let age = 0; mine === drawing; age += 1) {
    if (!spent && age && age % NUMBER_SECONDS === 0) return showCode(cents);
    if (age % REDRAW_SECONDS === 0) draw(at("code"), await showing(state, cents, NONE));
    at("ring").style.setProperty("--gone", `${(age % REDRAW_SECONDS) / REDRAW_SECONDS}`);
    const rest = REDRAW_SECONDS - (age % REDRAW_SECONDS);
    at("seconds").textContent = say("seconds").replace("{n}", rest);
    await new Promise((done) => setTimeout(done, 1_000));
  }
}

at("amount-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const cents = read(at("amount").value);
  if (!cents) return tell("amount-error", say("wrong_amount"));
  const state = await kept();
  tell("amount-error", "");
  tell("over-carried", cents > carried(state) ? say("over_carried") : "");
  return showCode(cents, true);
});

for (const button of document.querySelectorAll("[data-again]")) {
  button.addEventListener("click", () => {
    history.replaceState(null, "", location.pathname);
    begin();
  });
}

// ------------------------------------------------------------------------------ what a shop asks

/** What stands in the address that a shop's code leads to. */
async function answerAddress(state, why) {
  try {
    const raw = bytesOf(location.hash.slice(1));
    asked = { raw, ...peekRequest(raw, now(state)) };
  } catch (refused) {
    return stop(refused.reason === "expired" ? "request_refused" : "nobody_asks");
  }
  const mine = begun;
  const looked = why === "no_network" ? null : await ask("/famiglia/paga/guarda", sent());
  if (mine !== begun) return undefined;
  if (looked && !looked.ok) return stop(looked.code);
  const known = new Map(state.shops ?? []);
  const unknown = say("shop_unknown").replace("{n}", asked.shop_no);
  asked.shop = looked?.shop ?? known.get(asked.shop_no) ?? unknown;
  asked.online = looked !== null;
  const sum = told(asked.amount_cents);
  at("asked").textContent = say("asked").replace("{shop}", asked.shop).replace("{sum}", sum);
  at("confirm").textContent = say("pay").replace("{sum}", sum).replace("{shop}", asked.shop);
  askPin(!state.key || asked.amount_cents > (state.right?.pin_over_cents ?? 0), asked.online);
  tell("confirm-error", "");
  return show("confirm");
}

const sent = () => ({ request: textOf(asked.raw) });

function askPin(wanted, online) {
  at("pin-field").hidden = !(wanted && online);
  at("pin").value = "";
}

at("confirm-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (at("confirm").disabled) return;
  at("confirm").disabled = true;
  try {
    await (asked.online ? payNow() : answerUnseen());
  } finally {
    at("confirm").disabled = false;
  }
});

/** Pay it: by this phone's signature, or by code and PIN of a family that is signed in. */
async function payNow() {
  const state = await kept();
  const answer = { nonce: asked.nonce, shop_no: asked.shop_no };
  asked.token ??= state.key && mayPay(state)
    ? await showing(await nextNumber(), asked.amount_cents, answer)
    : null;
  const body = { ...sent(), ...(asked.token ? { token: asked.token } : {}) };
  if (at("pin").value) body.pin = at("pin").value;
  tell("confirm-error", say("paying"));
  const told = await ask("/famiglia/paga/rispondi", body);
  if (told?.ok) return paid(told);
  if (told?.code === "pin_needed") askPin(true, true);
  if (told?.code === "not_signed_in") at("sign-in").hidden = false;
  return tell("confirm-error", say(told ? told.code : "doubt"));
}

async function paid(answer) {
  const sum = told(answer.amount_cents);
  at("paid").textContent = say("paid").replace("{sum}", sum);
  const left = told(answer.left_cents);
  at("paid-to").textContent = say("paid_to").replace("{shop}", answer.shop).replace("{left}", left);
  show("paid");
  signal("yes");
  const { draw } = await import(at("receipt").dataset.draw);
  draw(at("receipt"), answer.receipt);
}

/** Without network: the shop reads the answer from this screen. */
async function answerUnseen() {
  const state = await kept();
  const left = carried(state);
  if (!state.key || !mayPay(state) || asked.amount_cents > left) {
    return tell("confirm-error", say("too_much_offline").replace("{sum}", told(left)));
  }
  const answer = { nonce: asked.nonce, shop_no: asked.shop_no };
  await nextNumber();
  const counted = await rememberSpent(asked.amount_cents);
  const text = await showing(counted, asked.amount_cents, answer);
  const sum = told(asked.amount_cents);
  const what = say("answer_offline").replace("{sum}", sum).replace("{shop}", asked.shop);
  at("answer-what").textContent = what;
  show("answer");
  stayAwake();
  const { draw } = await import(at("answer").dataset.draw);
  return draw(at("answer"), text);
}

// ------------------------------------------------------------------------------------ the camera

at("scan").addEventListener("click", openScanner);
at("scan-offline").addEventListener("click", openScanner);

async function openScanner() {
  show("scan");
  tell("scan-error", "");
  const mine = drawing;
  const video = at("video");
  try {
    const { openScanner: open } = await import(video.dataset.scanner);
    const opened = await open(video, scanned, { wasmUrl: video.dataset.wasm });
    if (mine !== drawing) return opened.stop();
    scanner = opened;
  } catch {
    tell("scan-error", say("no_camera"));
  }
  return undefined;
}

function scanned(text) {
  const found = /\/famiglia\/paga#([A-Za-z0-9_-]+)$/.exec(text);
  if (!found) return tell("scan-error", say("nobody_asks"));
  location.hash = found[1];
  return undefined;
}

function closeScanner() {
  scanner?.stop();
  scanner = null;
  letSleep();
}

addEventListener("hashchange", () => location.hash.length > 1 && begin());
addEventListener("online", () => document.querySelector('[data-screen="amount"]:not([hidden])') &&
  begin());
document.addEventListener("visibilitychange", () => {
  const code = !document.querySelector('[data-screen="code"]').hidden;
  if (!document.hidden && code && at("code-cap").hidden) begin();
});

navigator.serviceWorker?.register("/famiglia/paga/worker.js", { scope: "/famiglia/paga" })
  .catch(() => {});
begin();
