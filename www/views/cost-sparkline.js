// @ts-check
/**
 * The cost so far as falling ground, behind the numbers: where the page shows one part at a time, the descent is
 * seen beside every one of them.
 */

import { fitToDisplay } from "../canvas.js";
import { disc, painter, trace } from "../draw.js";
import { palette } from "../palette.js";
import { condense } from "./history-chart.js";

/** @typedef {{ history: import("../history.js").History }} SparklineData */

/** Units to a column of steps. */
const COLUMN = 3;
/** The radius of the dot, and the room around it. */
const DOT = 3;

/** @param {HTMLCanvasElement} canvas */
export function createCostSparkline(canvas) {
  const surface = fitToDisplay(canvas);

  /** @param {SparklineData} data */
  function paint({ history }) {
    const { ctx, width, height } = surface;
    const { steps, mean } = condense({ ...history, logarithmic: false }, width / COLUMN);
    const highest = Math.max(...mean.map((cost) => cost ?? 0));
    const newest = steps[steps.length - 1];
    if (!(newest > 0 && highest > 0)) return;
    const colours = palette();
    const x = (/** @type {number} */ step) => DOT + (step / newest) * (width - 3 * DOT);
    const y = (/** @type {number} */ cost) => height - DOT - (cost / highest) * (height - 3 * DOT);
    const points = steps.flatMap((step, k) => (mean[k] === null ? [] : [[x(step), y(/** @type {number} */ (mean[k]))]]));
    const last = points[points.length - 1];
    trace(ctx, [...points, [last[0], height], [points[0][0], height]]);
    // Without a line at its top, which would strike the numbers through, and no stronger than they can be read on.
    ctx.fillStyle = colours.fade("negative", colours.dark ? 0.2 : 0.08);
    ctx.fill();
    disc(ctx, last[0], last[1], DOT, colours.you);
  }

  return {
    draw: painter(surface, paint),

    /** Its numbers stand before it, and the history describes itself. */
    describe: () => "The cost so far.",
  };
}
