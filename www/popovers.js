// @ts-check
/**
 * Puts each popover beside the button that opens it, inside the window, and has it heard: a sheet takes the focus, and gives
 * it back; what a bubble says is told. None stays open behind whoever goes on by Tab.
 *
 * @module
 */

import { announce } from "./dom.js";

/** Pixels kept free around a popover. */
const MARGIN = 8;

export function placePopovers() {
  for (const popover of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[popover]"))) {
    const button = /** @type {HTMLElement | null} */ (document.querySelector(`[popovertarget="${popover.id}"]:not([popovertargetaction])`));
    if (!button) continue;
    const sheet = popover.getAttribute("role") === "dialog";
    if (sheet) button.setAttribute("aria-haspopup", "dialog");
    const place = () => beside(popover, button.getBoundingClientRect());
    const leave = (/** @type {FocusEvent} */ { target }) => {
      if (target !== button && !popover.contains(/** @type {Node} */ (target))) popover.hidePopover();
    };
    popover.addEventListener("toggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "open") {
        place();
        if (sheet) popover.focus({ preventScroll: true });
        else announceAgain(popover.textContent ?? "");
        document.addEventListener("focusin", leave);
      } else document.removeEventListener("focusin", leave);
    });
    // Not every browser gives the focus to a button that is clicked, and would know where to give it back.
    popover.addEventListener("beforetoggle", (event) => {
      const closes = /** @type {ToggleEvent} */ (event).newState === "closed";
      if (closes && popover.contains(document.activeElement)) button.focus({ preventScroll: true });
    });
    // The space bar scrolls what is read, and is not for the run.
    popover.addEventListener("keydown", (event) => {
      if (event.key === " ") event.stopPropagation();
    });
    addEventListener("resize", () => popover.matches(":popover-open") && place());
  }
}

/** Also what was the last to be said. @param {string} text */
function announceAgain(text) {
  announce("");
  announce(text);
}

/** @param {HTMLElement} popover @param {DOMRect} button */
function beside(popover, button) {
  const { offsetWidth: width, offsetHeight: height } = popover;
  const fits = button.bottom + MARGIN + height <= innerHeight - MARGIN;
  const top = fits ? button.bottom + MARGIN : button.top - MARGIN - height;
  const centred = button.left + button.width / 2 - width / 2;
  popover.style.setProperty("--left", `${within(centred, innerWidth - width)}px`);
  popover.style.setProperty("--top", `${within(top, innerHeight - height)}px`);
}

/** @param {number} value @param {number} most */
function within(value, most) {
  return Math.round(Math.max(MARGIN, Math.min(value, most - MARGIN)));
}
