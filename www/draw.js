// @ts-check
/**
 * What the pictures are made of: lines, discs, words and small images, and when they are painted.
 *
 * @module
 */

import { createPixels } from "./canvas.js";
import { palette } from "./palette.js";
import { clamp, mix } from "./scales.js";

/**
 * Paints what it is given, and that again after the canvas was resized, which empties it; nothing while it is hidden.
 * @template T
 * @param {import("./canvas.js").Surface} surface @param {(data: T) => void} paint on an empty canvas
 * @returns {(data: T) => void}
 */
export function painter(surface, paint) {
  /** @type {{ data: T } | null} */
  let shown = null;
  function repaint() {
    const { ctx, width, height } = surface;
    if (!shown || !(width > 0 && height > 0)) return;
    ctx.clearRect(0, 0, width, height);
    paint(shown.data);
  }
  surface.onResize(repaint);
  return (data) => {
    shown = { data };
    repaint();
  };
}

/** A path from point to point. @param {CanvasRenderingContext2D} ctx @param {number[][]} points */
export function trace(ctx, points) {
  ctx.beginPath();
  points.forEach(([x, y], k) => (k === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
}

/** A straight line. @param {CanvasRenderingContext2D} ctx @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
export function line(ctx, x0, y0, x1, y1) {
  trace(ctx, [[x0, y0], [x1, y1]]);
  ctx.stroke();
}

/** A path around a place. @param {CanvasRenderingContext2D} ctx @param {number} x @param {number} y @param {number} radius */
export function circle(ctx, x, y, radius) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
}

/** Filled, with an edge where that has a colour. @param {CanvasRenderingContext2D} ctx @param {number} x @param {number} y @param {number} radius @param {string} colour @param {string} [edge] */
export function disc(ctx, x, y, radius, colour, edge) {
  circle(ctx, x, y, radius);
  ctx.fillStyle = colour;
  ctx.fill();
  if (!edge) return;
  ctx.strokeStyle = edge;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

/**
 * How words are written from now on.
 * @param {CanvasRenderingContext2D} ctx @param {string} colour @param {CanvasTextAlign} align where their place lies to them
 * @param {number} [size] @param {number} [weight]
 */
export function lettering(ctx, colour, align, size = 11, weight = 400) {
  ctx.font = palette().font(size, weight);
  ctx.textAlign = align;
  ctx.textBaseline = "alphabetic";
  ctx.fillStyle = colour;
}

/** Text that stays legible over lines. @param {CanvasRenderingContext2D} ctx @param {string} text @param {number} x @param {number} y @param {string} colour */
export function haloText(ctx, text, x, y, colour) {
  ctx.lineJoin = "round";
  ctx.lineWidth = 3;
  ctx.strokeStyle = palette().fade("ground", 0.75);
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

/** Points along a line, close enough that no word lies between them. @param {number[][]} line */
export function dotted(line) {
  /** @type {number[][]} */
  const dots = [];
  line.forEach((to, k) => {
    const from = line[k - 1] ?? to;
    const pieces = clamp(Math.hypot(to[0] - from[0], to[1] - from[1]) / 2, 1, 400);
    for (let piece = 0; piece < Math.floor(pieces); piece++) dots.push([mix(to[0], from[0], piece / pieces), mix(to[1], from[1], piece / pieces)]);
  });
  return dots;
}

/** How many of these points lie under a word. @param {number[][]} dots @param {number} left @param {number} length @param {number} middle */
export function under(dots, left, length, middle) {
  let count = 0;
  for (const [x, y] of dots) if (Math.abs(y - middle) < 9 && x > left - 3 && x < left + length + 3) count++;
  return count;
}

/**
 * A name beside its place, where the least of what is drawn lies under it.
 * @param {import("./canvas.js").Surface} surface @param {string} text @param {number[]} place
 * @param {number[][]} taken points along what is drawn; the name's become some of them
 */
export function nameBeside({ ctx, width, height }, text, [x, y], taken) {
  const { text: colour } = palette();
  lettering(ctx, colour, "left");
  const length = ctx.measureText(text).width;
  let best = { badness: Infinity, left: 0, middle: 0 };
  [0, -15, 15, -29, 29].forEach((away, row) => {
    [x + 9, x - 9 - length, x - length / 2].forEach((from, column) => {
      const [left, middle] = [clamp(from, 2, width - length - 2), y + away];
      const badness = 3 * under(taken, left, length, middle) + row + column / 3 + (middle < 7 || middle > height - 7 ? 1000 : 0);
      if (badness < best.badness) best = { badness, left, middle };
    });
  });
  haloText(ctx, text, best.left, best.middle + 4, colour);
  taken.push(...dotted([[best.left, best.middle], [best.left + length, best.middle]]));
}

/** What a disc takes, as a line. @param {number[]} place @param {number} reach */
export const span = ([x, y], reach) => [[x - reach, y], [x + reach, y]];

/**
 * A stroke through what does not work any more, with a halo.
 * @param {CanvasRenderingContext2D} ctx @param {number} x @param {number} y the middle @param {number} reach
 */
export function strike(ctx, x, y, reach) {
  const { ground, text } = palette();
  ctx.save();
  for (const [colour, thickness] of /** @type {[string, number][]} */ ([[ground, 4], [text, 1.75]])) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = thickness;
    line(ctx, x - 0.7 * reach, y + 0.7 * reach, x + 0.7 * reach, y - 0.7 * reach);
  }
  ctx.restore();
}

/**
 * For square images of as many pixels as there are values, each in the colour of its value.
 * @param {CanvasRenderingContext2D} ctx
 */
export function createImagePainter(ctx) {
  /** @type {ReturnType<typeof createPixels> | null} */
  let pixels = null;

  /** @param {ArrayLike<number>} values @param {(value: number) => number} colour @param {number} x @param {number} y @param {number} size @param {boolean} [smooth] */
  return (values, colour, x, y, size, smooth = false) => {
    const side = Math.round(Math.sqrt(values.length));
    if (pixels?.canvas.width !== side) pixels = createPixels(side, side);
    for (let k = 0; k < values.length; k++) pixels.words[k] = colour(values[k]);
    pixels.commit();
    ctx.imageSmoothingEnabled = smooth;
    ctx.drawImage(pixels.canvas, x, y, size, size);
  };
}
