// The till's camera: opened on a tap, closed when it has read a code. Not here: what a code means.

import { letSleep, stayAwake } from "/static/till/awake.js";

let scanner = null;
let turn = 0; // Grows with each closing, so that a camera that opens late closes at once.

const load = (video) => import(video.dataset.scanner);

/** Show the camera and call `onCode(text)` once. Throws where there is none, or it was refused. */
export async function openCamera(video, torch, onCode) {
  if (scanner) return;
  const mine = turn;
  const once = (text) => {
    closeCamera(video, torch);
    onCode(text);
  };
  const { openScanner } = await load(video);
  const opened = await openScanner(video, once, { wasmUrl: video.dataset.wasm });
  if (mine !== turn) return opened.stop();
  scanner = opened;
  video.hidden = false;
  torch.hidden = !opened.torch;
  torch.onclick = opened.torch;
  return stayAwake();
}

/** Let the camera go. */
export function closeCamera(video, torch) {
  turn += 1;
  scanner?.stop();
  scanner = null;
  video.hidden = torch.hidden = true;
  letSleep();
}

/** The code on a photo, or null. */
export async function readPhoto(video, file) {
  const { readPicture } = await load(video);
  const [text] = await readPicture(file, { wasmUrl: video.dataset.wasm });
  return text ?? null;
}
