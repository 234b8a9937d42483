// The circuit at the till: purchases with discount, noted with or without network, and credits,
// taken with it. Not here: sending what waits (`till/purchases.js`), what a shop has (`shop.js`).

import { ask, isDoubtful, session } from "/static/till/api.js";
import { closeCamera, openCamera, whyNoCamera } from "/static/till/camera.js";
import { cardNumber } from "/static/till/card.js";
import { read, told } from "/static/till/money.js";
import { forget, isOwn, keep, readWaiting, send } from "/static/till/purchases.js";

const at = (id) => document.getElementById(id);
const words = JSON.parse(at("words").textContent);
const say = (code) => words[code] ?? words.other;
const LANG = document.documentElement.lang;
const AGAIN_MS = 30_000;
const forms = { purchase: at("purchase-form"), credits: at("credits-form") };

const part = (form, name) => form.querySelector(name);

function tell(form, kind, text) {
  for (const one of Object.values(forms)) part(one, "[data-told]").hidden = true;
  const place = part(form, "[data-told]");
  place.className = `alert alert-${kind}`;
  place.textContent = text;
  place.hidden = false;
  place.focus();
}

// ------------------------------------------------------------------------------- the code

const sights = new Map(); // By form: what its camera read.

function saw(form, text) {
  sights.set(form, text);
  const place = part(form, "[data-read]");
  place.textContent = text ? say("code_read") : "";
  place.hidden = !text;
}

async function look(form) {
  const [video, torch] = [part(form, "video"), part(form, "[data-torch]")];
  const onOther = () => tell(form, "warning", say("not_ours"));
  const onNothing = () => tell(form, "info", say("nothing_seen"));
  const onCode = (text) => {
    if (cardNumber(text) !== null) return tell(form, "warning", say("no_family_code"));
    saw(form, text);
    return (part(form, "[name=pin]") ?? part(form, "button:not([type])")).focus();
  };
  try {
    await openCamera(video, torch, { onCode, onOther, onNothing });
  } catch (error) {
    tell(form, "warning", say(whyNoCamera(error)));
  }
}

/** The code that was read or typed, as the API wants it; null: there is none. */
function shownIn(form) {
  const typed = part(form, "[name=codice]").value.trim();
  const text = typed || sights.get(form);
  if (!text) return null;
  return /^B[CX]1:/.test(text) ? { token: text } : { code: text };
}

function emptied(form) {
  const [video, torch] = [part(form, "video"), part(form, "[data-torch]")];
  closeCamera(video, torch);
  saw(form, "");
  form.reset();
}

/** What a form says: `{cents, shown}`, or null once it has said what is wrong. */
function filled(form) {
  const cents = read(part(form, "[name=importo]").value);
  const shown = shownIn(form);
  if (cents && shown) return { cents, shown };
  tell(form, "danger", say(cents ? "code_wanted" : "amount_wrong"));
  return null;
}

for (const form of Object.values(forms)) {
  part(form, "[data-camera]").addEventListener("click", () => look(form));
}

// ------------------------------------------------------------------------------- purchases

forms.purchase.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = forms.purchase;
  const asked = filled(form);
  if (!asked) return;
  event.submitter.disabled = true; // A double tap is one purchase.
  const { key } = await keep(asked.cents, asked.shown);
  const typed = [...form.elements].filter((one) => one.value).map((one) => [one, one.value]);
  emptied(form);
  if (await handIn(key)) for (const [field, value] of typed) field.value = value;
  event.submitter.disabled = false;
});

/** Send what waits, and tell what became of the purchase just made; true where it was refused. */
async function handIn(key) {
  let answered = "";
  await send((purchase, body) => {
    if (purchase.key === key) answered = noted(body);
  });
  const left = (await readWaiting()).find((one) => one.key === key);
  const form = forms.purchase;
  if (left?.why) {
    tell(form, "danger", say(left.why));
    await forget(key);
  } else if (left) tell(form, "warning", say("purchase_kept"));
  else if (answered) tell(form, "success", answered);
  await showWaiting();
  return Boolean(left?.why);
}

const noted = ({ receipt_cents: receipt, discount_cents: discount }) =>
  say("purchase_noted").replace("{receipt}", told(receipt)).replace("{discount}", told(discount));

async function showWaiting() {
  const waiting = await readWaiting();
  at("unsent").hidden = !waiting.length;
  at("unsent-list").replaceChildren(...waiting.map(row));
}

function row(one) {
  const box = line("div", "sale", "");
  const when = new Date(one.at).toLocaleString(LANG, {
    timeZone: "Europe/Rome", dateStyle: "short", timeStyle: "short",
  });
  const receipt = told(one.body.receipt_cents);
  const what = say("purchase_line").replace("{receipt}", receipt).replace("{when}", when);
  const state = say(isOwn(one) ? one.why ?? "purchase_waits" : "purchase_other_till");
  box.append(line("span", "sale-what", what), line("span", "sale-when", state));
  if (one.why) box.append(seenButton(one));
  return box;
}

function seenButton({ key }) {
  const button = line("button", "btn btn-outline-primary btn-sm", say("purchase_forget"));
  button.type = "button";
  button.addEventListener("click", () => forget(key).then(showWaiting));
  return button;
}

function line(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

// ------------------------------------------------------------------------------- credits

let attempt = null; // The key of credits asked for whose answer was lost: asked again, not anew.

forms.credits.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = forms.credits;
  const asked = filled(form);
  if (!asked) return;
  event.submitter.disabled = true;
  await take(form, asked);
  event.submitter.disabled = false;
});

forms.credits.addEventListener("input", () => { attempt = null; });

async function take(form, { cents, shown }) {
  attempt ??= crypto.randomUUID();
  const body = { amount_cents: cents, pin: part(form, "[name=pin]").value, ...shown };
  const answer = await ask("POST", "/credit-payments", { body, key: attempt });
  if (isDoubtful(answer)) return tell(form, "warning", say("credits_unknown"));
  attempt = null;
  if (!answer.ok) return tell(form, "danger", say(answer.body.code));
  emptied(form);
  const number = (sum) => told(sum).replace(" €", "");
  const { amount_cents: sum, remaining_cents: left } = answer.body;
  const text = say("credits_taken").replace("{sum}", number(sum)).replace("{left}", number(left));
  return tell(form, "success", text);
}

// ------------------------------------------------------------------------------- the way in

const meet = () => session.get() && send(() => {}).then(showWaiting);

addEventListener("online", meet);
setInterval(meet, AGAIN_MS);
showWaiting();
meet();
