// @ts-check
/** What the network sees: its input as pixels, from paper to ink. */

import { createPixels, fitToDisplay } from "../canvas.js";
import { palette } from "../palette.js";

/**
 * @typedef {object} InputData
 * @property {Float32Array | null} input  side x side, 0..1, ink high
 * @property {number} side
 */

/** @param {HTMLCanvasElement} canvas */
export function createInputImage(canvas) {
  const surface = fitToDisplay(canvas);
  /** @type {ReturnType<typeof createPixels> | null} */
  let pixels = null;
  /** @type {InputData | null} */
  let shown = null;
  surface.onResize(() => shown && paint(shown));

  /** @param {InputData} data */
  function paint({ input, side }) {
    const { ctx, width, height } = surface;
    if (!(width > 0 && height > 0)) return;
    const { inkPixel, paper } = palette();
    ctx.fillStyle = paper;
    ctx.fillRect(0, 0, width, height);
    if (!input) return;
    if (!pixels || pixels.canvas.width !== side) pixels = createPixels(side, side);
    for (let k = 0; k < side * side; k++) pixels.words[k] = inkPixel(input[k], 1);
    pixels.commit();
    const size = Math.min(width, height);
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(pixels.canvas, (width - size) / 2, (height - size) / 2, size, size);
  }

  return {
    /** @param {InputData} data */
    draw(data) {
      shown = data;
      paint(data);
    },

    /** @param {InputData} data */
    describe({ input, side }) {
      return input ? `The ${side} by ${side} pixels that the network sees.` : "The network sees nothing yet.";
    },
  };
}
