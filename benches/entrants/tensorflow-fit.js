/**
 * TensorFlow.js as its guides use it: a model of layers, and `model.fit` for an epoch at a time. Its defaults, but
 * without its pauses for the page, which a worker does not need and which would count against it.
 *
 * @module
 */

import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { layers as kinds, sequential } from "@tensorflow/tfjs-layers";
import { answer, contest, largest, layersOf, wanted } from "./harness.js";

setWasmPaths(new URL("./", import.meta.url).href);

/** @param {import("./harness.js").Problem} problem @returns {Promise<import("./harness.js").Entrant>} */
async function create({ sizes, batchSize, rate, parameters, inputs, labels }) {
  if (!(await tf.setBackend("wasm"))) throw new Error("the backend wasm does not start");
  await tf.ready();

  const [pixels, classes] = [sizes[0], sizes[sizes.length - 1]];
  const model = sequential({
    layers: sizes.slice(1).map((units, i) =>
      kinds.dense({ units, activation: "sigmoid", ...(i === 0 && { inputShape: [pixels] }) }),
    ),
  });
  model.setWeights(
    layersOf(sizes).flatMap(({ inputs, outputs, weights, biases, end }) => [
      tf.tensor2d(parameters.slice(weights, biases), [inputs, outputs]),
      tf.tensor1d(parameters.slice(biases, end)),
    ]),
  );
  // Its "meanSquaredError" would average over the outputs, too, and so learn ten times as slowly.
  /** @param {tf.Tensor} y @param {tf.Tensor} a */
  const squares = (y, a) => tf.sum(tf.squaredDifference(a, y), -1);
  model.compile({ optimizer: tf.train.sgd(rate), loss: squares });

  const x = tf.tensor2d(inputs, [labels.length, pixels]);
  const y = tf.tensor2d(Array.from(labels, (label) => wanted(label, classes)));
  /** @type {tf.Tensor2D[]} */
  const images = [];
  return {
    async train() {
      await model.fit(x, y, { batchSize, epochs: 1, verbose: 0, yieldEvery: "never" });
      return labels.length;
    },
    parameters: () => Float32Array.from(model.getWeights().flatMap((values) => Array.from(values.dataSync()))),
    predict(example) {
      images[example] ??= tf.tensor2d(inputs.slice(example * pixels, (example + 1) * pixels), [1, pixels]);
      return largest(tf.tidy(() => /** @type {tf.Tensor} */ (model.predict(images[example])).dataSync()));
    },
  };
}

answer(contest(create));
