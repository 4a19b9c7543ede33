// @ts-check
/**
 * The run as an address: given to others, and taken from the address that the page is opened with or sent to.
 *
 * @module
 */

import * as address from "./address.js";
import { say } from "./state.js";
import { linkWords, misread } from "./words.js";

/** How long it is said where the link is; then the way on is told again. */
const SAID_MS = 6000;

/**
 * @param {import("./state.js").State} state
 * @param {{ redraw(topics: import("./state.js").Topic[]): void,
 *   start(options: Partial<import("./protocol.js").Options>): void }} page  `start`: in place of the run shown
 */
export function createSharing(state, { redraw, start }) {
  addEventListener("hashchange", () => {
    if (!state.limits) return;
    try {
      // As in a fresh tab: what the link leaves open is that of the first preset, whatever is in force here.
      const { preset, seed } = Object.values(state.limits.presets)[0];
      start({ preset, seed, ...address.read(location.hash, state.limits) });
    } catch (error) {
      redraw(say(state, { tone: "error", text: misread(/** @type {Error} */ (error).message) }));
    }
  });

  return {
    /** Puts the run's options into the address, and that into the clipboard. */
    async share() {
      const { options, limits, counts, data } = state;
      if (!options || !limits || !counts) return;
      // Of other images there may be another number where the link is opened.
      const train = data.own ? options.trainingExamples : counts.train;
      history.replaceState(null, "", `#${address.write(options, limits, { ...counts, train })}`);
      let place = "copied";
      try {
        await navigator.clipboard.writeText(location.href);
      } catch {
        place = "in the address bar";
      }
      redraw(say(state, { text: linkWords(state, place) }));
      const said = state.message;
      setTimeout(() => state.message === said && redraw(say(state, { text: "" })), SAID_MS);
    },
  };
}
