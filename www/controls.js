// @ts-check
/**
 * The form elements: filled from the limits, showing the options in force, reporting what is chosen.
 *
 * @module
 */

import { layersText, parseLayers, share } from "./address.js";
import { byId } from "./dom.js";
import { plain, reason, whole } from "./format.js";
import { images } from "./words.js";

/** @typedef {import("./protocol.js").Options} Options */

/** How choices are called on the page; what is not listed is called by its name. @type {Record<string, string>} */
const NAMES = {
  relu: "ReLU",
  silu: "SiLU",
  squares: "sum of squares",
  "cross-entropy": "cross-entropy",
  descent: "plain descent",
  adam: "Adam",
  video: "the video\u2019s",
  best: "the best",
  true: "true",
  shuffled: "shuffled",
};

/** Steps a second; "max" is as fast as it goes. */
const SPEEDS = ["1", "10", "60", "max"];
const FIRST_SPEED = "60";
/** No eye follows so many. */
const FAST = 60;
/** Shares of shuffled labels beside none and all. */
const SHARES = ["0.1", "0.5"];

/**
 * @param {{ configure(options: Partial<Options>): void, learningRate(rate: number): void, batchSize(size: number): void,
 *   speed(): void, newStart(): void, complain(message: string): void }} on
 */
export function createControls(on) {
  const speed = select("speed");
  const rate = select("learning-rate");
  const batch = select("batch-size");
  const choices = { preset: select("preset"), activation: select("activation"), cost: select("cost-function"), optimizer: select("optimizer") };
  const labels = select("labels");
  const layers = input("layers");
  const budget = input("budget");
  const examples = input("training-examples");
  const seed = input("seed");
  const ticks = { straighten: input("straighten"), augment: input("augment"), average: input("average") };

  /** @type {import("./state.js").State | null} */
  let known = null;

  fill(speed, SPEEDS, (value) => (value === "max" ? "full speed" : `${value} step${value === "1" ? "" : "s"}/s`));
  speed.value = FIRST_SPEED;

  /** @param {HTMLElement} element @param {() => void} act */
  function changing(element, act) {
    element.addEventListener("change", () => {
      try {
        act();
      } catch (error) {
        on.complain(reason(error));
        if (known) reflect(known);
      }
    });
  }

  changing(speed, on.speed);
  changing(rate, () => on.learningRate(Number(rate.value)));
  changing(batch, () => on.batchSize(Number(batch.value)));
  for (const [name, choice] of Object.entries(choices)) {
    changing(choice, () => on.configure({ [name]: choice.value, ...(name !== "preset" && { learningRate: suitedRate() }) }));
  }
  changing(labels, () => on.configure({ labels: share(labels.value) }));
  changing(layers, () => known?.limits && on.configure({ layers: parseLayers(layers.value, known.limits) }));
  changing(examples, () => on.configure({ trainingExamples: wholeNumber(examples, "Training images") }));
  changing(seed, () => on.configure({ seed: wholeNumber(seed, "Seed") }));
  changing(budget, () => {
    on.configure({ budget: budget.value.trim() === "" && budget.validity.valid ? null : wholeNumber(budget, "Budget") });
  });
  // Letters in an empty field are no change of its value, which stays empty.
  budget.addEventListener("blur", () => {
    if (!budget.validity.badInput) return;
    on.complain(`Budget: expected a whole number from ${budget.min} or nothing, found what is no number`);
    if (known) reflect(known);
  });
  for (const [name, tick] of Object.entries(ticks)) changing(tick, () => on.configure({ [name]: tick.checked }));
  byId("new-start").addEventListener("click", on.newStart);
  // Enter in a field means "take this", which its change event does.
  for (const form of document.querySelectorAll("form")) form.addEventListener("submit", (event) => event.preventDefault());

  /** The rate of a recipe is made for its activation, cost and optimizer: with others it could destroy the network in a step. */
  function suitedRate() {
    if (!known?.limits || !known.options) return undefined;
    const { limits, options } = known;
    const usual = limits.presets[options.preset];
    const { activation, cost, optimizer } = choices;
    const kept = activation.value === usual.activation && cost.value === usual.cost && optimizer.value === usual.optimizer;
    return kept ? usual.learningRate : limits.safeRates[limits.optimizers.indexOf(optimizer.value)];
  }

  /** Fills what depends on the limits. @param {import("./protocol.js").Limits} limits */
  function offer(limits) {
    fill(rate, limits.learningRates.map(plain));
    fill(batch, limits.batchSizes.map(String), (size) => images(Number(size)));
    fill(choices.preset, Object.keys(limits.presets));
    fill(choices.activation, limits.activations);
    fill(choices.cost, limits.costs);
    fill(choices.optimizer, limits.optimizers);
    fill(labels, ["true", ...SHARES, "shuffled"], labelText);
    byId("layer-choices").replaceChildren(...limits.layerChoices.map((sizes) => new Option(layersText(sizes))));
    seed.min = String(limits.seed.min);
    seed.max = String(limits.seed.max);
  }

  /** Shows the options in force. @param {import("./state.js").State} state */
  function reflect(state) {
    const { limits, options, counts } = state;
    if (!limits) return;
    if (!known) offer(limits);
    known = state;
    if (!options) return;
    choose(rate, plain(options.learningRate));
    choose(batch, String(options.batchSize), images(options.batchSize));
    offerWhole(batch, options);
    for (const [name, choice] of Object.entries(choices)) choose(choice, String(options[/** @type {keyof Options} */ (name)]));
    choose(labels, String(options.labels), labelText(String(options.labels)));
    layers.value = layersText(options.layers);
    budget.value = options.budget === null || options.budget === undefined ? "" : String(options.budget);
    examples.value = String(options.trainingExamples);
    if (counts) examples.max = String(counts.train);
    seed.value = String(options.seed);
    for (const [name, tick] of Object.entries(ticks)) tick.checked = Boolean(options[/** @type {keyof Options} */ (name)]);
  }

  return {
    reflect,
    /** @param {string} value one of the speeds offered */
    setSpeed: (value) => void (speed.value = value),
    /** Steps a second, null for as fast as it goes. */
    stepsPerSecond: () => (speed.value === "max" ? null : Number(speed.value)),
    /** Whether steps follow each other faster than the eye can. */
    fast: () => speed.value === "max" || Number(speed.value) >= FAST,
  };
}

/** The whole training set is a batch too, and so is one chosen when it was larger. @param {HTMLSelectElement} batch @param {Options} options */
function offerWhole(batch, { trainingExamples, batchSize }) {
  const last = /** @type {HTMLOptionElement | null} */ (batch.querySelector("[data-whole]"));
  const value = String(trainingExamples);
  const text = `all ${whole(trainingExamples)}`;
  if (last?.selected && batchSize >= trainingExamples) return void (last.text = text);
  if (last?.selected) {
    last.text = images(batchSize);
    delete last.dataset.whole;
  } else last?.remove();
  if ([...batch.options].some((option) => option.value === value)) return;
  const option = new Option(text, value);
  option.dataset.whole = "";
  batch.append(option);
}

/** @param {string} value */
function labelText(value) {
  return value in NAMES ? NAMES[value] : `${Math.round(100 * Number(value))} % shuffled`;
}

/** @param {HTMLSelectElement} element @param {string[]} values @param {(value: string) => string} [text] */
function fill(element, values, text = (value) => NAMES[value] ?? value) {
  element.replaceChildren(...values.map((value) => new Option(text(value), value)));
}

/** Selects a value, offering it first when it came from elsewhere. @param {HTMLSelectElement} element @param {string} value @param {string} [text] */
function choose(element, value, text = NAMES[value] ?? value) {
  if (![...element.options].some((option) => option.value === value)) element.append(new Option(text, value));
  element.value = value;
}

/** @param {HTMLInputElement} field @param {string} name */
function wholeNumber(field, name) {
  const value = field.valueAsNumber;
  if (Number.isInteger(value) && field.validity.valid) return value;
  const range = field.max === "" ? `from ${field.min}` : `from ${field.min} to ${field.max}`;
  throw new Error(`${name}: expected a whole number ${range}, found \u201c${field.value}\u201d`);
}

/** @param {string} id */
const select = (id) => /** @type {HTMLSelectElement} */ (byId(id));
/** @param {string} id */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));
