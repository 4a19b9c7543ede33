/**
 * TensorFlow.js at its best: the batches lie ready as tensors, and `minimize` is called on each. (Slicing or copying
 * them while the clock runs, as examples often do, makes it slower.)
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { answer, contest, cut, largest, layersOf, wanted } from "./harness.js";

/** @param {string} backend */
export function enter(backend) {
  answer(contest((problem) => create(backend, problem)));
}

/**
 * @param {string} backend
 * @param {import("./harness.js").Problem} problem
 * @returns {Promise<import("./harness.js").Entrant>}
 */
async function create(backend, { sizes, batchSize, rate, parameters, inputs, labels }) {
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} does not start`);
  await tf.ready();

  const pixels = sizes[0];
  const classes = sizes[sizes.length - 1];
  const layers = layersOf(sizes).map(({ inputs, outputs, weights, biases, end }) => ({
    weights: tf.variable(tf.tensor2d(parameters.slice(weights, biases), [inputs, outputs])),
    biases: tf.variable(tf.tensor1d(parameters.slice(biases, end))),
  }));
  const variables = layers.flatMap(({ weights, biases }) => [weights, biases]);
  const batches = cut(labels.length, batchSize).map(({ from, to }) => ({
    x: tf.tensor2d(inputs.slice(from * pixels, to * pixels), [to - from, pixels]),
    y: tf.tensor2d(Array.from(labels.slice(from, to), (label) => wanted(label, classes))),
    examples: to - from,
  }));
  const optimizer = tf.train.sgd(rate);
  let next = 0;

  /** @param {tf.Tensor} x */
  const forward = (x) =>
    layers.reduce((a, { weights, biases }) => tf.sigmoid(tf.add(tf.matMul(a, weights), biases)), x);
  /** Squares summed over the outputs, averaged over the batch. @param {tf.Tensor2D} x @param {tf.Tensor2D} y */
  const cost = (x, y) => /** @type {tf.Scalar} */ (tf.mean(tf.sum(tf.squaredDifference(forward(x), y), 1)));

  /** One tensor per image, so that reading one starts with all in place. @type {tf.Tensor2D[]} */
  const images = [];
  /** The same as `forward`, in the fused operation that TensorFlow.js has for it. @param {tf.Tensor} x */
  const read = (x) =>
    layers.reduce(
      (a, { weights, biases }) => tf.fused.matMul({ a, b: weights, bias: biases, activation: "sigmoid" }),
      x,
    );

  return {
    train() {
      const { x, y, examples } = batches[next];
      next = (next + 1) % batches.length;
      optimizer.minimize(() => cost(x, y), false, variables);
      return examples;
    },
    parameters: () => Float32Array.from(variables.flatMap((variable) => Array.from(variable.dataSync()))),
    predict(example) {
      images[example] ??= tf.tensor2d(inputs.slice(example * pixels, (example + 1) * pixels), [1, pixels]);
      return largest(tf.tidy(() => read(images[example]).dataSync()));
    },
  };
}
