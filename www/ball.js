// @ts-check
/**
 * How the ball comes from one step's start to its landing: a short way in time, none at speed.
 *
 * @module
 */

import { reducedMotion } from "./dom.js";

/** One step made by hand. */
const UNHURRIED_MS = 450;
/** And so long it is seen where it has landed. */
const REST_MS = 500;
/** While playing, the ball rests on each place for the remaining share of the time. */
const SHARE_MOVING = 0.6;
/** Shorter movements cannot be seen. */
const SHORTEST_MS = 40;

export function createBall() {
  /** @type {object | null} */
  let landing = null;
  let since = 0;

  return {
    /**
     * How far it has come at this moment, and whether it has been seen there for long enough.
     * @param {import("./state.js").State} state @param {number} now @param {number | null} stepsPerSecond while playing
     */
    at(state, now, stepsPerSecond) {
      if (state.landing !== landing) {
        landing = state.landing;
        since = now;
      }
      const { playing, slow, lingers } = state;
      const held = slow?.phase === "ball" && slow.held;
      const time = duration(playing, stepsPerSecond);
      const moving = time >= SHORTEST_MS && !reducedMotion();
      const share = moving ? Math.min(1, (now - since) / time) : 1;
      const rests = !playing && (held || lingers || (moving && now - since < time + REST_MS));
      return { progress: share < 1 ? 1 - (1 - share) ** 3 : 1, rested: share === 1 && !rests };
    },
  };
}

/** @param {boolean} playing @param {number | null} stepsPerSecond */
function duration(playing, stepsPerSecond) {
  if (!playing) return UNHURRIED_MS;
  return stepsPerSecond === null ? 0 : Math.min(UNHURRIED_MS, (1000 / stepsPerSecond) * SHARE_MOVING);
}
