// Reads codes with the camera, by the same decoder on every device: the browser's own detector is
// absent or uneven, and only one path can be tested. Not here: what a code means.
import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";

const FORMATS = ["qr_code", "code_39"]; // Code 39: the tessera sanitaria.
const PAUSE_MS = 80; // Between two looks; a look takes about 30 ms on a cheap phone.

/**
 * Show the camera in `video` and call `onCode(text, format)` for each code read, the same code
 * once until another comes or `forget()` is called.
 *
 * `wasmUrl`: our own copy of the decoder, since the library's default is somebody else's server.
 * Call it on a tap, once a session: iOS asks for the camera each time.
 * Returns `{forget, stop, torch}`; `torch` switches the lamp, and is null where there is none.
 * Throws the DOMException of getUserMedia (refused, no camera), or TypeError where the page has
 * neither HTTPS nor localhost: the caller shows the other ways to give a code.
 */
export async function openScanner(video, onCode, { wasmUrl }) {
  const detector = detectorFrom(wasmUrl);
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  video.srcObject = stream;
  video.muted = true;
  video.playsInline = true; // Without it iOS shows a black picture.
  await video.play();
  const look = { last: null, running: true };
  watch(video, detector, onCode, look);
  return {
    torch: torchOf(stream),
    forget: () => {
      look.last = null;
    },
    stop: () => {
      look.running = false;
      stream.getTracks().forEach((track) => track.stop());
      video.srcObject = null;
    },
  };
}

/** Read the codes of one picture (a photo taken instead of the live camera), as a list of texts. */
export async function readPicture(picture, { wasmUrl }) {
  const bitmap = await createImageBitmap(picture);
  const found = await detectorFrom(wasmUrl).detect(bitmap);
  return found.map((code) => code.rawValue);
}

function torchOf(stream) {
  const [track] = stream.getVideoTracks();
  if (!track.getCapabilities?.().torch) return null;
  let lit = false;
  return () => {
    lit = !lit;
    return track.applyConstraints({ advanced: [{ torch: lit }] });
  };
}

function detectorFrom(wasmUrl) {
  prepareZXingModule({
    overrides: { locateFile: (path, prefix) => (path.endsWith(".wasm") ? wasmUrl : prefix + path) },
  });
  return new BarcodeDetector({ formats: FORMATS });
}

async function watch(video, detector, onCode, look) {
  while (look.running) {
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !document.hidden) {
      const [code] = await detector.detect(video);
      if (look.running && code && code.rawValue !== look.last) {
        look.last = code.rawValue;
        onCode(code.rawValue, code.format);
      }
    }
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
  }
}
