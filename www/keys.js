// @ts-check
/**
 * Keys for the whole page: Space plays or pauses, S makes a step, R goes back to the start.
 *
 * @module
 */

import { byId } from "./dom.js";

/** @param {{ play(): void, step(): void, reset(): void }} act */
export function listenToKeys(act) {
  addEventListener("keydown", (event) => {
    // Whoever reads below the stage scrolls by the space bar, and sees nothing of what the others do.
    if (byId("below").getBoundingClientRect().top < innerHeight / 2) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest("input, select, textarea, [contenteditable]")) return;
    // A button or a link that has the focus keeps the key that presses it.
    const keepsSpace = target.closest("button, a, summary, [role=tab]");
    if (event.key === " " && !keepsSpace && !event.repeat) act.play();
    else if (event.key === "s" || event.key === "S") act.step();
    else if ((event.key === "r" || event.key === "R") && !event.repeat) act.reset();
    else return;
    event.preventDefault();
  });
}
