// @ts-check
/**
 * How the drawing becomes what the network sees, moving over the pad from stage to stage and then standing there as
 * stills, until the pen comes down again.
 *
 * @module
 */

import { announce, byId, closeByEscape, reducedMotion } from "./dom.js";
import { PEN, SIDE } from "./pad.js";
import { createJourneyPicture } from "./views/journey-picture.js";
import { journeyWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Topic} Topic */

/** For each stage: the way there, and a moment to see it. */
const STAGE_MS = 300;
/** Share of that in which it moves. */
const MOVING = 0.7;

/**
 * @param {{ state: State, ask: import("./protocol.js").Ask, redraw(topics: Topic[]): void }} page
 */
export function createJourney({ state, ask, redraw }) {
  const canvas = /** @type {HTMLCanvasElement} */ (byId("journey"));
  const button = byId("how");
  const picture = createJourneyPicture(canvas);
  /** @type {{ journey: import("./protocol.js").Journey, input: Float32Array | null, started: number, told: boolean } | null} */
  let way = null;

  async function show() {
    if (way) return hide();
    const input = state.input;
    const journey = await ask({ type: "journey", side: SIDE }).catch(() => null);
    if (!journey || state.input !== input) return;
    way = { journey, input, started: reducedMotion() ? -Infinity : performance.now(), told: false };
    canvas.hidden = false;
    button.setAttribute("aria-expanded", "true");
    redraw(["journey"]);
  }

  function hide() {
    way = null;
    canvas.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }

  /** Stages come through; null at the end. @param {number} last */
  function progress(last) {
    if (!way) return null;
    const passed = (performance.now() - way.started) / STAGE_MS;
    if (!(passed < last + 1)) return null;
    const from = Math.max(0, Math.floor(passed) - 1);
    const share = passed < 1 ? 0 : Math.min(1, (passed % 1) / MOVING);
    return Math.min(last, from + share * share * (3 - 2 * share));
  }

  button.addEventListener("click", show);
  byId("input-image").addEventListener("click", show);
  closeByEscape(() => way !== null, hide);

  return {
    close: hide,

    /** @param {Set<Topic>} changed */
    draw(changed) {
      if (changed.has("reading") || changed.has("input") || changed.has("options"))
        button.hidden = !state.input || (state.pad.image !== null && state.pad.label === null);
      if (!way) return;
      // The drawing has changed, or the way of looking at it.
      if (state.input !== way.input) return hide();
      if (!changed.has("journey") && !changed.has("options")) return;
      const last = way.journey.stages.length - 1;
      const data = {
        journey: way.journey,
        words: journeyWords(way.journey),
        strokes: state.pad.strokes,
        image: state.pad.image,
        input: way.input,
        side: state.limits?.imageSide ?? 0,
        pen: PEN,
        progress: progress(last),
      };
      picture.draw(data);
      const text = picture.describe(data);
      canvas.setAttribute("aria-label", text);
      if (!way.told) announce(text);
      way.told = true;
      if (data.progress !== null) redraw(["journey"]);
    },
  };
}
