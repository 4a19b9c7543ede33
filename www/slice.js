// @ts-check
/**
 * What a slice tells of the step along it, and of the steps before.
 *
 * @module
 */

/** So many steps leave a ghost where they started from. */
export const GHOSTS = 10;

/** Whether the step is rate times gradient: plain descent's is, momentum and Adam make their own. @param {Pick<import("./protocol.js").Slice, "stepLength" | "learningRate" | "gradientNorm">} slice */
export function isProduct({ stepLength, learningRate, gradientNorm }) {
  return Math.abs(learningRate * gradientNorm - stepLength) <= 1e-3 * stepLength;
}
