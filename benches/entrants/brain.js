/**
 * brain.js, its NeuralNetwork for the processor. It knows no batches: it steps after every example. What is measured
 * is its `trainPattern` on prepared examples, without the search for an error threshold that its `train` adds.
 *
 * @module
 */

// Its index would bring a second network, for graphics cards, and all that takes.
import module from "brain.js/dist/neural-network.js";
import { answer, contest, largest, layersOf, wanted } from "./harness.js";

const { default: NeuralNetwork } = module;

/** @param {import("./harness.js").Problem} problem @returns {import("./harness.js").Entrant} */
function create({ sizes, batchSize, rate, parameters, inputs, labels }) {
  const [pixels, classes] = [sizes[0], sizes[sizes.length - 1]];
  const places = layersOf(sizes);
  // Its squares carry a factor of ½, hence the 2; a batch of single steps goes as far as one step of the batch.
  // It insists on some momentum: this much changes nothing.
  const net = new NeuralNetwork({ activation: "sigmoid", learningRate: (2 * rate) / batchSize, momentum: 1e-9 });
  net.sizes = sizes;
  net.initialize();
  places.forEach(({ inputs, outputs, weights, biases }, l) => {
    for (let j = 0; j < outputs; j++) {
      for (let i = 0; i < inputs; i++) net.weights[l + 1][j][i] = parameters[weights + i * outputs + j];
      net.biases[l + 1][j] = parameters[biases + j];
    }
  });
  const examples = Array.from(labels, (label, i) => ({
    input: inputs.subarray(i * pixels, (i + 1) * pixels),
    output: Float32Array.from(wanted(label, classes)),
  }));
  let next = 0;
  return {
    train() {
      for (let n = 0; n < batchSize; n++) {
        net.trainPattern(examples[next]);
        next = (next + 1) % examples.length;
      }
      return batchSize;
    },
    parameters() {
      const values = new Float32Array(parameters.length);
      places.forEach(({ inputs, outputs, weights, biases }, l) => {
        for (let j = 0; j < outputs; j++) {
          for (let i = 0; i < inputs; i++) values[weights + i * outputs + j] = net.weights[l + 1][j][i];
          values[biases + j] = net.biases[l + 1][j];
        }
      });
      return values;
    },
    predict: (example) => largest(net.runInput(examples[example].input)),
  };
}

answer(contest(create));
