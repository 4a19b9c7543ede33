// @ts-check
/**
 * The gradient: a map of how the batch wants every weight and bias moved, layer after layer on one signed scale, and under
 * it the largest of these nudges by name, as signed bars.
 *
 * In the map the weights out of the input are a tile for each neuron, shaped like the image; those between two layers are
 * a block with a row for each neuron they come from. Biases stand apart, beside the tiles and under the blocks.
 */

import { createPixels, fitToDisplay } from "../canvas.js";
import { circle, lettering, painter } from "../draw.js";
import { signed } from "../format.js";
import { palette } from "../palette.js";
import { parameterName, placeOf } from "../places.js";
import { clamp, createSteadyScale, largestTiles, robustMaximum } from "../scales.js";

/**
 * @typedef {import("../protocol.js").Place} Place
 * @typedef {import("../protocol.js").Nudge} Nudge
 *
 * @typedef {object} GradientData
 * @property {number[] | null} sizes  inputs, hidden layers, outputs
 * @property {Float32Array | null} all  the nudge of every parameter, in their order
 * @property {Nudge[]} largest  largest first
 * @property {Place | null} chosen
 * @property {number} share  0..1: how much of the bars is drawn
 * @property {string[]} [names]  of the outputs, where they are not digits
 *
 * @typedef {{ left: number, top: number, cell: number, columns: number, rows: number, index(column: number, row: number): number }} Block
 */

/** Nudges beyond the scale's end, most of them of the few weights near the outputs, saturate. */
const SHARE_WITHIN_SCALE = 0.995;
const MAP = { least: 44, most: 120, share: 0.3, gap: 2, between: 10, names: 15 };
const ROW = { least: 17, good: 24, most: 34 };
/** So many rows show where there is room for their least height. */
const FEW_ROWS = 6;
const BARS = { share: 0.3, most: 150, number: 70 };

/** @param {HTMLCanvasElement} canvas */
export function createGradientChart(canvas) {
  const surface = fitToDisplay(canvas);
  const steadyMap = createSteadyScale();
  const steadyBars = createSteadyScale();
  /** Of each block its pixels, and which parameter each of them shows. @type {{ key: string, blocks: Block[], pixels: (ReturnType<typeof createPixels> & { shown: Int32Array })[] }} */
  let map = { key: "", blocks: [], pixels: [] };
  let rows = { top: 0, height: 0, first: 0, count: 0 };
  /** @type {GradientData | null} */
  let shown = null;

  /** @param {GradientData} data */
  function paint(data) {
    const { width, height } = surface;
    shown = data;
    const { sizes, all } = data;
    if (!sizes || !all) return;
    const mapHeight = Math.round(clamp(MAP.share * height, MAP.least, MAP.most));
    const key = `${sizes} ${width} ${mapHeight}`;
    if (map.key !== key) {
      const blocks = layOutMap(sizes, width, mapHeight);
      const pixels = blocks.map(({ columns, rows, index }) => ({
        ...createPixels(columns, rows),
        shown: Int32Array.from({ length: columns * rows }, (_, at) => index(at % columns, Math.floor(at / columns))),
      }));
      map = { key, blocks, pixels };
    }
    paintMap(all);
    paintNames(sizes, mapHeight + 11);
    if (data.chosen) paintSpot(data.chosen, sizes);
    paintRows(data, sizes, mapHeight + MAP.names + 3);
  }

  /** @param {Float32Array} all */
  function paintMap(all) {
    const { ctx, ratio } = surface;
    const { signedPixel } = palette();
    const full = signedRoot(steadyMap(robustMaximum(all, 0, all.length, SHARE_WITHIN_SCALE)));
    map.blocks.forEach(({ left, top, cell, columns, rows }, k) => {
      const { canvas, words, shown, commit } = map.pixels[k];
      for (let at = 0; at < words.length; at++) words[at] = signedPixel(signedRoot(all[shown[at]]), full);
      commit();
      // Smaller than the display's pixels they are averaged, not dropped.
      ctx.imageSmoothingEnabled = cell * ratio < 1;
      ctx.drawImage(canvas, left, top, cell * columns, cell * rows);
    });
  }

  /** What lies under what: from how many to how many. @param {number[]} sizes @param {number} baseline */
  function paintNames(sizes, baseline) {
    const { ctx, width } = surface;
    lettering(ctx, palette().muted, "center");
    let free = Infinity;
    // From the right, where they are closest together.
    for (let layer = sizes.length - 2; layer >= 0; layer--) {
      const [left, right] = extentOf(layer, sizes, map.blocks);
      const text = `${sizes[layer]}${layer === 0 ? " pixels" : ""} \u2192 ${sizes[layer + 1]}`;
      const half = ctx.measureText(text).width / 2;
      const at = clamp((left + right) / 2, half, width - half);
      if (at + half + 6 > free) continue;
      free = at - half;
      ctx.fillText(text, at, baseline);
    }
  }

  /** A ring around one parameter of the map. @param {Place} chosen @param {number[]} sizes */
  function paintSpot(chosen, sizes) {
    const { ctx } = surface;
    const found = spot(chosen, sizes, map.blocks);
    if (!found) return;
    circle(ctx, ...found, 4.5);
    ctx.strokeStyle = palette().you;
    ctx.lineWidth = 2;
    ctx.stroke();
  }

  /** @param {GradientData} data @param {number[]} sizes @param {number} top */
  function paintRows({ largest, chosen, share, names }, sizes, top) {
    const { ctx, width, height } = surface;
    const colours = palette();
    const space = height - top;
    const most = Math.max(Math.floor(space / ROW.good), Math.min(FEW_ROWS, Math.floor(space / ROW.least)));
    const count = Math.min(most, largest.length);
    if (count < 1) return;
    const rank = chosen ? largest.findIndex(({ index }) => index === chosen.index) : -1;
    rows = { top, height: Math.min(ROW.most, space / count), first: Math.max(0, rank - count + 1), count };

    const barsWidth = Math.min(BARS.most, BARS.share * width);
    const middle = width - BARS.number - barsWidth / 2;
    const scale = steadyBars(Math.abs(largest[0].nudge)) / (barsWidth / 2);
    ctx.textBaseline = "middle";
    for (let k = 0; k < count; k++) {
      const entry = largest[rows.first + k];
      const at = top + (k + 0.5) * rows.height;
      const marked = rows.first + k === rank;
      if (marked) {
        ctx.fillStyle = colours.raised;
        ctx.beginPath();
        ctx.roundRect(-6, at - rows.height / 2, width + 12, rows.height, 5);
        ctx.fill();
      }
      ctx.font = colours.font(12, marked ? 600 : 400);
      ctx.textAlign = "left";
      ctx.fillStyle = marked ? colours.you : colours.text;
      ctx.fillText(parameterName(entry, sizes, names), 0, at, middle - barsWidth / 2 - 8);
      const length = scale > 0 ? (share * entry.nudge) / scale : 0;
      const thick = Math.min(9, 0.5 * rows.height);
      ctx.fillStyle = entry.nudge < 0 ? colours.negative : colours.positive;
      ctx.fillRect(Math.min(middle, middle + length), at - thick / 2, Math.max(1, Math.abs(length)), thick);
      ctx.textAlign = "right";
      ctx.fillStyle = colours.text;
      ctx.font = colours.font(12);
      if (share > 0) ctx.fillText(signed(entry.nudge), width, at);
    }
    ctx.fillStyle = colours.fade("muted", 0.6);
    ctx.fillRect(middle - 0.5, top + 1, 1, count * rows.height - 2);
  }

  return {
    draw: painter(surface, paint),

    /** The parameter under a point of the canvas. @param {number} x @param {number} y @returns {Place | null} */
    hit(x, y) {
      if (!shown?.sizes || !shown.all) return null;
      const row = Math.floor((y - rows.top) / rows.height);
      if (row >= 0 && row < rows.count) return placeOf(shown.largest[rows.first + row].index, shown.sizes);
      for (const { left, top, cell, columns, rows, index } of map.blocks) {
        const column = Math.floor((x - left) / cell);
        const line = Math.floor((y - top) / cell);
        if (column >= 0 && column < columns && line >= 0 && line < rows) return placeOf(index(column, line), shown.sizes);
      }
      return null;
    },

    /** @param {GradientData} data */
    describe({ sizes, all, largest, chosen, names }) {
      if (!sizes || !all || largest.length === 0) return "The gradient is not known yet.";
      const named = largest.slice(0, 3).map((entry) => `${parameterName(entry, sizes, names)} by ${signed(entry.nudge)}`);
      return `How the batch wants each of ${all.length} weights and biases moved; most of all ${named.join(", ")}.${chosen ? ` Chosen: ${parameterName(chosen, sizes, names)}.` : ""}`;
    },
  };
}

/**
 * The blocks of the map, from left to right: tiles and biases of the first layer, then weights and biases of each other.
 * @param {number[]} sizes @param {number} width @param {number} height @returns {Block[]}
 */
export function layOutMap(sizes, width, height) {
  const [inputs, neurons] = sizes;
  const side = Math.round(Math.sqrt(inputs));
  const { gap, between } = MAP;
  /** @type {Block[]} */
  const right = [];
  let start = (inputs + 1) * neurons;
  let x = width;
  const blocks = sizes.slice(1, -1).map((rows, k) => {
    const columns = sizes[k + 2];
    const block = { rows, columns, start, cell: Math.min((height - gap) / (rows + 1), (1.2 * height) / columns) };
    start += (rows + 1) * columns;
    return block;
  });
  for (const { rows, columns, start, cell } of blocks.reverse()) {
    x -= cell * columns;
    const top = (height - gap - cell * (rows + 1)) / 2;
    const biases = start + rows * columns;
    right.unshift(
      { left: x, top, cell, columns, rows, index: (column, row) => start + row * columns + column },
      { left: x, top: top + cell * rows + gap, cell, columns, rows: 1, index: (column) => biases + column },
    );
    x -= between;
  }
  const biasCell = Math.min(4, height / neurons);
  x -= biasCell;
  right.unshift({
    left: x, top: (height - biasCell * neurons) / 2, cell: biasCell, columns: 1, rows: neurons,
    index: (_, row) => inputs * neurons + row,
  });
  x -= 2 * gap;

  const { tile, columns } = largestTiles(x, height, neurons, () => gap);
  const tiles = Array.from({ length: neurons }, (_, neuron) => ({
    left: (neuron % columns) * (tile + gap),
    top: Math.floor(neuron / columns) * (tile + gap),
    cell: tile / side,
    columns: side,
    rows: side,
    index: (/** @type {number} */ column, /** @type {number} */ row) => (row * side + column) * neurons + neuron,
  }));
  // What the tiles leave free lies between the layers, the same from each to the next; biases stay with their weights.
  const free = (x - columns * (tile + gap) + gap) / (sizes.length - 2);
  right.forEach((block, k) => (block.left -= free * (sizes.length - 2 - Math.ceil(k / 2))));
  return [...tiles, ...right];
}

/** A nudge of a hundredth of the largest is to be seen still: its colour is a tenth as strong. @param {number} value */
const signedRoot = (value) => (value < 0 ? -Math.sqrt(-value) : Math.sqrt(value) || 0);

/** Where the weights of a layer lie in the map, from left to right. @param {number} layer @param {number[]} sizes @param {Block[]} blocks */
function extentOf(layer, sizes, blocks) {
  const tiles = sizes[1];
  const own = layer === 0 ? blocks.slice(0, tiles) : [blocks[tiles + 2 * layer - 1]];
  return [Math.min(...own.map(({ left }) => left)), Math.max(...own.map(({ left, columns, cell }) => left + columns * cell))];
}

/** The middle of a parameter's cell. @param {Place} place @param {number[]} sizes @param {Block[]} blocks @returns {[number, number] | null} */
function spot({ layer, from, to }, sizes, blocks) {
  const side = blocks[0].columns;
  const tiles = sizes[1];
  const block = blocks[layer === 0 ? (from === null ? tiles : to) : tiles + 2 * layer - (from === null ? 0 : 1)];
  if (!block) return null;
  const [column, row] = layer > 0 ? [to, from ?? 0] : from === null ? [0, to] : [from % side, Math.floor(from / side)];
  return [block.left + (column + 0.5) * block.cell, block.top + (row + 0.5) * block.cell];
}
