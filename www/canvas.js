// @ts-check
/** Canvases that are as sharp as the display, and the way from a pointer to their coordinates. */

/**
 * @typedef {object} Surface
 * @property {CanvasRenderingContext2D} ctx  scaled so that it draws in units: CSS pixels, larger ones on a large screen
 * @property {number} width   units; 0 while the canvas is hidden
 * @property {number} height  units
 * @property {number} ratio   device pixels per unit
 * @property {(callback: () => void) => void} onResize  called after the canvas was resized, which emptied it
 */

/** How much wider a window is than what it shows says how far the page is zoomed, from here on: there are side bars, too. */
const LEAST_ZOOM = 1.05;
const MOST_ZOOM = 3;

/** Read once for a size of the window, as pictures ask for it in every frame. */
let knownUnit = 0;
addEventListener("resize", () => (knownUnit = 0));

/** How many CSS pixels a unit of the pictures and of the stage's style is: on a large screen all of it is seen from afar. */
export function unit() {
  knownUnit ||= Number(getComputedStyle(document.documentElement).getPropertyValue("--unit")) || 1;
  return knownUnit;
}

/**
 * Gives a canvas, whose size CSS decides, as many pixels as the display has under it, and keeps it so.
 * @param {HTMLCanvasElement} canvas
 * @returns {Surface}
 */
export function fitToDisplay(canvas) {
  /** @type {(() => void)[]} */
  const callbacks = [];
  /** @type {Surface} */
  const surface = {
    ctx: context(canvas),
    width: 0,
    height: 0,
    ratio: 1,
    onResize: (callback) => void callbacks.push(callback),
  };

  /**
   * @param {number} cssWidth @param {number} cssHeight CSS pixels
   * @param {number} deviceWidth @param {number} deviceHeight
   */
  function fit(cssWidth, cssHeight, deviceWidth, deviceHeight) {
    const [width, height] = [cssWidth / unit(), cssHeight / unit()];
    const changed = canvas.width !== deviceWidth || canvas.height !== deviceHeight || surface.width !== width || surface.height !== height;
    if (!changed) return;
    canvas.width = deviceWidth;
    canvas.height = deviceHeight;
    surface.width = width;
    surface.height = height;
    surface.ratio = width > 0 ? deviceWidth / width : 1;
    if (width > 0 && height > 0) surface.ctx.setTransform(deviceWidth / width, 0, 0, deviceHeight / height, 0, 0);
    for (const callback of callbacks) callback();
  }

  let ratioNow = () => devicePixelRatio;

  /** @param {number} width @param {number} height */
  function fitRounded(width, height) {
    const ratio = ratioNow();
    fit(width, height, Math.round(width * ratio), Math.round(height * ratio));
  }

  fitRounded(canvas.clientWidth, canvas.clientHeight);

  const observer = new ResizeObserver((entries) => {
    const entry = entries[entries.length - 1];
    const { width, height } = entry.contentRect;
    const device = entry.devicePixelContentBoxSize?.[0];
    // The exact count of device pixels differs from the product by rounding alone. Where a browser
    // imitates another display (its developer tools do) the count is that of the real one: leave it.
    const exact = device && Math.abs(device.inlineSize - width * devicePixelRatio) < 1.5;
    if (exact) fit(width, height, device.inlineSize, device.blockSize);
    else fitRounded(width, height);
  });
  /** @type {ResizeObserverOptions} */
  let watched = { box: "device-pixel-content-box" };
  /** Tells of the size, also where it is the same as before. */
  function watch() {
    observer.disconnect();
    observer.observe(canvas, watched);
  }
  try {
    watch();
  } catch {
    // WebKit does not know this box: follow the CSS size, and watch the pixel ratio by itself.
    ratioNow = zoomedRatio;
    watched = {};
    watch();
    const refit = () => fitRounded(canvas.clientWidth, canvas.clientHeight);
    onRatioChange(refit);
    addEventListener("resize", refit);
  }
  // What a browser takes from a page in the background, or loses with the graphics, comes back empty. Smaller for a moment,
  // each picture is drawn anew, and the layers in it are, too.
  canvas.addEventListener("contextrestored", () => {
    fit(canvas.clientWidth, canvas.clientHeight, canvas.width >> 1, canvas.height >> 1);
    watch();
  });
  return surface;
}

/** The ratio in WebKit, which leaves the page's zoom out of it: what the window's width tells of that, within reason. */
function zoomedRatio() {
  const zoom = outerWidth / innerWidth;
  return devicePixelRatio * (zoom > LEAST_ZOOM ? Math.min(zoom, MOST_ZOOM) : 1);
}

/** @param {() => void} callback */
function onRatioChange(callback) {
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
    "change",
    () => {
      callback();
      onRatioChange(callback);
    },
    { once: true },
  );
}

/**
 * A canvas that is never shown: a layer to compose from.
 * @param {number} width device pixels @param {number} height device pixels
 */
export function createLayer(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, width);
  canvas.height = Math.max(1, height);
  return { canvas, ctx: context(canvas) };
}

/** @param {HTMLCanvasElement} canvas */
function context(canvas) {
  const ctx = canvas.getContext("2d");
  if (!ctx) throw new Error("expected a canvas with a 2d context, the browser gave none");
  return ctx;
}

/**
 * A pointer's place on the canvas, in units from its top left corner, inside any border.
 * @param {{ clientX: number, clientY: number }} event
 * @param {HTMLCanvasElement} canvas
 * @returns {[x: number, y: number]}
 */
export function toCanvas(event, canvas) {
  const box = canvas.getBoundingClientRect();
  return [(event.clientX - box.left - canvas.clientLeft) / unit(), (event.clientY - box.top - canvas.clientTop) / unit()];
}

/**
 * A small picture of single pixels, ready to be scaled up with smoothing off.
 * @param {number} width @param {number} height
 */
export function createPixels(width, height) {
  const layer = createLayer(width, height);
  const image = layer.ctx.createImageData(width, height);
  return {
    canvas: layer.canvas,
    /** One word per pixel, in the order of a palette's ramps. */
    words: new Uint32Array(image.data.buffer),
    commit: () => layer.ctx.putImageData(image, 0, 0),
  };
}
