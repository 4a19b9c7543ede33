// @ts-check
/**
 * One neuron opened: its weights, each times what comes in, and the largest of these products. Behind the input both
 * are pictures like the image; further on every input is a row.
 */

import { fitToDisplay } from "../canvas.js";
import { createImagePainter, lettering, painter } from "../draw.js";
import { plain, signed } from "../format.js";
import { palette } from "../palette.js";
import { neuronName } from "../places.js";
import { createSteadyScale, robustMaximum } from "../scales.js";

/**
 * @typedef {object} NeuronData
 * @property {number[] | null} sizes  inputs, hidden layers, outputs
 * @property {Float32Array | null} parameters  layer by layer, weights [in, out], then biases
 * @property {import("../protocol.js").Neuron | null} opened
 * @property {import("../protocol.js").Explanation | null} told  null when nothing comes in
 */

const CAPTION = 16;
const ROW = { least: 17, most: 24 };
const GAP = 14;
/** From the end of a row to its words. */
const INSET = 4;
/** Weights beyond the scale's end are few enough not to be missed: they saturate. Of the products the largest count. */
const SHARES_WITHIN_SCALE = [0.995, 1];

/** @param {HTMLCanvasElement} canvas */
export function createNeuronCard(canvas) {
  const surface = fitToDisplay(canvas);
  const scales = [createSteadyScale(), createSteadyScale()];
  const paintImage = createImagePainter(surface.ctx);

  /** @param {NeuronData} data */
  function paint({ sizes, parameters, opened, told }) {
    const { width, height } = surface;
    if (!sizes || !parameters || !opened) return;
    let [left, top] = [0, 0];
    if (opened.layer === 1) {
      const narrow = width < 480;
      const size = Math.floor(narrow ? Math.min(0.5 * height, (width - GAP) / 2) : besideTerms(told?.terms ?? [], sizes));
      const weights = weightsOf(parameters, sizes, opened);
      const products = new Float32Array(weights.length);
      for (const { from, product } of told?.terms ?? []) products[from] = product;
      paintPicture(weights, 0, 0, size, "weights");
      paintPicture(products, 1, size + GAP, size, "weight \u00d7 pixel");
      if (narrow) top = size + CAPTION + 6;
      else left = 2 * (size + GAP);
    }
    if (told) paintTerms(told.terms, sizes, opened.layer - 1, left, top);
  }

  /** The side of both pictures, left of rows in which a pixel's name has its room beside what it adds. @param {import("../protocol.js").Explanation["terms"]} terms @param {number[]} sizes */
  function besideTerms(terms, sizes) {
    const { ctx, width, height } = surface;
    ctx.font = palette().font(12);
    const words = terms
      .slice(0, Math.ceil(height / ROW.least))
      .map((term) => ctx.measureText(neuronName(0, term.from, sizes) + calculationOf(term)).width);
    const row = Math.max(0, ...words) + GAP + 2 * INSET;
    return Math.min(height - CAPTION, 0.27 * width, (width - row) / 2 - GAP);
  }

  /** @param {Float32Array} values @param {number} which @param {number} left @param {number} size @param {string} caption */
  function paintPicture(values, which, left, size, caption) {
    const { ctx } = surface;
    const colours = palette();
    const scale = scales[which](robustMaximum(values, 0, values.length, SHARES_WITHIN_SCALE[which]));
    paintImage(values, (value) => colours.signedPixel(value, scale), left, 0, size);
    lettering(ctx, colours.muted, "left");
    ctx.fillText(scale > 0 ? `${caption}, \u00b1${plain(scale)}` : caption, left, size + 13);
  }

  /** The largest products, as rows in as many columns as fit. @param {import("../protocol.js").Explanation["terms"]} terms @param {number[]} sizes @param {number} layer @param {number} left @param {number} top */
  function paintTerms(terms, sizes, layer, left, top) {
    const { ctx, width, height } = surface;
    const colours = palette();
    const files = width - left > 560 ? 2 : 1;
    const across = (width - left - (files - 1) * GAP) / files;
    const fit = Math.max(1, Math.floor((height - top) / ROW.least));
    const lines = Math.min(fit, Math.ceil(terms.length / files));
    const row = Math.min(ROW.most, (height - top) / lines);
    const largest = Math.abs(terms[0]?.product ?? 0);
    ctx.textBaseline = "middle";
    ctx.font = colours.font(12);
    terms.slice(0, files * lines).forEach((term, k) => {
      const { from, product } = term;
      const x = left + Math.floor(k / lines) * (across + GAP);
      const y = top + ((k % lines) + 0.5) * row;
      // The bar lies under the words, from the left.
      ctx.fillStyle = colours.fade(product < 0 ? "negative" : "positive", 0.3);
      ctx.fillRect(x, y - row / 2 + 1.5, largest > 0 ? (across * Math.abs(product)) / largest : 0, row - 3);
      ctx.fillStyle = colours.text;
      ctx.textAlign = "left";
      ctx.fillText(neuronName(layer, from, sizes), x + INSET, y);
      ctx.textAlign = "right";
      ctx.fillText(calculationOf(term), x + across - INSET, y);
    });
  }

  return {
    draw: painter(surface, paint),

    /** @param {NeuronData} data */
    describe({ sizes, opened, told }) {
      if (!sizes || !opened) return "No neuron is opened.";
      if (!told) return "Its weights; nothing comes in yet.";
      const named = told.terms.slice(0, 3).map(({ from, product }) => `${neuronName(opened.layer - 1, from, sizes)} adds ${signed(product)}`);
      return `What the neuron adds up: ${named.join(", ")}; the sum with its bias is ${signed(told.weightedInput)}, its activation ${signed(told.activation)}.`;
    },
  };
}

/** @param {import("../protocol.js").Explanation["terms"][number]} term */
function calculationOf({ weight, input, product }) {
  return `${signed(weight)} \u00d7 ${input.toFixed(2)} = ${signed(product)}`;
}

/** Its column of the weights. @param {Float32Array} parameters @param {number[]} sizes @param {import("../protocol.js").Neuron} opened */
function weightsOf(parameters, [inputs, neurons], { neuron }) {
  return Float32Array.from({ length: inputs }, (_, input) => parameters[input * neurons + neuron]);
}
