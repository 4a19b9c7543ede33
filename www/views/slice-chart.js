// @ts-check
/**
 * The descent itself: the cost of the real network along the step it is about to make, with the ball
 * where the network is, the slope under it, the step to come and where it will land.
 */

import { fitToDisplay } from "../canvas.js";
import { reducedMotion } from "../dom.js";
import { circle, disc, dotted, haloText, lettering, line, painter, span, trace, under } from "../draw.js";
import * as format from "../format.js";
import { palette } from "../palette.js";
import { clamp, mix, tickLabel, ticks, valueAt } from "../scales.js";
import { GHOSTS, isProduct } from "../slice.js";
import { createCurve } from "./smooth-curve.js";
import { createSteadyRange } from "./steady-range.js";

/**
 * @typedef {object} Slice  the cost here and the step about to be made
 * @property {number} cost          of the batch, here
 * @property {number} slope         of the batch's cost per unit of the horizontal axis, which is one step
 * @property {number} gradientNorm
 * @property {number} stepLength
 * @property {number} learningRate
 * @property {number} fixedExamples how many images the fixed set has
 *
 * @typedef {object} SliceData
 * @property {number} run    that it is of
 * @property {number} from   in steps: where the first value of the curves lies; usually behind, below zero
 * @property {number} to     where the last one lies
 * @property {Float32Array | null} batch  cost of the current batch at equal distances from..to
 * @property {Float32Array | null} fixed  cost of a fixed set of images, the same
 * @property {Slice | null} slice
 * @property {{ t: number, cost: number } | null} landing  measured after the step
 * @property {{ cost: number }[]} ghosts  where the last steps started from, oldest first
 * @property {number} progress  0..1: the ball's way from here to the landing
 * @property {boolean} [playing]  one step follows the other
 * @property {boolean} [fast]     too fast for single steps to be followed: the ball is where the fixed set sees it
 * @property {number | null} [turn]  where the cost of the batch rises again, told when the step goes too far
 */

const MARGIN = { left: 40, right: 10, top: 24, bottom: 20 };
/** Below the lowest tick runs the arrow of the step. */
const ARROW_LANE = 24;
const BALL = 7.5;
/** So many numbers on an axis are enough, however tall it is. */
const MOST_TICKS = 6;
/**
 * From the landing on one curve to the start on the next the picture moves on by one step, and the next batch's curve takes
 * the place of the last: milliseconds at most and at least, and the share of a step's time that it may take.
 */
const HANDOVER = { most: 280, least: 120, share: 0.35 };

/** @param {HTMLCanvasElement} canvas @param {() => number} [clock] milliseconds */
export function createSliceChart(canvas, clock = () => performance.now()) {
  const surface = fitToDisplay(canvas);
  const range = createSteadyRange();
  /** Which of their places the words had the last time, so that they do not hop about. @type {Map<string, number>} */
  const places = new Map();
  /** At speed: the fixed set's cost where the ball was on the curves before, oldest first. @type {number[]} */
  let trail = [];
  /** What was drawn last, and since when there was its curve. @type {SliceData | null} */
  let last = null;
  let since = -Infinity;
  /** The curve that is left behind. @type {{ data: SliceData, landing: number, time: number } | null} */
  let left = null;
  const paint = painter(surface, (/** @type {SliceData} */ data) => {
    const { ctx, width, height } = surface;
    const { from, to, fast = false } = data;
    const batch = data.batch && createCurve(from, to, data.batch, knots(data), data.slice?.slope ?? null);
    const fixed = data.fixed && createCurve(from, to, data.fixed, [], null);
    const axis = range.shown() ?? { low: 0, high: 1 };

    const bottom = height - MARGIN.bottom - ARROW_LANE;
    const marks = ticks(axis.low, axis.high, Math.min(MOST_TICKS, (bottom - MARGIN.top) / 34));
    ctx.font = palette().font(11);
    // Small costs have long numbers.
    const numbers = marks.values.map((value) => ctx.measureText(tickLabel(value, marks.step)).width);
    const box = {
      left: Math.max(MARGIN.left, ...numbers.map((across) => across + 8)),
      right: width - MARGIN.right,
      top: MARGIN.top,
      floor: height - MARGIN.bottom,
      bottom,
    };
    /** @param {number} t */
    const x = (t) => mix(box.left, box.right, (t - from) / (to - from));
    /** @param {number} cost */
    const y = (cost) => mix(box.bottom, box.top, (cost - axis.low) / (axis.high - axis.low));
    const behind = left && data.slice && { ...left, share: handedOver(left.time) };

    paintAxes(box, x, y, marks, data, batch !== null);
    if (!batch) return;

    ctx.save();
    ctx.beginPath();
    ctx.rect(box.left, box.top - 6, box.right - box.left + 4, box.floor - box.top + 6);
    ctx.clip();
    if (behind && data.slice) {
      // The ball stays where it landed and is carried to where the next step starts.
      const rest = 1 - behind.share;
      const lift = rest * (y(behind.landing) - y(data.slice.cost));
      /** @param {number} t */
      const along = (t) => x(t + rest);
      /** @param {number} cost */
      const above = (cost) => y(cost) + lift;
      const old = createCurve(from, to, behind.data.batch ?? [], knots(behind.data), behind.data.slice?.slope ?? null);
      const valley = follow(batch, along, above);
      paintGround(valley, box, Math.min(box.floor, y(0)));
      if (old) strokeLine(follow(old, (t) => x(t - behind.share), y), palette().fade("positive", 0.5 * rest), 2.5);
      if (fixed) strokeLine(follow(fixed, along, y), palette().fade("muted", 0.9 * behind.share), 1.25);
      strokeLine(valley, palette().fade("positive", behind.share), 2.5);
      ctx.restore();
      paintBall(box, along, above, { landing: null, progress: 0 }, data.slice.cost, batch, dotted(valley));
      return;
    }
    const [valley, other] = [follow(batch, x, y), fixed && follow(fixed, x, y)];
    paintGround(fast && other ? other : valley, box, Math.min(box.floor, y(0)));
    if (other) strokeLine(other, palette().fade("muted", 0.9), fast ? 2 : 1.25);
    strokeLine(valley, fast ? palette().fade("positive", 0.5) : palette().positive, fast ? 1.25 : 2.5);
    ctx.restore();

    if (data.turn !== null && data.turn !== undefined) paintTurn(box, x(data.turn), x(1));
    /** Points along what is drawn, for the words. */
    const taken = (other ? [valley, other] : [valley]).flatMap(dotted);
    if (fast && fixed) {
      taken.push(...paintTrail(box, x(0), y, trail));
      paintBall(box, x, y, { landing: null, progress: 0 }, fixed.at(0), fixed, taken);
    } else if (data.slice) {
      paintStep(box, x, y, data, data.slice, batch, taken);
      paintBall(box, x, y, data, data.slice.cost, batch, taken);
    }
    paintNames(box, x, y, data, batch, fixed, taken);
  });

  /** How far the picture has moved on, 0..1. @param {number} time */
  function handedOver(time) {
    const share = clamp((clock() - since) / time, 0, 1);
    return share * (2 - share);
  }

  /** Notices when one curve takes the place of another on which the ball has landed. @param {SliceData} data */
  function handOver(data) {
    if (last?.batch !== data.batch) {
      const now = clock();
      const time = Math.min(HANDOVER.most, HANDOVER.share * (now - since));
      since = now;
      const seen = data.playing && !data.fast && time >= HANDOVER.least && !reducedMotion();
      left = seen && last?.landing ? { data: last, landing: last.landing.cost, time } : null;
    }
    last = data;
    if (left && (data.landing || !data.playing || clock() - since >= left.time)) left = null;
    return left !== null;
  }

  /**
   * @param {Box} box @param {Scale} x @param {Scale} y @param {ReturnType<typeof ticks>} marks @param {SliceData} data @param {boolean} numbers
   */
  function paintAxes(box, x, y, marks, { from, to }, numbers) {
    const { ctx } = surface;
    const colours = palette();
    ctx.font = colours.font(11);
    ctx.lineWidth = 1;
    ctx.textBaseline = "middle";
    ctx.textAlign = "right";
    for (const value of marks.values) {
      const at = Math.round(y(value)) + 0.5;
      ctx.strokeStyle = colours.fade("line", value === 0 ? 1 : 0.6);
      line(ctx, box.left, at, box.right, at);
      ctx.fillStyle = colours.muted;
      if (numbers) ctx.fillText(tickLabel(value, marks.step), box.left - 7, at);
    }
    lettering(ctx, colours.muted, "left");
    ctx.fillText("cost", 0, 10);

    const floor = Math.round(box.floor) + 0.5;
    ctx.strokeStyle = colours.line;
    line(ctx, box.left, floor, box.right, floor);
    ctx.textAlign = "center";
    for (let t = Math.ceil(from); t <= to; t++) {
      const at = Math.round(x(t)) + 0.5;
      line(ctx, at, floor, at, floor + 4);
      const name = t === 0 ? "here" : t === 1 ? "1 step" : t < 0 ? `\u2212${-t}` : String(t);
      ctx.fillStyle = t === 0 ? colours.text : colours.muted;
      // The outermost names stay inside the picture.
      const half = ctx.measureText(name).width / 2;
      ctx.fillText(name, clamp(at, half, surface.width - half), floor + 15);
    }
  }

  /** From where the cost rises again to where the step ends. @param {Box} box @param {number} turn @param {number} end */
  function paintTurn(box, turn, end) {
    const { ctx } = surface;
    const colours = palette();
    ctx.fillStyle = colours.fade("negative", 0.16);
    ctx.fillRect(turn, box.top, end - turn, box.floor - box.top);
    ctx.strokeStyle = colours.negative;
    ctx.lineWidth = 1.5;
    line(ctx, turn, box.top, turn, box.floor);
    lettering(ctx, colours.negative, "left");
    ctx.fillText("uphill from here", turn, box.top - 8);
  }

  /** The earth under the curve, so that it reads as a valley: down to a cost of zero. @param {Line} line @param {Box} box @param {number} ground */
  function paintGround(line, box, ground) {
    const { ctx } = surface;
    const colours = palette();
    const gradient = ctx.createLinearGradient(0, box.top, 0, box.floor);
    gradient.addColorStop(0, colours.fade("positive", colours.dark ? 0.3 : 0.2));
    gradient.addColorStop(1, colours.fade("positive", colours.dark ? 0.05 : 0.04));
    trace(ctx, [[line[0][0], ground], ...line, [line[line.length - 1][0], ground]]);
    ctx.fillStyle = gradient;
    ctx.fill();
  }

  /** @param {Line} line @param {string} colour @param {number} width */
  function strokeLine(line, colour, width) {
    const { ctx } = surface;
    trace(ctx, line);
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.lineJoin = "round";
    ctx.stroke();
  }

  /** Where the ball rested before: to the left of it, fading with age. @param {Box} box @param {number} here @param {Scale} y @param {number[]} costs oldest first */
  function paintTrail(box, here, y, costs) {
    const { ctx } = surface;
    const spacing = Math.min(6, (here - box.left - BALL) / (GHOSTS + 0.5));
    return costs.flatMap((cost, k) => {
      const age = costs.length - k;
      const place = [here - BALL - age * spacing, y(cost)];
      if (!(place[1] > box.top - 8 && place[1] < box.floor)) return [];
      disc(ctx, place[0], place[1], 2.2, palette().fade("you", Number((0.75 * (1 - (age - 1) / GHOSTS)).toFixed(2))));
      return dotted(span(place, 3));
    });
  }

  /**
   * Tangent, arrow, landing and trail.
   * @param {Box} box @param {Scale} x @param {Scale} y @param {SliceData} data @param {Slice} slice @param {Curve} batch @param {number[][]} taken
   */
  function paintStep(box, x, y, { from, to, landing, ghosts, progress, playing }, slice, batch, taken) {
    const { ctx } = surface;
    const colours = palette();
    const here = { x: x(0), y: y(slice.cost) };
    const target = landing ? landing.t : 1;
    const there = { x: x(target), y: y(landing ? landing.cost : batch.at(target)) };

    taken.push(...paintTrail(box, here.x, y, ghosts.map(({ cost }) => cost)));

    ctx.save();
    ctx.beginPath();
    ctx.rect(box.left, box.top - 6, box.right - box.left, box.bottom - box.top + 10);
    ctx.clip();
    ctx.strokeStyle = colours.you;
    ctx.lineWidth = 1.5;
    ctx.setLineDash([5, 4]);
    const tangent = [Math.max(from, -0.55), Math.min(to, 1.6)].map((t) => [x(t), y(slice.cost + slice.slope * t)]);
    trace(ctx, tangent);
    ctx.stroke();
    taken.push(...dotted(tangent));
    ctx.setLineDash([]);
    ctx.restore();
    // From the axis up to where the step starts and ends.
    ctx.strokeStyle = colours.fade("you", 0.35);
    ctx.lineWidth = 1;
    for (const place of [here, there]) line(ctx, place.x, box.floor, place.x, clamp(place.y, box.top - 6, box.floor));

    const arrowY = box.floor - 9;
    const way = Math.sign(there.x - here.x);
    ctx.strokeStyle = colours.you;
    ctx.fillStyle = colours.you;
    ctx.lineWidth = 2;
    line(ctx, here.x, arrowY, there.x - 5 * way, arrowY);
    trace(ctx, [[there.x, arrowY], [there.x - 8 * way, arrowY - 4.5], [there.x - 8 * way, arrowY + 4.5]]);
    ctx.fill();
    ctx.font = colours.font(11);
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    const room = surface.width - there.x - 9;
    const name = stepNames(slice).find((text) => ctx.measureText(text).width <= room);
    if (name) haloText(ctx, name, there.x + 7, arrowY, colours.text);

    // Pale where the ball will land, and where it came from; a ring at the cost that was measured.
    for (const t of [progress < 1 ? target : null, progress > 0 && !playing ? 0 : null]) {
      if (t === null) continue;
      const seat = sit(batch, x, y, t);
      disc(ctx, seat.x, seat.y, BALL, colours.fade("you", 0.34));
      taken.push(...dotted(span([seat.x, seat.y], BALL)));
    }
    if (progress === 1 && !playing) {
      const seat = sit(batch, x, y, 0);
      const cost = format.cost(slice.cost);
      ctx.font = colours.font(11);
      const left = target > 0 ? seat.x - BALL - 5 - ctx.measureText(cost).width : seat.x + BALL + 5;
      write("left", cost, colours.muted, [10, -10, 23, -23].map((down, k) => [left, seat.y + down, k + (seat.y + down > box.floor - 20 ? 100 : 0)]), taken);
    }
    if (landing) {
      circle(ctx, there.x, there.y, 4);
      ctx.strokeStyle = colours.you;
      ctx.lineWidth = 2;
      ctx.stroke();
    }
  }

  /**
   * The ball rests on the curve, and turns as it rolls.
   * @param {Box} box @param {Scale} x @param {Scale} y @param {Pick<SliceData, "landing" | "progress">} data
   * @param {number} here the cost where it starts @param {Curve} curve that it rests on @param {number[][]} taken
   */
  function paintBall(box, x, y, { landing, progress }, here, curve, taken) {
    const { ctx } = surface;
    const colours = palette();
    const target = landing ? landing.t : 1;
    const t = clamp(progress, 0, 1) * target;
    const seat = sit(curve, x, y, t);
    disc(ctx, seat.x, seat.y, BALL, colours.you, colours.fade("ground", 0.9));
    const angle = (x(t) - x(0)) / BALL - 2.2;
    disc(ctx, seat.x + 0.5 * BALL * Math.cos(angle), seat.y + 0.5 * BALL * Math.sin(angle), 1.5, colours.fade("ground", 0.75));

    const arrived = landing !== null && progress >= 1;
    const cost = format.cost(arrived ? landing.cost : t === 0 ? here : curve.at(t));
    ctx.font = colours.font(12, 600);
    const middle = clamp(seat.y - BALL - 3, box.top + 2, box.floor);
    const [right, left] = [seat.x + BALL + 5, seat.x - BALL - 5 - ctx.measureText(cost).width];
    // Rather on the side where the curve falls away.
    const falls = seat.x >= x(t) - 0.5;
    write("ball", cost, colours.text, [[right, middle, falls ? 0 : 2], [left, middle, left < box.left ? 100 : falls ? 2 : 0]], taken);
    taken.push(...dotted(span([seat.x, seat.y], BALL)));
  }

  /**
   * Writes a word, in the font in force, at that of some places under which the least is drawn.
   * @param {string} key of the word @param {string} text @param {string} colour
   * @param {number[][]} spots its left end, its middle's height, and how little it is wanted there
   * @param {number[][]} taken points along what is drawn; the word's become some of them
   * @param {number} [most] so bad a place is none: better no word than a muddle
   */
  function write(key, text, colour, spots, taken, most = Infinity) {
    const { ctx } = surface;
    const length = ctx.measureText(text).width;
    const badness = spots.map(([left, middle, unwanted], k) => 3 * under(taken, left, length, middle) + unwanted - (places.get(key) === k ? 2.5 : 0));
    const least = Math.min(...badness);
    if (!(least < most)) return;
    const place = badness.indexOf(least);
    places.set(key, place);
    const [left, middle] = spots[place];
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    haloText(ctx, text, left, middle, colour);
    taken.push(...dotted([[left, middle], [left + length, middle]]));
  }

  /**
   * The names of the curves, on them, where neither a curve nor another name nor the ball is in the way.
   * @param {Box} box @param {Scale} x @param {Scale} y @param {SliceData} data
   * @param {Curve} batch @param {Curve | null} fixed @param {number[][]} taken
   */
  function paintNames(box, x, y, { from, to, slice }, batch, fixed, taken) {
    const { ctx } = surface;
    const colours = palette();
    const names = [{ key: "batch", text: "this batch", curve: batch, colour: colours.positive, weight: 600 }];
    if (fixed) {
      const text = `${slice ? format.whole(slice.fixedExamples) : "fixed"} images`;
      // All of it above the picture: its name says how high, and where.
      const above = [from, 0, 1, (from + to) / 2, to].every((t) => y(fixed.at(t)) < box.top - 6);
      if (above) {
        lettering(ctx, colours.muted, "right");
        ctx.fillText(`${text}: ${format.cost(fixed.at(0))} \u2191`, box.right, 10);
      } else {
        names.push({ key: "fixed", text, curve: fixed, colour: colours.muted, weight: 400 });
      }
    }
    for (const { key, text, curve, colour, weight } of names) {
      ctx.font = colours.font(11, weight);
      const half = ctx.measureText(text).width / 2;
      const spots = Array.from({ length: 42 }, (_, k) => {
        const step = k >> 1;
        const side = k % 2 === 0 ? -1 : 1;
        const t = mix(to, Math.max(from, 1.2), step / 20);
        const middle = clamp(x(t), box.left + half, box.right - half + 6);
        // Clear of the highest (or lowest) point that the curve has along the name.
        const along = [-1, -0.5, 0, 0.5, 1].map((k) => side * y(curve.at(tAt(middle + k * half, box, from, to))));
        const height = side * Math.max(side * y(curve.at(t)), ...along) + 12 * side;
        return [middle - half, height, 0.3 * step + side + (height < box.top + 3 || height > box.bottom - 1 ? 100 : 0)];
      });
      write(key, text, colour, spots, taken, 60);
    }
  }

  return {
    /**
     * @param {SliceData} data
     * @returns {boolean} true while the vertical axis is still on its way: draw again in the next frame
     */
    draw(data) {
      if (!data.fast) trail = [];
      else if (last?.fast && last.fixed && last.fixed !== data.fixed) trail = [...trail, valueAt(last, last.fixed, 0)].slice(-GHOSTS);
      const moving = range.adapt(data);
      const carried = handOver(data);
      paint(data);
      return moving || carried;
    },

    /** @param {SliceData} data */
    describe({ slice, landing }) {
      if (!slice) return "The cost along the next step is not known yet.";
      const predicted = format.cost(Math.abs(slice.slope));
      const direction = slice.slope < 0 ? "down" : "up";
      const here = `The cost of this batch is ${format.cost(slice.cost)}; along the step to come it starts ${direction} by ${predicted} per step`;
      return landing ? `${here}, and the step landed at ${format.cost(landing.cost)}.` : `${here}.`;
    },
  };
}

/**
 * @typedef {(value: number) => number} Scale
 * @typedef {{ left: number, right: number, top: number, floor: number, bottom: number }} Box
 * @typedef {[number, number][]} Line
 * @typedef {import("./smooth-curve.js").Curve} Curve
 */

/** The points beyond the equal ones that are known exactly: here, and the landing. @param {SliceData} data @returns {[number, number][]} */
function knots({ slice, landing }) {
  /** @type {[number, number][]} */
  const known = [];
  if (slice) known.push([0, slice.cost]);
  if (landing) known.push([landing.t, landing.cost]);
  return known.filter(([, cost]) => Number.isFinite(cost));
}

/** @param {Curve} curve @param {Scale} x @param {Scale} y @returns {Line} */
function follow({ from, to, at }, x, y) {
  const pieces = Math.max(2, Math.ceil((x(to) - x(from)) / 2));
  return Array.from({ length: pieces + 1 }, (_, k) => {
    const t = mix(from, to, k / pieces);
    return [x(t), y(at(t))];
  });
}

/** The centre of a ball that touches the curve from above at t. @param {Curve} curve @param {Scale} x @param {Scale} y @param {number} t */
function sit(curve, x, y, t) {
  const reach = 0.02;
  const dx = x(t + reach) - x(t - reach);
  const dy = y(curve.at(t + reach)) - y(curve.at(t - reach));
  const length = Math.hypot(dx, dy);
  return { x: x(t) + (BALL * dy) / length, y: y(curve.at(t)) - (BALL * dx) / length };
}

/** @param {number} px @param {Box} box @param {number} from @param {number} to */
function tAt(px, box, from, to) {
  return clamp(mix(from, to, (px - box.left) / (box.right - box.left)), from, to);
}

/** How long the step is, in words; the first that fits is written. @param {Slice} slice */
function stepNames(slice) {
  const { stepLength, learningRate, gradientNorm } = slice;
  if (!isProduct(slice)) return [`step of length ${format.cost(stepLength)}`, format.cost(stepLength)];
  const product = `${format.plain(learningRate)} \u00d7 ${format.cost(gradientNorm)}`;
  return [`rate \u00d7 |gradient| = ${product}`, product];
}
