// @ts-check
/** A curve through measured points, as smooth as it is drawn. */

import { clamp } from "../scales.js";

/** @typedef {{ from: number, to: number, at: (t: number) => number }} Curve */

/**
 * A smooth curve through all points: piecewise cubics whose slopes at the points are those of the
 * parabola through three neighbours, and at zero the given one, which is exact.
 * @param {number} from @param {number} to @param {ArrayLike<number>} values at equal distances
 * @param {[number, number][]} extra points in between
 * @param {number | null} slopeAtZero
 * @returns {Curve | null} null without two finite points
 */
export function createCurve(from, to, values, extra, slopeAtZero) {
  /** @type {[number, number][]} */
  const points = [];
  const spacing = (to - from) / (values.length - 1);
  for (let k = 0; k < values.length; k++) {
    const t = from + k * spacing;
    // An extra point takes the place of an equal one that lies too close to it to be told apart.
    const replaced = extra.some(([at]) => Math.abs(at - t) < 0.02 * spacing);
    if (Number.isFinite(values[k]) && !replaced) points.push([t, values[k]]);
  }
  points.push(...extra.filter(([t]) => t >= from && t <= to));
  points.sort((a, b) => a[0] - b[0]);
  const count = points.length;
  if (count < 2) return null;

  const slopes = points.map(([t], k) => {
    if (t === 0 && slopeAtZero !== null) return slopeAtZero;
    const before = k > 0 ? secant(points[k - 1], points[k]) : null;
    const after = k < count - 1 ? secant(points[k], points[k + 1]) : null;
    if (before === null) return /** @type {number} */ (after);
    if (after === null) return before;
    const left = t - points[k - 1][0];
    const right = points[k + 1][0] - t;
    return (before * right + after * left) / (left + right);
  });

  return {
    from: points[0][0],
    to: points[count - 1][0],
    at(t) {
      // The points are nearly equidistant: the guess is at most a place or two off.
      let k = clamp(Math.floor(((t - points[0][0]) / (points[count - 1][0] - points[0][0])) * (count - 1)), 0, count - 2);
      while (k > 0 && t < points[k][0]) k--;
      while (k < count - 2 && t > points[k + 1][0]) k++;
      const [t0, c0] = points[k];
      const [t1, c1] = points[k + 1];
      const h = t1 - t0;
      const s = clamp((t - t0) / h, 0, 1);
      const r = 1 - s;
      return (1 + 2 * s) * r * r * c0 + s * r * r * h * slopes[k] + s * s * (3 - 2 * s) * c1 - s * s * r * h * slopes[k + 1];
    },
  };
}

/** @param {[number, number]} a @param {[number, number]} b */
function secant([t0, c0], [t1, c1]) {
  return (c1 - c0) / (t1 - t0);
}
