// @ts-check
/**
 * The pad: a round pen for mouse, finger and stylus. It shows strokes, or a picture that was put in
 * their place, or a hint when there is neither. Ink is drawn in the pointer's own event, so that it
 * follows the pen within a frame whatever the rest of the page is doing.
 */

import { createLayer, fitToDisplay, toCanvas } from "../canvas.js";
import { createImagePainter, disc, lettering } from "../draw.js";
import { PEN, SIDE } from "../pad.js";
import { palette } from "../palette.js";
import { clamp } from "../scales.js";

/**
 * @typedef {number[][]} Stroke points [x, y] in parts of the pad, SIDE to a side
 *
 * @typedef {object} PadData
 * @property {Stroke[]} strokes
 * @property {Float32Array | null} image  side x side, 0..255, ink high: shown instead of strokes
 * @property {string} [name]  what the image is
 * @property {boolean} ghost  show the hint while the pad is empty
 */

/** Points closer than this, in parts of the pad, say nothing about the shape. */
const CLOSEST = 0.4;

/**
 * The hint: a seven, as in the sheets on which children trace their first digits; shares of the pad's sides.
 * Line pieces are pairs, curves quadratic: [x, y] or [control x, control y, x, y].
 */
const GHOST = { start: [0.33, 0.27], pieces: [[0.66, 0.27], [0.675, 0.27, 0.665, 0.3], [0.45, 0.73]] };

/**
 * @param {HTMLCanvasElement} canvas
 * @param {object} callbacks
 * @param {(strokes: Stroke[], finished: boolean) => void} callbacks.onStroke  all strokes on the pad;
 *   the last one grows in place while it is being drawn, and `finished` is true when the pen leaves the pad
 */
export function createDrawingPad(canvas, { onStroke }) {
  const surface = fitToDisplay(canvas);
  /** Everything that will not change any more while the pen moves. */
  const ink = createLayer(1, 1);
  /** What the ink layer holds: a reference and a count per stroke tell whether it is still right. @type {{ stroke: Stroke, points: number }[]} */
  let inked = [];
  let inkedKey = "";
  const paintPixels = createImagePainter(surface.ctx);

  /** @type {PadData} */
  let shown = { strokes: [], image: null, ghost: false };
  /** Set while a pen is down: the strokes including the one that grows. @type {{ pointer: number, strokes: Stroke[], lifted: boolean } | null} */
  let pen = null;

  canvas.style.touchAction = "none";
  // Long presses and double taps would otherwise bring up a magnifier or a selection on some phones.
  canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    // What a script sends is of no pointer that could be held, or be the first of several.
    const { isTrusted } = event;
    if (pen || event.button !== 0 || (isTrusted && !event.isPrimary)) return;
    event.preventDefault();
    if (isTrusted) canvas.setPointerCapture(event.pointerId);
    const kept = shown.image ? [] : shown.strokes;
    pen = { pointer: event.pointerId, strokes: [...kept, [place(event)]], lifted: false };
    paint();
    onStroke(pen.strokes, false);
  });

  canvas.addEventListener("pointermove", (event) => {
    if (!pen || event.pointerId !== pen.pointer) return;
    const together = event.getCoalescedEvents?.() ?? [];
    let grown = false;
    for (const single of together.length > 0 ? together : [event]) grown = extend(place(single)) || grown;
    if (!grown) return;
    paint();
    onStroke(pen.strokes, false);
  });

  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    canvas.addEventListener(name, (event) => {
      if (!pen || event.pointerId !== pen.pointer) return;
      const { strokes } = pen;
      pen = null;
      shown = { ...shown, strokes, image: null };
      paint();
      onStroke(strokes, true);
    });
  }

  surface.onResize(() => paint());

  /**
   * Adds a point to the growing stroke. Off the pad the pen is lifted: nothing is written there that cannot be seen.
   * @param {[number, number]} point
   */
  function extend([x, y]) {
    if (!pen) return false;
    const margin = PEN / 2;
    if (Math.min(x, y) < -margin || Math.max(x, y) > SIDE + margin) {
      pen.lifted = true;
      return false;
    }
    if (pen.lifted) {
      pen.lifted = false;
      pen.strokes.push([[x, y]]);
      return true;
    }
    const stroke = pen.strokes[pen.strokes.length - 1];
    const [lastX, lastY] = stroke[stroke.length - 1];
    if (Math.hypot(x - lastX, y - lastY) < CLOSEST) return false;
    stroke.push([x, y]);
    return true;
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  function place(event) {
    const [x, y] = toCanvas(event, canvas);
    return [(SIDE * x) / surface.width, (SIDE * y) / surface.height];
  }

  function paint() {
    const { ctx, width, height } = surface;
    if (!(width > 0 && height > 0)) return;
    const colours = palette();
    ctx.fillStyle = colours.paper;
    ctx.fillRect(0, 0, width, height);

    const strokes = pen ? pen.strokes : shown.image ? [] : shown.strokes;
    if (strokes.length > 0) {
      updateInk(strokes);
      ctx.drawImage(ink.canvas, 0, 0, width, height);
      if (pen) {
        ctx.save();
        ctx.scale(width / SIDE, height / SIDE);
        usePen(ctx);
        const stroke = strokes[strokes.length - 1];
        ctx.beginPath();
        traceEnd(ctx, stroke);
        ctx.stroke();
        ctx.restore();
      }
    } else if (shown.image && !pen) {
      paintImage(shown.image);
    } else if (shown.ghost) {
      paintGhost();
    }
  }

  /** Brings the ink layer up to date, by new segments alone where that is enough. @param {Stroke[]} strokes */
  function updateInk(strokes) {
    const key = `${surface.width} ${surface.height} ${surface.ratio} ${palette().ink}`;
    const growing = pen ? strokes.length - 1 : -1;
    const extendsInked =
      key === inkedKey &&
      inked.length <= strokes.length &&
      inked.every(({ stroke, points }, k) => stroke === strokes[k] && points <= stroke.length);
    if (!extendsInked) {
      ink.canvas.width = Math.max(1, Math.round(surface.width * surface.ratio));
      ink.canvas.height = Math.max(1, Math.round(surface.height * surface.ratio));
      ink.ctx.setTransform(ink.canvas.width / SIDE, 0, 0, ink.canvas.height / SIDE, 0, 0);
      inked = [];
      inkedKey = key;
    }
    usePen(ink.ctx);
    strokes.forEach((stroke, k) => {
      // The end of a growing stroke may still bend, so it stays out of the layer; `points` counts
      // those whose smooth segment is in it, and a finished stroke has its end in it as well.
      const finished = k !== growing;
      const done = inked[k]?.points ?? 0;
      const wanted = finished ? stroke.length : Math.max(0, stroke.length - 1);
      if (done >= wanted) return;
      ink.ctx.beginPath();
      traceSegments(ink.ctx, stroke, Math.max(1, done), stroke.length - 1);
      if (finished) traceEnd(ink.ctx, stroke);
      ink.ctx.stroke();
      inked[k] = { stroke, points: wanted };
    });
  }

  /** @param {CanvasRenderingContext2D} ctx */
  function usePen(ctx) {
    ctx.lineWidth = PEN;
    ctx.lineCap = "round";
    ctx.lineJoin = "round";
    ctx.strokeStyle = palette().ink;
  }

  /** @param {Float32Array} image */
  function paintImage(image) {
    const { width, height } = surface;
    const { inkPixel } = palette();
    const size = Math.min(width, height);
    paintPixels(image, (value) => inkPixel(value, 255), (width - size) / 2, (height - size) / 2, size);
  }

  function paintGhost() {
    const { ctx, width, height } = surface;
    const colours = palette();
    const trace = () => {
      ctx.beginPath();
      ctx.moveTo(GHOST.start[0] * width, GHOST.start[1] * height);
      for (const [x1, y1, x2, y2] of GHOST.pieces) {
        if (x2 === undefined) ctx.lineTo(x1 * width, y1 * height);
        else ctx.quadraticCurveTo(x1 * width, y1 * height, x2 * width, y2 * height);
      }
    };
    ctx.lineCap = "round";
    ctx.lineJoin = "round";
    trace();
    ctx.lineWidth = ((1.15 * PEN) / SIDE) * width;
    ctx.strokeStyle = colours.fade("muted", colours.dark ? 0.14 : 0.13);
    ctx.stroke();
    trace();
    ctx.lineWidth = 1.25;
    ctx.setLineDash([1, 7]);
    ctx.strokeStyle = colours.fade("muted", 0.75);
    ctx.stroke();
    ctx.setLineDash([]);
    disc(ctx, GHOST.start[0] * width, GHOST.start[1] * height, 3, colours.muted);

    lettering(ctx, colours.muted, "center", Math.round(clamp(0.05 * height, 12, 15)));
    ctx.fillText("draw here", width / 2, 0.9 * height);
  }

  return {
    /** @param {PadData} data */
    draw(data) {
      shown = data;
      paint();
    },

    /** @param {PadData} data */
    describe({ strokes, image, name = "an image" }) {
      if (image) return `On the pad: ${name}.`;
      if (strokes.length === 0) return "The pad is empty: draw a digit with mouse, pen or finger, or take a test digit.";
      return `A drawing of ${strokes.length === 1 ? "one stroke" : `${strokes.length} strokes`}.`;
    },
  };
}

/**
 * The smooth middle of a stroke: quadratic curves from midpoint to midpoint with the points as their
 * controls, so that the line has no corner at any speed of the pen. Traces those around points from..to-1.
 * @param {CanvasRenderingContext2D} ctx @param {Stroke} stroke @param {number} from @param {number} to
 */
function traceSegments(ctx, stroke, from, to) {
  if (from >= to) return;
  const [startX, startY] = from === 1 ? stroke[0] : middle(stroke, from - 1);
  ctx.moveTo(startX, startY);
  if (from === 1) ctx.lineTo(...middle(stroke, 0));
  for (let k = from; k < to; k++) {
    const [x, y] = stroke[k];
    ctx.quadraticCurveTo(x, y, ...middle(stroke, k));
  }
}

/** The last straight piece, from the last midpoint to the pen; a single point becomes a dot. @param {CanvasRenderingContext2D} ctx @param {Stroke} stroke */
function traceEnd(ctx, stroke) {
  const last = stroke.length - 1;
  const [x, y] = stroke[last];
  ctx.moveTo(...(last > 0 ? middle(stroke, last - 1) : /** @type {[number, number]} */ ([x, y])));
  ctx.lineTo(x, y);
}

/** Halfway between points k and k + 1. @param {Stroke} stroke @param {number} k @returns {[number, number]} */
function middle(stroke, k) {
  const [x0, y0] = stroke[k];
  const [x1, y1] = stroke[k + 1];
  return [(x0 + x1) / 2, (y0 + y1) / 2];
}
