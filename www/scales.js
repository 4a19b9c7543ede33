// @ts-check
/**
 * What the pictures need to turn numbers into places: ranges that end on round numbers, ticks and
 * their labels, and a maximum that a few outliers cannot move. Pure functions, no canvas and no DOM.
 *
 * @module
 */

import { whole } from "./format.js";

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return value < low ? low : value > high ? high : value;
}

/** @param {number} a @param {number} b @param {number} share 0: a, 1: b */
export function mix(a, b, share) {
  return a + (b - a) * share;
}

/** The steps between round numbers within one decade. */
const TICK_STEPS = [1, 2, 5, 10];

/** Full scales of a legend, close enough together that a picture is never much paler than it could be. */
const FULL_SCALES = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/**
 * The smallest number of `ladder` times a power of ten that is not below `value` (> 0).
 * @param {number} value
 * @param {number[]} [ladder]
 */
export function roundUp(value, ladder = TICK_STEPS) {
  if (!(value > 0) || !Number.isFinite(value)) return 0;
  const decade = 10 ** Math.floor(Math.log10(value));
  // The tolerance keeps a single-precision 0.3, which is a little more, on the rung 0.3.
  const rung = ladder.find((candidate) => candidate * decade >= value * (1 - 1e-6)) ?? 10;
  return Number((rung * decade).toPrecision(3));
}

/**
 * Round ticks from `low` to `high`, at most about `count` of them.
 * @param {number} low @param {number} high @param {number} count
 * @returns {{ step: number, values: number[] }}
 */
export function ticks(low, high, count) {
  const step = roundUp((high - low) / Math.max(1, count));
  /** @type {number[]} */
  const values = [];
  if (step === 0) return { step, values };
  const first = Math.ceil(low / step - 1e-6);
  const last = Math.floor(high / step + 1e-6);
  for (let k = first; k <= last; k++) values.push(Number((k * step).toPrecision(12)));
  return { step, values };
}

/**
 * The value that `share` of the magnitudes stay below, to one part in 512 of the largest.
 * Unlike a maximum it hardly moves when a single weight does.
 * @param {ArrayLike<number>} values @param {number} start @param {number} end @param {number} share 0..1
 */
export function robustMaximum(values, start, end, share) {
  let largest = 0;
  for (let i = start; i < end; i++) {
    const magnitude = Math.abs(values[i]);
    if (magnitude > largest && magnitude < Infinity) largest = magnitude;
  }
  if (largest === 0) return 0;
  histogram.fill(0);
  const bins = histogram.length;
  const perBin = (bins - 1) / largest;
  let counted = 0;
  for (let i = start; i < end; i++) {
    const magnitude = Math.abs(values[i]);
    if (magnitude <= largest) {
      histogram[(magnitude * perBin) | 0]++;
      counted++;
    }
  }
  let below = 0;
  for (let bin = 0; bin < bins; bin++) {
    below += histogram[bin];
    if (below >= share * counted) return Math.min(largest, (bin + 1) / perBin);
  }
  return largest;
}
const histogram = new Uint32Array(512);

/**
 * A full scale for a legend: a round number that holds still. It grows as soon as the values need
 * it and shrinks only when they use little of it, so that it does not flicker between two rungs.
 * @returns {(needed: number) => number}
 */
export function createSteadyScale() {
  let scale = 0;
  return (needed) => {
    if (needed > scale || needed < 0.55 * scale) scale = roundUp(needed, FULL_SCALES);
    return scale;
  };
}

/**
 * A value between those at equal distances, on the straight line between its neighbours.
 * @param {{ from: number, to: number }} ends  where the first and the last value lie
 * @param {ArrayLike<number>} values @param {number} t
 */
export function valueAt({ from, to }, values, t) {
  const at = ((t - from) / (to - from)) * (values.length - 1);
  const before = Math.floor(at);
  return mix(values[before], values[Math.min(before + 1, values.length - 1)], at - before);
}

/** What a tile is worth in a grid whose last row is not full: it must buy clearly larger tiles. */
const RAGGED = 0.8;

/**
 * The largest square tiles that fit, in rows of equal length where possible.
 * @param {number} width @param {number} height @param {number} count
 * @param {(room: number) => number} gapOf  between tiles that have so much room each
 */
export function largestTiles(width, height, count, gapOf) {
  let best = { tile: 0, columns: 1, rows: count, gap: 0, worth: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const gap = gapOf(Math.min(width / columns, height / rows));
    const tile = Math.min((width - (columns - 1) * gap) / columns, (height - (rows - 1) * gap) / rows);
    const worth = rows * columns === count ? tile : RAGGED * tile;
    if (worth > best.worth) best = { tile, columns, rows, gap, worth };
  }
  return best;
}

/** A tick label with as many decimals as the step between ticks has. @param {number} value @param {number} step */
export function tickLabel(value, step) {
  if (value === 0) return "0";
  const exponent = (/** @type {number} */ x) => Math.floor(Math.log10(Math.abs(x)) + 1e-9);
  if (Math.abs(value) >= 100000 || step < 0.00001)
    return value.toExponential(Math.max(0, exponent(value) - exponent(step))).replaceAll("-", "\u2212");
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return decimals === 0 ? whole(value) : value.toFixed(decimals).replace("-", "\u2212");
}
