// Keeps the screen on while the camera looks; a phone that cannot simply does not.

let held = null;
let turn = 0; // Grows with each `letSleep()`, so that a lock given late is let go at once.

/** Keep the screen on until `letSleep()`. */
export async function stayAwake() {
  const mine = turn;
  try {
    const lock = (await navigator.wakeLock?.request("screen")) ?? null;
    if (mine === turn) held = lock;
    else lock?.release();
  } catch {
    held = null; // A low battery, or a page in the background.
  }
}

/** Let the screen go dark again. */
export function letSleep() {
  turn += 1;
  held?.release();
  held = null;
}
