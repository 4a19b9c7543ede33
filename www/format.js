// @ts-check
/**
 * Numbers, and what went wrong, as people read them.
 *
 * @module
 */

/** The thin space keeps a large number together without looking like a decimal point. */
const THIN_SPACE = "\u202f";
const MINUS = "\u2212";

/** 13002 -> "13 002" @param {number} value a whole number */
export function whole(value) {
  const digits = String(Math.abs(Math.round(value)));
  const grouped = digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
  return (value < 0 ? MINUS : "") + grouped;
}

/** Two significant digits at least down to a hundred-thousandth; an exponent beyond 100 000 and below a millionth. @param {number} value */
export function cost(value) {
  if (!Number.isFinite(value)) return "\u2013";
  if (Math.abs(value) >= 1e5) return minus(value.toExponential(1));
  if (value !== 0 && Math.abs(value) < 1e-4) return minus(tiny(value));
  return minus(value.toFixed(value !== 0 && value < 1e-3 ? 5 : value < 0.1 ? 4 : value < 10 ? 3 : 1));
}

/** 0.9453 -> "94.5 %" @param {number} share 0..1 */
export function percent(share) {
  return `${(100 * share).toFixed(1)}${THIN_SPACE}%`;
}

/** Six places show nothing of what is smaller. */
const LEAST = 1e-6;

/** -0.0731 -> "−0.073", always signed @param {number} value @param {number} [least]  smaller ones have an exponent */
export function signed(value, least = LEAST) {
  const size = Math.abs(value);
  const text = size === 0 ? "0" : size < 1e-4 ? minus(tiny(size, least)) : size < 0.0095 ? size.toPrecision(2) : size.toFixed(3);
  return (value < 0 ? MINUS : "+") + text;
}

/** 0.003 -> "0.003", 1.5 -> "1.5" @param {number} value as given by a ladder: few digits */
export function plain(value) {
  return String(Number(value.toPrecision(6)));
}

/** "7" -> "a 7", "8" -> "an 8", "Ankle boot" -> "an Ankle boot" @param {string | number} name */
export function withArticle(name) {
  return `${/^[8aeio]/i.test(String(name)) ? "an" : "a"} ${name}`;
}

/** What went wrong, in words. @param {unknown} error */
export function reason(error) {
  return error instanceof Error ? error.message : String(error);
}

/** Six places, and an exponent where they would show nothing. @param {number} value @param {number} [least] */
function tiny(value, least = LEAST) {
  return Math.abs(value) < least ? value.toExponential(0) : Number(value.toPrecision(2)).toFixed(6);
}

/** @param {string} text */
function minus(text) {
  return text.replaceAll("-", MINUS);
}
