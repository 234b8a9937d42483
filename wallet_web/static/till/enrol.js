// Connects this phone by the code that the shop's owner shows on another till, read by the camera
// or typed; then waits until the owner has confirmed it. Not here: the key (`device.js`).

import { letSleep, stayAwake } from "/static/till/awake.js";

const PREFIX = "PVC1:";
const PATIENCE_MS = 3_000;
const at = (id) => document.getElementById(id);
let scanner = null;
let waiting; // The timer of the next question.

/** The owner's code in what was read or typed, or "": it is something else. */
export function codeIn(text) {
  const plain = text.trim().replace(PREFIX, "").replaceAll(/[\s-]/g, "");
  return plain.length === 12 ? plain : "";
}

/** Look for the owner's code with this phone's camera. Throws where there is none. */
export async function readInvitation(video, onCode) {
  if (scanner) return;
  const { openScanner } = await import(video.dataset.scanner);
  const seen = (text) => {
    if (!text.startsWith(PREFIX)) return;
    stopReading(video);
    onCode(text);
  };
  video.hidden = false;
  try {
    scanner = await openScanner(video, seen, { wasmUrl: video.dataset.wasm });
    await stayAwake();
  } catch (error) {
    video.hidden = true;
    throw error;
  }
}

/** Let the camera go. */
export function stopReading(video) {
  scanner?.stop();
  scanner = null;
  video.hidden = true;
  letSleep();
}

/** Ask again and again whether the owner has said yes; `ended(answer)`: with the API's answer. */
export function awaitYes(signIn, ended) {
  clearTimeout(waiting);
  const ask = async () => {
    if (at("screen-waiting-owner").hidden) return undefined;
    const answer = await signIn().catch(() => null);
    if (answer === null || answer.body?.code === "device_unconfirmed") {
      waiting = setTimeout(ask, PATIENCE_MS);
      return undefined;
    }
    return ended(answer);
  };
  waiting = setTimeout(ask, 300);
}
