// @ts-check
/**
 * A stand-in for the wasm module: no network, but sessions that count what they are told to do. Parameters are
 * all equal to the step, so that a test can see which state it is shown.
 *
 * @module
 */

/** @typedef {import("../../www/protocol.js").Options} Options */

/** @type {Options} */
const VIDEO = {
  preset: "video", layers: [3, 2], activation: "sigmoid", cost: "squares", optimizer: "descent", learningRate: 1,
  schedule: "constant", budget: null, average: false, batchSize: 10, seed: 1, straighten: true, augment: false,
  labels: "true", trainingExamples: 50,
};

/** @type {import("../../www/protocol.js").Limits} */
export const LIMITS = {
  imageSide: 2, pixels: 4, classes: 2,
  hiddenLayers: { min: 1, max: 3 }, neurons: { min: 1, max: 9 },
  learningRate: { min: 0.001, max: 100 }, learningRates: [0.1, 0.3, 1, 3],
  batchSizes: [1, 10], seed: { min: 0, max: 99 },
  activations: ["sigmoid", "relu"], costs: ["squares"], optimizers: ["descent"], safeRates: [0.1], schedules: ["constant", "cosine"],
  layerChoices: [[3, 2]], presets: { video: VIDEO, best: { ...VIDEO, preset: "best", batchSize: 1, average: true } },
  maxExamples: 100, fixedExamples: 20, savedBytes: 1000,
};

/** A rate from here on makes the run diverge. */
export const TOO_FAST = 50;

class Session {
  /** @type {Options} */
  settings = { ...VIDEO };
  step = 0;
  examples = 0;
  shown = 0;
  nudged = 0;
  /** @type {{ step: number, examples: number }[]} */
  kept = [];
  /** @type {{ step: number, examples: number } | null} */
  newest = null;
  /** @type {{ step: number, cost: number, dead: boolean, silent: boolean } | undefined} */
  divergence;

  /** @param {unknown} _data @param {Partial<Options>} options */
  constructor(_data, options) {
    this.configure(options);
  }

  options() {
    return { ...this.settings };
  }

  /** @param {Record<string, any>} options */
  configure(options) {
    for (const name of Object.keys(options))
      if (!(name in VIDEO)) throw new Error(`options: expected one of ${Object.keys(VIDEO)}, found "${name}"`);
    this.settings = { ...this.settings, ...LIMITS.presets[options.preset], ...options };
    this.reset();
  }

  set_data() {
    this.reset();
  }

  reset() {
    this.step = this.examples = 0;
    this.newest = null;
    this.kept = [this.report()];
  }

  /** @param {number} rate */
  set_learning_rate(rate) {
    if (rate > LIMITS.learningRate.max) throw new Error(`learningRate: expected at most 100, found ${rate}`);
    this.settings.learningRate = rate;
  }

  /** @param {number} size */
  set_batch_size(size) {
    this.settings.batchSize = size;
  }

  one() {
    if (this.settings.learningRate >= TOO_FAST) {
      this.divergence = { step: this.step + 1, cost: Infinity, dead: false, silent: false };
      throw new Error(`the run diverged at step ${this.step + 1}`);
    }
    this.go_on_from_here();
    this.step += 1;
    this.examples += this.settings.batchSize;
  }

  report(cost = 0) {
    return { step: this.step, examples: this.examples, epoch: this.examples / 50, cost };
  }

  train_step() {
    this.one();
    const learningRate = this.settings.learningRate;
    return { ...this.report(1), costAfter: 0.9, gradientNorm: 1, stepLength: 1, predictedChange: -0.1, learningRate };
  }

  /** One step at least, and five are all it manages in a slice. @param {number} steps as an unsigned number of 32 bits */
  train(steps) {
    const made = Math.min(Math.max(steps >>> 0, 1), 5);
    for (let k = 0; k < made; k++) this.one();
    return { ...this.report(1), steps: made, seconds: 0.001, done: this.examples >= (this.settings.budget ?? Infinity) };
  }

  diverged() {
    return this.divergence;
  }

  /** @param {string} _set @param {number} limit */
  evaluate(_set, limit) {
    return { cost: 1 / (this.step + 1) - this.nudged / 2, accuracy: 0.5, examples: limit || 50, confusion: [[1, 0], [0, 1]] };
  }

  /** Each neuron is one above the one before it. @param {Float32Array} input @param {Float32Array} activations */
  forward(input, activations) {
    activations.forEach((_, neuron) => (activations[neuron] = input[0] + neuron));
    return input[0] > 0.5 ? 1 : 0;
  }

  /** @param {Float32Array} _input @param {number} label */
  cost_of(_input, label) {
    return 10 + label;
  }

  /** @param {Float32Array} pixels @param {Float32Array} input */
  prepare(pixels, input, straighten = this.settings.straighten) {
    input.fill(straighten ? 0.25 : pixels[0] / 255);
  }

  /** @param {Float64Array} points @param {Uint32Array} lengths @param {Float32Array} input */
  prepare_strokes(points, lengths, input, straighten = this.settings.straighten) {
    input.fill(straighten ? points[0] : points[0] / 2);
    return lengths.length > 0;
  }

  /** @param {Float32Array} pixels @param {Float32Array} input @param {Float32Array} scores */
  predict(pixels, input, scores) {
    this.prepare(pixels, input);
    scores.fill(0.5);
    return 1;
  }

  parameter_count() {
    return this.settings.layers.reduce((sum, size) => sum + size, 0);
  }

  /** @param {Float32Array} out */
  parameters(out) {
    out.fill(this.step + this.nudged);
  }

  coming() {
    return Uint32Array.from({ length: this.settings.batchSize }, (_, example) => example);
  }

  /** Not what the image shows: labels may be shuffled. @param {number} index */
  told(index) {
    return (index + 1) % 2;
  }

  /** @param {number} _from @param {number} _to @param {Float32Array} batch @param {Float32Array} fixed */
  slice(_from, _to, batch, fixed) {
    batch.fill(1);
    fixed.fill(2);
    return { cost: 1, slope: -1, gradientNorm: 1, stepLength: 1, learningRate: 1, fixedExamples: 20 };
  }

  /** Half of what they are now. @param {Float32Array} out */
  average(out) {
    out.fill(this.step / 2);
  }

  /** @param {Float32Array} out */
  gradient(out) {
    out.fill(this.nudged || 1);
    return 1;
  }

  /** @param {Float32Array} out @param {number} count */
  nudges(out, count) {
    out.fill(-(this.nudged || 1));
    return Uint32Array.from({ length: count }, (_, index) => index);
  }

  /** @param {number} _index @param {number} change */
  nudge(_index, change) {
    this.nudged = change;
    return { cost: 1, predictedChange: -change, measuredChange: -0.9 * change };
  }

  keep() {
    if (this.newest === null) this.kept = [...this.kept.filter(({ step }) => step < this.step), this.report()];
  }

  stops() {
    return Uint32Array.from(this.kept, ({ step }) => step);
  }

  /** @param {number} step */
  look_back(step) {
    this.newest ??= this.report();
    this.stand(this.kept.reduce((best, stop) => (Math.abs(stop.step - step) < Math.abs(best.step - step) ? stop : best)));
  }

  return_to_newest() {
    if (this.newest) this.stand(this.newest);
    this.newest = null;
  }

  go_on_from_here() {
    if (this.newest) this.kept = this.kept.filter(({ step }) => step <= this.step);
    this.newest = null;
  }

  /** @param {{ step: number, examples: number }} place */
  stand({ step, examples }) {
    this.step = step;
    this.examples = examples;
  }

  place_on_plane() {}

  keep_way() {}

  /** There is a path once a step was made. */
  plane() {
    return this.step === 0 ? undefined : { path: [], steps: [], kept: [], share: 1, extent: {} };
  }

  /** @param {number} _side @param {Float32Array} costs */
  plane_costs(_side, costs) {
    return costs.length;
  }

  idle() {
    return Uint8Array.from([1, 0, 0, 0, 0]);
  }

  /** The step before the last that is remembered, if the rate asks for it. */
  find_overshoot() {
    const { step } = this.kept[this.kept.length - 2] ?? this.kept[0];
    this.sound = step;
    if (this.settings.learningRate === TOO_FAST) return undefined;
    this.look_back(step);
    return { step: step + 1, stepLength: 4, turn: 0.25, cost: 1, costAfter: Infinity };
  }

  sound_stop() {
    return this.sound;
  }

  is_sound() {
    return true;
  }

  /** @param {Float32Array} values @param {Float32Array} change */
  parameters_and_change(values, change) {
    this.parameters(values);
    change.fill(this.step - this.shown);
    this.shown = this.step;
  }

  /** @param {Float32Array} values */
  set_parameters(values) {
    this.go_on_from_here();
    this.nudged = values[0] - this.step;
  }

  /** @param {Float32Array} input @param {number} layer @param {number} neuron @param {number} count */
  neuron(input, layer, neuron, count) {
    const term = { from: neuron, weight: layer, input: input[0], product: layer * input[0] };
    return { bias: 0, terms: Array(count).fill(term), sum: 1, weightedInput: 1, activation: 0.5 };
  }

  /** @param {Float32Array} _input @param {number} label @param {Float32Array} shares */
  cost_shares(_input, label, shares) {
    shares[label] = 10 + label;
  }

  averaging = false;

  /** Two mistakes, the first of them the surer; many looks read better than one. @param {string} _set @param {number} limit */
  survey(_set, limit) {
    return { ...this.evaluate(_set, limit), accuracy: this.averaging ? 0.75 : 0.5, recall: [1, null], mistakes: this.behind() };
  }

  behind() {
    return [{ index: 4, label: 0, read: 1, score: 0.9 }, { index: 5, label: 1, read: 0, score: 0.8 }];
  }

  /** @param {Float32Array} input @param {Float32Array} shares @param {Float32Array} products */
  evidence(input, shares, products) {
    shares.set(input);
    products.fill(this.step);
    return { digit: 1, rival: 0, difference: 0.5, voices: [{ neuron: 2, share: 0.5 }] };
  }

  nearest() {
    return [{ index: 6, label: 1, cosine: 0.75 }];
  }

  /** @param {number} index @param {Float32Array} input */
  training_input(index, input) {
    input.fill(index / 10);
  }

  predict_input() {
    return 0;
  }

  /** @param {{ labels: number[] }} drawings */
  read_drawings({ labels }) {
    return labels.map((label, index) => ({ index, label, read: 1, score: 0.5 }));
  }

  /** @param {Float64Array} _points @param {Uint32Array} lengths @param {number} side */
  journey_of_strokes(_points, lengths, side) {
    return { stages: [{ name: "raw", map: [2 / side, 0, 0, 2 / side, 0, 0] }], strokes: lengths.length };
  }

  save() {
    return new TextEncoder().encode(JSON.stringify([this.settings, this.step, this.examples, this.nudged]));
  }

  free() {
    freed.push(this);
  }

  /** @param {Uint8Array} bytes */
  restore(bytes) {
    if (bytes.length === 0) throw new Error("saved run: expected a header, found 0 bytes");
    this.nudged = 0;
    [this.settings, this.step, this.examples] = JSON.parse(new TextDecoder().decode(bytes));
  }
}

/** What the module was given back, in order. @type {unknown[]} */
export const freed = [];

/** A data set like another, of so many images. @param {any} like @param {{ train: number, test: number }} counts */
function dataset(like, counts) {
  const set = { ...like, counts: () => counts, free: () => void freed.push(set) };
  return set;
}

/** Each drawing is learnt from once. @param {any} before @param {{ labels: number[] }} drawings */
const joined = (before, { labels }) => dataset(before, { ...before.counts(), train: before.counts().train + labels.length });

class Drawings {
  free() {
    freed.push(this);
  }

  /** @type {number[]} */
  labels = [];

  pictures() {
    return new Uint8Array(4 * this.labels.length);
  }

  /** @param {Float64Array} points @param {Uint32Array} lengths @param {number} label */
  add(points, lengths, label) {
    if (points.length !== 2 * lengths.reduce((sum, one) => sum + one, 0)) throw new Error("expected the points of the strokes");
    if (label > 9) throw new Error(`drawings: expected labels 0 to 9, found ${label}`);
    this.labels.push(label);
  }
}

/** As much of a data set as the worker asks for. @type {any} */
export const data = {
  /** @param {{ labels: number[] }} drawings */
  with: (drawings) => joined(data, drawings),
  counts: () => ({ train: 50, test: 8 }),
  /** @param {string} _set @param {number} index @param {Float32Array} pixels */
  example(_set, index, pixels) {
    pixels.fill(255);
    return index % 2;
  },
};

/** As much of the wasm module as the worker asks for. @type {any} */
export const core = {
  Session,
  Drawings,
  Dataset: {
    /** @param {Uint8Array} images */
    idx(images) {
      if (images.length === 0) throw new Error("IDX images: expected a header, found 0 bytes");
      return dataset(data, { train: 9, test: 1 });
    },
  },
  limits: () => LIMITS,
  new_seed: () => 77,
  /** @param {number} _seed @param {Float32Array} pixels */
  noise: (_seed, pixels) => void pixels.fill(102),
};
