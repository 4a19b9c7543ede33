// @ts-check
/**
 * The colours of the page as the pictures use them. The tokens are custom properties of the root
 * element (style.css defines them, one set per theme); they are read once per theme, and the ramps
 * are mixed from them, so that a picture never names a colour of its own.
 */

import { LEVELS } from "./relief.js";
import { clamp } from "./scales.js";

/**
 * @typedef {[red: number, green: number, blue: number]} Rgb 0..255 each
 *
 * @typedef {object} Palette one frozen object per theme: a picture may compare identities to learn of a change
 * @property {boolean} dark
 * @property {string} ground
 * @property {string} panel
 * @property {string} raised
 * @property {string} line
 * @property {string} text
 * @property {string} muted
 * @property {string} positive
 * @property {string} negative
 * @property {string} you
 * @property {string} paper  what a digit is drawn on
 * @property {string} ink    what it is drawn with
 * @property {string[]} activations  opaque, from silent to fully active
 * @property {string[]} winner       the same for the neuron that wins
 * @property {Uint32Array} signedRamp  SIGNED_STEPS pixels for ImageData: most negative, zero in the middle, most positive
 * @property {Uint32Array} inkRamp     INK_STEPS pixels: paper to ink
 * @property {(value: number, scale: number) => number} signedPixel  of a value, on the ramp from -scale to scale
 * @property {(value: number, full: number) => number} inkPixel  of a value, on the ramp from 0 to full
 * @property {Uint32Array} costRamp    LEVELS opaque pixels: from the lowest cost to the highest
 * @property {(token: Token, alpha: number) => string} fade  a token, made transparent
 * @property {(pixels: number, weight?: number) => string} font  the page's family for a canvas
 */

/** @typedef {"ground" | "panel" | "raised" | "line" | "text" | "muted" | "positive" | "negative" | "you"} Token */

/** @type {Token[]} */
const TOKENS = ["ground", "panel", "raised", "line", "text", "muted", "positive", "negative", "you"];

export const SIGNED_STEPS = 511;
const INK_STEPS = 256;
const ACTIVATION_STEPS = 65;
/** How much of the colour for low cost the lowest level has. */
const LOWEST_COST = 0.62;

/** @type {Palette | null} */
let current = null;

/** The colours in force. @returns {Palette} */
export function palette() {
  return current ?? refreshPalette();
}

/**
 * Reads the tokens again: after the theme changed, and before the pictures are drawn again.
 * @param {(property: string) => string} [read] where the custom properties come from
 */
export function refreshPalette(read = readStyle) {
  current = mixPalette(read);
  return current;
}

/** @param {string} property */
function readStyle(property) {
  // The body inherits the root's custom properties, and has the family that the page is set in.
  return getComputedStyle(document.body).getPropertyValue(property);
}

/** @param {(property: string) => string} read @returns {Palette} */
function mixPalette(read) {
  const tokens = /** @type {Record<Token, Rgb>} */ ({});
  for (const token of TOKENS) tokens[token] = parseColour(read(`--${token}`), token);
  const { ground, panel, raised, text, positive, negative, you } = tokens;

  const dark = lightness(ground) < lightness(text);
  const paper = dark ? blend(ground, [0, 0, 0], 0.55) : panel;
  const ink = dark ? blend(text, [255, 255, 255], 0.5) : text;
  const silent = dark ? blend(ground, panel, 0.5) : panel;
  // The far ends go a little beyond the token, away from the ground: lightness then tells the
  // strength as well as colour does.
  const beyond = /** @type {Rgb} */ (dark ? [255, 255, 255] : [0, 0, 0]);
  const neutral = dark ? blend(panel, raised, 0.4) : panel;
  /** @type {(colour: Rgb) => (share: number) => Rgb} */
  const arm = (colour) => (share) =>
    share < 0.72 ? blend(neutral, colour, share / 0.72) : blend(colour, beyond, ((share - 0.72) / 0.28) * (dark ? 0.38 : 0.3));
  // Where the cost is high the surface fades towards the panel, not into it.
  const highest = blend(panel, tokens.line, dark ? 0.7 : 0.3);
  const positiveArm = arm(positive);
  const negativeArm = arm(negative);

  const family = read("font-family").trim() || "system-ui, sans-serif";
  const named = /** @type {Record<Token, string>} */ (Object.fromEntries(TOKENS.map((token) => [token, css(tokens[token])])));
  /** @type {Map<string, string>} */
  const faded = new Map();

  const signedRamp = ramp(SIGNED_STEPS, (share) => (share < 0.5 ? negativeArm(1 - 2 * share) : positiveArm(2 * share - 1)));
  const inkRamp = ramp(INK_STEPS, (share) => blend(paper, ink, share));
  const zero = (SIGNED_STEPS - 1) / 2;

  return Object.freeze({
    dark,
    ...named,
    paper: css(paper),
    ink: css(ink),
    activations: Array.from({ length: ACTIVATION_STEPS }, (_, k) => css(blend(silent, ink, k / (ACTIVATION_STEPS - 1)))),
    winner: Array.from({ length: ACTIVATION_STEPS }, (_, k) => css(blend(silent, you, k / (ACTIVATION_STEPS - 1)))),
    signedRamp,
    inkRamp,
    /** @type {Palette["signedPixel"]} */
    signedPixel: (value, scale) => signedRamp[Math.round(zero + zero * (scale > 0 ? clamp(value / scale, -1, 1) : 0))],
    /** @type {Palette["inkPixel"]} */
    inkPixel: (value, full) => inkRamp[Math.round(clamp(value / full, 0, 1) * (INK_STEPS - 1))],
    costRamp: ramp(LEVELS, (share) => blend(highest, positive, LOWEST_COST * (1 - share) ** 1.4)),
    /** @type {Palette["fade"]} */
    fade(token, alpha) {
      const key = token + alpha;
      let colour = faded.get(key);
      if (colour === undefined) {
        const [red, green, blue] = tokens[token];
        colour = `rgba(${red}, ${green}, ${blue}, ${alpha})`;
        faded.set(key, colour);
      }
      return colour;
    },
    /** @type {Palette["font"]} */
    font: (pixels, weight = 400) => `${weight} ${pixels}px ${family}`,
  });
}

/**
 * Opaque pixels in the byte order of ImageData, as one 32-bit word each.
 * @param {number} steps @param {(share: number) => Rgb} colourAt
 */
function ramp(steps, colourAt) {
  const bytes = new Uint8ClampedArray(4 * steps);
  for (let k = 0; k < steps; k++) bytes.set([...colourAt(k / (steps - 1)), 255], 4 * k);
  return new Uint32Array(bytes.buffer);
}

/** A `linear-gradient` or canvas gradient wants CSS colours. @param {Uint32Array} ramp @param {number} share 0..1 */
export function rampColour(ramp, share) {
  const at = Math.round(share * (ramp.length - 1));
  const [red, green, blue] = new Uint8Array(ramp.buffer, ramp.byteOffset + 4 * at, 3);
  return css([red, green, blue]);
}

/** @param {string} value @param {string} token @returns {Rgb} */
function parseColour(value, token) {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(value.trim());
  if (!match) throw new Error(`--${token}: expected a colour like #5aa9ff, found "${value}"`);
  return [parseInt(match[1], 16), parseInt(match[2], 16), parseInt(match[3], 16)];
}

/** @param {Rgb} colour */
function css([red, green, blue]) {
  return `rgb(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)})`;
}

/** @param {Rgb} colour */
function lightness(colour) {
  return toOklab(colour)[0];
}

/**
 * Mixed in OKLab (Björn Ottosson, 2020), where equal shares look like equal differences and blue
 * and orange pass through no mud on the way to a neutral.
 * @param {Rgb} from @param {Rgb} to @param {number} share 0: from, 1: to
 * @returns {Rgb}
 */
function blend(from, to, share) {
  const a = toOklab(from);
  const b = toOklab(to);
  return fromOklab([0, 1, 2].map((k) => a[k] + (b[k] - a[k]) * share));
}

/** @param {Rgb} colour */
function toOklab(colour) {
  const [r, g, b] = colour.map((channel) => {
    const x = channel / 255;
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** @param {number[]} lab @returns {Rgb} */
function fromOklab([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const [red, green, blue] = linear.map((x) => {
    const clipped = clamp(x, 0, 1);
    return 255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055);
  });
  return [red, green, blue];
}
