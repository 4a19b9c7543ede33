// @ts-check
/**
 * The plane: the cost of the real network over the two directions that hold most of its path, as filled contours, with the
 * path from its start to where the run stands.
 */

import { fitToDisplay } from "../canvas.js";
import * as format from "../format.js";
import { palette } from "../palette.js";
import { contours } from "d3-contour";

/**
 * @typedef {object} PlaneData
 * @property {[number, number][] | null} path  coordinates of the places the run came through, the last one is here
 * @property {number} share                    of the path's variance that lies in the plane, 0..1
 * @property {{ left: number, bottom: number, right: number, top: number } | null} extent  what is shown
 * @property {Float32Array | null} costs       at side x side points over the extent, row by row from the lower left
 * @property {number} side
 */

/** Areas of equal colour between the lowest and the highest cost. */
const LEVELS = 16;
/** How much of the colour for low cost the lowest area has. */
const STRONGEST = 0.62;
const LEGEND = { width: 72, height: 6, margin: 10 };

/** @param {HTMLCanvasElement} canvas */
export function createPlaneChart(canvas) {
  const surface = fitToDisplay(canvas);
  /** @type {PlaneData | null} */
  let shown = null;
  /** Areas of the costs drawn last: tracing them takes longer than filling them. */
  /** @type {{ costs: Float32Array | null, areas: import("d3-contour").ContourMultiPolygon[] }} */
  let traced = { costs: null, areas: [] };
  surface.onResize(() => shown && paint(shown));

  /** @param {PlaneData} data */
  function paint(data) {
    const { ctx, width, height } = surface;
    if (!(width > 0 && height > 0)) return;
    const colours = palette();
    ctx.clearRect(0, 0, width, height);
    ctx.fillStyle = colours.panel;
    ctx.fillRect(0, 0, width, height);
    if (!data.path || !data.extent) {
      ctx.fillStyle = colours.muted;
      ctx.font = colours.font(12);
      ctx.textAlign = "center";
      ctx.fillText("the path begins with the second step", width / 2, height / 2);
      return;
    }
    if (data.costs) {
      if (traced.costs !== data.costs) traced = { costs: data.costs, areas: trace(data.costs, data.side) };
      fill(data.side);
    }
    way(data.path, data.extent);
    if (data.costs) legend(data.costs);
  }

  /** @param {number} side */
  function fill(side) {
    const { ctx, width, height } = surface;
    const colours = palette();
    // The library counts cells from their corners; our points lie in the middle of theirs.
    /** @param {number} at */
    const x = (at) => ((at - 0.5) / (side - 1)) * width;
    /** @param {number} at */
    const y = (at) => height - ((at - 0.5) / (side - 1)) * height;
    traced.areas.forEach((area, level) => {
      ctx.beginPath();
      for (const polygon of area.coordinates) {
        for (const ring of polygon) {
          ring.forEach(([a, b], place) => (place ? ctx.lineTo(x(a), y(b)) : ctx.moveTo(x(a), y(b))));
          ctx.closePath();
        }
      }
      // Areas lie on one another, the highest cost on top: each takes some of the colour away.
      ctx.fillStyle = shade(level / (traced.areas.length - 1 || 1));
      ctx.fill("evenodd");
      ctx.strokeStyle = colours.fade("text", 0.09);
      ctx.lineWidth = 0.75;
      ctx.stroke();
    });
  }

  /** @param {[number, number][]} path @param {NonNullable<PlaneData["extent"]>} extent */
  function way(path, extent) {
    const { ctx, width, height } = surface;
    const colours = palette();
    const { left, bottom, right, top } = extent;
    const points = path.map(([x, y]) => [((x - left) / (right - left)) * width, height - ((y - bottom) / (top - bottom)) * height]);
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
    ctx.beginPath();
    points.forEach(([x, y], place) => (place ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    ctx.strokeStyle = colours.fade("ground", 0.55);
    ctx.lineWidth = 4;
    ctx.stroke();
    ctx.strokeStyle = colours.you;
    ctx.lineWidth = 2;
    ctx.stroke();
    for (const [[x, y], colour, radius] of /** @type {[number[], string, number][]} */ ([
      [points[0], colours.muted, 4],
      [points[points.length - 1], colours.you, 7],
    ])) {
      ctx.beginPath();
      ctx.arc(x, y, radius, 0, 2 * Math.PI);
      ctx.fillStyle = colour;
      ctx.fill();
      ctx.strokeStyle = colours.ground;
      ctx.lineWidth = 1.5;
      ctx.stroke();
    }
    ctx.font = colours.font(11);
    ctx.fillStyle = colours.text;
    ctx.textAlign = points[0][0] > width / 2 ? "right" : "left";
    ctx.fillText("start", points[0][0] + (points[0][0] > width / 2 ? -9 : 9), points[0][1] + 4);
  }

  /** @param {Float32Array} costs */
  function legend(costs) {
    const { ctx, width, height } = surface;
    const colours = palette();
    const { low, high } = range(costs);
    const right = width - LEGEND.margin;
    const top = height - LEGEND.margin - LEGEND.height;
    ctx.font = colours.font(11);
    ctx.textAlign = "right";
    const highest = format.cost(high);
    const end = right - ctx.measureText(highest).width - 5;
    const start = end - LEGEND.width;
    const label = `cost ${format.cost(low)}`;
    ctx.fillStyle = colours.fade("panel", 0.78);
    const padding = 5;
    const from = start - ctx.measureText(label).width - 5 - padding;
    ctx.beginPath();
    ctx.roundRect(from, top - 8, right + padding - from, LEGEND.height + 15, 5);
    ctx.fill();
    for (let level = 0; level < LEVELS; level++) {
      ctx.fillStyle = colours.panel;
      ctx.fillRect(start + (level * LEGEND.width) / LEVELS, top, LEGEND.width / LEVELS + 0.5, LEGEND.height);
      ctx.fillStyle = shade(level / (LEVELS - 1));
      ctx.fillRect(start + (level * LEGEND.width) / LEVELS, top, LEGEND.width / LEVELS + 0.5, LEGEND.height);
    }
    ctx.fillStyle = colours.text;
    ctx.fillText(label, start - 5, top + LEGEND.height);
    ctx.fillText(highest, right, top + LEGEND.height);
  }

  return {
    /** @param {PlaneData} data */
    draw(data) {
      shown = data;
      paint(data);
    },

    /** @param {PlaneData} data */
    describe(data) {
      if (!data.path || !data.costs) return "The plane of the path: nothing to show before the second step.";
      const { low, high } = range(data.costs);
      return (
        `The path over the cost: two directions hold ${format.percent(data.share)} of it. ` +
        `The cost over them runs from ${format.cost(low)} to ${format.cost(high)}.`
      );
    },
  };
}

/** The colour of a level, 0 the lowest cost, 1 the highest. @param {number} height */
function shade(height) {
  const colours = palette();
  return mixOver(colours.panel, colours.positive, STRONGEST * (1 - height) ** 1.4);
}

/** A colour part of the way to another, opaque. @param {string} from @param {string} to @param {number} share */
function mixOver(from, to, share) {
  return `color-mix(in oklab, ${to} ${(100 * share).toFixed(1)}%, ${from})`;
}

/** @param {Float32Array} costs */
function range(costs) {
  let [low, high] = [Infinity, -Infinity];
  for (const cost of costs) {
    low = Math.min(low, cost);
    high = Math.max(high, cost);
  }
  return { low, high };
}

/**
 * Areas of cost above each level. Levels are spread evenly by the logarithm: a valley is as interesting as the slope
 * above it, where the cost is many times as high.
 * @param {Float32Array} costs @param {number} side
 */
function trace(costs, side) {
  const { low, high } = range(costs);
  const ratio = high / Math.max(low, 1e-9);
  const levels = Array.from({ length: LEVELS }, (_, level) => low * ratio ** (level / LEVELS) * (level ? 1 : 0.999));
  return contours().size([side, side]).thresholds(levels)(Array.from(costs));
}
