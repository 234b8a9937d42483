// The shop's pages beside the till: each asks for its content with the till's session, which lives
// in this tab and in no cookie; forms in it are sent the same way. Not here: the till itself
// (`till.js`), and any sum.

import { session } from "/static/till/api.js";
import { watchIdle } from "/static/till/lock.js";
import { choosePaper } from "/static/till/paper.js";
import { lockTurn } from "/static/till/people.js";

const at = (id) => document.getElementById(id);
const content = at("content");
const wanted = at("wanted"); // A form whose fields go into the address, where there is one.

/**
 * Ask for a page's part; on to the till where nobody is signed in, and `null` where it failed.
 * What nobody waits for any more says nothing of its failure.
 */
async function ask(address, form, isWanted = () => true) {
  at("trouble").hidden = true;
  const headers = { Authorization: `Bearer ${session.get()}` };
  const how = form ? { method: "POST", body: form, headers } : { headers };
  const answer = await fetch(address, how).catch(() => null);
  if (answer?.status === 401) location.assign("/cassa");
  if (answer?.ok) return answer;
  if (!isWanted()) return null;
  const why = { 403: "noRight" }[answer?.status] ?? (answer ? "other" : "noNetwork");
  at("trouble").textContent = at("trouble").dataset[why];
  at("trouble").hidden = false;
  return null;
}

const newest = new WeakMap(); // For each place, the last thing that was asked for it.

/**
 * Put what an address answers into a place. It is our own page, made by us of escaped values.
 * Answers may overtake each other: the one to the last question stays.
 */
async function fill(place, address, form) {
  const mine = {};
  newest.set(place, mine);
  const isWanted = () => newest.get(place) === mine;
  const answer = await ask(address, form, isWanted);
  const text = await answer?.text();
  if (text === undefined || !isWanted()) return;
  const part = new DOMParser().parseFromString(text, "text/html");
  place.replaceChildren(...part.body.childNodes);
}

/** A form of the content: some ask for a second tap first. */
content.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!form.dataset.send) return;
  event.preventDefault();
  if (form.dataset.sure && !form.dataset.asked) {
    form.dataset.asked = "1";
    submitter.textContent = form.dataset.sure;
    return;
  }
  const words = new URLSearchParams(new FormData(form));
  if (submitter?.name) words.set(submitter.name, submitter.value);
  submitter.disabled = true; // A double tap is one form.
  await fill(content, form.dataset.send, words);
  submitter.disabled = false; // Where it failed, it is there still.
  content.querySelector("[role=alert], .invited h2")?.focus();
});

/** What others do meanwhile: looked at again, and drawn anew only if it changed. */
async function lookAgain() {
  const place = content.querySelector("[data-every]");
  if (!place || document.hidden) return;
  const headers = { Authorization: `Bearer ${session.get()}` };
  const answer = await fetch(place.dataset.from, { headers }).catch(() => null);
  if (answer?.status === 401) location.assign("/cassa"); // Locked meanwhile: it asks for a PIN.
  const text = answer?.ok ? await answer.text() : seen;
  if (text === seen) return;
  seen = text;
  const part = new DOMParser().parseFromString(text, "text/html");
  place.replaceChildren(...part.body.childNodes);
}

let seen = null;
setInterval(lookAgain, 3_000);

function draw() {
  const fields = wanted ? `?${new URLSearchParams(new FormData(wanted))}` : "";
  return fill(content, content.dataset.from + fields);
}

content.addEventListener("toggle", (event) => {
  const { open, dataset, lastElementChild: place } = event.target;
  if (open && dataset.from && !place.childElementCount) fill(place, dataset.from);
}, true);

/** A file needs the session too, so it is asked for here and then handed to the browser. */
content.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-file]");
  if (!link) return;
  event.preventDefault();
  const answer = await ask(link.href);
  if (!answer) return;
  const [, name] = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition"));
  const kept = document.createElement("a");
  kept.href = URL.createObjectURL(await answer.blob());
  kept.download = name;
  kept.click();
  setTimeout(() => URL.revokeObjectURL(kept.href), 1000);
});

watchIdle(() => lockTurn().finally(() => location.assign("/cassa")));
wanted?.addEventListener("submit", (event) => event.preventDefault());
wanted?.addEventListener("change", draw);
if (at("carta")) choosePaper(at("carta"));
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

const shop = sessionStorage.getItem("portavalori-shop") ?? "";
at("shop").textContent = document.querySelector("[data-shop]").textContent = shop;
if (session.get()) draw();
else location.assign("/cassa");
