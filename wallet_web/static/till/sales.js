// The list of sales: today first, each with its state, when it is paid, and the way back.

import { ask } from "/static/till/api.js";
import { told } from "/static/till/money.js";
import { mayHere } from "/static/till/people.js";

const UNDO_MS = 15 * 60 * 1000; // Annulla; later it is a Storna, with a reason.
const dayOf = (at) => new Date(at).toLocaleDateString("sv", { timeZone: "Europe/Rome" });
const FULL = { dateStyle: "full", timeZone: "Europe/Rome" };
const LANG = document.documentElement.lang;
const PAGE = "/statement?limit=100";
const timeOf = (at) =>
  new Date(at).toLocaleTimeString(LANG, { timeZone: "Europe/Rome", timeStyle: "short" });

let asked = 0; // How many times the list was asked for: an older answer may come after a newer.

/** Fill `list` and `total` as the book has them; `say`: words, `onBack(item, kind)`: buttons. */
export async function showSales({ list, total, say, onBack }) {
  asked += 1;
  const mine = asked;
  const [answer, day] = await Promise.all([ask("GET", PAGE), ask("GET", "/day-totals")]);
  if (!answer?.ok || !day?.ok) return answer?.ok ? day : answer;
  if (mine !== asked) return answer;
  total.textContent = toldDay(day.body, say);
  draw({ list, say, onBack, lines: answer.body.items, cursor: answer.body.next_cursor });
  return answer;
}

function toldDay({ sales, sold_cents: sold, refunded_cents: back }, say) {
  const words = say(sales === 1 ? "today_one" : "today");
  return words.replace("{n}", sales).replace("{sum}", told(sold - back));
}

/** All lines read so far; the last sale waits for its other lines where there is a next page. */
function draw(seen) {
  const { list, say, onBack, lines, cursor } = seen;
  const items = whole(lines);
  list.replaceChildren(...rows(cursor ? items.slice(0, -1) : items, say, onBack));
  if (!items.length) list.append(line("p", "empty", say("no_sales")));
  if (cursor) list.append(pressed("more", say, (button) => goOn(button, seen)));
}

async function goOn(button, seen) {
  button.disabled = true; // Two taps would show the page twice.
  const mine = asked;
  const answer = await ask("GET", `${PAGE}&cursor=${encodeURIComponent(seen.cursor)}`);
  button.disabled = false;
  if (!answer?.ok || mine !== asked) return;
  const { items, next_cursor: cursor } = answer.body;
  draw({ ...seen, lines: [...seen.lines, ...items], cursor });
}

/** A sale that drew on several vouchers has a line for each: here it is one again. */
function whole(lines) {
  const items = new Map();
  for (const one of lines) {
    const item = items.get(one.id);
    if (!item) items.set(one.id, { ...one, parts: [one] });
    else {
      item.parts.push(one);
      item.amount_cents += one.amount_cents;
      item.refunded_cents += one.refunded_cents;
    }
  }
  return [...items.values()];
}

const isSale = ({ kind }) => kind === "redemption" || kind === "offline_redemption";
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
  const kind = say(item.kind === "refund" ? "refund_receipt" : item.kind);
  box.append(line("span", "sale-what", `${mark} ${timeOf(item.at)} · ${kind}`));
  box.append(line("strong", "sale-much", told(item.amount_cents)));
  const when = new Set(item.parts.map((one) => paidWhen(one, say)));
  box.append(line("span", "sale-when", [...when].join(" · ")));
  const left = item.amount_cents - item.refunded_cents;
  if (item.refunded_cents > 0) {
    box.append(line("span", "sale-back", `${say("refunded")} ${told(item.refunded_cents)}`));
  }
  if (hasReceipt(item)) box.append(buttons(item, left, say, onBack));
  return box;
}

function buttons(item, left, say, onBack) {
  const recent = Date.now() - new Date(item.at).getTime() < UNDO_MS;
  const back = [
    ...(recent && item.refunded_cents === 0 ? ["undo"] : []),
    ...(mayHere("refund") ? ["refund"] : []),
  ];
  const undoable = isSale(item) && item.own_till && left > 0; // A till undoes its own sales only.
  const kinds = ["receipt", ...(undoable ? back : [])];
  const place = line("span", "sale-buttons", "");
  for (const kind of kinds) {
    place.append(pressed(kind, say, () => onBack(item, kind)));
  }
  return place;
}

function pressed(word, say, whenPressed) {
  const button = line("button", "btn btn-outline-primary btn-sm", say(word));
  button.type = "button";
  button.addEventListener("click", () => whenPressed(button));
  return button;
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
