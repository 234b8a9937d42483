// Keeps the screen on while the camera looks; a phone that cannot simply does not.

let held = null;

/** Keep the screen on until `letSleep()`. */
export async function stayAwake() {
  try {
    held = (await navigator.wakeLock?.request("screen")) ?? null;
  } catch {
    held = null; // A low battery, or a page in the background.
  }
}

/** Let the screen go dark again. */
export function letSleep() {
  held?.release();
  held = null;
}
