// @ts-check
/**
 * The plane: the cost of the real network over the two directions that hold most of its path, as filled contours, with the
 * path from its start to where the run stands.
 */

import { fitToDisplay } from "../canvas.js";
import { disc, dotted, lettering, nameBeside, painter, span, trace } from "../draw.js";
import * as format from "../format.js";
import { palette } from "../palette.js";
import { costAt, range } from "../relief.js";
import { drawCostLegend } from "./cost-legend.js";
import { createReliefLayer } from "./relief-layer.js";
import { createSurface3d } from "./surface-3d.js";

/**
 * @typedef {object} PlaneData
 * @property {[number, number][] | null} path  coordinates of the places the run came through, the last one is here
 * @property {[number, number][]} [kept]       the same of a run kept beside this one
 * @property {number | null} [keptCost]        what that run had reached
 * @property {[number, number] | null} [here]    where the run stands, when it is not at the end of its path
 * @property {number} share                    of the path's variance that lies in the plane, 0..1
 * @property {{ left: number, bottom: number, right: number, top: number } | null} extent  what is shown
 * @property {Float32Array | null} costs       at side x side points over the extent, row by row from the lower left
 * @property {Float32Array | null} [measured]  what the legend tells, when the costs are only on their way there
 * @property {number} side
 * @property {import("../relief.js").Angle | null} angle  from where it is seen in space; null: from above, as a map
 */

/** Where the cost of a kept run differs by more than this factor from the surface under its end, it does not lie on it. */
const OFF = 1.2;

/** @param {HTMLCanvasElement} canvas */
export function createPlaneChart(canvas) {
  const surface = fitToDisplay(canvas);
  const layer = createReliefLayer(surface);
  const solid = createSurface3d(surface, layer);

  /** @param {PlaneData} data */
  function paint(data) {
    const { ctx, width, height } = surface;
    const colours = palette();
    ctx.fillStyle = colours.panel;
    ctx.fillRect(0, 0, width, height);
    if (!data.path || !data.extent) {
      lettering(ctx, colours.muted, "center", 12);
      ctx.fillText("the path begins with the second step", width / 2, height / 2);
      return;
    }
    const { path, extent, costs, side, angle } = data;
    const bounds = costs && range(data.measured ?? costs);
    const off = isOff(data);
    const keptName = off ? `kept: cost ${format.cost(data.keptCost ?? NaN)}, off this surface` : "kept";
    if (angle) return void (bounds && solid.paint({ ...data, path, extent, costs, bounds, angle, keptName, off }));
    if (costs) layer.map(layer.field(costs, side, extent));
    const [points, kept] = [onCanvas(path, extent), onCanvas(data.kept ?? [], extent)];
    const here = data.here ? onCanvas([data.here], extent)[0] : points[points.length - 1];
    if (kept.length > 0) keptWay(kept, off);
    way(points, here);
    const taken = [points, kept, span(points[0], 4), span(here, 8)].flatMap(dotted);
    if (bounds) taken.push(...dotted(drawCostLegend(surface, bounds, "bottom")));
    nameBeside(surface, "start", points[0], taken);
    if (kept.length > 0) nameBeside(surface, keptName, kept[kept.length - 1], taken);
  }

  /** @param {[number, number][]} path @param {NonNullable<PlaneData["extent"]>} extent */
  function onCanvas(path, { left, bottom, right, top }) {
    const { width, height } = surface;
    return path.map(([x, y]) => [((x - left) / (right - left)) * width, height - ((y - bottom) / (top - bottom)) * height]);
  }

  /** @param {number[][]} points @param {boolean} off */
  function keptWay(points, off) {
    const { ctx } = surface;
    const colours = palette();
    trace(ctx, points);
    ctx.strokeStyle = colours.fade("text", 0.7);
    ctx.lineWidth = 1.5;
    ctx.setLineDash([4, 4]);
    ctx.stroke();
    ctx.setLineDash([]);
    const [x, y] = points[points.length - 1];
    disc(ctx, x, y, 4, off ? colours.panel : colours.text, colours.text);
  }

  /** @param {number[][]} points @param {number[]} here */
  function way(points, here) {
    const { ctx } = surface;
    const colours = palette();
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
    trace(ctx, points);
    ctx.strokeStyle = colours.fade("ground", 0.55);
    ctx.lineWidth = 4;
    ctx.stroke();
    ctx.strokeStyle = colours.you;
    ctx.lineWidth = 2;
    ctx.stroke();
    disc(ctx, points[0][0], points[0][1], 4, colours.muted, colours.ground);
    disc(ctx, here[0], here[1], 7, colours.you, colours.ground);
  }

  return {
    draw: painter(surface, paint),

    /** @param {PlaneData} data */
    describe(data) {
      if (!data.path || !data.extent || !data.costs) return "The plane of the path: nothing to show before the second step.";
      const { low, high } = range(data.costs);
      const { path, extent, costs, side, angle } = data;
      const [start, here] = [path[0], data.here ?? path[path.length - 1]].map((place) => format.cost(costAt(costs, side, extent, place)));
      const seen = angle ? ` Seen turned by ${degrees(angle.yaw)}, from ${degrees(angle.pitch)} above the ground.` : "";
      return (
        `The path over the cost: two directions hold ${format.percent(data.share)} of it. The cost over them runs from ` +
        `${format.cost(low)} to ${format.cost(high)}; the path leads from ${start} to ${here}.${seen}`
      );
    },
  };
}

/** Whether the kept run's end lies elsewhere than the surface under it: its path is seen along two directions of very many. @param {PlaneData} data */
function isOff({ kept, keptCost, costs, side, extent, measured = costs }) {
  if (!kept?.length || !measured || !extent || typeof keptCost !== "number") return false;
  const factor = keptCost / costAt(measured, side, extent, kept[kept.length - 1]);
  return !(factor < OFF && factor > 1 / OFF);
}

/** @param {number} radians */
const degrees = (radians) => `${format.whole((180 / Math.PI) * radians)} degrees`;
