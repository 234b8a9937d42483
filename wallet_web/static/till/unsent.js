// What waits on this phone, always in sight: the banner, and the shop's own list beside the book's.
// Not here: sending it (`outbox.js`).

import { session } from "/static/till/api.js";
import { clock } from "/static/till/device.js";
import { told } from "/static/till/money.js";
import { seen } from "/static/till/outbox.js";
import { readAll } from "/static/till/store.js";

const LANG = document.documentElement.lang;

/** Show in `banner` how many wait, how much it is, and for how long the comune stands for it. */
export async function showUnsent(banner, say) {
  const { queue } = await readAll();
  banner.hidden = !queue.length;
  banner.textContent = queue.length ? waiting(queue, say) : "";
  return queue.length;
}

function waiting(queue, say) {
  const left = Math.min(...queue.map((one) => one.until)) - clock();
  const one = queue.length === 1 ? "unsent_one" : "unsent";
  const words = say(left > 0 ? one : "unsent_late")
    .replace("{n}", queue.length)
    .replace("{sum}", told(queue.reduce((sum, sale) => sum + sale.amount, 0)))
    .replace("{hours}", Math.floor(left / 3600));
  return navigator.onLine && !session.get() ? `${words} ${say("unsent_connect")}` : words;
}

/** Fill `list` with what waits, and with what was disputed until the shop has read why. */
export async function showOwnSales(list, say) {
  const { queue, disputed } = await readAll();
  const again = () => showOwnSales(list, say);
  list.replaceChildren(
    ...disputed.map((one) => disputedRow(one, say, again)),
    ...queue.map((one) => row(one, say("unsent_item"))),
  );
}

function row(one, state) {
  const box = line("div", "sale", "");
  const when = new Date(one.at * 1000).toLocaleString(LANG, {
    timeZone: "Europe/Rome", dateStyle: "short", timeStyle: "short",
  });
  box.append(line("span", "sale-what", `… ${when} · ${one.title}`));
  box.append(line("strong", "sale-much", told(one.amount)), line("span", "sale-when", state));
  return box;
}

function disputedRow(one, say, again) {
  const box = row(one, say(one.outcome === "disputed" ? "disputed" : "paid_anyway"));
  box.append(line("span", "sale-why", say(one.why ? `why_${one.why}` : "why_other")));
  const button = line("button", "btn btn-outline-primary btn-sm", say("disputed_seen"));
  button.type = "button";
  button.addEventListener("click", () => seen(one.seq).then(again));
  const place = line("span", "sale-buttons", "");
  place.append(button);
  box.append(place);
  return box;
}

function line(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}
