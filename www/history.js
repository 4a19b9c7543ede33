// @ts-check
/**
 * What was measured along a run: cost and accuracy, oldest first, in the columns a chart wants.
 * Bounded: when it is full, every second point of the older part goes.
 *
 * @module
 */

/**
 * @typedef {{ steps: number[], cost: number[], trainAccuracy: number[], testAccuracy: number[] }} History
 */

/** Points kept at most; the thinning halves all but the newest quarter. */
export const MOST_POINTS = 3000;

/** @returns {History} */
export function createHistory() {
  return { steps: [], cost: [], trainAccuracy: [], testAccuracy: [] };
}

/**
 * Adds what was measured; measured again at the same step, the newer stands.
 * @param {History} history
 * @param {import("./protocol.js").Measured} measured
 */
export function record(history, measured) {
  truncate(history, measured.step - 1);
  history.steps.push(measured.step);
  history.cost.push(measured.cost);
  history.trainAccuracy.push(measured.trainAccuracy);
  history.testAccuracy.push(measured.testAccuracy);
  if (history.steps.length > MOST_POINTS) thin(history);
}

/** Forgets all after a step. @param {History} history @param {number} step */
export function truncate(history, step) {
  let length = history.steps.length;
  while (length > 0 && history.steps[length - 1] > step) length--;
  for (const column of columns(history)) column.length = length;
}

/** @param {History} history */
function thin(history) {
  const old = history.steps.length - history.steps.length / 4;
  for (const column of columns(history)) {
    let kept = 0;
    column.forEach((value, index) => {
      if (index >= old || index % 2 === 0) column[kept++] = value;
    });
    column.length = kept;
  }
}

/** @param {History} history */
function columns(history) {
  return [history.steps, history.cost, history.trainAccuracy, history.testAccuracy];
}
