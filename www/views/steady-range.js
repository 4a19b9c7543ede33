// @ts-check
/**
 * The range of the slice's vertical axis: it holds what has to be seen, and moves seldom and slowly, so that what moves in the
 * picture is the cost.
 */

import { mix, roundUp, valueAt } from "../scales.js";

/**
 * @typedef {import("./slice-chart.js").SliceData} SliceData
 * @typedef {{ low: number, high: number }} Range
 */

/** The range goes by what the last so many drawings need: noisy batches come and go faster than an eye can follow a scale. */
const REMEMBERED = 20;
/** At speed it goes by the fixed set, which is not noisy, and a slow machine draws seldom. */
const REMEMBERED_AT_SPEED = 5;
/** This share of them, those that need most, may leave at the top: few wild batches do not press all others flat. */
const LEFT_OUT = 0.2;
/** A range is left as it is while at least this share of it is needed. */
const ROOMY = 0.5;
/** Where the batch's curve would fill less than this share of a range that holds both, it has the range to itself... */
const PRESSED = 0.25;
/** ...and fills it as far as it is not flatter than this, by its height over its span: what is flat should look so. */
const FLATTEST = 0.12;
/** What lies this far behind the ball and ahead of it, in steps, has to be seen... */
const NEAR = { from: 0, to: 1.5 };
/** ...and what is higher than so many times its height may leave at the top: no wall presses the valley flat. */
const WALL = 1.6;
/** At speed the ball starts at this share of the height from the floor, which is a cost of zero, and sinks from there. */
const START = 0.45;
/** The share of its way that the range goes towards its goal in one drawing: slowly enough to be seen as a zoom. */
const EASE = 0.18;
/** And at speed, where one batch in so many needs more than the others. */
const EASE_PLAYING = 0.3;

export function createSteadyRange() {
  /** What the vertical axis shows, and where it is going. @type {Range | null} */
  let range = null;
  /** @type {Range | null} */
  let goal = null;
  /** What the last drawings needed. @type {Range[]} */
  let needs = [];
  let run = NaN;

  return {
    shown: () => range,

    /** Moves the vertical axis towards what the data needs. @param {SliceData} data @returns {boolean} whether it is still on its way */
    adapt(data) {
      const needed = need(data);
      if (!needed) return false;
      if (data.run !== run) {
        // Nothing leads from the costs of one run to those of another.
        run = data.run;
        range = null;
        needs = [];
      }
      needs = [...needs, needed].slice(-REMEMBERED);
      if (!range || !goal) {
        goal = rounded(needed);
        range = { ...goal };
        return false;
      }
      const remembered = data.fast ? REMEMBERED_AT_SPEED : REMEMBERED;
      const recent = needs.slice(-remembered);
      const most = needOfMost(recent);
      if (!suits(goal, most, recent.length === remembered)) goal = rounded(most);
      const ease = data.playing ? EASE_PLAYING : EASE;
      range.low = mix(range.low, goal.low, ease);
      range.high = mix(range.high, goal.high, ease);
      // The ball never leaves the picture, nor does where it will land, however far the range still has to go.
      const landing = data.landing?.cost ?? (data.batch ? valueAt(data, data.batch, Math.min(1, data.to)) : undefined);
      const shown = data.fast ? [data.fixed ? valueAt(data, data.fixed, 0) : undefined] : [data.slice?.cost, landing];
      const costs = shown.filter((cost) => cost !== undefined && Number.isFinite(cost));
      for (const cost of /** @type {number[]} */ (costs)) {
        range.low = Math.min(range.low, cost);
        range.high = Math.max(range.high, cost);
      }
      const span = goal.high - goal.low;
      const settled = Math.abs(range.low - goal.low) + Math.abs(range.high - goal.high) < 0.004 * span;
      if (settled) range = { ...goal };
      // Where this drawing needs another range than most before it, it may be given that when it stays.
      const { low, high } = rounded(needed);
      const waits = !suits(goal, needed, true) && (low !== goal.low || high !== goal.high);
      return !settled || waits;
    },
  };
}

/** What the vertical axis has to show. @param {SliceData} data @returns {Range | null} */
function need(data) {
  const here = data.fast && data.fixed ? valueAt(data, data.fixed, 0) : NaN;
  if (Number.isFinite(here)) return { low: 0, high: Math.max(here / START, 1e-7) };
  const alone = needOf(data, [data.batch]);
  const both = needOf(data, [data.batch, data.fixed]);
  if (!alone || !both) return alone ?? both;
  return alone.high - alone.low < PRESSED * (both.high - both.low) ? alone : both;
}

/** @param {SliceData} data @param {(Float32Array | null)[]} curves @returns {Range | null} */
function needOf({ from, to, slice, landing, ghosts }, curves) {
  let low = Infinity;
  let high = -Infinity;
  /** The highest cost near the ball. */
  let near = -Infinity;
  for (const values of curves) {
    if (!values) continue;
    for (let k = 0; k < values.length; k++) {
      const cost = values[k];
      if (!Number.isFinite(cost)) continue;
      const t = mix(from, to, k / (values.length - 1));
      low = Math.min(low, cost);
      high = Math.max(high, cost);
      if (t >= NEAR.from && t <= NEAR.to) near = Math.max(near, cost);
    }
  }
  for (const cost of [slice?.cost, landing?.cost]) {
    if (cost === undefined || !Number.isFinite(cost)) continue;
    low = Math.min(low, cost);
    near = Math.max(near, cost);
  }
  if (near === -Infinity) return null;
  high = Math.max(high, near);
  high = Math.min(high, low + WALL * Math.max(near - low, 1e-9));
  // The last steps belong in the picture too, as far as the valley keeps most of it.
  const room = 0.6 * (high - low);
  const recent = ghosts.map(({ cost }) => cost);
  const above = recent.filter((cost) => cost <= high + room);
  const below = recent.filter((cost) => cost >= low - room);
  high = Math.max(high, ...above);
  low = Math.min(low, ...below);
  if (low < 0.45 * high && low >= 0) low = 0;
  const more = Math.max(FLATTEST * Math.abs(high), 1e-7) - (high - low);
  if (more > 0) low = low < more / 2 ? 0 : low - more / 2;
  return { low, high: Math.max(high, high + more / 2) };
}

/** What all of these need but a few that need most. @param {Range[]} needs @returns {Range} */
function needOfMost(needs) {
  const last = Math.floor((1 - LEFT_OUT) * (needs.length - 1));
  const lows = needs.map(({ low }) => low).sort((a, b) => b - a);
  const highs = needs.map(({ high }) => high).sort((a, b) => a - b);
  return { low: lows[last], high: highs[last] };
}

/** Whether a range holds what is needed, and, if that is asked, not much besides. @param {Range} range @param {Range} needed @param {boolean} tightly */
function suits(range, needed, tightly) {
  const holds = needed.low >= range.low - 1e-9 && needed.high <= range.high + 1e-9;
  return holds && !(tightly && needed.high - needed.low < ROOMY * (range.high - range.low));
}

/** From one tick to another. @param {Range} needed @returns {Range} */
function rounded({ low, high }) {
  const step = roundUp((high - low) / 5);
  return { low: Math.floor(low / step + 1e-6) * step, high: Math.ceil(high / step - 1e-6) * step };
}
