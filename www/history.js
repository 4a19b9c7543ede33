// @ts-check
/**
 * What was measured along a run: cost and accuracy, oldest first, in the columns a chart wants.
 * Bounded: when it is full, every second point of the older part goes.
 *
 * @module
 */

/**
 * @typedef {{ steps: number[], examples: number[], epoch: number[], cost: number[],
 *   trainAccuracy: number[], testAccuracy: number[],
 *   measuredOn: number[]            // training images that the cost and the accuracy on them stand on
 * }} History
 */

/** Points kept at most; the thinning halves all but the newest quarter. */
export const MOST_POINTS = 3000;

const COLUMNS = /** @type {const} */ (["examples", "epoch", "cost", "trainAccuracy", "testAccuracy", "measuredOn"]);

/** @returns {History} */
export function createHistory() {
  return { steps: [], examples: [], epoch: [], cost: [], trainAccuracy: [], testAccuracy: [], measuredOn: [] };
}

/**
 * Adds what was measured; measured again at the same step, the newer stands.
 * @param {History} history
 * @param {import("./protocol.js").Measured} measured
 */
export function record(history, measured) {
  truncate(history, measured.step - 1);
  for (const name of COLUMNS) history[name].push(measured[name]);
  history.steps.push(measured.step);
  if (history.steps.length > MOST_POINTS) thin(history);
}

/** Forgets all after a step. @param {History} history @param {number} step */
export function truncate(history, step) {
  let length = history.steps.length;
  while (length > 0 && history.steps[length - 1] > step) length--;
  for (const column of Object.values(history)) column.length = length;
}

/** @param {History} history */
function thin(history) {
  const old = history.steps.length - history.steps.length / 4;
  for (const column of Object.values(history)) {
    let kept = 0;
    column.forEach((value, index) => {
      if (index >= old || index % 2 === 0) column[kept++] = value;
    });
    column.length = kept;
  }
}
