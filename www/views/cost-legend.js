// @ts-check
/** The colours of the surface, from the lowest cost to the highest, in a corner of its pictures. */

import * as format from "../format.js";
import { palette, rampColour } from "../palette.js";
import { LEVELS } from "../relief.js";

const LEGEND = { width: 72, height: 6, margin: 10 };
/** Between a number and the colours; around all of it. */
const GAP = 5;

/**
 * @param {import("../canvas.js").Surface} surface @param {import("../relief.js").Range} range
 * @param {"top" | "bottom"} edge on the right
 */
export function drawCostLegend({ ctx, width, height }, { low, high }, edge) {
  const colours = palette();
  const right = width - LEGEND.margin;
  const top = edge === "top" ? LEGEND.margin : height - LEGEND.margin - LEGEND.height;
  ctx.font = colours.font(11);
  ctx.textAlign = "right";
  const highest = format.cost(high);
  const start = right - ctx.measureText(highest).width - GAP - LEGEND.width;
  const label = `cost ${format.cost(low)}`;
  ctx.fillStyle = colours.fade("panel", 0.78);
  const from = start - ctx.measureText(label).width - 2 * GAP;
  ctx.beginPath();
  ctx.roundRect(from, top - 8, right + GAP - from, LEGEND.height + 15, 5);
  ctx.fill();
  for (let level = 0; level < LEVELS; level++) {
    ctx.fillStyle = rampColour(colours.costRamp, level / (LEVELS - 1));
    ctx.fillRect(start + (level * LEGEND.width) / LEVELS, top, LEGEND.width / LEVELS + 0.5, LEGEND.height);
  }
  ctx.fillStyle = colours.text;
  ctx.fillText(label, start - GAP, top + LEGEND.height);
  ctx.fillText(highest, right, top + LEGEND.height);
}
