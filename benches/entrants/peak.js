/**
 * How many operations on `f32` a second one core does at most in 128-bit vectors, in the tab: see ../naive-ndarray.
 *
 * @module
 */

import init, { peak, peak_operations } from "../naive_ndarray.js";
import { answer } from "./harness.js";

/** Rounds between two looks at the clock: about a millisecond. */
const ROUNDS = 500_000;

answer({
  /** Operations per second. @param {number} time milliseconds */
  async rate(time) {
    await init();
    peak(ROUNDS);
    const start = performance.now();
    let [rounds, elapsed] = [0, 0];
    do {
      peak(ROUNDS);
      rounds += ROUNDS;
      elapsed = performance.now() - start;
    } while (elapsed < time);
    return (1_000 * rounds * peak_operations()) / elapsed;
  },
});
