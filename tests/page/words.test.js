// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import * as format from "../../www/format.js";
import { SIDE, clear, draw, fitted, flatten, undo } from "../../www/pad.js";
import { createPad, createState } from "../../www/state.js";
import {
  divergence, hint, idleWords, journeyWords, linkWords, networkNote, neuronSum, neuronTitle, nudgeWords, padNote, planeWords, risesAhead, runName,
  seenNote, sliceWords, stepWords, verdict,
} from "../../www/words.js";
import { PHASES } from "../../www/slow.js";
import { LIMITS } from "./core.js";

test("numbers are written as people read them", () => {
  assert.equal(format.whole(3600), "3600");
  assert.equal(format.whole(13002), "13\u202f002");
  assert.equal(format.percent(0.9453), "94.5\u202f%");
  assert.equal(format.signed(-0.1481), "\u22120.148");
  assert.deepEqual([format.cost(7.13e-5), format.cost(0), format.signed(-5.5e-5), format.signed(0)], ["0.000071", "0.0000", "\u22120.000055", "+0"]);
  assert.deepEqual([format.cost(2.4e-7), format.signed(-2.4e-7)], ["2e\u22127", "\u22122e\u22127"], "six places would show nothing");
  assert.deepEqual([0.0591, 0.00085, 0.00012, 9.9e-5].map(format.cost), ["0.0591", "0.00085", "0.00012", "0.000099"]);
  assert.equal(format.cost(2.3), "2.300");
  assert.equal(format.cost(NaN), "\u2013");
  assert.deepEqual(["7", "8", "Bag", "Ankle boot"].map(format.withArticle), ["a 7", "an 8", "a Bag", "an Ankle boot"]);
});

/** @param {Partial<import("../../www/state.js").State>} change */
function state(change) {
  return { ...createState(), options: LIMITS.presets.video, sizes: [784, 16, 16, 10], parameterCount: 13002, ...change };
}

test("the hint leads from nothing learnt to something to try", () => {
  assert.match(hint(createState()), /Fetching/);
  assert.match(hint(state({})), /12\u202f960 random weights. Draw, or take a test digit/);
  const reading = { digit: 4, cost: null, shares: null, neuron: null, scores: new Float32Array(), activations: new Float32Array() };
  assert.match(hint(state({ reading })), /What it reads is a guess/);
  assert.doesNotMatch(hint(state({ reading, diverted: true })), /random/, "weights were put in");
  assert.match(hint(state({ reading, step: 1 })), /Press Play/);
  assert.match(hint(state({ reading, step: 1, playing: true })), /10 images/);
  const measured = { step: 1, cost: 0.1, trainAccuracy: 0.9, testAccuracy: 0.9, exact: true, examples: 9, epoch: 1, measuredOn: 9 };
  assert.match(hint(state({ reading, step: 900, measured })), /Noise/);
  const labelled = (/** @type {string | number} */ labels) => hint(state({ step: 900, options: { ...LIMITS.presets.video, labels } }));
  assert.match(labelled("shuffled"), /labels of these 50 images are shuffled: they can only be learnt by heart/);
  assert.match(hint(state({ step: 9, playing: true, options: { ...LIMITS.presets.video, labels: "shuffled" } })), /learnt by heart/);
  assert.match(labelled(0.1), /^10\u202f% of the labels shuffled/);
  // What went wrong comes before what could be done else, playing or not.
  const report = { step: 9, examples: 90, epoch: 1, cost: 0.4, costAfter: 0.9, gradientNorm: 1, stepLength: 1, predictedChange: -3, learningRate: 10 };
  assert.match(hint(state({ reading, step: 9, report })), /That step was too long/);
  assert.doesNotMatch(hint(state({ reading, step: 10, report })), /too long/, "that step is past");
  const history = { ...createState().history, steps: [0, 1, 2], cost: [2, 0.4, 0.9], trainAccuracy: [0.1, 0.8, 0.6] };
  const lost = { ...measured, cost: 0.9, trainAccuracy: 0.6 };
  for (const playing of [true, false]) assert.match(hint(state({ reading, step: 9, playing, history, measured: lost })), /risen again/);
  assert.doesNotMatch(hint(state({ reading, step: 9, history, measured: { ...lost, trainAccuracy: 0.75 } })), /risen/, "it wobbles");
  assert.doesNotMatch(hint(state({ reading, step: 9, history, measured: { ...lost, cost: 0.7 } })), /risen/);
  for (const optimizer of /** @type {const} */ (["momentum", "adam"]))
    assert.doesNotMatch(hint(state({ reading, step: 9, report, options: { ...LIMITS.presets.video, optimizer } })), /too long/, `${optimizer} may do that and go on`);
});

test("while it plays it is told what each step learns from, and that nothing has been learnt where others have learnt much", () => {
  const measured = { step: 1, cost: 0.9, trainAccuracy: 0.1, testAccuracy: 0.1, exact: true, examples: 9, epoch: 1, measuredOn: 9 };
  const playing = (/** @type {number} */ step, change = {}) => hint(state({ playing: true, step, measured, ...change }));
  assert.match(playing(1000), /downhill on the cost of 10 images/);
  assert.match(playing(1001), /After 1001 steps it still guesses/);
  assert.match(playing(1001, { measured: { ...measured, trainAccuracy: 0.9 } }), /downhill/);
  assert.doesNotMatch(playing(1001, { playing: false }), /still/);
  assert.match(playing(9, { options: { ...LIMITS.presets.video, batchSize: 500 } }), /downhill on the cost of 50 images/, "there are no more");
});

test("the sentence under the slice compares what was predicted with what came, and names an overshoot", () => {
  // On a thousand others it rises or falls evenly.
  const straight = (/** @type {number} */ perStep) => Float32Array.from({ length: 7 }, (_, at) => 1 + perStep * (at - 1));
  const slice = { cost: 1, slope: -1, gradientNorm: 1, stepLength: 1, learningRate: 1, fixedExamples: 20 };
  const curve = { step: 1, examples: 10, from: -1, to: 5, batch: straight(-0.5), fixed: straight(-0.25), slice };
  const report = { step: 1, examples: 10, epoch: 1, cost: 1, costAfter: 0.859, gradientNorm: 1, stepLength: 1, predictedChange: -0.148, learningRate: 1 };
  assert.deepEqual(sliceWords(state({ curve })), ["Downhill for these 10 images,", "and for 20 images, by 0.250.", "One direction in 13\u202f002 dimensions.", true]);
  assert.equal(sliceWords(state({ curve: { ...curve, fixed: straight(0.125) } }))[1], "but uphill for 20 images, by 0.125.");
  assert.equal(sliceWords(state({ curve: { ...curve, fixed: straight(1e-7) } }))[1], "and level for 20 images.");
  assert.match(sliceWords(state({ curve, playing: true }))[1], /^each step for its own/, "what changes with each step cannot be read");
  assert.doesNotMatch(sliceWords(state({ curve, report, step: 900 }))[1], /predicted/, "that step is long past");
  assert.match(sliceWords(state({ curve, report, step: 1 }))[1], /^and for 20 images\. Last step: predicted \u22120.148, got \u22120.141\./);
  assert.match(sliceWords(state({ curve, step: 1, report: { ...report, costAfter: 1.2 } }))[0], /Too far/);
  const words = (/** @type {object} */ change, /** @type {object} */ options = {}) =>
    sliceWords(state({ curve: { ...curve, slice: { ...slice, ...change } }, options: { ...LIMITS.presets.video, ...options } })).slice(0, 2).join(" ");
  assert.match(words({ stepLength: 0, learningRate: 0 }), /rate has come down to zero/);
  assert.match(words({ stepLength: 0 }), /level here/);
  assert.match(words({ slope: 0.5 }), /Uphill for these 10 images: the steps before/);
  const counted = (/** @type {object} */ change, trainingExamples = 300) =>
    sliceWords(state({ curve: { ...curve, ...change }, options: { ...LIMITS.presets.video, batchSize: 500, trainingExamples } })).slice(0, 2).join(" ");
  assert.match(counted({ examples: 1 }), /Downhill for this one image, and for 20 images, by 0.250/);
  assert.match(counted({ examples: 300 }), /Downhill for all 300 images, the whole training set/);
  assert.match(counted({ examples: 4 }), /Downhill for these 4 images/, "what is left of an epoch");
  // The words follow the curve: its landing, not the slope alone.
  assert.equal(counted({ batch: straight(0.5) }), "Downhill at first for these 10 images, but the step lands 0.500 higher.");
  assert.match(sliceWords(state({ curve: { ...curve, slice: { ...slice, stepLength: 0, learningRate: 0 } } }))[2], /^$/);
  // After a step the images to come are others, as long as not all make one batch.
  const after = (/** @type {object} */ change) => sliceWords(state({ curve, report, step: 1, ...change }))[0];
  assert.equal(after({}), "Downhill for the next 10 images,");
  assert.equal(after({ curve: { ...curve, examples: 1 } }), "Downhill for the next image,");
  assert.equal(after({ landing: { t: 1, cost: 0.859 } }), "Downhill for these 10 images,", "those that the ball rolls for");
  // While it plays, too, as long as the ball is seen where it has landed.
  assert.doesNotMatch(sliceWords(state({ curve, report, step: 1, playing: true }))[1], /predicted/);
  assert.match(sliceWords(state({ curve, report, step: 1, playing: true, landing: { t: 1, cost: 0.859 } }))[1], /predicted/);
});

test("where the step that went too far is looked at, the slice tells of that", () => {
  const measured = { step: 8, cost: 0.5, trainAccuracy: 0.5, testAccuracy: 0.5, exact: true, examples: 80, epoch: 1, measuredOn: 9 };
  const seen = (/** @type {number} */ turn, step = 8) =>
    sliceWords(state({ step, back: { newest: 40, measured, place: null }, overshoot: { step: 9, stepLength: 4, turn, cost: 0.5, costAfter: 3 } })).slice(0, 2).join(" ");
  assert.equal(seen(0.25), "Longer than the valley is wide: uphill again after 25\u202f% of the way.");
  assert.equal(seen(0), "Uphill from here: the steps before carry it on.");
  for (const other of [seen(0.25, 7), seen(1)]) assert.equal(other, " ");
});

test("the words under the surface tell how much of the path it holds, once it is of the directions asked for", () => {
  /** @type {any} */
  const plane = { seed: null, share: 0.913 };
  assert.equal(planeWords(state({ plane })), "Bluer is lower. Of 13\u202f002 dimensions two hold 91.3\u202f% of the path.");
  assert.equal(planeWords(state({ plane, picture: "solid", random: 3 })), "Drag to turn.", "those before are seen still");
  assert.equal(planeWords(state({ plane: { ...plane, seed: 3 }, random: 3 })), "Bluer is lower. Two random directions hold 91.3\u202f% of the path.");
});

test("the way from the drawing to the input is told with its numbers, and in short over the input", () => {
  const names = ["raw", "cropped", "scaled", "centred", "upright", "sized"];
  /** @type {import("../../www/protocol.js").Journey} */
  const journey = {
    stages: names.map((name) => ({ name, map: [1, 0, 0, 1, 0, 0] })),
    bounds: [10, 20, 100.4, 180.2], brush: 2, scale: 0.1, enlarged: 1.25, moved: [-1.26, 3], angle: -29.6, stretch: [0.9, 1.1],
  };
  assert.deepEqual(journeyWords(journey).map((words) => words.join(" ").trim()), [
    "as drawn", "cropped 100 \u00d7 180 of 280", "scaled \u00d7 1.25", "centred \u2190 1.3 \u2193 3.0 px", "set upright 30\u00b0 left",
    "one size \u00d7 0.90, \u00d7 1.10",
  ]);
  const other = journeyWords({ ...journey, bounds: null, moved: [1, -1], angle: 30 });
  assert.deepEqual([other[0], other[3][1], other[4][1]], [["the image", ""], "\u2192 1.0 \u2191 1.0 px", "30\u00b0 right"]);
  const image = { ...createPad(), image: new Float32Array() };
  const options = { ...LIMITS.presets.video, straighten: false };
  assert.equal(seenNote(state({})), "The network sees: scaled, centred, straightened");
  assert.equal(seenNote(state({ options })), "The network sees: scaled, centred");
  assert.equal(seenNote(state({ pad: { ...image, label: 3 } })), "The network sees: the image, straightened");
  assert.equal(seenNote(state({ pad: { ...image, label: 3 }, options })), "The network sees: the image, as it is");
  assert.equal(seenNote(state({ pad: image })), "The network sees: noise, just as it is");
});

test("a step to come that would land clearly higher is told before it is made, with where the cost rises again", () => {
  const slice = { cost: 0.2, slope: -0.4, gradientNorm: 1, stepLength: 1, learningRate: 1, fixedExamples: 20 };
  const parabola = (/** @type {number} */ bend) => Float32Array.from({ length: 41 }, (_, k) => 0.2 - 0.4 * (-1 + 0.15 * k) + bend * (-1 + 0.15 * k) ** 2);
  const curve = (/** @type {number} */ bend) => ({ step: 9, examples: 10, from: -1, to: 5, batch: parabola(bend), fixed: parabola(0), slice });
  const at = (/** @type {number} */ bend, change = {}) => state({ step: 9, curve: curve(bend), ...change });
  assert.ok(Math.abs((risesAhead(at(1)) ?? 0) - 0.2) < 0.08, "its lowest place");
  assert.match(hint(at(1)), /coming step is too long/);
  assert.equal(risesAhead(at(0.41)), null, "a little higher is what batches do");
  assert.equal(risesAhead(at(1, { playing: true })), null);
  const beyond = curve(1);
  beyond.batch[40] = 0;
  assert.ok((risesAhead(state({ step: 9, curve: beyond })) ?? 1) < 1, "of the step itself, whatever lies behind its end");
  const slow = { phase: /** @type {const} */ ("ball"), share: 0, held: false };
  assert.match(hint(at(1, { slow })), /one step along the slope/);
  assert.match(hint(at(0.1, { slow })), /one step downhill/);
  assert.match(hint(at(0.1, { slow, options: { ...LIMITS.presets.video, optimizer: "adam" } })), /Adam makes a step/);
});

test("where it only guesses and nothing leads on, it says so; and no answer is made of two that are equal", () => {
  const slice = { cost: 0.9, slope: -1e-6, gradientNorm: 1e-3, stepLength: 1e-3, learningRate: 1, fixedExamples: 20 };
  const flat = { step: 3, examples: 10, from: -1, to: 5, batch: new Float32Array(7).fill(0.9), fixed: new Float32Array(7), slice };
  const measured = { step: 3, cost: 0.9, trainAccuracy: 0.1, testAccuracy: 0.1, exact: true, examples: 30, epoch: 1, measuredOn: 9 };
  assert.match(hint(state({ step: 3, curve: flat, measured })), /only guesses/);
  assert.doesNotMatch(hint(state({ step: 3, curve: flat, measured: { ...measured, trainAccuracy: 0.5 } })), /only guesses/);
  const scores = Float32Array.of(0.1, 0.101, 0, 0);
  const reading = { digit: 1, cost: null, shares: null, neuron: null, scores, activations: new Float32Array() };
  assert.equal(verdict(state({ reading })), "no answer stands out");
  assert.equal(verdict(state({ reading: { ...reading, scores: Float32Array.of(0.1, 0.9, 0, 0) } })), "");
});

test("a run is named by all that its recipe does not say", () => {
  const named = (/** @type {object} */ change) =>
    runName(state({ limits: LIMITS, counts: { train: 50, test: 20 }, options: { ...LIMITS.presets.video, ...change } }));
  assert.equal(named({}), "the video\u2019s, rate 1, batch 10, seed 1");
  assert.match(named({ layers: [100], activation: "relu", straighten: false, labels: "shuffled" }), /^the video\u2019s, 100, relu, not straightened, rate .*, shuffled labels$/);
  assert.match(named({ trainingExamples: 9 }), /^the video\u2019s, 9 images, rate/);
});

test("labels that were shuffled are told as such", () => {
  const pad = { ...createPad(), image: new Float32Array(), label: 2, set: /** @type {const} */ ("train") };
  assert.equal(padNote(state({ pad })), "training image of a 2");
  assert.equal(padNote(state({ pad, options: { ...LIMITS.presets.video, labels: "shuffled" } })), "training image labelled 2");
  assert.equal(padNote(state({ pad: { ...pad, set: "test" }, options: { ...LIMITS.presets.video, labels: "shuffled" } })), "unseen image of a 2");
  const slow = { phase: /** @type {const} */ ("forward"), share: 0, held: false };
  assert.equal(padNote(state({ pad, slow })), "from the batch: a 2");
  assert.equal(padNote(state({ pad: { ...pad, set: "test" }, slow })), "unseen image of a 2");
});

test("a drawing from elsewhere is fitted onto the pad, one from here stays where it is", () => {
  const here = [[[10, 20], [200, 30]], [[50, 270]]];
  assert.equal(fitted(here), here);
  const reach = (/** @type {number[][][]} */ strokes) => [Math.min(...strokes.flat(2)), Math.max(...strokes.flat(2))];
  for (const scale of [0.001, 0.1, 1.2, 40]) {
    const [least, most] = reach(fitted(here.map((stroke) => stroke.map((point) => point.map((value) => scale * value)))));
    assert.ok(least >= 0 && most <= SIDE && most - least > SIDE / 2, `${scale}: ${least} to ${most}`);
  }
  assert.deepEqual(fitted([[[-4, 900]]]), [[[SIDE / 2, SIDE / 2]]], "a dot");
});

test("a link is said to give what it gives", () => {
  const told = (/** @type {object} */ change) => linkWords(state({ data: { own: false, taught: false, memory: 0 }, ...change }), "copied");
  assert.match(told({}), /this very run is copied/);
  assert.match(told({ diverted: true }), /begins anew with these options/);
  assert.match(told({ nudged: {} }), /begins anew with these options/);
  assert.match(told({ data: { own: true, taught: false, memory: 0 } }), /not your images/);
  assert.match(told({ data: { own: false, taught: true, memory: 0 } }), /not your drawings/);
});

test("idle neurons are counted, and called what they are", () => {
  const options = /** @type {any} */ ({ activation: "relu" });
  assert.equal(idleWords({ idle: Uint8Array.from([1, 0, 1]), options }), "2 of 3 neurons dead");
  assert.equal(idleWords({ idle: Uint8Array.from([0, 1]), options: { ...options, activation: "silu" } }), "1 of 2 neurons dead");
  assert.equal(idleWords({ idle: Uint8Array.from([0, 1]), options: { ...options, activation: "tanh" } }), "1 of 2 neurons saturated");
  assert.equal(idleWords({ idle: Uint8Array.from([0, 0]), options }), "");
});

test("a divergence is explained", () => {
  const overshoot = { step: 12, from: 4, stepLength: 8, turn: 0.25, cost: 0.5, costAfter: 3 };
  assert.equal(
    divergence({ step: 40, learningRate: 30, dead: true, silent: false, overshoot }),
    "Step 12 was longer than the valley is wide: uphill again after 25\u202f% of the way. " +
      "Its images\u2019 cost went from 0.500 to 3.000; from there the network only guessed. This is the state before it.",
  );
  assert.match(divergence({ step: 40, learningRate: 30, dead: false, silent: false, overshoot: null }), /^At step 40 the cost is beyond all numbers: a learning rate of 30 is too large/);
  const told = (/** @type {object} */ change) => divergence({ step: 40, learningRate: 30, dead: false, silent: false, overshoot: { ...overshoot, ...change } });
  assert.match(told({ costAfter: Infinity }), /went from 0\.500 to infinity; from there the cost went beyond all numbers/);
  assert.match(told({ turn: 0 }), /^Step 12 led uphill from its start: the steps before carried it on\./);
  assert.match(told({ turn: 1 }), /^At step 40 the cost is beyond all numbers/, "no step went beyond the valley");
  assert.match(divergence({ step: 40, learningRate: 30, dead: true, silent: false, overshoot: null }), /^At step 40 the network only guesses/);
  assert.match(divergence({ step: 0, learningRate: 30, dead: true, silent: true, overshoot: null }), /take others/);
});

test("an answer is judged only when the right one is known", () => {
  const reading = { digit: 4, cost: 1, shares: null, neuron: null, scores: new Float32Array(), activations: new Float32Array() };
  const image = new Float32Array();
  assert.equal(verdict(state({ reading })), "");
  assert.equal(verdict(state({ reading, pad: { ...createPad(), image, label: 4 } })), "right");
  const noise = (/** @type {number} */ score) => verdict(state({ reading: { ...reading, digit: 0, scores: Float32Array.of(score) }, pad: { ...createPad(), image } }));
  assert.deepEqual([noise(0.5), noise(0.49)], ["it cannot say \u201cnone of these\u201d", "not sure, yet it must answer"]);
  assert.equal(verdict(state({ reading, pad: { ...createPad(), image, label: 9 } })), "wrong: it is a 9");
});

test("the note over the network tells of the neuron that the mouse is on", () => {
  const known = { sizes: [4, 3, 2, 2], parameterCount: 29, reading: /** @type {any} */ ({ activations: Float32Array.of(0, 0, 0, 0.25, 0.5, 0, 1) }) };
  assert.match(networkNote(state(known)), /^4 \u2192 3 .* 29 weights/);
  assert.match(networkNote(state({ ...known, pointed: { layer: 2, neuron: 1 } })), /^second layer 2: 0\.500 /);
  assert.match(networkNote(state({ ...known, pointed: { layer: 3, neuron: 1 } })), /^\u201c1\u201d: 1\.000 /);
  assert.match(networkNote(state({ ...known, reading: null, pointed: { layer: 1, neuron: 0 } })), /^first layer 1 /);
});

test("undo takes an image away before it takes strokes", () => {
  const pad = createPad();
  draw(pad, [[[1, 2]], [[3, 4]]]);
  pad.image = new Float32Array(4);
  undo(pad);
  assert.deepEqual([pad.image, pad.strokes.length], [null, 2]);
  undo(pad);
  assert.deepEqual(pad.strokes, [[[1, 2]]]);
  undo(pad);
  undo(pad);
  assert.deepEqual(pad.strokes, []);
});

test("undo brings back what was cleared, after what was drawn since", () => {
  const pad = createPad();
  draw(pad, [[[1, 2]], [[3, 4]]]);
  clear(pad);
  clear(pad);
  draw(pad, [[[5, 6]]]);
  undo(pad);
  assert.deepEqual(pad.strokes, []);
  undo(pad);
  assert.deepEqual(pad.strokes, [[[1, 2]], [[3, 4]]]);
});

test("strokes are flattened to points and lengths", () => {
  const { points, lengths } = flatten([[[1, 2], [3, 4]], [], [[5, 6]]]);
  assert.deepEqual(points, Float64Array.of(1, 2, 3, 4, 5, 6));
  assert.deepEqual(lengths, Uint32Array.of(2, 0, 1));
});

test("a nudge is asked for, then told: what its slope promised, and what came of it", () => {
  const chosen = { index: 1, layer: 0, from: 0, to: 1 };
  const nudges = { step: 0, all: Float32Array.of(0, -0.5), largest: [] };
  const known = { chosen, nudges, parameters: Float32Array.of(0, 0.25) };
  assert.equal(nudgeWords(state(known)), "It is +0.250. The batch wants it smaller. Move it.");
  assert.match(nudgeWords(state({ ...known, chosen: { ...chosen, index: 0 } })), /does not matter/);
  /** @type {import("../../www/protocol.js").Nudged} */
  const nudged = { type: "nudged", run: 1, index: 1, change: -0.2, step: 3, predictedChange: -0.1, measuredChange: -0.09 };
  assert.equal(nudgeWords(state({ ...known, nudged })), "\u22120.200: this batch\u2019s cost predicted \u22120.100, measured \u22120.090");
  assert.equal(nudgeWords(state({})), "");
});

test("the opened neuron's sum is an equation", () => {
  const neuron = { bias: 0.5, terms: [], sum: -1.25, weightedInput: -0.75, activation: 0.32 };
  const reading = { digit: 4, cost: null, shares: null, neuron, scores: new Float32Array(), activations: new Float32Array() };
  const opened = { layer: 1, neuron: 0 };
  assert.equal(neuronSum(state({ reading, opened, sizes: [4, 3, 2] })), "\u03a3 w\u00b7a + b = \u22121.250 +0.500 = \u22120.750; sigmoid: 0.320");
  const relu = { ...LIMITS.presets.video, activation: /** @type {const} */ ("relu") };
  const squash = (/** @type {object} */ options, /** @type {number} */ layer) =>
    /(\w+): 0\.320$/.exec(neuronSum(state({ reading, opened: { layer, neuron: 0 }, sizes: [4, 3, 2], options: { ...relu, ...options } })))?.[1];
  assert.deepEqual([squash({}, 1), squash({}, 2), squash({ cost: "cross-entropy" }, 2)], ["relu", "sigmoid", "softmax"]);
  assert.match(neuronSum(state({ opened })), /Draw a digit/);
  assert.deepEqual([1, 2].map((layer) => neuronTitle(state({ sizes: [4, 3, 2] }), { layer, neuron: 1 })), ["hidden neuron 2", "Output \u201c1\u201d"]);
});

test("slow motion says what happens, and at the end what came of it", () => {
  const reading = { digit: 4, cost: 0.7, shares: null, neuron: null, scores: new Float32Array(), activations: new Float32Array() };
  const pad = { ...createPad(), label: 9 };
  assert.match(hint(state({ slow: { phase: "targets", share: 0, held: true }, reading, pad })), /^2\/5 Wanted: 1 at the 9.* add up to 0\.700/);
  assert.match(hint(state({ slow: { phase: "ball", share: 0, held: true } })), /^4\/5 All 13\u202f002 nudges at once/);
  // In passing there is time for a few words.
  for (const phase of PHASES) assert.match(hint(state({ slow: { phase, share: 0, held: false }, reading, pad })), /^\d\/5 ([^ ]+ ){2,8}[^ ]+$/);
  const report = { step: 1, examples: 10, epoch: 1, cost: 1, costAfter: 0.929, gradientNorm: 1, stepLength: 1, predictedChange: -0.075, learningRate: 1 };
  assert.equal(stepWords({ report }), "Cost: slope predicted \u22120.075, got \u22120.071.");
  assert.equal(stepWords({ report: { ...report, costAfter: 0.97 } }), "Cost: slope predicted \u22120.075, got \u22120.030: the valley bends.");
  assert.equal(stepWords({ report: { ...report, costAfter: 1.2 } }), "Cost: slope predicted \u22120.075, got +0.200.");
  assert.equal(stepWords({ report: null }), "");
  // The mean over the batch is what the step was made from only where it saw the images as they are, by the weights themselves.
  for (const [change, said] of /** @type {const} */ ([[{}, true], [{ augment: true }, false], [{ average: true }, false]])) {
    const options = { ...LIMITS.presets.video, ...change };
    assert.equal(/over the batch/.test(hint(state({ slow: { phase: "targets", share: 0, held: true }, reading, pad, options }))), said);
  }
});
