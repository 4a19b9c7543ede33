// @ts-check
/**
 * What the visitor does to the pad. Strokes are kept as points; an image shown instead of them hides them
 * only until it is taken away.
 *
 * @module
 */

/** @typedef {import("./state.js").State["pad"]} Pad */

/** The pen's width as a share of the pad's shorter side: about 18 px of 280. */
export const PEN = 18 / 280;

/** @param {Pad} pad @param {number[][][]} strokes */
export function draw(pad, strokes) {
  pad.strokes = strokes;
  pad.image = null;
  pad.label = null;
  pad.touched = true;
}

/** @param {Pad} pad */
export function clear(pad) {
  draw(pad, []);
}

/** Takes away the image, or else the last stroke. @param {Pad} pad */
export function undo(pad) {
  draw(pad, pad.image ? pad.strokes : pad.strokes.slice(0, -1));
}

/**
 * Strokes as the core takes them: all points in a row, and how many belong to each stroke.
 * @param {ArrayLike<ArrayLike<number>>[]} strokes
 */
export function flatten(strokes) {
  const lengths = Uint32Array.from(strokes, (stroke) => stroke.length);
  const points = new Float32Array(2 * lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const stroke of strokes) {
    for (const point of Array.from(stroke)) {
      points[at++] = point[0];
      points[at++] = point[1];
    }
  }
  return { points, lengths };
}
