// @ts-check
/**
 * One step in slow motion: what happens in it, one thing after the other. Its own button holds it where it is, and then leads
 * on from one thing to the next; any other key that does something, or any press, hurries to its end.
 *
 * @module
 */

import { byId } from "./dom.js";
import { clamp } from "./scales.js";
import { land } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Topic} Topic */
/** @typedef {import("./protocol.js").Snapshot} Snapshot */
/** @typedef {"forward" | "targets" | "gradient" | "ball" | "weights"} Phase */

/** Long enough to find the place and to read a few words. */
const PHASE_MS = 900;
/** Keys that press a button. */
const PRESSING = ["Enter", " "];
/** Keys that do nothing by themselves but lead somewhere, or hush a screen reader. */
const PASSING = ["Tab", "Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"];
/** @type {Phase[]} */
export const PHASES = ["forward", "targets", "gradient", "ball", "weights"];
/** What each phase moves. @type {Record<Phase, Topic[]>} */
const TOPICS = {
  forward: ["network"],
  targets: ["network", "reading"],
  gradient: ["network", "gradient"],
  ball: ["network", "gradient"],
  weights: ["network"],
};
/** Where it is to be seen, when only a part of the page is: the tab, and what of it. @type {Record<Phase, [string, string]>} */
const PLACES = { forward: ["network", "network"], targets: ["draw", "scores"], gradient: ["descent", "gradient"], ball: ["descent", "slice"], weights: ["weights", "weights"] };

/**
 * @param {State} state
 * @param {{ step(): void, ended(): void, over(): void, receive(message: Snapshot): void, redraw(topics: Topic[]): void, show(tab: string, part?: string): void }} page
 *   `ended`: at its end; `over`: in whatever way
 */
export function createSlow(state, { step, ended, over, receive, redraw, show }) {
  let since = 0;
  let stepped = false;
  let tab = "";
  /** What the step has changed, until the ball has landed. @type {Snapshot | null} */
  let kept = null;

  function release() {
    const message = kept;
    kept = null;
    if (message) receive(message);
  }

  /** @param {Phase} phase */
  function enter(phase) {
    state.slow = { phase, share: 0, held: state.slow?.held ?? false };
    since = performance.now();
    if (phase === "ball") {
      stepped = true;
      step();
    }
    release();
    document.body.dataset.slow = phase;
    show(...PLACES[phase]);
    redraw(["message", "network", "gradient"]);
  }

  /** Another run has begun, or this one has ended: there is no step to be seen. */
  function drop() {
    if (!state.slow) return;
    state.slow = null;
    release();
    delete document.body.dataset.slow;
    show(tab);
    redraw(["message", "network", "gradient"]);
    over();
  }

  function finish() {
    if (!state.slow) return;
    drop();
    // A step that is only now asked for has nothing to be told yet: the last report is that of the step before.
    if (stepped) ended();
    else step();
  }

  function next() {
    const phase = state.slow && PHASES[PHASES.indexOf(state.slow.phase) + 1];
    if (phase) enter(phase);
    else finish();
  }

  const own = byId("slow");
  /** @param {Event} event */
  function hurry(event) {
    const key = event.type === "keydown" ? /** @type {KeyboardEvent} */ (event).key : PRESSING[0];
    if (PASSING.includes(key)) return;
    const pressed = PRESSING.includes(key);
    if (!pressed || !own.contains(/** @type {Node} */ (event.target))) finish();
  }
  for (const type of ["pointerdown", "keydown"]) addEventListener(type, hurry, true);

  return {
    finish,
    drop,

    start() {
      stepped = false;
      tab = document.body.dataset.tab ?? "";
      enter("forward");
    },

    /** Holds what is seen for as long as it is looked at; held already, goes on to the next. */
    hold() {
      if (!state.slow) return;
      if (state.slow.held) return next();
      state.slow.held = true;
      redraw(["message"]);
    },

    /**
     * While the ball rolls, all else stays as it was before the step: the gradient seen is the one that moves it.
     * @param {Snapshot} message @returns {boolean} whether it is shown later
     */
    keeps(message) {
      if (state.slow?.phase !== "ball" || !message.report) return false;
      kept = message;
      land(state, message.report);
      redraw(["slice"]);
      return true;
    },

    /** Moves on with time. @param {number} now @param {boolean} flying whether the ball is on its way @returns {Topic[]} */
    frame(now, flying) {
      if (!state.slow) return [];
      const { phase, held } = state.slow;
      state.slow.share = clamp((now - since) / PHASE_MS, 0, 1);
      // The ball has the time it needs.
      if (state.slow.share === 1 && !held && !(phase === "ball" && flying)) next();
      return state.slow ? TOPICS[state.slow.phase] : [];
    },
  };
}
