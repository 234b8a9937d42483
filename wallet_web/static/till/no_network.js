// The way out of a sale that finds no network: a slip is accepted here, anything else is left.
// Not here: whether the rules allow it (`outbox.js`), and the result's screen.

import { ask, isDoubtful } from "/static/till/api.js";
import { told } from "/static/till/money.js";
import { accept, judge } from "/static/till/outbox.js";
import { readAll } from "/static/till/store.js";

const PATIENCE_MS = 4_000;
const LEFT = "portavalori-given-up"; // Keys to burn when the network is back.

const at = (id) => document.getElementById(id);

/**
 * Wait for the network's 4 seconds, then offer what can be done without it. Resolves once the shop
 * chose: `{accepted}`, `{left}`, or `{why}` where the rules changed their mind; else never.
 */
export function offer(attempt, text, say) {
  const button = at("accept");
  at("offer").hidden = button.hidden = true;
  return new Promise((chosen) => {
    const begin = async () => {
      if (attempt.settled) return;
      const { why } = await judge(text, attempt.amountCents, await readAll());
      if (attempt.settled) return;
      at("offer").hidden = false;
      button.hidden = Boolean(why);
      at("waiting-why").textContent = say(why || "offline_slip")
        .replace("{sum}", told(attempt.amountCents));
      at("waiting-why").hidden = false;
      button.textContent = say("accept").replace("{sum}", told(attempt.amountCents));
      button.onclick = () => sure(button, attempt, text, say, chosen);
      at("give-up").onclick = () => giveUp(attempt, chosen);
    };
    setTimeout(() => begin().catch(() => {}), navigator.onLine ? PATIENCE_MS : 0);
  });
}

/** The second tap: from now on this sale is this phone's, whatever the network says later. */
function sure(button, attempt, text, say, chosen) {
  button.textContent = say("accept_sure").replace("{sum}", told(attempt.amountCents));
  button.onclick = async () => {
    button.onclick = null; // A double tap is one sale.
    attempt.elsewhere = true;
    at("offer").hidden = true;
    const why = await accept(text, attempt.amountCents, attempt.key).catch(() => "no_store");
    chosen(why ? { why } : { accepted: true });
  };
}

function giveUp(attempt, chosen) {
  attempt.elsewhere = true;
  at("offer").hidden = true;
  localStorage.setItem(LEFT, JSON.stringify([...leftBehind(), attempt.key]));
  chosen({ left: true });
}

const leftBehind = () => JSON.parse(localStorage.getItem(LEFT) ?? "[]");

/** Burn what was left, so that it can never be charged; what had been paid goes back. */
export async function burnLeft() {
  for (const key of leftBehind()) {
    const burnt = await ask("POST", `/redemptions/${key}/void`);
    if (isDoubtful(burnt) || [401, 403].includes(burnt.status)) return;
    localStorage.setItem(LEFT, JSON.stringify(leftBehind().filter((one) => one !== key)));
  }
}
