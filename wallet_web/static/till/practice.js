// The practice ground: the same screens on a ledger that is thrown away, said in big words on each.
// Not here: the ground (the server), and which answers it gives.

import { ask, practice, session } from "/static/till/api.js";
import { told } from "/static/till/money.js";

const SHOP = "portavalori-shop";
const SLIP_CENTS = 10_00;
const at = (id) => document.getElementById(id);

/** Go there: the till's own session is put aside. Gives "" or the code of what went wrong. */
export async function beginPractice() {
  const answer = await ask("POST", "/practice-sessions");
  if (!answer?.ok) return answer ? answer.body.code : "no_network";
  const { session_token: token, shop, till, ...codes } = answer.body;
  practice.set({ session: session.get(), shop: sessionStorage.getItem(SHOP), codes });
  session.set(token);
  sessionStorage.setItem(SHOP, `${shop} · ${till}`);
  return "";
}

/** Come back to the real till. */
export function endPractice() {
  const kept = practice.get();
  practice.end();
  if (!kept) return;
  session.set(kept.session);
  sessionStorage.setItem(SHOP, kept.shop);
}

/** Say on every screen where one is; hide what is the real till's alone. */
export function drawPractice() {
  const here = Boolean(practice.get());
  document.body.toggleAttribute("data-practice", here);
  at("practice").hidden = !here;
}

/** The codes to try, as a family would show them. */
export async function showCodes(say) {
  const { codes } = practice.get();
  at("practice-code").textContent = codes.code;
  at("practice-pin").textContent = codes.pin;
  const slip = say("practice_slip").replace("{sum}", told(SLIP_CENTS));
  at("practice-pictures").replaceChildren(
    await picture(codes.token, say("practice_family")),
    ...(codes.slip ? [await picture(codes.slip, slip)] : []),
  );
}

async function picture(text, name) {
  const box = document.createElement("figure");
  const shown = document.createElement("img");
  const below = document.createElement("figcaption");
  shown.alt = below.textContent = name;
  const sent = { method: "POST", body: text };
  const answer = await fetch("/cassa/ricevuta.svg", sent).catch(() => null);
  if (answer?.ok) shown.src = `data:image/svg+xml;base64,${btoa(await answer.text())}`;
  box.append(shown, below);
  return box;
}
