// @ts-check
/**
 * The mathematics of the pictures of the surface: levels of the cost, a height field in space, how it is turned, and
 * which of its points lie in front. Pure functions, no canvas and no DOM.
 *
 * @module
 */

import { clamp } from "./scales.js";

/** Areas of equal colour between the lowest and the highest cost. */
export const LEVELS = 16;
/** Shades of each colour, from the darkest to the brightest. */
export const SHADES = 64;

/**
 * From where the surface is seen, in radians: turned about the upright, and from how high.
 * @typedef {{ yaw: number, pitch: number }} Angle
 *
 * @typedef {{ left: number, bottom: number, right: number, top: number }} Extent
 * @typedef {{ low: number, high: number }} Range
 *
 * Model coordinates: the ground is [-aspect, aspect] x [-1, 1], x to the right and y away; z goes up from 0 to HEIGHT.
 * @typedef {{ side: number, aspect: number,
 *   heights: Float32Array,         // [side, side], row by row from the lower left, 0..HEIGHT
 *   levels: Float32Array           // the same as numbers of levels, 0..LEVELS
 * }} Field
 *
 * Where a point of the model is seen: across and down in the frame's units, and how far away; smaller is nearer.
 * @typedef {(x: number, y: number, z: number) => [across: number, down: number, depth: number]} Projection
 *
 * @typedef {{ width: number, height: number,
 *   words: Uint32Array,            // pixels
 *   depths: Float32Array           // of what is seen in each pixel; Infinity where there is nothing
 * }} Picture
 */

/** Height of the model, its ground being two units deep. */
export const HEIGHT = 0.95;
/** A path leads to the right: from here it comes down towards the viewer. */
export const FIRST_ANGLE = Object.freeze({ yaw: -0.25, pitch: 0.58 });
/** Valleys deeper than this share of the highest cost are all the same. */
const DEEPEST = 1e-7;
const PITCHES = { low: 0.15, high: Math.PI / 2 };
/** Seen from an angle it is at most so many times as wide, or as high, as it is. */
const STRETCH = 2.5;
/** Light from the upper left, behind the viewer: a direction in the turned model, of length 1. */
const LIGHT = [-0.48, -0.36, 0.8];
/** How much of the light comes from everywhere. */
const AMBIENT = 0.35;

/** Of those that are numbers; those beyond all numbers lie on top. @param {Float32Array} costs @returns {Range} */
export function range(costs) {
  let [low, high] = [Infinity, -Infinity];
  for (const cost of costs) {
    if (!Number.isFinite(cost)) continue;
    low = Math.min(low, cost);
    high = Math.max(high, cost);
  }
  return { low, high };
}

/**
 * The level of a cost. They are spread evenly by the logarithm: a valley is as interesting as the slope above it, where the
 * cost is many times as high.
 * @param {number} cost @param {Range} range @returns {number} 0..LEVELS
 */
export function levelOf(cost, { low, high }) {
  if (!Number.isFinite(cost)) return LEVELS;
  const ground = groundOf({ low, high });
  return clamp((LEVELS * Math.log(cost / ground)) / Math.log(high / ground) || 0, 0, LEVELS);
}

/** The lowest level begins here: all is above a cost of nothing, so many times that it would take up all levels. @param {Range} range */
const groundOf = ({ low, high }) => Math.max(low, DEEPEST * high);

/** The cost between the lower and the upper half of the levels. @param {Range} range */
export const middleOf = ({ low, high }) => Math.sqrt(groundOf({ low, high }) * high);

/** @param {Float32Array} costs @param {number} side @param {Extent} extent @returns {Field} */
export function createField(costs, side, extent) {
  const whole = range(costs);
  const scale = whole.high > whole.low ? HEIGHT / (whole.high - whole.low) : 0;
  return {
    side,
    aspect: (extent.right - extent.left) / (extent.top - extent.bottom),
    heights: costs.map((cost) => (Number.isFinite(cost) ? (cost - whole.low) * scale : HEIGHT)),
    levels: costs.map((cost) => levelOf(cost, whole)),
  };
}

/**
 * A grid's value over a point of the plane, on the triangles that are drawn: each cell has one below and one above the
 * diagonal from its lower left.
 * @param {Float32Array} values @param {number} side @param {Extent} extent @param {number[]} point
 */
export function costAt(values, side, { left, bottom, right, top }, [x, y]) {
  const [column, row] = [(x - left) / (right - left), (y - bottom) / (top - bottom)].map((share) => clamp(share, 0, 1) * (side - 1));
  const [i, j] = [column, row].map((at) => Math.min(Math.floor(at), side - 2));
  const [u, v] = [column - i, row - j];
  const at = j * side + i;
  const [near, far] = [values[at], values[at + side + 1]];
  const corner = values[u > v ? at + 1 : at + side];
  const [first, second] = u > v ? [u, v] : [v, u];
  return near + first * (corner - near) + second * (far - corner);
}

/** The place in the model over a point of the plane. @param {Field} field @param {Extent} extent @param {number[]} point */
export function placeOn({ side, aspect, heights }, extent, point) {
  const { left, bottom, right, top } = extent;
  const [across, along] = [(point[0] - left) / (right - left), (point[1] - bottom) / (top - bottom)];
  return /** @type {[number, number, number]} */ ([(2 * across - 1) * aspect, 2 * along - 1, costAt(heights, side, extent, point)]);
}

/** @param {Angle} angle @returns {Angle} */
export function withinLimits({ yaw, pitch }) {
  const round = 2 * Math.PI;
  return { yaw: yaw - round * Math.round(yaw / round), pitch: clamp(pitch, PITCHES.low, PITCHES.high) };
}

/**
 * The model as seen from an angle, without perspective, as large as the frame allows, and somewhat of its shape.
 * @param {Angle} angle @param {Field} field
 * @param {{ left: number, top: number, width: number, height: number }} frame
 * @returns {Projection}
 */
export function project({ yaw, pitch }, { side, aspect, heights }, frame) {
  const [cosYaw, sinYaw, cosPitch, sinPitch] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  /** @type {Projection} in units of the model, around the middle of the ground */
  const turned = (x, y, z) => {
    const behind = x * sinYaw + y * cosYaw;
    return [x * cosYaw - y * sinYaw, -behind * sinPitch - z * cosPitch, behind * cosPitch - z * sinPitch];
  };
  const across = aspect * Math.abs(cosYaw) + Math.abs(sinYaw);
  const front = (aspect * Math.abs(sinYaw) + Math.abs(cosYaw)) * sinPitch;
  // The far corners of the ground are seen as far above its middle as the near ones below; some hill may rise higher.
  let top = -front;
  const cell = 2 / (side - 1);
  heights.forEach((z, at) => {
    const x = ((at % side) * cell - 1) * aspect;
    top = Math.min(top, turned(x, Math.floor(at / side) * cell - 1, z)[1]);
  });
  // No two directions have a measure in common: what would be a strip of the frame is stretched halfway to its shape.
  const stretch = clamp(Math.sqrt((frame.width * (front - top)) / (2 * across * frame.height)), 1 / STRETCH, STRETCH);
  const scale = Math.min(frame.width / (2 * across * stretch), frame.height / (front - top));
  const centre = frame.left + frame.width / 2;
  const middle = frame.top + frame.height / 2 - (scale * (front + top)) / 2;
  return (x, y, z) => {
    const [right, down, depth] = turned(x, y, z);
    return [centre + scale * stretch * right, middle + scale * down, scale * depth];
  };
}

/**
 * Draws the surface: each point in the colour of its level, lit by its slope, with thin lines between levels.
 * @param {Field} field
 * @param {Angle | number} angle the light stands still while the model turns under it; a number: one shade everywhere
 * @param {Projection} projection to pixels of the picture
 * @param {Picture} picture
 * @param {Uint32Array} colours [LEVELS, SHADES]
 * @param {{ half: number, shade: number }} line between two levels: half its width in pixels, and how much brighter it is
 */
export function paintField(field, angle, projection, picture, colours, line) {
  const { side, aspect, heights, levels } = field;
  const { width, height, words, depths } = picture;
  words.fill(0);
  depths.fill(Infinity);

  const count = side * side;
  const [xs, ys, ds, lights] = [0, 1, 2, 3].map(() => new Float32Array(count));
  const yaw = typeof angle === "number" ? 0 : angle.yaw;
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
  const light = [LIGHT[0] * cos + LIGHT[1] * sin, LIGHT[1] * cos - LIGHT[0] * sin, LIGHT[2]];
  const cell = 2 / (side - 1);
  for (let at = 0; at < count; at++) {
    const [column, row] = [at % side, Math.floor(at / side)];
    const [x, y, depth] = projection((column * cell - 1) * aspect, row * cell - 1, heights[at]);
    [xs[at], ys[at], ds[at]] = [x, y, depth];
    const [left, right] = [Math.max(column - 1, 0), Math.min(column + 1, side - 1)];
    const [below, above] = [Math.max(row - 1, 0), Math.min(row + 1, side - 1)];
    const slopeX = (heights[at + right - column] - heights[at + left - column]) / ((right - left) * cell * aspect);
    const slopeY = (heights[at + (above - row) * side] - heights[at + (below - row) * side]) / ((above - below) * cell);
    const lit = Math.max(0, light[2] - slopeX * light[0] - slopeY * light[1]) / Math.hypot(slopeX, slopeY, 1);
    lights[at] = typeof angle === "number" ? angle : AMBIENT + (1 - AMBIENT) * lit;
  }

  /** @param {number} a @param {number} b @param {number} c corners */
  function triangle(a, b, c) {
    // From the uppermost corner to the lowest.
    if (ys[b] < ys[a]) [a, b] = [b, a];
    if (ys[c] < ys[b]) [b, c] = [c, b];
    if (ys[b] < ys[a]) [a, b] = [b, a];
    const ax = xs[a];
    const ay = ys[a];
    const bx = xs[b] - ax;
    const by = ys[b] - ay;
    const cx = xs[c] - ax;
    const cy = ys[c] - ay;
    const area = bx * cy - cx * by;
    if (Math.abs(area) < 1e-6) return;
    // All three quantities are flat over a triangle: how they change from pixel to pixel, across and down.
    const depthX = ((ds[b] - ds[a]) * cy - (ds[c] - ds[a]) * by) / area;
    const depthY = ((ds[c] - ds[a]) * bx - (ds[b] - ds[a]) * cx) / area;
    const levelX = ((levels[b] - levels[a]) * cy - (levels[c] - levels[a]) * by) / area;
    const levelY = ((levels[c] - levels[a]) * bx - (levels[b] - levels[a]) * cx) / area;
    const lightX = ((lights[b] - lights[a]) * cy - (lights[c] - lights[a]) * by) / area;
    const lightY = ((lights[c] - lights[a]) * bx - (lights[b] - lights[a]) * cx) / area;
    const lineWidth = line.half * Math.hypot(levelX, levelY);
    const last = Math.min(height - 1, Math.floor(ay + cy - 0.5));
    for (let row = Math.max(0, Math.ceil(ay - 0.5)); row <= last; row++) {
      // Where the row crosses the long edge and one of the short ones.
      const y = row + 0.5 - ay;
      const one = (cx * y) / cy;
      const other = y < by ? (bx * y) / by : bx + ((cx - bx) * (y - by)) / (cy - by || 1);
      const start = Math.max(0, Math.ceil(ax + Math.min(one, other) - 0.5));
      const end = row * width + Math.min(width - 1, Math.floor(ax + Math.max(one, other) - 0.5));
      const x = start + 0.5 - ax;
      let depth = ds[a] + depthX * x + depthY * y;
      let level = levels[a] + levelX * x + levelY * y;
      let lit = lights[a] + lightX * x + lightY * y;
      for (let at = row * width + start; at <= end; at++) {
        if (depth < depths[at]) {
          depths[at] = depth;
          const edge = Math.floor(level + 0.5);
          const away = Math.abs(level - edge);
          let shade = lit;
          // The outermost levels have no neighbour to be told from.
          if (away < 2 * lineWidth && edge > 0 && edge < LEVELS) shade += line.shade * Math.min(1, 2 - away / lineWidth);
          words[at] = colours[clamp(Math.floor(level), 0, LEVELS - 1) * SHADES + clamp(Math.floor(shade * SHADES), 0, SHADES - 1)];
        }
        depth += depthX;
        level += levelX;
        lit += lightX;
      }
    }
  }

  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const at = row * side + column;
      triangle(at, at + 1, at + side + 1);
      triangle(at, at + side + 1, at + side);
    }
  }
}
