// @ts-check
/**
 * What speaks for one digit against another, to first order: each pixel's share in the difference of the two outputs'
 * weighted inputs, and that of the first-layer neurons that matter most, over what drives them, weight times pixel. All of
 * it with the sign that it has for the digit.
 */

import { fitToDisplay } from "../canvas.js";
import { createImagePainter, lettering, painter } from "../draw.js";
import { signed } from "../format.js";
import { palette } from "../palette.js";
import { createSteadyScale, robustMaximum } from "../scales.js";

/**
 * @typedef {object} WhyData
 * @property {import("../protocol.js").Why | null} why
 * @property {number} side
 * @property {[string, string]} names  of the two digits
 */

const CAPTION = 16;
const GAP = 14;
/** Between the neurons' tiles. */
const TILE_GAP = 6;
/** Neurons in a row. */
const FILES = 4;
/** A few pixels may saturate. */
const WITHIN_SCALE = 0.99;

/** @param {HTMLCanvasElement} canvas */
export function createWhyCard(canvas) {
  const surface = fitToDisplay(canvas);
  const scales = { shares: createSteadyScale(), products: createSteadyScale() };
  const paintImage = createImagePainter(surface.ctx);

  /** @param {WhyData} data */
  function paint({ why, side }) {
    const { width, height } = surface;
    if (!why) return;
    const size = Math.floor(Math.min(height - CAPTION, 0.42 * width));
    paintTile(why.shares, 0, 0, size, scales.shares, `pixels ${signed(sumOf(why.shares))} of lead ${signed(why.difference)}`);
    const left = size + GAP;
    const rows = Math.ceil(why.voices.length / FILES);
    const tile = Math.floor(Math.min((width - left - (FILES - 1) * TILE_GAP) / FILES, size / rows - CAPTION + (rows > 1 ? 8 : CAPTION)));
    const scale = scales.products(robustMaximum(why.products, 0, why.products.length, WITHIN_SCALE));
    why.voices.forEach(({ neuron, share }, k) => {
      const x = left + (k % FILES) * (tile + TILE_GAP);
      const y = Math.floor(k / FILES) * (tile + CAPTION);
      const products = why.products.subarray(k * side * side, (k + 1) * side * side);
      paintTile(products, x, y, tile, () => scale, `${neuron + 1}: ${share < 0 ? "\u2212" : "+"}${Math.abs(share).toFixed(1)}`);
    });
  }

  /**
   * @param {Float32Array} values
   * @param {number} x @param {number} y @param {number} size @param {(needed: number) => number} scaled @param {string} caption
   */
  function paintTile(values, x, y, size, scaled, caption) {
    const { ctx } = surface;
    const { signedPixel, muted, fade } = palette();
    const scale = scaled(robustMaximum(values, 0, values.length, WITHIN_SCALE));
    paintImage(values, (value) => signedPixel(value, scale), x, y, size);
    ctx.strokeStyle = fade("muted", 0.35);
    ctx.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
    lettering(ctx, muted, "left");
    // No wider than its tile: the next one's begins right after it.
    ctx.fillText(caption, x, y + size + 12, size);
  }

  return {
    draw: painter(surface, paint),

    /** @param {WhyData} data */
    describe({ why, names, side }) {
      if (!why) return "Nothing is read yet.";
      const most = why.shares.reduce((best, share, k) => (share > why.shares[best] ? k : best), 0);
      const where = `row ${Math.floor(most / side) + 1}, column ${(most % side) + 1}`;
      const voices = why.voices.slice(0, 3).map(({ neuron, share }) => `neuron ${neuron + 1} ${signed(share)}`);
      return `Evidence for ${names[0]} against ${names[1]}, to first order: its weighted input is ahead by ${signed(why.difference)}, of which the pixels tell ${signed(sumOf(why.shares))}. The strongest pixel is in ${where}; of the first layer ${voices.join(", ")}.`;
    },
  };
}

/** @param {Float32Array} values */
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
