// @ts-check
/**
 * Puts each popover beside the button that opens it, inside the window.
 *
 * @module
 */

/** Pixels kept free around a popover. */
const MARGIN = 8;

export function placePopovers() {
  for (const popover of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[popover]"))) {
    const button = document.querySelector(`[popovertarget="${popover.id}"]:not([popovertargetaction])`);
    if (!button) continue;
    button.setAttribute("aria-haspopup", "dialog");
    const place = () => beside(popover, button.getBoundingClientRect());
    popover.addEventListener("toggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "open") place();
    });
    addEventListener("resize", () => popover.matches(":popover-open") && place());
  }
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
