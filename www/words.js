// @ts-check
/**
 * The sentences of the page: what the state means, in plain words.
 *
 * @module
 */

import { cost, plain, signed, whole } from "./format.js";

/** @typedef {import("./state.js").State} State */

/** Reading this share of unseen digits, it has learnt something worth trying to fool. */
const LEARNT = 0.8;

/** One line on what to do or see now. @param {State} state */
export function hint(state) {
  const { options } = state;
  if (!options) return "Fetching the handwritten digits\u2026";
  const numbers = `${whole(state.parameterCount)} random numbers`;
  if (state.playing) return `Each step goes a little downhill on the cost of ${images(options.batchSize)}.`;
  if (state.step === 0) {
    if (state.reading) return `It reads a ${state.reading.digit}: a guess made by ${numbers}. Step downhill.`;
    return `Nothing learnt yet: ${numbers}. Draw a digit, then step downhill.`;
  }
  if (options.labels === "true" && !(state.measured && state.measured.testAccuracy > LEARNT))
    return state.reading
      ? "Press Play and watch what you drew being read again and again."
      : "Draw a digit, then press Play and watch it being read again and again.";
  if (options.labels === "true") return "How sure is it of nonsense? Try Noise. Or shuffle the labels, under More.";
  return "With these labels it can only learn by heart: compare training and unseen digits.";
}

/** What the slice shows: the main thing, and the rest. @param {State} state @returns {[string, string]} */
export function sliceWords({ options, curve, report, landing, nextCurve, playing }) {
  if (!options || !curve) return ["", ""];
  const stuck = curve.slice.stepLength === 0;
  const batch = stuck ? "The rate has come down to zero:" : `Downhill for these ${images(options.batchSize)},`;
  const rest = stuck ? "no step is left to make" : "not quite for all";
  if (!report || (playing && !landing && !nextCurve)) return [batch, `${rest}.`];
  const got = report.costAfter - report.cost;
  const compared = `Predicted ${signed(report.predictedChange)}, got ${signed(got)}.`;
  if (got > 0) return [`Too far: the last step made its ${images(options.batchSize)} worse.`, compared];
  return [batch, `${rest}. ${compared}`];
}

/** @param {{ step: number, cost: number, learningRate: number }} diverged */
export function divergence({ step, learningRate }) {
  return (
    `At step ${whole(step)} the cost grew beyond all numbers: with a learning rate of ${plain(learningRate)} ` +
    "the step was longer than the valley is wide."
  );
}

/** "784 → 16 → 16 → 10 · 13 002 weights and biases" @param {State} state */
export function networkNote({ sizes, parameterCount }) {
  return sizes.length === 0 ? "" : `${sizes.join(" \u2192 ")} \u00b7 ${whole(parameterCount)} weights and biases`;
}

/** @param {number} count */
export function images(count) {
  return count === 1 ? "1 image" : `${whole(count)} images`;
}

/** @param {State} state */
export function padNote({ pad }) {
  if (!pad.image) return "draw a digit";
  return pad.label === null ? "raw noise" : `unseen image of a ${pad.label}`;
}

/** What was done to the pad before the network sees it. @param {State} state */
export function seenNote({ pad, options }) {
  const sees = "What the network sees:";
  if (pad.image && pad.label === null) return `${sees} noise, just as it is`;
  const straightened = options?.straighten ?? true;
  if (pad.image) return `${sees} the image, ${straightened ? "straightened" : "as it is"}`;
  return `${sees} scaled, centred${straightened ? ", straightened" : ""}`;
}

/** Whether the answer is right, when that is known. @param {State} state */
export function verdict({ pad, reading }) {
  if (!reading || !pad.image) return "";
  if (pad.label === null) return "it cannot say \u201cnone of these\u201d";
  return reading.digit === pad.label ? "right" : `wrong: it is a ${pad.label}`;
}

/** What the ten numbers are, or what they cost when the wanted answer is known. @param {State} state */
export function scoresNote({ reading, options }) {
  if (reading && reading.cost !== null) return `cost of this one ${cost(reading.cost)}`;
  return options?.cost === "cross-entropy" ? "probabilities" : "activations";
}
