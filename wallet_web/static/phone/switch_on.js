// Switches this phone on for the family that is signed in, and knows it again in the list.

import { switchOn } from "/static/phone/right.js";
import { kept } from "/static/phone/store.js";

const at = (id) => document.getElementById(id);
const words = JSON.parse(at("words").textContent);

function tell(code) {
  at("why").textContent = words[code] ?? words.other;
  at("why").hidden = false;
}

at("switch-on").addEventListener("click", async () => {
  at("switch-on").disabled = true;
  const why = await switchOn().catch(() => "no_store");
  if (!why) return location.assign("/famiglia/paga");
  at("switch-on").disabled = false;
  return tell(why);
});

const { phone } = await kept().catch(() => ({}));
const mine = phone && document.querySelector(`[data-phone="${phone}"]`);
if (mine) {
  mine.hidden = false;
  at("switch-on").parentElement.hidden = true;
  at("on-already").hidden = false;
}
