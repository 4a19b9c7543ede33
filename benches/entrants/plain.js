/**
 * Plain JavaScript: typed arrays and loops, as one would write it by hand, skipping pixels that are zero.
 *
 * @module
 */

import { answer, contest, cut, largest, layersOf } from "./harness.js";

/** @param {import("./harness.js").Problem} problem @returns {import("./harness.js").Entrant} */
function create({ sizes, batchSize, rate, parameters: first, inputs, labels }) {
  const pixels = sizes[0];
  const layers = layersOf(sizes);
  const last = layers.length - 1;
  const parameters = Float32Array.from(first);
  const gradient = new Float32Array(parameters.length);
  const activations = layers.map(({ outputs }) => new Float32Array(outputs));
  const deltas = layers.map(({ outputs }) => new Float32Array(outputs));
  /** Which pixels of the present image are not zero. */
  const inked = new Uint16Array(pixels);
  let inkedCount = 0;
  const batches = cut(labels.length, batchSize);
  let next = 0;

  /** @param {number} example */
  function forward(example) {
    const image = example * pixels;
    inkedCount = 0;
    for (let i = 0; i < pixels; i++) if (inputs[image + i] !== 0) inked[inkedCount++] = i;

    for (let l = 0; l <= last; l++) {
      const { outputs, weights, biases, inputs: before } = layers[l];
      const a = activations[l];
      for (let j = 0; j < outputs; j++) a[j] = parameters[biases + j];
      if (l === 0) {
        for (let n = 0; n < inkedCount; n++) {
          const value = inputs[image + inked[n]];
          const row = weights + inked[n] * outputs;
          for (let j = 0; j < outputs; j++) a[j] += value * parameters[row + j];
        }
      } else {
        const from = activations[l - 1];
        for (let i = 0; i < before; i++) {
          const value = from[i];
          const row = weights + i * outputs;
          for (let j = 0; j < outputs; j++) a[j] += value * parameters[row + j];
        }
      }
      for (let j = 0; j < outputs; j++) a[j] = 1 / (1 + Math.exp(-a[j]));
    }
  }

  /** Adds one example's share to the gradient. @param {number} example */
  function backward(example) {
    const image = example * pixels;
    for (let j = 0; j < layers[last].outputs; j++) {
      const a = activations[last][j];
      deltas[last][j] = 2 * (a - (j === labels[example] ? 1 : 0)) * a * (1 - a);
    }
    for (let l = last; l >= 0; l--) {
      const { outputs, weights, biases, inputs: before } = layers[l];
      const delta = deltas[l];
      for (let j = 0; j < outputs; j++) gradient[biases + j] += delta[j];
      if (l === 0) {
        for (let n = 0; n < inkedCount; n++) {
          const value = inputs[image + inked[n]];
          const row = weights + inked[n] * outputs;
          for (let j = 0; j < outputs; j++) gradient[row + j] += value * delta[j];
        }
      } else {
        const from = activations[l - 1];
        for (let i = 0; i < before; i++) {
          const value = from[i];
          const row = weights + i * outputs;
          let sum = 0;
          for (let j = 0; j < outputs; j++) {
            gradient[row + j] += value * delta[j];
            sum += parameters[row + j] * delta[j];
          }
          deltas[l - 1][i] = sum * value * (1 - value);
        }
      }
    }
  }

  return {
    train() {
      const { from, to } = batches[next];
      next = (next + 1) % batches.length;
      gradient.fill(0);
      for (let example = from; example < to; example++) {
        forward(example);
        backward(example);
      }
      const scale = rate / (to - from);
      for (let i = 0; i < parameters.length; i++) parameters[i] -= scale * gradient[i];
      return to - from;
    },
    parameters: () => parameters,
    predict(example) {
      forward(example);
      return largest(activations[last]);
    },
  };
}

answer(contest(create));
