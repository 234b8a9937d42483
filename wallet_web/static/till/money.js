// Amounts as tills type and tell them. Cents are integers; text is written the Italian way.

export const MOST_CENTS = 99_999_99;

/** Write cents as `1.234,56 €`. */
export function told(cents) {
  const euros = Math.floor(Math.abs(cents) / 100).toString();
  const grouped = euros.replace(/\B(?=(\d{3})+$)/g, ".");
  const rest = (Math.abs(cents) % 100).toString().padStart(2, "0");
  return `${cents < 0 ? "−" : ""}${grouped},${rest} €`;
}

/** The cents of `12,50` or `12`, or null for anything else. */
export function read(text) {
  const found = /^(\d{1,5})(?:,(\d{2}))?$/.exec(text.replace("€", "").trim());
  return found ? Number(found[1]) * 100 + Number(found[2] ?? 0) : null;
}

/** The amount after one key: it fills from the cents; `C` clears, `back` takes a digit back. */
export function typed(cents, key) {
  if (key === "C") return 0;
  if (key === "back") return Math.floor(cents / 10);
  const more = key === "00" ? cents * 100 : cents * 10 + Number(key);
  return more > MOST_CENTS ? cents : more;
}
