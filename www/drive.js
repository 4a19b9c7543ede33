// @ts-check
/**
 * The drive: one step, one step slowly, play and pause.
 *
 * @module
 */

import { still } from "./slow.js";
import { say } from "./state.js";

/**
 * @param {import("./state.js").State} state
 * @param {{ command(message: import("./protocol.js").AboutRun): void, redraw(topics: import("./state.js").Topic[]): void,
 *   slow(): ReturnType<typeof import("./slow.js").createSlow>,
 *   stepsPerSecond(): number | null }} page
 */
export function createDrive(state, { command, redraw, slow, stepsPerSecond }) {
  /** The visitor has seen a step. */
  let watched = false;
  /** Slow motion waits for an image to read. */
  let imageAwaited = false;

  function slowly() {
    watched = true;
    redraw(say(state, { text: "" }));
    slow().start();
  }

  /** @param {boolean} playing */
  function play(playing) {
    if (state.run === 0) return;
    watched = true;
    state.playing = playing;
    state.playedFor = state.asked;
    redraw(["playing"]);
    command(playing ? { type: "play", stepsPerSecond: stepsPerSecond() } : { type: "pause" });
  }

  function stepSlowly() {
    if (state.run === 0) return;
    if (state.playing) play(false);
    if (still()) command({ type: "step" });
    else if (state.reading) slowly();
    else {
      imageAwaited = true;
      command({ type: "show-example" });
    }
  }

  return {
    play,
    stepSlowly,

    /** The first one slowly, and by any later press at once. */
    step() {
      if (state.run === 0) return;
      slow().finish();
      if (watched || still() || state.playing) command({ type: "step" });
      else slowly();
    },

    /** A step slowly; while one is seen, it is held, and led on. */
    slow: () => (state.slow ? slow().hold() : stepSlowly()),

    /** What stands before the network was read. */
    read() {
      if (!imageAwaited || !state.reading) return;
      imageAwaited = false;
      slowly();
    },
  };
}
