// @ts-check
/**
 * The surface in space: the cost over the plane of the path as a relief that can be turned, the path upon it and the ball
 * where the run stands.
 */

import { disc, dotted, line, nameBeside, span, trace } from "../draw.js";
import { palette } from "../palette.js";
import { HEIGHT, placeOn, project } from "../relief.js";
import { mix, tickLabel, ticks } from "../scales.js";
import { drawCostLegend } from "./cost-legend.js";

/**
 * @typedef {object} Relief
 * @property {[number, number][]} path
 * @property {[number, number][]} [kept]  that of another run
 * @property {string} keptName            what is said of it
 * @property {boolean} off                it does not lie on this surface
 * @property {[number, number] | null} [here]  where the run stands, when it is not at the end of its path
 * @property {import("../relief.js").Extent} extent
 * @property {Float32Array} costs
 * @property {import("../relief.js").Range} bounds  what the axis and the legend tell
 * @property {number} side
 * @property {import("../relief.js").Angle} angle
 */

/** Room for the axes and the legend around the relief, in units. */
const MARGIN = { left: 34, top: 24, right: 16, bottom: 18 };
/** The path floats a little above the surface, and counts as hidden when so many pixels behind it. */
const LIFT = 0.012;
const HIDDEN = 2;
const BALL = 7;

/**
 * @param {import("../canvas.js").Surface} surface of the canvas that it is drawn on
 * @param {ReturnType<typeof import("./relief-layer.js").createReliefLayer>} layer
 */
export function createSurface3d(surface, layer) {
  /** @param {Relief} data */
  function paint({ path, kept = [], keptName, off, here = null, extent, costs, bounds, side, angle }) {
    const { width, height } = surface;
    const frame = {
      left: MARGIN.left,
      top: MARGIN.top,
      width: width - MARGIN.left - MARGIN.right,
      height: height - MARGIN.top - MARGIN.bottom,
    };
    const field = layer.field(costs, side, extent);
    const projection = project(angle, field, frame);

    const taken = axes(projection, bounds, field.aspect);
    layer.paint(field, angle, projection);
    taken.push(drawCostLegend(surface, bounds, "top"));
    way({ path, kept, keptName, off, here }, field, extent, projection, taken);
  }

  /** The ground's outline with the names of its directions, and the scale of the cost. @param {import("../relief.js").Projection} projection @param {import("../relief.js").Range} bounds @param {number} aspect @returns {number[][][]} lines where its words are */
  function axes(projection, { low, high }, aspect) {
    const { ctx } = surface;
    const colours = palette();
    const corners = /** @type {[number, number][]} */ ([[-aspect, -1], [aspect, -1], [aspect, 1], [-aspect, 1]]);
    ctx.strokeStyle = colours.line;
    ctx.lineWidth = 1;
    trace(ctx, corners.map(([x, y]) => projection(x, y, 0)));
    ctx.closePath();
    ctx.stroke();

    ctx.font = colours.font(11);
    ctx.fillStyle = colours.muted;
    ctx.textBaseline = "middle";
    /** @type {number[][][]} */
    const taken = [];
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
      const aside = outward * 10 * Math.min(1, away);
      ctx.fillText(name, 0, aside);
      ctx.restore();
      const half = ctx.measureText(name).width / 2;
      const [cos, sin] = [Math.cos(slope), Math.sin(slope)];
      taken.push([-half, half].map((along) => [centre[0] + along * cos - aside * sin, centre[1] + along * sin + aside * cos]));
    }

    // At the corner farthest to the left.
    const [x, y] = corners.reduce((best, corner) => (projection(...corner, 0)[0] < projection(...best, 0)[0] ? corner : best));
    const [left, foot] = projection(x, y, 0);
    // The surface may lie far below it.
    const head = Math.max(14, projection(x, y, HEIGHT)[1]);
    if (foot - head > 30) {
      line(ctx, left, foot, left, head);
      ctx.textAlign = "right";
      const { step, values } = ticks(low, high, 4);
      for (const value of values) {
        const down = projection(x, y, ((value - low) / (high - low)) * HEIGHT)[1];
        if (down < head) continue;
        ctx.fillRect(left - 3, down - 0.5, 3, 1);
        ctx.fillText(tickLabel(value, step), left - 5, down);
      }
      ctx.fillText("cost", left - 5, head - 9);
      taken.push([[left - 14, foot], [left - 14, head - 9]]);
    }
    ctx.textBaseline = "alphabetic";
    return taken;
  }

  /** @param {Required<Pick<Relief, "path" | "kept" | "keptName" | "off" | "here">>} places @param {import("../relief.js").Field} field @param {import("../relief.js").Extent} extent @param {import("../relief.js").Projection} projection @param {number[][][]} taken lines where words are */
  function way({ path, kept, keptName, off, here }, field, extent, projection, taken) {
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
        return { across, down, hidden: depth > layer.depthAt(across, down) + HIDDEN };
      });
    };
    /** @param {ReturnType<typeof bend>} points @param {boolean} hidden @param {string} colour @param {number} thickness */
    const draw = (points, hidden, colour, thickness) => {
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
    draw(bend([[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]]), false, colours.fade("text", 0.22), 1);
    /** @param {{ across: number, down: number }} point */
    const spot = ({ across, down }) => [across, down];
    const others = kept.length > 0 ? bend(kept) : [];
    const end = others.map(spot).at(-1);
    draw(others, false, colours.fade("text", 0.7), 1.5);
    if (end) disc(ctx, end[0], end[1], 4, off ? colours.ground : colours.text, off ? colours.text : colours.ground);
    const points = bend(path);
    draw(points, true, colours.fade("you", 0.3), 1.5);
    draw(points, false, colours.fade("ground", 0.55), 4);
    draw(points, false, colours.you, 2);
    const [start, ball] = [points[0], here ? bend([here])[0] : points[points.length - 1]].map(spot);
    disc(ctx, start[0], start[1], 4, colours.muted, colours.ground);
    // The ball lies on the surface.
    ball[1] -= BALL * 0.7;
    disc(ctx, ball[0], ball[1], BALL, colours.you, colours.ground);
    const dots = [...taken, points.map(spot), others.map(spot), span(start, 4), span(ball, BALL)].flatMap(dotted);
    nameBeside(surface, "start", start, dots);
    if (end) nameBeside(surface, keptName, end, dots);
  }

  return { paint };
}
