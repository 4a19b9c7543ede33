// @ts-check
/**
 * How a drawing, or an image, becomes what the network sees: on its way from stage to stage, or all stages as stills.
 */

import { fitToDisplay } from "../canvas.js";
import { createImagePainter, lettering, painter, trace } from "../draw.js";
import { palette } from "../palette.js";
import { clamp, mix } from "../scales.js";

/**
 * @typedef {object} JourneyData
 * @property {import("../protocol.js").Journey | null} journey
 * @property {[word: string, number: string][]} words  for each stage
 * @property {number[][][]} strokes
 * @property {Float32Array | null} image  in place of strokes, 0..255
 * @property {Float32Array | null} input  where it ends, 0..1
 * @property {number} side  pixels of the picture
 * @property {number} pen   width on the pad
 * @property {number | null} progress  stages come through, with fraction; null shows them all
 */

const CAPTION = 30;
const FILES = 3;

/** @param {HTMLCanvasElement} canvas */
export function createJourneyPicture(canvas) {
  const surface = fitToDisplay(canvas);
  const paintImage = createImagePainter(surface.ctx);

  /** @param {JourneyData} data */
  function paint(data) {
    const { ctx, width, height } = surface;
    ctx.fillStyle = palette().paper;
    ctx.fillRect(0, 0, width, height);
    const { journey, progress, words } = data;
    if (!journey) return;
    const last = journey.stages.length - 1;
    if (progress !== null) {
      const at = Math.min(last, Math.ceil(progress));
      paintStage(data, progress, 0, 0, Math.min(width, height));
      // The words have to be read on whatever was drawn down there.
      ctx.globalAlpha = 0.85;
      ctx.fillStyle = palette().paper;
      ctx.fillRect(0, height - CAPTION, width, CAPTION);
      ctx.globalAlpha = 1;
      // The longest, "cropped: 130 × 210 of 280", on the smallest pad.
      lettering(ctx, palette().you, "center", Math.min(14, width / 14), 600);
      return ctx.fillText(words[at].filter(Boolean).join(": "), width / 2, height - 10);
    }
    const rows = Math.ceil(journey.stages.length / FILES);
    const size = Math.min((width - 8) / FILES - 8, height / rows - CAPTION - 8);
    const top = (height - rows * (size + CAPTION)) / 2;
    journey.stages.forEach((_, k) => {
      const x = 8 + (k % FILES) * (size + 8);
      const y = top + Math.floor(k / FILES) * (size + CAPTION);
      paintStage(data, k, x, y, size);
      if (k === last && data.input) paintPixels(data.input, 1, x, y, size);
      ctx.strokeStyle = palette().line;
      ctx.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
      words[k].forEach((word, line) => {
        lettering(ctx, palette().muted, "center", 11 - line);
        ctx.fillText(word, x + size / 2, y + size + 11 + 12 * line);
      });
    });
  }

  /** @param {JourneyData} data @param {number} progress @param {number} x @param {number} y @param {number} size */
  function paintStage({ journey, strokes, image, side, pen }, progress, x, y, size) {
    if (!journey) return;
    const { ctx } = surface;
    const last = journey.stages.length - 1;
    const from = Math.min(last, Math.floor(progress));
    const to = Math.min(last, from + 1);
    const share = progress - from;
    const [a, b, c, d, e, f] = journey.stages[from].map.map((value, k) => mix(value, journey.stages[to].map[k], share));
    ctx.save();
    ctx.beginPath();
    ctx.rect(x, y, size, size);
    ctx.clip();
    ctx.translate(x, y);
    ctx.scale(size / side, size / side);
    ctx.transform(a, b, c, d, e, f);
    if (image) paintPixels(image, 255, 0, 0, side, true);
    else {
      const scaled = journey.stages.findIndex(({ name }) => name === "scaled");
      ctx.lineWidth = mix(pen, journey.brush / journey.scale, clamp(progress - scaled + 1, 0, 1));
      ctx.lineCap = ctx.lineJoin = "round";
      ctx.strokeStyle = palette().ink;
      for (const stroke of strokes) {
        // Of a single point, too, there is a dot to be seen.
        trace(ctx, [stroke[0], ...stroke]);
        ctx.stroke();
      }
      // The box that is cut out, until it is scaled.
      if (journey.bounds && progress > 0 && progress < scaled) {
        const [left, top, width, height] = journey.bounds;
        ctx.lineWidth = 1.5;
        ctx.strokeStyle = palette().you;
        ctx.strokeRect(left - pen / 2, top - pen / 2, width + pen, height + pen);
      }
    }
    ctx.restore();
  }

  /** @param {Float32Array} values @param {number} full @param {number} x @param {number} y @param {number} size @param {boolean} [smooth] */
  function paintPixels(values, full, x, y, size, smooth) {
    const { inkPixel } = palette();
    paintImage(values, (value) => inkPixel(value, full), x, y, size, smooth);
  }

  return {
    draw: painter(surface, paint),

    /** @param {JourneyData} data */
    describe({ words }) {
      return `How the drawing becomes what the network sees: ${words.map(([word, number]) => (number ? `${word} (${number})` : word)).join(", ")}.`;
    },
  };
}
