// What a result sounds and feels like, beside its words: two tones up for yes, low ones for no,
// and the same tone three times for what is taken and still has to be handed in.

const TONES = {
  yes: [[660, 0], [880, 0.14]],
  no: [[196, 0], [165, 0.22]],
  wait: [[440, 0], [440, 0.2], [440, 0.4]],
};
const SHAKES = { yes: [60], no: [120, 80, 120], wait: [60, 60, 60, 60, 60] };

/** Give the sound and the vibration of `yes`, `no` or `wait`; a phone without them stays silent. */
export function signal(kind) {
  // A page that nobody has touched yet may not shake, and says so on the console if it tries.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(SHAKES[kind]);
  if (!window.AudioContext) return;
  const sound = new AudioContext();
  for (const [pitch, after] of TONES[kind]) {
    const tone = sound.createOscillator();
    const level = sound.createGain();
    tone.frequency.value = pitch;
    level.gain.value = 0.2;
    tone.connect(level).connect(sound.destination);
    tone.start(sound.currentTime + after);
    tone.stop(sound.currentTime + after + 0.13);
  }
}
