// A family's page of a vote: draws a ballot that nobody sees, and keeps it until it is in the urn.
// What is asked with the session is the signature of hidden bytes; the urn is another page, asked
// without any cookie. Not here: how bytes are hidden (`src/votes.js`).

const page = document.querySelector("[data-vote]");
const { vote, key: keyText, votes: library, urn } = page.dataset;
const words = JSON.parse(document.getElementById("words").textContent);
const { hide, reveal, numberOf } = await import(library);
const KEPT = `portavalori-vote-${vote}`;

const fromBase64 = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const base64 = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const der = fromBase64(keyText);

const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? "null");
const keep = (what) => localStorage.setItem(KEPT, JSON.stringify(what));

const say = (code, role = "why") => {
  const place = document.getElementById(role);
  place.textContent = words[code] ?? words.other;
  place.hidden = false;
};

/** Show the step that one is at. */
function show() {
  const has = kept();
  const now = has?.number ? "done" : has?.ballot ? "cast" : "choose";
  for (const step of document.querySelectorAll("[data-step]")) {
    step.hidden = step.dataset.step !== now;
  }
  if (has?.hidden) resume(has.choice);
  if (has?.ballot) document.getElementById("scheda").value = has.ballot;
  if (has?.number) document.getElementById("numero").textContent = has.number;
}

/** What was asked and not answered is asked again as it was: another choice is another ballot. */
function resume(choice) {
  for (const one of document.querySelectorAll("input[name=scelta]")) {
    one.checked = Number(one.value) === choice;
    one.disabled = !one.checked;
  }
  say("resume");
}

/** Hidden bytes are kept before they are asked for: a lost answer is asked for again. */
async function draw(choice) {
  let has = kept();
  if (!has) {
    const made = await hide(der, vote, choice);
    has = {
      choice, message: base64(made.message), hidden: base64(made.hidden),
      inverse: base64(made.inverse),
    };
    keep(has);
  }
  const answer = await fetch(`${location.pathname}/scheda`, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ hidden: has.hidden }),
  });
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    if (answer.status < 500) localStorage.removeItem(KEPT);
    return say(told.code ?? "other");
  }
  const { signed } = await answer.json();
  const ballot = {
    choice: has.choice, message: fromBase64(has.message), inverse: fromBase64(has.inverse),
  };
  const made = await reveal(der, ballot, fromBase64(signed));
  keep({ ballot: `${vote}.${made.choice}.${base64(made.prefix)}.${base64(made.signature)}` });
  return show();
}

/** Put it into the urn: no cookie goes along, so nothing says whose it is. */
async function cast() {
  const { ballot } = kept();
  const answer = await fetch(urn, {
    method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ballot }),
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) return say(told.code ?? "other");
  const [, choice, prefix] = ballot.split(".");
  const said = new TextEncoder().encode(`{"choice":${choice},"vote":"${vote}"}`);
  const message = new Uint8Array([...fromBase64(prefix), ...said]);
  const number = hex(await numberOf(message));
  if (number !== told.number) return say("other");
  keep({ number });
  return show();
}

/** One press, one attempt; what goes wrong is said, and can be tried again. */
function pressed(id, doing) {
  const button = document.getElementById(id);
  button?.addEventListener("click", async (event) => {
    event.preventDefault();
    button.disabled = true;
    document.getElementById("why").hidden = true;
    try {
      await doing();
    } catch {
      say("other");
    }
    button.disabled = false;
  });
}

pressed("ritira", async () => {
  const chosen = document.querySelector("input[name=scelta]:checked");
  if (!chosen) return say("choose");
  return draw(Number(chosen.value));
});
pressed("imbuca", cast);
pressed("copia", async () => {
  await navigator.clipboard.writeText(kept().ballot);
  say("copied", "copiata");
});
show();
page.hidden = false;
