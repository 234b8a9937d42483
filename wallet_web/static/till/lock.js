// The lock's screen, and the minutes after which it comes; what was typed as the amount stays.
// Not here: whose turn it is (`people.js`).

import { comeIn, lockTurn, meet, present } from "/static/till/people.js";

const PLACE = "portavalori-lock-minutes";
const USUAL = 5;
const at = (id) => document.getElementById(id);
let touched = Date.now();

for (const what of ["pointerdown", "keydown"]) {
  addEventListener(what, () => (touched = Date.now()), { capture: true, passive: true });
}

const minutes = () => Number(localStorage.getItem(PLACE) ?? USUAL);

/** Lock when nobody has touched the page for so long; `busy()`: not now, a sale is under way. */
export function watchIdle(lock, busy = () => false) {
  setInterval(() => {
    const who = present();
    if (!who || who.locked || busy()) return;
    if (Date.now() - touched >= minutes() * 60_000) lock();
  }, 1_000);
}

/** Have a choice of minutes say when; the phone remembers it. */
export function chooseMinutes(choice) {
  choice.value = String(minutes());
  choice.addEventListener("change", () => localStorage.setItem(PLACE, choice.value));
}

/** Fill the lock's screen with who may come in; `entered()` once somebody has. */
export async function showLock(say, entered) {
  const asked = askWho(); // Who stood here last time is listed already, and may type meanwhile.
  at("lock-form").onsubmit = async (event) => {
    event.preventDefault();
    await asked; // Or the lock would reach the server after the turn, and end it.
    return enter(say, entered);
  };
  const answer = await asked;
  if (answer?.ok && !answer.body.items.length) return entered();
  at("lock-error").textContent = answer?.ok ? "" : say(answer ? answer.body.code : "no_network");
  at("lock-error").hidden = Boolean(answer?.ok);
  return undefined;
}

async function askWho() {
  await lockTurn(); // First, or the server would still name who stood here.
  const answer = await meet();
  if (answer?.ok) drawPeople(answer.body.items);
  return answer;
}

function drawPeople(items) {
  const chosen = document.querySelector("#lock-people input:checked")?.value;
  const made = items.map((one) => person(one));
  const inputs = made.map((label) => label.firstElementChild);
  const again = inputs.find((input) => input.value === chosen) ?? inputs[0];
  if (again) again.checked = true;
  at("lock-people").replaceChildren(...made);
}

function person(one) {
  const label = document.createElement("label");
  const choice = document.createElement("input");
  Object.assign(choice, { type: "radio", name: "operator", value: one.id, required: true });
  choice.dataset.rights = one.rights;
  label.append(choice, document.createTextNode(` ${one.nickname}`));
  return label;
}

async function enter(say, entered) {
  const chosen = document.querySelector("#lock-people input:checked");
  const pin = at("lock-pin").value;
  at("lock-pin").value = "";
  if (!chosen) return;
  const { value: id, dataset } = chosen;
  const nickname = chosen.parentElement.textContent.trim();
  const why = await comeIn({ id, nickname, rights: dataset.rights }, pin);
  at("lock-error").textContent = why ? say(why) : "";
  at("lock-error").hidden = !why;
  if (why) return at("lock-pin").focus();
  touched = Date.now();
  return entered();
}
