// @ts-check
/**
 * The colours of the surface, from the lowest cost to the highest, in a corner of its pictures: they are even by the
 * logarithm, as the cost in their middle shows.
 */

import * as format from "../format.js";
import { palette, rampColour } from "../palette.js";
import { LEVELS, middleOf } from "../relief.js";

/** `half`: of the colours. */
const LEGEND = { half: 36, height: 6, margin: 10 };
/** Between a number and the colours; around all of it. */
const GAP = 5;

/**
 * @param {import("../canvas.js").Surface} surface @param {import("../relief.js").Range} range
 * @param {"top" | "bottom"} edge on the right
 * @returns {number[][]} a line along it
 */
export function drawCostLegend({ ctx, width, height }, { low, high }, edge) {
  const colours = palette();
  const right = width - LEGEND.margin;
  const top = edge === "top" ? LEGEND.margin : height - LEGEND.margin - LEGEND.height;
  ctx.font = colours.font(11);
  ctx.textAlign = "right";
  const highest = format.cost(high);
  const middle = format.cost(middleOf({ low, high }));
  const end = right - ctx.measureText(highest).width - GAP;
  const gap = ctx.measureText(middle).width + 2 * GAP;
  const start = end - gap - 2 * LEGEND.half;
  const label = `cost ${format.cost(low)}`;
  ctx.fillStyle = colours.fade("panel", 0.78);
  const from = start - ctx.measureText(label).width - 2 * GAP;
  ctx.beginPath();
  ctx.roundRect(from, top - 8, right + GAP - from, LEGEND.height + 15, 5);
  ctx.fill();
  for (let level = 0; level < LEVELS; level++) {
    ctx.fillStyle = rampColour(colours.costRamp, level / (LEVELS - 1));
    const across = (2 * LEGEND.half) / LEVELS;
    ctx.fillRect(start + level * across + (2 * level < LEVELS ? 0 : gap), top, across + 0.5, LEGEND.height);
  }
  ctx.fillStyle = colours.text;
  ctx.fillText(label, start - GAP, top + LEGEND.height);
  ctx.fillText(middle, end - LEGEND.half - GAP, top + LEGEND.height);
  ctx.fillText(highest, right, top + LEGEND.height);
  return [[from, top + 3], [right + GAP, top + 3]];
}
