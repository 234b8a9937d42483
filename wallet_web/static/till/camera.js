// The till's camera: opened on a tap, closed when it has read a code. Not here: what a code means.

import { letSleep, stayAwake } from "/static/till/awake.js";

let scanner = null;
let turn = 0; // Grows with each closing, so that a camera that opens late closes at once.

let waiting; // The timer of `onNothing`.
const PATIENCE_MS = 6_000;

/** Whether a code is a signed text of ours; `BX1:` is a test, which the server refuses in words. */
const isOurs = (text) => /^B[CX]1:/.test(text);

const load = (video) => import(video.dataset.scanner);

/**
 * Show the camera, and call `onCode(text)` once for a code of ours, then close. Any other code is
 * told to `onOther()`, and nothing in sight for a while to `onNothing()`; both look on.
 * Throws where there is no camera, or it was refused.
 */
export async function openCamera(video, torch, { onCode, onOther, onNothing }) {
  if (scanner) return;
  const mine = turn;
  const seen = (text) => {
    clearTimeout(waiting);
    if (!isOurs(text)) return onOther();
    closeCamera(video, torch);
    return onCode(text);
  };
  const { openScanner } = await load(video);
  const opened = await openScanner(video, seen, { wasmUrl: video.dataset.wasm });
  if (mine !== turn) return opened.stop();
  scanner = opened;
  waiting = setTimeout(onNothing, PATIENCE_MS);
  video.hidden = false;
  torch.hidden = !opened.torch;
  torch.onclick = opened.torch;
  return stayAwake();
}

/** Let the camera go. */
export function closeCamera(video, torch) {
  turn += 1;
  clearTimeout(waiting);
  scanner?.stop();
  scanner = null;
  video.hidden = torch.hidden = true;
  letSleep();
}

/** The code of ours on a photo; `""` where there are others only, null where there is none. */
export async function readPhoto(video, file) {
  const { readPicture } = await load(video);
  const found = await readPicture(file, { wasmUrl: video.dataset.wasm });
  return found.find(isOurs) ?? (found.length ? "" : null);
}
