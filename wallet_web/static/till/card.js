// The tessera sanitaria: whether what was read or typed can be one. Its number stays in this page's
// memory until the sale is over, and is never shown. Not here: whom it opens; the server knows.

const FORM = /^[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]$/;
const ODD = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];
const LENGTH = 16;

const plain = (text) => text.replace(/\s/g, "").toUpperCase();
const place = (one) => (/\d/.test(one) ? Number(one) : one.charCodeAt(0) - 65);

/** Whether somebody meant a card: sixteen letters and digits, right or not. */
export const isLikeCard = (text) => /^[A-Z\d]{16}$/.test(plain(text));

/** The number of a card whose form and control character are right, or null. */
export function cardNumber(text) {
  const number = plain(text);
  if (!FORM.test(number)) return null;
  const weigh = (one, at) => (at % 2 ? place(one) : ODD[place(one)]);
  const said = [...number].slice(0, LENGTH - 1);
  const sum = said.reduce((total, one, at) => total + weigh(one, at), 0);
  return place(number[LENGTH - 1]) === sum % 26 ? number : null;
}
