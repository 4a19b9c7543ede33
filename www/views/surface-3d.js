// @ts-check
/**
 * The surface in space: the cost over the plane of the path as a relief that can be turned, the path upon it and the ball
 * where the run stands. The relief is painted pixel by pixel (see relief.js), what lies on it and around it by the canvas.
 */

import { createPixels } from "../canvas.js";
import { palette } from "../palette.js";
import { HEIGHT, LEVELS, SHADES, createField, paintField, placeOn, project, range } from "../relief.js";
import { mix, tickLabel, ticks } from "../scales.js";
import { drawCostLegend } from "./cost-legend.js";

/**
 * @typedef {object} Relief
 * @property {[number, number][]} path
 * @property {[number, number][]} [kept]  that of another run
 * @property {[number, number] | null} [here]  where the run stands, when it is not at the end of its path
 * @property {import("../relief.js").Extent} extent
 * @property {Float32Array} costs
 * @property {number} side
 * @property {import("../relief.js").Angle} angle
 */

/** Room for the axes and the legend around the relief, in CSS pixels. */
const MARGIN = { left: 34, top: 24, right: 16, bottom: 18 };
/** A display with few pixels gets more of them here, for smooth edges; but not more than so many in all. */
const SHARPEST = 2;
const MOST_PIXELS = 300_000;
/** Where level ground has its colour in the legend, of the shades; paper cannot be brighter than white. */
const NEUTRAL = { dark: 0.87, light: 0.97 };
/** The path floats a little above the surface, and counts as hidden when so many pixels behind it. */
const LIFT = 0.012;
const HIDDEN = 2;
const BALL = 7;

/** @param {import("../canvas.js").Surface} surface of the canvas that it is drawn on */
export function createSurface3d(surface) {
  let pixels = { width: 0, height: 0, ...createPixels(1, 1), depths: new Float32Array(0) };
  let field = { costs: /** @type {Float32Array | null} */ (null), ...createField(new Float32Array(0), 0, { left: 0, bottom: 0, right: 1, top: 1 }) };
  let colours = { ramp: /** @type {Uint32Array | null} */ (null), lit: new Uint32Array(0) };

  /** As many pixels as the picture needs. */
  function fitPixels() {
    const { width, height, ratio } = surface;
    const fine = Math.min(Math.max(ratio, SHARPEST), Math.max(1, Math.sqrt(MOST_PIXELS / (width * height))));
    const [across, down] = [Math.round(width * fine), Math.round(height * fine)];
    if (pixels.width !== across || pixels.height !== down)
      pixels = { width: across, height: down, ...createPixels(across, down), depths: new Float32Array(across * down) };
    return across / width;
  }

  /** @param {Relief} data */
  function paint({ path, kept = [], here = null, extent, costs, side, angle }) {
    const { ctx, width, height } = surface;
    const { costRamp, dark } = palette();
    if (field.costs !== costs) field = { costs, ...createField(costs, side, extent) };
    if (colours.ramp !== costRamp) colours = { ramp: costRamp, lit: light(costRamp, dark ? NEUTRAL.dark : NEUTRAL.light) };
    const frame = {
      left: MARGIN.left,
      top: MARGIN.top,
      width: width - MARGIN.left - MARGIN.right,
      height: height - MARGIN.top - MARGIN.bottom,
    };
    const projection = project(angle, field, frame);
    const fine = fitPixels();
    const bounds = range(costs);

    axes(projection, bounds);
    paintField(
      field,
      angle,
      (x, y, z) => {
        const [across, down, depth] = projection(x, y, z);
        return [across * fine, down * fine, depth];
      },
      pixels,
      colours.lit,
      dark ? 1 : -1,
    );
    pixels.commit();
    ctx.drawImage(pixels.canvas, 0, 0, width, height);
    way({ path, kept, here }, extent, projection, fine);
    drawCostLegend(surface, bounds, "top");
  }

  /** The ground's outline with the names of its directions, and the scale of the cost. @param {import("../relief.js").Projection} projection @param {import("../relief.js").Range} bounds */
  function axes(projection, { low, high }) {
    const { ctx } = surface;
    const colours = palette();
    const { aspect } = field;
    const corners = /** @type {[number, number][]} */ ([[-aspect, -1], [aspect, -1], [aspect, 1], [-aspect, 1]]);
    ctx.strokeStyle = colours.line;
    ctx.lineWidth = 1;
    ctx.beginPath();
    corners.forEach(([x, y], corner) => {
      const [across, down] = projection(x, y, 0);
      if (corner) ctx.lineTo(across, down);
      else ctx.moveTo(across, down);
    });
    ctx.closePath();
    ctx.stroke();

    ctx.font = colours.font(11);
    ctx.fillStyle = colours.muted;
    ctx.textBaseline = "middle";
    const [middleAcross, middleDown] = projection(0, 0, 0);
    for (const [long, short, sides] of /** @type {[string, string, number[]][]} */ ([["first direction", "1st", [0, 2]], ["second direction", "2nd", [1, 3]]])) {
      // Of two parallel sides the one nearer to the viewer.
      const ends = sides.map((side) => [corners[side], corners[(side + 1) % 4]].map(([x, y]) => projection(x, y, 0)));
      const [one, two] = ends.sort(([a, b], [c, d]) => c[1] + d[1] - a[1] - b[1])[0].sort((a, b) => a[0] - b[0]);
      const centre = [(one[0] + two[0]) / 2, (one[1] + two[1]) / 2];
      const away = Math.hypot(centre[0] - middleAcross, centre[1] - middleDown) || 1;
      const slope = Math.atan2(two[1] - one[1], two[0] - one[0]);
      const length = Math.hypot(two[0] - one[0], two[1] - one[1]);
      const name = length < ctx.measureText(long).width ? short : long;
      // Beside the edge, on the side away from the middle.
      const outward = Math.sign((centre[1] - middleDown) * Math.cos(slope) - (centre[0] - middleAcross) * Math.sin(slope)) || 1;
      ctx.save();
      ctx.translate(centre[0], centre[1]);
      ctx.rotate(slope);
      ctx.textAlign = "center";
      ctx.fillText(name, 0, outward * 10 * Math.min(1, away));
      ctx.restore();
    }

    // At the corner farthest to the left.
    const [x, y] = corners.reduce((best, corner) => (projection(...corner, 0)[0] < projection(...best, 0)[0] ? corner : best));
    const [across, foot] = projection(x, y, 0);
    const [, head] = projection(x, y, HEIGHT);
    if (foot - head > 30) {
      ctx.beginPath();
      ctx.moveTo(across, foot);
      ctx.lineTo(across, head);
      ctx.stroke();
      ctx.textAlign = "right";
      const { step, values } = ticks(low, high, 4);
      for (const value of values) {
        const down = projection(x, y, ((value - low) / (high - low)) * HEIGHT)[1];
        ctx.fillRect(across - 3, down - 0.5, 3, 1);
        ctx.fillText(tickLabel(value, step), across - 5, down);
      }
      ctx.fillText("cost", across - 5, head - 9);
    }
    ctx.textBaseline = "alphabetic";
  }

  /** @param {Required<Pick<Relief, "path" | "kept" | "here">>} places @param {import("../relief.js").Extent} extent @param {import("../relief.js").Projection} projection @param {number} fine */
  function way({ path, kept, here }, extent, projection, fine) {
    const { ctx } = surface;
    const colours = palette();
    /** A line bent over the surface, in steps of about one cell. @param {[number, number][]} places */
    const bend = (places) => {
      const cell = (extent.right - extent.left) / (field.side - 1);
      const points = [places[0]];
      for (let place = 1; place < places.length; place++) {
        const [[ax, ay], [bx, by]] = [places[place - 1], places[place]];
        const pieces = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / cell));
        for (let piece = 1; piece <= pieces; piece++) points.push([mix(ax, bx, piece / pieces), mix(ay, by, piece / pieces)]);
      }
      return points.map((point) => {
        const [x, y, z] = placeOn(field, extent, point);
        const [across, down, depth] = projection(x, y, z + LIFT);
        const at = Math.round(down * fine) * pixels.width + Math.round(across * fine);
        return { across, down, hidden: depth > (pixels.depths[at] ?? Infinity) + HIDDEN };
      });
    };
    /** @param {ReturnType<typeof bend>} points @param {boolean} hidden @param {string} colour @param {number} thickness */
    const line = (points, hidden, colour, thickness) => {
      ctx.beginPath();
      for (let place = 1; place < points.length; place++) {
        const [from, to] = [points[place - 1], points[place]];
        if ((from.hidden || to.hidden) !== hidden) continue;
        ctx.moveTo(from.across, from.down);
        ctx.lineTo(to.across, to.down);
      }
      ctx.strokeStyle = colour;
      ctx.lineWidth = thickness;
      ctx.stroke();
    };
    ctx.lineJoin = ctx.lineCap = "round";
    const { left, bottom, right, top } = extent;
    line(bend([[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]]), false, colours.fade("text", 0.22), 1);
    if (kept.length > 0) line(bend(kept), false, colours.fade("text", 0.7), 1.5);
    const points = bend(path);
    line(points, true, colours.fade("you", 0.3), 1.5);
    line(points, false, colours.fade("ground", 0.55), 4);
    line(points, false, colours.you, 2);
    const [start, ball] = [points[0], here ? bend([here])[0] : points[points.length - 1]];
    disc(start.across, start.down, 4, colours.muted);
    // The ball lies on the surface.
    disc(ball.across, ball.down - BALL * 0.7, BALL, colours.you);
    ctx.font = colours.font(11);
    ctx.fillStyle = colours.text;
    const onLeft = start.across > surface.width / 2;
    ctx.textAlign = onLeft ? "right" : "left";
    ctx.fillText("start", start.across + (onLeft ? -9 : 9), start.down + 4);
  }

  /** @param {number} x @param {number} y @param {number} radius @param {string} colour */
  function disc(x, y, radius, colour) {
    const { ctx } = surface;
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.fillStyle = colour;
    ctx.fill();
    ctx.strokeStyle = palette().ground;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }

  return { paint };
}

/** Each colour from unlit to fully lit: [LEVELS, SHADES]. @param {Uint32Array} ramp @param {number} neutral */
function light(ramp, neutral) {
  const lit = new Uint8ClampedArray(4 * LEVELS * SHADES);
  const bytes = new Uint8Array(ramp.buffer, ramp.byteOffset, 4 * LEVELS);
  for (let at = 0; at < LEVELS * SHADES; at++) {
    const brightness = (at % SHADES) / (SHADES - 1) / neutral;
    for (let channel = 0; channel < 3; channel++) lit[4 * at + channel] = bytes[4 * Math.floor(at / SHADES) + channel] * brightness;
    lit[4 * at + 3] = 255;
  }
  return new Uint32Array(lit.buffer);
}
