// @ts-check
/**
 * Keys for the whole page: Space plays or pauses, S makes a step, R goes back to the start.
 *
 * @module
 */

import { byId, modified } from "./dom.js";

/** @param {{ play(): void, step(): void, reset(): void }} act */
export function listenToKeys(act) {
  addEventListener("keydown", (event) => {
    // Whoever reads below the stage scrolls by the space bar, and sees nothing of what the others do.
    if (byId("below").getBoundingClientRect().top < innerHeight / 2) return;
    if (modified(event) || event.defaultPrevented) return;
    const target = /** @type {Element} */ (event.target);
    // Where keys type text, or pick an entry of a list.
    if (target.closest("input:not([type=radio], [type=checkbox], [type=range]), select")) return;
    // A button, a link or a choice that has the focus keeps the key that presses it.
    const keepsSpace = target.closest("button, a, summary, input, [role=tab]");
    const key = event.key.toLowerCase();
    if (key === "s") act.step();
    else if ((key === " " && !keepsSpace) || key === "r") {
      // Held down, it is pressed once; the page does not scroll for it.
      if (!event.repeat) (key === "r" ? act.reset : act.play)();
    } else return;
    event.preventDefault();
  });
}
