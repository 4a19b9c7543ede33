/**
 * ConvNetJS: one example at a time, gradients gathered over the batch.
 *
 * @module
 */

import convnetjs from "convnetjs";
import { answer, contest, largest, layersOf, wanted } from "./harness.js";

/** @param {import("./harness.js").Problem} problem @returns {import("./harness.js").Entrant} */
function create({ sizes, batchSize, rate, parameters, inputs, labels }) {
  const [pixels, classes] = [sizes[0], sizes[sizes.length - 1]];
  const places = layersOf(sizes);

  // Put together by hand: `makeLayers` cannot put sigmoids between the last weights and the squares.
  const flat = { in_sx: 1, in_sy: 1 };
  const dense = places.map(({ inputs, outputs, weights, biases }) => {
    const layer = new convnetjs.FullyConnLayer({ ...flat, in_depth: inputs, num_neurons: outputs });
    for (let j = 0; j < outputs; j++) {
      for (let i = 0; i < inputs; i++) layer.filters[j].w[i] = parameters[weights + i * outputs + j];
      layer.biases.w[j] = parameters[biases + j];
    }
    return layer;
  });
  const net = new convnetjs.Net();
  net.layers = [
    new convnetjs.InputLayer({ out_sx: 1, out_sy: 1, out_depth: pixels }),
    ...dense.flatMap((layer) => [layer, new convnetjs.SigmoidLayer({ ...flat, in_depth: layer.out_depth })]),
    new convnetjs.RegressionLayer({ ...flat, in_depth: classes }),
  ];
  // Its squares carry a factor of ½, so the same step takes twice the rate.
  const trainer = new convnetjs.SGDTrainer(net, {
    method: "sgd", learning_rate: 2 * rate, momentum: 0, batch_size: batchSize,
  });

  // Its own kind of numbers, prepared; one volume serves all images.
  const images = Array.from(labels, (_, i) => Float64Array.from(inputs.subarray(i * pixels, (i + 1) * pixels)));
  const targets = Array.from({ length: classes }, (_, digit) => wanted(digit, classes));
  const volume = new convnetjs.Vol(1, 1, pixels, 0);
  let next = 0;
  return {
    train() {
      for (let n = 0; n < batchSize; n++) {
        volume.w = images[next];
        trainer.train(volume, targets[labels[next]]);
        next = (next + 1) % images.length;
      }
      return batchSize;
    },
    parameters() {
      const values = new Float32Array(parameters.length);
      dense.forEach((layer, l) => {
        const { inputs, outputs, weights, biases } = places[l];
        for (let j = 0; j < outputs; j++) {
          for (let i = 0; i < inputs; i++) values[weights + i * outputs + j] = layer.filters[j].w[i];
          values[biases + j] = layer.biases.w[j];
        }
      });
      return values;
    },
    predict(example) {
      volume.w = images[example];
      return largest(net.forward(volume, false).w);
    },
  };
}

answer(contest(create));
