// The till: amount, code, confirm; one screen at a time. Not here: what a voucher is worth; the
// book decides, and this page only tells what it said.

import { ask, session } from "/static/till/api.js";
import { begin, underWay } from "/static/till/attempt.js";
import { told, typed } from "/static/till/money.js";
import { redeem, resolve } from "/static/till/redeem.js";
import { showSales } from "/static/till/sales.js";
import { signal } from "/static/till/signals.js";

const at = (id) => document.getElementById(id);
const words = JSON.parse(at("words").textContent);
const say = (code) => words[code] ?? words.other;
const state = { cents: 0, token: null, busy: false, scanner: null };

function show(name) {
  for (const screen of document.querySelectorAll("[data-screen]")) {
    screen.hidden = screen.dataset.screen !== name;
  }
  if (name !== "code") stopCamera();
  document.querySelector(`[data-screen="${name}"] h1`)?.focus();
  window.scrollTo(0, 0);
}

function tell(id, text) {
  at(id).textContent = text;
  at(id).hidden = !text;
}

// ------------------------------------------------------------------------------- the way in

at("enrol").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = { secret: at("secret").value.trim() };
  const answer = await ask("POST", "/till-sessions", { body });
  if (!answer?.ok) return tell("enrol-error", say(answer ? answer.body.code : "no_network"));
  session.set(answer.body.session_token);
  at("secret").value = "";
  at("shop").textContent = `${answer.body.shop} · ${answer.body.till}`;
  sessionStorage.setItem("portavalori-shop", at("shop").textContent);
  start();
});

at("leave").addEventListener("click", () => {
  session.end();
  start();
});

function start() {
  const signed = Boolean(session.get());
  at("tabs").hidden = !signed;
  at("shop").textContent = signed ? sessionStorage.getItem("portavalori-shop") : "";
  tell("enrol-error", "");
  if (!signed) return show("enrol");
  const attempt = underWay();
  return attempt ? finish(attempt) : fresh();
}

// ------------------------------------------------------------------------------- the amount

function fresh() {
  Object.assign(state, { cents: 0, token: null, busy: false });
  at("code").value = at("pin").value = "";
  tell("code-error", "");
  tell("look", "");
  draw();
  show("amount");
}

function draw() {
  for (const place of document.querySelectorAll("[data-amount]")) {
    place.textContent = told(state.cents);
  }
  at("to-code").disabled = state.cents === 0;
}

at("keypad").addEventListener("click", (event) => {
  const key = event.target.closest("button")?.dataset.key;
  if (!key) return;
  state.cents = typed(state.cents, key);
  draw();
});

document.addEventListener("keydown", (event) => {
  if (at("screen-amount").hidden) return;
  const key = { Backspace: "back", Delete: "C" }[event.key] ?? event.key;
  if (/^\d$/.test(key) || key === "back" || key === "C") {
    state.cents = typed(state.cents, key);
    draw();
  }
  if (event.key === "Enter" && state.cents > 0 && event.target === document.body) toCode();
});

at("to-code").addEventListener("click", toCode);

function toCode() {
  show("code");
  at("code").focus();
}

for (const back of document.querySelectorAll("[data-back]")) {
  back.addEventListener("click", fresh);
}

// --------------------------------------------------------------------------------- the code

at("code").addEventListener("input", () => {
  state.token = null;
  tell("scanned", "");
});

at("camera").addEventListener("click", async () => {
  const video = at("video");
  tell("code-error", "");
  try {
    const { openScanner } = await import(video.dataset.scanner);
    video.hidden = false;
    state.scanner = await openScanner(video, onCode, { wasmUrl: video.dataset.wasm });
  } catch {
    stopCamera();
    tell("code-error", say("no_camera"));
  }
});

function onCode(text) {
  stopCamera();
  state.token = text;
  at("code").value = "";
  tell("scanned", say("scanned"));
  at("pin").focus();
}

function stopCamera() {
  state.scanner?.stop();
  state.scanner = null;
  at("video").hidden = true;
}

function shown() {
  const pin = at("pin").value.trim();
  const what = state.token ? { token: state.token } : { code: at("code").value.trim() };
  return pin ? { ...what, pin } : what;
}

at("verify").addEventListener("click", async () => {
  if (!at("pay").reportValidity()) return;
  const answer = await ask("POST", "/looks", { body: shown() });
  if (!answer?.ok) {
    tell("look", "");
    return tell("code-error", say(answer ? answer.body.code : "no_network"));
  }
  tell("code-error", "");
  const parts = answer.body.parts.map(
    (one) => `${one.programme}: ${told(one.spendable_cents)}${one.single_use ? say("once") : ""}`,
  );
  tell("look", `${say("spendable")} ${told(answer.body.spendable_cents)}. ${parts.join(" · ")}`);
});

at("pay").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (state.busy) return; // A double tap is one attempt.
  state.busy = true;
  const attempt = begin(state.cents);
  tell("waiting-why", "");
  show("waiting");
  result(await redeem(attempt, shown(), doubt), attempt);
});

async function finish(attempt) {
  state.cents = attempt.amountCents;
  draw();
  doubt();
  result(await resolve(attempt, doubt), attempt);
}

function doubt() {
  show("waiting");
  tell("waiting-why", say("doubt"));
}

// -------------------------------------------------------------------------------- the result

function result(answer, attempt) {
  state.busy = false;
  if (answer.status === 401) {
    session.end();
    return start();
  }
  const paid = answer.ok && answer.body.outcome === "paid" && answer.body.state !== "refunded";
  const box = at("result");
  box.className = `result ${paid ? "yes" : "no"}`;
  at("result-mark").textContent = paid ? "✓" : "✕";
  at("result-word").textContent = say(paid ? "PAID" : "REFUSED");
  at("result-much").textContent = told(attempt.amountCents);
  at("result-why").textContent = paid ? left(answer.body) : reason(answer.body);
  at("result-undo").hidden = !paid;
  at("result-undo").onclick = () => undo({ id: attempt.key });
  signal(paid ? "yes" : "no");
  return show("result");
}

function left(body) {
  return `${say("left")} ${told(body.remaining_cents)}`;
}

function reason(body) {
  const short = body.code === "insufficient_funds" && body.available_cents !== undefined;
  return short ? say("take_at_most").replace("{sum}", told(body.available_cents)) : say(body.code);
}

// ------------------------------------------------------------------------------ list and back

async function undo(item) {
  show("waiting");
  const answer = await ask("POST", `/redemptions/${item.id}/void`);
  tell("list-note", say(answer?.ok ? "undone" : answer ? answer.body.code : "no_network"));
  return openList();
}

async function openList() {
  show("list");
  const answer = await showSales({ list: at("sales"), total: at("today"), say, onBack });
  if (answer?.status === 401) {
    session.end();
    return start();
  }
  if (!answer?.ok) tell("list-note", say("no_network"));
  return undefined;
}

function onBack(item, kind) {
  if (kind === "undo") return undo(item);
  at("refund-amount").textContent = told(item.amount_cents - item.refunded_cents);
  at("refund-form").onsubmit = (event) => {
    event.preventDefault();
    refund(item, at("reason").value);
  };
  at("refund-form").dataset.key = crypto.randomUUID(); // The same for every try of this storno.
  return show("refund");
}

async function refund(item, why) {
  const body = { amount_cents: item.amount_cents - item.refunded_cents, reason: why };
  const key = at("refund-form").dataset.key;
  show("waiting");
  const answer = await ask("POST", `/redemptions/${item.id}/refunds`, { body, key });
  tell("list-note", say(answer?.ok ? "refund_done" : answer ? answer.body.code : "no_network"));
  openList();
}

at("tab-sell").addEventListener("click", fresh);
at("tab-list").addEventListener("click", () => {
  tell("list-note", "");
  openList();
});
at("result-next").addEventListener("click", fresh);

start();
