// @ts-check
/**
 * The surface as pixels (see relief.js), sharp on any display, for the pictures that lay their lines over it: as a map,
 * or seen from an angle.
 */

import { createPixels } from "../canvas.js";
import { palette } from "../palette.js";
import { LEVELS, SHADES, createField, paintField } from "../relief.js";

/** @typedef {import("../relief.js").Field} Field */

/** A display with few pixels gets more of them here, for smooth outlines; but not more than so many in all. */
const SHARPEST = 2;
const MOST_PIXELS = 300_000;
/** Where level ground has its colour in the legend, of the shades; paper cannot be brighter than white. */
const NEUTRAL = { dark: 0.87, light: 0.97 };
/** Between levels: half the width in pixels of the canvas, the least in those that are painted; how much brighter, or darker. */
const LINE = { half: 0.4, least: 0.5, shade: 0.14 };

/** @param {import("../canvas.js").Surface} surface of the canvas that it is drawn on */
export function createReliefLayer(surface) {
  let pixels = { width: 0, height: 0, ...createPixels(1, 1), depths: new Float32Array(0) };
  /** Pixels for one of the canvas. */
  let fine = 1;
  /** @type {{ costs: Float32Array | null, field: Field | null }} */
  let made = { costs: null, field: null };
  /** @type {{ ramp: Uint32Array | null, lit: Uint32Array }} */
  let colours = { ramp: null, lit: new Uint32Array(0) };
  /** What the pixels show as a map. @type {unknown[]} */
  let mapped = [];

  /** @param {number} sharpest pixels for one of the canvas, at least */
  function fitPixels(sharpest) {
    const { width, height, ratio } = surface;
    fine = Math.min(Math.max(ratio, sharpest), Math.max(1, Math.sqrt(MOST_PIXELS / (width * height))));
    const [across, down] = [Math.round(width * fine), Math.round(height * fine)];
    if (pixels.width === across && pixels.height === down) return;
    pixels = { width: across, height: down, ...createPixels(across, down), depths: new Float32Array(across * down) };
    mapped = [];
  }

  /** @param {Field} field @param {import("../relief.js").Angle | null} angle @param {import("../relief.js").Projection} projection */
  function fill(field, angle, projection) {
    const { costRamp, dark } = palette();
    const neutral = dark ? NEUTRAL.dark : NEUTRAL.light;
    if (colours.ramp !== costRamp) colours = { ramp: costRamp, lit: light(costRamp, neutral) };
    /** @type {import("../relief.js").Projection} */
    const scaled = (x, y, z) => {
      const [across, down, depth] = projection(x, y, z);
      return [across * fine, down * fine, depth];
    };
    paintField(field, angle ?? neutral, scaled, pixels, colours.lit, { half: Math.max(LINE.half * fine, LINE.least), shade: dark ? LINE.shade : -LINE.shade });
    pixels.commit();
  }

  function show() {
    surface.ctx.drawImage(pixels.canvas, 0, 0, surface.width, surface.height);
  }

  return {
    /** @param {Float32Array} costs @param {number} side @param {import("../relief.js").Extent} extent */
    field(costs, side, extent) {
      if (made.costs === costs && made.field) return made.field;
      const field = createField(costs, side, extent);
      made = { costs, field };
      return field;
    },

    /** Seen from an angle. @param {Field} field @param {import("../relief.js").Angle} angle @param {import("../relief.js").Projection} projection */
    paint(field, angle, projection) {
      fitPixels(SHARPEST);
      mapped = [];
      fill(field, angle, projection);
      show();
    },

    /** From straight above, over the whole canvas. @param {Field} field */
    map(field) {
      // A map has no outlines, and its lines are smooth by themselves.
      fitPixels(1);
      const { width, height } = surface;
      const wanted = [field, width, height, palette()];
      if (!wanted.every((value, i) => value === mapped[i]))
        fill(field, null, (x, y, z) => [((x / field.aspect + 1) / 2) * width, ((1 - y) / 2) * height, -z]);
      mapped = wanted;
      show();
    },

    /** How far away what was painted at a place of the canvas is; Infinity where there is nothing. @param {number} across @param {number} down */
    depthAt: (across, down) => pixels.depths[Math.round(down * fine) * pixels.width + Math.round(across * fine)] ?? Infinity,
  };
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
