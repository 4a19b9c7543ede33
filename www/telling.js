// @ts-check
/**
 * How the training goes, for those who do not see it: each step made by hand, now and then while it plays, where it has
 * come to when it stops.
 *
 * @module
 */

import { announce } from "./dom.js";
import { cost, percent, whole } from "./format.js";
import { stepWords } from "./words.js";

/** While it plays it is told this often: more would be talked over. */
const EVERY_MS = 10_000;

/** @param {import("./state.js").State} state */
export function createTelling(state) {
  let playing = false;
  /** It has stopped; how well it does is told once all images were asked. */
  let stopped = false;
  let toldAt = 0;

  return {
    /** After a message was applied. @param {import("./protocol.js").FromWorker} message */
    heard(message) {
      const now = performance.now();
      if (state.playing && !playing) toldAt = now;
      if (playing && !state.playing) stopped = true;
      playing = state.playing;
      if (message.type === "started") {
        stopped = false;
        if (message.replaces !== null && message.step === 0) announce("Back at step 0.");
      }
      if (message.type !== "snapshot" || message.run !== state.run || state.slow || state.back) return;
      if (message.report && !playing) return announce(`Step ${whole(message.step)}. ${stepWords(message)}`);
      const due = playing ? now - toldAt >= EVERY_MS : stopped && state.measured?.exact;
      if (!due || !state.measured) return;
      stopped = false;
      toldAt = now;
      announce(`${playing ? "Step" : "Paused at step"} ${whole(state.step)}: cost ${cost(state.measured.cost)}, ${percent(state.measured.testAccuracy)} of unseen digits read.`);
    },
  };
}
