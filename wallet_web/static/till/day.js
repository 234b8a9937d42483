// The end-of-day slip: a day's sales and refunds by programme, as the book adds them up.

import { ask } from "/static/till/api.js";
import { told } from "/static/till/money.js";

/** Today, in Rome, as `2026-11-22`. */
export const today = () => new Date().toLocaleDateString("sv", { timeZone: "Europe/Rome" });

/** Fill a table's body and foot with one day's totals; gives the API's answer, or null. */
export async function showDay(table, day) {
  const answer = await ask("GET", `/day-totals?date=${encodeURIComponent(day)}`);
  if (!answer?.ok) return answer;
  const items = answer.body.items;
  table.tBodies[0].replaceChildren(...items.map((one) => row(one.programme, one)));
  const all = items.reduce(added, { sales: 0, sold_cents: 0, refunds: 0, refunded_cents: 0 });
  table.tFoot.replaceChildren(row(table.dataset.total, all));
  return answer;
}

function added(sum, one) {
  return Object.fromEntries(Object.keys(sum).map((name) => [name, sum[name] + one[name]]));
}

function row(title, one) {
  const made = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = title;
  const net = told(one.sold_cents - one.refunded_cents);
  const cells = [one.sales, told(one.sold_cents), told(-one.refunded_cents), net];
  made.append(head, ...cells.map(cell));
  return made;
}

function cell(text) {
  const made = document.createElement("td");
  made.className = "number";
  made.textContent = text;
  return made;
}
