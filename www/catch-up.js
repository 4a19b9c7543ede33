// @ts-check
/**
 * A console call that changes the run resolves only when the page shows the new numbers, so that a script can read them from
 * the page right after it.
 *
 * @module
 */

/** A picture is drawn in a fraction of this; what is not shown by then is not waited for. */
const PATIENCE_MS = 3000;

/**
 * @param {import("./state.js").State} state
 * @param {() => void} show  writes the numbers down at once
 * @param {() => void} next  asks for the next picture though the last one is not drawn yet: a tab that nobody sees draws late
 */
export function createCatchUp(state, show, next) {
  /** @type {Set<{ step: number | undefined, settle(): void }>} */
  const waiting = new Set();

  /** Whether the numbers of a step, or of a later one, can be read. @param {number} step */
  function reached(step) {
    const { measured } = state;
    // While it plays, and further on, they are those of a moment ago.
    return state.playing || state.step > step || (state.step === step && measured !== null && measured.exact && measured.step === step);
  }

  return {
    /** To be called when a picture of the run has come. */
    seen() {
      for (const { step, settle } of waiting) if (reached(step ?? state.step)) settle();
      if (waiting.size > 0) next();
    },

    /** Until the page shows this step, or, without one, what the next picture brings. @param {number} [step] */
    async until(step) {
      if (step === undefined || !reached(step))
        await /** @type {Promise<void>} */ (new Promise((resolve) => {
          const timer = setTimeout(settle, PATIENCE_MS);
          const one = { step, settle };
          function settle() {
            clearTimeout(timer);
            waiting.delete(one);
            resolve();
          }
          waiting.add(one);
          next();
        }));
      show();
    },
  };
}
