// @ts-check
/**
 * What the visitor does to the pad. Strokes are kept as points; an image shown instead of them hides them
 * only until it is taken away.
 *
 * @module
 */

/** @typedef {import("./state.js").State["pad"]} Pad */

/** A drawing is kept in parts of the pad, so many to a side, and stays what it is when the pad changes its size. */
export const SIDE = 280;
/** The pen's width in the same parts. */
export const PEN = 18;
/** A drawing from elsewhere that is smaller than this share of the pad cannot be seen well... */
const SMALL = 0.2;
/** ...and is given this one. */
const SEEN = 0.8;

/** @param {Pad} pad @param {number[][][]} strokes */
export function draw(pad, strokes) {
  pad.strokes = strokes;
  pad.image = null;
  pad.label = null;
  pad.touched = true;
}

/** @param {Pad} pad */
export function clear(pad) {
  if (pad.strokes.length > 0) pad.cleared = pad.strokes;
  draw(pad, []);
}

/** Takes away the image, or else the last stroke; with none there, what was cleared comes back. @param {Pad} pad */
export function undo(pad) {
  const before = pad.strokes.length > 0 ? pad.strokes.slice(0, -1) : pad.cleared;
  draw(pad, pad.image ? pad.strokes : before);
}

/**
 * Strokes where they can be seen: in the middle and larger or smaller if they lie beside the pad or are lost on it.
 * @param {number[][][]} strokes in any unit
 */
export function fitted(strokes) {
  const reach = [0, 1].map((axis) => {
    const places = strokes.flatMap((stroke) => stroke.map((point) => point[axis]));
    return places.reduce(([least, most], place) => [Math.min(least, place), Math.max(most, place)], [Infinity, -Infinity]);
  });
  const size = Math.max(...reach.map(([least, most]) => most - least));
  if (size >= SMALL * SIDE && reach.every(([least, most]) => least >= 0 && most <= SIDE)) return strokes;
  const scale = size > 0 ? (SEEN * SIDE) / size : 1;
  const place = (/** @type {number} */ value, /** @type {number} */ axis) => SIDE / 2 + scale * (value - (reach[axis][0] + reach[axis][1]) / 2);
  return strokes.map((stroke) => stroke.map((point) => point.map(place)));
}

/**
 * Strokes as the core takes them: all points in a row, and how many belong to each stroke.
 * @param {ArrayLike<ArrayLike<number>>[]} strokes
 */
export function flatten(strokes) {
  const lengths = Uint32Array.from(strokes, (stroke) => stroke.length);
  const points = new Float64Array(2 * lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const stroke of strokes) {
    for (const point of Array.from(stroke)) {
      points[at++] = point[0];
      points[at++] = point[1];
    }
  }
  return { points, lengths };
}
