// @ts-check
/**
 * The sentences of the page: what the state means, in plain words.
 *
 * @module
 */

import { cost, percent, plain, signed, whole, withArticle } from "./format.js";
import { SIDE } from "./pad.js";
import { neuronName } from "./places.js";
import { valueAt } from "./scales.js";
import { PHASES } from "./slow.js";

/** @typedef {import("./state.js").State} State */

/** Reading this share of unseen digits, it has learnt something worth trying to fool. */
const LEARNT = 0.8;
/** The cost wobbles on its way, but where it is up by this factor and so much less of the training images is read, something was lost. */
const RISEN = { factor: 2, lost: 0.1 };
/** Where a step brings less than this share of what its slope promised, the ground bends. */
const STRAIGHT = 0.75;
/** Changes of the cost that its numbers do not show. */
const LEVEL = 5e-7;
/** A step to come is too long when it would land higher by this share of the cost, and by so much at least: batches differ. */
const TOO_LONG = { share: 0.5, least: 0.02 };
/** Outputs closer together than this: which of them wins says nothing. */
const TIE = 0.005;
/** A gradient shorter than this leads nowhere in a lifetime, where nothing was learnt. */
const FLAT = 0.002;
/** Changes below this are written with an exponent where they stand in a sentence of two lines. */
const TINY = 1e-4;
/** An output below this is hardly lit. */
const SURE = 0.5;
/** After so many steps a run that learns reads more than this share, which is hardly more than one in ten. */
const SLOW_STEPS = 1000;
const GUESSED = 0.15;

/** One line on what to do or see now. @param {State} state */
export function hint(state) {
  const { options } = state;
  if (!options) return "Fetching the handwritten digits\u2026";
  const weights = state.parameterCount - state.sizes.slice(1).reduce((sum, size) => sum + size, 0);
  const numbers = `${whole(weights)} random weights`;
  if (state.slow) return slowWords(state, state.slow);
  if (state.back) return `Step ${whole(state.step)} of ${whole(state.back.newest)}. Play goes on here.`;
  if (risen(state)) return "The cost has risen again: the steps may be too long. Lower the learning rate, or Reset.";
  if (tooFar(state)) return "That step was too long: its images cost more now than before. Lower the learning rate.";
  if (state.playing && options.labels !== "true") return byHeart(options);
  if (state.playing && guesses(state)) return `After ${whole(state.step)} steps it still guesses: another learning rate may help.`;
  const batch = images(Math.min(options.batchSize, options.trainingExamples));
  if (state.playing && options.optimizer !== "descent") return `Each step learns from ${batch}, and from the steps before.`;
  if (state.playing) return `Each step goes a little downhill on the cost of ${batch}.`;
  if (stuck(state)) return "It only guesses, and its gradient is almost nothing. Reset; a lower learning rate may help.";
  if (risesAhead(state) !== null) return "The coming step is too long: it would land higher than it starts. Lower the learning rate.";
  if (state.step === 0 && !state.diverted) {
    // Without the digit: this line is read out, and each stroke may flip it.
    if (state.reading) return `What it reads is a guess made by ${numbers}. Step downhill.`;
    return `Nothing learnt yet: ${numbers}. Draw, or take a test digit, then step downhill.`;
  }
  if (options.labels === "true" && !(state.measured && state.measured.testAccuracy > LEARNT))
    return state.reading
      ? `Press Play and watch ${state.pad.image ? "the image" : "what you drew"} being read again and again.`
      : "Draw, or take a test digit, then press Play and watch it being read again and again.";
  if (options.labels !== "true") return byHeart(options);
  const noise = state.pad.image !== null && state.pad.label === null;
  return `${noise ? "Nothing in noise is a digit, and yet it answers." : "How sure is it of nonsense? Try Noise."} Or shuffle the labels, under More.`;
}

/** What becomes of labels that mean nothing. @param {import("./protocol.js").Options & { labels: Exclude<import("./protocol.js").Options["labels"], "true"> }} options */
function byHeart({ labels, trainingExamples }) {
  const what = labels === "shuffled" ? `The labels of these ${images(trainingExamples)} are shuffled: they` : `${labelsWords(labels)}: those`;
  return `${what} can only be learnt by heart. Compare training and unseen.`;
}

/** Whether nothing was learnt where others have learnt much. @param {State} state */
function guesses({ measured, step }) {
  return step > SLOW_STEPS && measured !== null && measured.trainAccuracy < GUESSED;
}

/** Whether the step just seen has made its own images worse; momentum and Adam may do that and go on. @param {State} state */
function tooFar({ report, step, options }) {
  return report !== null && report.step === step && options?.optimizer === "descent" && report.costAfter > report.cost;
}

/** Whether the run has lost much of what it had reached. @param {State} state */
function risen({ measured, history }) {
  if (!measured || history.steps.length <= 2) return false;
  const lost = history.trainAccuracy.some((accuracy) => measured.trainAccuracy < accuracy - RISEN.lost);
  return lost && history.cost.some((cost) => measured.cost > RISEN.factor * cost);
}

/** Whether it stands where nothing can be learnt from. @param {State} state */
function stuck({ measured, curve, step }) {
  return step > 0 && measured !== null && measured.trainAccuracy < GUESSED && curve !== null && curve.slice.gradientNorm < FLAT;
}

/**
 * Where the cost of the batch rises again, as far as its curve tells, when the step to come goes down at first and yet lands
 * clearly higher than it starts.
 * @param {Pick<State, "curve" | "playing">} state
 */
export function risesAhead({ curve, playing }) {
  if (playing || !curve || curve.slice.slope >= 0) return null;
  const { batch, from, to, slice } = curve;
  const landing = valueAt(curve, batch, 1);
  if (!(landing > slice.cost + Math.max(TOO_LONG.share * slice.cost, TOO_LONG.least))) return null;
  const places = Array.from(batch, (_, k) => from + ((to - from) * k) / (batch.length - 1));
  return places.reduce((best, t, k) => (t > 0 && t < 1 && batch[k] < valueAt(curve, batch, best) ? t : best), 0);
}

/** What the slice shows: the main thing, the rest, a note where there is room; and whether the first is about the batch to come. @param {State} state @returns {[string, string, string, boolean]} */
export function sliceWords(state) {
  const { options, step, curve, report, landing, nextCurve, playing, parameterCount } = state;
  const far = overshootHere(state);
  if (far?.turn === 0) return ["Uphill from here:", "the steps before carry it on.", "", false];
  if (far) return [`Longer than the valley is wide:`, `uphill again after ${rough(100 * far.turn)}\u202f% of the way.`, "", false];
  if (!options || !curve) return ["", "", "", false];
  // What one step did is said only while the network stands where that step led.
  const told = report && report.step === step && !(playing && !landing && !nextCurve);
  // Until the ball has landed the curve is that of the step just made.
  const coming = Boolean(told && !landing);
  const [batch, rest] = wayWords(options, curve, playing, Boolean(told), coming);
  if (!told) return [batch, `${rest}.`, curve.slice.stepLength > 0 ? `One direction in ${whole(parameterCount)} dimensions.` : "", true];
  const got = report.costAfter - report.cost;
  const compared = `Last step: ${promised(report)}.`;
  if (got > 0) return ["Too far: the last step made its own images worse.", compared, "", false];
  return [batch, `${rest}. ${compared}`, "", true];
}

/** Which way the step to come goes, for its own images and for others. @param {import("./protocol.js").Options} options @param {import("./protocol.js").Curve} curve @param {boolean} playing @param {boolean} brief  more is to be said @param {boolean} coming  images of another step were spoken of @returns {[string, string]} */
function wayWords({ trainingExamples }, curve, playing, brief, coming) {
  const { cost: here, stepLength, learningRate, slope, fixedExamples } = curve.slice;
  if (stepLength === 0) return [learningRate === 0 ? "The rate has come down to zero:" : "The ground is level here:", "no step is left to make"];
  const all = curve.examples >= trainingExamples;
  const which = coming ? "the next" : "these";
  const batch = curve.examples === 1 ? (coming ? "the next image" : "this one image") : `${all ? "all" : which} ${images(curve.examples)}`;
  // Momentum and Adam go on where they came from for a while.
  if (slope > 0) return [`Uphill for ${batch}:`, "the steps before still carry it on"];
  const rise = playing ? 0 : valueAt(curve, curve.batch, 1) - here;
  if (rise > LEVEL) return [`Downhill at first for ${batch},`, brief ? "but the step lands higher" : `but the step lands ${cost(rise)} higher`];
  const down = `Downhill for ${batch},`;
  if (all) return [down, "the whole training set"];
  // What changes with each step cannot be read.
  if (playing) return [down, "each step for its own"];
  const change = valueAt(curve, curve.fixed, 1) - valueAt(curve, curve.fixed, 0);
  const others = `for ${images(fixedExamples)}`;
  if (Math.abs(change) < LEVEL) return [down, `and level ${others}`];
  if (brief) return [down, `${change < 0 ? "and" : "but not"} ${others}`];
  return [down, `${change < 0 ? "and" : "but uphill"} ${others}, by ${cost(Math.abs(change))}`];
}

/** What the surface shows. @param {State} state */
export function planeWords({ plane, picture, parameterCount, random }) {
  const two = random === null ? `Of ${whole(parameterCount)} dimensions two` : "Two random directions";
  const share = plane?.seed === random ? ` ${two} hold ${percent(plane.share)} of the path.` : "";
  return `${picture === "solid" ? "Drag to turn." : "Bluer is lower."}${share}`;
}

/** @param {Pick<import("./protocol.js").Diverged, "step" | "learningRate" | "dead" | "silent" | "overshoot">} diverged */
export function divergence({ step, learningRate, dead, silent, overshoot }) {
  if (silent) return "Its first weights give every image the same answer, and no gradient leads out of that: take others.";
  const end = dead ? "the network only guesses, and no gradient leads back" : "the cost is beyond all numbers";
  if (!overshoot || overshoot.turn >= 1) return `At step ${whole(step)} ${end}: a learning rate of ${plain(learningRate)} is too large.`;
  const after = Number.isFinite(overshoot.costAfter) ? cost(overshoot.costAfter) : "infinity";
  const then = dead ? "from there the network only guessed" : "from there the cost went beyond all numbers";
  const how =
    overshoot.turn === 0
      ? "led uphill from its start: the steps before carried it on."
      : `was longer than the valley is wide: uphill again after ${rough(100 * overshoot.turn)}\u202f% of the way.`;
  return (
    `Step ${whole(overshoot.step)} ${how} Its images\u2019 cost went from ${cost(overshoot.cost)} to ${after}; ${then}. This is the state before it.`
  );
}

/** Two digits are enough. @param {number} value */
function rough(value) {
  return plain(Number(value.toPrecision(2)));
}

/** The step that went too far, while the network stands where it was made. @param {Pick<State, "back" | "overshoot" | "step">} state */
export function overshootHere({ back, overshoot, step }) {
  return back && overshoot && step === overshoot.step - 1 && overshoot.turn < 1 ? overshoot : null;
}

/** "784 → 16 → 16 → 10 · 13 002 weights and biases" @param {State} state */
export function networkNote(state) {
  const { sizes, parameterCount, pointed, opened, reading, names } = state;
  if (sizes.length === 0) return "";
  if (pointed) {
    const before = sizes.slice(1, pointed.layer).reduce((sum, size) => sum + size, 0);
    const activation = reading ? `: ${cost(reading.activations[before + pointed.neuron])}` : "";
    const open = pointed.layer === opened?.layer && pointed.neuron === opened.neuron;
    return `${neuronName(pointed.layer, pointed.neuron, sizes, names)}${activation}${open ? "" : " \u00b7 press to open it"}`;
  }
  // What is news first: the end is cut off where there is little room.
  const idle = idleWords(state);
  return `${idle && `${idle} \u00b7 `}${sizes.join(" \u2192 ")} \u00b7 ${whole(parameterCount)} weights and biases`;
}

/** "3 of 32 neurons dead" @param {Pick<State, "idle" | "options">} state */
export function idleWords({ idle, options }) {
  const count = idle?.reduce((sum, one) => sum + one, 0) ?? 0;
  if (!idle || !options || count === 0) return "";
  const what = options.activation === "relu" || options.activation === "silu" ? "dead" : "saturated";
  return `${count} of ${idle.length} neurons ${what}`;
}

/** What a digit is called: of other data it may stand for something else. @param {Pick<State, "names">} state @param {number} digit */
export function className({ names }, digit) {
  return names[digit] ?? String(digit);
}

/** @param {Exclude<import("./protocol.js").Options["labels"], "true">} labels */
function labelsWords(labels) {
  return labels === "shuffled" ? "shuffled labels" : `${whole(100 * Number(labels))}\u202f% of the labels shuffled`;
}

/** A run by what makes it what it is. @param {Pick<State, "options" | "limits" | "counts">} state */
export function runName({ options, limits, counts }) {
  if (!options || !limits) return "";
  const { preset, layers, activation, cost, optimizer, straighten, augment, trainingExamples, learningRate, batchSize, seed, labels } = options;
  const told = { layers: layers.join("-"), activation, cost, optimizer };
  const flags = { straighten: `${straighten ? "" : "not "}straightened`, augment: `${augment ? "" : "not "}augmented` };
  const usual = /** @type {any} */ (limits.presets[preset]);
  const other = Object.entries({ ...told, ...flags }).filter(([name]) => String(/** @type {any} */ (options)[name]) !== String(usual[name]));
  if (counts && trainingExamples < counts.train) other.push(["trainingExamples", images(trainingExamples)]);
  const recipe = preset === "video" ? "the video\u2019s" : "the best";
  const shuffled = labels === "true" ? [] : [labelsWords(labels)];
  return [recipe, ...other.map(([, words]) => words), `rate ${plain(learningRate)}`, `batch ${whole(batchSize)}`, `seed ${seed}`, ...shuffled].join(", ");
}

/** A link that gives no run. @param {string} reason */
export function misread(reason) {
  return `The link was not understood: ${reason}`;
}

/** What a link gives to whoever opens it. @param {Pick<State, "data" | "diverted" | "nudged">} state @param {string} place where it is now */
export function linkWords({ data, diverted, nudged }, place) {
  if (data.own || data.taught) return `The link is ${place}. It gives these options, but not your ${data.own ? "images" : "drawings"}.`;
  if (diverted || nudged) return `The link is ${place}. It begins anew with these options, without what was changed on the way.`;
  return `The link to this very run is ${place}.`;
}

/** @param {number} count */
export function images(count) {
  return count === 1 ? "1 image" : `${whole(count)} images`;
}

/** @param {State} state */
export function padNote(state) {
  const { pad } = state;
  if (!pad.image) return "draw a digit";
  if (pad.label === null) return "raw noise";
  const name = className(state, pad.label);
  // What the network is told of it is not what it shows.
  const told = pad.set === "train" && state.options?.labels !== "true";
  if (state.slow && pad.set === "train") return `from the batch: ${told ? `labelled ${name}` : withArticle(name)}`;
  return `${pad.set === "train" ? "training" : "unseen"} image ${told ? `labelled ${name}` : `of ${withArticle(name)}`}`;
}

/** What was done to the pad before the network sees it. @param {State} state */
export function seenNote({ pad, options }) {
  const sees = "The network sees:";
  if (pad.image && pad.label === null) return `${sees} noise, just as it is`;
  const straightened = options?.straighten ?? true;
  if (pad.image) return `${sees} the image, ${straightened ? "straightened" : "as it is"}`;
  return `${sees} scaled, centred${straightened ? ", straightened" : ""}`;
}

/** The stages from the drawing to the input, each with its number. @param {import("./protocol.js").Journey} journey @returns {[string, string][]} */
export function journeyWords({ stages, bounds, enlarged, moved: [right, down], angle, stretch: [across, upright] }) {
  const times = (/** @type {number} */ factor) => `\u00d7 ${factor.toFixed(2)}`;
  const pixels = (/** @type {number} */ length) => Math.abs(length).toFixed(1);
  const leaning = `${Math.abs(angle).toFixed(0)}\u00b0 ${angle < 0 ? "left" : "right"}`;
  /** @type {Record<string, [string, string]>} */
  const words = {
    raw: bounds ? ["as drawn", ""] : ["the image", ""],
    cropped: ["cropped", bounds ? `${bounds[2].toFixed(0)} \u00d7 ${bounds[3].toFixed(0)} of ${SIDE}` : ""],
    scaled: ["scaled", times(enlarged)],
    centred: ["centred", `${right < 0 ? "\u2190" : "\u2192"} ${pixels(right)} ${down < 0 ? "\u2191" : "\u2193"} ${pixels(down)} px`],
    upright: ["set upright", leaning],
    sized: ["one size", `${times(across)}, ${times(upright)}`],
  };
  return stages.map(({ name }) => words[name] ?? [name, ""]);
}

/** Whether the answer is right, when that is known. @param {State} state */
export function verdict(state) {
  const { pad, reading, names } = state;
  if (!reading) return "";
  const read = names[reading.digit] ?? "";
  const [first, second] = Array.from(reading.scores).sort((a, b) => b - a);
  if (!pad.image && pad.label === null) return first - second < TIE ? "no answer stands out" : read;
  if (pad.label === null) return reading.scores[reading.digit] < SURE ? "not sure, yet it must answer" : "it cannot say \u201cnone of these\u201d";
  const judged = reading.digit === pad.label ? "right" : `wrong: it is ${withArticle(className(state, pad.label))}`;
  return read ? `${read}, ${judged}` : judged;
}

/** What the ten numbers are, or what they cost when the wanted answer is known. @param {State} state */
export function scoresNote({ reading, options }) {
  if (reading && reading.cost !== null) return `its cost ${cost(reading.cost)}`;
  return options?.cost === "cross-entropy" ? "probabilities" : "activations";
}

/** What the slope at a parameter promised for its nudge, and what came of it. @param {State} state */
export function nudgeWords({ nudged, chosen, nudges, parameters }) {
  const value = chosen && parameters?.[chosen.index];
  if (!chosen || typeof value !== "number") return "";
  if (nudged && nudged.index === chosen.index) {
    const { change, predictedChange, measuredChange } = nudged;
    return `${signed(change)}: this batch\u2019s cost predicted ${signed(predictedChange)}, measured ${signed(measuredChange)}`;
  }
  const nudge = nudges?.all[chosen.index];
  if (nudge === undefined) return "";
  if (nudge === 0) return `It is ${signed(value)}. To this batch it does not matter.`;
  return `It is ${signed(value)}. The batch wants it ${nudge > 0 ? "larger" : "smaller"}. Move it.`;
}

/** @param {State} state @param {import("./protocol.js").Neuron} neuron */
export function neuronTitle({ sizes, names }, { layer, neuron }) {
  const name = neuronName(layer, neuron, sizes, names);
  return layer === sizes.length - 1 ? `Output ${name}` : name;
}

/** The sum that the opened neuron makes, as an equation. @param {State} state */
export function neuronSum({ reading, options, opened, sizes }) {
  const told = reading?.neuron;
  if (!told || !options) return "Draw a digit and see what this neuron adds up.";
  const { sum, bias, weightedInput, activation } = told;
  const last = opened?.layer === sizes.length - 1;
  const outputs = options.cost === "cross-entropy" ? "softmax" : "sigmoid";
  const squash = last ? outputs : options.activation;
  return `\u03a3 w\u00b7a + b = ${signed(sum)} ${signed(bias)} = ${signed(weightedInput)}; ${squash}: ${cost(activation)}`;
}

/** What happens in this part of a step: in a few words as it goes by, in more while it is held. @param {State} state @param {{ phase: import("./slow.js").Phase, held: boolean }} slow */
function slowWords(state, { phase, held }) {
  if (!state.options) return "";
  const words = held ? heldWords(state, phase) : passingWords(state, phase);
  return `${PHASES.indexOf(phase) + 1}/${PHASES.length} ${words}`;
}

/** @param {State} state @param {import("./slow.js").Phase} phase */
function passingWords(state, phase) {
  const { pad, curve } = state;
  switch (phase) {
    case "forward":
      return pad.set === "train" ? "Forward: an image of the batch goes through." : "Forward: neurons add up and fill up.";
    case "targets":
      return `How wrong? Mean cost of ${curve?.examples === 1 ? "the image" : "the batch"}: ${cost(curve?.slice.cost ?? NaN)}.`;
    case "gradient":
      return "Backward: which way to move each weight.";
    case "ball":
      return ballWords(state);
    case "weights":
      return "Changed: blue went up, orange down.";
  }
}

/** What becomes of the nudges. @param {State} state */
function ballWords(state) {
  const nudges = `All ${whole(state.parameterCount)} nudges`;
  if (state.options?.optimizer === "adam") return `${nudges}, and those before: Adam makes a step of them.`;
  if (state.options?.optimizer === "momentum") return `${nudges}, and those before: one step with momentum.`;
  return `${nudges} at once: one step ${risesAhead(state) === null ? "downhill" : "along the slope"}.`;
}

/** @param {State} state @param {import("./slow.js").Phase} phase */
function heldWords(state, phase) {
  const { options, reading, pad, curve, names } = state;
  const squares = options?.cost === "squares";
  // As it learns it sees other views of the images, and not with the average of its weights.
  const mean = options?.augment || options?.average ? "" : `; over the batch of ${images(curve?.examples ?? 0)} the mean is ${cost(curve?.slice.cost ?? NaN)}`;
  const wanted = className({ names }, pad.label ?? 0);
  switch (phase) {
    case "forward":
      return pad.set === "train"
        ? "An image of the batch, from left to right: each neuron adds up weight times input, and fills up. So it goes for all of them."
        : "From left to right: each neuron adds up weight times input, and fills up. So it goes for every image of the batch.";
    case "targets":
      if (!reading || reading.cost === null)
        return `Outputs against what is wanted: ${squares ? "the squared differences are" : "minus the logarithm of the wanted one is"} the cost${mean}.`;
      return squares
        ? `Wanted: 1 at the ${wanted}, 0 elsewhere. The squared differences add up to ${cost(reading.cost)}${mean}.`
        : `Wanted: a probability of 1 for the ${wanted}. Minus the logarithm of what it is: ${cost(reading.cost)}${mean}.`;
    case "gradient":
      return "And back: how strongly, and which way, the batch wants each weight moved.";
    case "ball":
      return ballWords(state);
    case "weights":
      return "What the step has changed: blue went up, orange went down.";
  }
}

/** What the last step promised and brought. @param {Pick<State, "report">} state */
export function stepWords({ report }) {
  if (!report) return "";
  const got = report.costAfter - report.cost;
  const bends = got < 0 && got > STRAIGHT * report.predictedChange;
  return `Cost: slope ${promised(report)}${bends ? ": the valley bends" : ""}.`;
}

/** @param {import("./protocol.js").StepReport} report */
function promised({ predictedChange, costAfter, cost }) {
  return `predicted ${signed(predictedChange, TINY)}, got ${signed(costAfter - cost, TINY)}`;
}
