// What a programme's rules ask of the cashier: the total of the receipt, and what the shopping has
// none of. Hidden until a look asks. Not here: whether an answer is enough; the book decides.

import { read, told } from "/static/till/money.js";

const at = (id) => document.getElementById(id);
const rows = () => [...document.querySelectorAll("[data-goods]")];
const box = (row) => row.querySelector("input");

/**
 * Show what a look asks for; `cents`: the amount typed, taken for the whole receipt until somebody
 * corrects it. Gives the first field that was not asked before, or null.
 */
export function askFor({ wants_bill: bill, to_declare: goods }, cents) {
  const before = new Set(shownFields());
  at("asked-goods").hidden = !goods.length;
  for (const row of rows()) row.hidden = !goods.includes(row.dataset.goods);
  at("asked-bill").hidden = !bill;
  if (bill && !at("bill").value) at("bill").value = told(cents).replace(/[^\d,]/g, "");
  return shownFields().find((one) => !before.has(one)) ?? null;
}

function shownFields() {
  const ticks = rows().filter((row) => !row.hidden).map(box);
  return at("asked-bill").hidden ? ticks : [...ticks, at("bill")];
}

/** The first tick that is missing, or null. */
export const unanswered = () =>
  shownFields().find((one) => one.type === "checkbox" && !one.checked) ?? null;

/** Another code: nothing is asked, and nothing was answered. */
export function forgetAsked() {
  at("asked-goods").hidden = at("asked-bill").hidden = true;
  at("bill").value = "";
  for (const row of rows()) {
    row.hidden = true;
    box(row).checked = false;
  }
}

/** The whole receipt in cents; 0 where it is not asked, null where it cannot be read. */
export const billTold = () => (at("asked-bill").hidden ? 0 : read(at("bill").value));

/** What the shopping has none of, as the API takes it; nothing where nothing was ticked. */
export function goodsTold() {
  const declared = rows().filter((row) => !row.hidden && box(row).checked);
  return declared.length ? { declared: declared.map((row) => row.dataset.goods) } : {};
}
