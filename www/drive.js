// @ts-check
/**
 * The drive: one step, one step slowly, play and pause.
 *
 * @module
 */

import { reducedMotion } from "./dom.js";
import { say } from "./state.js";

/** @typedef {import("./state.js").State} State */

/**
 * @param {State} state
 * @param {{ command(message: import("./protocol.js").AboutRun): void, redraw(topics: import("./state.js").Topic[]): void,
 *   slow(): ReturnType<typeof import("./slow.js").createSlow>,
 *   stepsPerSecond(): number | null,
 *   showPad(): void }} page   `showPad`: what lies on the pad comes before the network again
 */
export function createDrive(state, { command, redraw, slow, stepsPerSecond, showPad }) {
  /** The visitor has seen a step. */
  let watched = false;
  /** Slow motion waits for an image of the batch. */
  let imageAwaited = false;
  /** The last run that was asked for by then. */
  let awaitedFor = 0;
  /** What lay on the pad before that came. @type {State["pad"] | null} */
  let lent = null;

  /** A step is seen by an image whose digit is known: by one of its own, where the visitor's is not. */
  function slowly() {
    watched = true;
    redraw(say(state, { text: "" }));
    if (state.reading && state.reading.cost !== null) return slow().start();
    if (imageAwaited) return;
    imageAwaited = true;
    awaitedFor = state.asked;
    lent = { ...state.pad };
    command({ type: "show-example", set: "train" });
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
    if (reducedMotion()) command({ type: "step" });
    else slowly();
  }

  /** The visitor's own lies on the pad again, unless something else was drawn meanwhile. */
  function giveBack() {
    if (lent && state.pad.image) {
      Object.assign(state.pad, lent);
      showPad();
    }
    lent = null;
  }

  return {
    play,
    stepSlowly,

    /** The first one slowly, and by any later press at once. */
    step() {
      if (state.run === 0) return;
      slow().finish();
      if (watched || reducedMotion() || state.playing) command({ type: "step" });
      else slowly();
    },

    /** A step slowly; while one is seen, it is held, and led on. */
    slow: () => (state.slow ? slow().hold() : stepSlowly()),

    /** What stands before the network was read. */
    read() {
      if (!imageAwaited || state.reading?.cost == null) return;
      imageAwaited = false;
      // Played meanwhile: nothing is seen slowly now.
      if (state.playing) giveBack();
      else slow().start();
    },

    /** No step is seen any more. @param {number} [begun] as this run has begun, which the step may have been meant for */
    seen(begun = Infinity) {
      if (imageAwaited && awaitedFor >= begun) return;
      imageAwaited = false;
      giveBack();
    },
  };
}
