// The receipt of a sale or of a refund: on screen, and on a strip of 80 or 58 mm. Its QR is the
// signed receipt that the book gave. Not here: the signature (the API), drawing the QR
// (`/cassa/ricevuta.svg`).

import { told } from "/static/till/money.js";

/** Fill `place` with a receipt, as the API tells it: a sale just made, or any one again. */
export async function showReceipt(place, made, { shop, say, rest = 0 }) {
  const back = made.kind === "refund";
  const card = document.createElement("article");
  card.className = "receipt";
  card.append(
    line("p", "receipt-title", say("not_fiscal")),
    line("p", "receipt-shop", shop),
    line("p", "", `${say(back ? "refund_receipt" : "redemption")} · ${when(made.at)}`),
    line("p", "receipt-much", told(back ? -made.amount_cents : made.amount_cents)),
    ...made.parts.map((one) => line("p", "", part(one, say))),
    ...notes(made, say, rest).map((text) => line("p", "", text)),
  );
  place.replaceChildren(card);
  card.append(await picture(made.receipt, say), line("p", "receipt-id", made.id));
}

function part({ programme, amount_cents: cents, worth_cents: worth }, say) {
  const bought = worth ? ` (${say("worth").replace("{sum}", told(worth))})` : "";
  return `${programme}: ${told(cents)}${bought}`;
}

function notes(made, say, rest) {
  const lines = [];
  if (made.kind === "refund") lines.push(say("refund_of").replace("{sale}", made.sale));
  if (made.refunded_cents) lines.push(`${say("refunded")} ${told(made.refunded_cents)}`);
  if (made.remaining_cents !== undefined) {
    lines.push(`${say("left")} ${told(made.remaining_cents)}`);
  }
  if (rest) lines.push(say("rest").replace("{sum}", told(rest)));
  return lines;
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
