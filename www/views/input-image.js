// @ts-check
/** What the network sees: its input as pixels, from paper to ink. */

import { fitToDisplay } from "../canvas.js";
import { createImagePainter, painter } from "../draw.js";
import { palette } from "../palette.js";

/**
 * @typedef {object} InputData
 * @property {Float32Array | null} input  side x side, 0..1, ink high
 * @property {number} side
 */

/** @param {HTMLCanvasElement} canvas */
export function createInputImage(canvas) {
  const surface = fitToDisplay(canvas);
  const paintImage = createImagePainter(surface.ctx);

  /** @param {InputData} data */
  function paint({ input }) {
    const { ctx, width, height } = surface;
    const { inkPixel, paper } = palette();
    ctx.fillStyle = paper;
    ctx.fillRect(0, 0, width, height);
    if (!input) return;
    const size = Math.min(width, height);
    paintImage(input, (value) => inkPixel(value, 1), (width - size) / 2, (height - size) / 2, size);
  }

  return {
    draw: painter(surface, paint),

    /** @param {InputData} data */
    describe({ input, side }) {
      return input ? `The ${side} by ${side} pixels that the network sees.` : "The network sees nothing yet.";
    },
  };
}
