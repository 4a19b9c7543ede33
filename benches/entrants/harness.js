/**
 * What all entrants have in common: each lives in a worker of its own, is given the same problem, and trains when
 * asked, against the same clock. Only one of them is asked at a time.
 *
 * @module
 */

/**
 * A network 784-16-16-10 (or another), sigmoid everywhere; cost: squares summed over the outputs, averaged over the
 * batch; plain gradient descent.
 * @typedef {object} Problem
 * @property {number[]} sizes           neurons per layer, inputs first
 * @property {number} batchSize
 * @property {number} rate              step length per length of the gradient
 * @property {Float32Array} parameters  to begin with: layer by layer, weights [in, out] row by row, then biases
 * @property {Float32Array} inputs      [examples, in], 0 to 1
 * @property {Uint8Array} labels        [examples]
 * @property {boolean} [straighten]     Descent only: let it straighten the images, as the page does
 *
 * @typedef {object} Entrant
 * @property {(examples: number) => number | Promise<number>} train  one piece of training, the smallest that makes
 *   sense and at most so many examples where there is a choice; returns how many it was
 * @property {() => Float32Array} parameters  as training left them, in the order of `Problem.parameters`
 * @property {(example: number) => number} predict  reads one training image, by itself; returns the digit
 */

/**
 * Answers questions, `{ id, method, args }`, with `{ id, value }` or `{ id, error }`, one after the other.
 * @param {Record<string, (...args: any[]) => unknown>} methods
 */
export function answer(methods) {
  self.addEventListener("message", async ({ data: { id, method, args } }) => {
    try {
      postMessage({ id, value: await methods[method](...args) });
    } catch (error) {
      postMessage({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
}

/**
 * The questions that every entrant answers.
 * @param {(problem: Problem) => Entrant | Promise<Entrant>} create
 */
export function contest(create) {
  /** @type {Entrant} */
  let entrant;
  /** @type {Problem} */
  let problem;
  return {
    /** @param {Problem} given */
    async prepare(given) {
      problem = given;
      entrant = await create(problem);
    },

    /** Trains until so many examples were seen. @param {number} examples */
    async learn(examples) {
      let seen = 0;
      while (seen < examples) seen += await entrant.train(examples - seen);
      return entrant.parameters();
    },

    /** Trains for a while; examples per second. @param {number} milliseconds */
    async speed(milliseconds) {
      let seen = 0;
      const start = performance.now();
      let now = start;
      while (now - start < milliseconds) {
        seen += await entrant.train(Infinity);
        now = performance.now();
      }
      return (seen / (now - start)) * 1_000;
    },

    /** Reads images one by one for a while; microseconds per image. @param {number} milliseconds */
    latency(milliseconds) {
      const images = Math.min(1_000, problem.labels.length);
      let [read, right] = [0, 0];
      const start = performance.now();
      let now = start;
      while (now - start < milliseconds) {
        // A few between two looks at the clock.
        for (let i = 0; i < 10; i++, read++) {
          if (entrant.predict(read % images) === problem.labels[read % images]) right++;
        }
        now = performance.now();
      }
      if (right < read / 2) throw new Error(`reads only ${right} of ${read} images it was trained on`);
      return ((now - start) / read) * 1_000;
    },
  };
}

/**
 * The examples of the batches that follow one another: neighbours in the order of the file, the last batch of an epoch
 * smaller if it must be. No entrant but Descent shuffles, so none loses time by it.
 * @param {number} examples @param {number} batchSize
 */
export function cut(examples, batchSize) {
  const batches = [];
  for (let from = 0; from < examples; from += batchSize) {
    batches.push({ from, to: Math.min(from + batchSize, examples) });
  }
  return batches;
}

/**
 * Where each layer's weights and biases lie among the parameters.
 * @param {number[]} sizes
 */
export function layersOf(sizes) {
  let at = 0;
  return sizes.slice(1).map((outputs, before) => {
    const inputs = sizes[before];
    const weights = at;
    const biases = weights + inputs * outputs;
    at = biases + outputs;
    return { inputs, outputs, weights, biases, end: at };
  });
}

/** The digit whose output is largest. @param {ArrayLike<number>} outputs */
export function largest(outputs) {
  let best = 0;
  for (let i = 1; i < outputs.length; i++) if (outputs[i] > outputs[best]) best = i;
  return best;
}

/** The ten wanted outputs. @param {number} label @param {number} classes */
export function wanted(label, classes) {
  return Array.from({ length: classes }, (_, digit) => (digit === label ? 1 : 0));
}
