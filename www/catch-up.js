// @ts-check
/**
 * Who trains from the console may read the page in the same breath: the answer waits until the page has a picture of that
 * step, too, or of where the training ended early.
 *
 * @module
 */

/** Two frames at 60 a second take 33 ms; a page that nobody sees draws none, and its worker waits for that. */
const PATIENCE_MS = 100;

/**
 * @param {import("./state.js").State} state
 * @param {() => void} show  writes the numbers down at once
 */
export function createCatchUp(state, show) {
  /** @type {Set<{ step: number, settle(): void }>} */
  const waiting = new Set();

  return {
    /** To be called when a picture of the run has come. */
    seen() {
      for (const { step, settle } of waiting) if (state.step >= step) settle();
    },

    /** Until the page shows this step, or no picture of it comes. @param {number} [step] else the next picture, whatever it shows */
    async until(step) {
      if (step === undefined || state.step < step)
        await /** @type {Promise<void>} */ (new Promise((resolve) => {
          const timer = setTimeout(settle, PATIENCE_MS);
          const one = { step: step ?? 0, settle };
          function settle() {
            clearTimeout(timer);
            waiting.delete(one);
            resolve();
          }
          waiting.add(one);
        }));
      show();
    },
  };
}
