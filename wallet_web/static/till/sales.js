// The list of sales: today first, each with its state, when it is paid, and the way back.

import { ask } from "/static/till/api.js";
import { told } from "/static/till/money.js";

const UNDO_MS = 15 * 60 * 1000; // Annulla; later it is a Storna, with a reason.
const dayOf = (at) => new Date(at).toLocaleDateString("sv", { timeZone: "Europe/Rome" });
const FULL = { dateStyle: "full", timeZone: "Europe/Rome" };
const LANG = document.documentElement.lang;
const timeOf = (at) =>
  new Date(at).toLocaleTimeString(LANG, { timeZone: "Europe/Rome", timeStyle: "short" });

/** Fill `list` and `total` from the statement; `say`: words, `onBack(item, kind)`: its buttons. */
export async function showSales({ list, total, say, onBack }) {
  const answer = await ask("GET", "/statement?limit=100");
  if (!answer?.ok) return answer;
  const items = answer.body.items;
  const today = items.filter((one) => dayOf(one.at) === dayOf(Date.now()) && isSale(one));
  const sum = today.reduce((cents, one) => cents + one.amount_cents - one.refunded_cents, 0);
  total.textContent = say("today").replace("{n}", today.length).replace("{sum}", told(sum));
  list.replaceChildren(...rows(items, say, onBack));
  if (!items.length) list.append(line("p", "empty", say("no_sales")));
  return answer;
}

const isSale = (item) => item.kind === "redemption";
const hasReceipt = (item) => isSale(item) || item.kind === "refund";

function* rows(items, say, onBack) {
  let day = "";
  for (const item of items) {
    if (dayOf(item.at) !== day) {
      day = dayOf(item.at);
      yield line("h2", "day", new Date(item.at).toLocaleDateString(LANG, FULL));
    }
    yield row(item, say, onBack);
  }
}

function row(item, say, onBack) {
  const box = document.createElement("div");
  box.className = "sale";
  const mark = isSale(item) ? "✓" : "↩";
  box.append(line("span", "sale-what", `${mark} ${timeOf(item.at)} · ${say(item.kind)}`));
  box.append(line("strong", "sale-much", told(item.amount_cents)));
  box.append(line("span", "sale-when", paidWhen(item, say)));
  const left = item.amount_cents - item.refunded_cents;
  if (hasReceipt(item)) box.append(buttons(item, left, say, onBack));
  if (item.refunded_cents > 0) {
    box.append(line("span", "sale-back", `${say("refunded")} ${told(item.refunded_cents)}`));
  }
  return box;
}

function buttons(item, left, say, onBack) {
  const recent = Date.now() - new Date(item.at).getTime() < UNDO_MS;
  const back = recent && item.refunded_cents === 0 ? ["undo", "refund"] : ["refund"];
  const undoable = isSale(item) && item.own_till && left > 0; // A till undoes its own sales only.
  const kinds = ["receipt", ...(undoable ? back : [])];
  const place = line("span", "sale-buttons", "");
  for (const kind of kinds) {
    const button = line("button", "btn btn-outline-primary btn-sm", say(kind));
    button.type = "button";
    button.addEventListener("click", () => onBack(item, kind));
    place.append(button);
  }
  return place;
}

function paidWhen(item, say) {
  if (item.state !== "paid") return say(item.state);
  return say("paid").replace("{day}", item.paid_on ?? "").replace("{number}", item.mandate ?? "");
}

function line(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}
