// @ts-check
/**
 * Looking back: a drag along the history, or its keys, bring an earlier step's weights back onto the page.
 *
 * @module
 */

import { byId } from "./dom.js";

/** @typedef {import("./state.js").State} State */

/**
 * @param {State} state
 * @param {{ command(message: import("./protocol.js").AboutRun): void, halt(): void }} page  `halt`: nothing plays any more
 */
export function createTimeline(state, { command, halt }) {
  /** @param {{ step?: number, by?: number }} to */
  function lookBack(to) {
    if (!state.options) return;
    halt();
    command({ type: "look-back", ...to });
  }

  function returnToNewest() {
    halt();
    command({ type: "return-to-newest" });
  }

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !state.back || event.defaultPrevented || document.querySelector(":popover-open")) return;
    // What was opened closes first, unless the history is where the visitor is.
    if ((state.opened || state.chosen) && !byId("history-chart").contains(document.activeElement)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    returnToNewest();
  });

  return {
    returnToNewest,
    /** What the chart calls. */
    on: {
      onScrub: (/** @type {number} */ step) => lookBack({ step }),
      onMove: (/** @type {number} */ by) => lookBack({ by }),
      onEnd: returnToNewest,
    },
  };
}
