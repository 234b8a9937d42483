// Draws a code on a screen: black on white whatever the page's colours, with its quiet zone.
// Not here: what the code says. Source: qr.md 4.
import encodeQR from "qr";

const QUIET = 4; // Modules of white on each side.
const SVG = "http://www.w3.org/2000/svg";

/**
 * Draw `text` into an `<svg>` element, at the least error correction: a screen has no stains.
 * Alphanumeric where the text allows it, else bytes. Throws RangeError where no code holds it.
 */
export function draw(svg, text) {
  const encoding = /^[0-9A-Z $%*+\-./:]*$/.test(text) ? "alphanumeric" : "byte";
  const rows = encodeQR(text, "raw", { ecc: "low", encoding, border: QUIET });
  const bar = (y) => ([x, width]) => `M${x} ${y}h${width}v1h-${width}z`;
  const path = rows.flatMap((row, y) => runs(row).map(bar(y)));
  const black = document.createElementNS(SVG, "path");
  black.setAttribute("d", path.join(""));
  svg.setAttribute("viewBox", `0 0 ${rows.length} ${rows.length}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.replaceChildren(black);
}

/** The runs of dark modules of a row: where each begins, and how long it is. */
function runs(row) {
  const found = [];
  row.forEach((dark, x) => {
    if (dark && row[x - 1]) found.at(-1)[1] += 1;
    else if (dark) found.push([x, 1]);
  });
  return found;
}
