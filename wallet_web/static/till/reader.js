// A USB or Bluetooth reader types what it read faster than anybody, and ends with Enter: such a
// burst is taken from wherever it was typed. Not here: what a code means.

import { cardNumber } from "/static/till/card.js";

const FAST_MS = 50; // Between two keys; the fastest typist needs more for ten in a row.
const SHORTEST = 10; // Longer than an amount and a PIN, shorter than any code of ours.
const HICCUP_MS = 500; // What a wireless reader may stop for, once it has shown that it is one.
const BASE45 = /^B[CX]1:[\dA-Z $%*+\-./:]+$/;

// What the keys of a keyboard from the USA say: readers leave the factory so, and on an Italian
// computer `:` comes as `ç` and `/` as `-`. Which key it was is told all the same.
const PLAIN = { Space: " ", Minus: "-", Period: ".", Slash: "/" };
const SHIFTED = {
  Digit4: "$", Digit5: "%", Digit8: "*", Equal: "+", Semicolon: ":", Space: " ",
};

/** What a key says on that keyboard, a letter always as a capital; "" for none of a code's. */
function pressed({ code, shift }) {
  if (/^Key[A-Z]$/.test(code)) return code.slice(3);
  if (shift) return SHIFTED[code] ?? "";
  return /^Digit\d$/.test(code) ? code.slice(5) : (PLAIN[code] ?? "");
}

const isCode = (text) => BASE45.test(text) || cardNumber(text) !== null;

/** Whether a text was meant as one of our codes and came through another keyboard. */
export const isGarbled = (text) => /^b[cx]1[^\dA-Z]/i.test(text) && !BASE45.test(text);

/** What a burst says: as it was typed, or as the keys tell where the typing was spoilt. */
export function textOf(keys) {
  const typed = keys.map((one) => one.key).join("");
  const meant = keys.map(pressed).join("");
  return !isCode(typed) && isCode(meant) ? meant : typed;
}

const isField = (target) => target?.matches?.("input, textarea, select");

/**
 * Call `onRead(text)` for every burst where `isWanted()`. `snapshot()` is called as one may begin,
 * and gives what undoes the keys that were taken for a person's.
 */
export function watchReader({ onRead, isWanted, snapshot }) {
  let [keys, last, undo] = [[], 0, () => {}];
  const begin = (event) => {
    const field = isField(event.target) ? event.target : null;
    const [before, others] = [field?.value, snapshot()];
    keys = [];
    undo = () => {
      if (field) field.value = before;
      others();
    };
  };
  const seen = (event) => {
    if (event.key === "Tab") last = -HICCUP_MS; // On to another field: what follows is a new burst.
    if (event.key.length > 1 && event.key !== "Enter") return; // Shift, AltGr: part of a burst.
    const pause = keys.length < SHORTEST ? FAST_MS : HICCUP_MS;
    if (event.timeStamp - last > pause) begin(event);
    last = event.timeStamp;
    if (event.key !== "Enter") {
      keys.push({ key: event.key, code: event.code, shift: event.shiftKey });
      if (event.key === " " && keys.length > 1 && !isField(event.target)) event.preventDefault();
      return;
    }
    const read = keys;
    keys = [];
    if (read.length < SHORTEST || !isWanted()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    undo();
    onRead(textOf(read).trim());
  };
  const released = (event) => {
    const inside = event.key === " " && keys.length > 1 && !isField(event.target);
    if (inside) event.preventDefault(); // Or a space would tap the button that has the focus.
  };
  addEventListener("keydown", seen, { capture: true });
  addEventListener("keyup", released, { capture: true });
}
