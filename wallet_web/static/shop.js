// The shop's pages beside the till: each asks for its content with the till's session, which lives
// in this tab and in no cookie. Not here: the till itself (`till.js`), and any sum.

import { session } from "/static/till/api.js";
import { choosePaper } from "/static/till/paper.js";

const at = (id) => document.getElementById(id);
const content = at("content");
const wanted = at("wanted"); // A form whose fields go into the address, where there is one.

/** Ask for a page's part; on to the till where nobody is signed in, and `null` where it failed. */
async function ask(address) {
  at("trouble").hidden = true;
  const headers = { Authorization: `Bearer ${session.get()}` };
  const answer = await fetch(address, { headers }).catch(() => null);
  if (answer?.status === 401) location.assign("/cassa");
  if (answer?.ok) return answer;
  at("trouble").textContent = at("trouble").dataset[answer ? "other" : "noNetwork"];
  at("trouble").hidden = false;
  return null;
}

/** Put what an address answers into a place. It is our own page, made by us of escaped values. */
async function fill(place, address) {
  const answer = await ask(address);
  if (!answer) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(...part.body.childNodes);
}

function draw() {
  const fields = wanted ? `?${new URLSearchParams(new FormData(wanted))}` : "";
  return fill(content, content.dataset.from + fields);
}

content.addEventListener("toggle", (event) => {
  const { open, dataset, lastElementChild: place } = event.target;
  if (open && !place.childElementCount) fill(place, dataset.from);
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

wanted?.addEventListener("submit", (event) => event.preventDefault());
wanted?.addEventListener("change", draw);
choosePaper(at("carta"));
document.querySelector("[data-print]").addEventListener("click", () => window.print());

const shop = sessionStorage.getItem("portavalori-shop") ?? "";
at("shop").textContent = document.querySelector("[data-shop]").textContent = shop;
if (session.get()) draw();
else location.assign("/cassa");
