// @ts-check
/**
 * Turning the surface in space: by dragging with mouse, finger or pen, or by the arrow keys.
 *
 * @module
 */

import { ARROWS, modified } from "./dom.js";
import { FIRST_ANGLE, withinLimits } from "./relief.js";

/** Radians for each CSS pixel dragged, and for each press of a key. */
const PER_PIXEL = 0.008;
const PER_KEY = 0.12;

/**
 * @param {HTMLElement} canvas @param {import("./state.js").State} state
 * @param {(topics: import("./state.js").Topic[]) => void} redraw
 */
export function createTurn(canvas, state, redraw) {
  let last = { x: 0, y: 0 };
  /** The pointer that turns. @type {number | null} */
  let pointer = null;

  /** @param {import("./relief.js").Angle} angle */
  function look(angle) {
    state.angle = withinLimits(angle);
    redraw(["plane"]);
  }

  /** @param {number} right @param {number} down */
  function turn(right, down) {
    look({ yaw: state.angle.yaw + right, pitch: state.angle.pitch + down });
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (state.picture !== "solid" || event.button !== 0 || pointer !== null) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    last = { x: event.clientX, y: event.clientY };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    turn((event.clientX - last.x) * PER_PIXEL, (event.clientY - last.y) * PER_PIXEL);
    last = { x: event.clientX, y: event.clientY };
  });
  for (const end of ["pointerup", "pointercancel"])
    canvas.addEventListener(end, (event) => {
      if (/** @type {PointerEvent} */ (event).pointerId === pointer) pointer = null;
    });
  canvas.addEventListener("keydown", (event) => {
    if (state.picture !== "solid" || modified(event)) return;
    const key = ARROWS[event.key];
    if (key) turn(key[0] * PER_KEY, key[1] * PER_KEY);
    else if (event.key === "Home") look(FIRST_ANGLE);
    else return;
    event.preventDefault();
  });

  return {
    /** What the picture is to a reader, and to a finger, depends on whether it can be turned. */
    reflect() {
      const solid = state.picture === "solid";
      canvas.setAttribute("role", solid ? "application" : "img");
      canvas.toggleAttribute("data-turns", solid);
      if (solid) canvas.tabIndex = 0;
      else canvas.removeAttribute("tabindex");
      if (solid) canvas.setAttribute("aria-roledescription", "surface; arrow keys turn it");
      else canvas.removeAttribute("aria-roledescription");
    },
  };
}
