// @ts-check
/**
 * Labelled drawings: as they are kept on this machine, as a file, and as the core takes them. Checked on every way in.
 *
 * @module
 */

import { recalled, remember } from "./memory.js";
import { flatten } from "./pad.js";

/** @typedef {{ label: number, strokes: number[][][] }} Drawing points [x, y] in any unit, y down */

const KEY = "drawings";
const FORMAT = "descent drawings";
/** More than a few afternoons of drawing. */
const MOST = 1000;
const MOST_POINTS = 20_000;
/** A tenth of a pixel is finer than any hand. */
const rounded = (/** @type {number} */ value) => Math.round(10 * value) / 10;

/** @param {boolean} right @param {string} expected @param {unknown} found */
function expect(right, expected, found) {
  if (right) return;
  const text = typeof found === "string" ? JSON.stringify(found.slice(0, 40)) : Array.isArray(found) ? `${found.length} entries` : String(found);
  throw new Error(`drawings: expected ${expected}, found ${text}`);
}

/** @param {unknown} value @param {string} where @returns {Drawing} */
function check(value, where) {
  expect(typeof value === "object" && value !== null && !Array.isArray(value), `${where} as an object`, value);
  const { label, strokes } = /** @type {any} */ (value);
  expect(Number.isInteger(label) && label >= 0 && label <= 9, `${where} with a label from 0 to 9`, label);
  expect(Array.isArray(strokes) && strokes.length > 0, `${where} with a list of strokes`, strokes);
  let points = 0;
  for (const stroke of strokes) {
    expect(Array.isArray(stroke) && stroke.length > 0, `${where} with strokes of points`, stroke);
    points += stroke.length;
    expect(points <= MOST_POINTS, `${where} with at most ${MOST_POINTS} points`, points);
    for (const point of stroke)
      expect(Array.isArray(point) && point.length === 2 && point.every(Number.isFinite), `${where} with points [x, y] of finite numbers`, JSON.stringify(point));
  }
  return { label, strokes };
}

/** @param {string} text of a file @returns {unknown[]} its drawings, not checked yet */
function entriesOf(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    expect(false, "a JSON file", text);
  }
  expect(file?.format === FORMAT, `a file of format ${JSON.stringify(FORMAT)}`, file?.format);
  expect(Array.isArray(file.drawings), "a list of drawings", file.drawings);
  return file.drawings;
}

/** @param {string} text of a file @returns {Drawing[]} */
export function parseDrawings(text) {
  const entries = entriesOf(text);
  expect(entries.length <= MOST, `at most ${MOST} drawings`, entries.length);
  return entries.map((one, place) => check(one, `drawing ${place + 1}`));
}

/** @param {Drawing[]} drawings */
export function writeDrawings(drawings) {
  return JSON.stringify({ format: FORMAT, drawings });
}

/** One more, unless there are too many. @param {Drawing[]} drawings @param {Drawing[]} more */
export function join(drawings, more) {
  expect(drawings.length + more.length <= MOST, `at most ${MOST} drawings`, drawings.length + more.length);
  return [...drawings, ...more.map(({ label, strokes }) => check({ label, strokes: strokes.map((stroke) => stroke.map((point) => point.map(rounded))) }, "a drawing"))];
}

/** As the core takes them. @param {Drawing[]} drawings */
export function flattenAll(drawings) {
  return {
    ...flatten(drawings.flatMap(({ strokes }) => strokes)),
    strokes: Uint32Array.from(drawings, ({ strokes }) => strokes.length),
    labels: Uint8Array.from(drawings, ({ label }) => label),
  };
}

/**
 * Those kept on this machine; none where nothing may be kept. One that cannot be read costs no other.
 * @returns {{ drawings: Drawing[], lost: number }} `lost`: how many cannot be read
 */
export function recall() {
  try {
    const entries = entriesOf(recalled(KEY) ?? writeDrawings([]));
    const drawings = entries.flatMap(sound).slice(-MOST);
    return { drawings, lost: entries.length - drawings.length };
  } catch {
    return { drawings: [], lost: 0 };
  }
}

/** @param {unknown} entry */
function sound(entry) {
  try {
    return [check(entry, "a drawing")];
  } catch {
    return [];
  }
}

/** What another tab keeps from now on. @param {(drawings: Drawing[]) => void} callback */
export function whenKept(callback) {
  addEventListener("storage", ({ key, newValue }) => {
    if (key !== KEY || newValue === null) return;
    try {
      callback(parseDrawings(newValue));
    } catch {
      // Not of this page's making: those here stay.
    }
  });
}

/** @param {Drawing[]} drawings @returns {boolean} whether they could be kept for the next visit */
export function keep(drawings) {
  return remember(KEY, writeDrawings(drawings));
}
