// @ts-check
/**
 * What each neuron of the first hidden layer looks for: its incoming weights, or their last change,
 * as a picture as large as the input. All tiles share one signed scale, so that they may be compared.
 */

import { createPixels, fitToDisplay } from "../canvas.js";
import { painter, strike } from "../draw.js";
import { plain } from "../format.js";
import { SIGNED_STEPS, palette } from "../palette.js";
import { clamp, createSteadyScale, largestTiles, robustMaximum } from "../scales.js";

/**
 * @typedef {ReturnType<typeof arrange>} Grid
 *
 * @typedef {object} WeightImagesData
 * @property {number[] | null} sizes  inputs, hidden layers, outputs
 * @property {Float32Array | null} parameters  layer by layer, weights [in, out], then biases
 * @property {Float32Array | null} change  the same length: what the last step added
 * @property {"weights" | "change"} mode
 * @property {number} side  of the input picture, in pixels
 * @property {import("../protocol.js").Place | null} chosen  a weight to point out
 * @property {number | null} opened  a neuron to point out
 * @property {Uint8Array | null} [idle]  neurons, 1 for each that is dead or saturated
 * @property {number} blend  0..1: how much of the change shows over the weights
 */

/** Weights beyond the scale's end are few enough not to be missed: they saturate. */
const SHARE_WITHIN_SCALE = 0.995;

const LEGEND_HEIGHT = 22;
const LEGEND_RAMP = 96;
/** What the tiles show, in ever fewer words. */
const MEANINGS = {
  weights: ["one pixel, one weight: orange pulls down, blue pushes up", "one pixel, one weight"],
  change: ["what was added to each weight last", "what was added last"],
};

/** @param {HTMLCanvasElement} canvas */
export function createWeightImages(canvas) {
  const surface = fitToDisplay(canvas);
  const scales = { weights: createSteadyScale(), change: createSteadyScale() };
  /** All tiles side by side, one word per pixel. @type {ReturnType<typeof createPixels> | null} */
  let atlas = null;
  const ramp = createPixels(SIGNED_STEPS, 1);
  /** The tiles there are. @type {Grid & { count: number } | null} */
  let grid = null;

  /** @param {WeightImagesData} data */
  function paint(data) {
    const { width, height } = surface;
    if (!data.sizes) return;
    const count = data.sizes[1];
    grid = { ...arrange(width, height - LEGEND_HEIGHT, count), count };
    let scale = paintTiles(grid, data, data.mode, 1);
    if (data.blend > 0) scale = paintTiles(grid, data, "change", data.blend);
    const mode = data.blend > 0 ? "change" : data.mode;
    roundCorners(grid);
    pointOut(grid, data);
    paintLegend(scale, mode, grid);
  }

  /** @param {Grid} grid @param {WeightImagesData} data @param {"weights" | "change"} mode @param {number} alpha @returns {number} the weight at the ends of the scale */
  function paintTiles({ tile, columns, pitch, left, top }, { sizes, parameters, change, side }, mode, alpha) {
    const { ctx } = surface;
    const [inputs, neurons] = sizes ?? [0, 0];
    const values = mode === "change" ? change : parameters;
    const scale = values ? scales[mode](robustMaximum(values, 0, inputs * neurons, SHARE_WITHIN_SCALE)) : 0;
    if (!atlas || atlas.canvas.width !== side * neurons || atlas.canvas.height !== side) atlas = createPixels(side * neurons, side);
    fillAtlas(atlas.words, values, scale, side, neurons, palette().signedRamp);
    atlas.commit();
    ctx.imageSmoothingEnabled = false;
    ctx.globalAlpha = alpha;
    for (let neuron = 0; neuron < neurons; neuron++) {
      const x = left + (neuron % columns) * pitch;
      const y = top + Math.floor(neuron / columns) * pitch;
      ctx.drawImage(atlas.canvas, neuron * side, 0, side, side, x, y, tile, tile);
    }
    ctx.globalAlpha = 1;
    return scale;
  }

  /** Takes the corners off all tiles at once, so that what is behind the canvas shows: those alone, for a path along all edges takes three times as long. @param {Grid & { count: number }} grid */
  function roundCorners({ tile, columns, pitch, left, top, count }) {
    if (tile < 24) return;
    const { ctx } = surface;
    const radius = Math.min(6, tile / 12);
    ctx.beginPath();
    for (let neuron = 0; neuron < count; neuron++) {
      const x = left + (neuron % columns) * pitch;
      const y = top + Math.floor(neuron / columns) * pitch;
      for (const [cornerX, inX] of [[x, radius], [x + tile, -radius]]) {
        for (const [cornerY, inY] of [[y, radius], [y + tile, -radius]]) {
          ctx.moveTo(cornerX, cornerY);
          ctx.lineTo(cornerX + inX, cornerY);
          ctx.arcTo(cornerX, cornerY, cornerX, cornerY + inY, radius);
        }
      }
    }
    ctx.globalCompositeOperation = "destination-out";
    ctx.fill();
    ctx.globalCompositeOperation = "source-over";
  }

  /** A frame around the opened tile and around the chosen weight. @param {Grid} grid @param {WeightImagesData} data */
  function pointOut({ tile, columns, pitch, left, top }, { side, chosen, opened, sizes, idle }) {
    const { ctx } = surface;
    ctx.strokeStyle = palette().you;
    ctx.lineWidth = 2;
    const x = (/** @type {number} */ neuron) => left + (neuron % columns) * pitch;
    const y = (/** @type {number} */ neuron) => top + Math.floor(neuron / columns) * pitch;
    const corner = tile / 6;
    for (let neuron = 0; idle && neuron < (sizes?.[1] ?? 0); neuron++)
      if (idle[neuron]) strike(ctx, x(neuron) + tile - corner, y(neuron) + corner, 0.8 * corner);
    if (opened !== null) ctx.strokeRect(x(opened), y(opened), tile, tile);
    if (!chosen || chosen.layer > 0 || chosen.from === null) return;
    const pixel = tile / side;
    const { from, to } = chosen;
    ctx.strokeRect(x(to) + (from % side) * pixel - 1.5, y(to) + Math.floor(from / side) * pixel - 1.5, pixel + 3, pixel + 3);
  }

  /** @param {number} scale @param {"weights" | "change"} mode @param {Grid} grid */
  function paintLegend(scale, mode, grid) {
    const { ctx, height } = surface;
    const colours = palette();
    const right = grid.left + grid.columns * grid.pitch - (grid.pitch - grid.tile);
    const y = height - 7;
    ctx.font = colours.font(11);
    ctx.textBaseline = "middle";
    ctx.fillStyle = colours.muted;

    const ends = scale > 0 ? [`\u2212${plain(scale)}`, `+${plain(scale)}`] : ["\u2212", "+"];
    const endWidth = ctx.measureText(ends[1]).width;
    const rampRight = right - endWidth - 7;
    const rampLeft = rampRight - LEGEND_RAMP;
    ctx.textAlign = "right";
    ctx.fillText(ends[1], right, y);
    ctx.fillText(ends[0], rampLeft - 7, y);
    ramp.words.set(colours.signedRamp);
    ramp.commit();
    ctx.drawImage(ramp.canvas, rampLeft, y - 4, LEGEND_RAMP, 8);
    ctx.strokeStyle = colours.line;
    ctx.lineWidth = 1;
    ctx.strokeRect(rampLeft, y - 4, LEGEND_RAMP, 8);
    ctx.fillStyle = colours.muted;
    ctx.fillRect((rampLeft + rampRight) / 2 - 0.5, y - 6, 1, 12);

    // As many words as there is room for.
    const free = rampLeft - 7 - ctx.measureText(ends[0]).width - 12 - grid.left;
    const sentence = MEANINGS[mode].find((words) => ctx.measureText(words).width <= free);
    ctx.textAlign = "left";
    ctx.fillStyle = colours.muted;
    if (sentence) ctx.fillText(sentence, grid.left, y);
  }

  return {
    draw: painter(surface, paint),

    /** The neuron under a point of the canvas. @param {number} x @param {number} y @returns {number | null} */
    hit(x, y) {
      if (!grid) return null;
      const column = Math.floor((x - grid.left) / grid.pitch);
      const row = Math.floor((y - grid.top) / grid.pitch);
      const inTile = (x - grid.left) - column * grid.pitch <= grid.tile && (y - grid.top) - row * grid.pitch <= grid.tile;
      const neuron = row * grid.columns + column;
      return inTile && column >= 0 && column < grid.columns && row >= 0 && neuron < grid.count ? neuron : null;
    },

    /** The neuron so many tiles across and down from another, or that one where there is none. @param {number} neuron @param {number} across @param {number} down */
    beside(neuron, across, down) {
      const { columns, count } = grid ?? { columns: 1, count: 0 };
      const next = neuron + across + down * columns;
      return next >= 0 && next < count ? next : neuron;
    },

    /** @param {WeightImagesData} data */
    describe({ sizes, parameters, change, mode }) {
      if (!sizes || !(mode === "change" ? change : parameters)) return "No weights yet.";
      const what = mode === "change" ? "last changes of the weights" : "weights";
      return `The ${what} of the ${sizes[1]} neurons of the first hidden layer as pictures, from negative to positive.`;
    },
  };
}

/**
 * The largest tiles that fit, spread over what they leave.
 * @param {number} width @param {number} height @param {number} count
 */
export function arrange(width, height, count) {
  // Gaps shrink with the tiles, so that a hundred still fit.
  const best = largestTiles(width, height, count, (room) => clamp(0.08 * room, 1, 6));
  const tile = Math.max(1, Math.floor(best.tile));
  // Leftover space spreads into the gaps, so that the tiles line up with both edges where they can.
  const free = Math.min(
    best.columns > 1 ? (width - best.columns * tile) / (best.columns - 1) : Infinity,
    best.rows > 1 ? (height - best.rows * tile) / (best.rows - 1) : Infinity,
  );
  const gap = Math.min(free, 2.2 * best.gap);
  const pitch = tile + gap;
  return {
    tile,
    columns: best.columns,
    rows: best.rows,
    pitch,
    left: Math.max(0, (width - (best.columns * pitch - gap)) / 2),
    top: Math.max(0, (height - (best.rows * pitch - gap)) / 2),
  };
}

/**
 * Weights are [in, out], so one input's row is contiguous: the loop follows memory and scatters into the tiles.
 * @param {Uint32Array} words @param {Float32Array | null} values @param {number} scale
 * @param {number} side @param {number} neurons @param {Uint32Array} ramp
 */
function fillAtlas(words, values, scale, side, neurons, ramp) {
  const zero = (ramp.length - 1) / 2;
  if (!values || !(scale > 0)) {
    words.fill(ramp[zero]);
    return;
  }
  const perWeight = zero / scale;
  const stride = side * neurons;
  const last = ramp.length - 1;
  let at = 0;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let word = y * stride + x;
      for (let neuron = 0; neuron < neurons; neuron++, word += side) {
        let step = (zero + values[at++] * perWeight + 0.5) | 0;
        if (step < 0) step = 0;
        else if (step > last) step = last;
        words[word] = ramp[step];
      }
    }
  }
}
