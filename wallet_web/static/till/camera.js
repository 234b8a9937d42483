// The till's camera: opened on a tap, closed when it has read a code. Not here: what a code means.

import { letSleep, stayAwake } from "/static/till/awake.js";
import { cardNumber } from "/static/till/card.js";

let scanner = null;
let turn = 0; // Grows with each closing, so that a camera that opens late closes at once.
let opening = null; // The turn in which one is being opened: a second tap opens no second.

let waiting; // The timer of `onNothing`.
const PATIENCE_MS = 6_000;

/**
 * Whether a code is a signed text of ours, or a tessera sanitaria's; `BX1:` is a test, which the
 * server refuses in words.
 */
const isOurs = (text) => /^B[CX]1:/.test(text) || cardNumber(text) !== null;

const load = (video) => import(video.dataset.scanner);

/**
 * Show the camera, and call `onCode(text)` once for a code of ours, then close. Any other code is
 * told to `onOther()`, and nothing in sight for a while to `onNothing()`; both look on.
 * Throws where there is no camera, or it was refused.
 */
export async function openCamera(video, torch, { onCode, onOther, onNothing }) {
  if (scanner || opening === turn) return;
  const mine = turn;
  opening = mine;
  const seen = (text) => {
    clearTimeout(waiting);
    if (!isOurs(text)) return onOther();
    closeCamera(video, torch);
    return onCode(text);
  };
  const opened = await load(video)
    .then((one) => one.openScanner(video, seen, { wasmUrl: video.dataset.wasm }))
    .finally(() => { if (opening === mine) opening = null; });
  if (mine !== turn) return opened.stop();
  scanner = opened;
  waiting = setTimeout(onNothing, PATIENCE_MS);
  video.hidden = false;
  torch.hidden = !opened.torch;
  torch.onclick = opened.torch;
  return stayAwake();
}

/** Why there is no camera, as a word of the page: what to do differs by reason and device. */
export function whyNoCamera(error) {
  if (!navigator.mediaDevices) return "camera_insecure";
  if (error?.name === "NotFoundError") return "camera_none";
  if (error?.name === "NotReadableError") return "camera_busy";
  if (error?.name !== "NotAllowedError") return "no_camera";
  const { userAgent: agent, maxTouchPoints: fingers } = navigator;
  if (/iPhone|iPad/.test(agent) || (/Macintosh/.test(agent) && fingers > 1)) return "camera_iphone";
  return /Android/.test(agent) ? "camera_android" : "camera_refused";
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
