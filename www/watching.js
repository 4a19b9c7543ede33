// @ts-check
/**
 * Measures a part of the page again and again, but only while it is looked at, and with a pause between.
 *
 * @module
 */

/** Milliseconds between two measurements, while training and while it stands. */
const PAUSE = { playing: 1000, still: 150 };

/**
 * @param {import("./state.js").State} state @param {HTMLElement} section
 * @param {() => Promise<void>} measure fails when the worker died or the run was replaced: then the next one is measured
 * @param {typeof PAUSE} [pause]
 */
export function createWatching(state, section, measure, pause = PAUSE) {
  let visible = false;
  let wanted = false;
  let busy = false;
  let begun = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  new IntersectionObserver((entries) => {
    visible = entries[entries.length - 1].isIntersecting;
    plan();
  }).observe(section);

  function plan() {
    clearTimeout(timer);
    if (!wanted || busy || !visible || state.run === 0) return;
    const wait = begun + (state.playing ? pause.playing : pause.still) - performance.now();
    if (wait > 0) timer = setTimeout(plan, wait);
    else void work();
  }

  async function work() {
    wanted = false;
    busy = true;
    begun = performance.now();
    await measure().catch(() => {});
    busy = false;
    plan();
  }

  return {
    /** What is shown is out of date. @param {boolean} [atOnce] */
    renew(atOnce = false) {
      wanted = true;
      if (atOnce) begun = -Infinity;
      plan();
    },
  };
}
