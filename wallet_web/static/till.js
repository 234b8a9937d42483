// The till: amount, code, confirm; one screen at a time. Not here: what a voucher is worth; the
// book decides, and this page only tells what it said.

import { ask, bringReceipts, practice, session } from "/static/till/api.js";
import { askFor, billTold, forgetAsked, goodsTold, unanswered } from "/static/till/asked.js";
import { begin, settled, underWay } from "/static/till/attempt.js";
import { closeCamera, openCamera, readPhoto, whyNoCamera } from "/static/till/camera.js";
import { cardNumber, isLikeCard } from "/static/till/card.js";
import { awaitYes, codeIn, readInvitation, stopReading } from "/static/till/enrol.js";
import { keepPage, letNewVersionIn, pageKept } from "/static/till/install.js";
import { chooseMinutes, showLock, watchIdle } from "/static/till/lock.js";
import { read, told, typed } from "/static/till/money.js";
import { choosePaper } from "/static/till/paper.js";
import { lockTurn, meet, nobody, present } from "/static/till/people.js";
import {
  beginPractice, drawPractice, endPractice, showCodes,
} from "/static/till/practice.js";
import { isGarbled, watchReader } from "/static/till/reader.js";
import { showReceipt } from "/static/till/receipt.js";
import { redeem, resolve } from "/static/till/redeem.js";
import { showSales } from "/static/till/sales.js";
import { signal } from "/static/till/signals.js";

const at = (id) => document.getElementById(id);
const words = JSON.parse(at("words").textContent);
const say = (code) => words[code] ?? words.other;
const state = {
  cents: 0, bill: 0, token: null, card: null, read: "", busy: false, noCamera: false,
};
const PREPARED = "portavalori-prepared"; // This phone may sell without network: load what it takes.
const offline = () => import("/static/till/offline.js");
const prepared = () => Boolean(localStorage.getItem(PREPARED)) && !practice.get();
const NEVER = new Promise(() => {});
const LOOK_PATIENCE_MS = 6_000;
const desk = matchMedia("(pointer: fine)").matches; // No keyboard on screen that hides the camera.

function show(name) {
  for (const screen of document.querySelectorAll("[data-screen]")) {
    screen.hidden = screen.dataset.screen !== name;
  }
  if (name !== "code") closeCamera(at("video"), at("torch"));
  if (name !== "enrol") stopReading(at("enrol-video"));
  document.querySelector(`[data-screen="${name}"] h1`)?.focus();
  window.scrollTo(0, 0);
}

function tell(id, text) {
  at(id).textContent = text;
  at(id).hidden = !text;
}

// ------------------------------------------------------------------------------- the way in

const LEFT = "portavalori-left"; // Disconnected by hand: the key does not sign in by itself.

at("enrol").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = at("secret").value.trim();
  if (codeIn(text)) return enrolWith(text);
  const answer = await ask("POST", "/till-sessions", { body: { secret: text } });
  return answer?.ok ? connected(answer.body) : tell("enrol-error", notEnrolled(answer));
});

function connected({ session_token: token, shop: name, till }) {
  session.set(token);
  localStorage.removeItem(LEFT);
  at("secret").value = "";
  at("shop").textContent = `${name} · ${till}`;
  sessionStorage.setItem("portavalori-shop", at("shop").textContent);
  handIn();
  return start();
}

at("enrol-camera").addEventListener("click", () => {
  tell("enrol-error", "");
  const failed = (error) => tell("enrol-error", say(whyNoCamera(error)));
  readInvitation(at("enrol-video"), enrolWith).catch(failed);
});

/** Make this phone's key and register it by the owner's code, then wait for the owner's yes. */
async function enrolWith(code) {
  stopReading(at("enrol-video"));
  tell("enrol-error", "");
  localStorage.setItem(PREPARED, "1");
  const why = await devices().then((one) => one.enrolByCode(code)).catch(() => "no_store");
  if (why) return tell("enrol-error", say(why));
  at("secret").value = "";
  return signInByKey();
}

const devices = () => import("/static/till/device.js");

/** Come back by this phone's key, where it has one: nothing is typed, and no token was kept. */
async function signInByKey() {
  const { signIn } = await devices();
  const answer = await signIn().catch(() => null);
  if (answer?.ok) return connected(answer.body);
  if (answer?.body.code !== "device_unconfirmed") return notByKey(answer);
  const { device } = await keptHere();
  at("waiting-owner-name").textContent = device?.label ?? "";
  show("waiting-owner");
  return awaitYes(signIn, (told) => (told.ok ? connected(told.body) : notByKey(told)));
}

async function notByKey(answer) {
  const kept = await keptHere();
  await arrive(kept, !answer && kept.ready);
  if (answer || !kept.ready) tell("enrol-error", say(answer ? answer.body.code : "no_network"));
}

at("come-back").addEventListener("click", signInByKey);
at("waiting-owner-leave").addEventListener("click", async () => {
  const { forgetDevice } = await devices();
  await forgetDevice();
  start();
});

function notEnrolled(answer) {
  if (!answer) return say("no_network");
  return say(answer.body.code === "invalid" ? "secret_unknown" : answer.body.code);
}

at("leave").addEventListener("click", async () => {
  const waiting = await unsent();
  if (waiting) return tell("leave-why", say("unsent_stay").replace("{n}", waiting));
  if (session.get()) lockTurn();
  nobody();
  session.end();
  localStorage.setItem(LEFT, "1");
  return start();
});

async function start() {
  const kept = await keptHere();
  const mayReturn = kept.device && !session.get() && !localStorage.getItem(LEFT);
  if (mayReturn && navigator.onLine) return signInByKey();
  return arrive(kept, !session.get() && !navigator.onLine && kept.ready);
}

/** Show what there is to do; `alone`: a phone that was opened again without network. */
async function arrive(kept, alone) {
  const signed = Boolean(session.get());
  at("leave").hidden = !signed;
  at("tabs").hidden = true; // Until the page knows where to go on: it would take back a choice.
  at("come-back").hidden = !kept.device;
  const here = sessionStorage.getItem("portavalori-shop");
  at("shop").textContent = signed ? here : alone ? kept.device.label : "";
  if (!signed && !alone) return show("enrol");
  tell("enrol-error", "");
  drawPractice();
  const met = signed ? await meet() : null;
  if (practice.get() && met && !met.ok) return leavePractice();
  if (expelled(met)) return undefined;
  at("tabs").hidden = !signed;
  drawPresent();
  if (signed) bringReceipts();
  return present()?.locked && signed ? openLock() : resume(kept.queue);
}

/** Go on where the page was: an attempt without its answer comes first. */
function resume(queue) {
  const attempt = underWay();
  if (attempt && queue.some((one) => one.rid === attempt.key)) settled(attempt);
  else if (attempt) return finish(attempt);
  return location.hash === "#incassi" ? openList() : fresh();
}

/** Whether an answer says that nobody may work here now: shows the way back in. */
function expelled(answer) {
  const code = answer?.body?.code;
  if (code === "operator_needed") openLock();
  else if (code === "till_revoked") withdrawn();
  else if (answer?.status === 401) {
    session.end();
    start();
  } else return false;
  return true;
}

/** This till's rights were taken away: what waits is handed in, then it is connected anew. */
async function withdrawn() {
  await handIn();
  session.end();
  nobody();
  localStorage.setItem(LEFT, "1");
  await start();
  tell("enrol-error", say("till_revoked"));
}

// --------------------------------------------------------------------------------- the lock

function drawPresent() {
  const who = present();
  at("operator").textContent = who && !who.locked ? ` · ${who.nickname}` : "";
  at("lock").hidden = !who || Boolean(who.locked);
}

function openLock() {
  if (!at("screen-lock").hidden) return undefined;
  forgetCode();
  at("tabs").hidden = true;
  show("lock");
  at("lock-amount").hidden = !state.cents;
  return showLock(say, entered).then(drawPresent);
}

async function entered() {
  drawPresent();
  at("tabs").hidden = false;
  if (underWay()) return resume((await keptHere()).queue);
  if (!state.cents) return fresh();
  state.busy = false;
  draw();
  return show("amount"); // What was typed is there still.
}

at("lock").addEventListener("click", openLock);
watchIdle(openLock, () => state.busy || !at("screen-waiting").hidden);
chooseMinutes(at("lock-minutes"));

/** What this phone keeps for selling without network; `ready`: whether it may. */
async function keptHere() {
  if (!prepared()) return { queue: [], ready: false };
  try {
    const { isReady, readAll } = await offline();
    const kept = await readAll();
    return { ...kept, ready: isReady(kept) };
  } catch {
    return { queue: [], ready: false };
  }
}

// ------------------------------------------------------------------------------- the amount

function fresh() {
  Object.assign(state, { cents: 0, bill: 0, busy: false });
  forgetCode();
  draw();
  show("amount");
}

function forgetCode() {
  state.token = state.card = null;
  state.read = "";
  forgetAsked();
  at("code").value = at("pin").value = at("photo").value = "";
  for (const note of ["code-error", "look", "scanned", "leave-why", "read-first"]) tell(note, "");
  at("take-most").hidden = true;
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
  const elsewhere = event.target.closest("a, button, input, select, textarea");
  if (event.key === "Enter" && state.cents > 0 && !elsewhere) {
    event.preventDefault(); // Or the same key would send the form that gets the focus now.
    toCode();
  }
});

at("to-code").addEventListener("click", toCode);

function toCode() {
  show("code");
  offerToAsk();
  if (state.read) return takeRead(state.read);
  if (desk) at("code").focus();
  if (!state.noCamera) scan();
  return undefined;
}

/** A till that has a key of its own can ask a phone, whatever the network does. */
async function offerToAsk() {
  const kept = prepared() && !practice.get() ? await keptHere() : {};
  at("ask-phone").hidden = !(kept.device && kept.terms?.status === "active");
}

for (const back of document.querySelectorAll("[data-back]")) {
  back.addEventListener("click", () => (back.dataset.back === "list" ? openList() : fresh()));
}

// --------------------------------------------------------------------------------- the code

at("code").addEventListener("input", () => {
  state.token = state.card = null;
  forgetAsked();
  tell("scanned", "");
  const card = cardNumber(at("code").value);
  if (card) onCard(card); // Typed, or by a reader that works as a keyboard: not left on the screen.
});

at("camera").addEventListener("click", scan);

async function scan() {
  tell("scanned", "");
  try {
    await openCamera(at("video"), at("torch"), {
      onCode,
      onOther: () => tell("scanned", say("not_ours")),
      onNothing: () => tell("scanned", say("nothing_seen")),
    });
  } catch (error) {
    state.noCamera = true;
    closeCamera(at("video"), at("torch"));
    if (!canTryAgain()) tell("scanned", say(whyNoCamera(error))); // A reader may have been faster.
  }
}

/** A reader's burst: before the amount it waits for it. */
function onRead(text) {
  const before = !at("screen-amount").hidden;
  const ours = /^B[CX]1:/.test(text) || cardNumber(text) || isLikeShortCode(text);
  const why = isGarbled(text) ? "reader_layout" : isLikeCard(text) ? "card_mistyped" : "not_ours";
  if (!ours) return tell(before ? "read-first" : "code-error", say(why));
  if (before && !state.cents) {
    state.read = text;
    return tell("read-first", say("read_first"));
  }
  if (before) show("code");
  return takeRead(text);
}

function takeRead(text) {
  state.read = "";
  closeCamera(at("video"), at("torch"));
  if (!isLikeShortCode(text)) return onCode(text);
  state.token = state.card = null;
  at("code").value = text;
  return at("pin").focus();
}

const isLikeShortCode = (text) => /^[\dA-Z]{4}([ -]?[\dA-Z]{4}){2}$/i.test(text);

function keepAmount() {
  const [cents, read] = [state.cents, state.read];
  return () => {
    Object.assign(state, { cents, read });
    draw();
  };
}

const isSelling = () => Boolean(document.querySelector("[data-screen=amount]:not([hidden]), "
  + "[data-screen=code]:not([hidden])"));
watchReader({ onRead, isWanted: isSelling, snapshot: keepAmount });

at("photo").addEventListener("change", async () => {
  const [file] = at("photo").files;
  const text = file ? await readPhoto(at("video"), file).catch(() => null) : null;
  if (text) return onCode(text);
  return tell("code-error", say(text === "" ? "not_ours" : "photo_unread"));
});

/** A tessera sanitaria: from here on nobody sees its number. Without the PIN nothing is asked. */
function onCard(number) {
  Object.assign(state, { card: number, token: null });
  forgetAsked();
  at("code").value = "";
  for (const note of ["code-error", "look"]) tell(note, "");
  tell("scanned", say("card_scanned"));
  at("pin").focus();
}

/** The shop asks and the family's phone answers, by the network or from screen to screen. */
async function askPhone() {
  show("ask");
  const { askPhone: asking } = await offline();
  const end = await asking(state.cents, say).catch(() => ({ left: true, why: "page_not_kept" }));
  if (end.why) tell("code-error", say(end.why));
  if (end.left) return show("code");
  if (end.phone) {
    state.token = end.phone;
    return pay();
  }
  return end.answer ? answered(end.answer) : paidUnseen();
}

/** What the server decided on the phone's answer. */
const answered = (answer) =>
  result(answer.body.outcome === "paid" ? answer : { ...answer, ok: false },
    { key: answer.body.id, amountCents: state.cents });

/** Paid: the phone brought the server's receipt, which only the list of sales is without yet. */
function paidUnseen() {
  toldResult("yes", "✓", "PAID", say("paid_unseen"));
  signal("yes");
  show("result");
  return settle({ key: "" });
}

at("ask-phone").addEventListener("click", askPhone);

async function onCode(text) {
  const card = cardNumber(text);
  if (card) return onCard(card);
  state.card = null;
  state.token = text;
  forgetAsked();
  at("code").value = "";
  tell("code-error", "");
  const phone = prepared() && (await offline()).isOfPhone(text);
  tell("scanned", say(phone ? "phone_scanned" : "scanned"));
  if (!phone) at("pin").focus();
  await look(); // A slip wants no PIN, and the page says so before anything is taken.
}

function shown() {
  const pin = at("pin").value.trim();
  const code = at("code").value.trim();
  const token = state.token ?? (code.startsWith("BC1:") ? code : null);
  const what = state.card ? { card: state.card } : token ? { token } : { code };
  return pin ? { ...what, pin } : what;
}

at("verify").addEventListener("click", () => {
  if (at("pay").reportValidity() && !mistyped()) look();
});

/** What is told here and goes nowhere: a card that is typed wrong, a code from another keyboard. */
function mistyped() {
  const text = at("code").value.trim();
  const garbled = isGarbled(text) ? "reader_layout" : "";
  const why = !state.card && isLikeCard(text) ? "card_mistyped" : garbled;
  if (why) tell("code-error", say(why));
  return Boolean(why);
}

/** Ask what can be taken, with the receipt's total where it is known: some vouchers pay a part. */
function askLook(more = {}) {
  const bill = billTold();
  const body = { ...shown(), ...(bill ? { bill_cents: bill } : {}), ...more };
  return ask("POST", "/looks", { body, patience: LOOK_PATIENCE_MS });
}

/** No answer: what this phone alone can say of the code. */
async function lookAlone() {
  const kept = await keptHere();
  if (!kept.device) return tell("code-error", say("no_network"));
  const { judge } = await offline();
  const { why, left } = await judge(shown().token, state.cents, kept);
  const told_why = state.card ? "card_offline" : why;
  if (told_why) return tell("code-error", `${say("no_network")} ${say(told_why)}`);
  tell("scanned", say("slip_scanned"));
  tell("look", say("offline_slip").replace("{sum}", told(left)));
  return at("take").focus();
}

async function look() {
  let answer = await askLook();
  const asked = answer?.ok ? askFor(answer.body, state.cents) : null;
  if (asked && answer.body.wants_bill) answer = await askLook();
  tell("look", "");
  at("take-most").hidden = true;
  if (answer === null) return lookAlone();
  if (!answer.ok) return refusedLook(answer);
  tell("code-error", "");
  const { parts, spendable_cents: most } = answer.body;
  if (parts.some((one) => one.single_use)) tell("scanned", say("slip_scanned"));
  const told_parts = parts.map(toldPart).join(" · ");
  tell("look", `${say("spendable")} ${told(most)}. ${told_parts}. ${offer(most, worthIn(parts))}`);
  return (asked ?? at("take")).focus();
}

function toldPart(one) {
  const worth = one.worth_cents > one.spendable_cents ? ` (${worthOf(one.worth_cents)})` : "";
  const once = one.single_use ? say("once") : "";
  return `${one.programme}: ${told(one.spendable_cents)}${worth}${once}`;
}

/** What parts of a look, or of a sale, buy with what the shop adds to them. */
const worthIn = (parts) =>
  parts.reduce((sum, one) => sum + (one.worth_cents ?? one.amount_cents), 0);

const worthOf = (cents) => say("worth").replace("{sum}", told(cents));

at("bill").addEventListener("change", () => billTold() && look());

function refusedLook(answer) {
  const wants_pin = answer.body.code === "pin_needed" && state.token && !at("pin").value;
  if (!wants_pin) tell("code-error", say(answer.body.code));
}

/** Offer to take the most there is, where it is less than the bill; says what is left to pay. */
function offer(most, worth) {
  const short = (state.bill || state.cents) > most;
  const rest = short ? Math.max(0, whole() - worth) : 0;
  at("take-most").hidden = !(short && most);
  at("take-most").textContent = say("take_most").replace("{sum}", told(most));
  at("take-most").onclick = () => takeOnly(most);
  return rest ? say("rest").replace("{sum}", told(rest)) : "";
}

/** The whole bill: as the cashier wrote it, or what was asked before it was taken in part. */
const whole = () => billTold() || state.bill || state.cents;

function takeOnly(most) {
  state.bill ||= state.cents;
  state.cents = most;
  draw();
  pay();
}

at("pay").addEventListener("submit", (event) => {
  event.preventDefault();
  pay();
});

async function pay() {
  if (state.busy || mistyped()) return; // A double tap is one attempt.
  const bill = billTold();
  if (bill === null) {
    tell("code-error", say("amount_unread"));
    return at("bill").focus();
  }
  state.busy = true;
  const attempt = begin(state.cents, bill || state.bill);
  tell("waiting-why", "");
  show("waiting");
  const online = redeem(attempt, { ...shown(), ...goodsTold() }, () => doubt(attempt));
  const answer = await Promise.race([online, withoutNetwork(attempt)]);
  attempt.settled = true;
  at("offer").hidden = true;
  if (answer.accepted) return accepted(attempt);
  if (answer.left) return leaveAttempt(attempt);
  if (answer.why) return finish(attempt); // Not kept here after all: what became of it there?
  return result(answer, attempt);
}

/** What the shop chose where no network came; never answered on a phone that was not prepared. */
function withoutNetwork(attempt) {
  if (!prepared()) return NEVER;
  return offline().then((one) => one.offer(attempt, shown().token, say)).catch(() => NEVER);
}

/** Taken without network, on disk, to be handed in: told otherwise than what is paid. */
function accepted(attempt) {
  state.busy = false;
  toldResult("wait", "!", "ACCEPTED", say("accepted_why"));
  signal("wait");
  show("result");
  handIn();
  return settle(attempt);
}

/** A result that no server told now: nothing to undo or to print here. */
function toldResult(kind, mark, word, why) {
  at("result").className = `result ${kind}`;
  at("result-mark").textContent = mark;
  at("result-word").textContent = say(word);
  at("result-much").textContent = told(state.cents);
  at("result-why").textContent = why;
  for (const one of ["undo", "print", "again", "most"]) at(`result-${one}`).hidden = true;
  at("result-receipt").replaceChildren();
}

function leaveAttempt(attempt) {
  settled(attempt);
  fresh();
  tell("leave-why", say("given_up"));
}

/** A rule wants to know more: nothing was charged, and the same screen asks for it. */
async function askMore(code, attempt) {
  settled(attempt);
  show("code");
  await look();
  tell("code-error", say(code));
  (unanswered() ?? at("take")).focus();
}

/** A code or an amount that wants the PIN: nothing was charged. */
function askPin(attempt) {
  settled(attempt);
  show("code");
  tell("code-error", say("pin_needed"));
  at("pin").focus();
}

async function finish(attempt) {
  state.cents = attempt.amountCents;
  draw();
  doubt();
  const answer = await resolve(attempt, doubt);
  if (answer.body.code !== "other_till") return result(answer, attempt);
  settled(attempt); // Neither paid nor not: only the shop's list can tell.
  tell("list-note", say("other_till"));
  return openList();
}

function doubt(attempt) {
  if (attempt?.settled || !at("offer").hidden) return; // What can be done is told there.
  if (at("screen-waiting").hidden) show("waiting");
  tell("waiting-why", say("doubt"));
}

// -------------------------------------------------------------------------------- the result

const ASKED_FOR = new Set(["bill_needed", "declaration_needed"]);
const TAKE_LESS = new Set([
  "insufficient_funds", "over_limit", "over_share", "over_day", "over_week", "ceiling_reached",
]);

function result(answer, attempt) {
  state.busy = false;
  if (expelled(answer)) return undefined;
  const { code } = answer.body;
  if (code === "pin_needed" && canTryAgain()) return askPin(attempt);
  if (ASKED_FOR.has(code) && canTryAgain()) return askMore(code, attempt);
  const paid = answer.ok && answer.body.outcome === "paid" && answer.body.state !== "refunded";
  const worth = paid ? worthIn(answer.body.parts) : 0;
  const rest = Math.max(0, (attempt.billCents ?? 0) - worth);
  at("result").className = `result ${paid ? "yes" : "no"}`;
  at("result-mark").textContent = paid ? "✓" : "✕";
  at("result-word").textContent = say(paid ? "PAID" : "REFUSED");
  at("result-much").textContent = told(attempt.amountCents);
  at("result-why").textContent = paid ? left(answer.body, worth, rest) : reason(answer.body);
  at("result-undo").onclick = () => undo({ id: attempt.key });
  for (const id of ["result-undo", "result-print"]) at(id).hidden = !paid;
  at("result-again").hidden = paid || !canTryAgain();
  at("result-most").hidden = true;
  at("result-receipt").replaceChildren();
  if (paid) state.card = null;
  if (paid) showReceipt(at("result-receipt"), answer.body, { shop: shop(), say, rest });
  else offerRest(answer.body);
  signal(paid ? "yes" : "no");
  handInAgain();
  show("result");
  return settle(attempt);
}

/**
 * A second tap meant for the screen before must not reach these buttons; and an attempt is kept
 * until somebody can have seen how it ended, should the page be closed just now: a busy phone may
 * let the time pass before it draws, and a tab in the background draws nothing.
 */
function settle(attempt) {
  const buttons = document.querySelectorAll("#result button");
  const enable = (yes) => buttons.forEach((one) => (one.disabled = !yes));
  enable(false);
  const seen = () => {
    enable(true);
    settled(attempt);
  };
  requestAnimationFrame(() => setTimeout(seen, 400));
}

const shop = () => at("shop").textContent;
const canTryAgain = () => Boolean(state.card || state.token || at("code").value);

function left(body, worth, rest) {
  const adds = worth > body.amount_cents;
  const bought = adds ? `${say("worth_all").replace("{sum}", told(worth))} ` : "";
  const much = `${bought}${say("left")} ${told(body.remaining_cents)}`;
  return rest ? `${much}. ${say("rest").replace("{sum}", told(rest))}` : much;
}

function reason(body) {
  const short = body.code === "insufficient_funds" && body.available_cents !== undefined;
  return short ? say("take_at_most").replace("{sum}", told(body.available_cents)) : say(body.code);
}

/** Too little: take what there is, and say what is left to pay otherwise. */
async function offerRest(body) {
  if (!TAKE_LESS.has(body.code) || !canTryAgain()) return;
  const seen = await spendable();
  const most = body.available_cents ?? seen.most;
  if (!most) return;
  const rest = Math.max(0, whole() - (seen.most === most ? seen.worth : most));
  at("result-most").hidden = false;
  at("result-most").textContent = say("take_most").replace("{sum}", told(most));
  at("result-most").onclick = () => takeOnly(most);
  if (rest) at("result-why").textContent += ` ${say("rest").replace("{sum}", told(rest))}`;
}

async function spendable() {
  const answer = await askLook(goodsTold());
  if (!answer?.ok) return { most: 0, worth: 0 };
  return { most: answer.body.spendable_cents, worth: worthIn(answer.body.parts) };
}

at("result-again").addEventListener("click", () => {
  at("pin").value = "";
  show("code");
  at("pin").focus();
});

for (const id of ["result-print", "receipt-print"]) {
  at(id).addEventListener("click", () => window.print());
}

// ------------------------------------------------------------------------------ list and back

async function undo(item) {
  show("waiting");
  const answer = await ask("POST", `/redemptions/${item.id}/void`);
  if (expelled(answer)) return undefined;
  tell("list-note", say(answer?.ok ? "undone" : answer ? answer.body.code : "no_network"));
  return openList();
}

async function openList() {
  show("list");
  if (prepared()) await offline().then((one) => one.showOwnSales(at("own-sales"), say));
  const answer = await showSales({ list: at("sales"), total: at("today"), say, onBack });
  if (expelled(answer)) return undefined;
  if (!answer?.ok) tell("list-note", say("no_network"));
  return undefined;
}

function onBack(item, kind) {
  if (kind === "undo") return undo(item);
  if (kind === "receipt") return pastReceipt(item.id);
  const left = item.amount_cents - item.refunded_cents;
  at("refund-amount").textContent = told(left);
  at("refund-much").value = told(left).replace(/[^\d,]/g, "");
  tell("refund-error", "");
  askSecond([]);
  at("refund-form").onsubmit = (event) => {
    event.preventDefault();
    refund(item, at("reason").value);
  };
  at("refund-form").dataset.key = crypto.randomUUID(); // The same for every try of this storno.
  return show("refund");
}

/** The receipt of any sale or refund of the shop; `note`: what was just done, if anything. */
async function pastReceipt(id, note = "") {
  const answer = await ask("GET", `/receipts/${id}`);
  if (!answer?.ok) {
    tell("list-note", note || say(answer ? answer.body.code : "no_network"));
    return openList();
  }
  const [name] = shop().split(" · ");
  const made_at = `${name} · ${answer.body.till}`; // Perhaps another till than this.
  await showReceipt(at("past-receipt"), answer.body, { shop: made_at, say });
  tell("receipt-note", note);
  return show("receipt");
}

async function refund(item, why) {
  const cents = read(at("refund-much").value);
  if (!cents) return tell("refund-error", say("amount_unread"));
  const key = at("refund-form").dataset.key;
  const body = { amount_cents: cents, reason: why, ...secondTold() };
  show("waiting");
  const answer = await ask("POST", `/redemptions/${item.id}/refunds`, { body, key });
  if (answer?.ok) {
    const done = say("refund_done").replace("{sum}", told(answer.body.refunded_cents));
    return pastReceipt(answer.body.id, done);
  }
  if (expelled(answer)) return undefined;
  show("refund"); // The same key: what was booked is not booked again.
  if (answer?.body.code === "second_operator_needed") await askSecond();
  if (answer && answer.status < 500) at("refund-form").dataset.key = crypto.randomUUID();
  return tell("refund-error", say(answer ? answer.body.code : "no_network"));
}

/** Ask for another operator who may refund, and a PIN; with none to choose from, ask nobody. */
async function askSecond(among) {
  const items = among ?? (await meet())?.body?.items ?? [];
  const others = items.filter((one) => one.rights !== "scan" && one.id !== present()?.id);
  at("second").replaceChildren(...others.map((one) => new Option(one.nickname, one.id)));
  at("second-pin").value = "";
  at("refund-second").hidden = !others.length;
  if (others.length) at("second-pin").focus();
}

function secondTold() {
  const pin = at("second-pin").value;
  at("second-pin").value = "";
  if (at("refund-second").hidden || !pin) return {};
  return { second: { operator: at("second").value, pin } };
}

// ------------------------------------------------------------------------------- to practise

at("practice-begin").addEventListener("click", async () => {
  const waiting = await unsent();
  if (waiting) return tell("list-note", say("still_waiting"));
  const why = await beginPractice();
  if (why) return tell("list-note", say(why));
  history.replaceState(null, "", location.pathname);
  await start();
  return openCodes();
});

async function openCodes() {
  await showCodes(say);
  show("practice");
}

async function leavePractice() {
  endPractice();
  if (present() === null) await meet();
  if (present()) await lockTurn(); // Whoever practised comes in by a PIN again.
  await start();
  tell("leave-why", say("practice_over"));
}

at("practice-show").addEventListener("click", openCodes);
at("practice-end").addEventListener("click", leavePractice);
at("practice-print").addEventListener("click", () => window.print());

addEventListener("hashchange", () => session.get() && !underWay() && openList());
at("tab-sell").addEventListener("click", fresh);
at("tab-list").addEventListener("click", () => {
  tell("list-note", "");
  openList();
});
at("result-next").addEventListener("click", fresh);
choosePaper(at("carta"));

// ---------------------------------------------------------------------------- without network

/** Meet the server and hand in what waits; the banner tells what is left. */
async function handIn() {
  if (practice.get()) return undefined;
  if (!prepared()) return letNewVersionIn();
  const waiting = await unsent();
  if (!session.get()) return undefined;
  const { burnLeft, burnRequests, send } = await offline();
  await burnLeft().then(burnRequests).then(send).catch(() => {});
  const left = await unsent();
  if (!left) letNewVersionIn();
  if (left !== waiting && !document.querySelector("[data-screen=list]").hidden) openList();
  return undefined;
}

/** Draw the banner; gives how many wait. */
async function unsent() {
  if (!prepared()) return 0;
  return offline().then((one) => one.showUnsent(at("unsent"), say)).catch(() => 0);
}

/** Again where something waits; a network may come back without a word. */
const handInAgain = async () => ((await unsent()) ? handIn() : undefined);

addEventListener("online", handIn);
addEventListener("offline", handIn);
addEventListener("portavalori-handed-in", unsent); // By `kept.js`, which is seldom loaded.
document.addEventListener("visibilitychange", () => document.hidden || handIn());
setInterval(handInAgain, 60_000);
setInterval(handIn, 900_000); // Terms as young as can be, should the network go now.

at("tab-offline").addEventListener("click", openDevice);

async function openDevice() {
  show("offline");
  tell("device-error", "");
  const why = prepared() ? await offline().then((one) => one.contact()).catch(() => "other") : "";
  const kept = await keptHere();
  at("device-state").textContent = say("device_keeping");
  // Without network there would be no page to sell on.
  const opens = !kept.device || (await pageKept());
  at("device-state").textContent = opens ? deviceState(kept) : say("page_lost");
  at("prepare").hidden = Boolean(kept.device) && kept.terms?.status !== "revoked";
  if (!["", "no_device", "other_device", "not_found"].includes(why)) {
    tell("device-error", say(why));
  }
}

function deviceState({ device, terms }) {
  if (!device) return say("device_none");
  const status = terms?.status ?? "waiting";
  const shares = Object.values(terms?.grants ?? {}).map((one) => one.share_cents);
  if (status === "active" && !shares.length) return say("device_closed");
  const sum = shares.reduce((total, one) => total + one, 0);
  return say(`device_${status}`).replace("{sum}", told(sum));
}

at("prepare").addEventListener("click", async () => {
  at("prepare").disabled = true;
  localStorage.setItem(PREPARED, "1");
  const why = await offline().then((one) => one.enrolDevice(shop())).catch(() => "no_store");
  at("prepare").disabled = false;
  await openDevice();
  if (why) tell("device-error", say(why));
});

handIn();
keepPage();

start();
