/**
 * Descent: the page's own wasm module, trained in slices as the page's worker does it. Also the source of everybody's
 * images and first parameters, and the judge of what came of them.
 *
 * @module
 */

import init, { Dataset, Session } from "../descent.js";
import { createAhead } from "../../www/ahead.js";
import { answer, contest } from "./harness.js";

/** As in www/run.js. */
const SLICE_MS = 7;
/** More than fit into any slice: the clock ends it. */
const MANY_STEPS = 0xffffffff;
/** What the problem of all entrants is called in Descent's options. */
const PROBLEM = { preset: "video", activation: "sigmoid", cost: "squares", optimizer: "descent", seed: 1 };

/** @type {Dataset} */
let data;
/** @type {WebAssembly.Memory} */
let memory;
const core = init().then((wasm) => ({ memory } = wasm));

/** @param {() => void} work */
function milliseconds(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** @param {string} path */
async function download(path) {
  const response = await fetch(new URL(path, import.meta.url));
  if (!response.ok) throw new Error(`expected a file at ${path}, found status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** @param {string} set @param {number} examples */
function copy(set, examples) {
  const pixels = new Float32Array(784);
  const images = new Uint8Array(examples * pixels.length);
  const labels = new Uint8Array(examples);
  for (let i = 0; i < examples; i++) {
    labels[i] = data.example(set, i, pixels);
    images.set(pixels, i * pixels.length);
  }
  return { images, labels };
}

/** @param {import("./harness.js").Problem} problem @returns {import("./harness.js").Entrant} */
function create({ sizes, batchSize, rate, straighten = false, parameters }) {
  const layers = sizes.slice(1, -1);
  const session = new Session(data, { ...PROBLEM, layers, batchSize, learningRate: rate, straighten });
  const values = new Float32Array(session.parameter_count());
  session.parameters(values);
  if (values.some((value, i) => value !== parameters[i])) throw new Error("expected the parameters of seed 1");

  let seen = 0;
  const pixels = new Float32Array(sizes[0]);
  const input = new Float32Array(sizes[0]);
  const activations = new Float32Array(sizes.slice(1).reduce((sum, size) => sum + size));
  /** As others have their images prepared. @type {Float32Array[]} */
  const inputs = [];
  return {
    train(examples) {
      const steps = Math.min(MANY_STEPS, Math.ceil(examples / batchSize));
      const before = seen;
      ({ examples: seen } = session.train(steps, SLICE_MS));
      return seen - before;
    },
    parameters() {
      session.parameters(values);
      return values;
    },
    predict(example) {
      if (!inputs[example]) {
        data.example("train", example, pixels);
        session.prepare(pixels, input);
        inputs[example] = input.slice();
      }
      return session.forward(inputs[example], activations);
    },
  };
}

/** @param {object} options */
function open(options) {
  return new Session(data, options);
}

const own = {
  /**
   * The data that the page ships, or IDX files; how long it took, and the first run on it.
   * @param {{ images: string, labels: string }} [files]
   */
  async load(files) {
    await core;
    const bytes = await Promise.all(files ? [files.images, files.labels].map(download) : [download("../www/data/mnist-10k.bin")]);
    const decoding = milliseconds(() => (data = files ? Dataset.idx(bytes[0], bytes[1]) : Dataset.packed(bytes[0])));
    const preparing = milliseconds(() => open({ straighten: false }).free());
    const straightening = milliseconds(() => open({ straighten: true }).free());
    return { counts: data.counts(), decoding, preparing, straightening, bytes: memory.buffer.byteLength };
  },

  /**
   * The same images over and over, to see what many of them cost where no large data set is at hand.
   * @param {number} examples
   */
  multiply(examples) {
    const { train } = data.counts();
    const { images, labels } = copy("train", train);
    const pixels = images.length / train;
    /** @param {number} type @param {number[]} sizes @param {Uint8Array} block */
    const idx = (type, sizes, block) => {
      const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
      header.setUint16(2, (type << 8) | sizes.length);
      sizes.forEach((size, i) => header.setUint32(4 + 4 * i, size));
      const entries = sizes.reduce((product, size) => product * size);
      const bytes = new Uint8Array(header.byteLength + entries);
      bytes.set(new Uint8Array(header.buffer));
      for (let at = header.byteLength; at < bytes.length; at += block.length) {
        bytes.set(block.subarray(0, bytes.length - at), at);
      }
      return bytes;
    };
    const side = Math.sqrt(pixels);
    const files = [idx(8, [examples, side, side], images), idx(8, [examples], labels)];
    data.free();
    const decoding = milliseconds(() => (data = Dataset.idx(files[0], files[1])));
    const preparing = milliseconds(() => open({ straighten: false }).free());
    const straightening = milliseconds(() => open({ straighten: true }).free());
    return { counts: data.counts(), decoding, preparing, straightening, bytes: memory.buffer.byteLength };
  },

  /**
   * What all entrants are given.
   * @param {{ layers: number[], batchSize: number, rate: number }} options
   * @returns {import("./harness.js").Problem}
   */
  problem({ layers, batchSize, rate }) {
    const { images, labels } = copy("train", data.counts().train);
    const session = open({ ...PROBLEM, layers });
    const parameters = new Float32Array(session.parameter_count());
    session.parameters(parameters);
    const sizes = Array.from(session.sizes());
    session.free();
    return { sizes, batchSize, rate, parameters, inputs: Float32Array.from(images, (byte) => byte / 255), labels };
  },

  /**
   * What a network makes of the images that nobody learns from.
   * @param {number[]} sizes @param {Float32Array} parameters @param {boolean} straighten
   */
  judge(sizes, parameters, straighten) {
    const session = open({ ...PROBLEM, layers: sizes.slice(1, -1), straighten });
    session.set_parameters(parameters);
    const { cost, accuracy } = session.evaluate("test", 0);
    session.free();
    return { cost, accuracy };
  },

  /** Examples per second with these options. @param {object} options @param {number} time milliseconds */
  async rate(options, time) {
    const session = open(options);
    session.train(MANY_STEPS, time / 10);
    const rate = await pace(session, time);
    session.free();
    return rate;
  },

  /**
   * The same, with the images changed ahead by a second worker, as on a machine with a core to spare.
   * @param {object} options @param {number} time milliseconds
   */
  async rateAhead(options, time) {
    const session = open(options);
    const spawn = () => new Worker(new URL("../www/preparer.js", import.meta.url), { type: "module" });
    const ahead = createAhead({ spawn, cores: Infinity }).serve(1, session);
    const { port1, port2 } = new MessageChannel();
    /** Lets messages in between two slices, as the page's worker does. */
    const between = async () => {
      await new Promise((resolve) => ((port1.onmessage = resolve), port2.postMessage(null)));
      ahead.supply(session.options());
    };
    // The other worker loads the module first.
    await pace(session, Math.max(time / 10, 300), between);
    const rate = await pace(session, time, between);
    ahead.end();
    port1.close();
    session.free();
    return rate;
  },

  /**
   * Milliseconds that questions about a run take.
   * @param {object} options
   */
  questions(options) {
    const session = open(options);
    session.train(1_000, 1_000);
    const neurons = session.sizes().slice(1).reduce((sum, size) => sum + size);
    const pixels = new Float32Array(784);
    const input = new Float32Array(784);
    const scores = new Float32Array(10);
    const activations = new Float32Array(neurons);
    const gradient = new Float32Array(session.parameter_count());
    data.example("test", 0, pixels);
    session.prepare(pixels, input);
    /** @param {number} points */
    const slice = (points) => {
      const [batch, fixed] = [new Float32Array(points), new Float32Array(points)];
      return median(() => session.slice(-1, 5, batch, fixed));
    };
    const raw = open({ ...options, straighten: false });
    const few = slice(41);
    const many = slice(441);
    const { train, test } = data.counts();
    const result = {
      train, test,
      evaluateTrain: median(() => session.evaluate("train", 0)),
      evaluateRaw: median(() => raw.evaluate("train", 0)),
      evaluateTest: median(() => session.evaluate("test", 0)),
      slice: few,
      // Without what is done once for all points.
      pointsPerSecond: (400 / (many - few)) * 1_000,
      predict: median(() => session.predict(pixels, input, scores)),
      forward: median(() => session.forward(input, activations)),
      gradient: median(() => session.gradient(gradient)),
      observedStep: median(() => session.train_step()),
    };
    raw.free();
    session.free();
    return result;
  },

  /**
   * How long it takes to read so many of the unseen images rightly.
   * @param {object} options @param {number[]} goals accuracies, rising
   * @param {{ slice: number, limit: number }} times milliseconds: of training between two looks, and at most
   */
  reach(options, goals, { slice, limit }) {
    const session = open(options);
    const start = performance.now();
    let training = 0;
    const reached = [];
    while (reached.length < goals.length && training < limit) {
      const before = performance.now();
      const { examples } = session.train(MANY_STEPS, slice);
      training += performance.now() - before;
      const { accuracy } = session.evaluate("test", 0);
      while (accuracy >= goals[reached.length]) {
        reached.push({ training, elapsed: performance.now() - start, examples });
      }
    }
    session.free();
    return reached;
  },
};

/**
 * Examples per second.
 * @param {Session} session @param {number} time milliseconds @param {() => Promise<void>} [between] before each slice
 */
async function pace(session, time, between) {
  const { examples: before } = session.report(0);
  let examples = before;
  const start = performance.now();
  while (performance.now() - start < time) {
    await between?.();
    ({ examples } = session.train(MANY_STEPS, SLICE_MS));
  }
  return ((examples - before) / (performance.now() - start)) * 1_000;
}

/**
 * Milliseconds that some work takes: the median of several samples, each of as many times as it takes to be long
 * against the tenth of a millisecond that the clock counts in.
 * @param {() => void} work
 */
function median(work) {
  const sample = (/** @type {number} */ times) =>
    milliseconds(() => {
      for (let i = 0; i < times; i++) work();
    });
  let times = 1;
  while (sample(times) < 10) times *= 2;
  const all = Array.from({ length: 9 }, () => sample(times) / times).sort((a, b) => a - b);
  return all[4];
}

answer({ ...contest(create), ...own });
