// The receipt of a sale: on screen, and on a strip of 80 mm. Its QR is the signed receipt that
// the book gave. Not here: the signature (the API), drawing the QR (`/cassa/ricevuta.svg`).

import { told } from "/static/till/money.js";

/** Fill `place` with a sale's receipt. `sale`: the API's answer; `at`: if not its own time. */
export async function showReceipt(place, sale, { shop, say, at = sale.at, rest = 0 }) {
  const card = document.createElement("article");
  card.className = "receipt";
  card.append(
    line("p", "receipt-title", say("not_fiscal")),
    line("p", "receipt-shop", shop),
    line("p", "", when(at)),
    line("p", "receipt-much", told(sale.amount_cents)),
    ...sale.parts.map((one) => line("p", "", `${one.programme}: ${told(one.amount_cents)}`)),
  );
  if (sale.refunded_cents) {
    card.append(line("p", "", `${say("refunded")} ${told(sale.refunded_cents)}`));
  }
  card.append(line("p", "", `${say("left")} ${told(sale.remaining_cents)}`));
  if (rest) card.append(line("p", "", say("rest").replace("{sum}", told(rest))));
  place.replaceChildren(card);
  if (sale.receipt) card.append(await picture(sale.receipt, say), line("p", "receipt-id", sale.id));
}

/** The signed receipt as a picture; the text goes in the body, since addresses are written down. */
async function picture(text, say) {
  const shown = document.createElement("img");
  shown.className = "receipt-code";
  shown.alt = say("receipt_code");
  try {
    const answer = await fetch("/cassa/ricevuta.svg", { method: "POST", body: text });
    if (answer.ok) shown.src = `data:image/svg+xml;base64,${btoa(await answer.text())}`;
  } catch {
    shown.hidden = true; // No network: the receipt can be had again from the list.
  }
  return shown;
}

const when = (at) =>
  new Date(at).toLocaleString(document.documentElement.lang, {
    timeZone: "Europe/Rome",
    dateStyle: "short",
    timeStyle: "medium",
  });

function line(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}
